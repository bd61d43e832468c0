"""A bounded mean at every look at once, from batch sums alone; and a detector of one that crosses its level.

The predictable empirical-Bernstein martingale (Howard et al. 2021; Waudby-Smith & Ramdas 2024, section 3.2):
for values in [0, 1] of mean m, a guess g of the next value and a stake l in [0, 1), both fixed before it,

    exp(l (x - m) - psi(l) (x - g)^2),        psi(l) = -log(1 - l) - l,

is at most 1 on average. Guess and stake are kept for a whole batch, so the product over its records needs
only their number, sum and sum of squares: what `Moments` keeps. Values are brought to [0, 1] by their known
bounds; a value outside them makes every promise void, so bounds are the plan's to give, never the data's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from holdfast.measure.states import Floats, Moments
from holdfast.measure.watching.rates import Side, alarms_at, log_mean, waited

MOST_STAKE = 0.75
"""Above it the price psi grows faster than what can be won."""
STAKES: Floats = np.geomspace(0.005, 0.7, 12)
"""Of the detector: small shifts need small stakes, and nobody knows the shift."""
PRIOR_N = 1.0
"""The prior guess, a half with the variance of a fair coin, weighs as much as one record."""


@dataclass(frozen=True)
class Bounds:
    """What a value can be at the least and at the most."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            msg = f"bounds from {self.low:g} to {self.high:g}: give the least and the greatest possible value"
            raise ValueError(msg)

    def unit(self, batch: Moments) -> Moments:
        """Return a batch with its values brought to [0, 1].

        Raises
        ------
        ValueError
            A value is outside the bounds.
        """
        if not batch.n:
            return Moments()
        if batch.infinite or not (self.low <= batch.low and batch.high <= self.high):
            seen = "infinity" if batch.infinite else f"{batch.low:g} to {batch.high:g}"
            msg = f"values from {seen} where {self.low:g} to {self.high:g} was promised"
            raise ValueError(msg)
        width = self.high - self.low
        return Moments(batch.n, (batch.mean - self.low) / width, batch.m2 / width**2)


def _guess(past: Moments) -> float:
    """Return the guess of the next value, brought to [0, 1]."""
    return (PRIOR_N * 0.5 + past.n * past.mean) / (PRIOR_N + past.n)


def _variance(past: Moments) -> float:
    return (PRIOR_N * 0.25 + past.m2) / (PRIOR_N + past.n)


def _spread(past: Moments, batch: Moments) -> float:
    """Return the sum of a batch's squared distances from what was guessed before it."""
    return batch.m2 + batch.n * (batch.mean - _guess(past)) ** 2


@dataclass(frozen=True)
class MeanSequence:
    """Sums from which the interval of a mean follows at any time: all that is kept.

    Attributes
    ----------
    alpha : float
        The chance that the interval ever misses.
    staked, won, paid : float
        Sum of the stakes; of stake times value; of psi(stake) times squared distance from the guess.
    """

    bounds: Bounds
    alpha: float
    past: Moments = field(default_factory=Moments)
    staked: float = 0.0
    won: float = 0.0
    paid: float = 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The interval that holds at every look at once.

        Examples
        --------
        >>> seen = MeanSequence(Bounds(0.0, 1.0), alpha=0.05)
        >>> seen.interval
        (0.0, 1.0)
        >>> for _ in range(50):
        ...     seen = widen(seen, Moments(n=100, mean=0.3, m2=1.0, low=0.1, high=0.5))
        >>> low, high = seen.interval
        >>> round(low, 3), round(high, 3)
        (0.294, 0.306)
        """
        if not self.staked:
            return self.bounds.low, self.bounds.high
        middle = self.won / self.staked
        reach = (math.log(2 / self.alpha) + self.paid) / self.staked
        width = self.bounds.high - self.bounds.low
        low, high = max(0.0, middle - reach), min(1.0, middle + reach)
        return self.bounds.low + low * width, self.bounds.low + high * width


def widen(seen: MeanSequence, batch: Moments) -> MeanSequence:
    """Return the sums with one more batch of any size.

    Raises
    ------
    ValueError
        A value lies outside the bounds.
    """
    unit = seen.bounds.unit(batch)
    if not unit.n:
        return seen
    # the stake that would be best for a fixed number of records, if it were this batch's last
    after = seen.past.n + unit.n
    best = math.sqrt(2 * math.log(2 / seen.alpha) / (_variance(seen.past) * after * math.log1p(after)))
    stake = min(best, MOST_STAKE)
    return replace(
        seen,
        past=seen.past.merge(unit),
        staked=seen.staked + unit.n * stake,
        won=seen.won + unit.n * stake * unit.mean,
        paid=seen.paid + float(_price(stake)) * _spread(seen.past, unit),
    )


def _price(stake: float | Floats) -> Floats:
    priced: Floats = -np.log1p(-np.asarray(stake)) - stake
    return priced


@dataclass(frozen=True)
class MeanWatch:
    """What is watched: a mean that may not cross its level; `budget` and `slices` as of a rate's watch."""

    level: float
    side: Side
    bounds: Bounds
    budget: float
    slices: float = 1

    def __post_init__(self) -> None:
        if not self.bounds.low < self.level < self.bounds.high:
            inside = f"{self.bounds.low:g} to {self.bounds.high:g}"
            msg = f"a level of {self.level:g} is not inside the bounds {inside}"
            raise ValueError(msg)
        if not (self.budget > 0 and math.isfinite(self.budget)) or not 1 <= self.slices < math.inf:
            msg = f"a budget of {self.budget:g} seconds for {self.slices:g} slices"
            raise ValueError(msg)

    @property
    def threshold(self) -> float:
        """Log of the evidence at which it alarms."""
        return alarms_at(self.budget, self.slices)


@dataclass(frozen=True)
class MeanDetector:
    """Where a detector of a mean stands.

    Attributes
    ----------
    logs : array of float64, shape (12,)
        Log of the evidence at each stake, in seconds.
    """

    logs: Floats
    past: Moments = field(default_factory=Moments)
    seconds: float = 0.0

    @staticmethod
    def begun() -> MeanDetector:
        """Return a detector that has seen nothing."""
        return MeanDetector(np.full(len(STAKES), -np.inf))

    @property
    def evidence(self) -> float:
        """Log of the mean of the evidence."""
        return log_mean(self.logs)

    def alarmed(self, watch: MeanWatch) -> bool:
        """Whether the evidence has reached the budget."""
        return self.evidence >= watch.threshold


def advance_mean(watch: MeanWatch, detector: MeanDetector, batch: Moments, seconds: float) -> MeanDetector:
    """Return the detector after one more batch; `seconds` since the last one are fixed before it is seen.

    Raises
    ------
    ValueError
        A value lies outside the bounds, or time runs backwards.
    """
    unit = watch.bounds.unit(batch)
    level = (watch.level - watch.bounds.low) / (watch.bounds.high - watch.bounds.low)
    rise = unit.mean - level if watch.side == "above" else level - unit.mean
    return replace(
        detector,
        logs=waited(detector.logs, watch.budget, seconds)
        + unit.n * rise * STAKES
        - _price(STAKES) * _spread(detector.past, unit),
        past=detector.past.merge(unit),
        seconds=detector.seconds + seconds,
    )
