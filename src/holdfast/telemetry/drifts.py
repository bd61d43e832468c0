"""Drift in a pass: a grid is laid over the reference's range, then both sides are counted on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, cast

from holdfast.kernel.errors import DataError
from holdfast.measure.metrics import Drift
from holdfast.measure.requests import CategoriesRequest, GridRequest, RangeRequest, Request, SliceKey
from holdfast.measure.states import Bins, Categories, Drifted, GridCounts, Range, State
from holdfast.telemetry.checking import Checker, ColumnProblem
from holdfast.telemetry.ports import Engine
from holdfast.telemetry.sources import ColumnType, Source


@dataclass(frozen=True)
class DriftAsked:
    """A drift to be measured."""

    metric: Drift
    source: Source
    reference: Source
    by: tuple[str, ...]


@dataclass(frozen=True)
class DriftPlanned:
    """What both sides of a drift are asked for."""

    asked: DriftAsked
    request: Request


def plan_drifts(engine: Engine, drifts: Mapping[int, DriftAsked]) -> dict[int, DriftPlanned]:
    """Return what to ask for each drift, after asking each reference once for the ranges of its columns.

    Raises
    ------
    DataError
        HF113: a column is not there, or is a number on one side and none on the other.
    """
    numeric = _numeric(engine, drifts)
    ranges: dict[bytes, tuple[Source, list[str]]] = {}
    for index in numeric:
        asked = drifts[index]
        columns = ranges.setdefault(asked.reference.key(), (asked.reference, []))[1]
        if asked.metric.column not in columns:
            columns.append(asked.metric.column)
    found: dict[tuple[bytes, str], Range] = {}
    for key, (reference, columns) in ranges.items():
        answers = engine.answer(reference, [RangeRequest(column) for column in columns])
        for column, answer in zip(columns, answers, strict=True):
            found[key, column] = cast("Range", answer[()])
    planned: dict[int, DriftPlanned] = {}
    for index, asked in drifts.items():
        column = asked.metric.column
        request: Request = CategoriesRequest(column, asked.by)
        if index in numeric:
            from holdfast.measure.drift import grid_for

            request = GridRequest(column, grid_for(found[asked.reference.key(), column]), asked.by)
        planned[index] = DriftPlanned(asked, request)
    return planned


def _numeric(engine: Engine, drifts: Mapping[int, DriftAsked]) -> set[int]:
    """Return the drifts of numbers; the others are drifts of categories."""
    numeric: set[int] = set()
    problems: list[ColumnProblem] = []
    for index, asked in drifts.items():
        kinds: list[ColumnType] = []
        for source in (asked.reference, asked.source):
            columns = engine.describe(source)
            checker = Checker(columns, source.name, lambda _: ())
            checker.requests([CategoriesRequest(asked.metric.column, asked.by)])
            problems += [replace(problem, asked=index) for problem in checker.problems]
            kinds.append(columns.get(asked.metric.column, "null"))
        if "number" in kinds and not set(kinds) <= {"number", "null"}:
            name = asked.metric.column
            message = (
                f"column `{name}` is {kinds[0]} in data `{asked.reference.name}`"
                f" and {kinds[1]} in data `{asked.source.name}`"
            )
            problems.append(
                ColumnProblem("HF113", message, None, "compare like with like", name, asked=index)
            )
        if "number" in kinds:
            numeric.add(index)
    if problems:
        raise DataError(problems)
    return numeric


def drift_states(
    planned: DriftPlanned, reference: Mapping[SliceKey, State], current: Mapping[SliceKey, State]
) -> dict[SliceKey, State]:
    """Return each slice against the same slice of the reference, in bins that the whole reference fixes."""
    if isinstance(planned.request, CategoriesRequest):
        nothing: Bins | Categories = Categories.zero()
        before = cast("Mapping[SliceKey, Bins | Categories]", reference)
        now = cast("Mapping[SliceKey, Bins | Categories]", current)
    else:
        from holdfast.measure.drift import fold, freeze

        grids = cast("Mapping[SliceKey, GridCounts]", reference)
        assert isinstance(planned.request, GridRequest)  # noqa: S101 -- the only other kind
        whole = reduce(GridCounts.merge, grids.values(), GridCounts.zero(planned.request.grid))
        frozen = freeze(whole, planned.asked.metric.bins)
        nothing = Bins.zero(frozen.edges)
        before = {key: fold(grid, frozen) for key, grid in grids.items()}
        now = {
            key: fold(grid, frozen) for key, grid in cast("Mapping[SliceKey, GridCounts]", current).items()
        }
    either: dict[SliceKey, Any] = dict.fromkeys([*now, *before])
    return {key: Drifted(before.get(key, nothing), now.get(key, nothing)) for key in either}
