"""Which clocks were already told to be due. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from holdfast.kernel.clock import iso
from holdfast.kernel.events import Recorded
from holdfast.respond.events.clocks import ClockDue
from holdfast.respond.model.clocks import Clock, firing


@dataclass(frozen=True)
class ClocksTold:
    """The ids of the clocks of which `ClockDue` was recorded."""

    ids: frozenset[str] = frozenset()

    def evolve(self, recorded: Recorded) -> ClocksTold:
        """Take a fact into account."""
        event = recorded.event
        return ClocksTold(self.ids | {event.clock}) if isinstance(event, ClockDue) else self

    def due(self, clocks: Iterable[Clock], now: datetime) -> list[ClockDue]:
        """Return what is to be recorded now: one fact for each clock that came due and was not told."""
        return [
            ClockDue(clock=clock.id, kind=clock.kind, subject=clock.subject, due_at=iso(clock.due))
            for clock in firing(clocks, self.ids, now)
        ]
