"""An expression as JSON, for processes that obey it, and as text again, for people."""

from __future__ import annotations

import math
from typing import Any, cast, get_args

from holdfast.kernel.canonical import Json
from holdfast.kernel.expressions.lexing import WORDS
from holdfast.kernel.expressions.parsing import AND, COMPARISON, NOT, OR, PRODUCT, SIGN, SUM
from holdfast.kernel.expressions.tree import (
    Arithmetic,
    ArithmeticSign,
    Column,
    Comparison,
    ComparisonSign,
    Expression,
    IsNull,
    Junction,
    Literal_,
    Membership,
    Negative,
    Not,
)

_ATOM = SIGN + 1
_COMPARISONS: tuple[str, ...] = get_args(ComparisonSign)
_ARITHMETIC: tuple[str, ...] = get_args(ArithmeticSign)


def to_json(expression: Expression) -> dict[str, Json]:
    """Return the tree as JSON: every node is an object with one key, which says what it is.

    Examples
    --------
    >>> from holdfast.kernel.expressions.parsing import parse
    >>> to_json(parse("a > 1 or b in ('x', 'y')"))
    {'or': [{'>': [{'column': 'a'}, {'value': 1}]}, {'in': [{'column': 'b'}, ['x', 'y']]}]}
    """
    match expression:
        case Column():
            return {"column": expression.name}
        case Literal_():
            return {"value": expression.value}
        case Comparison() | Arithmetic():
            return {expression.sign: [to_json(expression.left), to_json(expression.right)]}
        case Negative():
            return {"negative": to_json(expression.operand)}
        case Junction():
            return {expression.word: [to_json(operand) for operand in expression.operands]}
        case Not():
            return {"not": to_json(expression.operand)}
        case Membership():
            among: list[Json] = [item.value for item in expression.among]
            return {"not in" if expression.negated else "in": [to_json(expression.operand), among]}
        case IsNull():
            return {"is not null" if expression.negated else "is null": to_json(expression.operand)}


def from_json(value: object) -> Expression:
    """Return the tree that `to_json` wrote.

    Raises
    ------
    ValueError
        The value is no such tree.

    Examples
    --------
    >>> from_json({"not": {"column": "resolved"}})
    Not(operand=Column(name='resolved'))
    """
    if not isinstance(value, dict) or len(value) != 1:
        raise _no_tree(value)
    [(key, inside)] = value.items()
    match key:
        case "column" if isinstance(inside, str):
            return Column(inside)
        case "value":
            return _literal(inside)
        case "negative":
            return Negative(from_json(inside))
        case "not":
            return Not(from_json(inside))
        case "is null" | "is not null":
            return IsNull(from_json(inside), key == "is not null")
    if not isinstance(inside, list) or len(inside) < 2:
        raise _no_tree(value)
    if key in {"and", "or"}:
        return Junction(cast("Any", key), tuple(from_json(operand) for operand in inside))
    if len(inside) != 2:
        raise _no_tree(value)
    left, right = inside
    if key in {"in", "not in"} and isinstance(right, list) and right:
        return Membership(from_json(left), tuple(_literal(item) for item in right), key == "not in")
    if key in _COMPARISONS:
        return Comparison(cast("ComparisonSign", key), from_json(left), from_json(right))
    if key in _ARITHMETIC:
        return Arithmetic(cast("ArithmeticSign", key), from_json(left), from_json(right))
    raise _no_tree(value)


def _literal(value: object) -> Literal_:
    if value is None or isinstance(value, bool | int | float | str):
        return Literal_(value)
    raise _no_tree(value)


def _no_tree(value: object) -> ValueError:
    return ValueError(f"no expression: {str(value)[:80]}")


def text_of(expression: Expression) -> str:
    """Return the expression as text that parses to the same tree, with as few parentheses as that takes.

    Examples
    --------
    >>> from holdfast.kernel.expressions.parsing import parse
    >>> text_of(parse("((a)>(1)) and b"))
    'a > 1 and b'
    >>> text_of(parse("(`tone of voice`)=='it''s'"))
    "`tone of voice` == 'it''s'"
    """
    return _written(expression)[0]


def _written(expression: Expression) -> tuple[str, int]:
    """Return an expression's text and how tightly it binds."""
    match expression:
        case Column():
            return _name(expression.name), _ATOM
        case Literal_():
            return _constant(expression.value), _ATOM
        case Comparison():
            left, right = _inside(expression.left, SUM), _inside(expression.right, SUM)
            return f"{left} {expression.sign} {right}", COMPARISON
        case Arithmetic():
            level = SUM if expression.sign in "+-" else PRODUCT
            left, right = _inside(expression.left, level), _inside(expression.right, level + 1)
            return f"{left} {expression.sign} {right}", level
        case Negative():
            # parentheses around a number: -(5) is a sign before 5, -5 is a number
            bare = isinstance(expression.operand, Column)
            inner = _written(expression.operand)[0]
            return f"-{inner}" if bare else f"-({inner})", SIGN
        case Junction():
            level = AND if expression.word == "and" else OR
            parts = [_inside(operand, level + 1) for operand in expression.operands]
            return f" {expression.word} ".join(parts), level
        case Not():
            return f"not {_inside(expression.operand, NOT)}", NOT
        case Membership():
            among = ", ".join(_constant(item.value) for item in expression.among)
            word = "not in" if expression.negated else "in"
            return f"{_inside(expression.operand, SUM)} {word} ({among})", COMPARISON
        case IsNull():
            word = "is not null" if expression.negated else "is null"
            return f"{_inside(expression.operand, SUM)} {word}", COMPARISON


def _inside(expression: Expression, least: int) -> str:
    text, level = _written(expression)
    return text if level >= least else f"({text})"


def _name(name: str) -> str:
    plain = name.isascii() and name.isidentifier() and not name.startswith("__")
    if plain and name.lower() not in WORDS and name != "None":
        return name
    return "`" + name.replace("`", "``") + "`"


def _constant(value: float | int | str | bool | None) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, float) and not math.isfinite(value):
        msg = f"{value} cannot be written in an expression"
        raise ValueError(msg)
    return repr(value)
