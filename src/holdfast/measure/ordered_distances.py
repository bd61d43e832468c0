"""Bounds of the two distances that need an order: Kolmogorov-Smirnov and Wasserstein.

Both are norms of F - G, so the measured one is at most the true one plus the norm of the noise (lower bound),
and at least what any single comparison that the norm is made of shows of the truth (upper bound). Both hold
with drift and without, where a percentile bootstrap holds in neither case.
"""

from __future__ import annotations

import math

import numpy as np

from holdfast.measure.bootstrap import CHECKS, DRAWS, generator, multinomial
from holdfast.measure.differences import difference_bounds
from holdfast.measure.distances import area_between, kolmogorov_smirnov, wasserstein
from holdfast.measure.states import Bins, Floats


def kolmogorov_smirnov_bounds(reference: Floats, current: Floats, alpha: float) -> tuple[float, float]:
    """Return the lower and the upper bound of the true gap over the cells' ends, each at level alpha.

    Upper: somewhere the true gap is reached, and there the bound of that difference of two shares misses with
    chance alpha at most; the largest of all such bounds is larger still. Lower: less the gap that noise
    alone exceeds with chance alpha (Massart's constant for each sample).

    Parameters
    ----------
    reference, current : arrays, shape (cells,)
        Counts in order, some in each.
    alpha : float
        Level of each bound.

    References
    ----------
    Massart (1990), Annals of Probability 18; Miettinen & Nurminen (1985) for each difference.

    Examples
    --------
    >>> same = np.full(20, 50.0)
    >>> low, high = kolmogorov_smirnov_bounds(same, same, 0.05)
    >>> low, 0.03 < high < 0.04
    (0.0, True)
    """
    n, m = float(reference.sum()), float(current.sum())
    noise = math.sqrt(-math.log(alpha / 2) / 2 * (1 / n + 1 / m))
    low = max(0.0, float(kolmogorov_smirnov(reference, current)) - noise)
    below, now_below = np.cumsum(reference)[:-1], np.cumsum(current)[:-1]
    if not below.size:
        return low, 0.0
    # rounding must not leave more hits than trials
    hits, now_hits = np.minimum(below, n), np.minimum(now_below, m)
    ends = difference_bounds(hits, n, now_hits, m, alpha, skewness=True)
    return low, float(max(np.max(-ends[0]), np.max(ends[1])))


def bin_moments(bins: Bins) -> tuple[Floats, Floats]:
    """Return mean and variance of x within each bin, from counts and sums alone.

    Inner bins: that of even values, and never more than what a mean so near to an edge allows. Outer bins:
    that of an exponential tail beyond the edge. A mean outside its bin (infinities are counted but not
    summed) goes to the nearer edge.

    Examples
    --------
    >>> bins = Bins(np.array([0.0, 12.0]), np.array([0.0, 2, 4]), np.array([0.0, 12, 60]))
    >>> mean, variance = bin_moments(bins)
    >>> mean.tolist(), variance.tolist()
    ([0.0, 6.0, 15.0], [0.0, 12.0, 9.0])
    """
    if not bins.edges.size:
        return bins.sums / max(float(bins.counts.sum()), 1.0), np.zeros(1)
    edges, known = bins.edges, bins.counts > 0
    low, high = np.concatenate([[-np.inf], edges]), np.concatenate([edges, [np.inf]])
    empty_at = np.concatenate([edges[:1], (edges[:-1] + edges[1:]) / 2, edges[-1:]])
    mean = np.where(known, bins.sums / np.where(known, bins.counts, 1.0), empty_at)
    mean = np.clip(mean, low, high)
    inner = mean[1:-1]
    even = np.minimum(np.diff(edges) ** 2 / 12, (inner - edges[:-1]) * (edges[1:] - inner))
    within = np.concatenate([(edges[:1] - mean[:1]) ** 2, even, (mean[-1:] - edges[-1:]) ** 2])
    return mean, np.where(known, within, 0.0)


def wasserstein_of(reference: Bins, current: Bins) -> float:
    """Return the Wasserstein distance of two states in the same bins, in the unit of x."""
    counts, now = reference.counts, current.counts
    then_mean, now_mean = bin_moments(reference)[0], bin_moments(current)[0]
    return float(wasserstein(reference.edges, counts, counts * then_mean, now, now * now_mean))


def spread(bins: Bins) -> float:
    """Return the standard deviation of x, as far as bins show it.

    Examples
    --------
    >>> round(spread(Bins(np.array([0.5]), np.array([50.0, 50.0]), np.array([0.0, 50.0]))), 3)
    0.707
    """
    return math.sqrt(_cumulants(bins)[0])


def _cumulants(bins: Bins) -> tuple[float, float]:
    """Return the variance and the third central moment of x."""
    mean, within = bin_moments(bins)
    share = bins.counts / bins.counts.sum()
    apart = mean - float(share @ mean)
    # beyond the outer edges an exponential tail, whose third central moment is twice the cube of its
    # deviation
    third = np.zeros(len(mean))
    third[0], third[-1] = -2 * within[0] ** 1.5, 2 * within[-1] ** 1.5
    if len(mean) == 1:
        third[:] = 0.0
    return float(share @ (within + apart**2)), float(share @ (apart**3 + 3 * apart * within + third))


def wasserstein_bounds(reference: Bins, current: Bins, alpha: float) -> tuple[float, float]:
    """Return the lower and the upper bound of the true Wasserstein distance, one-sided at level alpha each.

    Upper: the distance is the greatest difference of means over all functions that rise by at most one per
    unit of x (Kantorovich), and none of them has a larger variance than x itself; so the measured distance
    plus the normal bound of a difference of means holds with any drift. Lower: less what noise alone exceeds
    with chance alpha, by 1,000 draws of counts and sums. Assumes that a mean of x is near normal at these
    numbers of records; a tail so heavy that it is not makes the upper bound too small.

    Parameters
    ----------
    reference, current : Bins
        In the same bins, some values in each.
    alpha : float
        Level of each bound.

    Returns
    -------
    (low, high) : floats, in the unit of x

    References
    ----------
    Johnson (1978), Journal of the American Statistical Association 73, for the skewness of a mean.

    Examples
    --------
    >>> same = Bins(np.arange(1.0, 20.0), np.full(20, 50.0), 50 * (np.arange(20.0) + 0.5))
    >>> low, high = wasserstein_bounds(same, same, 0.05)
    >>> low, 0.4 < high < 0.5
    (0.0, True)
    """
    from holdfast.measure.special import ndtri

    n, m = float(reference.counts.sum()), float(current.counts.sum())
    measured = wasserstein_of(reference, current)
    (variance, third), (now_variance, now_third) = _cumulants(reference), _cumulants(current)
    error = math.sqrt(variance / n + now_variance / m)
    z = float(ndtri(1 - alpha))
    skewed = (abs(third) / n**2 + abs(now_third) / m**2) / error**2 if error > 0 else 0.0
    random = generator("wasserstein", [reference.counts, reference.sums, current.counts, current.sums])
    shares, sums = _drawn(random, reference, n, CHECKS)
    now_shares, now_sums = _drawn(random, current, m, CHECKS)
    # the area is that of the noise alone when each draw is taken less what it expects
    mean, now_mean = bin_moments(reference)[0], bin_moments(current)[0]
    p, q = reference.counts / n, current.counts / m
    drawn = area_between(
        reference.edges, shares - p - (now_shares - q), sums - p * mean - (now_sums - q * now_mean)
    )
    low = measured - float(np.quantile(drawn, 1 - alpha))
    return max(0.0, low), measured + z * error + skewed * (1 + 2 * z * z) / 6


def _drawn(random: np.random.Generator, bins: Bins, size: float, draws: int = DRAWS) -> tuple[Floats, Floats]:
    """Draw shares and mean-weighted shares per bin of so many records: shape (draws, bins)."""
    mean, within = bin_moments(bins)
    counts = multinomial(random, size, bins.counts, draws)
    sums = counts * mean + np.sqrt(counts * within) * random.standard_normal(counts.shape)
    return counts / round(size), sums / round(size)


def no_drift_draws(reference: Bins, current: Bins) -> Floats:
    """Return Wasserstein distances of samples of these sizes from the pooled records: shape (draws,).

    Examples
    --------
    >>> same = Bins(np.arange(1.0, 20.0), np.full(20, 50.0), 50 * (np.arange(20.0) + 0.5))
    >>> drawn = no_drift_draws(same, same)
    >>> drawn.shape, 0.1 < float(drawn.mean()) < 0.3
    ((2000,), True)
    """
    pooled = Bins(reference.edges, reference.counts + current.counts, reference.sums + current.sums)
    random = generator("no drift", [reference.counts, reference.sums, current.counts, current.sums])
    shares, sums = _drawn(random, pooled, float(reference.counts.sum()))
    now_shares, now_sums = _drawn(random, pooled, float(current.counts.sum()))
    return area_between(reference.edges, shares - now_shares, sums - now_sums)
