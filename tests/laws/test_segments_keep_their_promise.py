"""Without a difference no segment is found more often than promised; what was planted is found, and alone.

Simulated with fixed seeds; HOLDFAST_LONG=1 repeats them ten times as often.
"""

from __future__ import annotations

import os
from itertools import combinations

import numpy as np
import pytest

from holdfast.measure.differences import difference_bounds
from holdfast.measure.segments import find_segments
from holdfast.measure.states import ClusteredCounts, Counts, Moments

LONG = 10 if os.environ.get("HOLDFAST_LONG") == "1" else 1
NAMES = ("a", "b", "c", "d", "e")


def columns(random, n):
    return [
        random.choice(4, n, p=[0.5, 0.3, 0.15, 0.05]), random.integers(0, 8, n), random.integers(0, 2, n),
        random.integers(0, 12, n), random.choice(3, n, p=[0.8, 0.15, 0.05]),
    ]  # fmt: skip


def sliced(held, values, state):
    """Return every grouping of the records by one column and by two."""
    groupings = {}
    for places in [*combinations(range(len(held)), 1), *combinations(range(len(held)), 2)]:
        keys = np.array([held[place] for place in places])
        found, which = np.unique(keys, axis=1, return_inverse=True)
        which = which.ravel()
        groupings[tuple(NAMES[place] for place in places)] = {
            tuple(map(str, found[:, at])): state(values[which == at]) for at in range(found.shape[1])
        }
    return groupings


def counts(values):
    return Counts(float(values.sum()), float(len(values)))


def moments(values):
    mean = values.mean()
    return Moments(len(values), mean, ((values - mean) ** 2).sum(), values.min(), values.max())


def allowed(repetitions, share=0.05):
    return share + 3 * np.sqrt(share * (1 - share) / repetitions)


@pytest.mark.parametrize(("n", "rate"), [(3000, 0.02), (3000, 0.3), (8000, 0.005)])
def test_equal_rates_show_no_segment(n, rate):
    random, repetitions = np.random.default_rng(1), 20 * LONG
    wrong = 0
    for _ in range(repetitions):
        hits = (random.random(n) < rate).astype(float)
        wrong += bool(find_segments(sliced(columns(random, n), hits, counts)).differ)
    assert wrong / repetitions <= allowed(repetitions)


def clustered(values, of):
    _, which = np.unique(of, return_inverse=True)
    n, k = np.bincount(which).astype(float), np.bincount(which, weights=values)
    return ClusteredCounts(k.sum(), n.sum(), float(len(n)), (k * k).sum(), (n * n).sum(), (k * n).sum())


@pytest.mark.parametrize("nested", [True, False], ids=["within segments", "spread over segments"])
def test_equal_rates_of_clustered_records_show_no_segment(nested):
    random, repetitions, clusters = np.random.default_rng(6), 12 * LONG, 300
    wrong = 0
    for _ in range(repetitions):
        of = np.repeat(np.arange(clusters), random.geometric(1 / 8, clusters))
        chance = random.beta(0.12, 2.2, clusters)[of]  # 5 % on average, correlation 0.3 within a cluster
        hits = (random.random(len(of)) < chance).astype(float)
        drawn = [random.integers(0, size, clusters if nested else len(of)) for size in (4, 6, 3)]
        held = [each[of] for each in drawn] if nested else drawn
        records = np.stack([hits, of.astype(float)], axis=1)
        groupings = sliced(held, records, lambda rows: clustered(rows[:, 0], rows[:, 1]))
        wrong += bool(find_segments({(): {(): clustered(hits, of)}, **groupings}).differ)
    assert wrong / repetitions <= allowed(repetitions)


@pytest.mark.parametrize("law", ["normal", "exponential", "lognormal"])
def test_equal_means_show_no_segment_whatever_the_law(law):
    random, repetitions = np.random.default_rng(2), 20 * LONG
    wrong = 0
    for _ in range(repetitions):
        values = getattr(random, law)(size=3000)
        wrong += bool(find_segments(sliced(columns(random, 3000), values, moments)).differ)
    assert wrong / repetitions <= allowed(repetitions)


def test_a_planted_pair_is_found_first_and_alone():
    random, repetitions, n = np.random.default_rng(3), 4 * LONG, 20_000
    for _ in range(repetitions):
        held = columns(random, n)
        rate = np.where((held[0] == 1) & (held[2] == 1), 0.05, 0.01)
        found = find_segments(sliced(held, (random.random(n) < rate).astype(float), counts))
        assert [each.where for each in found.found] == [(("a", "1"), ("c", "1"))]
        assert found.differ > 1


def test_a_planted_value_is_found_and_not_its_pairs():
    random, repetitions, n = np.random.default_rng(4), 4 * LONG, 20_000
    for _ in range(repetitions):
        held = columns(random, n)
        rate = np.where(held[0] == 1, 0.03, 0.01)
        found = find_segments(sliced(held, (random.random(n) < rate).astype(float), counts))
        assert [each.where for each in found.found] == [(("a", "1"),)]


def test_all_intervals_hold_together():
    """Not only those at zero: with true differences everywhere, every interval holds in 95 % of runs."""
    random, repetitions, n = np.random.default_rng(5), 60 * LONG, 4000
    rates = np.array([0.02, 0.05, 0.1, 0.2])
    missed = 0
    for _ in range(repetitions):
        held = random.choice(4, n, p=[0.4, 0.3, 0.2, 0.1])
        values = (random.random(n) < rates[held]).astype(float)
        states = [counts(values[held == at]) for at in range(4)]
        for at in range(4):
            rest = [states[other] for other in range(4) if other != at]
            k, m = sum(each.k for each in rest), sum(each.n for each in rest)
            low, high = difference_bounds(states[at].k, states[at].n, k, m, 0.025 / 4, skewness=True)
            others = [rates[other] * states[other].n for other in range(4) if other != at]
            if not low <= rates[at] - sum(others) / m <= high:
                missed += 1
                break
    assert missed / repetitions <= allowed(repetitions)
