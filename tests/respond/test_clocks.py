"""Deadlines that a fact started: in words, in order, told once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from holdfast.respond.model.clocks import Clock, clock_id, due_words, firing, in_order, next_due, span_words

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def clock(name: str, minutes: float, run: float = 60) -> Clock:
    due = NOW + timedelta(minutes=minutes)
    return Clock(
        f"update/{name}/1", "update", name, f"update to {name}", due, due - timedelta(minutes=run), 1
    )


def test_a_clock_is_told_in_words_that_never_promise_more_time_than_there_is() -> None:
    assert clock("a", 4.99).words(NOW) == "due in 4 min"
    assert clock("a", -11).words(NOW) == "overdue by 11 min"
    assert clock("a", 0.5).words(NOW) == "due in less than a minute"


def test_an_authoritys_72_hours_are_told_in_hours() -> None:
    assert due_words(NOW + timedelta(hours=72), NOW) == "due in 72 h"
    assert span_words(timedelta(days=15)) == "15 days"


def test_the_same_facts_make_the_same_clock_and_a_new_start_makes_another() -> None:
    assert clock_id("duty", "GDPR-33/notification", 7) == clock_id("duty", "GDPR-33/notification", 7)
    assert clock_id("duty", "GDPR-33/notification", 7) != clock_id("duty", "GDPR-33/notification", 9)


def test_what_is_due_first_comes_first_and_overdue_before_all() -> None:
    clocks = [clock("b", 30), clock("a", 30), clock("c", -5)]
    assert [each.subject for each in in_order(clocks)] == ["c", "a", "b"]
    assert next_due(clocks) == clock("c", -5)
    assert next_due([]) is None


def test_near_is_ten_minutes_or_a_sixth_of_the_whole_run() -> None:
    assert clock("a", 11, run=30).standing(NOW) == "running"
    assert clock("a", 10, run=30).standing(NOW) == "soon"
    assert clock("a", 11 * 60, run=72 * 60).standing(NOW) == "soon"
    assert clock("a", 13 * 60, run=72 * 60).standing(NOW) == "running"
    assert clock("a", 0).standing(NOW) == "overdue"


def test_what_came_due_fires_unless_it_was_told() -> None:
    clocks = [clock("late", -1), clock("now", 0), clock("later", 1)]
    assert [each.subject for each in firing(clocks, (), NOW)] == ["late", "now"]
    assert [each.subject for each in firing(clocks, {"update/late/1"}, NOW)] == ["now"]


def test_a_clock_that_jumps_back_fires_nothing_twice() -> None:
    told = {each.id for each in firing([clock("a", 0)], (), NOW)}
    assert firing([clock("a", 0)], told, NOW - timedelta(hours=1)) == []
    assert firing([clock("a", 0)], told, NOW) == []
