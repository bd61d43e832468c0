"""How long a duty leaves: hours, days, calendar days, business days, months; and when that ends. Pure.

Where the law leaves two readings, the earlier end is taken, and docs/duties.md says which reading that is:

- **hours**, **days** and **weeks** are elapsed time: 15 days are 360 hours. Summer time moves nothing.
- **calendar days** end with the n-th day after the day of the start, **business days** with the n-th day that
  is no weekend and no holiday; both in the zone of the duty, where a day may have 23 or 25 hours.
- **months** end on the same day of the month at the same time of day; in a shorter month, on its last.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, TypeAlias, get_args

from holdfast.kernel.zones import zone_of

Unit: TypeAlias = Literal["hours", "days", "weeks", "calendar days", "business days", "months"]

UNDUE = "without undue delay"
CONTRACT = "as the contract says"
ELAPSED = {"hours": timedelta(hours=1), "days": timedelta(days=1), "weeks": timedelta(weeks=1)}
_TERM = re.compile(r"([1-9][0-9]{0,3}) (.+)")
_UNITS: dict[str, Unit] = {unit.removesuffix("s"): unit for unit in get_args(Unit)}
SATURDAY = 5


@dataclass(frozen=True)
class Term:
    """A length of time as a duty names it.

    Examples
    --------
    >>> parse_term("72 hours"), str(parse_term("1 month"))
    (Term(amount=72, unit='hours'), '1 month')
    """

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit if self.amount != 1 else self.unit.removesuffix('s')}"


@dataclass(frozen=True)
class Days:
    """Which days count, and in which zone a day begins.

    Attributes
    ----------
    zone : str
        A name of the IANA time zone database.
    holidays : frozenset of date or None
        Days on which nobody works; None where nobody has named any, which is said wherever it matters.
    """

    zone: str = "UTC"
    holidays: frozenset[date] | None = None

    def within(self, zone: str | None) -> Days:
        """Return the same days in the zone of a duty that has its own."""
        return self if zone is None else Days(zone, self.holidays)

    def works(self, day: date) -> bool:
        """Return whether a day is a business day."""
        return day.weekday() < SATURDAY and day not in (self.holidays or ())


def parse_term(text: str) -> Term:
    """Return the term that a data file names.

    Raises
    ------
    ValueError
        It is none.
    """
    matched = _TERM.fullmatch(text)
    unit = _UNITS.get(matched[2].removesuffix("s")) if matched is not None else None
    if matched is None or unit is None:
        msg = f"`{text}` is no term: write a number and one of {', '.join(get_args(Unit))}"
        raise ValueError(msg)
    return Term(int(matched[1]), unit)


def ends(term: Term, start: datetime, days: Days) -> datetime:
    """Return the moment, in UTC, at which a term that began at `start` is over.

    Examples
    --------
    >>> start = datetime(2026, 11, 20, 22, tzinfo=UTC)  # a Friday
    >>> ends(Term(72, "hours"), start, Days()).isoformat()
    '2026-11-23T22:00:00+00:00'
    >>> ends(Term(4, "business days"), start, Days("America/New_York")).isoformat()
    '2026-11-27T05:00:00+00:00'
    """
    if term.unit in ELAPSED:
        return start + term.amount * ELAPSED[term.unit]
    zone = zone_of(days.zone)
    local = start.astimezone(zone)
    if term.unit == "months":
        later = _months_later(local.date(), term.amount)
        return datetime.combine(later, local.time(), zone).astimezone(UTC)
    last = local.date()
    if term.unit == "calendar days":
        last += timedelta(days=term.amount)
    else:
        left = term.amount
        while left:
            last += timedelta(days=1)
            left -= days.works(last)
    return datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)


def year_end(start: datetime, days: Days) -> datetime:
    """Return the last moment of the calendar year in which `start` lies, in the zone of the duty.

    A microsecond before midnight: a term that counts days from it counts them from 31 December.
    """
    zone = zone_of(days.zone)
    midnight = datetime(start.astimezone(zone).year + 1, 1, 1, tzinfo=zone).astimezone(UTC)
    return midnight - timedelta(microseconds=1)


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
