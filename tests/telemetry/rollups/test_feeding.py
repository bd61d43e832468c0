"""A record is given to a detector once, when its label arrives; windows may be restated, detectors never."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.telemetry.rollups.logs import BAD, BY_WORD, Log, epoch, minute, row

from holdfast.kernel.expressions.parsing import parse
from holdfast.measure.requests import CountsRequest
from holdfast.telemetry.rollups.feeding import Increment, feed
from holdfast.telemetry.rollups.reading import NotKept
from holdfast.telemetry.rollups.sqlite import SqliteRollups


def given_of(log, request=BAD, consumer="indicator", keep=b"", **options):
    store = SqliteRollups(log.path)
    try:
        return feed(
            store, log.source, request, consumer, lambda _: keep, now=options.pop("now", log.now), **options
        )
    finally:
        store.close()


def batches(log, *rest, **options):
    return [(one.start, one.k, one.n) for one in given_of(log, *rest, **options).batches]


def test_what_came_is_given_once(log):
    log.write("00", row(1), row(1, bad=True), row(2))
    log.update()
    assert batches(log) == [(epoch(1), 1, 2), (epoch(2), 0, 1)]
    assert batches(log) == []
    log.write("01", row(61, bad=True))
    log.update()
    assert batches(log) == [(epoch(61), 1, 1)]


def test_a_late_record_is_given_when_it_comes(log):
    log.write("00", row(1), row(2))
    log.update()
    batches(log)
    log.write("01", row(1, bad=True))
    log.update()
    assert batches(log) == [(epoch(1), 1, 1)]


def test_a_record_is_given_when_its_label_arrives(log):
    log.write("00", row(1, None), row(1, None), row(2))
    log.update()
    assert batches(log) == [(epoch(2), 0, 1)]
    log.write("00", row(1, None), row(1, bad=True), row(2))
    log.update()
    assert batches(log) == [(epoch(1), 1, 1)]


def test_a_label_that_is_changed_is_said_and_not_given_again(log):
    log.write("00", row(1), row(1))
    log.update()
    batches(log)
    log.write("00", row(1), row(1, bad=True))
    log.update()
    told = given_of(log)
    assert (told.batches, told.revised) == ((), (((), epoch(1)),))
    log.write("01", row(1))  # what comes now is told from what was changed before
    log.update()
    assert batches(log) == [(epoch(1), 0, 1)]


def test_a_file_that_vanishes_is_said_and_when_it_is_back_nothing_is_given_again(log):
    log.write("00", row(1, bad=True), row(2))
    log.write("01", row(1))
    log.update()
    batches(log)
    log.remove("00")
    log.update()
    told = given_of(log)
    assert (told.batches, told.shrunk) == ((), (((), epoch(1)), ((), epoch(2))))
    log.write("00", row(1, bad=True), row(2))
    log.update()
    told = given_of(log)
    assert (told.batches, told.shrunk) == ((), ())


def test_records_from_the_future_are_given_when_their_time_comes(log):
    log.write("00", row(1), row(30))
    log.update()
    assert batches(log, now=minute(10).replace(tzinfo=UTC)) == [(epoch(1), 0, 1)]
    assert batches(log, now=minute(40).replace(tzinfo=UTC)) == [(epoch(30), 0, 1)]


def test_a_detector_may_begin_in_the_middle(log):
    log.write("00", row(1), row(5))
    log.update()
    assert batches(log, since=minute(3).replace(tzinfo=UTC)) == [(epoch(5), 0, 1)]
    assert batches(log) == []


def test_every_detector_is_given_everything(log):
    log.write("00", row(1))
    log.update()
    assert batches(log, consumer="one") == batches(log, consumer="other") == [(epoch(1), 0, 1)]


def test_slices_are_given_apart(log):
    log.write("00", row(1, word="a"), row(1, bad=True, word="ü"), row(1, word=None))
    log.update(BY_WORD)
    told = given_of(log, BY_WORD).batches
    assert set(told) == {
        Increment(("a",), epoch(1), 0, 1),
        Increment(("ü",), epoch(1), 1, 1),
        Increment((None,), epoch(1), 0, 1),
    }


def test_what_a_detector_keeps_is_kept_with_what_it_was_given(log):
    log.write("00", row(1))
    log.update()
    assert given_of(log, keep=b"sixteen numbers").state == b""
    assert given_of(log).state == b"sixteen numbers"


def test_a_detector_that_fails_was_given_nothing(log):
    log.write("00", row(1))
    log.update()
    store = SqliteRollups(log.path)

    def failing(_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        feed(store, log.source, BAD, "indicator", failing, now=log.now)
    store.close()
    assert batches(log) == [(epoch(1), 0, 1)]


def test_what_no_update_has_measured_is_not_given(log):
    log.write("00", row(1))
    log.update()
    with pytest.raises(NotKept):
        given_of(log, CountsRequest(parse("not bad")))


UNITS = CountsRequest(parse("bad"), None, (), "unit")


def test_a_cluster_is_a_trial_with_its_share_of_hits_once_it_is_complete(log):
    log.write("00", row(1, unit=1), row(2, bad=True, unit=1), row(3, bad=True, unit=2), row(100, unit=3))
    log.update(UNITS)
    soon, later = (minute(m).replace(tzinfo=UTC) for m in (80, 300))
    assert batches(log, UNITS, now=soon) == [(epoch(1), 0.5, 1), (epoch(3), 1, 1)]
    log.write("01", row(0, bad=True, unit=1), row(200, unit=2))  # too late for clusters that were given
    log.update(UNITS)
    assert batches(log, UNITS, now=later) == [(epoch(100), 0, 1)]


def test_records_without_a_cluster_are_trials_of_their_own(log):
    log.write("00", row(1), row(1, bad=True), row(2))
    log.update(UNITS)
    assert batches(log, UNITS) == [(epoch(1), 1, 2), (epoch(2), 0, 1)]
    assert batches(log, UNITS) == []


STEPS = st.lists(
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from([True, False, None])), max_size=4),
    min_size=1,
    max_size=4,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_however_records_come_all_of_them_are_given_once(tmp_path_factory, files):
    log = Log(tmp_path_factory.mktemp("log"))
    k = n = 0
    for place, rows in enumerate(files):
        log.write(f"{place}", *(row(at, bad) for at, bad in rows))
        log.update()
        for one in given_of(log, now=log.now + timedelta(hours=place)).batches:
            k, n = k + one.k, n + one.n
    labels = [bad for rows in files for _, bad in rows]
    assert (k, n) == (labels.count(True), len(labels) - labels.count(None))
