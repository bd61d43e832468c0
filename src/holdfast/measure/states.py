"""Mergeable states: what an engine returns and what windows roll up.

Merging is associative and commutative and `zero` is neutral, also zero with zero (tests/laws). Everything is
frozen; array fields are float64 and are never written to. Counts are held as floats so that a state can be
scaled when asking how many records would decide; what an engine returns is always whole. `missing` counts
records that were asked for and could not be used because something they need is null: it is shown, never
silently dropped.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import numpy as np

from holdfast.measure.mergeable import Floats as Floats
from holdfast.measure.mergeable import IncompatibleStates as IncompatibleStates
from holdfast.measure.mergeable import added, same
from holdfast.measure.requests import Grid, SliceKey
from holdfast.measure.vectors import VectorsDrifted, VectorSums


@dataclass(frozen=True)
class Counts:
    """k hits in n trials; serves every kind of rate."""

    k: float = 0
    n: float = 0
    missing: float = 0

    @staticmethod
    def zero() -> Counts:
        """Return the state of no records."""
        return Counts()

    def merge(self, other: Counts) -> Counts:
        """Return the state of both sets of records.

        Examples
        --------
        >>> Counts(1, 10).merge(Counts(2, 30))
        Counts(k=3, n=40, missing=0)
        """
        return Counts(self.k + other.k, self.n + other.n, self.missing + other.missing)


@dataclass(frozen=True)
class ClusteredCounts:
    """Counts of clustered records: the sums over *complete* clusters that a ratio's variance needs.

    `clusters` is the number of clusters with n > 0; `kk`, `nn`, `kn` are the sums over clusters of k^2, n^2
    and k n. Sums of a cluster that was split between two states do not merge: a cluster belongs to one state
    as a whole.
    """

    k: float = 0
    n: float = 0
    clusters: float = 0
    kk: float = 0
    nn: float = 0
    kn: float = 0
    missing: float = 0

    @staticmethod
    def zero() -> ClusteredCounts:
        """Return the state of no records."""
        return ClusteredCounts()

    def merge(self, other: ClusteredCounts) -> ClusteredCounts:
        """Return the state of both sets of clusters."""
        pairs = zip(fields(self), fields(other), strict=True)
        return ClusteredCounts(*(getattr(self, a.name) + getattr(other, b.name) for a, b in pairs))


@dataclass(frozen=True)
class Moments:
    """n, mean, sum of squared deviations, least and greatest value (Chan, Golub & LeVeque 1983).

    Of the finite values; `infinite` counts the others that are numbers: with one of them there is no mean.
    """

    n: float = 0
    mean: float = 0.0
    m2: float = 0.0
    low: float = math.inf
    high: float = -math.inf
    nan: float = 0
    missing: float = 0
    infinite: float = 0

    @staticmethod
    def zero() -> Moments:
        """Return the state of no records."""
        return Moments()

    def merge(self, other: Moments) -> Moments:
        """Return the state of both sets of records.

        Examples
        --------
        >>> Moments(2, 1.0, 2.0, 0, 2).merge(Moments(1, 4.0, 0.0, 4, 4)).mean
        2.0
        """
        n = self.n + other.n
        apart = other.mean - self.mean
        share = other.n / n if n else 0.0
        return Moments(
            n,
            self.mean + apart * share if self.n else other.mean,
            self.m2 + other.m2 + apart * apart * self.n * share,
            min(self.low, other.low),
            max(self.high, other.high),
            self.nan + other.nan,
            self.missing + other.missing,
            self.infinite + other.infinite,
        )


RELATIVE_ERROR = 0.01
"""Of LogBins, as a share of the value."""
GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)
"""Ratio of a log bin's ends: bin i holds GAMMA^(i-1) < |x| <= GAMMA^i (DDSketch; Masson, Rim & Lee 2019)."""


@dataclass(frozen=True)
class LogBins:
    """Values in bins of 1 % relative error: index -> count for x > 0 and for x < 0, and the zeros.

    Infinities are counted in `infinite` (+) and `negative_infinite` (-), NaN in `nan`, null in `missing`.
    """

    positive: Mapping[int, float]
    negative: Mapping[int, float]
    zeros: float = 0
    infinite: float = 0
    negative_infinite: float = 0
    nan: float = 0
    missing: float = 0

    @staticmethod
    def zero() -> LogBins:
        """Return the state of no records."""
        return LogBins({}, {})

    @property
    def n(self) -> float:
        """Records that have a value, infinities included."""
        finite = sum(self.positive.values()) + sum(self.negative.values()) + self.zeros
        return finite + self.infinite + self.negative_infinite

    def merge(self, other: LogBins) -> LogBins:
        """Return the state of both sets of records."""
        return LogBins(
            added(self.positive, other.positive),
            added(self.negative, other.negative),
            self.zeros + other.zeros,
            self.infinite + other.infinite,
            self.negative_infinite + other.negative_infinite,
            self.nan + other.nan,
            self.missing + other.missing,
        )


SCORE_CELLS = 1000
"""Cells of the score grid: cell i holds i/1000 <= score < (i+1)/1000, the last one also score = 1."""


@dataclass(frozen=True)
class ScoreBins:
    """Scores in [0, 1] with two-valued labels, per cell of a fine grid: n, sum of score, sum of label.

    `outside` counts scores that are NaN, infinite or not in [0, 1]: calibration refuses them (HF304).
    """

    n: Floats
    score: Floats
    label: Floats
    outside: float = 0
    missing: float = 0

    @staticmethod
    def zero() -> ScoreBins:
        """Return the state of no records."""
        return ScoreBins(np.zeros(SCORE_CELLS), np.zeros(SCORE_CELLS), np.zeros(SCORE_CELLS))

    def merge(self, other: ScoreBins) -> ScoreBins:
        """Return the state of both sets of records."""
        return ScoreBins(
            self.n + other.n,
            self.score + other.score,
            self.label + other.label,
            self.outside + other.outside,
            self.missing + other.missing,
        )


@dataclass(frozen=True)
class Range:
    """How many finite values there are, and between which ends."""

    n: float = 0
    low: float = math.inf
    high: float = -math.inf
    nan: float = 0
    missing: float = 0

    @staticmethod
    def zero() -> Range:
        """Return the state of no records."""
        return Range()

    def merge(self, other: Range) -> Range:
        """Return the state of both sets of records."""
        return Range(
            self.n + other.n,
            min(self.low, other.low),
            max(self.high, other.high),
            self.nan + other.nan,
            self.missing + other.missing,
        )


@dataclass(frozen=True)
class GridCounts:
    """A numeric column on a fine grid: counts and sums of x per cell.

    `counts` and `sums` have grid.cells + 2 entries: below the grid, its cells, above it (infinities count at
    the ends and add nothing to the sums).
    """

    grid: Grid
    counts: Floats
    sums: Floats
    nan: float = 0
    missing: float = 0

    @staticmethod
    def zero(grid: Grid) -> GridCounts:
        """Return the state of no records on this grid."""
        return GridCounts(grid, np.zeros(grid.cells + 2), np.zeros(grid.cells + 2))

    def merge(self, other: GridCounts) -> GridCounts:
        """Return the state of both sets of records."""
        same("grids", self.grid, other.grid)
        return GridCounts(
            self.grid,
            self.counts + other.counts,
            self.sums + other.sums,
            self.nan + other.nan,
            self.missing + other.missing,
        )


@dataclass(frozen=True)
class Bins:
    """A numeric column in bins that were frozen with the reference: counts and sums of x per bin.

    `edges` are the B - 1 inner edges, ascending: bin 0 holds x < edges[0], bin B-1 holds x >= edges[-1]. NaN
    counts as a bin of its own in every distance; missing does too.
    """

    edges: Floats
    counts: Floats
    sums: Floats
    nan: float = 0
    missing: float = 0

    @staticmethod
    def zero(edges: Floats) -> Bins:
        """Return the state of no records on these edges."""
        return Bins(edges, np.zeros(len(edges) + 1), np.zeros(len(edges) + 1))

    def merge(self, other: Bins) -> Bins:
        """Return the state of both sets of records."""
        same("edges", self.edges.tolist(), other.edges.tolist())
        return Bins(
            self.edges,
            self.counts + other.counts,
            self.sums + other.sums,
            self.nan + other.nan,
            self.missing + other.missing,
        )


@dataclass(frozen=True)
class Categories:
    """A column's values as text, counted; `other` holds what a limit on labels folded together."""

    counts: Mapping[str, float]
    other: float = 0
    missing: float = 0

    @staticmethod
    def zero() -> Categories:
        """Return the state of no records."""
        return Categories({})

    def merge(self, other: Categories) -> Categories:
        """Return the state of both sets of records."""
        return Categories(
            added(self.counts, other.counts), self.other + other.other, self.missing + other.missing
        )


@dataclass(frozen=True)
class Pairs:
    """Two verdicts on the same records, counted against each other: (left, right) -> count."""

    counts: Mapping[tuple[str, str], float]
    missing: float = 0

    @staticmethod
    def zero() -> Pairs:
        """Return the state of no records."""
        return Pairs({})

    def merge(self, other: Pairs) -> Pairs:
        """Return the state of both sets of records."""
        return Pairs(added(self.counts, other.counts), self.missing + other.missing)


@dataclass(frozen=True)
class Confusion:
    """Binary decisions against labels: everything that derives from them. Each rate is a Counts."""

    tp: float = 0
    fp: float = 0
    fn: float = 0
    tn: float = 0

    @staticmethod
    def zero() -> Confusion:
        """Return the state of no records."""
        return Confusion()

    def merge(self, other: Confusion) -> Confusion:
        """Return the state of both sets of records."""
        return Confusion(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn, self.tn + other.tn)

    @property
    def true_positive_rate(self) -> Counts:
        """Recall: positives that were found."""
        return Counts(self.tp, self.tp + self.fn)

    @property
    def false_positive_rate(self) -> Counts:
        """Negatives that were taken for positives."""
        return Counts(self.fp, self.fp + self.tn)


AnyCounts: TypeAlias = Counts | ClusteredCounts


@dataclass(frozen=True)
class Groups:
    """Counts by group, for a gap between groups.

    `counts[i]` belongs to the i-th rate that the gap is taken over: a disparity has one rate, equalized odds
    two (true and false positive rate). Keys are the groups' values in the order of the metric's `over`.
    """

    counts: tuple[Mapping[SliceKey, AnyCounts], ...]

    def merge(self, other: Groups) -> Groups:
        """Return the state of both sets of records."""
        same("number of rates", len(self.counts), len(other.counts))
        merged: list[Mapping[SliceKey, AnyCounts]] = []
        for left, right in zip(self.counts, other.counts, strict=True):
            total: dict[SliceKey, AnyCounts] = dict(left)
            for key, counts in right.items():
                mine: Any = total.get(key)
                total[key] = counts if mine is None else mine.merge(counts)
            merged.append(total)
        return Groups(tuple(merged))

    @staticmethod
    def zero(rates: int = 1) -> Groups:
        """Return the state of no records."""
        return Groups(tuple({} for _ in range(rates)))


@dataclass(frozen=True)
class Selective:
    """Answers that were wrong among those given, and the answers given among all that were asked for."""

    risk: AnyCounts
    coverage: AnyCounts

    @staticmethod
    def zero() -> Selective:
        """Return the state of no records."""
        return Selective(Counts(), Counts())

    def merge(self, other: Selective) -> Selective:
        """Return the state of both sets of records."""
        mine: Any = self
        return Selective(mine.risk.merge(other.risk), mine.coverage.merge(other.coverage))


@dataclass(frozen=True)
class Drifted:
    """A column now against its reference, in the same bins (or by category)."""

    reference: Bins | Categories
    current: Bins | Categories

    def merge(self, other: Drifted) -> Drifted:
        """Return the state with the current records of both; the reference is frozen and must be the same."""
        same("references", _comparable(self.reference), _comparable(other.reference))
        left: Any = self.current
        return Drifted(self.reference, left.merge(other.current))


def _comparable(state: Bins | Categories) -> object:
    """Return the state with its arrays as lists, which compare by value."""
    return [
        item.tolist() if isinstance(item, np.ndarray) else item
        for item in (getattr(state, entry.name) for entry in fields(state))
    ]


State: TypeAlias = (
    Counts
    | ClusteredCounts
    | Moments
    | LogBins
    | ScoreBins
    | Range
    | GridCounts
    | Bins
    | Categories
    | Pairs
    | Confusion
    | Groups
    | Selective
    | Drifted
    | VectorSums
    | VectorsDrifted
)
