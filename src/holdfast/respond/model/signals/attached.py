"""The signals that an incident rests on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from holdfast.kernel.events import Recorded
from holdfast.respond.events.signals import SignalAttached, SignalKind


@dataclass(frozen=True)
class Attached:
    """A signal of an incident.

    Attributes
    ----------
    origin : str
        Where it came from: two signals of one origin are not independent.
    """

    kind: SignalKind
    signal: str
    origin: str
    at: datetime
    seq: int


@dataclass(frozen=True)
class Signals:
    """All signals of an incident."""

    attached: tuple[Attached, ...] = ()

    def holds(self, signal: str) -> bool:
        """Return whether a signal is here already."""
        return any(each.signal == signal for each in self.attached)

    @property
    def independent(self) -> int:
        """How many origins confirm it: alerts of one rule count once, and each report of a person counts."""
        return len({each.signal if each.kind == "report" else each.origin for each in self.attached})

    def evolve(self, recorded: Recorded) -> Signals:
        """Take a fact into account."""
        event = recorded.event
        if not isinstance(event, SignalAttached) or self.holds(event.signal):
            return self
        one = Attached(event.kind, event.signal, event.origin, recorded.at, recorded.seq)
        return replace(self, attached=(*self.attached, one))
