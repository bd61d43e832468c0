"""An incident as it stands: one part for each subject, each folded by its own file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol, Self

from holdfast.kernel.events import Event, Recorded
from holdfast.respond.events import (
    checks,
    classifying,
    clocks,
    course,
    declaring,
    deliveries,
    duties,
    levers,
    roles,
    signals,
    updates,
    working,
)
from holdfast.respond.model.deliveries.state import Deliveries
from holdfast.respond.model.duties.state import DutiesState
from holdfast.respond.model.incident.checked import Checked
from holdfast.respond.model.incident.classified import Classified
from holdfast.respond.model.incident.contained import Contained
from holdfast.respond.model.incident.course import Course
from holdfast.respond.model.incident.declared import Declared
from holdfast.respond.model.incident.holding import Holding
from holdfast.respond.model.incident.touched import Touched
from holdfast.respond.model.incident.working import Working
from holdfast.respond.model.signals.attached import Signals
from holdfast.respond.model.told import ClocksTold
from holdfast.respond.model.updates.state import UpdatesState


class Part(Protocol):
    """What an incident knows of one subject."""

    def evolve(self, recorded: Recorded) -> Self:
        """Return the part after a fact."""
        ...


@dataclass(frozen=True)
class Incident:
    """An incident as its facts say it is. One more subject is one more field here and one line in `PARTS`.

    Attributes
    ----------
    id : str
        `INC-2026-0001`.
    version : int
        The number of its last fact in its stream: what a form was based on.
    seq : int
        The number of its last fact in the ledger.
    at : datetime or None
        When that was recorded.
    """

    id: str
    version: int = 0
    seq: int = 0
    at: datetime | None = None
    declared: Declared = field(default_factory=Declared)
    classified: Classified = field(default_factory=Classified)
    roles: Holding = field(default_factory=Holding)
    work: Working = field(default_factory=Working)
    checked: Checked = field(default_factory=Checked)
    contained: Contained = field(default_factory=Contained)
    course: Course = field(default_factory=Course)
    touched: Touched = field(default_factory=Touched)
    signals: Signals = field(default_factory=Signals)
    duties: DutiesState = field(default_factory=DutiesState)
    updates: UpdatesState = field(default_factory=UpdatesState)
    told: ClocksTold = field(default_factory=ClocksTold)
    deliveries: Deliveries = field(default_factory=Deliveries)

    @property
    def exists(self) -> bool:
        """Whether it was declared."""
        return self.version > 0


PARTS: dict[str, tuple[type[Event], ...]] = {
    "declared": declaring.EVENTS,
    "classified": classifying.EVENTS,
    "roles": roles.EVENTS,
    "work": working.EVENTS,
    "checked": checks.EVENTS,
    "contained": levers.EVENTS,
    "course": course.EVENTS,
    "touched": (
        *classifying.EVENTS,
        *roles.EVENTS,
        *working.EVENTS,
        *checks.EVENTS,
        *levers.EVENTS,
        *course.EVENTS,
        *duties.EVENTS,
        *updates.EVENTS,
    ),
    "signals": (signals.SignalAttached,),
    "duties": duties.EVENTS,
    "updates": updates.EVENTS,
    "told": clocks.EVENTS,
    "deliveries": deliveries.EVENTS,
}
"""Which facts each part wants to hear of."""

_LISTENERS: dict[type[Event], tuple[str, ...]] = {}
for _name, _events in PARTS.items():
    for _event in _events:
        _LISTENERS[_event] = (*_LISTENERS.get(_event, ()), _name)


def evolve(incident: Incident, recorded: Recorded) -> Incident:
    """Return the incident after one more fact of its stream."""
    changed: dict[str, Any] = {}
    for name in _LISTENERS.get(type(recorded.event), ()):
        part: Part = getattr(incident, name)
        changed[name] = part.evolve(recorded)
    return replace(incident, version=recorded.version, seq=recorded.seq, at=recorded.at, **changed)


def fold(incident: Incident, facts: Iterable[Recorded]) -> Incident:
    """Return the incident after several facts of its stream."""
    for recorded in facts:
        incident = evolve(incident, recorded)
    return incident
