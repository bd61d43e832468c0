"""Rules that watch a rate, each for thousands of simulated runs side by side.

A rule takes a batch (the hits of every run in n trials) and returns a statistic per run; it alarms where
that reaches a threshold. So one stream gives the time to an alarm at every threshold at once, and thresholds
can be tuned until all rules have the same measured rate of false alarms.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from holdfast.measure.states import Floats
from holdfast.measure.watching.rates import RateWatch, log_ratios

MINUTE = 60.0
Integers: TypeAlias = NDArray[np.signedinteger[Any]]


class Rule(Protocol):
    """What a simulated rule can do."""

    name: str
    grid: Floats
    """Thresholds among which one is sought, rising."""

    def begin(self, runs: int) -> None:
        """Forget everything."""
        ...

    def restart(self, which: Integers) -> None:
        """Begin the runs anew whose places are given."""
        ...

    def step(self, k: Integers, n: int) -> Floats:
        """Return each run's statistic after one more batch."""
        ...


class Ours:
    """The mixture e-SR of `holdfast.measure.watching.rates`, with its own alternatives and head start."""

    def __init__(self, watch: RateWatch, *, head_start: bool = True) -> None:
        self.watch, self.name = watch, "ours" if head_start else "ours, begun at zero"
        self._begun = math.exp(watch.head_start) if head_start else 0.0
        self.grid = watch.threshold + np.linspace(-4, 1, 201)
        self._ratios: dict[int, Floats] = {}

    def begin(self, runs: int) -> None:
        """Forget everything."""
        self.evidence = np.full((runs, log_ratios(self.watch.against, 0, 0).shape[-1]), self._begun)

    def restart(self, which: Integers) -> None:
        """Begin the runs anew whose places are given."""
        self.evidence[which] = self._begun

    def step(self, k: Integers, n: int) -> Floats:
        """Return the log of the mean evidence."""
        if n not in self._ratios:
            # beyond e^600 an alarm has long been raised
            self._ratios[n] = np.exp(np.minimum(log_ratios(self.watch.against, np.arange(n + 1), n), 600))
        hits = k if self.watch.side == "above" else n - k
        self.evidence += MINUTE
        with np.errstate(over="ignore"):  # cut off in the next line
            self.evidence *= self._ratios[n][hits]
        np.minimum(self.evidence, 1e300, out=self.evidence)
        found: Floats = np.log(self.evidence.mean(axis=1))
        return found


class OracleCusum:
    """Page's CUSUM (1954) of the log likelihood ratio against the rate that is going to be true.

    No rule with as rare false alarms has a shorter worst mean delay (Moustakides 1986), and none that has to
    work can know p1: it is the yardstick.
    """

    name = "oracle CUSUM"

    def __init__(self, level: float, truth: float) -> None:
        self.hit, self.miss = math.log(truth / level), math.log((1 - truth) / (1 - level))
        self.grid = np.linspace(0.5, 18, 701)

    def begin(self, runs: int) -> None:
        """Forget everything."""
        self.sums = np.zeros(runs)

    def restart(self, which: Integers) -> None:
        """Begin the runs anew whose places are given."""
        self.sums[which] = 0

    def step(self, k: Integers, n: int) -> Floats:
        """Return the sums, never below zero."""
        self.sums += k * self.hit + (n - k) * self.miss
        np.maximum(self.sums, 0, out=self.sums)
        return self.sums


class PageHinkley:
    """`river.drift.PageHinkley` (0.26) with mode "up", fed the share of hits of each batch that has trials.

    It learns what is usual from the stream and so answers another question: has the rate risen? Its `delta`
    is given here as half the level, that of its defaults (0.005) being larger than most of these rates.
    """

    name = "PageHinkley"

    def __init__(self, level: float, delta: float, forget: float = 1 - 0.0001, least: int = 30) -> None:
        self.delta, self.forget, self.least = delta, forget, least
        self.grid = np.geomspace(level / 4, 4000 * level, 801)

    def begin(self, runs: int) -> None:
        """Forget everything."""
        self.seen, self.mean, self.sums = np.zeros(runs), np.zeros(runs), np.zeros(runs)
        self.low = np.full(runs, np.inf)

    def restart(self, which: Integers) -> None:
        """Begin the runs anew whose places are given."""
        self.seen[which] = self.mean[which] = self.sums[which] = 0
        self.low[which] = np.inf

    def step(self, k: Integers, n: int) -> Floats:
        """Return how far the sum of deviations is above its least."""
        if n:
            share = k / n
            self.seen += 1
            self.mean += (share - self.mean) / self.seen
            self.sums = self.forget * self.sums + share - self.mean - self.delta
            np.minimum(self.low, self.sums, out=self.low)
        return np.where(self.seen >= self.least, self.sums - self.low, -np.inf)


class Wilson:
    """Alarm where the Wilson interval of a window lies wholly above the level.

    Wilson's (1927) lower bound at z is above p0 exactly where the score (k/n - p0) / sqrt(p0 (1 - p0) / n) is
    above z; so the score is the statistic, and 1.96 the threshold of the 95 % interval that people draw.
    """

    def __init__(self, level: float, window: int | None) -> None:
        self.level, self.window = level, window
        self.name = "Wilson, cumulative" if window is None else f"Wilson, each {window} minutes"
        self.grid = np.linspace(0.5, 40, 1581)

    def begin(self, runs: int) -> None:
        """Forget everything."""
        self.k, self.n, self.minutes = np.zeros(runs), np.zeros(runs), 0

    def restart(self, which: Integers) -> None:
        """Begin the runs anew whose places are given."""
        self.k[which] = self.n[which] = 0

    def step(self, k: Integers, n: int) -> Floats:
        """Return the score; within a window there is none."""
        self.k += k
        self.n += n
        self.minutes += 1
        if self.window is not None and self.minutes % self.window:
            return np.full(len(self.k), -np.inf)
        trials = np.maximum(self.n, 1)
        score = (self.k - self.n * self.level) / np.sqrt(trials * self.level * (1 - self.level))
        if self.window is not None:
            self.k[:] = self.n[:] = 0
        return np.asarray(score)


Traffic = Callable[[int], int]
"""Minute -> records in it."""


def steady(records: int) -> Traffic:
    """Return traffic of so many records each minute."""
    return lambda _: records


def by_the_hour(mean: int) -> Traffic:
    """Return traffic that is silent at midnight and twice its mean at noon."""
    hours = [round(mean * (1 - math.cos(2 * math.pi * hour / 24))) for hour in range(24)]
    return lambda minute: hours[minute // 60 % 24]
