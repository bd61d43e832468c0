"""Means: Student's t, and a bound for bounded values that needs no normal law."""

import math

import numpy as np
import pytest
from scipy import stats

from holdfast.measure.means import MeanEstimator, empirical_bernstein_half_width
from holdfast.measure.states import Moments

random = np.random.default_rng(3)


@pytest.mark.parametrize("n", [2, 5, 50, 5000])
def test_the_interval_is_that_of_scipy(rows, n):
    values = random.normal(7, 3, n)
    interval = MeanEstimator().estimate(rows.moments(values), 0.9).interval
    theirs = stats.ttest_1samp(values, 0).confidence_interval(0.9)
    assert (interval.low, interval.high) == pytest.approx((theirs.low, theirs.high), rel=1e-9)


@pytest.mark.parametrize(("alternative", "side"), [("greater", 0), ("less", 1)])
def test_one_sided_bounds_are_those_of_scipy(rows, alternative, side):
    values = random.normal(7, 3, 40)
    theirs = stats.ttest_1samp(values, 0, alternative=alternative).confidence_interval(0.95)
    assert MeanEstimator().bounds(rows.moments(values), 0.05)[side] == pytest.approx(theirs[side])


def test_no_records_have_no_mean():
    estimate = MeanEstimator().estimate(Moments(nan=3))
    assert (estimate.value, estimate.interval, estimate.n) == (None, None, 0)
    assert "3 records" in estimate.notes[0]
    assert MeanEstimator().bounds(Moments.zero(), 0.05) is None


@pytest.mark.parametrize("n", [1, 2, 29])
def test_few_equal_values_bound_nothing(n):
    state = Moments(n, 4.0, 0.0, 4, 4)
    assert MeanEstimator().estimate(state).value == 4.0
    assert MeanEstimator().bounds(state, 0.05) is None


def test_an_infinite_mean_is_no_value():
    assert MeanEstimator().estimate(Moments(3, math.inf, math.nan, 1, math.inf)).value is None


def test_bernstein_holds_where_students_bound_fails():
    # 1 % ones: of 50 records 60 % show none at all, and their t interval has width zero
    hits = random.binomial(50, 0.01, 4000)
    missed = {"t": 0, "bernstein": 0}
    for k in hits:
        mean = k / 50
        state = Moments(50, mean, k * (1 - mean) ** 2 + (50 - k) * mean**2, 0, 1 if k else 0)
        missed["t"] += MeanEstimator().bounds(state, 0.05)[1] < 0.01
        missed["bernstein"] += MeanEstimator(0, 1).bounds(state, 0.05)[1] < 0.01
    assert missed["t"] > 2000
    assert missed["bernstein"] == 0


def test_the_bernstein_bound_shrinks_as_one_over_n_without_spread():
    width = [empirical_bernstein_half_width(Moments(n, 0.5, 0.0, 0.5, 0.5), 0.05, 1.0) for n in (101, 1001)]
    assert width[0] / width[1] == pytest.approx(10)


def test_bernstein_bounds_stay_in_the_range():
    low, high = MeanEstimator(0, 1).bounds(Moments(5, 0.5, 0.5, 0, 1), 0.05)
    assert (low, high) == (0, 1)


def test_values_outside_a_declared_range_are_told_and_take_its_bound_away():
    state = Moments(100, 0.5, 9.0, -0.1, 1)
    estimate = MeanEstimator(0, 1).estimate(state)
    assert any("outside the declared range" in note for note in estimate.notes)
    assert estimate.extra == ()
    assert MeanEstimator(0, 1).bounds(state, 0.05) == MeanEstimator().bounds(state, 0.05)


@pytest.mark.parametrize("ends", [(0, None), (None, 1), (1, 1), (2, 1)])
def test_a_range_has_two_ends(ends):
    with pytest.raises(ValueError, match="range"):
        MeanEstimator(*ends)


def test_more_records_of_the_same_kind_keep_the_mean_and_narrow_the_interval(rows):
    state = rows.moments(random.normal(size=60))
    more = MeanEstimator().scaled(state, 4)
    assert MeanEstimator().estimate(more).value == state.mean
    widths = [high - low for low, high in (MeanEstimator().bounds(each, 0.05) for each in (state, more))]
    assert widths[0] / widths[1] == pytest.approx(2, rel=0.03)


def test_a_later_look_is_more_careful(rows):
    state = rows.moments(random.normal(size=60))
    first, second = (MeanEstimator().bounds(state, 0.05, look) for look in (1, 2))
    assert second[0] < first[0] < first[1] < second[1]


def test_an_infinite_value_leaves_no_mean_however_many_are_finite():
    state = Moments(99, 1.0, 2.0, 0, 2, infinite=1)
    estimate = MeanEstimator().estimate(state)
    assert estimate.value is None
    assert "infinite values: there is no mean" in estimate.notes
    assert MeanEstimator().bounds(state, 0.05) is None
