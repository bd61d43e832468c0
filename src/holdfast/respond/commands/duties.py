"""What may be asked about notification duties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Answer = Literal["yes", "no", "unknown"]
Decided = Literal["due", "not_applicable", "open"]


@dataclass(frozen=True)
class AnswerQuestion:
    """Answer a question of the tree; an unknown one may name who finds out."""

    question: str
    answer: Answer
    note: str = ""
    owner: str | None = None


@dataclass(frozen=True)
class SetPlaces:
    """Say whose law may apply."""

    places: tuple[str, ...]


@dataclass(frozen=True)
class SetDays:
    """Say in which zone days end and which are holidays; None: nobody has named any."""

    zone: str
    holidays: tuple[date, ...] | None


@dataclass(frozen=True)
class RecordStart:
    """Record when something happened that starts a clock."""

    start: str
    happened_at: datetime
    note: str = ""


@dataclass(frozen=True)
class DecideDuties:
    """Decide what becomes of some duties, for one reason.

    Attributes
    ----------
    owner : str or None
        Who finds out, of one that stays open.
    due_at : datetime or None
        When it is due, of one whose time a contract names.
    """

    regimes: tuple[str, ...]
    decided: Decided
    reason: str
    owner: str | None = None
    due_at: datetime | None = None


@dataclass(frozen=True)
class RecordSent:
    """Record that a notice was sent, with its receipt."""

    regime: str
    stage: str | None
    sent_at: datetime
    receipt: str


@dataclass(frozen=True)
class ReopenDuty:
    """Have a duty decided again."""

    regime: str
    because: str
