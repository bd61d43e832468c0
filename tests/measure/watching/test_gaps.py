"""The detector of a gap: no allowed pair of rates is evidence on average, whatever its base rate."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from holdfast.measure.states import Counts
from holdfast.measure.watching.gaps import BEYOND, GapDetector, GapWatch, advance_gap

PASTS = {
    "nothing": (Counts(), Counts()),
    "a gap": (Counts(300, 1000), Counts(100, 1000)),
    "both ends": (Counts(999, 1000), Counts(1, 1000)),
}


@pytest.mark.parametrize("past", PASTS)
@pytest.mark.parametrize(("m", "n"), [(4, 4), (9, 2), (1, 7)])
@pytest.mark.parametrize("level", [0.0, 0.05, 0.3])
def test_an_allowed_pair_is_no_evidence_on_average(level, m, n, past):
    watch = GapWatch(level, budget=1e6)
    begun = GapDetector(np.zeros((2, len(BEYOND))), *PASTS[past])
    logs = np.array(
        [
            [advance_gap(watch, begun, Counts(k1, m), Counts(k2, n), 0).logs for k2 in range(n + 1)]
            for k1 in range(m + 1)
        ]
    )
    for high, apart in product(np.linspace(0, 1, 7), (-level, -level / 2, 0.0, level / 3, level)):
        low = high - apart
        if 0 <= low <= 1:
            weights = np.outer(binom.pmf(range(m + 1), m, high), binom.pmf(range(n + 1), n, low))
            mean = (weights[..., None, None] * np.exp(logs)).sum((0, 1))
            assert np.all(mean <= 1 + 1e-6)


counts = st.integers(0, 60).flatmap(lambda n: st.builds(Counts, st.integers(0, n), st.just(n)))


@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=5))
def test_the_groups_may_change_places(batches):
    watch = GapWatch(0.1, budget=1e6)
    here = there = GapDetector.begun()
    for one, two in batches:
        here, there = advance_gap(watch, here, one, two, 60), advance_gap(watch, there, two, one, 60)
    assert here.logs == pytest.approx(there.logs[::-1], abs=1e-9)


def test_a_batch_without_one_of_the_groups_says_nothing_about_their_gap():
    watch = GapWatch(0.1, budget=1e6)
    detector = advance_gap(watch, GapDetector.begun(), Counts(9, 9), Counts(), 60)
    assert np.exp(detector.logs) == pytest.approx(60)
    assert detector.one == Counts(9, 9)


def test_nothing_but_hits_against_nothing_but_misses_stays_finite():
    watch = GapWatch(0.0, budget=1e6)
    detector = GapDetector.begun()
    for _ in range(50):
        detector = advance_gap(watch, detector, Counts(1000, 1000), Counts(0, 1000), 60)
    assert all(math.isfinite(each) for each in detector.evidence)
    assert detector.alarmed(watch)


def test_memory_fades_so_that_a_new_base_rate_is_learnt():
    watch = GapWatch(0.1, budget=1e6)
    detector = GapDetector.begun()
    for k in [100] * 20 + [900] * 20:
        detector = advance_gap(watch, detector, Counts(k, 1000), Counts(k, 1000), 60)
    assert detector.one.n == 5000
    assert detector.one.k / detector.one.n > 0.85


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: GapWatch(1.0, 1.0), "without, 1"),
        (lambda: GapWatch(-0.1, 1.0), "without, 1"),
        (lambda: GapWatch(0.1, 0.0), "0 seconds for 1 pairs"),
        (lambda: GapWatch(0.1, 1.0, 0), "for 0 pairs"),
        (
            lambda: advance_gap(GapWatch(0.1, 1.0), GapDetector.begun(), Counts(2, 1), Counts(), 1),
            "2 hits in 1",
        ),
        (lambda: advance_gap(GapWatch(0.1, 1.0), GapDetector.begun(), Counts(), Counts(), -1), "-1 seconds"),
    ],
)
def test_what_makes_no_sense_is_refused(made, said):
    with pytest.raises(ValueError, match=said):
        made()
