"""Rates: exact bounds for verdicts, Wilson for display."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.measure.rates import RateEstimator, clopper_pearson, scaled_counts, wilson
from holdfast.measure.states import ClusteredCounts, Counts

rate = RateEstimator()


@pytest.mark.parametrize(
    ("k", "n", "upper"), [(0, 100, 0.029513), (0, 1000, 0.002991), (3, 1000, 0.007735), (20, 1000, 0.028930)]
)
def test_the_exact_upper_bound_has_its_known_answers(k, n, upper):
    assert float(clopper_pearson(k, n, 0.05)[1]) == pytest.approx(upper, abs=5e-7)


def test_bounds_are_vectorised_over_counts():
    low, high = clopper_pearson([[0], [5]], [10, 20], 0.05)
    assert low.shape == high.shape == (2, 2)
    assert float(high[1, 0]) == float(clopper_pearson(5, 10, 0.05)[1])


counts = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, st.sampled_from([0.005, 0.025, 0.05]))
def test_bounds_mirror_hits_and_misses(drawn, alpha):
    k, n = drawn
    low, high = clopper_pearson(k, n, alpha)
    mirrored_low, mirrored_high = clopper_pearson(n - k, n, alpha)
    assert float(low) == pytest.approx(1 - float(mirrored_high), abs=1e-9)
    assert float(high) == pytest.approx(1 - float(mirrored_low), abs=1e-9)


@given(counts)
def test_bounds_hold_the_rate_and_widen_with_confidence(drawn):
    k, n = drawn
    for method in (lambda a: clopper_pearson(k, n, a), lambda a: wilson(k, n, 1 - 2 * a)):
        low, high = method(0.05)
        wider_low, wider_high = method(0.01)
        assert 0 <= wider_low <= low <= k / n <= high <= wider_high <= 1


@given(counts, st.floats(0, 1))
def test_real_counts_lie_between_their_whole_neighbours(drawn, part):
    k, n = drawn
    upper = [float(clopper_pearson(hits, n + 1, 0.05)[1]) for hits in (k, k + part, k + 1)]
    assert upper[0] - 1e-12 <= upper[1] <= upper[2] + 1e-12


def test_no_hit_and_nothing_but_hits_reach_the_ends_exactly():
    assert float(clopper_pearson(0, 7, 0.05)[0]) == 0.0 == float(wilson(0, 7)[0])
    assert float(clopper_pearson(7, 7, 0.05)[1]) == 1.0 == float(wilson(7, 7)[1])


def test_without_trials_nothing_is_known():
    assert [float(end) for end in clopper_pearson(0, 0, 0.05)] == [0.0, 1.0]
    assert [float(end) for end in wilson(0, 0)] == [0.0, 1.0]
    assert rate.bounds(Counts(), 0.05) is None
    assert rate.estimate(Counts(missing=4)).value is None


def test_a_rate_on_few_records_says_so():
    assert "only 12 records" in rate.estimate(Counts(3, 12)).notes
    assert rate.estimate(Counts(3, 30)).notes == ()


def test_the_second_look_is_wider_than_the_first_and_later_ones_like_it():
    first, second, third = (rate.bounds(Counts(3, 1000), 0.05, look) for look in (1, 2, 3))
    assert second[0] < first[0] < first[1] < second[1]
    assert second == third


def test_clustered_records_are_worth_less_than_independent_ones():
    clustered = ClusteredCounts(k=50, n=1000, clusters=100, kk=500, nn=10_000, kn=500)
    independent = Counts(50, 1000)
    low, high = rate.bounds(clustered, 0.05)
    assert low < rate.bounds(independent, 0.05)[0]
    assert high > rate.bounds(independent, 0.05)[1]
    shown, plain = rate.estimate(clustered).interval, rate.estimate(independent).interval
    assert shown.low < plain.low < plain.high < shown.high
    assert dict(rate.estimate(clustered).extra)["clusters"] == 100


def test_a_single_cluster_has_a_value_and_no_bounds():
    one = ClusteredCounts(k=5, n=10, clusters=1, kk=25, nn=100, kn=50)
    estimate = rate.estimate(one)
    assert (estimate.value, estimate.interval, rate.bounds(one, 0.05)) == (0.5, None, None)
    assert any("one cluster" in note for note in estimate.notes)


@pytest.mark.parametrize(
    "state", [Counts(3, 1000, 5), ClusteredCounts(k=5, n=40, clusters=8, kk=9, nn=200, kn=25, missing=2)]
)
def test_more_records_of_the_same_kind_keep_the_rate_and_narrow_the_bounds(state):
    more = scaled_counts(state, 4)
    assert more.k / more.n == state.k / state.n
    (low, high), (narrow_low, narrow_high) = rate.bounds(state, 0.05), rate.bounds(more, 0.05)
    assert low < narrow_low < narrow_high < high


def test_ten_thousand_intervals_are_one_call():
    k = np.arange(10_000) % 97
    low, high = clopper_pearson(k, 1000, 0.05)
    assert low.shape == high.shape == (10_000,)
    assert np.all((low <= k / 1000) & (k / 1000 <= high))
