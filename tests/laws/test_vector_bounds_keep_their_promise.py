"""Bounds of a drift of vectors miss no more often than promised, and without drift its p-values are even.

Normal vectors, so that the true distances are known in closed form. Simulated with fixed seeds; a bound at
5 % may miss in 5.5 % of samples, give or take three standard errors. HOLDFAST_LONG=1 repeats them ten times
as often.
"""

from __future__ import annotations

import os

import numpy as np
import pytest

from holdfast.measure.embedding import EmbeddingDriftEstimator
from holdfast.measure.vectors import FREQUENCIES, VectorsDrifted, VectorSums, frame_of, frequencies

LONG = 10 if os.environ.get("HOLDFAST_LONG") == "1" else 1
PROMISED = 0.055


def allowed(repetitions):
    return PROMISED + 3 * np.sqrt(PROMISED * (1 - PROMISED) / repetitions)


def expected(frame, mean, deviation):
    """Return the features' mean under a normal law: its characteristic function at the frequencies."""
    waves = frequencies(frame)
    angles = (mean - frame.origin) @ waves
    damped = np.exp(-0.5 * ((waves * deviation[:, None]) ** 2).sum(axis=0))
    return np.concatenate([np.cos(angles) * damped, np.sin(angles) * damped]) / np.sqrt(FREQUENCIES)


@pytest.mark.parametrize("deviation", [np.ones(4), 1 / np.arange(1.0, 33.0)], ids=["even", "steep"])
@pytest.mark.parametrize("shift", [0.0, 0.3])
def test_bounds_of_both_distances(deviation, shift):
    random, repetitions = np.random.default_rng(7), 25 * LONG
    mean = np.zeros(len(deviation))
    mean[0] = shift
    sizes = [(50, 80), (600, 200)]
    missed = np.zeros((len(sizes), 4))
    for at, (n, m) in enumerate(sizes):
        for _ in range(repetitions):
            then = random.normal(size=(n, len(deviation))) * deviation
            now = random.normal(size=(m, len(deviation))) * deviation + mean
            frame = frame_of(then[:100])
            state = VectorsDrifted(VectorSums.of(then, frame), VectorSums.of(now, frame))
            apart = expected(frame, mean, deviation) - expected(frame, 0 * mean, deviation)
            truths = {
                "mmd": float(np.linalg.norm(apart)),
                "mean_shift": shift / float(np.sqrt((deviation**2).sum())),
            }
            for place, (test, truth) in enumerate(truths.items()):
                low, high = EmbeddingDriftEstimator(test).bounds(state, 0.05)
                missed[at, 2 * place : 2 * place + 2] += [low > truth + 1e-12, high < truth]
    assert (missed / repetitions <= allowed(repetitions)).all()
    assert (missed.mean(axis=0) / repetitions <= allowed(repetitions * len(sizes))).all()


def test_p_values_without_drift_are_even():
    random, repetitions = np.random.default_rng(8), 60 * LONG
    small = 0
    for _ in range(repetitions):
        then, now = random.exponential(size=(200, 6)), random.exponential(size=(300, 6))
        frame = frame_of(then)
        state = VectorsDrifted(VectorSums.of(then, frame), VectorSums.of(now, frame))
        small += dict(EmbeddingDriftEstimator().estimate(state).extra)["p-value"] <= 0.1
    assert small / repetitions <= 0.1 + 3 * np.sqrt(0.09 / repetitions)
    assert small > 0
