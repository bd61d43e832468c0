"""Simulated: clusters, many groups and slices that appear later keep the budget too."""

from __future__ import annotations

from functools import partial
from itertools import chain, repeat

import numpy as np
import pytest

from holdfast.measure.states import ClusteredCounts, Counts, Groups
from holdfast.measure.watching.clusters import advance_clusters
from holdfast.measure.watching.gaps import GapDetector, GapWatch, advance_gap
from holdfast.measure.watching.rates import RateDetector, RateWatch, advance
from holdfast.measure.watching.slices import advance_slices, begun_slices


def conversations(random, rate, number=12):
    """Return clusters of unlike sizes whose records are nearly all alike."""
    sizes = random.integers(1, 15, number).astype(float)
    bad = random.random(number) < rate
    k = np.where(bad, sizes, 0.0)
    return ClusteredCounts(
        k.sum(), sizes.sum(), number, (k * k).sum(), (sizes * sizes).sum(), (k * sizes).sum()
    )


def lasted(watch, batches, step, begun, most):
    detector, now = begun, 0.0
    while now < most and not detector.alarmed(watch):
        detector, now = step(watch, detector, batches(), 10.0), now + 10
    return now


def as_records(watch, detector, batch, seconds):
    return advance(watch, detector, batch.k, batch.n, seconds)


def test_records_alike_in_their_cluster_keep_the_budget_as_clusters_and_would_not_as_records():
    watch, times = RateWatch(0.05, "above", budget=600.0), {}
    for step in (advance_clusters, as_records):
        random = np.random.default_rng(3)
        batches = partial(conversations, random, 0.05)
        times[step] = [lasted(watch, batches, step, RateDetector.begun(), 1_200) for _ in range(100)]
    assert np.mean(times[advance_clusters]) >= watch.budget
    assert np.mean(times[as_records]) < watch.budget / 2


def test_a_clustered_rate_that_rises_is_found():
    watch, random = RateWatch(0.05, "above", budget=90 * 86_400.0), np.random.default_rng(4)
    batches = partial(conversations, random, 0.4)
    times = [lasted(watch, batches, advance_clusters, RateDetector.begun(), 1e5) for _ in range(10)]
    assert np.mean(times) / 10 < 40


def groups(random, names, rates, n=25):
    drawn = [Counts(int(random.binomial(n, rate)), n) for rate in rates[: len(names)]]
    return Groups(({(name,): counts for name, counts in zip(names, drawn, strict=True)},))


@pytest.mark.parametrize(
    ("watch", "rates"),
    [
        (GapWatch(0.1, budget=300.0), [0.4, 0.4, 0.3, 0.35, 0.3]),
        (GapWatch(0.8, budget=300.0, form="ratio"), [0.5, 0.5, 0.4, 0.45, 0.4]),
    ],
)
def test_five_groups_at_the_allowed_gap_keep_one_budget_also_when_one_appears_later(watch, rates):
    random, times = np.random.default_rng(5), []
    for _ in range(25):
        names = chain(repeat("abcd", 10), repeat("abcde"))
        times.append(
            lasted(
                watch, lambda n=names: groups(random, next(n), rates), advance_gap, GapDetector.begun(), 600
            )
        )
    assert np.mean(times) >= watch.budget


def test_one_group_of_five_that_falls_behind_is_found_and_named():
    watch, random, named = GapWatch(0.8, budget=90 * 86_400.0, form="ratio"), np.random.default_rng(6), []
    rates = [0.5, 0.5, 0.5, 0.5, 0.25]
    for _ in range(5):
        detector = GapDetector.begun()
        while not detector.alarmed(watch):
            detector = advance_gap(watch, detector, groups(random, "abcde", rates, 60), 3600)
        named.append(detector.widest[1])
    assert named == [(0, ("e",))] * 5
    assert detector.seconds < 40 * 3600


def test_slices_that_appear_one_after_the_other_keep_one_budget_together():
    watch, random, times = RateWatch(0.05, "above", budget=600.0), np.random.default_rng(7), []
    for _ in range(40):
        at, now = begun_slices(watch, [("0",), ("1",)]), 0
        while now < 1_200 and not at.alarmed:
            names = range(2 + now // 100)
            batches = {(str(name),): Counts(int(random.binomial(20, 0.05)), 20) for name in names}
            at, now = advance_slices(watch, at, batches, 10.0), now + 10
        times.append(now)
    assert np.mean(times) >= watch.budget
