"""Intervals and detectors of a bounded mean, against record by record and against what makes no sense."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.measure.states import Moments
from holdfast.measure.watching.means import (
    STAKES,
    Bounds,
    MeanDetector,
    MeanSequence,
    MeanWatch,
    advance_mean,
    widen,
)
from holdfast.measure.watching.rates import HEAD_START

values = st.lists(st.floats(2, 10), min_size=1, max_size=30)
BOUNDS = Bounds(2.0, 10.0)


def moments(some):
    array = np.array(some)
    return Moments(len(array), array.mean(), ((array - array.mean()) ** 2).sum(), array.min(), array.max())


@given(st.lists(values, min_size=1, max_size=5), st.sampled_from(["above", "below"]))
def test_the_evidence_of_a_batch_is_that_of_its_records(batches, side):
    watch = MeanWatch(5.0, side, BOUNDS, budget=1e6)
    detector, logs, seen = MeanDetector.begun(), np.full(len(STAKES), math.log(HEAD_START * 1e6)), []
    for batch in batches:
        detector = advance_mean(watch, detector, moments(batch), 60.0)
        unit = [(value - 2) / 8 for value in batch]
        guess = (0.5 + sum(seen)) / (1 + len(seen))
        logs = np.logaddexp(logs, np.log(60.0))
        for x in unit:
            rise = (x - 3 / 8) * (1 if side == "above" else -1)
            logs = logs + STAKES * rise - (-np.log(1 - STAKES) - STAKES) * (x - guess) ** 2
        seen += unit
    assert detector.logs == pytest.approx(logs, abs=1e-8)


@given(st.lists(values, min_size=1, max_size=5))
def test_an_interval_stays_within_the_bounds_and_never_grows_by_an_empty_batch(batches):
    seen = MeanSequence(BOUNDS, 0.05)
    for batch in batches:
        seen = widen(seen, moments(batch))
        low, high = seen.interval
        assert 2 <= low <= 10
        assert 2 <= high <= 10
        assert widen(seen, Moments(missing=3)) == seen


def test_bounds_only_move_and_stretch():
    near, far = MeanSequence(Bounds(0.0, 1.0), 0.05), MeanSequence(Bounds(100.0, 300.0), 0.05)
    for size in (5, 90):
        part = np.random.default_rng(size).beta(2, 5, size)
        near, far = widen(near, moments(part)), widen(far, moments(100 + 200 * part))
    assert far.interval == pytest.approx([100 + 200 * end for end in near.interval], rel=1e-9)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: Bounds(1.0, 1.0), "least and the greatest"),
        (lambda: Bounds(0.0, math.inf), "least and the greatest"),
        (lambda: MeanWatch(2.0, "above", BOUNDS, 1.0), "not inside the bounds"),
        (lambda: MeanWatch(3.0, "above", BOUNDS, 0.0), "0 seconds for 1 slices"),
        (lambda: widen(MeanSequence(BOUNDS, 0.05), moments([1.0])), "1 to 1 where 2 to 10"),
        (lambda: widen(MeanSequence(BOUNDS, 0.05), Moments(1, 3.0, 0, 3, 3, infinite=1)), "infinity"),
        (
            lambda: advance_mean(MeanWatch(3.0, "above", BOUNDS, 1.0), MeanDetector.begun(), Moments(), -1.0),
            "-1 seconds",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(made, said):
    with pytest.raises(ValueError, match=said):
        made()
