"""Simulated: false alarms are rarer than the budget allows, and what is wrong is found."""

from __future__ import annotations

import numpy as np
import pytest
from bench.covers.scenarios import SHAPES, moments

from holdfast.measure.states import Counts, Groups
from holdfast.measure.watching.gaps import GapDetector, GapWatch, advance_gap
from holdfast.measure.watching.means import (
    Bounds,
    MeanDetector,
    MeanSequence,
    MeanWatch,
    advance_mean,
    widen,
)
from holdfast.measure.watching.rates import ALTERNATIVES, RateWatch, log_ratios

RUNS = 600


def times_to_alarm(watch, rates, batches, seconds, random, most):
    """Return each run's seconds to its alarm, `most` steps at the most (then infinite): the same steps as
    `advance`, for all runs at once."""
    logs = np.full((RUNS, ALTERNATIVES), watch.head_start)
    times, alive, now = np.full(RUNS, np.inf), np.ones(RUNS, bool), 0.0
    for step in range(most):
        n = batches(step)
        k = random.binomial(n, rates(step), RUNS)
        hits = k if watch.side == "above" else n - k
        logs = np.logaddexp(logs, np.log(seconds)) + log_ratios(watch.against, hits, n)
        now += seconds
        top = logs.max(1)
        alarmed = alive & (top + np.log(np.exp(logs - top[:, None]).mean(1)) >= watch.threshold)
        times[alarmed] = now
        alive &= ~alarmed
        if not alive.any():
            break
    return times, now


@pytest.mark.parametrize(
    ("level", "side", "n"),
    [(0.01, "above", 50), (0.2, "above", 7), (0.95, "below", 30), (0.8, "above", 20)],
)
def test_the_mean_time_to_a_false_alarm_is_at_least_the_budget(level, side, n):
    watch = RateWatch(level, side, budget=3_000.0)
    random = np.random.default_rng(11)
    times, end = times_to_alarm(watch, lambda _: level, lambda _: n, 10.0, random, most=3_000)
    # runs without an alarm count only up to their end, so that the mean is not flattered
    lasted = np.minimum(times, end)
    lower = lasted.mean() - 1.645 * lasted.std() / np.sqrt(RUNS)
    assert lower >= watch.budget


def test_traffic_that_changes_by_the_hour_does_not_raise_false_alarms():
    watch = RateWatch(0.02, "above", budget=3_000.0)
    random = np.random.default_rng(5)
    times, end = times_to_alarm(
        watch, lambda _: 0.02, lambda step: (1, 400, 0, 35)[step % 4], 10.0, random, most=3_000
    )
    assert np.minimum(times, end).mean() >= watch.budget


def test_false_alarms_of_many_slices_together_keep_one_budget():
    # the rate of first alarms among 20 independent slices, each with its part of the budget
    watch = RateWatch(0.05, "above", budget=2_000.0, slices=20)
    random = np.random.default_rng(6)
    times, end = times_to_alarm(watch, lambda _: 0.05, lambda _: 20, 10.0, random, most=2_000)
    first = np.minimum(times, end).reshape(-1, 20).min(1)
    assert first.mean() >= watch.budget


@pytest.mark.parametrize("factor", [2, 5, 15])
def test_a_rate_that_rises_is_found_soon(factor):
    watch = RateWatch(0.002, "above", budget=100_000.0)
    random = np.random.default_rng(8)
    times, _ = times_to_alarm(watch, lambda _: 0.002 * factor, lambda _: 10, 10.0, random, most=5_000)
    records = times.mean()
    # some log(budget) over the divergence of the two rates, as for any rule that keeps the budget
    p, q = 0.002 * factor, 0.002
    divergence = p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))
    assert records < 1.5 * np.log(100_000) / divergence + 10


@pytest.mark.parametrize("shape", SHAPES)
def test_the_interval_of_a_mean_misses_at_no_look(shape):
    random, missed, width = np.random.default_rng(2), 0, 0.0
    for _ in range(300):
        seen = MeanSequence(Bounds(0, 1), alpha=0.1)
        ever = False
        for size in (1, 3, 50, 50, 200, 7, 400, 400):
            seen = widen(seen, moments(SHAPES[shape](random, size)))
            low, high = seen.interval
            ever = ever or not low <= 0.1 <= high
        missed += ever
        width += (high - low) / 300
    assert missed / 300 <= 0.1
    assert width < 0.15  # a thousand records say something


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("side", ["above", "below"])
def test_a_mean_at_its_level_alarms_no_sooner_than_the_budget(shape, side):
    watch = MeanWatch(0.1, side, Bounds(0, 1), budget=500.0)
    random, lasted = np.random.default_rng(4), []
    for _ in range(120):
        detector, now = MeanDetector.begun(), 0
        while now < 2_000 and not detector.alarmed(watch):
            detector = advance_mean(watch, detector, moments(SHAPES[shape](random, 30)), 10.0)
            now += 10
        lasted.append(now)
    assert np.mean(lasted) >= watch.budget


@pytest.mark.parametrize("shape", SHAPES)
def test_a_mean_that_doubles_is_found(shape):
    watch = MeanWatch(0.1, "above", Bounds(0, 1), budget=86_400.0 * 90)
    random, minutes = np.random.default_rng(4), []
    for _ in range(20):
        detector = MeanDetector.begun()
        for _ in range(20):
            detector = advance_mean(watch, detector, moments(SHAPES[shape](random, 100)), 60.0)
        assert not detector.alarmed(watch)
        steps = 0
        while not detector.alarmed(watch):
            detector = advance_mean(
                watch, detector, moments(np.minimum(SHAPES[shape](random, 100) + 0.1, 1)), 60.0
            )
            steps += 1
        minutes.append(steps)
    assert np.mean(minutes) <= 40


def gap_batches(random, first, second, base):
    """Yield batches of two groups whose common rate wanders by the hour."""
    for hour in range(10_000):
        wander = 0.1 * np.sin(hour / 7)
        rates = [base + wander + first, base + wander + second]
        yield Groups(({(name,): hits(random, 40, rate) for name, rate in zip("ab", rates, strict=True)},))


def hits(random, n, rate):
    return Counts(int(random.binomial(n, rate)), n)


def test_a_gap_that_is_allowed_alarms_no_sooner_than_the_budget_while_the_base_rate_wanders():
    watch = GapWatch(0.1, budget=300.0)
    random, lasted = np.random.default_rng(1), []
    for _ in range(60):
        detector, now = GapDetector.begun(), 0
        for batch in gap_batches(random, 0.1, 0.0, 0.3):
            detector, now = advance_gap(watch, detector, batch, 10.0), now + 10
            if detector.alarmed(watch) or now >= 1_500:
                break
        lasted.append(now)
    assert np.mean(lasted) >= watch.budget


@pytest.mark.parametrize(("first", "second"), [(0.3, 0.0), (0.0, 0.3)])
def test_a_gap_of_three_times_its_level_is_found(first, second):
    watch = GapWatch(0.1, budget=86_400.0 * 90)
    random, steps = np.random.default_rng(1), []
    for _ in range(10):
        detector = GapDetector.begun()
        for step, batch in enumerate(gap_batches(random, first, second, 0.3)):
            detector = advance_gap(watch, detector, batch, 3600.0)
            if detector.alarmed(watch):
                steps.append(step)
                break
    assert len(steps) == 10
    assert np.mean(steps) < 25
