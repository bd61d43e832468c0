"""Is a rate above (or below) a level *now*? A mixture e-SR detector, with false alarms budgeted in time.

An e-detector of Shiryaev-Roberts type (Shin, Ramdas & Rinaldo 2022, "E-detectors"). For each of a grid of
alternatives p1 the likelihood ratio of a batch of k hits in n against p0 is

    L = (p1 / p0)^k ((1 - p1) / (1 - p0))^(n - k),        M <- (M + w) L,

with w the seconds that the batch covers, fixed before its hits are seen. At every true rate on the harmless
side of p0 the expectation of L is at most 1, so M minus the sum of w is a supermartingale: until the mean of
the grid's M has grown by the budget, at least that many seconds pass on average, whatever the traffic does.

M begins at a hundredth of the budget, as in the SR-r rule of Polunchenko & Tartakovsky (2010), and the alarm
is that hundredth higher. Begun at zero, M needs some hours to come to where it stands when all is well, and
what is wrong from the first minute was found up to 1.25 times as late as by a rule that knows the new rate;
begun there, at most 1.2 times as late whenever it goes wrong (bench/results/detectors.md).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from holdfast.measure.states import Floats

Side: TypeAlias = Literal["above", "below"]
ALTERNATIVES = 16
WIDEST = 64.0
NARROWEST = 1.25
"""The alternatives' odds, as multiples of the level's: from a quarter more to 64 times."""
_ODDS: Floats = np.geomspace(NARROWEST, WIDEST, ALTERNATIVES)
HEAD_START = 0.01
"""Of the budget: what M begins with, and by how much more than the budget it has to reach."""


def alarms_at(budget: float, slices: float) -> float:
    """Return the log of the evidence at which a detector alarms that began with the head start."""
    return math.log(budget * slices) + math.log1p(HEAD_START)


@dataclass(frozen=True)
class RateWatch:
    """What is watched.

    Attributes
    ----------
    level : float
        The rate that may not be crossed, strictly between 0 and 1; zero tolerance needs no detector: its
        first hit is the alarm.
    side : str
        The side that is bad.
    budget : float
        Seconds that pass on average before a false alarm, at the least: `1 per 90d` is 7,776,000.
    slices : float
        Detectors that share the budget. Each gets its part: their false alarms add up, however they depend
        on each other, so S detectors at S times the budget keep one budget together. Parts need not be equal
        (`watching.slices`): what counts is that the sum of all 1 / slices is at most 1.
    """

    level: float
    side: Side
    budget: float
    slices: float = 1

    def __post_init__(self) -> None:
        if not 0 < self.level < 1:
            msg = f"a level of {self.level:g}: a watched rate lies strictly between 0 and 1"
            raise ValueError(msg)
        if not (self.budget > 0 and math.isfinite(self.budget)):
            msg = f"a budget of {self.budget:g} seconds: it is a positive time"
            raise ValueError(msg)
        if not 1 <= self.slices < math.inf:
            msg = f"{self.slices:g} slices: there is at least one"
            raise ValueError(msg)

    @property
    def threshold(self) -> float:
        """Log of the evidence at which a detector alarms."""
        return alarms_at(self.budget, self.slices)

    @property
    def head_start(self) -> float:
        """Log of the evidence with which a detector begins."""
        return math.log(self.budget * HEAD_START)

    @property
    def against(self) -> float:
        """The level as the detector sees it: of hits where above is bad, of misses where below is."""
        return self.level if self.side == "above" else 1 - self.level


@dataclass(frozen=True)
class RateDetector:
    """Where a detector stands: all that it keeps, so that it restarts exactly.

    Attributes
    ----------
    logs : array of float64, shape (16,)
        Log of each alternative's M, in seconds; -inf before the first batch, which gives the head start.
    k, n, seconds : float
        Hits, trials and time since it began, for people: nothing is decided on them.
    """

    logs: Floats
    k: float = 0.0
    n: float = 0.0
    seconds: float = 0.0

    @staticmethod
    def begun() -> RateDetector:
        """Return a detector that has seen nothing."""
        return RateDetector(np.full(ALTERNATIVES, -np.inf))

    @property
    def evidence(self) -> float:
        """Log of the mean of all M: it is compared with the watch's threshold."""
        return log_mean(self.logs)

    def alarmed(self, watch: RateWatch) -> bool:
        """Whether the evidence has reached the budget."""
        return self.evidence >= watch.threshold


def advance(watch: RateWatch, detector: RateDetector, k: float, n: float, seconds: float) -> RateDetector:
    """Return the detector after one more batch.

    A record enters once, when its label is known; what arrives late enters late. Records that come in
    clusters are no independent trials: `watching.clusters` advances by them.

    Parameters
    ----------
    k, n : float
        Hits and trials of the batch, 0 <= k <= n.
    seconds : float
        Time since the last batch, fixed before its hits are seen; not negative. Clocks that jump back give 0.

    Examples
    --------
    >>> watch = RateWatch(level=0.01, side="above", budget=90 * 86400)
    >>> detector = RateDetector.begun()
    >>> for _ in range(60):  # an hour in which nothing is wrong
    ...     detector = advance(watch, detector, k=1, n=200, seconds=60)
    >>> detector.alarmed(watch)
    False
    >>> minutes = 0
    >>> while not detector.alarmed(watch):  # four in a hundred
    ...     detector, minutes = advance(watch, detector, k=8, n=200, seconds=60), minutes + 1
    >>> minutes
    3
    """
    if not (0 <= k <= n and math.isfinite(n)):
        msg = f"{k:g} hits in {n:g} trials"
        raise ValueError(msg)
    hits = k if watch.side == "above" else n - k
    return replace(
        detector,
        logs=waited(detector.logs, watch.budget, seconds) + log_ratios(watch.against, hits, n),
        k=detector.k + k,
        n=detector.n + n,
        seconds=detector.seconds + seconds,
    )


def waited(logs: Floats, budget: float, seconds: float) -> Floats:
    """Return the logs of M + w: every moment of a batch is one at which the change may have come.

    Before the first batch M is the head start, a hundredth of the whole budget and not of a slice's
    threshold: weighed by their parts, which add up to 1, the head starts of all slices together are then that
    hundredth, however many there are.

    Raises
    ------
    ValueError
        The time is negative or endless.
    """
    if not (seconds >= 0 and math.isfinite(seconds)):
        msg = f"a batch of {seconds:g} seconds"
        raise ValueError(msg)
    with np.errstate(divide="ignore"):
        begun = np.where(np.isneginf(logs), math.log(budget * HEAD_START), logs)
        return np.asarray(np.logaddexp(begun, np.log(seconds)))


def log_mean(logs: Floats) -> float:
    """Return the log of the mean of what the logs are of; -inf of nothing.

    Examples
    --------
    >>> log_mean(np.array([-np.inf, 0.0])), log_mean(np.array([]))
    (-0.6931471805599453, -inf)
    """
    top = float(logs.max(initial=-np.inf))
    return top if math.isinf(top) else top + math.log(float(np.exp(logs - top).mean()))


def log_ratios(level: float, k: ArrayLike, n: ArrayLike) -> Floats:
    """Return the log likelihood ratio of each alternative above a level against it.

    Parameters
    ----------
    level : float
        p0, strictly between 0 and 1.
    k, n : array_like
        Hits and trials, broadcast together to any shape.

    Returns
    -------
    array of that shape and one more axis of 16, the alternatives
    """
    hits, trials = np.broadcast_arrays(np.asarray(k, np.float64), np.asarray(n, np.float64))
    # odds r times those of p0: p1 / p0 = r (1 - p1) / (1 - p0), where that quotient is 1 / (1 + (r - 1) p0)
    misses = -np.log1p((_ODDS - 1) * level)
    ratios: Floats = hits[..., None] * np.log(_ODDS) + trials[..., None] * misses
    return ratios
