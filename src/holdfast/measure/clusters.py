"""Clustered records: how many independent ones they are worth.

Ten records of one conversation say less than ten conversations. The variance of the ratio k/n is linearised
over clusters; the effective n is the number of independent records that would have this variance, reduced for
the degrees of freedom (clusters - 1) as Korn & Graubard (1998) do, and never above n.

Their interval alone is not safe for rare hits: with few hits the variance estimate is itself nearly unknown,
and with none it is zero. In a simulation (400 clusters of geometric size 5, rate 0.5 %, intra-cluster
correlation 0.8) the nominal 5 % upper bound missed the rate in 15 % of the runs. So each side's variance is
estimated with one cluster more, of average size, that is wholly hit (for an upper bound) or wholly missed
(for a lower one): what the next cluster may look like. With no hits this is Kish's effective size, n^2 / sum
n_i^2 (Kish 1965); with many it changes nothing. With it no cell of that simulation missed in more than 5 %.
"""

from __future__ import annotations

from typing import Literal

from holdfast.measure.states import AnyCounts, ClusteredCounts, Counts

Side = Literal["lower", "upper"]


def effective(counts: AnyCounts, alpha: float, side: Side | None = None) -> tuple[float, float] | None:
    """Return the hits and trials of independent records that say as much as these do.

    Parameters
    ----------
    counts : Counts or ClusteredCounts
        Unclustered counts are returned as they are.
    alpha : float
        Level of the one-sided bound that will be made of them.
    side : "lower", "upper" or None
        Which bound it will be; None where one size must serve both: the smaller one.

    Returns
    -------
    (k, n) or None
        With k / n unchanged and n never above the number of records. None where there are no records, or
        fewer than two clusters: one cluster says nothing about how clusters differ.

    Examples
    --------
    Ten clusters of ten records, five of them wholly hit, are worth about ten records:

    >>> k, n = effective(ClusteredCounts(k=50, n=100, clusters=10, kk=500, nn=1000, kn=500), 0.05, "upper")
    >>> round(n, 1), k / n
    (7.5, 0.5)

    Without a hit, a hundred clusters of ten are worth less than a hundred records, not a thousand:

    >>> k, n = effective(ClusteredCounts(k=0, n=1000, clusters=100, kk=0, nn=10_000, kn=0), 0.05, "upper")
    >>> k, round(n, 1)
    (0.0, 97.3)
    """
    if counts.n <= 0:
        return None
    if isinstance(counts, Counts):
        return counts.k, counts.n
    if counts.clusters < 2 or counts.n <= 1:
        return None
    sides: tuple[Side, ...] = ("lower", "upper") if side is None else (side,)
    size = min(_size(counts, alpha, each) for each in sides)
    return counts.k / counts.n * size, size


def _size(counts: ClusteredCounts, alpha: float, side: Side) -> float:
    """Return the effective n for one side: Korn & Graubard's, with one cluster more that could have been."""
    from holdfast.measure.special import stdtrit

    average = counts.nn / counts.n  # as a record sees it: large clusters weigh more
    hit = average if side == "upper" else 0.0
    k, n = counts.k + hit, counts.n + average
    kk, nn, kn = counts.kk + hit * hit, counts.nn + average * average, counts.kn + hit * average
    rate = k / n
    if rate <= 0 or rate >= 1:
        # every record and the added cluster agree: nothing varies, the sizes alone speak (Kish 1965)
        return min(counts.n, counts.n * counts.n / counts.nn)
    variance = (counts.clusters + 1) / counts.clusters * (kk - 2 * rate * kn + rate * rate * nn) / (n * n)
    independent = rate * (1 - rate) / variance * (counts.n / n)
    degrees = stdtrit(counts.n - 1, 1 - alpha) / stdtrit(counts.clusters - 1, 1 - alpha)
    return float(min(counts.n, independent * degrees * degrees))


def design_effect(counts: ClusteredCounts) -> float | None:
    """Return by how much clustering multiplies the variance of the rate; None where it cannot be said.

    1 means that records are as good as independent; 10, that ten of them are worth one.

    Examples
    --------
    >>> design_effect(ClusteredCounts(k=50, n=100, clusters=10, kk=500, nn=1000, kn=500))
    11.11111111111111
    """
    if counts.clusters < 2 or not 0 < counts.k < counts.n:
        return None
    rate = counts.k / counts.n
    squares = counts.kk - 2 * rate * counts.kn + rate * rate * counts.nn
    variance = counts.clusters / (counts.clusters - 1) * squares / (counts.n * counts.n)
    return float(variance * counts.n / (rate * (1 - rate)))
