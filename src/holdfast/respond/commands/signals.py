"""Taking in what others report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True)
class ReceiveReport:
    """Take in a report.

    Attributes
    ----------
    what : str
        What the reporter saw.
    attachments : tuple of str
        Ids of files in the vault.
    key : str or None
        The same for the same report: sent twice, it is received once.
    """

    what: str
    reporter: Literal["customer", "employee", "partner", "other"] = "other"
    system: str | None = None
    contact: str | None = None
    happened_at: datetime | None = None
    attachments: tuple[str, ...] = ()
    key: str | None = None


@dataclass(frozen=True)
class AnswerReport:
    """Say what becomes of a report: a new incident, a part of one, or none with a reason.

    Attributes
    ----------
    incident : str or None
        The incident that it joins; None with no reason declares a new one.
    dismissed_because : str or None
        Why it is no incident.
    """

    report: str
    incident: str | None = None
    dismissed_because: str | None = None
