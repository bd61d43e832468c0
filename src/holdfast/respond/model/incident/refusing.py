"""How an incident refuses an act: what it says, and what to do instead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from holdfast.kernel.errors import ConflictError, UsageError, did_you_mean


class StandingError(UsageError):
    """As the incident stands, this cannot be done."""


class StaleError(ConflictError):
    """A form was filled in before somebody else changed the same thing.

    Attributes
    ----------
    subject : str
        What was changed.
    by, at : str, datetime
        Who changed it, and when.
    version, seq : int
        The number of that fact in the incident, and in the workspace.
    event : str
        The kind of that fact.
    """

    subject: str
    by: str
    at: datetime
    version: int = 0
    seq: int = 0
    event: str


def no_such(what: str, wanted: str, known: Mapping[str, Any]) -> UsageError:
    """Return the refusal of something that the incident does not have."""
    return UsageError.of("HF706", f"there is no {what} {wanted!r}", fix=did_you_mean(wanted, known))


def needs_reason(what: str) -> UsageError:
    """Return the refusal of something that nobody gave a reason for."""
    return UsageError.of("HF707", f"{what} needs a reason", fix="say why")
