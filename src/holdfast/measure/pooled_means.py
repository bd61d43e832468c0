"""The difference between a part's mean and the mean of all others, at levels far out in the tail.

A normal law is no help there: of 250 parts of a log-normal column without any difference, Welch's intervals
at 0.05 / 250 found at least one in 8 of 10 runs. Without a difference a part is a draw without
replacement from all records, whose spread and range are known; so Bernstein's inequality bounds its mean,
whatever the law of the column (Hoeffding 1963, section 6). The wider of the two is taken.
"""

from __future__ import annotations

import math

from holdfast.measure.comparing import sample_bounds
from holdfast.measure.states import Moments


def mean_bounds(part: Moments, rest: Moments, alpha: float) -> tuple[float, float] | None:
    """Return the bounds of the part's mean less the rest's, one-sided at level alpha each.

    A bound leaves out zero, where all records are exchangeable, with chance at most alpha. Where the means
    differ it holds approximately: the spread is that of all records together, or Welch's where that is wider.

    Returns
    -------
    (low, high) or None
        In the column's unit; None where one side has fewer than two records, or no spread.

    References
    ----------
    Hoeffding (1963), Probability inequalities for sums of bounded random variables, sections 2 and 6; Welch
    (1947).

    Examples
    --------
    >>> part, rest = Moments(100, 6.0, 400.0, 0.0, 12.0), Moments(900, 5.0, 3600.0, -1.0, 11.0)
    >>> [round(end, 3) for end in mean_bounds(part, rest, 0.0001)]
    [-0.228, 2.195]
    """
    welch = sample_bounds(rest, part, alpha)
    if welch is None:
        return None
    together = part.merge(rest)
    variance, log = together.m2 / together.n, -math.log(alpha)
    few, many = min(part.n, rest.n), max(part.n, rest.n)
    # the smaller side is the draw; its distance from the mean of all is this share of that from the larger
    share = many / together.n
    above, below = together.high - together.mean, together.mean - together.low
    if part.n > rest.n:
        above, below = below, above
    apart = part.mean - rest.mean
    low = apart - _farthest(variance, above, log, few) / share
    high = apart + _farthest(variance, below, log, few) / share
    return min(low, welch[0]), max(high, welch[1])


def _farthest(variance: float, range_: float, log: float, n: float) -> float:
    """Return the distance t with n t^2 = 2 (variance + range t / 3) log: Bernstein's, solved for t."""
    linear = range_ * log / 3
    return (linear + math.sqrt(linear * linear + 2 * variance * log * n)) / n
