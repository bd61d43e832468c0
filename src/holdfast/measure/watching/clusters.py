"""Evidence about a rate from records that come in clusters: conversations, tenants, patients.

Ten records of one conversation are no ten independent trials. A batch says of its complete clusters only
sums (`ClusteredCounts`). Two e-variables follow from them; each is at most 1 on average under every rate on
the harmless side, however the records of a cluster depend on each other, as long as clusters do not depend
on each other and the batch's rate over all its records is on that side.

*Scaled.* No cluster is larger than a bound B. k / B hits in n / B trials weigh no more than they may: a
cluster of a n_i / B-th trial whose share of hits lies in [0, 1] has E[r^x] <= (1 + p (r - 1))^(n_i / B), by
convexity and Jensen's inequality. Sharp where clusters have one or two records; else it takes all records of
a cluster for copies of one.

*Self-normalised.* For D_i = k_i - p0 n_i and a stake s with s p0 n_i <= 1/2:

    log(1 + s D_i) >= s D_i - C s^2 D_i^2,        C = 4 log 2 - 2,

(Fan, Grama & Liu 2015, lemma 4.1: the quotient of what log(1 + y) lacks of y by y^2 falls in y), and
the product of the 1 + s D_i is at most 1 on average. Both sums on the right follow from the batch's. What the
clusters really have in common shows in the squares, so correlated hits weigh less and others do not.

Which of the two is used depends on the sizes of the batch's clusters alone, never on their hits.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from holdfast.measure.states import AnyCounts, ClusteredCounts, Counts, Floats
from holdfast.measure.watching.rates import ALTERNATIVES, RateDetector, RateWatch, advance, waited

STAKES: Floats = np.geomspace(0.01, 1.2, ALTERNATIVES)
"""Best is some (1 - p0 / p1) over the hits that come together: from one at a time to seventy."""
SMALL = 2.0
"""Clusters up to this size are scaled: larger ones lose more by it than by the squares."""
_DEEPEST = 0.5
_CURVATURE = (-math.log1p(-_DEEPEST) - _DEEPEST) / _DEEPEST**2


def largest(batch: ClusteredCounts) -> float:
    """Return a size that no cluster of a batch exceeds, from number, sum and sum of squares of the sizes.

    The least of Samuelson's (1968) bound, mean + deviation sqrt(clusters - 1), and of what is left where all
    other clusters have one record.

    Examples
    --------
    >>> largest(ClusteredCounts(n=30, clusters=3, nn=300)), largest(ClusteredCounts(n=5, clusters=4, nn=7))
    (10.0, 2.0)
    """
    others = batch.clusters - 1
    if others < 0:
        return 0.0
    mean = batch.n / batch.clusters
    variance = max(batch.nn / batch.clusters - mean * mean, 0.0)
    bounds = (
        mean + math.sqrt(variance * others),
        math.sqrt(max(batch.nn - others, 0.0)),
        batch.n - others,
    )
    return float(max(math.floor(min(bounds) * (1 + 1e-12) + 1e-9), 1))


def as_trials(counts: AnyCounts) -> Counts:
    """Return what weighs as hits and trials: of clusters, divided by a size that none of them exceeds.

    Examples
    --------
    >>> as_trials(ClusteredCounts(k=10, n=100, clusters=10, kk=50, nn=1000, kn=100))
    Counts(k=1.0, n=10.0, missing=0)
    """
    if isinstance(counts, Counts):
        return counts
    size = largest(counts)
    return Counts(counts.k / size, counts.n / size) if size else Counts()


def advance_clusters(
    watch: RateWatch, detector: RateDetector, batch: AnyCounts, seconds: float
) -> RateDetector:
    """Return a rate's detector after one more batch, of records or of complete clusters.

    Raises
    ------
    ValueError
        Hits that are more than the trials, sums that no clusters have, or a time that runs backwards.

    Examples
    --------
    >>> watch = RateWatch(level=0.01, side="above", budget=90 * 86400)
    >>> detector = RateDetector.begun()
    >>> batch = ClusteredCounts(k=20, n=500, clusters=100, kk=80, nn=2500, kn=100)  # four hits at a time
    >>> minutes = 0
    >>> while not detector.alarmed(watch):
    ...     detector, minutes = advance_clusters(watch, detector, batch, seconds=60), minutes + 1
    >>> minutes
    7
    """
    if isinstance(batch, Counts):
        return advance(watch, detector, batch.k, batch.n, seconds)
    _check(batch)
    size = largest(batch)
    if size <= SMALL:
        small = as_trials(batch)
        moved = advance(watch, detector, small.k, small.n, seconds)
        return replace(moved, k=detector.k + batch.k, n=detector.n + batch.n)
    return replace(
        detector,
        logs=waited(detector.logs, watch.budget, seconds) + log_evidence(watch, batch, size),
        k=detector.k + batch.k,
        n=detector.n + batch.n,
        seconds=detector.seconds + seconds,
    )


def log_evidence(watch: RateWatch, batch: ClusteredCounts, size: float) -> Floats:
    """Return the log of the self-normalised e-variable at each stake, for clusters of at most `size`."""
    level = watch.level
    apart = batch.k - level * batch.n
    squares = max(batch.kk - 2 * level * batch.kn + level * level * batch.nn, 0.0)
    rise = apart if watch.side == "above" else -apart
    stakes = np.minimum(STAKES, _DEEPEST / (watch.against * size))
    return np.asarray(stakes * rise - _CURVATURE * stakes * stakes * squares)


def _check(batch: ClusteredCounts) -> None:
    sums = (batch.k, batch.n, batch.clusters, batch.kk, batch.nn, batch.kn)
    sound = all(math.isfinite(each) and each >= 0 for each in sums)
    if (
        not sound
        or batch.k > batch.n
        or batch.clusters > batch.n
        or batch.kk > batch.kn
        or batch.kn > batch.nn
    ):
        msg = (
            f"{batch.k:g} hits in {batch.n:g} records of {batch.clusters:g} clusters, with sums of squares"
            f" {batch.kk:g} and {batch.nn:g}: no clusters have such sums"
        )
        raise ValueError(msg)
