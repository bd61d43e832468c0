"""Clocks follow from facts; a timer in the store only sees to it that "due" is told once, and in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from holdfast.access.model.principal import Principal
from holdfast.kernel.canonical import Json
from holdfast.kernel.events import Event, Recorded
from holdfast.kernel.ids import derived
from holdfast.respond.events.classifying import EscalatedAtOnce
from holdfast.respond.handlers.acting import Room, act
from holdfast.respond.model.clocks import Clock
from holdfast.respond.model.incident.naming import incident_of
from holdfast.respond.model.incident.state import Incident
from holdfast.respond.model.running import clocks_of

KIND = "incident-clock"
"""The kind of these timers."""
STREAM = "incident/"
WORKER = Principal.worker("clock")


class Timer(Protocol):
    """A timer that is set."""

    @property
    def id(self) -> str:
        """Derived from the clock."""
        ...

    @property
    def due(self) -> datetime:
        """When."""
        ...

    @property
    def kind(self) -> str:
        """Who fires it."""
        ...

    @property
    def subject(self) -> str:
        """The incident's stream."""
        ...


class Timers(Protocol):
    """The store's timers."""

    def set(self, id: str, due: datetime, kind: str, subject: str, body: Mapping[str, Json]) -> None:
        """Set a timer, or move one that has not fired."""
        ...

    def cancel(self, id: str) -> None:
        """Take a timer away."""
        ...

    def waiting(self, subject: str | None = None) -> Sequence[Timer]:
        """Return the timers that have not fired."""
        ...


def follow_clocks(room: Room, timers: Timers, recorded: Recorded) -> None:
    """Set a timer for every clock that runs after a fact, and take those away that run no longer."""
    named = incident_of(recorded.stream)
    if named is None:
        return
    incident = room.find(named)
    running = {
        timer_id(incident, clock): clock
        for clock in _clocks(room, incident)
        if clock.id not in incident.told.ids
    }
    waiting = {each.id: each.due for each in timers.waiting(recorded.stream) if each.kind == KIND}
    for gone in waiting.keys() - running.keys():
        timers.cancel(gone)
    for name, clock in running.items():
        if waiting.get(name) != clock.due:
            timers.set(name, clock.due, KIND, recorded.stream, {"clock": clock.id})


def fire_clock(room: Room, timer: Timer) -> None:
    """Record what of an incident has come due, once; nothing where what was due was done meanwhile.

    That nothing contains an incident of SEV-1 or SEV-2 in time is escalated.
    """

    def decide(incident: Incident) -> Sequence[Event]:
        due = incident.told.due(_clocks(room, incident), room.clock.now())
        late = any(each.kind == "escalation" for each in due)
        return [*due, *([EscalatedAtOnce(reasons=["not_contained"])] if late else [])]

    act(room, timer.subject.removeprefix(STREAM), WORKER, decide)


def timer_id(incident: Incident, clock: Clock) -> str:
    """Return the id of a clock's timer: the same for the same clock."""
    return derived("clock", incident.id, clock.id)


def _clocks(room: Room, incident: Incident) -> list[Clock]:
    loaded = room.systems.find(incident.declared.system)
    return clocks_of(incident, loaded.plan if loaded is not None else None)
