"""Columns and types are checked before any query runs, so that a mistake is one line and not an engine's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from holdfast.kernel.errors import Problem, nearest
from holdfast.kernel.expressions.encoding import text_of
from holdfast.kernel.expressions.tree import (
    Arithmetic,
    Column,
    Comparison,
    Expression,
    IsNull,
    Junction,
    Literal_,
    Membership,
    Negative,
    Not,
)
from holdfast.measure.requests import (
    CategoriesRequest,
    CountsRequest,
    LagRequest,
    PairsRequest,
    RangeRequest,
    Request,
    ScoreBinsRequest,
)
from holdfast.telemetry.sources import Columns, ColumnType, Source

_NAMED: Mapping[ColumnType, str] = {
    "number": "number",
    "text": "text",
    "bool": "true or false",
    "time": "time",
    "null": "no value at all",
    "vector": "a list of numbers",
    "other": "a list, a structure or bytes",
}
_LISTS: Mapping[ColumnType, str] = {kind: _NAMED[kind] for kind in ("vector", "other")}
"""What holds no single value."""


@dataclass(frozen=True)
class ColumnProblem(Problem):
    """A problem with a column, and where to look for it in the text that named it.

    Attributes
    ----------
    column : str
        The name as it was written.
    at, width : int
        Offset and length in the text of the expression that names it; -1 where the column was named by
        itself (a metric's `column`, `by`, `over`, a source's `cluster`).
    asked : int
        Which request of `Engine.answer`, or which item of `measure_pass`, asked for it; -1 where the source
        itself says it (`where`, `columns`, `derive`, `cluster`).
    """

    column: str = ""
    at: int = -1
    width: int = 1
    asked: int = -1


def parse_time(text: str) -> datetime | None:
    """Return the moment that a text names, as naive UTC; None where it is no ISO 8601 date or time.

    Examples
    --------
    >>> parse_time("2026-11-21T10:00:00+02:00")
    datetime.datetime(2026, 11, 21, 8, 0)
    >>> parse_time("yesterday") is None
    True
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


class Checker:
    """Checks names and types against a source's columns, collecting what is wrong.

    Attributes
    ----------
    problems : list of ColumnProblem
        Everything found so far, each once.
    numeric : dict
        The expressions that are used as yes or no and are numbers, by their text: they may be 0 and 1 only.
    """

    def __init__(self, columns: Columns, data: str, seen: Callable[[Expression], Sequence[str]]) -> None:
        self.columns = columns
        self.data = data
        self.seen = seen
        self.problems: list[ColumnProblem] = []
        self.numeric: dict[str, Expression] = {}
        self.asked = -1

    def source(self, source: Source) -> None:
        """Check what a source says of its own columns."""
        for cut in source.derive.values():
            self.number(Column(cut.column, -1))
        if source.where is not None:
            self.condition(source.where)
        if source.cluster is not None:
            self.groupable(source.cluster)
        for name in (source.time, source.labelled):
            if name is not None:
                self.moment(name)

    def requests(self, requests: Sequence[Request]) -> None:
        """Check everything that requests name."""
        for self.asked, request in enumerate(requests):
            self._request(request)

    def _request(self, request: Request) -> None:
        for name in getattr(request, "by", ()):
            self.groupable(name)
        match request:
            case CountsRequest():
                self.condition(request.hit)
                for expression in request.binary:
                    self.condition(expression)
                if request.cluster is not None:
                    self.groupable(request.cluster)
            case ScoreBinsRequest():
                self.number(Column(request.score, -1))
                self.condition(request.label)
            case CategoriesRequest():
                self.groupable(request.column)
            case PairsRequest():
                self.groupable(request.left)
                self.groupable(request.right)
            case LagRequest():
                self.moment(request.begun)
                self.moment(request.ended)
            case RangeRequest():
                self.number(Column(request.column, -1))
            case _:
                self.number(Column(request.column, -1))
        among = getattr(request, "among", None)
        if among is not None:
            self.condition(among)

    def groupable(self, name: str) -> None:
        """Check a column by whose values records are grouped."""
        kind = self.type_of(Column(name, -1))
        if kind in _LISTS:
            message = f"column `{name}` of data `{self.data}` holds {_of_list(kind)}"
            self._wrong(Column(name, -1), message, "group by a column of text, numbers, times or yes and no")

    def moment(self, name: str) -> None:
        """Check a column that says when something happened."""
        kind = self.type_of(Column(name, -1))
        if kind not in {"time", "null", None}:
            message = f"column `{name}` of data `{self.data}` is {_NAMED[_of(kind)]} where a time is needed"
            fix = "write it as a timestamp or a date: of text and numbers nobody says what they mean"
            self._wrong(Column(name, -1), message, fix)

    def vector(self, name: str) -> None:
        """Check a column of vectors."""
        kind = self.type_of(Column(name, -1))
        if kind not in {"vector", "null", None}:
            message = f"column `{name}` of data `{self.data}` is {_NAMED[_of(kind)]}"
            self._wrong(Column(name, -1), message, "a column of lists of numbers is needed here")

    def number(self, expression: Expression) -> None:
        """Check an expression that must be a number."""
        kind = self.type_of(expression)
        if kind in {"number", "null", None} or (kind == "bool" and isinstance(expression, Column | Literal_)):
            return
        message = f"{self._named(expression)} is {_NAMED[_of(kind)]}"
        self._wrong(expression, message, "a number is needed here")

    def condition(self, expression: Expression) -> None:
        """Check an expression that must be yes or no; remember a number, which may be 0 and 1 only."""
        kind = self.type_of(expression)
        if kind == "number":
            self._one_or_zero(expression)
        elif kind in {"text", "time", *_LISTS}:
            message = f"{self._named(expression)} is {_NAMED[kind]} where yes or no is needed"
            self._wrong(expression, message, self._advice(expression, kind))

    def _one_or_zero(self, expression: Expression) -> None:
        if not isinstance(expression, Literal_):
            self.numeric[text_of(expression)] = expression
        elif expression.value not in {0, 1}:
            message = f"the number {expression.value} stands where yes or no is needed"
            self._wrong(expression, message, "compare it with something")

    def _advice(self, expression: Expression, kind: ColumnType) -> str:
        if kind != "text" or not isinstance(expression, Column):
            return "compare it with something"
        seen = self.seen(expression)
        if not seen:
            return "it holds no value"
        listed = ", ".join(f"'{value}'" for value in seen)
        example = text_of(Comparison("==", Column(expression.name), Literal_(seen[-1])))
        return f'say which value means yes, such as "{example}"; it holds {listed}'

    def type_of(self, expression: Expression) -> ColumnType | None:
        """Return an expression's type; None where it is wrong inside, which has been noted."""
        match expression:
            case Column():
                return self._column(expression)
            case Literal_():
                return _constant_type(expression)
            case Comparison():
                self._comparable(
                    expression.left, expression.right, ordered=expression.sign not in {"==", "!="}
                )
                return "bool"
            case Arithmetic():
                self.number(expression.left)
                self.number(expression.right)
                return "number"
            case Negative():
                self.number(expression.operand)
                return "number"
            case Junction():
                for operand in expression.operands:
                    self.condition(operand)
                return "bool"
            case Not():
                self.condition(expression.operand)
                return "bool"
            case Membership():
                found = len(self.problems)
                for item in expression.among:
                    if len(self.problems) == found:
                        self._comparable(expression.operand, item, ordered=False)
                return "bool"
            case IsNull():
                self.type_of(expression.operand)
                return "bool"

    def _column(self, column: Column) -> ColumnType | None:
        if column.name in self.columns:
            return self.columns[column.name]
        near = nearest(column.name, self.columns)
        message = f"column `{column.name}` is not in data `{self.data}`"
        if near is not None:
            self._wrong(column, message, f"did you mean `{near}` ({_NAMED[self.columns[near]]})?")
        else:
            known = [f"`{name}` ({_NAMED[kind]})" for name, kind in sorted(self.columns.items())]
            more = f" and {len(known) - 8} more" if len(known) > 8 else ""
            self._wrong(column, message, f"it has {', '.join(known[:8])}{more}")
        return None

    def _comparable(self, left: Expression, right: Expression, *, ordered: bool) -> None:
        kinds = self.type_of(left), self.type_of(right)
        if None in kinds or "null" in kinds:
            return
        for column, kind, other, other_kind in (
            (left, kinds[0], right, kinds[1]),
            (right, kinds[1], left, kinds[0]),
        ):
            if kind in _LISTS:
                self._wrong(column, f"{self._named(column)} is {_of_list(kind)}", "it cannot be compared")
                return
            if kind == "time" and isinstance(other, Literal_):
                if not isinstance(other.value, str):
                    message = f"{self._named(column)} is a time and is compared with {text_of(other)}"
                    self._wrong(
                        column, message, "write a time as text: '2026-11-21' or '2026-11-21T10:00:00Z'"
                    )
                elif parse_time(other.value) is None:
                    message = f"{self._named(column)} is a time and {text_of(other)} is none"
                    self._wrong(column, message, "write ISO 8601: '2026-11-21' or '2026-11-21T10:00:00Z'")
                return
            if kind == "bool" and isinstance(other, Literal_) and other_kind == "number":
                if other.value not in {0, 1}:
                    message = f"{self._named(column)} is true or false and is compared with {text_of(other)}"
                    self._wrong(column, message, "compare with true or false")
                return
        both = {kind for kind in kinds if kind is not None}
        if len(both) > 1 and both != {"number", "bool"}:
            names = [self._named(part) for part in (left, right)]
            message = f"{names[0]} is {_NAMED[_of(kinds[0])]} and {names[1]} is {_NAMED[_of(kinds[1])]}"
            self._wrong(left, message, _quoting(left, right, kinds))
        elif ordered and both == {"bool"}:
            message = f"{self._named(left)} is true or false, which has no order"
            self._wrong(left, message, "compare with `==` or `!=`")

    def _named(self, expression: Expression) -> str:
        if isinstance(expression, Column):
            return f"column `{expression.name}`"
        text = text_of(expression)
        return text if len(text) <= 40 else text[:37] + "..."

    def _wrong(self, expression: Expression, message: str, fix: str) -> None:
        problem = at_column("HF113", message, fix, next(columns_of(expression), None), self.asked)
        if problem not in self.problems:
            self.problems.append(problem)


def at_column(code: str, message: str, fix: str, column: Column | None, asked: int) -> ColumnProblem:
    """Return a problem that is shown where the plan names a column."""
    name, at = ("", -1) if column is None else (column.name, column.at)
    return ColumnProblem(code, message, None, fix, name, at, len(text_of(Column(name))) if name else 1, asked)


def _of(kind: ColumnType | None) -> ColumnType:
    return "null" if kind is None else kind


def _of_list(kind: ColumnType | None) -> str:
    return _LISTS[_of(kind)]


def _quoting(left: Expression, right: Expression, kinds: tuple[ColumnType | None, ...]) -> str:
    """Return advice for two sides of different types."""
    for this, that, kind in ((left, right, kinds[0]), (right, left, kinds[1])):
        if kind == "text" and isinstance(that, Literal_) and isinstance(this, Column):
            quoted = text_of(Literal_(text_of(that)))
            return f"compare it with text: {quoted}"
    return "compare like with like"


def _constant_type(literal: Literal_) -> ColumnType:
    match literal.value:
        case None:
            return "null"
        case bool():
            return "bool"
        case str():
            return "text"
        case _:
            return "number"


def columns_of(expression: Expression) -> Iterator[Column]:
    """Yield every column that an expression names, in reading order."""
    match expression:
        case Column():
            yield expression
        case Comparison() | Arithmetic():
            yield from columns_of(expression.left)
            yield from columns_of(expression.right)
        case Junction():
            yield from all_columns(expression.operands)
        case Negative() | Not() | Membership() | IsNull():
            yield from columns_of(expression.operand)
        case Literal_():
            return


def all_columns(expressions: Iterable[Expression]) -> Iterator[Column]:
    """Yield every column that several expressions name."""
    for expression in expressions:
        yield from columns_of(expression)
