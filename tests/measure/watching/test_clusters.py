"""Evidence from clusters: at most 1 on average however their records depend on each other."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from holdfast.measure.states import ClusteredCounts, Counts
from holdfast.measure.watching.clusters import advance_clusters, as_trials, largest, log_evidence
from holdfast.measure.watching.rates import RateDetector, RateWatch, advance, log_ratios

clusters = st.lists(
    st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=12
)


def summed(each):
    k, n = np.array(each, float).T
    return ClusteredCounts(k.sum(), n.sum(), len(n), (k * k).sum(), (n * n).sum(), (k * n).sum())


@given(clusters)
def test_no_cluster_is_larger_than_what_the_sums_allow(each):
    assert largest(summed(each)) >= max(n for _, n in each)


@given(st.integers(1, 50), st.integers(1, 9))
def test_of_clusters_of_one_size_the_size_is_found(size, number):
    assert largest(summed([(0, size)] * number)) == size


def laws_of(sizes, level):
    """Yield the clusters' laws of hits: independent, all alike, and half of each, at rates that average to
    the level over the batch's records."""
    total = sum(sizes)
    tilted = [level] * len(sizes)
    if len(sizes) > 1 and level * total / sizes[0] <= 1:  # all hits in the first one
        tilted = [level * total / sizes[0]] + [0.0] * (len(sizes) - 1)
    for rates in ([level] * len(sizes), tilted):
        independent = [binom.pmf(range(n + 1), n, p) for n, p in zip(sizes, rates, strict=True)]
        alike = [
            np.eye(n + 1)[0] * (1 - p) + np.eye(n + 1)[-1] * p for n, p in zip(sizes, rates, strict=True)
        ]
        yield independent
        yield alike
        yield [(one + other) / 2 for one, other in zip(independent, alike, strict=True)]


@pytest.mark.parametrize("sizes", [(1,), (3, 1), (6,), (4, 4), (2, 7, 1)])
@pytest.mark.parametrize("level", [0.01, 0.2, 0.9])
@pytest.mark.parametrize("side", ["above", "below"])
def test_on_the_harmless_side_clusters_are_no_evidence_on_average(sizes, level, side):
    watch = RateWatch(level, side, 1e6)
    outcomes = list(product(*(range(n + 1) for n in sizes)))
    batches = [summed(list(zip(hits, sizes, strict=True))) for hits in outcomes]
    squared = np.exp([log_evidence(watch, batch, largest(batch)) for batch in batches])
    hits = [(t.k if side == "above" else t.n - t.k, t.n) for t in map(as_trials, batches)]
    scaled = np.exp([log_ratios(watch.against, k, n) for k, n in hits])
    for laws in laws_of(sizes, level):
        weights = np.array(
            [np.prod([law[k] for law, k in zip(laws, each, strict=True)]) for each in outcomes]
        )
        assert weights.sum() == pytest.approx(1)
        assert np.all(weights @ squared <= 1 + 1e-9)
        assert np.all(weights @ scaled <= 1 + 1e-9)


def test_clusters_of_single_records_are_records():
    watch = RateWatch(0.01, "above", 1e6)
    records = advance(watch, RateDetector.begun(), 7, 100, 60)
    singles = advance_clusters(watch, RateDetector.begun(), summed([(1, 1)] * 7 + [(0, 1)] * 93), 60)
    assert singles.logs == pytest.approx(records.logs)
    assert (singles.k, singles.n) == (7, 100)


def test_hits_that_come_together_weigh_less_than_hits_apart():
    watch = RateWatch(0.01, "above", 1e6)
    together = advance_clusters(watch, RateDetector.begun(), summed([(8, 10)] + [(0, 10)] * 29), 60)
    apart = advance_clusters(watch, RateDetector.begun(), summed([(1, 10)] * 8 + [(0, 10)] * 22), 60)
    assert together.evidence < apart.evidence


def test_an_empty_batch_of_clusters_lets_time_pass():
    watch = RateWatch(0.01, "above", 1e6)
    detector = advance_clusters(watch, RateDetector.begun(), ClusteredCounts(), 30)
    assert np.exp(detector.logs) == pytest.approx(math.exp(watch.head_start) + 30)


@pytest.mark.parametrize(
    "batch",
    [
        ClusteredCounts(k=5, n=3, clusters=2, kk=5, nn=9, kn=5),
        ClusteredCounts(k=1, n=3, clusters=4, kk=1, nn=9, kn=1),
        ClusteredCounts(k=1, n=3, clusters=1, kk=4, nn=9, kn=3),
        ClusteredCounts(k=float("nan"), n=3, clusters=1),
    ],
)
def test_sums_that_no_clusters_have_are_refused(batch):
    with pytest.raises(ValueError, match="no clusters have such sums"):
        advance_clusters(RateWatch(0.01, "above", 1e6), RateDetector.begun(), batch, 1)


def test_records_are_records():
    assert as_trials(Counts(3, 10, 1)) == Counts(3, 10, 1)
    assert as_trials(ClusteredCounts()) == Counts()
