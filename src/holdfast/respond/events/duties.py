"""Notification duties: what was answered, when each clock started, what was decided, what was sent."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from holdfast.kernel.events import Event
from holdfast.kernel.sealed import Sealed
from holdfast.respond.events.base import IncidentEvent

Answer = Literal["yes", "no", "unknown"]
Decided = Literal["due", "not_applicable", "open"]
Proposed = Literal["due", "not_applicable", "open"]


class DutyAnswered(IncidentEvent):
    """A question of the decision tree was answered; the last answer counts. Unknown is an answer."""

    question: str = Field(description="Id of the question: personal_data, death, ...")
    answer: Answer = Field(description="yes, no or unknown.")
    note: Sealed | None = Field(None, description="What the answer rests on.")
    owner: str | None = Field(
        None, description="Of an unknown: who finds out; an actor, or a group of the plan."
    )

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"duty-question/{self.question}"


class DutyPlacesSet(IncidentEvent):
    """Whose law may apply to this incident was said: it replaces what the plan and the checklist name."""

    places: list[str] = Field(description="Codes such as EU, DE, US-CA, UK; empty: nobody knows yet.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return "duty-places"


class DutyDaysSet(IncidentEvent):
    """In which zone days of duties end, and which days are holidays, was said for this incident."""

    zone: str = Field(description="IANA time zone in which a day ends, where the duty has none of its own.")
    holidays: list[str] | None = Field(description="Days as YYYY-MM-DD; null where nobody has named any.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return "duty-days"


class DutyStartRecorded(IncidentEvent):
    """What starts a clock happened, and when; the last record of a start counts."""

    start: str = Field(description="awareness, discovery, determination, materiality, resolved, ...")
    happened_at: str = Field(description="When it happened, ISO 8601 UTC; not when it was recorded.")
    note: Sealed | None = Field(None, description="What that rests on.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"duty-start/{self.start}"


class DutyDecided(IncidentEvent):
    """A person decided what becomes of a duty: it is due, it does not apply, or the question stays open."""

    regime: str = Field(description="Id of the duty: GDPR-33.")
    decided: Decided = Field(description="due, not_applicable or open.")
    reason: Sealed = Field(description="Why, in the words of who decided.")
    proposed: Proposed = Field(description="What the tree proposed at that moment.")
    answers: dict[str, Answer] = Field(description="The answers that the proposal rested on, by question.")
    places: list[str] = Field(description="The places that it rested on.")
    owner: str | None = Field(None, description="Of an open one: who finds out; an actor or a group.")
    due_at: str | None = Field(
        None, description="When it is due, ISO 8601 UTC, where a contract names the time and no law does."
    )
    plan_digest: str | None = Field(None, description="Digest of the plan that said who may; null without.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"duty/{self.regime}"


class DutySent(IncidentEvent):
    """A notice was sent; its receipt is recorded."""

    regime: str = Field(description="Id of the duty: GDPR-33.")
    stage: str = Field(description="Which of its notices: notification, initial, final, ...")
    sent_at: str = Field(description="When it was sent, ISO 8601 UTC; not when it was recorded.")
    receipt: Sealed = Field(description="What shows it: a case number, who took it, where it was filed.")
    due_at: str | None = Field(None, description="By when it was due, ISO 8601 UTC; null where no time ran.")
    plan_digest: str | None = Field(None, description="Digest of the plan that said who may; null without.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"duty/{self.regime}"


class DutyReopened(IncidentEvent):
    """What was decided about a duty, or recorded as sent, counts no longer: it is to be decided again."""

    regime: str = Field(description="Id of the duty: GDPR-33.")
    because: Sealed = Field(description="Why.")

    def subject(self) -> str:
        """Return what the fact is about."""
        return f"duty/{self.regime}"


EVENTS: tuple[type[Event], ...] = (
    DutyAnswered,
    DutyPlacesSet,
    DutyDaysSet,
    DutyStartRecorded,
    DutyDecided,
    DutySent,
    DutyReopened,
)
