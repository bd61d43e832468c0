"""What incidents and their streams are called."""

from __future__ import annotations

import re

from holdfast.kernel.errors import UsageError

INCIDENT_ID = re.compile(r"INC-(\d{4})-(\d{4,7})")


def incident_id(year: int, number: int) -> str:
    """Return the id of a year's n-th incident.

    Examples
    --------
    >>> incident_id(2026, 7)
    'INC-2026-0007'
    """
    return f"INC-{year:04d}-{number:04d}"


def stream_of(incident: str) -> str:
    """Return the stream of an incident.

    Raises
    ------
    UsageError
        HF701: it is no id of an incident.

    Examples
    --------
    >>> stream_of("INC-2026-0007")
    'incident/INC-2026-0007'
    """
    if not INCIDENT_ID.fullmatch(incident):
        raise UsageError.of("HF701", f"{incident[:40]!r} is no incident", fix="they are called INC-2026-0001")
    return f"incident/{incident}"


def incident_of(stream: str) -> str | None:
    """Return the incident whose stream it is; None where it is another stream.

    Examples
    --------
    >>> incident_of("incident/INC-2026-0007"), incident_of("access/people")
    ('INC-2026-0007', None)
    """
    kind, _, incident = stream.partition("/")
    return incident if kind == "incident" and INCIDENT_ID.fullmatch(incident) else None
