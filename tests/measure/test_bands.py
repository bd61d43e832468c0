"""Bands for pictures: every interval holds at once, and empty windows say nothing."""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.measure.bands import means_so_far, rates_by_window, rates_so_far
from holdfast.measure.sequential import confidence_sequence
from holdfast.measure.states import Moments
from holdfast.measure.watching.means import Bounds


def test_the_band_so_far_is_the_confidence_sequence_at_each_window_s_end():
    band = rates_so_far([1, 0, 4], [10, 0, 20], alpha=0.1)
    low, high = confidence_sequence([1, 1, 5], [10, 10, 30], 0.1)
    assert (band.low.tolist(), band.high.tolist()) == (low.tolist(), high.tolist())
    assert band.value.tolist() == pytest.approx([0.1, 0.1, 1 / 6])


def test_before_there_are_records_there_is_no_value_and_anything_may_be():
    for band in (rates_so_far([0, 1], [0, 9]), rates_by_window([0, 1], [0, 9])):
        assert np.isnan(band.value[0])
        assert (band.low[0], band.high[0]) == (0, 1)
    band = means_so_far(Bounds(2, 4), [Moments()])
    assert np.isnan(band.value[0])
    assert (band.low[0], band.high[0]) == (2, 4)


def test_a_window_s_own_interval_does_not_change_when_others_follow():
    short, long = rates_by_window([1, 5], [10, 20]), rates_by_window([1, 5, 9], [10, 20, 30])
    assert long.high[:2].tolist() == short.high.tolist()


def test_no_windows_make_an_empty_band():
    assert rates_so_far([], []).low.shape == (0,)
    assert means_so_far(Bounds(0, 1), []).low.shape == (0,)


@pytest.mark.parametrize("band", [rates_so_far, rates_by_window])
@pytest.mark.parametrize(("k", "n"), [([2], [1]), ([-1], [1]), ([np.nan], [1]), ([1], [np.inf]), (1, 2)])
def test_what_makes_no_sense_is_refused(band, k, n):
    with pytest.raises(ValueError, match="no more hits than trials"):
        band(k, n)


def test_the_band_so_far_misses_a_steady_rate_at_no_look():
    # 10 % may miss once in 300 windows; standard error 1.3 points
    random, runs = np.random.default_rng(1), 500
    k = random.binomial(30, 0.05, (runs, 300)).cumsum(1)
    low, high = confidence_sequence(k, 30 * np.arange(1, 301), 0.1)
    assert ((low > 0.05) | (high < 0.05)).any(1).mean() <= 0.1


def test_the_band_by_window_misses_a_rate_that_changes_at_no_window():
    random, missed = np.random.default_rng(2), 0
    for _ in range(300):
        rates = random.beta(1, 9, 60)
        band = rates_by_window(random.binomial(80, rates), np.full(60, 80), alpha=0.1)
        missed += bool(((band.low > rates) | (band.high < rates)).any())
    assert missed / 300 <= 0.1
