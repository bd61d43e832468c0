"""How far two distributions are apart, from counts in the same bins.

Every function takes counts of the reference and of the current records on its last axis and is vectorised
over the others. Cells that are empty on both sides change nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from holdfast.measure.states import Floats

SMOOTHING = 0.5
"""Added to each count inside PSI's logarithm (Haldane 1956): an empty cell is no infinite distance, and the
logarithm of a share is nearly unbiased."""


def psi(reference: ArrayLike, current: ArrayLike) -> Floats:
    """Return the population stability index: the sum of (q - p) ln(q / p).

    Half a record is added to each count inside the logarithm only. Adding it to the shares as well draws two
    small samples together, adding it to empty cells alone leaves a bias in the others: in a simulation of 42
    pairs of sizes and shifts the bounds made from this form kept their level best.

    Parameters
    ----------
    reference, current : array_like, shape (..., cells)
        Counts; some in each.

    Returns
    -------
    array, shape (...)
        0 for equal shares; unbounded.

    References
    ----------
    Jeffreys (1946), whose divergence this is; Siddiqi (2006) for the name and its use.

    Examples
    --------
    >>> psi([50, 50], [50, 50]).tolist(), psi([500, 500], [400, 600]).round(4).tolist()
    (0.0, 0.0405)
    """
    r, c, n, m = _counts(reference, current)
    held = (r + c) > 0
    cells = held.sum(axis=-1, keepdims=True)
    log = np.log((c + SMOOTHING) / (r + SMOOTHING)) - np.log(
        (m + SMOOTHING * cells) / (n + SMOOTHING * cells)
    )
    return np.asarray(np.sum(np.where(held, (c / m - r / n) * log, 0.0), axis=-1))


def jensen_shannon_divergence(reference: ArrayLike, current: ArrayLike) -> Floats:
    """Return the Jensen-Shannon divergence in bits: the square of the distance, from 0 to 1.

    References
    ----------
    Lin (1991), IEEE Transactions on Information Theory 37.

    Examples
    --------
    >>> jensen_shannon_divergence([1, 0], [0, 1]).tolist()
    1.0
    """
    r, c, n, m = _counts(reference, current)
    p, q = r / n, c / m
    return np.asarray(np.sum(_half(p, q) + _half(q, p), axis=-1))


def _half(p: Floats, q: Floats) -> Floats:
    """Return p/2 log2(p / mean), 0 where p is 0."""
    ratio = np.divide(2 * p, p + q, out=np.ones(np.broadcast_shapes(p.shape, q.shape)), where=p > 0)
    return 0.5 * p * np.log2(ratio)


def jensen_shannon(reference: ArrayLike, current: ArrayLike) -> Floats:
    """Return the Jensen-Shannon distance, base 2: the root of the divergence, from 0 to 1.

    References
    ----------
    Endres & Schindelin (2003), IEEE Transactions on Information Theory 49.

    Examples
    --------
    >>> jensen_shannon([500, 500], [400, 600]).round(4).tolist()
    0.0854
    """
    return np.asarray(np.sqrt(np.maximum(jensen_shannon_divergence(reference, current), 0.0)))


def triangular(reference: ArrayLike, current: ArrayLike) -> Floats:
    """Return half the sum of (p - q)^2 / (p + q): the square of `chi`, from 0 to 1.

    For samples of one size this is chi-squared of the table of both, divided by the number of all records.

    References
    ----------
    Le Cam (1986), Asymptotic methods in statistical decision theory; Topsøe (2000) for the name.

    Examples
    --------
    >>> triangular([500, 500], [400, 600]).round(6).tolist()
    0.010101
    """
    r, c, n, m = _counts(reference, current)
    p, q = r / n, c / m
    both = p + q
    part = np.divide((p - q) ** 2, both, out=np.zeros(both.shape), where=both > 0)
    return np.asarray(0.5 * np.sum(part, axis=-1))


def chi(reference: ArrayLike, current: ArrayLike) -> Floats:
    """Return Cramér's V of reference against current as if both were of one size: from 0 to 1.

    Chi-squared itself grows with n and is no distance; V of two samples of unlike sizes depends on their
    ratio.

    References
    ----------
    Cramér (1946), Mathematical methods of statistics, 21.9.

    Examples
    --------
    >>> chi([500, 500], [400, 600]).round(4).tolist()
    0.1005
    """
    return np.asarray(np.sqrt(triangular(reference, current)))


def chi_squared(reference: ArrayLike, current: ArrayLike) -> tuple[Floats, Floats]:
    """Return Pearson's chi-squared of the table of both samples, and its degrees of freedom.

    References
    ----------
    Pearson (1900), Philosophical Magazine 50.

    Examples
    --------
    >>> statistic, freedom = chi_squared([500, 500], [400, 600])
    >>> statistic.round(3).tolist(), freedom.tolist()
    (20.202, 1.0)
    """
    r, c, n, m = _counts(reference, current)
    both = r + c
    part = np.divide((r * m - c * n) ** 2, both, out=np.zeros(both.shape), where=both > 0)
    statistic = np.sum(part, axis=-1) / (n * m)[..., 0]
    return np.asarray(statistic), np.asarray(np.sum(both > 0, axis=-1) - 1.0)


def kolmogorov_smirnov(reference: ArrayLike, current: ArrayLike) -> Floats:
    """Return the greatest gap between the cumulative shares, over the ends of the ordered cells.

    At most the gap over all values: in quantile bins of the reference less by at most a bin's share.

    References
    ----------
    Smirnov (1939).

    Examples
    --------
    >>> kolmogorov_smirnov([10, 10, 10], [0, 15, 15]).round(4).tolist()
    0.3333
    """
    r, c, n, m = _counts(reference, current)
    return np.asarray(np.max(np.abs(np.cumsum(r / n - c / m, axis=-1)), axis=-1))


def wasserstein(
    edges: ArrayLike, reference: ArrayLike, reference_sums: ArrayLike, current: ArrayLike, sums: ArrayLike
) -> Floats:
    """Return the first Wasserstein distance (earth mover's) from counts and sums of x per bin.

    It is the area between the cumulative shares F and G. Over one bin the integral of F - G follows exactly
    from the shares at its ends and from the sums of x in it, so the distance is exact unless F and G cross
    inside a bin, and never too large. Bins of equal width or interpolation are not needed, nor are finite
    outer ends.

    Parameters
    ----------
    edges : array_like, shape (bins - 1,)
        Inner edges, ascending.
    reference, current : array_like, shape (..., bins)
        Counts.
    reference_sums, sums : array_like, shape (..., bins)
        Sums of x.

    Returns
    -------
    array, shape (...), in the unit of x

    References
    ----------
    Vallender (1974), Theory of Probability and its Applications 18.

    Examples
    --------
    >>> wasserstein([5.0], [1, 1], [0.0, 10.0], [1, 1], [1.0, 12.0]).tolist()
    1.5
    """
    r, c, n, m = _counts(reference, current)
    at = np.asarray(edges, dtype=np.float64)
    return area_between(at, r / n - c / m, np.asarray(reference_sums) / n - np.asarray(sums) / m)


def area_between(edges: Floats, shares: Floats, sums: Floats) -> Floats:
    """Return the area under |F - G| from differences of shares and of mean-weighted shares per bin.

    Parameters
    ----------
    edges : array, shape (bins - 1,)
    shares, sums : arrays, shape (..., bins)
        p - q, and the sums of x over n less those over m.

    Examples
    --------
    >>> area_between(np.array([5.0]), np.array([0.0, 0.0]), np.array([-0.5, -1.0])).tolist()
    1.5
    """
    # far from zero the terms would cancel
    origin = float(edges[len(edges) // 2]) if edges.size else 0.0
    ends = np.cumsum(shares, axis=-1)[..., :-1] * (edges - origin)
    zero = np.zeros((*ends.shape[:-1], 1))
    areas = np.diff(np.concatenate([zero, ends, zero], axis=-1), axis=-1) - (sums - origin * shares)
    return np.asarray(np.sum(np.abs(areas), axis=-1))


def _counts(reference: ArrayLike, current: ArrayLike) -> tuple[Floats, Floats, Floats, Floats]:
    r = np.asarray(reference, dtype=np.float64)
    c = np.asarray(current, dtype=np.float64)
    return r, c, r.sum(axis=-1, keepdims=True), c.sum(axis=-1, keepdims=True)
