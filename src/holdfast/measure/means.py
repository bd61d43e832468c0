"""Means of numbers: Student's t, and a bound without the normal law for values known to lie in a range."""

from __future__ import annotations

import math

from holdfast.kernel.figures import plural
from holdfast.measure.bootstrap import level
from holdfast.measure.estimates import Estimate, Interval
from holdfast.measure.states import Moments

SMALL = 30
"""Fewer records than this deserve a word: they do not show how far from a normal law the column is."""


def student_half_width(state: Moments, alpha: float) -> float | None:
    """Return how far the mean's one-sided bound at level alpha is from the mean, by Student's t.

    Assumes independent records and a mean that is near normal: at few records of a skewed column the bound on
    the side of the long tail promises too much.

    Parameters
    ----------
    state : Moments
        Of the column.
    alpha : float
        Level of one side.

    Returns
    -------
    float or None
        In the column's unit. None for fewer than two records, values that are not finite, and for fewer than
        `SMALL` records without any spread: they do not show how far others may lie.

    References
    ----------
    Student (1908), Biometrika 6.

    Examples
    --------
    >>> round(student_half_width(Moments(10, 5.0, 36.0, 2, 9), 0.025), 4)
    1.4307
    """
    from holdfast.measure.special import stdtrit

    if state.n < 2 or not math.isfinite(state.mean) or not math.isfinite(state.m2):
        return None
    if state.m2 <= 0 and state.n < SMALL:
        return None
    deviation = math.sqrt(max(state.m2, 0.0) / (state.n - 1))
    return float(stdtrit(state.n - 1, 1 - alpha)) * deviation / math.sqrt(state.n)


def empirical_bernstein_half_width(state: Moments, alpha: float, span: float) -> float | None:
    """Return how far the mean's one-sided bound at level alpha is from the mean, for bounded values.

    Holds at every n for independent values in a range of width `span`, whatever their law:
    sqrt(2 V ln(2/alpha) / n) + 7 span ln(2/alpha) / (3 (n - 1)), with V the sample variance.

    Parameters
    ----------
    state : Moments
        Of the column.
    alpha : float
        Level of one side.
    span : float
        b - a of the range [a, b] that the values are known to lie in.

    Returns
    -------
    float or None
        In the column's unit; None for fewer than two records.

    References
    ----------
    Maurer & Pontil (2009), Empirical Bernstein bounds and sample variance penalization, theorem 4.

    Examples
    --------
    >>> round(empirical_bernstein_half_width(Moments(1000, 0.3, 40.0, 0, 1), 0.05, 1.0), 6)
    0.025803
    """
    if state.n < 2 or not math.isfinite(state.m2):
        return None
    log = math.log(2 / alpha)
    variance = state.m2 / (state.n - 1)
    return math.sqrt(2 * variance * log / state.n) + 7 * span * log / (3 * (state.n - 1))


class MeanEstimator:
    """The mean over `Moments`.

    Parameters
    ----------
    low, high : float or None
        The range that the values are known to lie in, where it is known: then the bounds judged are the
        empirical Bernstein ones, which need no normal law, and Student's are only shown.

    Examples
    --------
    >>> estimate = MeanEstimator().estimate(Moments(10, 5.0, 36.0, 2, 9))
    >>> estimate.value, round(estimate.interval.low, 3), round(estimate.interval.high, 3)
    (5.0, 3.569, 6.431)
    """

    def __init__(self, low: float | None = None, high: float | None = None) -> None:
        if (low is None) != (high is None) or (low is not None and high is not None and not low < high):
            msg = f"a range has two ends, the lower one first: got {low} and {high}"
            raise ValueError(msg)
        self.low, self.high = low, high

    def estimate(self, state: Moments, confidence: float = 0.95) -> Estimate:
        """Return the mean with Student's interval; the Bernstein one's ends in `extra` for a known range."""
        n = round(state.n)
        notes = [f"{plural(state.nan, 'record')} without a number (NaN), not counted"] if state.nan else []
        if state.infinite or not math.isfinite(state.mean):
            return Estimate(None, None, n, notes=(*notes, "infinite values: there is no mean"))
        if state.n <= 0:
            return Estimate(None, None, 0, notes=tuple(notes))
        if state.n < SMALL:
            notes.append(f"only {plural(n, 'record')}")
        alpha = (1 - confidence) / 2
        extra: list[tuple[str, float]] = []
        if self._outside(state):
            notes.append(f"values outside the declared range [{self.low:g}, {self.high:g}]")
        elif self.low is not None:
            bounds = self._bernstein(state, alpha)
            if bounds is not None:
                extra = [("empirical Bernstein low", bounds[0]), ("empirical Bernstein high", bounds[1])]
        half = student_half_width(state, alpha)
        if half is None:
            notes.append("too few records, or no spread among them, to say how far others may lie")
            return Estimate(state.mean, None, n, notes=tuple(notes), extra=tuple(extra))
        if state.m2 <= 0:
            notes.append("all values are the same")
        interval = Interval(state.mean - half, state.mean + half, confidence, "Student's t (1908)")
        return Estimate(state.mean, interval, n, notes=tuple(notes), extra=tuple(extra))

    def bounds(self, state: Moments, alpha: float, look: int = 1) -> tuple[float, float] | None:
        """Return the one-sided bounds; from the second look on at `bootstrap.level`."""
        at = level(alpha, look)
        if state.n <= 0 or state.infinite or not math.isfinite(state.mean):
            return None
        if self.low is not None and not self._outside(state):
            return self._bernstein(state, at)
        half = student_half_width(state, at)
        return None if half is None else (state.mean - half, state.mean + half)

    def scaled(self, state: Moments, factor: float) -> Moments:
        """Return `factor` times as many records of the same mean and spread."""
        return Moments(
            state.n * factor,
            state.mean,
            state.m2 * factor,
            state.low,
            state.high,
            state.nan * factor,
            state.missing * factor,
            state.infinite * factor,
        )

    def _outside(self, state: Moments) -> bool:
        if self.low is None or self.high is None:
            return False
        return state.low < self.low or state.high > self.high

    def _bernstein(self, state: Moments, alpha: float) -> tuple[float, float] | None:
        if self.low is None or self.high is None:
            return None
        half = empirical_bernstein_half_width(state, alpha, self.high - self.low)
        if half is None:
            return None
        return max(self.low, state.mean - half), min(self.high, state.mean + half)
