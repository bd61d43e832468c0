"""Rates: k hits in n trials, exactly.

For verdicts the interval of Clopper & Pearson (1934), which never promises more than it keeps; for display
the shorter one of Wilson (1927), which keeps its promise on average.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from holdfast.kernel.figures import plural
from holdfast.measure.clusters import design_effect, effective
from holdfast.measure.estimates import Estimate, Interval
from holdfast.measure.sequential import one_sided_bounds
from holdfast.measure.states import AnyCounts, ClusteredCounts, Counts, Floats

SMALL = 30
"""Fewer records than this deserve a word."""


def clopper_pearson(k: ArrayLike, n: ArrayLike, alpha: float | Floats) -> tuple[Floats, Floats]:
    """Return the exact lower and upper bound of a rate, one-sided at level alpha each.

    Together they are a two-sided interval of confidence 1 - 2 alpha. Assumes independent records.

    Parameters
    ----------
    k, n : array_like
        Hits and trials, 0 <= k <= n, broadcast together; may be real (effective counts). Without trials the
        bounds are 0 and 1.
    alpha : float or array
        Chance at most that the true rate is below the lower bound; and, as much, above the upper one.

    Returns
    -------
    (low, high) : arrays of that shape, as shares

    References
    ----------
    Clopper & Pearson (1934), Biometrika 26.

    Examples
    --------
    >>> clopper_pearson([0, 0, 3, 20], [100, 1000, 1000, 1000], 0.05)[1].round(6).tolist()
    [0.029513, 0.002991, 0.007735, 0.02893]
    """
    from holdfast.measure.special import betaincinv

    hits, trials = np.broadcast_arrays(np.asarray(k, dtype=np.float64), np.asarray(n, dtype=np.float64))
    none, all_ = hits <= 0, hits >= trials
    # the ends are known; a harmless argument keeps betaincinv off its undefined corners
    low = np.where(none, 0.0, betaincinv(np.where(none, 1.0, hits), np.maximum(trials - hits, 0) + 1, alpha))
    high = np.where(all_, 1.0, betaincinv(hits + 1, np.where(all_, 1.0, trials - hits), 1 - alpha))
    return low, high


def wilson(k: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return Wilson's two-sided score interval of a rate.

    Parameters
    ----------
    k, n : array_like
        Hits and trials, broadcast together; may be real. Without trials the interval is [0, 1].
    confidence : float
        As a share.

    Returns
    -------
    (low, high) : arrays of that shape, as shares

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22.

    Examples
    --------
    >>> [round(float(end), 6) for end in wilson(3, 1000)]
    [0.001021, 0.008783]
    """
    from holdfast.measure.special import ndtri

    hits, trials = np.broadcast_arrays(np.asarray(k, dtype=np.float64), np.asarray(n, dtype=np.float64))
    z = ndtri((1 + confidence) / 2)
    known = trials > 0
    n_ = np.where(known, trials, 1.0)
    rate = np.where(known, hits / n_, 0.5)
    centre = (rate + z * z / (2 * n_)) / (1 + z * z / n_)
    half = z / (1 + z * z / n_) * np.sqrt(rate * (1 - rate) / n_ + z * z / (4 * n_ * n_))
    # at the ends the exact value is 0 or 1; rounding must not leave it outside
    low = np.where(known & (hits > 0), np.maximum(centre - half, 0.0), 0.0)
    high = np.where(known & (hits < trials), np.minimum(centre + half, 1.0), 1.0)
    return low, high


class RateEstimator:
    """A rate over `Counts` or `ClusteredCounts`.

    Examples
    --------
    >>> rate = RateEstimator()
    >>> estimate = rate.estimate(Counts(3, 1000))
    >>> estimate.value, estimate.n, estimate.k
    (0.003, 1000, 3)
    >>> [round(bound, 6) for bound in rate.bounds(Counts(3, 1000), 0.05)]
    [0.000818, 0.007735]
    """

    def estimate(self, state: AnyCounts, confidence: float = 0.95) -> Estimate:
        """Return the rate with Wilson's interval, at the effective n where records are clustered."""
        n, k = round(state.n), round(state.k)
        if state.n <= 0:
            return Estimate(None, None, 0, 0)
        notes = [f"only {plural(n, 'record')}"] if state.n < SMALL else []
        extra: list[tuple[str, float]] = []
        tail = (1 - confidence) / 2
        lower, upper = effective(state, tail, "lower"), effective(state, tail, "upper")
        method = "Wilson (1927)"
        if isinstance(state, ClusteredCounts):
            method += " at the effective n of the clusters (Korn & Graubard 1998)"
            effect = design_effect(state)
            extra.append(("clusters", float(state.clusters)))
            if effect is not None:
                extra.append(("design effect", effect))
        if lower is None or upper is None:
            notes.append("all records are of one cluster: nothing is known about how clusters differ")
            return Estimate(state.k / state.n, None, n, k, tuple(notes), tuple(extra))
        low, high = wilson(*lower, confidence)[0], wilson(*upper, confidence)[1]
        interval = Interval(float(low), float(high), confidence, method)
        return Estimate(state.k / state.n, interval, n, k, tuple(notes), tuple(extra))

    def bounds(self, state: AnyCounts, alpha: float, look: int = 1) -> tuple[float, float] | None:
        """Return the exact one-sided bounds; from the second look on, those that hold at every look."""
        lower, upper = effective(state, alpha, "lower"), effective(state, alpha, "upper")
        if lower is None or upper is None:
            return None
        method = clopper_pearson if look == 1 else one_sided_bounds
        return float(method(*lower, alpha)[0]), float(method(*upper, alpha)[1])

    def scaled(self, state: AnyCounts, factor: float) -> AnyCounts:
        """Return the counts of `factor` times as many records, or clusters, of the same kind."""
        return scaled_counts(state, factor)


def scaled_counts(state: AnyCounts, factor: float) -> AnyCounts:
    """Return `factor` times the counts: more clusters, not larger ones.

    Examples
    --------
    >>> scaled_counts(Counts(3, 1000, missing=5), 2)
    Counts(k=6, n=2000, missing=10)
    """
    if isinstance(state, Counts):
        return Counts(state.k * factor, state.n * factor, state.missing * factor)
    return ClusteredCounts(
        state.k * factor,
        state.n * factor,
        state.clusters * factor,
        state.kk * factor,
        state.nn * factor,
        state.kn * factor,
        state.missing * factor,
    )
