"""What does not fit between the facts of the vault and its store."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that does not fit.

    Attributes
    ----------
    repaired : bool
        Whether it was something that a process left half done, and is done now.
    """

    scope: str
    object: str
    what: str
    repaired: bool = False
