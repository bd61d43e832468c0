"""When a term ends: elapsed time, calendar days, business days, months; over DST, leap days and zones."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from holdfast.kernel.zones import zone_of
from holdfast.respond.model.duties.terms import Days, ends, parse_term, year_end

BERLIN, NEW_YORK = Days("Europe/Berlin"), Days("America/New_York")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def ended(term: str, start: str, days: Days = Days()) -> str:  # noqa: B008 -- immutable
    return ends(parse_term(term), utc(start), days).isoformat()[:16]


@pytest.mark.parametrize("days", [Days(), BERLIN, NEW_YORK])
@pytest.mark.parametrize(
    ("term", "start", "end"),
    [
        ("72 hours", "2026-10-24T12:00", "2026-10-27T12:00"),  # Berlin's clocks go back on the 25th
        ("72 hours", "2026-03-28T12:00", "2026-03-31T12:00"),  # and forward on the 29th
        ("15 days", "2026-10-24T12:00", "2026-11-08T12:00"),
        ("4 weeks", "2028-02-15T00:00", "2028-03-14T00:00"),  # over a leap day
        ("24 hours", "2028-02-28T23:30", "2028-02-29T23:30"),
    ],
)
def test_elapsed_time_knows_no_zone_and_no_summer_time(term: str, start: str, end: str, days: Days) -> None:
    assert ended(term, start, days) == end


def test_calendar_days_end_with_the_day_in_the_zone_of_the_duty() -> None:
    assert ended("60 calendar days", "2026-01-01T15:00", NEW_YORK) == "2026-03-03T05:00"
    assert (
        ended("60 calendar days", "2026-02-01T15:00", NEW_YORK) == "2026-04-03T04:00"
    )  # summer time by then


def test_the_day_of_the_start_is_that_of_the_zone_not_of_utc() -> None:
    evening_before = "2026-11-21T03:00"  # still the 20th in New York
    assert ended("1 calendar day", evening_before, NEW_YORK) == "2026-11-22T05:00"
    assert ended("1 calendar day", evening_before) == "2026-11-23T00:00"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-16T15:00", "2026-11-21T05:00"),  # Monday: Tuesday to Friday
        ("2026-11-20T15:00", "2026-11-27T05:00"),  # Friday: Monday to Thursday
        ("2026-11-21T15:00", "2026-11-27T05:00"),  # Saturday: the same
        ("2026-11-22T15:00", "2026-11-27T05:00"),  # Sunday: the same
        ("2026-10-30T15:00", "2026-11-06T05:00"),  # the clocks go back on 1 November
    ],
)
def test_business_days_skip_weekends(start: str, end: str) -> None:
    assert ended("4 business days", start, NEW_YORK) == end


def test_business_days_skip_the_holidays_that_are_named() -> None:
    thanksgiving = Days("America/New_York", frozenset({date(2026, 11, 26)}))
    assert ended("4 business days", "2026-11-20T15:00", thanksgiving) == "2026-11-28T05:00"


def test_a_holiday_on_a_weekend_moves_nothing() -> None:
    saturday = Days("America/New_York", frozenset({date(2026, 11, 21)}))
    assert ended("4 business days", "2026-11-20T15:00", saturday) == "2026-11-27T05:00"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2027-01-31T10:00", "2027-02-28T10:00"),
        ("2028-01-31T10:00", "2028-02-29T10:00"),  # a leap year
        ("2026-12-15T10:00", "2027-01-15T10:00"),
        ("2028-02-29T10:00", "2028-03-29T10:00"),
    ],
)
def test_a_month_ends_on_the_same_day_or_on_its_last(start: str, end: str) -> None:
    assert ended("1 month", start) == end


def test_a_month_keeps_the_time_of_day_where_the_duty_is_due() -> None:
    assert ended("1 month", "2026-10-10T08:00", BERLIN) == "2026-11-10T09:00"  # 10:00 there, both times


def test_a_day_without_midnight_begins_when_the_clocks_have_moved() -> None:
    # in Santiago the clocks go from 24:00 to 01:00 in the night to 6 September 2026
    assert ended("1 calendar day", "2026-09-04T15:00", Days("America/Santiago")) == "2026-09-06T04:00"


def test_a_year_ends_in_the_zone_of_the_duty() -> None:
    assert year_end(utc("2027-01-01T03:00"), NEW_YORK) == utc("2027-01-01T04:59:59.999999")
    assert year_end(utc("2027-01-01T03:00"), Days()) == utc("2027-12-31T23:59:59.999999")


@pytest.mark.parametrize(
    ("discovered", "end"),
    [("2026-05-01T00:00", "2027-03-02T00:00"), ("2027-05-01T00:00", "2028-03-01T00:00")],
)
def test_sixty_days_from_the_end_of_the_year_know_the_leap_day(discovered: str, end: str) -> None:
    """The 60th day of 2027 is 1 March; of 2028, a leap year, 29 February: each ends with its day."""
    assert ends(parse_term("60 calendar days"), year_end(utc(discovered), Days()), Days()) == utc(end)


@pytest.mark.parametrize("name", ["Europe/Nowhere", "../etc/passwd", "", "Europe", "/etc/localtime"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        zone_of(name)


@pytest.mark.parametrize("text", ["soon", "0 hours", "72", "hours", "1.5 days", "-3 days", "10 fortnights"])
def test_what_is_no_term_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no term"):
        parse_term(text)
