"""Is the gap between two groups' rates above a level *now*? With false alarms budgeted in time, as for rates.

Two streams are compared batch by batch by the e-variables of Turner, Ly & Grünwald (2022,
"Generic e-variables for exact sequential k-sample tests"). For a pair of rates with a larger gap, chosen
before the batch is seen: the likelihood of the batch under that pair against its likelihood under the
*nearest pair that is allowed*, the one of least divergence for batches of these sizes. The allowed pairs are
a convex set, so this ratio is at most 1 on average under every one of them: the base rate need not be known
and may wander, only the gap counts.

The ratios of a grid of larger gaps feed an e-detector, one for each direction; the two share the budget.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from holdfast.measure.differences import restricted_difference
from holdfast.measure.states import Counts, Floats

BEYOND: Floats = np.geomspace(0.01, 0.5, 8)
"""How much larger than the level the gaps of the grid are."""
MEMORY = 5_000.0
"""Trials of each group from which the base rate is guessed; older ones fade."""
_EDGE = 1e-6
"""Rates nearer to 0 or 1 would make a single record infinite evidence."""


@dataclass(frozen=True)
class GapWatch:
    """What is watched: |p1 - p2| may not be larger than its level.

    Attributes
    ----------
    level : float
        The largest gap that is allowed, in [0, 1); 0.05 is five points.
    budget : float
        Seconds that pass on average before a false alarm, at the least.
    pairs : int
        Pairs of groups that share the budget.
    """

    level: float
    budget: float
    pairs: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.level < 1:
            msg = f"a gap of {self.level:g}: a watched gap lies from 0 up to, but without, 1"
            raise ValueError(msg)
        if not (self.budget > 0 and math.isfinite(self.budget)) or self.pairs < 1:
            msg = f"a budget of {self.budget:g} seconds for {self.pairs} pairs"
            raise ValueError(msg)

    @property
    def threshold(self) -> float:
        """Log of the evidence at which a direction alarms: both directions of all pairs share the budget."""
        return math.log(2 * self.budget * self.pairs)


@dataclass(frozen=True)
class GapDetector:
    """Where a detector of one pair stands.

    Attributes
    ----------
    logs : array of float64, shape (2, 8)
        Log of the evidence that the first group's rate is the higher by more than the level; the second's.
    one, two : Counts
        What was seen of each group, faded: the base rate is guessed from it.
    """

    logs: Floats
    one: Counts = field(default_factory=Counts)
    two: Counts = field(default_factory=Counts)
    seconds: float = 0.0

    @staticmethod
    def begun() -> GapDetector:
        """Return a detector that has seen nothing."""
        return GapDetector(np.full((2, len(BEYOND)), -np.inf))

    @property
    def evidence(self) -> tuple[float, float]:
        """Log of the mean evidence for either direction."""
        top = self.logs.max(1)
        if np.isinf(top).any():
            return float(top[0]), float(top[1])
        found = top + np.log(np.exp(self.logs - top[:, None]).mean(1))
        return float(found[0]), float(found[1])

    def alarmed(self, watch: GapWatch) -> bool:
        """Whether the evidence of a direction has reached its part of the budget."""
        return max(self.evidence) >= watch.threshold


def advance_gap(
    watch: GapWatch, detector: GapDetector, one: Counts, two: Counts, seconds: float
) -> GapDetector:
    """Return the detector after one more batch of both groups.

    Parameters
    ----------
    one, two : Counts
        Hits and trials of each group in the batch. A batch without one of them says nothing about a gap.
    seconds : float
        Time since the last batch, fixed before its hits are seen.

    Examples
    --------
    >>> watch = GapWatch(level=0.05, budget=90 * 86400)
    >>> detector = GapDetector.begun()
    >>> for _ in range(100):  # four points apart, which is allowed
    ...     detector = advance_gap(watch, detector, Counts(52, 100), Counts(48, 100), seconds=3600)
    >>> detector.alarmed(watch)
    False
    >>> hours = 0
    >>> while not detector.alarmed(watch):  # twenty points apart
    ...     detector = advance_gap(watch, detector, Counts(60, 100), Counts(40, 100), seconds=3600)
    ...     hours += 1
    >>> hours
    5
    """
    for counts in (one, two):
        if not 0 <= counts.k <= counts.n:
            msg = f"{counts.k:g} hits in {counts.n:g} trials"
            raise ValueError(msg)
    if not (seconds >= 0 and math.isfinite(seconds)):
        msg = f"a batch of {seconds:g} seconds"
        raise ValueError(msg)
    with np.errstate(divide="ignore"):
        waited = np.logaddexp(detector.logs, np.log(seconds))
    won = np.stack(
        [
            _log_ratios(watch.level, detector.one, detector.two, one, two),
            _log_ratios(watch.level, detector.two, detector.one, two, one),
        ]
    )
    return replace(
        detector,
        logs=waited + won,
        one=_faded(detector.one.merge(one)),
        two=_faded(detector.two.merge(two)),
        seconds=detector.seconds + seconds,
    )


def _log_ratios(level: float, past: Counts, other_past: Counts, now: Counts, other: Counts) -> Floats:
    """Return the log ratio of each larger gap of `now` over `other` against the nearest allowed pair."""
    gaps = np.minimum(level + BEYOND, 1 - _EDGE)
    if not now.n or not other.n:
        return np.zeros(len(gaps))
    # the likeliest rates so far that are so far apart; half a hit and half a miss before anything is seen
    high, low = _pair(past.k + 0.5, past.n + 1, other_past.k + 0.5, other_past.n + 1, gaps)
    nearest_high, nearest_low = _pair(
        now.n * high, now.n, other.n * low, other.n, np.full(len(gaps), level), least=0.0
    )
    ratios: Floats = _log_likelihood(now, high, nearest_high) + _log_likelihood(other, low, nearest_low)
    return ratios


def _pair(
    k1: float | Floats, n1: float, k2: float | Floats, n2: float, gaps: Floats, least: float = _EDGE
) -> tuple[Floats, Floats]:
    shape = gaps.shape
    a, m, b, n = (np.broadcast_to(np.asarray(each, dtype=np.float64), shape) for each in (k1, n1, k2, n2))
    high, low = restricted_difference(a, m, b, n, gaps)
    return np.clip(high, least, 1 - least), np.clip(low, least, 1 - least)


def _log_likelihood(counts: Counts, rate: Floats, against: Floats) -> Floats:
    from holdfast.measure.special import xlog1py, xlogy

    k, n = counts.k, counts.n
    return np.asarray(xlogy(k, rate) + xlog1py(n - k, -rate) - xlogy(k, against) - xlog1py(n - k, -against))


def _faded(counts: Counts) -> Counts:
    """Return the counts with no more than MEMORY trials."""
    if counts.n <= MEMORY:
        return Counts(counts.k, counts.n)
    return Counts(counts.k * MEMORY / counts.n, MEMORY)
