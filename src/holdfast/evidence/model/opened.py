"""What the vault says when it is asked for a text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Condition(StrEnum):
    """How a sealed content is found."""

    THERE = "there"
    COVERED = "covered"
    """Passages of it are covered; what is told is its redacted view."""
    FILE = "file"
    """It is no text: the desk hands it out."""
    REDACTED = "redacted"
    """Taken out on its own; the fact says by whom and why."""
    ERASED = "erased"
    """The key of its scope was destroyed: nobody can ever open it."""
    MISSING = "missing"
    """The store has never heard of it, as after restoring an old copy."""
    DAMAGED = "damaged"
    """It is not what the fact committed to."""


@dataclass(frozen=True)
class Opened:
    """A text as it was found; `text` is None in every condition but `THERE` and `COVERED`."""

    condition: Condition
    text: str | None = None
