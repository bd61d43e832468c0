"""Simulated: drift within what is allowed alarms no sooner than the budget; a reference is a sample."""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.measure.states import Categories
from holdfast.measure.watching.allowed import DIVERGENCES, Allowed, log_bets, reference_radius
from holdfast.measure.watching.drift import DriftDetector, DriftWatch, advance_drift

CELLS = 8
NAMES = "abcdef"
TRUTH = np.array([0.3, 0.25, 0.2, 0.12, 0.08, 0.03, 0.01, 0.01])


def drawn(random, n, shares):
    named = random.multinomial(n, shares).astype(float)
    return Categories(dict(zip(NAMES, named[:-2], strict=True)), named[-2], named[-1])


@pytest.mark.parametrize("shape", [[0.5, 0.5], TRUTH, [0.97, 0.01, 0.01, 0.005, 0.005], [0.05] * 20])
@pytest.mark.parametrize("records", [20, 1_000])
def test_the_true_reference_is_within_its_radius(shape, records):
    # 1 % may be outside; of 20,000 samples
    shares = np.array(shape) / np.sum(shape)
    radius = reference_radius(records, len(shares), 0.01)
    f = np.random.default_rng(3).multinomial(records, shares, 20_000) / records
    with np.errstate(divide="ignore", invalid="ignore"):
        divergence = np.where(f > 0, f * np.log(f / shares), 0).sum(1)
    assert (divergence > radius).mean() <= 0.01


def on_the_border(random, distance):
    """Return shares of a PSI of almost this distance from the truth, in a direction of their own."""
    far = TRUTH * np.exp(random.standard_normal(CELLS))
    far /= far.sum()
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        q = middle * far + (1 - middle) * TRUTH
        low, high = (middle, high) if ((q - TRUTH) * np.log(q / TRUTH)).sum() < distance else (low, middle)
    return low * far + (1 - low) * TRUTH


@pytest.mark.parametrize(("level", "records"), [(0.1, 5_000), (0.0, 5_000), (0.0, 200)])
def test_shares_that_wander_within_the_level_alarm_no_sooner_than_the_budget(level, records):
    random, lasted = np.random.default_rng(7), []
    for _ in range(12):
        watch = DriftWatch(level, 300.0, reference=drawn(random, records, TRUTH))
        detector, now = DriftDetector.begun(watch), 0
        while now < 600 and not detector.alarmed(watch):
            batch = drawn(random, int(random.integers(0, 300)), on_the_border(random, level))
            detector, now = advance_drift(watch, detector, batch, 10.0), now + 10
        lasted.append(now)
    assert np.mean(lasted) >= 300


def test_a_reference_taken_for_the_truth_would_break_the_promise():
    # the same bets with the frequencies of 200 records in place of what they say about the truth
    random, times = np.random.default_rng(2), {}
    for radius in (0.0, reference_radius(200, CELLS, 0.01)):
        times[radius] = []
        for _ in range(20):
            reference = random.multinomial(200, TRUTH).astype(float)
            allowed = Allowed(reference + (radius == 0), DIVERGENCES["psi"], 0.0, radius)
            past, log, now = np.zeros(CELLS), -np.inf, 0
            while now < 1_000 and log < np.log(1_000):
                learnt = past + 30 * allowed.centre
                bets, _ = log_bets(allowed, learnt[None] / learnt.sum())
                counts = random.multinomial(100, TRUTH)
                log, past, now = np.logaddexp(log, np.log(10)) + bets[0] @ counts, past + counts, now + 10
            times[radius].append(now)
    naive, honest = times.values()
    assert np.mean(naive) < 500  # of 1,000 that were promised
    assert np.mean(honest) == 1_000


def test_what_drifts_further_is_found_soon():
    random, hours = np.random.default_rng(9), []
    for _ in range(6):
        watch = DriftWatch(0.1, 90 * 86_400.0, reference=drawn(random, 20_000, TRUTH))
        detector = DriftDetector.begun(watch)
        for _ in range(10):
            detector = advance_drift(watch, detector, drawn(random, 200, TRUTH), 3600.0)
        assert not detector.alarmed(watch)
        wrong, steps = on_the_border(random, 0.5), 0
        while not detector.alarmed(watch):
            detector, steps = advance_drift(watch, detector, drawn(random, 200, wrong), 3600.0), steps + 1
        hours.append(steps)
    assert np.mean(hours) <= 8
