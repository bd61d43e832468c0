"""States, freeze, recovery, residual risk, closing, reopening."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from holdfast.respond.commands.base import Command, Moment, Reference, Slug, Words
from holdfast.respond.commands.working import Item

Score = Annotated[int, Field(ge=1, le=5)]
Step = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_/-]{0,79}$")]
ClosingQuestion = Literal["alerts", "guardrails", "people"]


class MoveState(Command):
    """Say that the incident is triaged, contained or recovering."""

    NAME: ClassVar[str] = "state"

    to: Literal["triaging", "contained", "recovering"]
    """Contained needs a lever that was moved, or recorded as moved by hand."""
    because: Words | None = None
    """What that rests on; who is still exposed."""

    def subject(self) -> str:
        """Return what it changes."""
        return "state"


class FreezeChanges(Command):
    """Freeze new bundles, roll-outs and widening, or lift the freeze."""

    NAME: ClassVar[str] = "freeze"

    frozen: bool = True
    """false lifts it."""
    until: Moment | None = None
    """When somebody looks at it again. It stays then."""
    because: Words | None = None
    """Why."""

    def subject(self) -> str:
        """Return what it changes."""
        return "freeze"


class ValidateRecovery(Command):
    """Say what the evidence of a recovery step shows."""

    NAME: ClassVar[str] = "validate"

    step: Step
    """smoke, replay, bias, canary, elicit, flush, labels, upstream; or a step of a runbook."""
    result: Literal["passed", "failed", "not_applicable"]
    """Passed and failed need evidence; what does not apply needs a reason."""
    candidate: Slug | None = None
    """The bundle or configuration that was tested."""
    evidence: tuple[Reference, ...] = ()
    """Ids of evidence."""
    tail: Words | None = None
    """The slices at the tail that were looked at by themselves: averages hide them."""
    because: Words | None = None
    """What was seen; why it does not apply."""

    def subject(self) -> str:
        """Return what it changes."""
        return f"recovery/{self.step}"


class ConfirmRecovery(Command):
    """Say that it is recovered: every step that recovery needs was validated."""

    NAME: ClassVar[str] = "recover"

    because: Words | None = None
    """In words."""

    def subject(self) -> str:
        """Return what it changes."""
        return "state"


class ProposeResidualRisk(Command):
    """Write down which risk stays; somebody else accepts it."""

    NAME: ClassVar[str] = "residual-risk"

    what: Words
    """What remains."""
    exposed: Words
    """Who is exposed."""
    justified: Words
    """Why going on is justified."""
    plan: Words
    """How it will be removed."""
    evidence: tuple[Reference, ...] = ()
    """Ids of evidence."""
    severity: Score
    """1 minor to 5 critical."""
    likelihood: Score
    """1 rare to 5 frequent."""
    until: Moment
    """When the acceptance ends."""


class AnswerResidualRisk(Command):
    """Accept a residual risk or refuse it; its author may only take it back."""

    NAME: ClassVar[str] = "answer-risk"

    risk: Item
    """Its id: r1."""
    answer: Literal["accepted", "refused", "withdrawn"]
    """What becomes of it."""
    because: Words | None = None
    """Why; needed to refuse."""

    def subject(self) -> str:
        """Return what it changes."""
        return f"risk/{self.risk}"


class ReconcileItem(Command):
    """Settle in words what was left open, or say where it is carried on."""

    NAME: ClassVar[str] = "reconcile"

    item: Reference
    """As the closing checks name it: `action/a1`, `lever/m2`."""
    how: Literal["settled", "carried", "not_applicable"] = "settled"
    """What became of it."""
    carried_to: Reference | None = None
    """Where it is carried on; needed for what is carried."""
    because: Words
    """Why."""

    def subject(self) -> str:
        """Return what it changes."""
        return f"reconciled/{self.item}"


class CloseIncident(Command):
    """Close the incident: the review was held, and nothing is left unreconciled."""

    NAME: ClassVar[str] = "close"

    outcome: Literal["resolved", "false_alarm"] = "resolved"
    """A false alarm needs a reason, and neither recovery nor review."""
    review_held: date | None = None
    """The day of the review."""
    answers: dict[ClosingQuestion, Literal["yes", "not_applicable"]] = Field(default_factory=dict)
    """`alerts`: suppressed alerts are on again; `guardrails`: changed guardrails are back or kept on purpose;
    `people`: those affected were answered."""
    because: Words | None = None
    """In words."""

    def subject(self) -> str:
        """Return what it changes."""
        return "state"


class ReopenIncident(Command):
    """Say that it is not over after all."""

    NAME: ClassVar[str] = "reopen"

    because: Words
    """Why."""

    def subject(self) -> str:
        """Return what it changes."""
        return "state"
