"""What may be asked about notification duties."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from holdfast.respond.commands.base import Command, Moment, Who, Words

Answer = Literal["yes", "no", "unknown"]
Decided = Literal["due", "not_applicable", "open"]
Key = Annotated[str, Field(min_length=1, max_length=60)]
"""The id of a duty, a question, a notice or a start; which there are is said where one is not found."""


class AnswerDutyQuestion(Command):
    """Answer a question of the decision tree; unknown is an answer, and may name who finds out."""

    NAME: ClassVar[str] = "duty-answer"

    question: Key
    """Which question: personal_data, death, ..."""
    answer: Answer
    """yes, no or unknown."""
    note: Words | None = None
    """What the answer rests on."""
    owner: Who | None = None
    """Of an unknown: who finds out; an actor, a group of the plan, or `role:privacy`."""

    def subject(self) -> str:
        """Return what it changes."""
        return f"duty-question/{self.question}"


class SetDutyPlaces(Command):
    """Say whose law may apply to this incident, instead of what the plan and the checklist name."""

    NAME: ClassVar[str] = "duty-places"

    places: Annotated[tuple[Annotated[str, Field(max_length=20)], ...], Field(max_length=60)]
    """Codes such as EU, DE, US-CA, UK; none: nobody knows yet."""

    def subject(self) -> str:
        """Return what it changes."""
        return "duty-places"


class SetDutyDays(Command):
    """Say in which zone the days of duties end, and which days are holidays."""

    NAME: ClassVar[str] = "duty-days"

    zone: Key
    """An IANA time zone: Europe/Berlin."""
    holidays: Annotated[tuple[date, ...], Field(max_length=400)] | None = None
    """Days on which nobody works besides weekends; left out: nobody has named any."""

    def subject(self) -> str:
        """Return what it changes."""
        return "duty-days"


class RecordDutyStart(Command):
    """Record when something happened that starts a clock."""

    NAME: ClassVar[str] = "duty-start"

    start: Key
    """awareness, discovery, determination, materiality, resolved, ..."""
    happened_at: Moment
    """When it happened, not when it is recorded."""
    note: Words | None = None
    """What that rests on."""

    def subject(self) -> str:
        """Return what it changes."""
        return f"duty-start/{self.start}"


class DecideDuties(Command):
    """Decide what becomes of duties, for one reason: due, not applicable, or open with somebody who asks."""

    NAME: ClassVar[str] = "duty-decide"

    regimes: Annotated[tuple[Key, ...], Field(min_length=1, max_length=100)]
    """Ids of duties: GDPR-33."""
    decided: Decided
    """due, not_applicable or open."""
    reason: Words
    """Why: it is what auditors ask for."""
    owner: Who | None = None
    """Of one that stays open: who finds out."""
    due_at: Moment | None = None
    """When it is due, where a contract names the time and no law does."""

    def subject(self) -> str | None:
        """Return what it changes."""
        return f"duty/{self.regimes[0]}" if len(self.regimes) == 1 else None


class RecordDutySent(Command):
    """Record that a notice was sent, with its receipt."""

    NAME: ClassVar[str] = "duty-sent"

    regime: Key
    """Id of the duty: GDPR-33."""
    stage: Key | None = None
    """Which of its notices; left out: the first that was not sent."""
    sent_at: Moment | None = None
    """When it was sent; left out: now."""
    receipt: Words
    """What shows it: a case number, who took it, where it was filed."""

    def subject(self) -> str:
        """Return what it changes."""
        return f"duty/{self.regime}"


class ReopenDuty(Command):
    """Have a duty decided again: what was decided of it, or recorded as sent, counts no longer."""

    NAME: ClassVar[str] = "duty-reopen"

    regime: Key
    """Id of the duty: GDPR-33."""
    because: Words
    """Why."""

    def subject(self) -> str:
        """Return what it changes."""
        return f"duty/{self.regime}"
