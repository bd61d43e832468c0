"""One way to watch: alarms stay with their moment, slices share one budget, wrong batches are refused."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from holdfast.measure.states import Categories, ClusteredCounts, Counts, Groups, Moments, Range
from holdfast.measure.watching.drift import DriftWatch
from holdfast.measure.watching.gaps import GapWatch
from holdfast.measure.watching.means import Bounds, MeanWatch
from holdfast.measure.watching.parts import part
from holdfast.measure.watching.rates import RateWatch
from holdfast.measure.watching.slices import advance_slices, begun_slices, reset, watch_of
from holdfast.measure.watching.watches import WrongBatch, advance, begun

BUDGET = 90 * 86_400.0
RATE = RateWatch(0.01, "above", BUDGET)
WATCHES = {
    "a rate": (RATE, Counts(30, 100), Counts(1, 100)),
    "a clustered rate": (
        RATE,
        ClusteredCounts(60, 300, 100, 60, 900, 180),
        ClusteredCounts(3, 300, 100, 3, 900, 9),
    ),
    "a mean": (MeanWatch(0.3, "above", Bounds(0, 1), BUDGET), Moments(100, 0.9, 0.1, 0, 1), Moments()),
    "a drift": (
        DriftWatch(0.1, BUDGET, reference=Categories({"a": 6000.0, "b": 4000.0})),
        Categories({"a": 5.0, "b": 90.0}),
        Categories({"a": 58.0, "b": 42.0}),
    ),
    "a gap": (
        GapWatch(0.1, BUDGET),
        Groups(({("a",): Counts(90, 100), ("b",): Counts(10, 100)},)),
        Groups(({("a",): Counts(10, 20)},)),
    ),
}


@pytest.mark.parametrize("named", WATCHES)
def test_an_alarm_has_its_moment_and_stays_while_evidence_is_counted_on(named):
    watch, bad, harmless = WATCHES[named]
    watched = begun(watch)
    assert not watched.alarmed
    while not watched.alarmed:
        watched = advance(watch, watched, bad, 60)
    at, then = watched.alarm, watched.evidence
    assert at == watched.seconds
    assert then >= watch.threshold
    for _ in range(200):
        watched = advance(watch, watched, harmless, 60)
    assert watched.alarm == at
    assert watched.seconds == at + 200 * 60
    assert advance(watch, watched, bad, 60).evidence > watched.evidence
    assert watched.strongest >= then


@pytest.mark.parametrize("named", WATCHES)
def test_without_records_time_passes_and_nothing_alarms(named):
    watch, _, _ = WATCHES[named]
    watched = begun(watch)
    for _ in range(10):
        watched = advance(watch, watched, None, 600)
    assert not watched.alarmed
    assert watched.seconds == 6000


@pytest.mark.parametrize("named", WATCHES)
@pytest.mark.parametrize("batch", [Range(), "counts"])
def test_a_batch_of_another_kind_is_refused(named, batch):
    watch, _, _ = WATCHES[named]
    with pytest.raises(WrongBatch, match="cannot read a batch of"):
        advance(watch, begun(watch), batch, 60)


def test_a_watch_at_another_s_detector_is_refused():
    with pytest.raises(WrongBatch, match="a RateWatch at a MeanDetector"):
        advance(RATE, begun(WATCHES["a mean"][0]), None, 60)


@pytest.mark.parametrize("known", [0, 1, 2, 7, 40])
def test_the_parts_of_all_that_ever_appear_add_up_to_at_most_the_budget(known):
    parts = [1 / part(index, known) for index in range(5_000)]
    assert sum(parts) <= 1
    assert sum(parts) > 0.999  # and nothing is wasted
    assert all(left >= right for left, right in pairwise(parts))


def test_a_slice_keeps_its_part_when_others_appear():
    at = begun_slices(RATE, [("b",), ("a",)])
    before = watch_of(RATE, at, ("a",)).threshold
    at = advance_slices(RATE, at, {("z",): Counts(1, 9), ("c",): Counts(1, 9)}, 60)
    assert list(at.slices) == [("a",), ("b",), ("c",), ("z",)]
    assert watch_of(RATE, at, ("a",)).threshold == before
    assert watch_of(RATE, at, ("c",)).slices < watch_of(RATE, at, ("z",)).slices


def test_a_slice_without_records_waits_and_one_that_appears_begins_then():
    at = begun_slices(RATE, [("a",)])
    at = advance_slices(RATE, at, {}, 60)
    at = advance_slices(RATE, at, {("n",): Counts(0, 10)}, 60)
    assert at.slices["a",].evidence == pytest.approx(math.log(math.exp(RATE.head_start) + 120))
    assert at.slices["n",].seconds == 60


def test_a_reset_begins_one_slice_anew_in_its_own_part():
    at = begun_slices(RATE, [("a",), ("b",)])
    for _ in range(3):
        at = advance_slices(RATE, at, {("a",): Counts(90, 100), ("b",): Counts(99, 100)}, 60)
    assert at.alarmed == [("b",), ("a",)]
    again = reset(RATE, at, ("a",))
    assert again.alarmed == [("b",)]
    assert (again.slices["a",].seconds, again.slices["a",].evidence) == (0, -math.inf)
    assert watch_of(RATE, again, ("a",)) == watch_of(RATE, at, ("a",))
    with pytest.raises(KeyError):
        reset(RATE, at, ("nobody",))


def test_a_batch_that_is_refused_changes_no_slice():
    at = begun_slices(RATE, [("a",), ("b",)])
    with pytest.raises(ValueError, match="9 hits in 3"):
        advance_slices(RATE, at, {("a",): Counts(1, 3), ("b",): Counts(9, 3)}, 60)
    assert all(watched.seconds == 0 for watched in at.slices.values())
