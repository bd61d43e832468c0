"""Time zones by their IANA names."""

from __future__ import annotations

from datetime import UTC, tzinfo
from functools import cache


@cache
def zone_of(name: str) -> tzinfo:
    """Return a time zone by its IANA name.

    Raises
    ------
    ValueError
        There is none of that name.

    Examples
    --------
    >>> str(zone_of("Europe/Berlin"))
    'Europe/Berlin'
    """
    if name == "UTC":  # works also where the machine has no zone database
        return UTC
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # also a name with `..`, or one that is a folder
        msg = f"`{name}` is no time zone"
        raise ValueError(msg) from error
