"""The onset of a shift: exact p-values, and what is said where nothing can be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.measure.onset import CELLS, _below, _Series, _staying, onset
from holdfast.measure.states import Counts

FLAT = [2, 1, 3, 2, 1, 2, 2, 3, 1, 2]
RISEN = [2, 1, 3, 2, 1, 2, 9, 8, 11, 7]


def paths(sizes, total):
    """Yield the hits before each boundary, and its weight, of every way to spread hits over cells."""
    from math import comb

    if len(sizes) == 1:
        if total <= sizes[0]:
            yield [total], comb(sizes[0], total)
        return
    for first in range(min(sizes[0], total) + 1):
        for rest, weight in paths(sizes[1:], total - first):
            yield [first, *(first + each for each in rest)], comb(sizes[0], first) * weight


@given(
    st.lists(
        st.integers(1, 6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=3, max_size=5
    )
)
@settings(max_examples=60)
def test_how_often_paths_stay_is_counted_exactly(windows):
    k, n = np.array(windows, float).T
    series = _Series.of(k, n, None)
    if series is None:
        return
    s, m = series.hits, series.trials
    ratios = series.ratio(s[1:-1], m[1:-1])
    low, high = _below(series, m, ratios.max())
    at = np.arange(2, len(m))
    found = _staying(m, s, low, high, at)
    for tau in at:
        stays = total = 0
        for path, weight in paths([int(size) for size in np.diff(m[: tau + 1])], int(s[tau])):
            total += weight
            before = series.ratio(np.array(path[:-1], float), m[1:tau])
            stays += weight * bool((before < ratios.max() - 1e-7).all())
        assert found[tau] == pytest.approx(stays / total, abs=1e-9)


def test_a_clear_shift_is_found_where_it_is():
    found = onset(RISEN, [100] * 10)
    assert (found.best, found.direction, found.located) == (6, "up", True)
    assert found.earliest <= 6 <= found.latest
    assert (found.before, found.after) == (Counts(11, 600), Counts(35, 400))
    assert str(found).startswith("up from window 6, between windows 6 and ")


def test_backwards_it_falls_and_misses_rise():
    fallen = onset(RISEN[::-1], [100] * 10)
    assert (fallen.best, fallen.direction) == (4, "down")
    misses = onset(100 - np.array(RISEN), [100] * 10)
    assert (misses.best, misses.direction) == (6, "down")


def test_without_a_shift_no_onset_can_be_located():
    found = onset(FLAT, [100] * 10)
    assert not found.located
    assert (found.earliest, found.latest) == (1, 9)
    assert str(found).startswith("no onset can be located")


def test_a_direction_that_is_not_looked_for_is_not_found():
    assert onset(RISEN, [100] * 10, direction="up").located
    assert not onset(RISEN, [100] * 10, direction="down").located
    assert onset(100 - np.array(RISEN), [100] * 10, direction="down").located


def test_a_shift_at_the_first_window_needs_to_know_what_was_before():
    k, n = [20, 22, 19, 21], [100] * 4
    assert not onset(k, n).located
    found = onset(k, n, before=Counts(20, 1000))
    assert (found.best, found.earliest, found.located) == (0, 0, True)


@pytest.mark.parametrize("k", [[5], [0, 0, 0], [7, 7]])
def test_one_window_or_nothing_but_misses_or_hits_locate_nothing(k):
    found = onset(k, [7] * len(k))
    assert (found.best, found.located, found.p_none) == (None, False, 1.0)
    assert str(found).startswith("no onset")


def test_in_empty_windows_before_the_first_that_shows_it_a_shift_may_have_begun():
    k, n = [2, 1, 3, 0, 0, 30, 28, 31], [100, 100, 100, 0, 0, 100, 100, 100]
    found = onset(k, n)
    assert (found.best, found.earliest, found.latest) == (5, 3, 5)


def test_empty_windows_change_nothing_else():
    here = onset(RISEN, [100] * 10)
    there = onset([each for k in RISEN for each in (k, 0)], [100, 0] * 10)
    assert there.best == 2 * here.best
    assert there.p_none == here.p_none


def test_a_week_of_minutes_is_refined_to_single_windows_around_the_onset():
    random = np.random.default_rng(0)
    rates = np.where(np.arange(10_080) < 7_000, 0.002, 0.006)
    found = onset(random.binomial(100, rates), np.full(10_080, 100))
    assert found.earliest <= 7_000 <= found.latest
    assert found.latest - found.earliest < 120
    assert found.best == pytest.approx(7_000, abs=60)


def test_many_hits_are_counted_in_steps_with_the_same_result():
    # the same shift in a hundred times as many records, so that a step is several hits
    k, n = np.array([5_000] * 6 + [5_150] * 6), np.full(12, 100_000)
    found = onset(k, n)
    assert (found.best, found.located) == (6, True)
    assert found.earliest <= 6 <= found.latest


def test_a_set_for_less_confidence_is_within_that_for_more():
    random = np.random.default_rng(3)
    k = random.binomial(50, np.where(np.arange(CELLS) < 40, 0.05, 0.12))
    narrow, wide = (onset(k, [50] * CELLS, confidence=each) for each in (0.8, 0.99))
    assert wide.earliest <= narrow.earliest <= narrow.best <= narrow.latest <= wide.latest


@pytest.mark.parametrize(
    ("k", "n", "said"),
    [
        ([2], [1], "2 hits in 1 trials of window 0"),
        ([0.5, 1], [1, 1], "whole numbers"),
        ([-1, 1], [1, 1], "-1 hits"),
        ([1, 1], [1, np.inf], "inf trials of window 1"),
        ([], [], "at least one window"),
        ([[1]], [[2]], "one number for each window"),
    ],
)
def test_what_makes_no_sense_is_refused(k, n, said):
    with pytest.raises(ValueError, match=said):
        onset(k, n)
