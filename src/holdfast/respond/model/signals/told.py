"""A signal in words, for lists and rooms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class SignalTold:
    """A report or an alert as people read it.

    Attributes
    ----------
    kind : str
        report or alert.
    who : str
        "A customer reports", or "Alertmanager: InjectionSurge".
    words : str or None
        What was said; None where it was erased.
    fate : str
        What became of it, in words; empty while it waits.
    """

    id: str
    kind: str
    who: str
    system: str | None
    at: datetime
    words: str | None
    fate: str
    incident: str | None
