"""How far an incident is: triage, containment, recovery with its proof, what risk stays, the close."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from holdfast.kernel.events import Event
from holdfast.kernel.sealed import Sealed
from holdfast.respond.events.base import IncidentEvent

EVIDENCE = "Ids of evidence."


class StateMoved(IncidentEvent):
    """An incident went on: it is triaged, contained or recovering."""

    before: str = Field(description="The state before.")
    after: Literal["triaging", "contained", "recovering"] = Field(description="The state now.")
    moves: list[str] = Field(
        default_factory=list, description="Of contained: the lever moves that it rests on."
    )
    because: Sealed | None = Field(None, description="What that rests on; what is still exposed.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return "state"


class ChangesFrozen(IncidentEvent):
    """New bundles, roll-outs and widening are frozen."""

    until: str | None = Field(
        None, description="When somebody looks at it again, ISO 8601 UTC. It stays then."
    )
    because: Sealed | None = Field(None, description="Why.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return "freeze"


class FreezeLifted(IncidentEvent):
    """Changes are allowed again."""

    because: Sealed | None = Field(None, description="Why.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return "freeze"


class RecoveryStepValidated(IncidentEvent):
    """Somebody looked at the evidence of a recovery step and said what it shows; the last one counts."""

    step: str = Field(description="smoke, replay, bias, canary, ... or a step of a runbook.")
    result: Literal["passed", "failed", "not_applicable"] = Field(
        description="passed, failed, not_applicable."
    )
    candidate: str | None = Field(None, description="The bundle or configuration that was tested.")
    evidence: list[str] = Field(default_factory=list, description=EVIDENCE)
    tail: Sealed | None = Field(None, description="The slices at the tail that were looked at by themselves.")
    because: Sealed | None = Field(None, description="What was seen; why it does not apply.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"recovery/{self.step}"


class IncidentRecovered(IncidentEvent):
    """Every step that recovery needs was validated: it is safe enough to go on normally."""

    steps: list[str] = Field(description="The steps that passed.")
    skipped: list[str] = Field(
        default_factory=list, description="The steps that do not apply, with their reasons."
    )
    mode: str | None = Field(None, description="The failure mode whose checklist it was.")
    because: Sealed | None = Field(None, description="In words.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return "state"


class ResidualRiskProposed(IncidentEvent):
    """Somebody wrote down which risk stays, who is exposed, why going on is justified, and until when."""

    risk: str = Field(description="Its id in the incident: r1.")
    what: Sealed = Field(description="What remains.")
    exposed: Sealed = Field(description="Who is exposed.")
    justified: Sealed = Field(description="Why going on is justified.")
    plan: Sealed = Field(description="How it will be removed.")
    evidence: list[str] = Field(default_factory=list, description=EVIDENCE)
    severity: int = Field(description="1 to 5.")
    likelihood: int = Field(description="1 to 5.")
    until: str = Field(description="When the acceptance ends, ISO 8601 UTC.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"risk/{self.risk}"


class ResidualRiskAnswered(IncidentEvent):
    """Somebody with the right accepted a residual risk or refused it; or its author took it back."""

    risk: str = Field(description="Its id in the incident.")
    answer: Literal["accepted", "refused", "withdrawn"] = Field(description="accepted, refused or withdrawn.")
    as_: str = Field(description="On what ground: the group of the plan, the permission, or author.")
    because: Sealed | None = Field(None, description="Why.")
    plan_digest: str | None = Field(None, description="Digest of the plan that gives the right.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"risk/{self.risk}"


class ItemReconciled(IncidentEvent):
    """Something that was left open at the end was settled in words, or is carried on elsewhere."""

    item: str = Field(description="What: `action/a1`, `lever/m2`, `question/q1`, `move/m3`.")
    how: Literal["settled", "carried", "not_applicable"] = Field(
        description="settled, carried, not_applicable."
    )
    carried_to: str | None = Field(None, description="Where it is carried on: a ticket, an action.")
    because: Sealed = Field(description="Why.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"reconciled/{self.item}"


class IncidentClosed(IncidentEvent):
    """Everything is reconciled and the review was held; or it turned out to be none."""

    outcome: Literal["resolved", "false_alarm"] = Field(description="resolved or false_alarm.")
    review_held: str | None = Field(
        None, description="The day of the review, YYYY-MM-DD; null: a false alarm."
    )
    answers: dict[str, str] = Field(description="Closing question -> yes or not_applicable.")
    because: Sealed | None = Field(None, description="In words.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return "state"


class IncidentReopened(IncidentEvent):
    """It is not over after all."""

    before: str = Field(description="The state before.")
    because: Sealed = Field(description="Why.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return "state"


EVENTS: tuple[type[Event], ...] = (
    StateMoved,
    ChangesFrozen,
    FreezeLifted,
    RecoveryStepValidated,
    IncidentRecovered,
    ResidualRiskProposed,
    ResidualRiskAnswered,
    ItemReconciled,
    IncidentClosed,
    IncidentReopened,
)
