"""What the engine is asked for: one state per slice, as data.

An engine that can answer these can measure everything.

A request names columns and expressions over them, never rows. Its answer is a mapping from `SliceKey` to a
state (`holdfast.measure.states`). One pass answers any number of requests.

`by` is the tuple of columns to slice by: () asks for the whole. A slice's key holds the columns' values as
text, in the order of `by` (None is the slice of records whose value is null). Of more than `MOST_SLICES` the
most frequent are slices of their own, and all others one together (`holdfast.measure.slices.rest_key`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from holdfast.kernel.expressions.tree import Expression

SliceKey: TypeAlias = tuple[str | None, ...]

MOST_SLICES = 1_000
"""Slices that one metric may have; all others are counted together. Judging so many takes a second or two."""
EVERY_SLICE = 2**62
"""All of them, however many."""
MOST_GROUPS = 100
"""Groups that a gap may be over: every pair of them is compared, 4,950 of a hundred."""


@dataclass(frozen=True)
class CountsRequest:
    """k of n: records for which `hit` is true, among those for which `among` is true and `hit` is not null.

    Answered by `Counts`; with `cluster`, by `ClusteredCounts` (sums over the clusters named by that column;
    records whose cluster is null are clusters of their own). `binary` lists the expressions that must be
    two-valued: the engine refuses (HF303) a number other than 0 and 1 in them. Of more than `most` slices the
    most frequent come back, and one for all others (`holdfast.measure.slices.rest_key`); EVERY_SLICE asks for
    all, however many: for clusters, which nobody judges.
    """

    hit: Expression
    among: Expression | None = None
    by: tuple[str, ...] = ()
    cluster: str | None = None
    binary: tuple[Expression, ...] = ()
    most: int = MOST_SLICES


@dataclass(frozen=True)
class MomentsRequest:
    """n, mean, M2 and range of a numeric column; NaN and null are counted, not used."""

    column: str
    by: tuple[str, ...] = ()
    among: Expression | None = None


@dataclass(frozen=True)
class LogBinsRequest:
    """A numeric column in bins of relative error 1 % (DDSketch). Answered by `LogBins`."""

    column: str
    by: tuple[str, ...] = ()
    among: Expression | None = None


@dataclass(frozen=True)
class LagRequest:
    """Whole seconds from one time to another, in bins of relative error 1 %. Answered by `LogBins`.

    A record that lacks one of both is missing.
    """

    begun: str
    ended: str
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScoreBinsRequest:
    """Scores in [0, 1] with two-valued labels on a grid of 1,000 equal cells. Answered by `ScoreBins`."""

    score: str
    label: Expression
    by: tuple[str, ...] = ()
    among: Expression | None = None


@dataclass(frozen=True)
class RangeRequest:
    """Count and range of a numeric column, to lay a grid over it. Answered by `Range`."""

    column: str


@dataclass(frozen=True)
class Grid:
    """Equal cells over [low, high] of x, or of asinh(x / scale) where `scale` is given (heavy tails).

    Cell i of 0..cells-1 holds low + i w <= t < low + (i + 1) w with w = (high - low) / cells and t the
    transformed value (the last cell is closed above); values below go to cell -1, above to cell `cells`.
    """

    low: float
    high: float
    cells: int = 1000
    scale: float | None = None


@dataclass(frozen=True)
class GridRequest:
    """A numeric column counted on a grid, with the sum of x per cell. Answered by `GridCounts`."""

    column: str
    grid: Grid
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class CategoriesRequest:
    """A column's values as text, counted; null apart. Answered by `Categories`."""

    column: str
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class PairsRequest:
    """Two verdict columns counted against each other, nulls apart. Answered by `Pairs`."""

    left: str
    right: str
    by: tuple[str, ...] = ()


Request: TypeAlias = (
    CountsRequest
    | MomentsRequest
    | LogBinsRequest
    | LagRequest
    | ScoreBinsRequest
    | RangeRequest
    | GridRequest
    | CategoriesRequest
    | PairsRequest
)
