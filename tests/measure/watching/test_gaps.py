"""The detector of gaps: no allowed pair of rates is evidence on average, whatever its base rate."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from holdfast.measure.states import ClusteredCounts, Counts, Groups
from holdfast.measure.watching.gaps import BEYOND, MOST_GROUPS, GapDetector, GapWatch, advance_gap

A, B, C = ("a",), ("b",), (None,)
PASTS = {
    "nothing": (Counts(), Counts()),
    "a gap": (Counts(300, 1000), Counts(100, 1000)),
    "both ends": (Counts(999, 1000), Counts(1, 1000)),
    "rare": (Counts(1, 1000), Counts(0, 1000)),
}
WATCHES = {
    **{f"{level} apart": GapWatch(level, 1e6) for level in (0.0, 0.05, 0.3)},
    **{f"{level} of the other": GapWatch(level, 1e6, form="ratio") for level in (1.0, 0.8, 0.3)},
}


def two(one, other):
    return Groups(({A: one, B: other},))


def after(past):
    """Return a detector of two groups that has this past, and log evidence 0 everywhere."""
    hits, trials = (np.array([getattr(counts, name) for counts in past]) for name in ("k", "n"))
    return GapDetector(((0, A), (0, B)), 2, hits, trials, np.zeros((1, 2, len(BEYOND))))


@pytest.mark.parametrize("past", PASTS)
@pytest.mark.parametrize(("m", "n"), [(4, 4), (9, 2), (1, 7)])
@pytest.mark.parametrize("named", WATCHES)
def test_an_allowed_pair_is_no_evidence_on_average(named, m, n, past):
    watch, begun = WATCHES[named], after(PASTS[past])
    logs = np.array(
        [
            [advance_gap(watch, begun, two(Counts(k1, m), Counts(k2, n)), 0).logs[0] for k2 in range(n + 1)]
            for k1 in range(m + 1)
        ]
    )
    for high, part in product(np.linspace(0, 1, 7), (-1, -0.5, 0.0, 1 / 3, 1)):
        # of a ratio between the level times the other and the other divided by the level
        low = high - part * watch.level if watch.form == "difference" else high * watch.level**part
        if 0 <= low <= 1:
            weights = np.outer(binom.pmf(range(m + 1), m, high), binom.pmf(range(n + 1), n, low))
            mean = (weights[..., None, None] * np.exp(logs)).sum((0, 1))
            assert np.all(mean <= 1 + 1e-6)


counts = st.integers(0, 60).flatmap(lambda n: st.builds(Counts, st.integers(0, n), st.just(n)))


@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=5), st.sampled_from(sorted(WATCHES)))
def test_the_groups_may_change_places(batches, named):
    here = there = after((Counts(), Counts()))
    for one, other in batches:
        here = advance_gap(WATCHES[named], here, two(one, other), 60)
        there = advance_gap(WATCHES[named], there, two(other, one), 60)
    assert here.logs == pytest.approx(there.logs[:, ::-1], abs=1e-9)


@given(st.lists(st.tuples(counts, counts, counts), min_size=1, max_size=4))
def test_a_pair_s_evidence_is_what_it_would_be_alone(batches):
    watch, three, pair = GapWatch(0.05, 1e6), GapDetector.begun(), GapDetector.begun()
    for one, other, third in batches:
        three = advance_gap(watch, three, Groups(({A: one, B: other, C: third},)), 60)
        pair = advance_gap(watch, pair, two(one, other), 60)
    at = dict(zip(named_pairs(three), three.logs, strict=True))
    for names, logs in zip(named_pairs(pair), pair.logs, strict=True):
        mine = at[names] if names in at else at[names[::-1]][::-1]
        assert mine == pytest.approx(logs, abs=1e-9)


def named_pairs(detector):
    return [tuple(detector.groups[each][1] for each in pair) for pair in detector.pairs]


def test_a_batch_without_one_of_the_groups_says_nothing_about_their_gap():
    watch = GapWatch(0.1, budget=1e6)
    detector = advance_gap(watch, after((Counts(), Counts())), Groups(({A: Counts(9, 9)},)), 60)
    assert np.exp(detector.logs) == pytest.approx(61)
    assert detector.trials.tolist() == [9, 0]


def test_a_group_that_appears_later_is_paired_from_then_on_with_a_smaller_part():
    watch = GapWatch(0.1, budget=1e6)
    detector = advance_gap(watch, GapDetector.begun(), two(Counts(5, 10), Counts(5, 10)), 60)
    detector = advance_gap(watch, detector, Groups(({A: Counts(5, 10), C: Counts(5, 10)},)), 60)
    assert named_pairs(detector) == [(A, B), (A, C), (B, C)]
    only = replace(
        detector, logs=np.where(np.arange(3)[:, None, None] == 1, 0.0, -np.inf) + np.zeros((3, 2, 8))
    )
    assert only.evidence == pytest.approx(
        -math.log(4)
    )  # the known pair keeps half, this one gets half the rest
    assert only.widest in [((0, A), (0, C)), ((0, C), (0, A))]


def test_two_rates_are_never_paired_with_each_other():
    batch = Groups(({A: Counts(9, 10), B: Counts(9, 10)}, {A: Counts(1, 10), B: Counts(1, 10)}))
    detector = advance_gap(GapWatch(0.1, 1e6), GapDetector.begun(), batch, 60)
    assert [tuple(detector.groups[each][0] for each in pair) for pair in detector.pairs] == [(0, 0), (1, 1)]


def test_groups_beyond_the_most_that_are_paired_are_counted_as_left_out():
    many = Groups(({(f"{i:03}",): Counts(1, 2) for i in range(MOST_GROUPS + 3)},))
    detector = advance_gap(GapWatch(0.1, 1e6), GapDetector.begun(), many, 60)
    assert len(detector.groups) == MOST_GROUPS
    assert detector.left_out == 6


def test_clusters_weigh_as_their_largest_size_allows():
    clustered = ClusteredCounts(k=50, n=100, clusters=10, kk=500, nn=1000, kn=500)
    here = advance_gap(GapWatch(0.1, 1e6), GapDetector.begun(), two(clustered, Counts(0, 10)), 60)
    there = advance_gap(GapWatch(0.1, 1e6), GapDetector.begun(), two(Counts(5, 10), Counts(0, 10)), 60)
    assert here.logs == pytest.approx(there.logs)


@pytest.mark.parametrize("named", WATCHES)
def test_nothing_but_hits_against_nothing_but_misses_stays_finite(named):
    watch, detector = WATCHES[named], GapDetector.begun()
    for _ in range(50):
        detector = advance_gap(watch, detector, two(Counts(1000, 1000), Counts(0, 1000)), 60)
    assert math.isfinite(detector.evidence)
    assert detector.alarmed(watch)
    assert detector.widest == ((0, A), (0, B))


def test_memory_fades_so_that_a_new_base_rate_is_learnt():
    watch = GapWatch(0.1, budget=1e6)
    detector = GapDetector.begun()
    for k in [100] * 20 + [900] * 20:
        detector = advance_gap(watch, detector, two(Counts(k, 1000), Counts(k, 1000)), 60)
    assert detector.trials[0] == 5000
    assert detector.hits[0] / detector.trials[0] > 0.85


def test_before_there_are_two_groups_there_is_no_evidence():
    detector = advance_gap(GapWatch(0.1, 1e6), GapDetector.begun(), Groups(({A: Counts(9, 9)},)), 60)
    assert (detector.evidence, detector.widest) == (-math.inf, None)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: GapWatch(1.0, 1.0), "without, 1"),
        (lambda: GapWatch(-0.1, 1.0), "without, 1"),
        (lambda: GapWatch(0.0, 1.0, form="ratio"), "above 0 and at most 1"),
        (lambda: GapWatch(0.1, 0.0), "0 seconds for 1 slices"),
        (lambda: GapWatch(0.1, 1.0, 0), "for 0 slices"),
        (
            lambda: advance_gap(GapWatch(0.1, 1.0), GapDetector.begun(), two(Counts(2, 1), Counts()), 1),
            "2 hits in 1",
        ),
        (lambda: advance_gap(GapWatch(0.1, 1.0), GapDetector.begun(), Groups.zero(), -1), "-1 seconds"),
    ],
)
def test_what_makes_no_sense_is_refused(made, said):
    with pytest.raises(ValueError, match=said):
        made()
