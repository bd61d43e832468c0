"""Declaring an incident."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from holdfast.kernel.incidents import Source


@dataclass(frozen=True)
class DeclareIncident:
    """Declare an incident.

    Attributes
    ----------
    system : str
        Id of the system; one that no plan names is taken as it is.
    title : str
        What happens, in a line.
    account : str or None
        What was seen.
    onset : datetime or None
        Earliest plausible onset, aware.
    key : str or None
        The same for the same wish: declaring twice with one key declares once.
    because : int or None
        The seq of the fact that asked for it.
    """

    system: str
    title: str
    account: str | None = None
    source: Source = Source.PERSON
    near_miss: bool = False
    onset: datetime | None = None
    drill: str | None = None
    key: str | None = None
    because: int | None = None
