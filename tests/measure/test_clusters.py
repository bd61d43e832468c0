"""Clustered records: how many independent ones they are worth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.measure.clusters import design_effect, effective
from holdfast.measure.rates import RateEstimator
from holdfast.measure.states import ClusteredCounts, Counts


def clustered(hits, sizes):
    """Return the sums over clusters, as an engine brings them."""
    k, n = np.asarray(hits, dtype=float), np.asarray(sizes, dtype=float)
    return ClusteredCounts(k.sum(), n.sum(), len(n), (k * k).sum(), (n * n).sum(), (k * n).sum())


some_clusters = st.lists(
    st.integers(1, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2, max_size=40
).map(lambda pairs: clustered(*zip(*pairs, strict=True)))


@given(some_clusters, st.sampled_from(["lower", "upper", None]))
def test_the_effective_n_keeps_the_rate_and_is_never_above_n(state, side):
    k, n = effective(state, 0.05, side)
    assert 0 < n <= state.n
    assert k / n == pytest.approx(state.k / state.n)


@given(some_clusters)
def test_one_size_for_both_sides_is_the_smaller_one(state):
    assert effective(state, 0.05)[1] == min(effective(state, 0.05, side)[1] for side in ("lower", "upper"))


@given(some_clusters)
def test_hits_and_misses_mirror_each_other(state):
    misses = ClusteredCounts(
        state.n - state.k,
        state.n,
        state.clusters,
        state.nn - 2 * state.kn + state.kk,
        state.nn,
        state.nn - state.kn,
    )
    assert effective(state, 0.05, "upper")[1] == pytest.approx(effective(misses, 0.05, "lower")[1], rel=1e-6)


def test_clusters_of_one_record_each_are_nearly_independent():
    hits = np.zeros(2000)
    hits[:600] = 1
    assert effective(clustered(hits, np.ones(2000)), 0.05, "upper")[1] == pytest.approx(2000, rel=0.01)


def test_clusters_that_agree_within_themselves_are_worth_one_record_each():
    state = clustered([10] * 300 + [0] * 700, [10] * 1000)
    assert effective(state, 0.05, "upper")[1] == pytest.approx(1000, rel=0.01)
    assert design_effect(state) == pytest.approx(10, rel=0.01)


@pytest.mark.parametrize(("hits", "side"), [(0, "upper"), (10, "lower")])
def test_without_any_variance_the_sizes_speak_as_kish_says(hits, side):
    sizes = np.array([10] * 500 + [30] * 100)
    state = clustered(sizes * (hits > 0), sizes)
    kish = sizes.sum() ** 2 / (sizes**2).sum()
    assert effective(state, 0.05, side)[1] == pytest.approx(kish, rel=0.01)


def test_a_first_hit_hardly_sharpens_the_upper_bound():
    # by the plain variance it would fall to a sixth: from no variance at all to that of independent records
    sizes = [10] * 200
    bounds = [
        RateEstimator().bounds(clustered([1] * hits + [0] * (200 - hits), sizes), 0.05)[1]
        for hits in range(40)
    ]
    assert min(bounds) > 0.95 * bounds[0]


def test_the_variance_of_the_ratio_is_the_linearised_one():
    random = np.random.default_rng(7)
    n = random.integers(1, 12, 50)
    k = random.binomial(n, 0.4)
    rate = k.sum() / n.sum()
    variance = 50 / 49 * ((k - rate * n) ** 2).sum() / n.sum() ** 2
    assert design_effect(clustered(k, n)) == pytest.approx(variance / (rate * (1 - rate) / n.sum()))


def test_independent_records_are_worth_themselves():
    assert effective(Counts(3, 10), 0.05) == (3, 10)


@pytest.mark.parametrize("state", [Counts(), ClusteredCounts(), clustered([3], [9])])
def test_nothing_and_a_single_cluster_are_worth_no_bound(state):
    assert effective(state, 0.05) is None
