"""Bands for pictures: intervals at every window that all hold at once, however often it is drawn anew.

Two kinds, for two questions. *So far*: the rate or mean of all records up to each window, for a process that
does not change; it narrows as records come. *Window by window*: each window's own rate, for a process that
may change; window i has alpha / (i (i + 1)) of the chance to miss, which adds up to alpha for ever, so that a
window's interval is never drawn anew when others follow. It costs width: the thousandth window has a
millionth of alpha.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from holdfast.measure.rates import clopper_pearson
from holdfast.measure.sequential import confidence_sequence
from holdfast.measure.states import Floats, Moments
from holdfast.measure.watching.means import Bounds, MeanSequence, widen


@dataclass(frozen=True)
class Band:
    """A value at each window and its interval, shape (windows,); NaN where there are no records yet."""

    value: Floats
    low: Floats
    high: Floats


def rates_so_far(k: ArrayLike, n: ArrayLike, alpha: float = 0.05) -> Band:
    """Return the rate of all records up to each window, with its time-uniform interval.

    The beta-binomial confidence sequence at each window's end: over all of them together the chance that the
    rate is ever outside is at most alpha. For independent records of one rate; where the rate changes, the
    band is about what all records had in common, and says nothing about the last window.

    Parameters
    ----------
    k, n : array_like, shape (windows,)
        Hits and trials of each window; windows may be empty.
    alpha : float

    Examples
    --------
    >>> band = rates_so_far([0, 1, 2], [100, 400, 500])
    >>> band.value.tolist(), band.high.round(4).tolist()
    ([0.0, 0.002, 0.003], [0.0733, 0.0231, 0.0164])
    """
    hits, trials = _windows(k, n)
    hits, trials = hits.cumsum(), trials.cumsum()
    low, high = confidence_sequence(hits, trials, alpha)
    return Band(_share(hits, trials), low, high)


def rates_by_window(k: ArrayLike, n: ArrayLike, alpha: float = 0.05) -> Band:
    """Return each window's own rate, with intervals of which with chance 1 - alpha none ever misses.

    Exact (Clopper & Pearson 1934) at alpha / (i (i + 1)) for the i-th window: no window depends on another,
    so the rate may change as it likes.

    Parameters
    ----------
    k, n : array_like, shape (windows,)
        Hits and trials of each window; an empty one has the interval from 0 to 1.
    alpha : float

    Examples
    --------
    >>> band = rates_by_window([1, 1, 20], [100, 100, 100])
    >>> band.low.round(4).tolist(), band.high.round(4).tolist()
    ([0.0001, 0.0, 0.1004], [0.0621, 0.0739, 0.3353])
    """
    hits, trials = _windows(k, n)
    at = np.arange(1.0, len(hits) + 1)
    low, high = clopper_pearson(hits, trials, alpha / (2 * at * (at + 1)))
    return Band(_share(hits, trials), low, high)


def means_so_far(bounds: Bounds, batches: Sequence[Moments], alpha: float = 0.05) -> Band:
    """Return the mean of all records up to each window, with its time-uniform interval.

    The predictable empirical-Bernstein confidence sequence (`watching.means`), for values within known
    bounds. Unlike the one for rates it holds for means that change as well: then it is about their average,
    weighed by the stakes.

    Raises
    ------
    ValueError
        A value lies outside the bounds.

    Examples
    --------
    >>> batch = Moments(n=100, mean=0.3, m2=1.0, low=0.1, high=0.5)
    >>> band = means_so_far(Bounds(0.0, 1.0), [batch] * 50)
    >>> float(band.low[-1].round(3)), float(band.high[-1].round(3))
    (0.294, 0.306)
    """
    seen, past, rows = MeanSequence(bounds, alpha), Moments(), []
    for batch in batches:
        seen, past = widen(seen, batch), past.merge(batch)
        rows.append((past.mean if past.n else np.nan, *seen.interval))
    value, low, high = np.array(rows, dtype=np.float64).reshape(-1, 3).T
    return Band(value, low, high)


def _windows(k: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    hits, trials = np.broadcast_arrays(np.asarray(k, np.float64), np.asarray(n, np.float64))
    if hits.ndim != 1 or not np.all((hits >= 0) & (hits <= trials) & np.isfinite(trials)):
        msg = "hits and trials of each window: no more hits than trials, and both numbers"
        raise ValueError(msg)
    return hits, trials


def _share(hits: Floats, trials: Floats) -> Floats:
    return np.asarray(np.divide(hits, trials, out=np.full(hits.shape, np.nan), where=trials > 0))
