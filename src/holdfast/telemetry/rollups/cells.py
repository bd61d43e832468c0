"""Cells: states as columns of numbers, rolled up and put together without a loop over them.

A cell is what one series (a slice of what one request asks for) counted in one place (a bin, a label; 0 where
a state is nothing but a few numbers) in one minute. Cells are sorted by series, place and minute, each once:
so an hour of a place is a run of neighbours, and rolling up is one reduction over runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from holdfast.telemetry.aggregates import WINDOWS_FROM

Whole: TypeAlias = NDArray[np.signedinteger[Any]]
Floats: TypeAlias = NDArray[np.float64]
Combine: TypeAlias = Literal["sum", "least", "greatest", "mean", "squares"]
"""How a column's numbers become one. `mean` is weighed by the first column, and `squares` are the squared
deviations from the mean, which stands in the column before (Chan, Golub & LeVeque 1983)."""

FROM = WINDOWS_FROM // 60
"""In minutes: where windows begin."""


@dataclass(frozen=True)
class Cells:
    """Cells of one request.

    Attributes
    ----------
    series, places, minutes : arrays of whole numbers, shape (cells,)
        The slice; the bin or label; the minute since 1970 in which what is counted began.
    numbers : array, shape (columns, cells)
        What was counted.
    """

    series: Whole
    places: Whole
    minutes: Whole
    numbers: Floats

    def __len__(self) -> int:
        return len(self.series)

    def between(self, first: int | None, end: int | None) -> Cells:
        """Return the cells of minutes from `first` up to, but without, `end`."""
        if first is None and end is None:
            return self
        keep = np.ones(len(self), dtype=bool)
        if first is not None:
            keep &= self.minutes >= first
        if end is not None:
            keep &= self.minutes < end
        return self.at(keep)

    def in_time(self) -> Cells:
        """Return the cells from the earliest to the latest; they are in no order to be rolled up any more."""
        return self.at(np.lexsort((self.places, self.series, self.minutes)))

    def at(self, index: NDArray[Any]) -> Cells:
        """Return the cells that an index or a mask names."""
        return Cells(self.series[index], self.places[index], self.minutes[index], self.numbers[:, index])


def none_of(columns: int) -> Cells:
    """Return no cells."""
    nothing = np.zeros(0, dtype=np.int64)
    return Cells(nothing, nothing, nothing, np.zeros((columns, 0)))


def rolled(cells: Cells, combine: Sequence[Combine], minutes: int) -> Cells:
    """Roll minutes up to windows: counts to the last one, sums as they add up.

    Parameters
    ----------
    cells : Cells
        Of minutes, or of windows that these windows are made of.
    combine : sequence
        How each column's numbers become one.
    minutes : int
        Of a window.

    Examples
    --------
    >>> day = FROM + 1440
    >>> at = np.array([day, day + 59, day + 60])
    >>> minutely = Cells(np.zeros(3, int), np.zeros(3, int), at, np.array([[1.0, 2, 4]]))
    >>> rolled(minutely, ["sum"], 60).numbers.tolist()
    [[3.0, 4.0]]
    """
    if minutes == 1 or not len(cells):
        return cells
    window = (cells.minutes - FROM) // minutes
    found = _reduced(cells.series, cells.places, window, cells.numbers, combine)
    return Cells(found.series, found.places, found.minutes * minutes + FROM, found.numbers)


def united(parts: Sequence[Cells], combine: Sequence[Combine]) -> Cells:
    """Put the cells of several parts of the records together."""
    filled = [part for part in parts if len(part)]
    if len(filled) < 2:
        return filled[0] if filled else none_of(len(combine))
    series = np.concatenate([part.series for part in filled])
    places = np.concatenate([part.places for part in filled])
    minutes = np.concatenate([part.minutes for part in filled])
    numbers = np.concatenate([part.numbers for part in filled], axis=1)
    return in_order(series, places, minutes, numbers, combine)


def in_order(
    series: Whole, places: Whole, minutes: Whole, numbers: Floats, combine: Sequence[Combine]
) -> Cells:
    """Return cells sorted, those of the same series, place and minute as one."""
    order = np.lexsort((minutes, places, series))
    return _reduced(series[order], places[order], minutes[order], numbers[:, order], combine)


def _reduced(
    series: Whole, places: Whole, minutes: Whole, numbers: Floats, combine: Sequence[Combine]
) -> Cells:
    """Return neighbours with the same series, place and minute as one."""
    if not len(series):
        return Cells(series, places, minutes, numbers)
    other = minutes[1:] != minutes[:-1]
    other |= series[1:] != series[:-1]
    other |= places[1:] != places[:-1]
    starts = np.concatenate([[0], np.flatnonzero(other) + 1])
    if len(starts) == len(series):
        return Cells(series, places, minutes, numbers)
    found = np.empty((len(numbers), len(starts)))
    for column, how in enumerate(combine):
        found[column] = _one(numbers, found, column, how, starts)
    return Cells(series[starts], places[starts], minutes[starts], found)


def _one(numbers: Floats, found: Floats, column: int, how: Combine, starts: Whole) -> Floats:
    """Return a column's numbers combined; `found` holds those of the columns before."""
    values = numbers[column]
    match how:
        case "sum":
            return _summed(values, starts)
        case "least":
            return np.asarray(np.minimum.reduceat(values, starts), dtype=np.float64)
        case "greatest":
            return np.asarray(np.maximum.reduceat(values, starts), dtype=np.float64)
        case "mean":
            total: Floats = _summed(numbers[0] * values, starts)
            mean = np.zeros(len(starts))
            np.divide(total, found[0], out=mean, where=found[0] > 0)
            return mean
        case "squares":
            sizes = np.diff(np.append(starts, len(values)))
            apart = numbers[column - 1] - np.repeat(found[column - 1], sizes)
            return _summed(values + numbers[0] * apart * apart, starts)


def _summed(values: Floats, starts: Whole) -> Floats:
    return np.asarray(np.add.reduceat(values, starts), dtype=np.float64)


def changed_minutes(before: Cells, after: Cells) -> set[int]:
    """Return the minutes in which two sets of cells say different things."""
    if _same(before, after):
        return set()
    rows = [_rows(cells) for cells in (before, after)]
    minutes = np.concatenate([before.minutes, after.minutes])
    _, first, times = np.unique(np.concatenate(rows), return_index=True, return_counts=True)
    return set(minutes[first[times == 1]].tolist())


def _same(before: Cells, after: Cells) -> bool:
    pairs = zip(_fields(before), _fields(after), strict=True)
    return all(np.array_equal(left, right) for left, right in pairs)


def _fields(cells: Cells) -> tuple[NDArray[Any], ...]:
    return cells.series, cells.places, cells.minutes, cells.numbers


def _rows(cells: Cells) -> NDArray[np.void]:
    """Return each cell as one value that compares by its bytes."""
    keys = [np.asarray(key, dtype=np.int64) for key in (cells.series, cells.places, cells.minutes)]
    numbers = np.ascontiguousarray(cells.numbers + 0.0).view(np.int64)  # -0.0 is 0.0
    table = np.ascontiguousarray(np.vstack([*keys, numbers]).T)
    return table.view(np.dtype((np.void, table.shape[1] * 8))).reshape(-1)
