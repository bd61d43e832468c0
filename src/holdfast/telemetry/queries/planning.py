"""Requests to groupings, and the groups that came back to states.

Requests that slice alike share a grouping: its columns are read once, however many metrics look at them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np

from holdfast.kernel.expressions.tree import Column, Expression, IsNull
from holdfast.measure.requests import (
    CategoriesRequest,
    CountsRequest,
    GridRequest,
    LagRequest,
    LogBinsRequest,
    MomentsRequest,
    PairsRequest,
    RangeRequest,
    Request,
    ScoreBinsRequest,
    SliceKey,
)
from holdfast.measure.states import (
    SCORE_CELLS,
    Categories,
    ClusteredCounts,
    Counts,
    GridCounts,
    LogBins,
    Moments,
    Pairs,
    Range,
    ScoreBins,
    State,
)
from holdfast.telemetry.aggregates import (
    EXCLUDED,
    HIGH_INFINITE,
    LOG_OFFSET,
    LOW_INFINITE,
    MISSING,
    NAN,
    OUTSIDE_HIGH,
    OUTSIDE_LOW,
    Aggregate,
    Count,
    Figure,
    GridCells,
    Grouping,
    LagCells,
    LogCells,
    ScoreCells,
    Trials,
    Window,
    neither_zero_nor_one,
    trials_of,
)


@dataclass(frozen=True)
class Group:
    """One row that came back.

    Attributes
    ----------
    key : tuple of str or None
        The slice.
    labels : tuple of str or None
        The values of the grouping's `labels`.
    cell : int or None
    numbers : tuple of float
        The grouping's figures, in order; 0 where there was nothing to add, NaN where there is no number.
    window : int or None
        Where the grouping has windows: the start of the group's, in epoch seconds.
    """

    key: SliceKey
    labels: tuple[str | None, ...]
    cell: int | None
    numbers: tuple[float, ...]
    window: int | None = None


def in_order(group: Group) -> tuple[object, ...]:
    """Sort by window, slice, label and cell, null last."""
    parts = tuple((part is None, part or "") for part in (*group.key, *group.labels))
    return group.window or 0, parts, group.cell or 0


Reader: TypeAlias = Callable[[Iterable[Group]], dict[SliceKey, State]]


@dataclass
class _Shared:
    """A grouping that several requests may add to, with where each aggregate's number stands."""

    grouping: Grouping
    places: dict[str, int] = field(default_factory=dict)

    def place(self, aggregate: Aggregate) -> int:
        key = _key(aggregate)
        if key not in self.places:
            self.places[key] = len(self.grouping.figures)
            self.grouping = replace(self.grouping, figures=(*self.grouping.figures, aggregate))
        return self.places[key]

    def trial(self, trials: Trials) -> int:
        key = _key(trials)
        if key not in self.places:
            self.places[key] = len(self.grouping.trials)
            self.grouping = replace(self.grouping, trials=(*self.grouping.trials, trials))
        return self.places[key]


def _key(part: object) -> str:
    """Return text that tells 1 from true, which compare equal."""
    return repr(part)


@dataclass
class QueryPlan:
    """What one query asks, and who reads which part of its answer.

    `checks` are counts that must be zero: in which part, at which place, of which expression.
    """

    shared: list[_Shared] = field(default_factory=list)
    readers: list[tuple[int, Reader]] = field(default_factory=list)
    checks: list[tuple[int, int, Expression]] = field(default_factory=list)
    window: Window | None = None
    _indices: dict[str, int] = field(default_factory=dict)

    @property
    def groupings(self) -> list[Grouping]:
        """The parts of the query, in order; with windows, one more counts the records without a time."""
        parts = [replace(shared.grouping, window=self.window) for shared in self.shared]
        if self.window is not None:
            parts.append(Grouping(figures=(Count(IsNull(Column(self.window.time))),)))
        return parts

    def at(self, grouping: Grouping) -> int:
        """Return the index of a grouping with the same shape, added where there is none yet."""
        key = _key(grouping)
        if key not in self._indices:
            self._indices[key] = len(self.shared)
            self.shared.append(_Shared(grouping))
        return self._indices[key]

    def places(self, index: int, aggregates: Sequence[Aggregate]) -> list[int]:
        """Return where the numbers of aggregates stand in a grouping."""
        return [self.shared[index].place(aggregate) for aggregate in aggregates]


def plan_query(
    requests: Sequence[Request], numeric: Mapping[str, Expression], window: Window | None = None
) -> QueryPlan:
    """Return the query that answers all requests.

    Parameters
    ----------
    requests : sequence of Request
    numeric : mapping
        The numbers that are used as yes and no, by their text: the query counts those that are neither 0
        nor 1.
    window : Window, optional
        By which the answers are told apart.
    """
    plan = QueryPlan(window=window)
    for request in requests:
        plan.readers.append(_planned(plan, request))
    if numeric:
        whole = plan.at(Grouping())
        for expression in numeric.values():
            (place,) = plan.places(whole, [Count(neither_zero_nor_one(expression))])
            plan.checks.append((whole, place, expression))
    return plan


def _planned(plan: QueryPlan, request: Request) -> tuple[int, Reader]:
    match request:
        case CountsRequest(cluster=None):
            trials = trials_of(request.hit, request.among)
            index = plan.at(Grouping(request.by, most=request.most))
            if request.among is None:
                counts = [Count(trials.hits), Count(trials.trials), Count()]
                return index, _numbers(plan.places(index, counts), _counts_of_all)
            counts = [Count(trials.hits), Count(trials.trials), Count(trials.missing)]
            return index, _numbers(plan.places(index, counts), Counts)
        case CountsRequest():
            index = plan.at(Grouping(request.by, cluster=request.cluster, most=request.most))
            first = 7 * plan.shared[index].trial(trials_of(request.hit, request.among))
            return index, _numbers(range(first, first + 7), ClusteredCounts)
        case MomentsRequest():
            return _moments(plan, request)
        case RangeRequest():
            index = plan.at(Grouping())
            names: tuple[Any, ...] = ("n", "low", "high", "nan", "known")
            wanted: list[Aggregate] = [*(Figure(name, request.column) for name in names), Count()]
            return index, _numbers(plan.places(index, wanted), _range)
        case GridRequest():
            cells = GridCells(request.column, request.grid)
            grouping = Grouping(request.by, cells=cells, figures=(Count(), Figure("total", request.column)))
            return plan.at(grouping), lambda groups: _grids(groups, request)
        case LogBinsRequest():
            grouping = Grouping(
                request.by, cells=LogCells(request.column), among=request.among, figures=(Count(),)
            )
            return plan.at(grouping), lambda groups: _logs(groups, request.by)
        case LagRequest():
            lag = LagCells(request.begun, request.ended)
            return plan.at(Grouping(request.by, cells=lag, figures=(Count(),))), lambda groups: _logs(
                groups, request.by
            )
        case ScoreBinsRequest():
            grouping = Grouping(
                request.by,
                cells=ScoreCells(request.score, request.label),
                among=request.among,
                figures=(Count(), Figure("total", request.score), Count(request.label)),
            )
            return plan.at(grouping), lambda groups: _scores(groups, request.by)
        case CategoriesRequest():
            grouping = Grouping(request.by, labels=(request.column,), figures=(Count(),))
            return plan.at(grouping), lambda groups: _categories(groups, request.by)
        case PairsRequest():
            grouping = Grouping(request.by, labels=(request.left, request.right), figures=(Count(),))
            return plan.at(grouping), lambda groups: _pairs(groups, request.by)


def _numbers(places: Iterable[int], make: Callable[..., State]) -> Reader:
    where = tuple(places)

    def read(groups: Iterable[Group]) -> dict[SliceKey, State]:
        return {group.key: make(*(group.numbers[place] for place in where)) for group in groups}

    return read


def _counts_of_all(k: float, n: float, asked: float) -> Counts:
    return Counts(k, n, asked - n)


def _range(n: float, low: float, high: float, nan: float, known: float, asked: float) -> Range:
    return Range(n, low, high, nan, asked - known) if n else Range(nan=nan, missing=asked - known)


def _moments(plan: QueryPlan, request: MomentsRequest) -> tuple[int, Reader]:
    index = plan.at(Grouping(request.by))
    names: tuple[Any, ...] = ("n", "mean", "variance", "low", "high", "nan", "known")
    wanted: list[Aggregate] = [Figure(name, request.column, request.among) for name in names]
    wanted.append(Count(request.among))
    if request.among is not None:
        wanted.append(Count(IsNull(request.among)))

    def make(*numbers: float) -> Moments:
        n, mean, variance, low, high, nan, known, asked, *unknown = numbers
        # what is known and neither finite nor NaN; with one infinity there is no mean, so it is never dropped
        infinite, missing = known - n - nan, asked - known + sum(unknown)
        if not n:
            return Moments(nan=nan, missing=missing, infinite=infinite)
        return Moments(n, mean, variance * n, low, high, nan, missing, infinite)

    return index, _numbers(plan.places(index, wanted), make)


def _slices(groups: Iterable[Group], by: tuple[str, ...]) -> dict[SliceKey, list[Group]]:
    """Return the groups of each slice; the whole is a slice also where there is no record."""
    found: dict[SliceKey, list[Group]] = {} if by else {(): []}
    for group in groups:
        found.setdefault(group.key, []).append(group)
    return found


def _grids(groups: Iterable[Group], request: GridRequest) -> dict[SliceKey, State]:
    return {key: _grid(rows, request) for key, rows in _slices(groups, request.by).items()}


def _grid(rows: Sequence[Group], request: GridRequest) -> GridCounts:
    cells = request.grid.cells
    # the last cell is closed above, and rounding may lead one cell beyond either end
    at = np.array([_cell(row) for row in rows], dtype=np.int64)
    numbers = np.array([row.numbers for row in rows]).reshape(-1, 2)
    places = np.clip(at, 0, cells - 1) + 1
    for beyond, place in (
        (OUTSIDE_LOW, 0),
        (LOW_INFINITE, 0),
        (OUTSIDE_HIGH, cells + 1),
        (HIGH_INFINITE, cells + 1),
    ):
        places[at == beyond] = place
    apart = {cell: float(numbers[at == cell, 0].sum()) for cell in (NAN, MISSING)}
    inside = (at != NAN) & (at != MISSING)
    finite = inside & (at != LOW_INFINITE) & (at != HIGH_INFINITE)
    counts, sums = np.zeros(cells + 2), np.zeros(cells + 2)
    np.add.at(counts, places[inside], numbers[inside, 0])
    np.add.at(sums, places[finite], numbers[finite, 1])
    return GridCounts(request.grid, counts, sums, apart[NAN], apart[MISSING])


def _cell(row: Group) -> int:
    assert row.cell is not None  # noqa: S101 -- every group of a grouping with cells has one
    return row.cell


def _logs(groups: Iterable[Group], by: tuple[str, ...]) -> dict[SliceKey, State]:
    return {key: _log(rows) for key, rows in _slices(groups, by).items()}


def _log(rows: Sequence[Group]) -> LogBins:
    positive: dict[int, float] = {}
    negative: dict[int, float] = {}
    apart = dict.fromkeys((0, HIGH_INFINITE, LOW_INFINITE, NAN, MISSING, EXCLUDED), 0.0)
    for row in rows:
        cell, (n,) = _cell(row), row.numbers
        if cell in apart:
            apart[cell] += n
        else:
            (positive if cell > 0 else negative)[abs(cell) - LOG_OFFSET] = n
    del apart[EXCLUDED]
    return LogBins(positive, negative, *apart.values())


def _scores(groups: Iterable[Group], by: tuple[str, ...]) -> dict[SliceKey, State]:
    return {key: _score(rows) for key, rows in _slices(groups, by).items()}


def _score(rows: Sequence[Group]) -> ScoreBins:
    table, apart = np.zeros((3, SCORE_CELLS)), dict.fromkeys((OUTSIDE_LOW, MISSING, EXCLUDED), 0.0)
    for row in rows:
        cell = _cell(row)
        if cell in apart:
            apart[cell] += row.numbers[0]
        else:
            table[:, min(cell, SCORE_CELLS - 1)] += row.numbers
    return ScoreBins(table[0], table[1], table[2], apart[OUTSIDE_LOW], apart[MISSING])


def _categories(groups: Iterable[Group], by: tuple[str, ...]) -> dict[SliceKey, State]:
    return {key: _category(rows) for key, rows in _slices(groups, by).items()}


def _category(rows: Sequence[Group]) -> Categories:
    counts: dict[str, float] = {}
    missing = other = 0.0
    for row in rows:
        (label,), (n,) = row.labels, row.numbers
        if row.cell == EXCLUDED:
            other += n
        elif label is None:
            missing += n
        else:
            counts[label] = counts.get(label, 0) + n
    return Categories(counts, other, missing)


def _pairs(groups: Iterable[Group], by: tuple[str, ...]) -> dict[SliceKey, State]:
    return {key: _pair(rows) for key, rows in _slices(groups, by).items()}


def _pair(rows: Sequence[Group]) -> Pairs:
    counts: dict[tuple[str, str], float] = {}
    missing = 0.0
    for row in rows:
        (left, right), (n,) = row.labels, row.numbers
        if left is None or right is None:
            missing += n
        else:
            counts[left, right] = counts.get((left, right), 0) + n
    return Pairs(counts, missing)
