"""Times to an alarm, measured: at every threshold at once, with restarts, and after a change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from bench.rules.vectorised import Rule, Traffic

from holdfast.measure.states import Floats


def mean_times(
    rules: Sequence[Rule], rate: float, traffic: Traffic, minutes: int, runs: int, seed: int
) -> list[Floats]:
    """Return each rule's mean minutes to a false alarm at each threshold of its grid.

    Time at risk over alarms: runs without an alarm count until the end. All rules see the same streams.
    """
    random = np.random.default_rng(seed)
    reached = [np.zeros(runs, np.int64) for _ in rules]
    alarms = [np.zeros(len(rule.grid)) for rule in rules]
    at_risk = [np.full(len(rule.grid), float(runs * minutes)) for rule in rules]
    for rule in rules:
        rule.begin(runs)
    for minute in range(minutes):
        n = traffic(minute)
        k = random.binomial(n, rate, runs)
        for rule, place, alarm, risk in zip(rules, reached, alarms, at_risk, strict=True):
            at = np.searchsorted(rule.grid, rule.step(k, n), side="right")
            for run in np.flatnonzero(at > place):
                alarm[place[run] : at[run]] += 1
                risk[place[run] : at[run]] -= minutes - (minute + 1)
                place[run] = at[run]
    return [risk / np.maximum(alarm, 0.5) for risk, alarm in zip(at_risk, alarms, strict=True)]


def frequent_threshold(grid: Floats, times: Floats, wanted: float) -> float | None:
    """Return the greatest threshold of a grid whose mean time to a false alarm is at most `wanted`.

    For a yardstick: where its statistic moves in steps, it may alarm too often, never too seldom.

    Examples
    --------
    >>> frequent_threshold(np.array([1.0, 2, 3]), np.array([10.0, 100, 1000]), 500)
    2.0
    """
    within = np.flatnonzero(times <= wanted)
    return float(grid[within[-1]]) if within.size else None


def threshold_for(grid: Floats, times: Floats, wanted: float) -> float | None:
    """Return the least threshold whose mean time to a false alarm is `wanted`; None where none has it.

    Between two of the grid it is interpolated in the logarithm of the time.

    Examples
    --------
    >>> round(threshold_for(np.array([1.0, 2, 3]), np.array([10.0, 100, 1000]), 10**1.5), 6)
    1.5
    """
    beyond = np.flatnonzero(times >= wanted)
    if not beyond.size:
        return None
    first = int(beyond[0])
    if first == 0:
        return float(grid[0])
    low, high = np.log(times[first - 1 : first + 1])
    share = (np.log(wanted) - low) / (high - low)
    return float(grid[first - 1] + share * (grid[first] - grid[first - 1]))


def false_alarms(
    rules: Sequence[Rule],
    thresholds: Sequence[float],
    rate: float,
    traffic: Traffic,
    minutes: int,
    runs: int,
    seed: int,
) -> list[Floats]:
    """Return each rule's alarms in each run of so many minutes; after an alarm it begins anew."""
    random = np.random.default_rng(seed)
    counts = [np.zeros(runs) for _ in rules]
    for rule in rules:
        rule.begin(runs)
    for minute in range(minutes):
        n = traffic(minute)
        k = random.binomial(n, rate, runs)
        for index, (rule, threshold) in enumerate(zip(rules, thresholds, strict=True)):
            alarmed = np.flatnonzero(rule.step(k, n) >= threshold)
            if alarmed.size:
                counts[index][alarmed] += 1
                rule.restart(alarmed)
    return counts


@dataclass(frozen=True)
class Delay:
    """Records from a change to the alarm.

    Attributes
    ----------
    mean, error : float
        Over the runs that had not alarmed before the change, and its standard error.
    runs : int
        How many those were.
    late : int
        Of them, those that had not alarmed when the simulation ended; they count until then.
    """

    mean: float
    error: float
    runs: int
    late: int


def delays(
    rules: Sequence[Rule],
    thresholds: Sequence[float],
    rates: tuple[float, float],
    traffic: Traffic,
    before: int,
    most: int,
    runs: int,
    seed: int,
) -> list[Delay]:
    """Return each rule's delay after the rate changes from one to another, `before` minutes after its start.

    Runs with a false alarm before the change are left out (it would have been looked at).
    """
    random = np.random.default_rng(seed)
    found = [np.full(runs, np.nan) for _ in rules]
    early = [np.zeros(runs, bool) for _ in rules]
    for rule in rules:
        rule.begin(runs)
    records = 0
    for minute in range(before + most):
        n, changed = traffic(minute), minute >= before
        k = random.binomial(n, rates[changed], runs)
        records += n if changed else 0
        for rule, threshold, when, out in zip(rules, thresholds, found, early, strict=True):
            alarmed = rule.step(k, n) >= threshold
            if changed:
                when[alarmed & np.isnan(when) & ~out] = records
            else:
                out |= alarmed
        if changed and not any(np.any(np.isnan(when) & ~out) for when, out in zip(found, early, strict=True)):
            break
    return [delay_of(when[~out], records) for when, out in zip(found, early, strict=True)]


def delay_of(when: Floats, end: float) -> Delay:
    """Return the mean delay of runs of which some (NaN) had not alarmed by the end."""
    late = int(np.isnan(when).sum())
    counted = np.where(np.isnan(when), end, when)
    if not len(counted):
        return Delay(float("nan"), float("nan"), 0, 0)
    error = float(counted.std(ddof=1) / np.sqrt(len(counted))) if len(counted) > 1 else float("nan")
    return Delay(float(counted.mean()), error, len(counted), late)
