"""Time as people say it: how long ago, and how long until something is due."""

from __future__ import annotations

from datetime import datetime, timedelta

MINUTE, HOUR, DAY = 60, 3600, 86_400


def span_of_time(seconds: float) -> str:
    """Return a length of time as people say it; a script on the page says the same.

    Examples
    --------
    >>> [span_of_time(n) for n in (3, 59, 60, 3599, 3600, 5400, 86_400, 200_000)]
    ['3 s', '59 s', '1 min', '59 min', '1 h', '1 h 30 min', '1 d', '2 d 7 h']
    """
    whole = int(abs(seconds))
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min"
    if whole < DAY:
        hours, minutes = whole // HOUR, whole % HOUR // MINUTE
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = whole // DAY, whole % DAY // HOUR
    return f"{days} d {hours} h" if hours else f"{days} d"


def ago(at: datetime, now: datetime) -> str:
    """Return how long ago something happened.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    >>> ago(noon, noon + timedelta(minutes=12)), ago(noon, noon), ago(noon + timedelta(hours=2), noon)
    ('12 min ago', 'just now', 'in 2 h')
    """
    seconds = (now - at).total_seconds()
    if abs(seconds) < 1:
        return "just now"
    return f"{span_of_time(seconds)} ago" if seconds > 0 else f"in {span_of_time(seconds)}"


def due_words(due: datetime, now: datetime) -> str:
    """Return how a deadline stands.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    >>> due_words(noon, noon - timedelta(minutes=4)), due_words(noon, noon + timedelta(minutes=11))
    ('due in 4 min', 'overdue by 11 min')
    """
    seconds = (due - now).total_seconds()
    if abs(seconds) < 1:
        return "due now"
    return f"due in {span_of_time(seconds)}" if seconds > 0 else f"overdue by {span_of_time(seconds)}"


def urgency(due: datetime, now: datetime) -> str:
    """Return how much a deadline presses: `over`, `soon` within ten minutes, else `calm`."""
    left = due - now
    return "over" if left <= timedelta() else "soon" if left <= timedelta(minutes=10) else "calm"
