"""What came back from a query, as answers; values that cannot be measured are refused with an example."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from holdfast.kernel.errors import DataError
from holdfast.kernel.expressions.encoding import text_of
from holdfast.kernel.expressions.tree import Column, Comparison, Expression, Junction, Literal_, Not
from holdfast.measure.requests import Request, ScoreBinsRequest, SliceKey
from holdfast.measure.states import ScoreBins, State
from holdfast.telemetry.aggregates import Grouping, neither_zero_nor_one
from holdfast.telemetry.checking import all_columns, at_column, columns_of
from holdfast.telemetry.queries.planning import Group, QueryPlan
from holdfast.telemetry.sources import Source
from holdfast.telemetry.windows import Windows

Values: TypeAlias = Callable[[Source, Expression, Expression | None, int], list[str]]
"""`Engine.values`: some values of an expression, asked for only when something is wrong."""


def answer_from(
    plan: QueryPlan,
    groups: Sequence[Sequence[Group]],
    requests: Sequence[Request],
    source: Source,
    values: Values,
) -> list[Mapping[SliceKey, State]]:
    """Return one answer per request.

    Raises
    ------
    DataError
        HF303: a number is used as yes or no and is neither 0 nor 1. HF304: a score is no probability.
    """
    _refuse_numbers(plan, groups, requests, source, values)
    answers = [read(groups[part]) for part, read in plan.readers]
    for index, (request, states) in enumerate(zip(requests, answers, strict=True)):
        _refuse_scores(source, request, states.values(), values, index)
    return list(answers)


def windows_from(
    plan: QueryPlan,
    groups: Sequence[Sequence[Group]],
    requests: Sequence[Request],
    source: Source,
    values: Values,
) -> Windows:
    """Return each window's answer to each request; raises as `answer_from`."""
    _refuse_numbers(plan, groups, requests, source, values)
    *timed, [untimed] = groups
    apart: list[dict[int, list[Group]]] = [{} for _ in timed]
    for windows, found in zip(apart, timed, strict=True):
        for group in found:
            assert group.window is not None  # noqa: S101 -- every part but the last has windows
            windows.setdefault(group.window, []).append(group)
    answers = [
        {start: read(apart[part][start]) for start in sorted(apart[part])} for part, read in plan.readers
    ]
    for index, (request, answer) in enumerate(zip(requests, answers, strict=True)):
        states = (state for window in answer.values() for state in window.values())
        _refuse_scores(source, request, states, values, index)
    return Windows(tuple(answers), int(untimed.numbers[0]))


def too_many_slices(source: Source, grouping: Grouping, requests: Sequence[Request]) -> DataError:
    """Return the error of a column of ids by which somebody wants to slice."""
    by = grouping.by
    asked = next(at for at, request in enumerate(requests) if getattr(request, "by", ()) == by)
    return many_slices(source, by, asked, grouping.most)


def many_slices(source: Source, by: tuple[str, ...], asked: int, most: int) -> DataError:
    """Return the error of a column of ids by which the request `asked` wants to slice."""
    named = ", ".join(f"`{name}`" for name in by)
    message = f"data `{source.name}`: slicing by {named} makes more than {most:,} slices"
    fix = "slice by columns of few values; cut numbers into bands with `derive:`"
    return DataError([at_column("HF309", message, fix, Column(by[-1], -1), asked)])


def not_two_valued(
    source: Source, expression: Expression, wrong: float, values: Values, asked: int = -1
) -> DataError:
    """Return the error of a number that is used as yes or no and is neither 0 nor 1."""
    named = text_of(expression)
    what = f"column `{named}`" if isinstance(expression, Column) else f"`{named}`"
    other = " or ".join(values(source, expression, neither_zero_nor_one(expression), 2)) or "another number"
    held = ", ".join(values(source, expression, None, 5))
    message = f"data `{source.name}`: {what} is used as yes or no, and {_records(wrong)} say {other}"
    yes = text_of(Comparison("==", expression, Literal_(1)))
    fix = f'say which value means yes, such as "{yes}"; it holds {held}'
    return DataError([at_column("HF303", message, fix, next(columns_of(expression)), asked)])


def _asked_by(expression: Expression, requests: Sequence[Request]) -> int:
    """Return the first request that uses an expression as yes or no."""
    names = {column.name for column in columns_of(expression)}
    for index, request in enumerate(requests):
        single = (getattr(request, field, None) for field in ("hit", "among", "label"))
        conditions = [*getattr(request, "binary", ()), *(each for each in single if each is not None)]
        if names <= {column.name for column in all_columns(conditions)}:
            return index
    raise AssertionError(expression)  # it was taken from one of them


def _refuse_numbers(
    plan: QueryPlan,
    groups: Sequence[Sequence[Group]],
    requests: Sequence[Request],
    source: Source,
    values: Values,
) -> None:
    for part, place, expression in plan.checks:
        wrong = sum(group.numbers[place] for group in groups[part])
        if wrong:
            raise not_two_valued(source, expression, wrong, values, _asked_by(expression, requests))


def _refuse_scores(
    source: Source, request: Request, states: Iterable[State], values: Values, asked: int
) -> None:
    if not isinstance(request, ScoreBinsRequest):
        return
    outside = sum(state.outside for state in states if isinstance(state, ScoreBins))
    if not outside:
        return
    score = Column(request.score)
    within = Junction("and", (Comparison(">=", score, Literal_(0)), Comparison("<=", score, Literal_(1))))
    # NaN is null to a condition, so it is what is left when nothing else is found
    example = (*values(source, score, Not(within), 1), "NaN")[0]
    message = f"data `{source.name}`: score `{request.score}` is {example} in {_records(outside)}"
    fix = "a probability lies between 0 and 1; correct it, or leave the records out by `where:`"
    raise DataError([at_column("HF304", message, fix, Column(request.score, -1), asked)])


def _records(count: float) -> str:
    return "1 record" if count == 1 else f"{count:,.0f} records"
