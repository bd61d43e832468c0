"""Expressions and groupings in Ibis, which compiles them for each engine.

The rules that make engines agree: numbers are compared as 64-bit floats unless both sides are whole; NaN is
null wherever a condition looks at it; cells are found in the order null, NaN, infinite, below, above, inside,
by arithmetic only; times are naive UTC. Expressions must have been checked (`holdfast.telemetry.checking`).
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

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
from holdfast.telemetry.checking import parse_time
from holdfast.telemetry.sources import Cut

if TYPE_CHECKING:
    import ibis.expr.types as ir

Physical: TypeAlias = Literal["whole", "real", "text", "bool", "date", "time", "null", "nested", "vector"]
"""How a column comes: whole is int64, real float64, date without a time, time as naive UTC.

A list or struct that holds text is nested: it comes as text to be searched, and no expression reads it.
A list of numbers is a vector: only drift of embeddings reads it.
"""

IBIS_TYPES: Mapping[Physical, str] = {
    "whole": "int64",
    "real": "float64",
    "text": "string",
    "bool": "boolean",
    "date": "date",
    "time": "timestamp",
    "null": "float64",
    "nested": "string",
    "vector": "array<float64>",
}

_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_COMPUTE: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_SMALLEST, _LARGEST = -745.1, 709.78
"""Logarithms of the least and the greatest product: beyond them it is 0, or infinite."""
_DEEPEST = 4
"""Products within products that are looked at before they are computed: each look doubles the text."""


@dataclass(frozen=True)
class Typed:
    """A value of a query with what it is."""

    value: Any
    kind: Physical


class Translator:
    """Turns expressions over the plan's column names into values over an Ibis table.

    Attributes
    ----------
    table : ibis Table
    columns : mapping
        The plan's name -> (the table's name, how the column comes).
    strict : bool
        Whether the engine refuses a product or quotient that is too small or too large for a float.
    """

    def __init__(
        self, table: ir.Table, columns: Mapping[str, tuple[str, Physical]], *, strict: bool = False
    ) -> None:
        self.table = table
        self.columns = columns
        self.strict = strict

    def over(self, table: ir.Table, columns: Mapping[str, tuple[str, Physical]] | None = None) -> Translator:
        """Return the same over another table, with the same columns where no others are said."""
        return Translator(table, self.columns if columns is None else columns, strict=self.strict)

    def column(self, name: str) -> Typed:
        """Return a column as it is, NaN included."""
        inner, kind = self.columns[name]
        return Typed(self.table[inner], kind)

    def condition(self, expression: Expression) -> Any:  # noqa: ANN401 -- an Ibis boolean; Ibis is loaded late
        """Return an expression as yes, no or null; numbers are yes unless they are 0."""
        return self._condition(self.value(expression))

    def _condition(self, typed: Typed) -> Any:  # noqa: ANN401 -- as above
        import ibis

        if typed.kind == "null":
            return ibis.null("boolean")
        return typed.value if typed.kind == "bool" else typed.value != 0

    def value(self, expression: Expression) -> Typed:
        """Return an expression's value; NaN has become null."""
        match expression:
            case Column() if self.column(expression.name).kind != "real":
                return self.column(expression.name)
            case Column() | Arithmetic() | Negative():
                return Typed(_known(self._number(expression)), "real")
            case Literal_():
                return _constant(expression.value)
            case Comparison():
                return self._compared(expression)
            case Junction():
                combine = operator.and_ if expression.word == "and" else operator.or_
                return Typed(
                    _balanced([self.condition(item) for item in expression.operands], combine), "bool"
                )
            case Not():
                return Typed(~self.condition(expression.operand), "bool")
            case Membership():
                return self._member(expression)
            case IsNull():
                null = self.null(expression.operand)
                return Typed(~null if expression.negated else null, "bool")

    def null(self, expression: Expression) -> Any:  # noqa: ANN401 -- as above
        """Return whether an expression is null.

        Never asked of a negation itself: Ibis 12 writes `NOT (a) IS NULL`, which is NOT ((a) IS NULL).
        Writing the negation as `a = false` would not do: Ibis turns a comparison with a null into IS NULL.
        """
        import ibis

        match expression:
            case Not() | Membership():
                return self.null(expression.operand)
            case IsNull():
                return ibis.literal(False)
            case _:
                return self.value(expression).value.isnull()

    def _compared(self, expression: Comparison) -> Typed:
        import ibis

        left, right = self.value(expression.left), self.value(expression.right)
        if "null" in (left.kind, right.kind):
            return Typed(ibis.null("boolean"), "bool")
        left, right = _alike(left, right)
        return Typed(_COMPARE[expression.sign](left.value, right.value), "bool")

    def _number(self, expression: Expression) -> Any:  # noqa: ANN401 -- as above
        """Return a number with NaN as it comes: each look for it would double the text."""
        match expression:
            case Column():
                return _real(self.column(expression.name))
            case Negative():
                return -self._number(expression.operand)
            case Arithmetic():
                left, right = self._number(expression.left), self._number(expression.right)
                if expression.sign == "/":
                    right = right.nullif(0.0)
                value = _COMPUTE[expression.sign](left, right)
                if self.strict and expression.sign in {"*", "/"} and _nested(expression) <= _DEEPEST:
                    return _bounded(expression.sign, left, right, value)
                return value
            case _:
                return _real(self.value(expression))

    def _member(self, expression: Membership) -> Typed:
        import ibis

        operand = self.value(expression.operand)
        if operand.kind == "null":
            return Typed(ibis.null("boolean"), "bool")
        values = [item.value for item in expression.among]
        if operand.kind in {"date", "time"}:
            moments = [parse_time(str(value)) for value in values]
            found = _moment(operand).value.isin([ibis.literal(moment, "timestamp") for moment in moments])
        elif operand.kind == "bool":
            found = operand.value.isin([bool(value) for value in values])
        elif operand.kind == "text" or (
            operand.kind == "whole" and all(type(value) is int for value in values)
        ):
            found = operand.value.isin(values)
        else:
            found = _real(operand).isin([float(value) for value in values if value is not None])
        return Typed(~found if expression.negated else found, "bool")

    def groupable(self, name: str) -> Typed:
        """Return a column to group by: NaN has become null, -0.0 zero, and a time its text to the second."""
        typed = self.value(Column(name))
        match typed.kind:
            case "time":
                return Typed(as_text(typed), "text")
            case "real":  # some engines group the two zeros apart
                return Typed(typed.value + 0.0, "real")
            case _:
                return typed

    def moment(self, name: str) -> Any:  # noqa: ANN401 -- as above
        """Return a column of times as naive UTC; a date is its midnight."""
        import ibis

        typed = self.column(name)
        return ibis.null("timestamp") if typed.kind == "null" else _moment(typed).value

    def band(self, cut: Cut) -> Any:  # noqa: ANN401 -- as above
        """Return the band of a numeric column's values, as text."""
        import ibis

        value = _real(self.value(Column(cut.column)))
        names = cut.bands()
        below = [(value < edge, name) for edge, name in zip(cut.at, names, strict=False)]
        return ibis.cases((value.isnull(), ibis.null("string")), *below, else_=names[-1])


def as_text(typed: Typed) -> Any:  # noqa: ANN401 -- an Ibis string; Ibis is loaded late
    """Return a value as text: whole numbers without a point, also where they come as floats."""
    import ibis

    value = typed.value
    match typed.kind:
        case "text":
            return value
        case "bool":
            return ibis.cases((value.isnull(), ibis.null("string")), (value, "true"), else_="false")
        case "real":
            # pandas turns whole numbers with a gap into floats; the slice is `3` all the same
            return value.cast("string").re_replace(r"\.0$", "")
        case "time":
            # each engine formats times by letters of its own; as text all of them write the same
            text = value.cast("string")
            return text.substr(0, 10) + "T" + text.substr(11, 8)
        case "null":
            return ibis.null("string")
        case _:
            return value.cast("string")


def canonical_real(text: str) -> str:
    """Return a real number's text as one, whichever engine wrote it: the shortest that means the number.

    Examples
    --------
    >>> [canonical_real(text) for text in ("3", "0.10", "1E-5", "1e+20", "-0", "Infinity")]
    ['3', '0.1', '1e-05', '1e+20', '0', 'inf']
    """
    return repr(float(text) + 0.0).removesuffix(".0")


@cache
def builtin(name: str, takes: str, gives: str) -> Callable[[Any], Any]:
    """Return a function of one value that engines have under this name."""
    import ibis

    def own(value: object) -> object:
        """Compute it; the engine has the body."""
        raise AssertionError(value)

    made = ibis.udf.scalar.builtin(own, name=name, signature=((takes,), gives))
    return cast("Callable[[Any], Any]", made)


def _known(value: Any) -> Any:  # noqa: ANN401 -- an Ibis value; Ibis is loaded late
    """Return a float with NaN as null."""
    import ibis

    return value.isnan().ifelse(ibis.null("float64"), value)


def _real(typed: Typed) -> Any:  # noqa: ANN401 -- as above
    import ibis

    match typed.kind:
        case "real":
            return typed.value
        case "bool":  # not every engine casts it
            nothing = ibis.null("float64")
            return ibis.cases((typed.value.isnull(), nothing), (typed.value, 1.0), else_=0.0)
        case _:
            return typed.value.cast("float64")


def _nested(expression: Expression) -> int:
    """Return how many products and quotients stand inside one another."""
    match expression:
        case Arithmetic():
            inner = max(_nested(expression.left), _nested(expression.right))
            return inner + (expression.sign in {"*", "/"})
        case Negative():
            return _nested(expression.operand)
        case _:
            return 0


def _bounded(sign: str, left: Any, right: Any, value: Any) -> Any:  # noqa: ANN401 -- as above
    """Return a product or quotient that is 0 or infinite where a strict engine would refuse to compute it."""
    import ibis

    combine = operator.add if sign == "*" else operator.sub
    size = combine(left.abs().nullif(0.0).ln(), right.abs().nullif(0.0).ln())
    endless = ibis.literal(math.inf, "float64")
    signed = ((left < 0) == (right < 0)).ifelse(endless, -endless)
    # where either is 0, infinite or NaN no engine refuses: the size is null, infinite or NaN
    return ibis.cases((size < _SMALLEST, 0.0), ((size > _LARGEST) & (size < endless), signed), else_=value)


def _constant(value: float | int | str | bool | None) -> Typed:
    import ibis

    match value:
        case None:
            return Typed(ibis.null("float64"), "null")
        case bool():
            return Typed(ibis.literal(value), "bool")
        case int():
            return Typed(ibis.literal(value, "int64"), "whole")
        case float():
            return Typed(ibis.literal(value, "float64"), "real")
        case str():
            return Typed(ibis.literal(value, "string"), "text")


def _alike(left: Typed, right: Typed) -> tuple[Typed, Typed]:
    """Return both sides in a type in which they compare."""
    kinds = {left.kind, right.kind}
    if kinds <= {"date", "time", "text"} and kinds != {"text"}:
        return _moment(left), _moment(right)
    if len(kinds) == 1:
        return left, right
    return Typed(_real(left), "real"), Typed(_real(right), "real")


def _moment(typed: Typed) -> Typed:
    import ibis

    if typed.kind == "date":
        return Typed(typed.value.cast("timestamp"), "time")
    if typed.kind == "text":
        moment = cast("datetime", parse_time(typed.value.op().value))
        return Typed(ibis.literal(moment, "timestamp"), "time")
    return typed


def _balanced(values: Sequence[Any], combine: Callable[[Any, Any], Any]) -> Any:  # noqa: ANN401 -- as above
    """Combine many values as a balanced tree: whoever walks it goes log(n) deep, not n."""
    if len(values) == 1:
        return values[0]
    middle = len(values) // 2
    return combine(_balanced(values[:middle], combine), _balanced(values[middle:], combine))
