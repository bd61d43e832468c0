"""The detector of a rate against its definition, and against what a restart or a clock may do to it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from holdfast.measure.watching.rates import (
    ALTERNATIVES,
    HEAD_START,
    RateDetector,
    RateWatch,
    advance,
    log_ratios,
)

levels = st.floats(1e-4, 1 - 1e-4)
batches = st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def rates_of(level):
    odds = level / (1 - level) * np.geomspace(1.25, 64, ALTERNATIVES)
    return odds / (1 + odds)


@given(levels, batches)
def test_a_batch_s_likelihood_ratio_is_that_of_its_binomial(level, batch):
    k, n = batch
    expected = binom.logpmf(k, n, rates_of(level)) - binom.logpmf(k, n, level)
    assert log_ratios(level, k, n) == pytest.approx(expected, abs=1e-6 * max(1, n))


@given(levels, st.integers(0, 200), st.floats(0, 1))
def test_on_the_harmless_side_a_batch_is_no_evidence_on_average(level, n, part):
    k = np.arange(n + 1)
    logs = binom.logpmf(k, n, level * part)[:, None] + log_ratios(level, k, n)
    mean = np.exp(logs).sum(0)
    assert np.all(mean <= 1 + 1e-9)


def test_a_share_of_a_hit_is_no_more_evidence_than_a_hit_in_as_many():
    # what a cluster says: for x in [0, 1] of mean p0 the convex ratio averages to at most 1
    shares = np.random.default_rng(3).beta(0.5, 9.5, 200_000)
    mean = np.exp(log_ratios(0.05, shares, 1)).mean(0)
    assert np.all(mean < 1)


@given(levels, st.lists(st.integers(0, 20).map(lambda k: (k, 20)), max_size=5), st.floats(0.1, 1e5))
def test_the_evidence_is_the_head_start_and_the_mean_over_all_starts_of_their_ratios(level, drawn, seconds):
    watch = RateWatch(level, "above", 1e6)
    detector = RateDetector.begun()
    total = np.full(ALTERNATIVES, HEAD_START * 1e6)
    for k, n in drawn:
        total = (total + seconds) * np.exp(log_ratios(level, k, n))
        detector = advance(watch, detector, k, n, seconds)
    if drawn and total.min() > 1e-280 and total.max() < 1e280:
        assert detector.evidence == pytest.approx(math.log(total.mean()), abs=1e-6)


@given(levels, batches)
def test_below_is_above_of_the_misses(level, batch):
    k, n = batch
    falls, rises = RateWatch(level, "below", 1e6), RateWatch(1 - level, "above", 1e6)
    left = advance(falls, RateDetector.begun(), k, n, 60)
    right = advance(rises, RateDetector.begun(), n - k, n, 60)
    assert left.logs == pytest.approx(right.logs, rel=1e-9, abs=1e-9)


def test_an_empty_batch_only_lets_time_pass():
    watch = RateWatch(0.01, "above", 1e6)
    detector = advance(watch, RateDetector.begun(), 0, 0, 30)
    assert np.exp(detector.logs) == pytest.approx(10_030)
    assert advance(watch, detector, 0, 0, 12).evidence == pytest.approx(math.log(10_042))


def test_the_head_start_is_paid_for_by_a_threshold_that_is_as_much_higher():
    # so that the evidence has to grow by the whole budget
    watch = RateWatch(0.01, "above", 1e6)
    assert math.exp(watch.threshold) - math.exp(watch.head_start) == pytest.approx(1e6)


def test_many_slices_have_one_head_start_together():
    # weighed by their parts they begin at a hundredth, and an alarm is one of them at the threshold
    slices = 40
    watch = RateWatch(0.01, "above", 1e6, slices)
    begin = slices * math.exp(watch.head_start) / slices
    assert math.exp(watch.threshold) / slices - begin == pytest.approx(1e6)


def test_a_clock_that_stands_still_forgets_nothing():
    watch = RateWatch(0.01, "above", 1e6)
    detector = advance(watch, RateDetector.begun(), 1, 100, 60)
    assert advance(watch, detector, 2, 3, 0).evidence > detector.evidence


def test_slices_share_one_budget():
    alone, shared = RateWatch(0.01, "above", 1e6), RateWatch(0.01, "above", 1e6, slices=40)
    assert shared.threshold - alone.threshold == pytest.approx(math.log(40))


def test_long_evidence_stays_finite():
    watch = RateWatch(1e-6, "above", 1e9)
    detector = advance(watch, RateDetector.begun(), 1e7, 1e7, 60)
    assert math.isfinite(detector.evidence)
    assert detector.alarmed(watch)
    watch = RateWatch(0.5, "above", 1e9)
    assert advance(watch, RateDetector.begun(), 0, 1e12, 60).evidence < 0


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: RateWatch(0.0, "above", 1), "strictly between 0 and 1"),
        (lambda: RateWatch(1.0, "below", 1), "strictly between 0 and 1"),
        (lambda: RateWatch(0.1, "above", 0), "positive time"),
        (lambda: RateWatch(0.1, "above", math.inf), "positive time"),
        (lambda: RateWatch(0.1, "above", 1, 0), "at least one"),
        (lambda: advance(RateWatch(0.1, "above", 1), RateDetector.begun(), 3, 2, 1), "3 hits in 2 trials"),
        (lambda: advance(RateWatch(0.1, "above", 1), RateDetector.begun(), 1, 2, -1), "-1 seconds"),
        (lambda: advance(RateWatch(0.1, "above", 1), RateDetector.begun(), math.nan, 2, 1), "nan hits"),
    ],
)
def test_what_makes_no_sense_is_refused(made, said):
    with pytest.raises(ValueError, match=said):
        made()
