"""How far an incident is, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, TypeAlias

from holdfast.kernel.clock import parse_iso
from holdfast.kernel.events import Recorded
from holdfast.respond.events.course import (
    ChangesFrozen,
    FreezeLifted,
    IncidentClosed,
    IncidentRecovered,
    IncidentReopened,
    ItemReconciled,
    RecoveryStepValidated,
    ResidualRiskAnswered,
    ResidualRiskProposed,
    StateMoved,
)
from holdfast.respond.model.clocks import Clock, clock_id

State: TypeAlias = Literal["declared", "triaging", "contained", "recovering", "recovered", "closed"]
STATES: tuple[State, ...] = ("declared", "triaging", "contained", "recovering", "recovered", "closed")


@dataclass(frozen=True)
class Validated:
    """What the evidence of a recovery step shows."""

    said: RecoveryStepValidated
    by: str
    at: datetime
    seq: int


@dataclass(frozen=True)
class Residual:
    """A risk that stays."""

    id: str
    said: ResidualRiskProposed
    by: str
    at: datetime
    seq: int
    answer: str = "proposed"
    answered_by: str | None = None
    answered_at: datetime | None = None

    @property
    def score(self) -> int:
        """Severity times likelihood."""
        return self.said.severity * self.said.likelihood

    @property
    def until(self) -> datetime:
        """When the acceptance ends."""
        return parse_iso(self.said.until)


@dataclass(frozen=True)
class Freeze:
    """Changes that are frozen."""

    by: str
    at: datetime
    seq: int
    until: datetime | None


@dataclass(frozen=True)
class Course:
    """How far it is.

    Attributes
    ----------
    state, since, seq : str, datetime or None, int
        The state, since when, and the fact that moved it; before any move the declaration says.
    reached : mapping
        State -> when it was reached first.
    steps : mapping
        Recovery step -> what its evidence shows.
    """

    state: State = "declared"
    since: datetime | None = None
    seq: int = 0
    reached: Mapping[str, datetime] = field(default_factory=dict)
    freeze: Freeze | None = None
    steps: Mapping[str, Validated] = field(default_factory=dict)
    risks: Mapping[str, Residual] = field(default_factory=dict)
    reconciled: Mapping[str, ItemReconciled] = field(default_factory=dict)
    closed: IncidentClosed | None = None
    reopened: int = 0

    @property
    def open(self) -> bool:
        """Whether it goes on."""
        return self.state != "closed"

    def clocks(self) -> Iterator[Clock]:
        """Yield a clock for every accepted risk, and for a freeze with an end."""
        for risk in self.risks.values():
            if risk.answer == "accepted" and risk.answered_at is not None:
                name, title = clock_id("acceptance", risk.id, risk.seq), f"accepted risk {risk.id} ends"
                yield Clock(name, "acceptance", risk.id, title, risk.until, risk.answered_at, risk.seq)
        if self.freeze is not None and self.freeze.until is not None:
            seq = self.freeze.seq
            name, title = clock_id("lever", "freeze", seq), "change freeze: renew or lift"
            yield Clock(name, "lever", "freeze", title, self.freeze.until, self.freeze.at, seq)

    def evolve(self, recorded: Recorded) -> Course:
        """Take a fact into account."""
        event = recorded.event
        match event:
            case StateMoved():
                return self._moved(recorded, event.after)
            case IncidentRecovered():
                return self._moved(recorded, "recovered")
            case IncidentClosed():
                return replace(self._moved(recorded, "closed"), closed=event)
            case IncidentReopened():
                moved = self._moved(recorded, "triaging")
                return replace(moved, closed=None, steps={}, reopened=self.reopened + 1)
            case ChangesFrozen():
                until = parse_iso(event.until) if event.until else None
                return replace(self, freeze=Freeze(recorded.actor, recorded.at, recorded.seq, until))
            case FreezeLifted():
                return replace(self, freeze=None)
            case RecoveryStepValidated():
                seen = Validated(event, recorded.actor, recorded.at, recorded.seq)
                return replace(self, steps={**self.steps, event.step: seen})
            case ResidualRiskProposed():
                risk = Residual(event.risk, event, recorded.actor, recorded.at, recorded.seq)
                return replace(self, risks={**self.risks, risk.id: risk})
            case ResidualRiskAnswered():
                answered = replace(
                    self.risks[event.risk],
                    answer=event.answer,
                    answered_by=recorded.actor,
                    answered_at=recorded.at,
                )
                return replace(self, risks={**self.risks, answered.id: answered})
            case ItemReconciled():
                return replace(self, reconciled={**self.reconciled, event.item: event})
            case _:
                return self

    def _moved(self, recorded: Recorded, state: State) -> Course:
        reached = self.reached if state in self.reached else {**self.reached, state: recorded.at}
        return replace(self, state=state, since=recorded.at, seq=recorded.seq, reached=reached)
