"""Which cells a state is made of, and how cells become the state again, for each kind of request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, TypeAlias

import numpy as np

from holdfast.measure.requests import (
    EVERY_SLICE,
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
from holdfast.measure.slices import ordered
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
    OUTSIDE_LOW,
)
from holdfast.telemetry.rollups.cells import Cells, Combine, in_order, none_of

ALONE = -1
"""The place of records that are clusters of their own."""
PRESENT = -1
"""The place of a slice that has records and nothing to count."""

Label: TypeAlias = str | tuple[str, str]
Numbering: TypeAlias = Callable[[Any], int]
"""Returns the same whole number for the same slice or label, a new one for a new one."""
Rows: TypeAlias = Iterator[tuple[int, tuple[float, ...]]]
Places: TypeAlias = Sequence[tuple[int, tuple[float, ...]]]


@dataclass(frozen=True)
class Shape:
    """How the states of a kind of request are laid out.

    Attributes
    ----------
    combine : tuple
        How each column's numbers become one.
    rows : callable
        Takes a state and what numbers labels; yields the places and numbers of its cells.
    state : callable
        Takes places with their numbers, and the labels by their numbers; returns the state.
    clusters : bool
        Whether places are clusters, by a fingerprint of their names: what each counts is kept apart, since a
        cluster's records may come in several files, and sums over split clusters do not merge.
    """

    combine: tuple[Combine, ...]
    rows: Callable[[Any, Numbering], Rows]
    state: Callable[[Places, Sequence[Label]], State]
    clusters: bool = False


COMBINE: Mapping[str, tuple[Combine, ...]] = {
    "CountsRequest": ("sum",) * 3,
    "MomentsRequest": ("sum", "mean", "squares", "least", "greatest", "sum", "sum", "sum"),
    "RangeRequest": ("sum", "least", "greatest", "sum", "sum"),
    "LogBinsRequest": ("sum",),
    "LagRequest": ("sum",),
    "ScoreBinsRequest": ("sum",) * 3,
    "GridRequest": ("sum",) * 2,
    "CategoriesRequest": ("sum",),
    "PairsRequest": ("sum",),
}
"""Kind of request -> how each column's numbers become one."""
CLUSTERED: tuple[Combine, ...] = ("sum",) * 7
"""The same for the sums over clusters."""


def shape_of(request: Request) -> Shape:
    """Return how the states that answer a request are laid out."""
    combine = COMBINE[type(request).__name__]
    match request:
        case CountsRequest(cluster=None):
            return Shape(combine, _plain("k", "n", "missing"), _made(Counts))
        case CountsRequest():
            return Shape(combine, _plain("k", "n", "missing"), _made(ClusteredCounts), clusters=True)
        case MomentsRequest():
            fields = ("n", "mean", "m2", "low", "high", "nan", "missing", "infinite")
            return Shape(combine, _plain(*fields), _made(Moments))
        case RangeRequest():
            return Shape(combine, _plain("n", "low", "high", "nan", "missing"), _made(Range))
        case LogBinsRequest() | LagRequest():
            return Shape(combine, _log_rows, _log_state)
        case ScoreBinsRequest():
            return Shape(combine, _score_rows, _score_state)
        case GridRequest():
            grid = request.grid
            return Shape(combine, _grid_rows, lambda places, _: _grid_state(request, places, grid.cells))
        case CategoriesRequest():
            return Shape(combine, _category_rows, _category_state)
        case PairsRequest():
            return Shape(combine, _pair_rows, _pair_state)


def _plain(*names: str) -> Callable[[Any, Numbering], Rows]:
    def rows(state: State, _: Numbering) -> Rows:
        yield 0, tuple(getattr(state, name) for name in names)

    return rows


def _made(kind: Callable[..., State]) -> Callable[[Places, Sequence[Label]], State]:
    def state(places: Places, _: Sequence[Label]) -> State:
        return kind(*places[0][1])

    return state


def _some(cells: Iterable[tuple[int, tuple[float, ...]]], columns: int) -> Rows:
    """Yield the cells that count something; where none does, that the slice is there."""
    kept = [(place, numbers) for place, numbers in cells if any(numbers)]
    yield from kept or [(PRESENT, (0.0,) * columns)]


def _apart(places: Places, *names: int) -> tuple[dict[int, float], list[tuple[int, tuple[float, ...]]]]:
    """Return what was counted at some places, and the others."""
    found = dict.fromkeys(names, 0.0)
    others = []
    for place, numbers in places:
        if place in found:
            found[place] += numbers[0]
        elif place != PRESENT:
            others.append((place, numbers))
    return found, others


def _log_rows(state: LogBins, _: Numbering) -> Rows:
    cells = [(index + LOG_OFFSET, (n,)) for index, n in state.positive.items()]
    cells += [(-(index + LOG_OFFSET), (n,)) for index, n in state.negative.items()]
    cells += [
        (0, (state.zeros,)),
        (HIGH_INFINITE, (state.infinite,)),
        (LOW_INFINITE, (state.negative_infinite,)),
        (NAN, (state.nan,)),
        (MISSING, (state.missing,)),
    ]
    return _some(cells, 1)


def _log_state(places: Places, _: Sequence[Label]) -> LogBins:
    apart, bins = _apart(places, 0, HIGH_INFINITE, LOW_INFINITE, NAN, MISSING)
    positive = {place - LOG_OFFSET: n for place, (n,) in bins if place > 0}
    negative = {-place - LOG_OFFSET: n for place, (n,) in bins if place < 0}
    return LogBins(positive, negative, *apart.values())


def _score_rows(state: ScoreBins, _: Numbering) -> Rows:
    table = zip(state.n.tolist(), state.score.tolist(), state.label.tolist(), strict=True)
    cells = [
        *enumerate(table),
        (OUTSIDE_LOW, (state.outside, 0.0, 0.0)),
        (MISSING, (state.missing, 0.0, 0.0)),
    ]
    return _some(cells, 3)


def _score_state(places: Places, _: Sequence[Label]) -> ScoreBins:
    apart, cells = _apart(places, OUTSIDE_LOW, MISSING)
    table = np.zeros((3, SCORE_CELLS))
    for place, numbers in cells:
        table[:, place] = numbers
    return ScoreBins(table[0], table[1], table[2], *apart.values())


def _grid_rows(state: GridCounts, _: Numbering) -> Rows:
    table = zip(state.counts.tolist(), state.sums.tolist(), strict=True)
    return _some([*enumerate(table), (NAN, (state.nan, 0.0)), (MISSING, (state.missing, 0.0))], 2)


def _grid_state(request: GridRequest, places: Places, cells: int) -> GridCounts:
    apart, inside = _apart(places, NAN, MISSING)
    table = np.zeros((2, cells + 2))
    for place, numbers in inside:
        table[:, place] = numbers
    return GridCounts(request.grid, table[0], table[1], *apart.values())


def _category_rows(state: Categories, numbered: Numbering) -> Rows:
    cells = [(numbered(label), (n,)) for label, n in state.counts.items()]
    return _some([*cells, (EXCLUDED, (state.other,)), (MISSING, (state.missing,))], 1)


def _category_state(places: Places, labels: Sequence[Label]) -> Categories:
    apart, counted = _apart(places, EXCLUDED, MISSING)
    return Categories({str(labels[place]): n for place, (n,) in counted}, *apart.values())


def _pair_rows(state: Pairs, numbered: Numbering) -> Rows:
    cells = [(numbered(pair), (n,)) for pair, n in state.counts.items()]
    return _some([*cells, (MISSING, (state.missing,))], 1)


def _pair_state(places: Places, labels: Sequence[Label]) -> Pairs:
    apart, counted = _apart(places, MISSING)
    pairs = [(labels[place], n) for place, (n,) in counted]
    return Pairs({(str(pair[0]), str(pair[1])): n for pair, n in pairs}, *apart.values())


def cells_of(
    shape: Shape,
    windows: Mapping[int, Mapping[SliceKey, State]],
    series: Numbering,
    labels: Numbering,
) -> Cells:
    """Return the cells of what an engine answered, window by window (starts in epoch seconds)."""
    keys: list[tuple[int, int, int]] = []
    numbers: list[tuple[float, ...]] = []
    for start, states in windows.items():
        for key, state in states.items():
            number = series(key[:-1] if shape.clusters else key)
            for place, counted in shape.rows(state, labels):
                at = _fingerprint(key[-1]) if shape.clusters else place
                keys.append((number, at, start // 60))
                numbers.append(counted)
    if not keys:
        return none_of(len(shape.combine))
    table = np.array(keys, dtype=np.int64).T
    return in_order(
        table[0].astype(np.int32), table[1], table[2].astype(np.int32), np.array(numbers).T, shape.combine
    )


def _fingerprint(cluster: str | None) -> int:
    """Return a whole number for a cluster's name; ALONE for records that are clusters of their own."""
    if cluster is None:
        return ALONE
    return int.from_bytes(blake2b(cluster.encode(), digest_size=8).digest(), "big") >> 1


def asked_of(request: Request) -> Request:
    """Return what an engine is asked, so that cells can be kept: of a clustered rate, each cluster apart."""
    if isinstance(request, CountsRequest) and request.cluster is not None:
        return replace(request, by=(*request.by, request.cluster), cluster=None, most=EVERY_SLICE)
    return request


def clustered(cells: Cells) -> Cells:
    """Return the seven sums over clusters, each cluster in the minute of its first record."""
    if not len(cells):
        return none_of(7)
    other = (cells.places[1:] != cells.places[:-1]) | (cells.series[1:] != cells.series[:-1])
    alone = cells.places == ALONE
    first = np.concatenate([[True], other]) | alone
    starts = np.flatnonzero(first)
    k, n, missing = (np.add.reduceat(column, starts) for column in cells.numbers)
    single = alone[starts]
    square = [np.where(single, a, a * b) for a, b in ((k, k), (n, n), (k, n))]
    sums = np.vstack([k, n, np.where(single, n, n > 0), *square, missing])
    nowhere = np.zeros(len(starts), dtype=np.int64)
    return in_order(cells.series[starts], nowhere, cells.minutes[starts], sums, CLUSTERED)


def windows_of(
    shape: Shape, cells: Cells, series: Sequence[SliceKey], labels: Sequence[Label]
) -> dict[int, dict[SliceKey, State]]:
    """Return the states that cells are of: window, in epoch seconds and ascending -> slice -> state."""
    rank = {key: place for place, key in enumerate(ordered(series))}
    ranks = np.array([rank[key] for key in series], dtype=np.int64)
    if not len(cells):
        return {}
    order = np.lexsort((cells.places, ranks[cells.series], cells.minutes))
    found: dict[int, dict[SliceKey, State]] = {}
    minutes, numbers = cells.minutes[order].tolist(), cells.numbers[:, order].T.tolist()
    places, slices = cells.places[order].tolist(), cells.series[order].tolist()
    first = 0
    for end in range(1, len(minutes) + 1):
        if end < len(minutes) and (minutes[end], slices[end]) == (minutes[first], slices[first]):
            continue
        counted = [(places[at], tuple(numbers[at])) for at in range(first, end)]
        states = found.setdefault(minutes[first] * 60, {})
        states[series[slices[first]]] = shape.state(counted, labels)
        first = end
    return found
