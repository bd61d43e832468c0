"""Old minutes become hours, old hours become days; nothing else changes."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from tests.telemetry.rollups.logs import BAD, BY_WORD, epoch, minute, row

from holdfast.kernel.expressions.parsing import parse
from holdfast.measure.requests import CountsRequest, LogBinsRequest, MomentsRequest
from holdfast.telemetry.rollups.compacting import compact
from holdfast.telemetry.rollups.feeding import feed
from holdfast.telemetry.rollups.reading import NotKept
from holdfast.telemetry.rollups.sqlite import SqliteRollups

DAY = 1440
KINDS = (BAD, BY_WORD, MomentsRequest("x"), LogBinsRequest("x"), CountsRequest(parse("bad"), cluster="unit"))


def compacted(log, days, **options):
    """Compact on day `days` of the log, keeping minutes for two days and hours for five."""
    store = SqliteRollups(log.path)
    try:
        spans = {"minutes_for": timedelta(days=2), "hours_for": timedelta(days=5)}
        return compact(store, now=minute(days * DAY).replace(tzinfo=UTC), **spans, **options)
    finally:
        store.close()


def filled(log, days=8):
    for day in range(days):
        rows = [
            row(day * DAY + at, at % 7 == 0, word="ab"[at % 2], x=float(at % 9), unit=at // 100)
            for at in range(0, DAY, 11)
        ]
        log.write(f"{day}", *rows)
    log.update(*KINDS)


def test_days_say_what_they_said(log):
    filled(log)
    told = compacted(log, 8)
    assert told.cells_after < told.cells_before / 2
    assert (told.hours_before, told.days_before) == (epoch(6 * DAY), epoch(3 * DAY))
    counts = [request for request in KINDS if not isinstance(request, MomentsRequest)]
    assert log.kept(*counts, every=86_400) == log.direct(*counts, every=86_400)
    kept, direct = (one(MomentsRequest("x"), every=86_400)[0] for one in (log.kept, log.direct))
    for start, states in direct.items():
        assert vars(kept[start][()]) == pytest.approx(vars(states[()]))


def test_minutes_hours_and_days_stand_where_they_are_said_to(log):
    filled(log)
    compacted(log, 8)
    starts = list(log.kept()[0])
    assert [start for start in starts if start < epoch(3 * DAY)] == [epoch(day * DAY) for day in range(3)]
    hours = [start for start in starts if epoch(3 * DAY) <= start < epoch(6 * DAY)]
    assert hours == [epoch(3 * DAY + 60 * hour) for hour in range(72)]
    assert len([start for start in starts if start >= epoch(6 * DAY)]) == 2 * len(range(0, DAY, 11))


def test_compacting_again_changes_nothing(log):
    filled(log)
    once, again = compacted(log, 8), compacted(log, 8)
    assert again.cells_before == again.cells_after == once.cells_after


def test_a_file_that_says_something_else_after_it_was_compacted_replaces_its_contribution(log):
    filled(log)
    compacted(log, 8)
    log.write("4", row(4 * DAY + 5, bad=True), row(4 * DAY + 65, bad=True))
    told = log.update(*KINDS)
    assert told.rewritten == ("log-4.parquet",)
    assert epoch(4 * DAY) in told.windows_restated
    assert log.kept(every=86_400) == log.direct(every=86_400)


def test_a_late_record_of_a_time_that_is_compacted_goes_to_its_hour(log):
    filled(log)
    compacted(log, 8)
    log.write("late", row(4 * DAY + 7))
    told = log.update(*KINDS)
    assert (told.windows_restated, told.late) == ({epoch(4 * DAY)}, 1)
    assert log.kept(every=3600) != []
    assert log.kept(every=86_400) == log.direct(every=86_400)


def test_what_a_detector_was_given_stays_given(log):
    filled(log)

    def given_now():
        store = SqliteRollups(log.path)
        try:
            return feed(store, log.source, BAD, "it", lambda _: b"state", now=log.now)
        finally:
            store.close()

    given_now()
    compacted(log, 8)
    again = given_now()
    assert (again.batches, again.shrunk, again.revised, again.state) == ((), (), (), b"state")


def test_what_is_asked_no_more_is_taken_away_when_that_is_asked_for(log):
    log.write("0", row(1))
    log.update(BAD)
    log.update(BY_WORD)
    assert log.kept(BAD) == log.direct(BAD)
    assert compacted(log, 8, ended=True).dropped == ("metric 0",)
    with pytest.raises(NotKept):
        log.kept(BAD)
