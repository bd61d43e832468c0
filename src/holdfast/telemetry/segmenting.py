"""A metric counted over every slicing that segments are looked for in, with one query for all of them.

Which columns: those of few values, but not the metric's own, its cluster, or the source of a band. A column
is chosen by its values alone, never by how the metric comes out in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

from holdfast.kernel.errors import DataError, did_you_mean
from holdfast.kernel.figures import plural
from holdfast.measure.metrics import Mean, Rate, requests_of
from holdfast.measure.requests import CategoriesRequest, LogBinsRequest, Request, SliceKey
from holdfast.measure.states import Categories, LogBins, State
from holdfast.telemetry.checking import Checker, ColumnProblem, all_columns
from holdfast.telemetry.ports import Engine
from holdfast.telemetry.sources import ColumnType, Cut, Source

FEW = 20
"""Values that a column has at most to be looked at unasked, and to be paired with others."""
MANY = 200
"""Values that a named column may have; it is then looked at by itself."""
PAIRED = 12
"""Columns that are paired with each other: 66 pairs."""
BANDS = (0.25, 0.5, 0.75)
"""Where a named number of many values is cut: at its quartiles."""
_GROUPS: frozenset[ColumnType] = frozenset({"text", "bool", "number", "time"})


@dataclass(frozen=True)
class Slicings:
    """A metric in all its slicings.

    Attributes
    ----------
    groupings : mapping
        Columns -> the states of their slices; () is the whole.
    columns : tuple of str
        Columns that were looked at, bands under their new names.
    passed_over : tuple of str
        Each column that was not, and why, in words.
    notes : tuple of str
    """

    groupings: Mapping[tuple[str, ...], Mapping[SliceKey, State]]
    columns: tuple[str, ...]
    passed_over: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass
class _Chosen:
    """Columns to look at, with how many values each has, and those that are passed over."""

    values: dict[str, int] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)
    bands: dict[str, Cut] = field(default_factory=dict)
    cuttable: bool = False


def slicings(engine: Engine, source: Source, metric: Rate | Mean, over: Sequence[str] = ()) -> Slicings:
    """Measure a metric in every slicing by one column or by two.

    Parameters
    ----------
    engine : Engine
    source : Source
    metric : Rate or Mean
    over : sequence of str
        The columns to look at; all that have few values, where none is named. A named number of many values
        is cut at its quartiles.

    Raises
    ------
    DataError
        HF113: a named column, or one of the metric's, is not there or cannot be grouped by. Or as for
        `Engine.answer`.
    """
    types = engine.describe(source)
    _refuse(engine, source, types, metric, over)
    chosen = _chosen(engine, source, types, metric, over)
    cut = replace(source, derive={**source.derive, **chosen.bands}) if chosen.bands else source
    columns = list(chosen.values)
    paired = [name for name in columns if chosen.values[name] <= FEW]
    notes = []
    if len(paired) > PAIRED:
        notes.append(f"pairs are made of the first {PAIRED} columns only: name others with `--segments-over`")
        paired = paired[:PAIRED]
    if chosen.cuttable:
        notes.append("a number of many values is cut at its quartiles where `--segments-over` names it")
    ways: list[tuple[str, ...]] = [(), *((name,) for name in columns), *combinations(paired, 2)]
    wanted: list[Request] = [requests_of(metric, by, source.cluster)[0] for by in ways]
    answers = engine.answer(cut, wanted)
    return Slicings(
        dict(zip(ways, answers, strict=True)), tuple(columns), tuple(chosen.passed_over), tuple(notes)
    )


def _refuse(
    engine: Engine, source: Source, types: Mapping[str, ColumnType], metric: Rate | Mean, over: Sequence[str]
) -> None:
    checker = Checker(types, source.name, lambda column: engine.values(source, column))
    checker.requests(requests_of(metric, (), source.cluster))
    problems = list(checker.problems)
    for name in over:
        if name not in types:
            fix = did_you_mean(name, types, otherwise="it has")
            message = f"column `{name}` is not in data `{source.name}`"
            problems.append(ColumnProblem("HF113", message, None, fix, name))
        elif types[name] in {"other", "vector"}:
            message = f"column `{name}` of data `{source.name}` holds a list, a structure or bytes"
            fix = "look for segments by columns of text, numbers, times or yes and no"
            problems.append(ColumnProblem("HF113", message, None, fix, name))
    if problems:
        raise DataError(problems)


def _chosen(
    engine: Engine, source: Source, types: Mapping[str, ColumnType], metric: Rate | Mean, over: Sequence[str]
) -> _Chosen:
    chosen = _Chosen()
    names = list(dict.fromkeys(over)) or _candidates(source, types, metric)
    # of a column of ids a sample shows that it is one; the others are counted whole
    sampled = engine.repeats(source, names) if names else {}
    countable = [name for name in names if sampled[name][1] <= MANY]
    asked: list[Request] = [CategoriesRequest(name) for name in countable]
    counted = dict(zip(countable, engine.answer(source, asked), strict=True)) if asked else {}
    for name in names:
        values = _values(counted.get(name))
        limit = MANY if over else FEW
        if values is not None and values <= 1:
            chosen.passed_over.append(f"{name} (one value)")
        elif (
            values is not None and values <= limit and not (over and types[name] == "number" and values > FEW)
        ):
            chosen.values[name] = values
        elif not over or types[name] != "number":
            many = "many values" if values is None else plural(values, "value")
            chosen.passed_over.append(f"{name} ({many})")
            chosen.cuttable |= types[name] == "number"
        else:
            _cut(engine, source, name, types, chosen)
    return chosen


def _candidates(source: Source, types: Mapping[str, ColumnType], metric: Rate | Mean) -> list[str]:
    if isinstance(metric, Mean):
        own = {metric.column}
    else:
        parts = [each for each in (metric.hit, metric.among, *metric.binary) if each is not None]
        own = {column.name for column in all_columns(parts)}
    own |= {source.columns[name] for name in own if name in source.columns}
    own |= {name for name, cut in source.derive.items() if cut.column in own}
    renamed = set(source.columns.values()) - set(source.columns)
    cut = {each.column for each in source.derive.values()}
    left = own | renamed | cut | ({source.cluster} if source.cluster is not None else set())
    return [name for name, kind in types.items() if kind in _GROUPS and name not in left]


def _values(counted: Mapping[SliceKey, State] | None) -> int | None:
    """Return how many values a column has, null included; None where they were too many to count."""
    state: Any = None if counted is None else counted.get((), Categories.zero())
    if not isinstance(state, Categories) or state.other:
        return None
    return len(state.counts) + (1 if state.missing else 0)


def _cut(engine: Engine, source: Source, name: str, types: Mapping[str, ColumnType], chosen: _Chosen) -> None:
    """Cut a number at its quartiles, rounded to two digits."""
    from holdfast.measure.quantiles import QuantileEstimator

    (answer,) = engine.answer(source, [LogBinsRequest(name)])
    state: Any = answer.get((), LogBins.zero())
    found = [QuantileEstimator(q).estimate(state).value for q in BANDS]
    at = tuple(sorted({float(f"{value:.2g}") for value in found if value is not None and abs(value) < 1e300}))
    band = f"{name} band"
    if not at or band in types:
        chosen.passed_over.append(f"{name} (no quartiles)" if not at else f"{name} (`{band}` is a column)")
        return
    chosen.bands[band] = Cut(name, at)
    chosen.values[band] = len(at) + 2
