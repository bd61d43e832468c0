"""Bins of a numeric column: a fine grid over the reference, folded once into quantile bins that stay.

A distance without its bins is no number (one feature gave PSI from 0.05 to 1.47), so bins are frozen with the
reference. Binning is also what costs time in an engine: a grid of equal cells is arithmetic, and its cells
fold into quantile bins afterwards, with edges that are edges of the grid, so that nothing is split.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from holdfast.measure.requests import Grid
from holdfast.measure.states import Bins, Floats, GridCounts, IncompatibleStates, Moments, Range

CELLS = 1000
"""Of a grid."""
DECADES = 1e-4
"""An asinh grid is near linear up to this share of the greatest value, and in even ratios beyond it."""
LOPSIDED = 0.08
"""A mean nearer to an end than this share of the range makes a heavy tail likely."""
NARROW = 0.05
"""So does a standard deviation below this share of the range."""
SPACING = 4 * float(np.finfo(np.float64).eps)
"""Cells are at least this wide, relative to the greatest value: narrower ones hold no number of their own."""

TINY = float(np.finfo(np.float64).tiny)
"""Numbers whose spacing is below this are not told apart by arithmetic."""


def grid_for(known: Range | Moments, cells: int = CELLS) -> Grid:
    """Lay a grid over a reference's values.

    Equal cells of x; of asinh(x / scale) where the moments show that most records crowd into a small part of
    the range (a heavy tail, or a code like 999999 among ages), for equal cells would hold them all in one.

    Parameters
    ----------
    known : Range or Moments
        Of the reference's finite values. With a `Range` alone a heavy tail cannot be seen.
    cells : int
        At most.

    Returns
    -------
    Grid
        Over [0, 1] for a reference without values; around the value for a constant one.

    Examples
    --------
    >>> grid_for(Moments(1000, 0.5, 83.0, 0, 1))
    Grid(low=0, high=1, cells=1000, scale=None)
    >>> grid_for(Moments(1000, 1.6, 5000.0, 0.1, 73)).scale
    0.0073
    """
    low, high = known.low, known.high
    if known.n <= 0 or not (math.isfinite(low) and math.isfinite(high)):
        return Grid(0.0, 1.0, cells)
    largest = max(abs(low), abs(high))
    if high <= low:
        around = max(largest, 1.0) * 1e-3
        return Grid(low - around, high + around, cells)
    span = high - low
    scale = largest * DECADES
    smallest = SPACING * largest
    if smallest < TINY:
        return Grid(low, high, 1)
    if not math.isfinite(span) or (isinstance(known, Moments) and _crowded(known, span)):
        return Grid(math.asinh(low / scale), math.asinh(high / scale), cells, scale)
    return Grid(low, high, max(1, min(cells, math.floor(span / smallest))))


def _crowded(known: Moments, span: float) -> bool:
    deviation = math.sqrt(max(known.m2, 0.0) / known.n)
    to_end = min(known.mean - known.low, known.high - known.mean)
    return to_end < LOPSIDED * span or deviation < NARROW * span


def finer(counted: GridCounts, bins: int = 20) -> Grid | None:
    """Return the asinh grid over the same range, where equal cells of x hold too much in one.

    The moments do not give away every crowd: a tenth of the records at 999999 leaves all others in one cell.
    Where one cell holds more than two bins' share, another pass on this grid may tell its records apart (it
    cannot where they are equal).

    Examples
    --------
    >>> counts = np.zeros(1002)
    >>> counts[[1, 1000]] = 900, 100
    >>> round(finer(GridCounts(Grid(0.0, 999999.0), counts, counts)).scale)
    100
    """
    grid = counted.grid
    total = counted.counts.sum()
    if grid.scale is not None or total <= 0 or counted.counts.max() <= 2 * total / bins:
        return None
    scale = max(abs(grid.low), abs(grid.high)) * DECADES
    return replace(grid, low=math.asinh(grid.low / scale), high=math.asinh(grid.high / scale), scale=scale)


def grid_edges(grid: Grid) -> Floats:
    """Return the ends of a grid's cells as values of x: shape (cells + 1,), ascending.

    Examples
    --------
    >>> grid_edges(Grid(0.0, 2.0, 4)).tolist()
    [0.0, 0.5, 1.0, 1.5, 2.0]
    """
    even = grid.low + np.arange(grid.cells + 1) * ((grid.high - grid.low) / grid.cells)
    return np.asarray(even if grid.scale is None else np.sinh(even) * grid.scale, dtype=np.float64)


def freeze(reference: GridCounts, bins: int = 20) -> Bins:
    """Fold a reference into quantile bins; the current records are folded into the same ones by `fold`.

    Each cut goes to the end of a cell nearest to its quantile. Many equal values give fewer bins, and a value
    that holds more than a bin's share gets edges of its own: a constant column has three bins, two of them
    empty until something else turns up.

    Parameters
    ----------
    reference : GridCounts
    bins : int
        At most.

    Returns
    -------
    Bins
        With the reference's counts and sums of x. Without values: a single bin.

    Examples
    --------
    >>> grid = Grid(0.0, 1.0, 10)
    >>> even = GridCounts(grid, np.array([0.0, *[10.0] * 10, 0.0]), np.zeros(12))
    >>> frozen = freeze(even, 5)
    >>> frozen.edges.round(3).tolist(), frozen.counts.tolist()
    ([0.2, 0.4, 0.6, 0.8], [20.0, 20.0, 20.0, 20.0, 20.0])
    """
    if bins < 1:
        msg = f"a distance needs at least one bin: got {bins}"
        raise ValueError(msg)
    # below[j]: records below the j-th edge of the grid
    below = np.cumsum(reference.counts)[:-1]
    total = float(reference.counts.sum())
    if total <= 0:
        return fold(reference, Bins.zero(np.zeros(0)))
    wanted = total * np.arange(1, bins) / bins
    # next to the records, not in the middle of a gap: that gives a heavy value a bin of its own
    left = np.maximum(np.searchsorted(below, wanted, side="right") - 1, 0)
    right = np.minimum(np.searchsorted(below, wanted, side="left"), len(below) - 1)
    chosen = np.where(np.abs(wanted - below[left]) < np.abs(below[right] - wanted), left, right)
    return fold(reference, Bins.zero(grid_edges(reference.grid)[np.unique(chosen)]))


def fold(counted: GridCounts, frozen: Bins) -> Bins:
    """Fold grid counts into bins that were frozen on the same grid; exact, since edges are the grid's own.

    Parameters
    ----------
    counted : GridCounts
    frozen : Bins
        Only its edges are used.

    Raises
    ------
    IncompatibleStates
        When an edge is no edge of the grid.

    Examples
    --------
    >>> now = GridCounts(Grid(0.0, 1.0, 4), np.array([1.0, 2, 3, 4, 5, 6]), np.arange(6.0))
    >>> folded = fold(now, Bins.zero(np.array([0.25, 0.75])))
    >>> folded.counts.tolist(), folded.sums.tolist()
    ([3.0, 7.0, 11.0], [1.0, 5.0, 9.0])
    """
    edges = grid_edges(counted.grid)
    at = np.clip(np.searchsorted(edges, frozen.edges), 1, len(edges) - 1)
    at = at - (frozen.edges - edges[at - 1] < edges[at] - frozen.edges)
    # a sinh may differ in its last digit on another machine: near is the same edge
    width = np.maximum(np.diff(edges)[np.clip(at, 0, counted.grid.cells - 1)], np.spacing(np.abs(edges[at])))
    if np.any(np.abs(frozen.edges - edges[at]) > 1e-3 * width):
        msg = "the bins were frozen on another grid"
        raise IncompatibleStates(msg)
    starts = np.concatenate([[0], at + 1])
    return Bins(
        frozen.edges,
        np.add.reduceat(counted.counts, starts),
        np.add.reduceat(counted.sums, starts),
        counted.nan,
        counted.missing,
    )
