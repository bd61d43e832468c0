"""The small aggregate language between requests and engines: cases, counts, sums, groups and their union.

A pass is a list of `Grouping`s, and a query is their union. What a query brings back is a small table with
one row per group. An engine that can put records in cells, count, sum, find least, greatest and variance,
group and unite can answer every request; nothing else is asked of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from holdfast.kernel.expressions.tree import Expression, IsNull, Junction, Literal_, Membership
from holdfast.measure.requests import MOST_SLICES, Grid, SliceKey

NAN = -2
MISSING = -3
LOW_INFINITE = -4
HIGH_INFINITE = -5
EXCLUDED = -6
OUTSIDE_LOW = -7
OUTSIDE_HIGH = -8
"""Cells that are no place on the axis: NaN, null, the infinities, not asked for, below and above the axis."""

LOG_OFFSET = 50_000
"""Added to a log bin's index (-37,300 to 35,500), so that the sign is free to say the value's."""

WINDOWS_FROM = 345_600
"""A window begins at this moment, Monday 1970-01-05 in epoch seconds: so weeks are the calendar's."""

MOST_LABELS = 1_000
"""Values of a column that are counted one by one, the most frequent first; the rest is counted together."""


@dataclass(frozen=True)
class Count:
    """Records for which a condition is true; all, where it is None."""

    where: Expression | None = None


@dataclass(frozen=True)
class Figure:
    """Something about a numeric column, over the records for which `where` is true.

    `n`, `mean`, `variance` (of the population), `low` and `high` look at finite values only; `known` counts
    all that are not null, and `nan` those of them that are NaN. `total` adds up whatever there is, and is
    meant for cells.
    """

    what: Literal["n", "total", "mean", "variance", "low", "high", "nan", "known"]
    column: str
    where: Expression | None = None


@dataclass(frozen=True)
class GridCells:
    """A numeric column's cell on a grid."""

    column: str
    grid: Grid


@dataclass(frozen=True)
class LogCells:
    """A numeric column's bin of relative error: LOG_OFFSET + index, negated for x < 0, and 0 for 0."""

    column: str


@dataclass(frozen=True)
class LagCells:
    """The whole seconds between two times, in the same bins; MISSING where one of them is null."""

    begun: str
    ended: str


@dataclass(frozen=True)
class ScoreCells:
    """A score's cell of 1,000; OUTSIDE_LOW where it is not in [0, 1], MISSING where one of both is null."""

    score: str
    label: Expression


Cells: TypeAlias = GridCells | LogCells | LagCells | ScoreCells
Aggregate: TypeAlias = Count | Figure


@dataclass(frozen=True)
class Trials:
    """Conditions that are counted per cluster: k, n and missing of one request."""

    hits: Expression
    trials: Expression
    missing: Expression


@dataclass(frozen=True)
class Window:
    """Records grouped by when they happened, too.

    Attributes
    ----------
    time : str
        The column of times.
    every : int
        Seconds of a window.
    since, until : datetime or None
        From when on, and up to but without when, records count: naive UTC.
    """

    time: str
    every: int
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Kept:
    """The most frequent slices, which stay apart; all others are counted together.

    Attributes
    ----------
    keys : tuple of SliceKey
        As the engine writes them.
    rest : SliceKey
        The key of all others (`holdfast.measure.slices.rest_key`).
    """

    keys: tuple[SliceKey, ...]
    rest: SliceKey


@dataclass(frozen=True)
class Grouping:
    """One part of the query: records grouped by columns, labels and cells, with aggregates of each group.

    Attributes
    ----------
    by : tuple of str
        Columns of the slices.
    labels : tuple of str
        Columns whose values are counted, as text; with one of them at most `MOST_LABELS` values a slice.
    cells : GridCells, LogCells, LagCells, ScoreCells or None
        How each record finds its cell.
    among : Expression or None
        Records for which it is false are in the cell EXCLUDED, those for which it is null in MISSING.
    figures : tuple of Count and Figure
        What is computed of each group.
    cluster : str or None
        With it `trials` are counted per cluster, and seven sums over the clusters come back for each.
    trials : tuple of Trials
    window : Window or None
        With it each window has groups of its own. Records without a time are in none; a cluster's records are
        all in the window of its first one.
    most : int
        Slices that there may be; of more, the most frequent are kept.
    kept : Kept or None
        Where there are more: which are kept.
    """

    by: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    cells: Cells | None = None
    among: Expression | None = None
    figures: tuple[Aggregate, ...] = ()
    cluster: str | None = None
    trials: tuple[Trials, ...] = ()
    window: Window | None = None
    most: int = MOST_SLICES
    kept: Kept | None = None

    @property
    def width(self) -> int:
        """How many numbers a row of it has."""
        return len(self.figures) + 7 * len(self.trials)


def trials_of(hit: Expression, among: Expression | None) -> Trials:
    """Return what k, n and missing of a rate count.

    A record is missing when nobody knows whether it is among those asked for, or whether it was hit.
    """
    unknown = IsNull(hit)
    known = IsNull(hit, negated=True)
    if among is None:
        return Trials(hit, known, unknown)
    return Trials(
        Junction("and", (among, hit)),
        Junction("and", (among, known)),
        Junction("or", (IsNull(among), Junction("and", (among, unknown)))),
    )


def neither_zero_nor_one(expression: Expression) -> Expression:
    """Return the condition that a number is no yes and no no."""
    return Membership(expression, (Literal_(0), Literal_(1)), negated=True)
