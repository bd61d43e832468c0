"""Drift in a pass: what a reference must tell before current records can be compared with it.

The reference is asked for its columns' moments, from which a grid is laid over each; then it is counted on
the grids, and once more on a finer one where a single cell holds too much. Current records are then counted
on the same grids, in the same query as everything else that is asked of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import TypeAlias, cast
from weakref import WeakKeyDictionary

from holdfast.kernel.errors import DataError
from holdfast.measure.metrics import Drift
from holdfast.measure.requests import CategoriesRequest, Grid, GridRequest, Request, SliceKey
from holdfast.measure.states import Bins, Categories, GridCounts, Moments, State
from holdfast.telemetry.checking import Checker, ColumnProblem
from holdfast.telemetry.ports import Engine
from holdfast.telemetry.sources import ColumnType, Source

WORDS: Mapping[ColumnType, str] = {"number": "a number", "bool": "true or false", "null": "empty"}

REMEMBERED = 1_000
"""Answers of references that an engine's passes keep: some 20 KB each."""

_Answers: TypeAlias = dict[tuple[str, str], Mapping[SliceKey, State]]
_said: WeakKeyDictionary[Engine, _Answers] = WeakKeyDictionary()
"""What references have answered, by their digest and the request, for as long as the engine lives."""


@dataclass(frozen=True)
class DriftAsked:
    """A drift to be measured."""

    metric: Drift
    source: Source
    reference: Source
    by: tuple[str, ...]


@dataclass(frozen=True)
class DriftPlanned:
    """What current records are asked for, and what the reference said to the same."""

    asked: DriftAsked
    request: GridRequest | CategoriesRequest
    reference: Mapping[SliceKey, State]


def plan_drifts(engine: Engine, drifts: Mapping[int, DriftAsked]) -> dict[int, DriftPlanned]:
    """Return what to ask for each drift, after asking each reference.

    Raises
    ------
    DataError
        HF113: a column is not there, is a number on one side and none on the other, or has no order where
        the test needs one.
    """
    from holdfast.measure.drift import drift_requests, finer, grid_for

    numeric = _numeric(engine, drifts)
    wanted: dict[int, Request] = {
        index: drift_requests(asked.metric, numeric=index in numeric, by=asked.by)
        for index, asked in drifts.items()
    }
    moments = _told(engine, drifts, {index: wanted[index] for index in numeric})
    for index in numeric:
        grid = grid_for(cast("Moments", moments[index][()]))
        wanted[index] = _on(grid, drifts[index])
    told = _told(engine, drifts, wanted)
    again: dict[int, Request] = {}
    for index in numeric:
        finest = finer(_whole(_grid_of(wanted[index]), told[index]), drifts[index].metric.bins)
        if finest is not None:
            again[index] = _on(finest, drifts[index])
    told |= _told(engine, drifts, again)
    planned: dict[int, DriftPlanned] = {}
    for index, request in (wanted | again).items():
        assert isinstance(request, GridRequest | CategoriesRequest)  # noqa: S101 -- no moments are left
        planned[index] = DriftPlanned(drifts[index], request, told[index])
    return planned


def _on(grid: Grid, asked: DriftAsked) -> Request:
    from holdfast.measure.drift import drift_requests

    return drift_requests(asked.metric, numeric=True, grid=grid, by=asked.by)


def _told(
    engine: Engine, drifts: Mapping[int, DriftAsked], requests: Mapping[int, Request]
) -> dict[int, Mapping[SliceKey, State]]:
    """Ask each reference for what is wanted of it, in one query; the same is asked once.

    A reference is frozen: who measures against it again, as a watch does, does not read it again.
    """
    together: dict[bytes, tuple[Source, dict[Request, list[int]]]] = {}
    for index, request in requests.items():
        reference = drifts[index].reference
        together.setdefault(reference.key(), (reference, {}))[1].setdefault(request, []).append(index)
    said = _said.setdefault(engine, {})
    told: dict[int, Mapping[SliceKey, State]] = {}
    for reference, asked in together.values():
        data = engine.digest(reference).digest
        keys = {request: (data, repr(request)) for request in asked}
        new = [request for request in asked if keys[request] not in said]
        answers = dict(zip(new, engine.answer(reference, new), strict=True)) if new else {}
        for request, indices in asked.items():
            told |= dict.fromkeys(indices, answers[request] if request in answers else said[keys[request]])
        if len(said) + len(new) > REMEMBERED:
            said.clear()
        said.update({keys[request]: answer for request, answer in answers.items()})
    return told


def forget_references(engine: Engine) -> None:
    """Read references anew at the next pass, as a new process does: for benches."""
    _said.pop(engine, None)


def _numeric(engine: Engine, drifts: Mapping[int, DriftAsked]) -> set[int]:
    """Return the drifts of numbers; the others are drifts of categories."""
    from holdfast.measure.drift import ORDERED

    numeric: set[int] = set()
    problems: list[ColumnProblem] = []
    for index, asked in drifts.items():
        kinds: list[ColumnType] = []
        for source in (asked.reference, asked.source):
            columns = engine.describe(source)
            checker = Checker(columns, source.name, _nothing_seen)
            checker.requests([CategoriesRequest(asked.metric.column, asked.by)])
            problems += [replace(problem, asked=index) for problem in checker.problems]
            kinds.append(columns.get(asked.metric.column, "null"))
        if "number" in kinds:
            numeric.add(index)
        wrong = _mismatch(asked, kinds, ordered=asked.metric.test in ORDERED)
        if wrong is not None:
            name = asked.metric.column
            problems.append(ColumnProblem("HF113", wrong[0], None, wrong[1], name, -1, len(name), index))
    if problems:
        raise DataError(problems)
    return numeric


def _nothing_seen(_: object) -> Sequence[str]:
    return ()


def _mismatch(asked: DriftAsked, kinds: Sequence[ColumnType], *, ordered: bool) -> tuple[str, str] | None:
    """Return what is wrong with a column's types on both sides, and what to do."""
    name = asked.metric.column
    known = [kind for kind in kinds if kind != "null"]
    words = [WORDS.get(kind, kind) for kind in kinds]
    if "number" in kinds and set(known) != {"number"}:
        message = f"column `{name}` is {words[0]} in data `{asked.reference.name}`"
        return f"{message} and {words[1]} in data `{asked.source.name}`", "compare like with like"
    if ordered and known and "number" not in kinds:
        message = (
            f"column `{name}` is {WORDS.get(known[0], known[0])}, and `{asked.metric.test}` needs numbers"
        )
        return message, "use psi, js or chi2"
    return None


def _grid_of(request: Request) -> Grid:
    assert isinstance(request, GridRequest)  # noqa: S101 -- only numbers are asked for
    return request.grid


def _whole(grid: Grid, slices: Mapping[SliceKey, State]) -> GridCounts:
    """Return the counts of all slices together, also where there is none."""
    counted = cast("Mapping[SliceKey, GridCounts]", slices)
    return reduce(GridCounts.merge, counted.values(), GridCounts.zero(grid))


def drift_states(planned: DriftPlanned, current: Mapping[SliceKey, State]) -> dict[SliceKey, State]:
    """Return each slice against the same slice of the reference, in bins that the whole reference fixes."""
    from holdfast.measure.drift import drifted, fold, freeze

    nothing: Bins | Categories
    before: Mapping[SliceKey, Bins | Categories]
    now: Mapping[SliceKey, Bins | Categories]
    if isinstance(planned.request, CategoriesRequest):
        nothing = Categories.zero()
        before = cast("Mapping[SliceKey, Categories]", planned.reference)
        now = cast("Mapping[SliceKey, Categories]", current)
    else:
        grids = cast("Mapping[SliceKey, GridCounts]", planned.reference)
        frozen = freeze(_whole(planned.request.grid, grids), planned.asked.metric.bins)
        nothing = Bins.zero(frozen.edges)
        before = {key: fold(grid, frozen) for key, grid in grids.items()}
        counted = cast("Mapping[SliceKey, GridCounts]", current)
        now = {key: fold(grid, frozen) for key, grid in counted.items()}
    either = dict.fromkeys([*now, *before])
    return {key: drifted(before.get(key, nothing), now.get(key, nothing)) for key in either}
