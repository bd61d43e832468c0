"""What an incident knows of its notification duties, folded from its facts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from holdfast.kernel.clock import parse_iso
from holdfast.kernel.events import Recorded
from holdfast.kernel.sealed import Sealed
from holdfast.respond.events.duties import (
    Answer,
    Decided,
    DutyAnswered,
    DutyDaysSet,
    DutyDecided,
    DutyPlacesSet,
    DutyReopened,
    DutySent,
    DutyStartRecorded,
    Proposed,
)
from holdfast.respond.model.duties.terms import Days


@dataclass(frozen=True)
class Answered:
    """An answer, who gave it and when; `owner` is who finds out what is unknown."""

    answer: Answer
    by: str
    at: datetime
    seq: int
    note: Sealed | None = None
    owner: str | None = None


@dataclass(frozen=True)
class Started:
    """When something happened that starts a clock, and which fact says so."""

    happened_at: datetime
    by: str
    at: datetime
    seq: int
    note: Sealed | None = None


@dataclass(frozen=True)
class Decision:
    """What a person decided about a duty, and what the tree had proposed to them."""

    decided: Decided
    reason: Sealed
    proposed: Proposed
    answers: Mapping[str, Answer]
    places: tuple[str, ...]
    by: str
    at: datetime
    seq: int
    owner: str | None = None
    due_at: datetime | None = None


@dataclass(frozen=True)
class Sent:
    """A notice that was sent."""

    regime: str
    stage: str
    sent_at: datetime
    receipt: Sealed
    due_at: datetime | None
    by: str
    at: datetime
    seq: int


@dataclass(frozen=True)
class DutiesState:
    """What is recorded about duties.

    Attributes
    ----------
    places : tuple of str or None
        Whose law may apply, where a person has said it for this incident.
    days : Days or None
        Zone and holidays, where a person has named them for this incident.
    undone : mapping
        Regime -> why what was decided of it counts no longer.
    """

    answers: Mapping[str, Answered] = field(default_factory=dict)
    places: tuple[str, ...] | None = None
    days: Days | None = None
    starts: Mapping[str, Started] = field(default_factory=dict)
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    sent: tuple[Sent, ...] = ()
    undone: Mapping[str, Sealed] = field(default_factory=dict)

    def evolve(self, recorded: Recorded) -> DutiesState:
        """Take a fact into account."""
        event, at, by, seq = recorded.event, recorded.at, recorded.actor, recorded.seq
        match event:
            case DutyAnswered():
                answered = Answered(event.answer, by, at, seq, event.note, event.owner)
                return replace(self, answers={**self.answers, event.question: answered})
            case DutyPlacesSet():
                return replace(self, places=tuple(event.places))
            case DutyDaysSet():
                named = event.holidays
                holidays = None if named is None else frozenset(date.fromisoformat(day) for day in named)
                return replace(self, days=Days(event.zone, holidays))
            case DutyStartRecorded():
                started = Started(parse_iso(event.happened_at), by, at, seq, event.note)
                return replace(self, starts={**self.starts, event.start: started})
            case DutyDecided():
                return replace(self, decisions={**self.decisions, event.regime: _decision(event, recorded)})
            case DutySent():
                return replace(self, sent=(*self.sent, _sent(event, recorded)))
            case DutyReopened():
                return self._reopened(event)
        return self

    def _reopened(self, event: DutyReopened) -> DutiesState:
        return replace(
            self,
            decisions={key: each for key, each in self.decisions.items() if key != event.regime},
            sent=tuple(each for each in self.sent if each.regime != event.regime),
            undone={**self.undone, event.regime: event.because},
        )

    def sendings(self, regime: str, stage: str | None = None) -> list[Sent]:
        """Return what was sent for a duty, or for one of its stages, by when it was sent."""
        found = [s for s in self.sent if s.regime == regime and stage in (None, s.stage)]
        return sorted(found, key=lambda sent: (sent.sent_at, sent.seq))


def _decision(event: DutyDecided, recorded: Recorded) -> Decision:
    return Decision(
        event.decided,
        event.reason,
        event.proposed,
        event.answers,
        tuple(event.places),
        recorded.actor,
        recorded.at,
        recorded.seq,
        event.owner,
        parse_iso(event.due_at) if event.due_at else None,
    )


def _sent(event: DutySent, recorded: Recorded) -> Sent:
    return Sent(
        event.regime,
        event.stage,
        parse_iso(event.sent_at),
        event.receipt,
        parse_iso(event.due_at) if event.due_at else None,
        recorded.actor,
        recorded.at,
        recorded.seq,
    )
