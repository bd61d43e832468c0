"""Drift of vectors: the frame, the sums, and the two distances, against brute force over all pairs."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from holdfast.kernel.canonical import canonical
from holdfast.kernel.errors import LedgerError
from holdfast.measure.embedding import EmbeddingDriftEstimator
from holdfast.measure.encoding import from_json, to_json
from holdfast.measure.judging import Requirement, judge
from holdfast.measure.shifts import Shift
from holdfast.measure.states import IncompatibleStates
from holdfast.measure.vectors import Frame, VectorsDrifted, VectorSums, features, frame_of, frequencies

RANDOM = np.random.default_rng(1)
THEN, NOW = RANDOM.normal(0, 1, (60, 5)), RANDOM.normal(0.4, 1.2, (45, 5))
FRAME = frame_of(THEN)
STATE = VectorsDrifted(VectorSums.of(THEN, FRAME), VectorSums.of(NOW, FRAME))


def kernel(x, y):
    """Return the kernel that the frequencies stand for, of every pair."""
    apart = x[:, None, :] - y[None, :, :]
    return np.cos(apart @ frequencies(FRAME)).mean(axis=2)


def test_the_value_is_the_unbiased_discrepancy_over_all_pairs():
    xx, yy, xy = kernel(THEN, THEN), kernel(NOW, NOW), kernel(THEN, NOW)
    n, m = len(THEN), len(NOW)
    unbiased = (xx.sum() - n) / (n * (n - 1)) + (yy.sum() - m) / (m * (m - 1)) - 2 * xy.mean()
    assert EmbeddingDriftEstimator().estimate(STATE).value == pytest.approx(np.sqrt(unbiased), rel=1e-9)
    plain = dict(EmbeddingDriftEstimator().estimate(STATE).extra)["plain MMD"]
    assert plain == pytest.approx(np.sqrt(xx.mean() + yy.mean() - 2 * xy.mean()), rel=1e-9)


def test_the_frequencies_stand_for_a_gaussian_kernel():
    random = np.random.default_rng(4)
    x, y = random.normal(0, 1, (300, 5)), random.normal(0, 1, (300, 5))
    exact = np.exp(-((x - y) ** 2).sum(axis=1) / (2 * FRAME.bandwidth**2))
    seen = (features(x, frequencies(FRAME)) * features(y, frequencies(FRAME))).sum(axis=1)
    assert abs((seen - exact).mean()) < 0.05
    assert np.abs(seen - exact).max() < 0.5


def test_the_mean_shift_is_the_distance_of_the_means_in_distances_from_the_mean():
    estimate = EmbeddingDriftEstimator("mean_shift").estimate(STATE)
    unit = ((THEN - THEN.mean(axis=0)) ** 2).sum() / (len(THEN) - 1)
    other = ((NOW - NOW.mean(axis=0)) ** 2).sum() / (len(NOW) - 1)
    squared = ((NOW.mean(axis=0) - THEN.mean(axis=0)) ** 2).sum() - unit / len(THEN) - other / len(NOW)
    assert estimate.value == pytest.approx(np.sqrt(squared / unit), rel=1e-9)


def test_the_other_figure_stands_beside_the_judged_one():
    mmd, mean = (
        EmbeddingDriftEstimator().estimate(STATE),
        EmbeddingDriftEstimator("mean_shift").estimate(STATE),
    )
    assert dict(mmd.extra)["mean shift"] == mean.value
    assert dict(mean.extra)["MMD"] == mmd.value
    assert dict(mmd.extra)["dimensions"] == 5


@pytest.mark.parametrize("test", ["mmd", "mean_shift"])
def test_halves_merge_to_the_whole(test):
    halves = [VectorSums.of(part, FRAME) for part in (NOW[:20], NOW[20:])]
    merged = VectorsDrifted(STATE.reference, halves[0].merge(halves[1]))
    estimator = EmbeddingDriftEstimator(test)
    assert estimator.estimate(merged).value == pytest.approx(estimator.estimate(STATE).value, rel=1e-9)


def test_vectors_far_from_zero_lose_no_digits():
    far = [each + 1e7 for each in (THEN, NOW)]
    frame = frame_of(far[0])
    state = VectorsDrifted(*(VectorSums.of(each, frame) for each in far))
    estimator = EmbeddingDriftEstimator("mean_shift")
    assert estimator.estimate(state).value == pytest.approx(estimator.estimate(STATE).value, rel=1e-6)


def test_sums_of_other_frames_do_not_merge():
    other = VectorSums.of(THEN, Frame(FRAME.origin, FRAME.bandwidth * 2))
    with pytest.raises(IncompatibleStates, match="frames"):
        STATE.reference.merge(other)


@pytest.mark.parametrize("test", ["mmd", "mean_shift"])
@pytest.mark.parametrize("factor", [0.5, 1.0, 4.0])
def test_more_records_of_the_same_kind_show_the_same_value_with_less_noise(test, factor):
    estimator = EmbeddingDriftEstimator(test)
    scaled = estimator.scaled(STATE, factor)
    assert scaled.current.n == 45 * factor
    assert estimator.estimate(scaled).value == pytest.approx(estimator.estimate(STATE).value, rel=0.02)
    widths = [np.diff(estimator.bounds(each, 0.05))[0] for each in (STATE, scaled)]
    # the draws are seeded by the noise, so that two states have their own luck
    assert widths[1] < 1.01 * widths[0] if factor >= 1 else widths[1] > widths[0]


def test_a_gate_on_it_passes_fails_and_waits():
    same = VectorsDrifted(STATE.reference, VectorSums.of(RANDOM.normal(0, 1, (2000, 5)), FRAME))
    estimator = EmbeddingDriftEstimator()
    verdicts = [
        judge(estimator, {(): state}, Requirement("<=", limit), unit="number").verdict.value
        for state, limit in ((same, 0.2), (STATE, 0.05), (STATE, estimator.estimate(STATE).value))
    ]
    assert verdicts == ["pass", "fail", "inconclusive"]


@pytest.mark.parametrize(
    ("then", "now", "words"),
    [
        (np.zeros((0, 5)), NOW, "the reference holds 0 vectors"),
        (THEN, np.zeros((0, 5)), "the current records hold 0 vectors"),
        (THEN, NOW[:1], "the current records hold 1 vector:"),
    ],
)
def test_too_few_vectors_are_no_evidence_and_say_so(then, now, words):
    state = VectorsDrifted(VectorSums.of(then, FRAME), VectorSums.of(now, FRAME))
    estimate = EmbeddingDriftEstimator().estimate(state)
    assert (estimate.value, estimate.interval) == (None, None)
    assert words in estimate.notes[0]
    assert EmbeddingDriftEstimator().bounds(state, 0.05) is None
    assert EmbeddingDriftEstimator().scaled(state, 2) is state


def test_vectors_that_are_all_the_same_are_told_from_others():
    ones = np.ones((100, 3))
    frame = frame_of(ones)
    state = VectorsDrifted(VectorSums.of(ones, frame), VectorSums.of(ones + 0.5, frame))
    estimate = EmbeddingDriftEstimator().estimate(state)
    assert estimate.value > 0.2
    assert "all vectors of the reference are the same" in estimate.notes
    alike = EmbeddingDriftEstimator().estimate(VectorsDrifted(state.reference, state.reference))
    assert alike.value == 0


def test_what_was_left_out_is_said():
    from dataclasses import replace

    state = VectorsDrifted(STATE.reference, replace(STATE.current, missing=5, unusable=10))
    notes = EmbeddingDriftEstimator().estimate(state).notes
    assert any("10 vectors that are empty or hold a null" in note for note in notes)
    assert any("without a vector: 0 % of the reference, 25.0 % now" in note for note in notes)


def test_the_frame_is_the_median_distance_and_never_zero():
    assert frame_of(np.array([[0.0], [1.0], [5.0]])).bandwidth == 4.0
    assert frame_of(np.array([[3.0, 4.0]])).bandwidth == 5.0
    assert frame_of(np.zeros((4, 2))).bandwidth == 1.0


def test_the_frequencies_are_the_same_on_every_machine():
    drawn = frequencies(Frame(np.zeros(3), 2.0)).ravel()
    assert drawn[:3].round(9).tolist() == [-0.600918477, 0.546052898, -0.34227722]
    np.testing.assert_allclose(frequencies(Frame(np.ones(3), 1.0)).ravel(), 2 * drawn)


def test_a_state_that_was_tampered_with_is_refused():
    told = json.loads(canonical(to_json(STATE)))
    told["current"]["total"] = told["current"]["features"]
    with pytest.raises(LedgerError, match="HF401"):
        from_json(told)


def test_a_shift_along_one_axis_is_a_normal_number():
    """One eigenvalue: the bounds are those of |d + z|, solved by hand."""

    def within(mean):
        return 0.5 * (math.erf((3 - mean) / math.sqrt(2)) - math.erf((-3 - mean) / math.sqrt(2)))

    low, high = Shift(9.0, np.array([1.0])).bounds(0.025)
    assert 1 - within(low) == pytest.approx(0.025, abs=1e-6)
    assert within(high) == pytest.approx(0.025, abs=1e-6)


def test_no_noise_and_no_shift_is_zero():
    assert (
        Shift(0.0, np.zeros(3)).bounds(0.05) == (0.0, 0.0) or Shift(0.0, np.zeros(3)).bounds(0.05)[1] < 1e-9
    )
