"""Bounds of paired differences miss no more often than promised: rates, precisions, clusters, means.

Simulated with fixed seeds. HOLDFAST_LONG=1 repeats them ten times as often.
"""

import os

import numpy as np
import pytest
from bench.covers.counts import missed_precisions
from bench.covers.scenarios import clustered_pairs
from scipy.stats import binom

from holdfast.measure.paired import paired_bounds, tango_bounds
from holdfast.measure.pairs import PairedDifferences

LONG = 10 if os.environ.get("HOLDFAST_LONG") == "1" else 1
ALPHA = 0.025


def allowed(repetitions, share):
    return share + 3 * np.sqrt(share * (1 - share) / repetitions)


def tables(n):
    """Return every paired table of n pairs: those that only a hit, those that only b hit."""
    first, second = np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij")
    inside = first + second <= n
    return first[inside], second[inside]


@pytest.mark.parametrize("n", [20, 60, 200] if LONG > 1 else [20, 60])
def test_tango_misses_as_often_as_meant_enumerated_over_every_table(n):
    # exact: every table with its chance. Score bounds are right on average and lean to one side at the edges.
    first, second = tables(n)
    low, high = tango_bounds(first, second, n, ALPHA)
    missed, equal = [], []
    for only_a in (0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3):
        for only_b in (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3):
            differ, true = only_a + only_b, only_b - only_a
            chance = binom.pmf(first + second, n, differ) * binom.pmf(second, first + second, only_b / differ)
            missed.append((chance[low > true + 1e-9].sum(), chance[high < true - 1e-9].sum()))
            if only_a == only_b:
                equal.append(sum(missed[-1]))
    assert np.mean(missed) <= ALPHA
    assert np.max(missed) <= 0.05
    # arms that are equal are taken for different no more often than promised
    assert max(equal) <= 0.055


RATES = [(0.8, 0.8, 0.1, 0.1), (0.9, 0.7, 0.02, 0.2), (0.95, 0.95, 0.02, 0.02)]


@pytest.mark.parametrize("n", [60, 300])
def test_a_precision_misses_as_often_as_meant(n):
    random, runs = np.random.default_rng(11), 60 * LONG
    total = []
    for rates in RATES:
        for correlation in (0.0, 0.7, 0.98):
            total.append(missed_precisions(random, runs, n, rates, correlation) / runs)
    assert np.max(total) <= allowed(runs, 0.04)
    assert np.mean(total) <= allowed(runs * len(total), ALPHA)


@pytest.mark.parametrize("size", [2, 8])
@pytest.mark.parametrize("rates", [(0.7, 0.7), (0.8, 0.6), (0.05, 0.05), (0.02, 0.06)])
def test_clustered_pairs_miss_as_often_as_meant(size, rates):
    random, runs, clusters = np.random.default_rng(12), 80 * LONG, 60
    missed = np.zeros(2)
    sizes = 1 + random.geometric(1 / size, (runs, clusters))
    for each in sizes:
        state = clustered_pairs(random, each, rates)
        low, high = paired_bounds(state, ALPHA)
        true = rates[1] - rates[0]
        missed += [low > true, high < true]
    assert max(missed) / runs <= allowed(runs, 0.035)


def test_clustered_differences_of_means_miss_as_often_as_meant():
    random, runs, clusters = np.random.default_rng(14), 400 * LONG, 40
    missed = np.zeros(2)
    for _ in range(runs):
        n = 1 + random.poisson(4, clusters)
        d = n * (0.3 + random.normal(size=clusters)) + np.sqrt(n) * random.normal(size=clusters)
        state = PairedDifferences(
            n.sum(), d.sum(), 0.0, clusters, (d * d).sum(), (n * n).sum(), (d * n).sum()
        )
        low, high = paired_bounds(state, ALPHA)
        missed += [low > 0.3, high < 0.3]
    assert max(missed) / runs <= allowed(runs, 0.03)
