"""Intervals that hold at every look at once: for pages that are always open and gates that are decided again.

An ordinary 95 % interval misses 5 % of the time at one look planned in advance; looked at after every batch
until it pleases, it misses in the end almost surely. These are inverted test martingales: by Ville's
inequality the chance that the true rate is *ever* outside, over all looks, is at most alpha.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from holdfast.measure.states import Floats

STEPS = 100
"""At most; Newton's steps are done after some ten."""


def confidence_sequence(k: ArrayLike, n: ArrayLike, alpha: float) -> tuple[Floats, Floats]:
    """Return the two-sided time-uniform interval of a rate: the beta-binomial mixture.

    {p : B(k+1, n-k+1) / (p^k (1-p)^(n-k)) < 1/alpha}, the likelihood ratio of all rates, weighed alike,
    against p (Robbins 1970; Howard et al. 2021). For independent records in their order.

    Parameters
    ----------
    k, n : array_like
        Hits and trials so far, broadcast together; may be real.
    alpha : float
        Chance that the interval ever misses: 0.05.

    Returns
    -------
    (low, high) : arrays of that shape

    Examples
    --------
    >>> low, high = confidence_sequence([0, 3, 20], [100, 1000, 1000], 0.05)
    >>> low.round(6).tolist(), high.round(6).tolist()
    ([0.0, 6.9e-05, 0.007326], [0.073284, 0.016418, 0.042149])
    """
    k, n = _broadcast(k, n)
    return 1 - _upper(n - k, n, alpha, one_sided=False), _upper(k, n, alpha, one_sided=False)


def one_sided_bounds(k: ArrayLike, n: ArrayLike, alpha: float) -> tuple[Floats, Floats]:
    """Return the lower and the upper time-uniform bound of a rate: each ever misses with chance alpha.

    The upper bound is where the likelihood ratio of all rates *below* p, weighed alike, against p reaches
    1/alpha; the lower one mirrors it. Under any true rate >= p this ratio is a supermartingale, so the bound
    holds at every look; for rare hits it is far sharper than an end of the two-sided interval, which spends
    its weight on rates near one (0 of 100: 0.0440 against 0.0733; the exact bound of a single look is
    0.0295).

    Parameters
    ----------
    k, n : array_like
        Hits and trials so far, broadcast together; may be real.
    alpha : float
        Level of each bound.

    Returns
    -------
    (low, high) : arrays of that shape

    Examples
    --------
    >>> low, high = one_sided_bounds([0, 3, 20], [100, 1000, 1000], 0.05)
    >>> low.round(6).tolist(), high.round(6).tolist()
    ([0.0, 6.9e-05, 0.00733], [0.043979, 0.010643, 0.035525])
    """
    k, n = _broadcast(k, n)
    return 1 - _upper(n - k, n, alpha, one_sided=True), _upper(k, n, alpha, one_sided=True)


def _broadcast(k: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    hits, trials = np.broadcast_arrays(np.asarray(k, dtype=np.float64), np.asarray(n, dtype=np.float64))
    return hits, trials


def _upper(k: Floats, n: Floats, alpha: float, *, one_sided: bool) -> Floats:
    """Return where the mixture against p, which only grows above k/n, reaches 1/alpha; else 1."""
    from holdfast.measure.special import betainc, betaln, xlog1py, xlogy

    unbounded = k >= n  # nothing but hits, or nothing at all: any problem will do in their place
    k, n = np.where(unbounded, 0.0, k), np.where(unbounded, 1.0, n)
    constant = betaln(k + 1, n - k + 1) + np.log(alpha)
    share = k / n
    inside, outside = share, np.ones(k.shape)
    p = np.minimum(share + 3 / n + 2.5 * np.sqrt(share * (1 - share) / n), (1 + share) / 2)
    for _ in range(STEPS):
        excess = constant - xlogy(k, p) - xlog1py(n - k, -p)
        slope = (n - k) / (1 - p) - k / p
        if one_sided:
            below = betainc(k + 1, n - k + 1, p)
            excess = excess + np.log(below) - np.log(p)
            slope = slope - (1 - np.exp(np.minimum(np.log(alpha) - excess, 0))) / p
        beyond = excess >= 0
        outside, inside = np.where(beyond, p, outside), np.where(beyond, inside, p)
        with np.errstate(divide="ignore", invalid="ignore"):
            newton = p - excess / slope
        # Newton's step where it stays between the ends, else half the way
        following = np.where((newton > inside) & (newton < outside), newton, (inside + outside) / 2)
        settled = np.all(np.abs(following - p) <= 3e-16)
        p = following
        if settled:
            break
    return np.where(unbounded, 1.0, p)
