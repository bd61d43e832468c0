"""The tree that an expression is: nine kinds of node, immutable, comparable, without behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

ComparisonSign: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">="]
ArithmeticSign: TypeAlias = Literal["+", "-", "*", "/"]


@dataclass(frozen=True)
class Column:
    """A column's value; `at` is where the name stands in the text (0-based), for error messages."""

    name: str
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True)
class Literal_:
    """A constant: number, text, true, false or null."""

    value: float | int | str | bool | None


@dataclass(frozen=True)
class Comparison:
    """`left sign right`; null where either side is null."""

    sign: ComparisonSign
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Arithmetic:
    """`left sign right` on numbers; dividing by zero is null."""

    sign: ArithmeticSign
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Negative:
    """`-operand`."""

    operand: Expression


@dataclass(frozen=True)
class Junction:
    """`and` or `or` over two or more operands, with three-valued logic."""

    word: Literal["and", "or"]
    operands: tuple[Expression, ...]


@dataclass(frozen=True)
class Not:
    """`not operand`; null stays null."""

    operand: Expression


@dataclass(frozen=True)
class Membership:
    """`operand in (a, b, ...)` or `operand not in (...)`; null where the operand is null."""

    operand: Expression
    among: tuple[Literal_, ...]
    negated: bool = False


@dataclass(frozen=True)
class IsNull:
    """`operand is null` or `operand is not null`; never null itself."""

    operand: Expression
    negated: bool = False


Expression: TypeAlias = (
    Column | Literal_ | Comparison | Arithmetic | Negative | Junction | Not | Membership | IsNull
)
