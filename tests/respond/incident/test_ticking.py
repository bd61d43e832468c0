"""What comes due is told once; what was done in time is not told at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from holdfast.access.model.principal import Principal
from holdfast.kernel.clock import SetClock
from holdfast.kernel.incidents import Severity
from holdfast.respond.commands.classifying import SetSeverity
from holdfast.respond.commands.levers import MoveLever
from holdfast.respond.commands.working import AgreeAction, ChangeAction
from holdfast.respond.handlers.acting import Room
from holdfast.respond.handlers.acts import perform
from holdfast.respond.handlers.ticking import fire_clock, follow_clocks

HOUR = timedelta(hours=1)
Kinds = Callable[[str], list[str]]


@dataclass(frozen=True)
class Set:
    id: str
    due: datetime
    kind: str
    subject: str


@dataclass
class Kept:
    """Timers that are kept in memory."""

    timers: dict[str, Set] = field(default_factory=dict)

    def set(self, id: str, due: datetime, kind: str, subject: str, body: Any) -> None:
        self.timers[id] = Set(id, due, kind, subject)

    def cancel(self, id: str) -> None:
        self.timers.pop(id, None)

    def waiting(self, subject: str | None = None) -> list[Set]:
        return [each for each in self.timers.values() if subject in (None, each.subject)]


@pytest.fixture
def timers() -> Kept:
    return Kept()


def follow(room: Room, timers: Kept, incident: str) -> None:
    """Do what the worker does after each fact."""
    for recorded in room.ledger.read(f"incident/{incident}"):
        follow_clocks(room, timers, recorded)


def at(timers: Kept, due: datetime) -> Set:
    return next(each for each in timers.timers.values() if each.due == due)


def test_an_action_that_is_not_done_in_time_is_told_once(
    room: Room, incident: str, ana: Principal, clock: SetClock, timers: Kept, kinds: Kinds
) -> None:
    due = clock.now() + HOUR
    perform(room, incident, AgreeAction(what="flush", owner="p-1", due=due), ana)
    follow(room, timers, incident)
    timer = at(timers, due)
    clock.advance(HOUR)
    fire_clock(room, timer)
    fire_clock(room, timer)
    assert kinds(incident).count("ClockDue") == 1


def test_a_timer_that_fires_early_tells_nothing(
    room: Room, incident: str, ana: Principal, clock: SetClock, timers: Kept, kinds: Kinds
) -> None:
    due = clock.now() + HOUR
    perform(room, incident, AgreeAction(what="flush", owner="p-1", due=due), ana)
    follow(room, timers, incident)
    fire_clock(room, at(timers, due))
    assert "ClockDue" not in kinds(incident)


def test_what_was_done_in_time_has_no_timer(
    room: Room, incident: str, ana: Principal, clock: SetClock, timers: Kept
) -> None:
    due = clock.now() + HOUR
    perform(room, incident, AgreeAction(what="flush", owner="p-1", due=due), ana)
    follow(room, timers, incident)
    perform(room, incident, ChangeAction(action="a1", state="done"), ana)
    follow(room, timers, incident)
    assert due not in {each.due for each in timers.timers.values()}


def test_without_containment_in_a_quarter_of_an_hour_it_is_escalated(
    room: Room, incident: str, ana: Principal, clock: SetClock, timers: Kept, kinds: Kinds
) -> None:
    due = clock.now() + timedelta(minutes=15)
    perform(room, incident, SetSeverity(severity=Severity.SEV2), ana)
    follow(room, timers, incident)
    timer = at(timers, due)
    clock.advance(timedelta(minutes=15))
    fire_clock(room, timer)
    assert "EscalatedAtOnce" in kinds(incident)
    assert [reason for reason, _ in room.find(incident).classified.escalated] == ["not_contained"]


def test_what_is_contained_in_time_is_not_escalated(
    room: Room, incident: str, ana: Principal, clock: SetClock, timers: Kept, kinds: Kinds
) -> None:
    perform(room, incident, SetSeverity(severity=Severity.SEV2), ana)
    follow(room, timers, incident)
    timer = at(timers, clock.now() + timedelta(minutes=15))
    perform(room, incident, MoveLever(lever="tools", because="x", lasting=True), ana)
    clock.advance(timedelta(minutes=15))
    fire_clock(room, timer)
    assert "EscalatedAtOnce" not in kinds(incident)
