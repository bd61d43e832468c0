"""Time is aware UTC and comes from a clock, so that tests and drills can move it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What tells the time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


@dataclass
class SetClock:
    """A clock that stands still until it is moved.

    Examples
    --------
    >>> clock = SetClock(datetime(2026, 11, 21, tzinfo=UTC))
    >>> clock.advance(timedelta(minutes=90))
    >>> iso(clock.now())
    '2026-11-21T01:30:00.000000Z'
    """

    moment: datetime

    def now(self) -> datetime:
        """Return the moment that was set."""
        return self.moment

    def advance(self, by: timedelta) -> None:
        """Move the clock forward."""
        self.moment += by


def iso(moment: datetime) -> str:
    """Return a moment as ISO 8601 in UTC with microseconds and `Z`: sorts as text, always the same length."""
    if moment.tzinfo is None:
        msg = "a moment without a time zone is not a moment"
        raise ValueError(msg)
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def parse_iso(text: str) -> datetime:
    """Return the moment that `iso` wrote."""
    return datetime.fromisoformat(text).astimezone(UTC)


def calendar_day(text: str) -> date | None:
    """Return the day that year-month-day names; None where it is none. Other ISO forms, weeks say, are none.

    Examples
    --------
    >>> calendar_day("2027-01-31"), calendar_day("2027-02-30"), calendar_day("2027-W05-1")
    (datetime.date(2027, 1, 31), None, None)
    """
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None
