"""Text to tree: the whole grammar of expressions, by precedence climbing.

From the loosest to the tightest: `or`, `and`, `not`, comparison (also `in`, `is null`, `between`), `+ -`,
`* /`, the sign of a number. Comparisons do not chain. Nothing is evaluated, called or looked up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, Final, cast

from holdfast.kernel.expressions.lexing import ExpressionProblem, Token, tokens
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

__all__ = ["DEEPEST", "ExpressionProblem", "parse"]

DEEPEST = 100
"""How deep parentheses, signs and sums may nest: whoever walks a tree can do so by recursion."""

OR, AND, NOT, COMPARISON, SUM, PRODUCT, SIGN = range(1, 8)
_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})
_LEVELS: Final = {
    ("word", "or"): OR,
    ("word", "and"): AND,
    ("word", "in"): COMPARISON,
    ("word", "not"): COMPARISON,
    ("word", "is"): COMPARISON,
    ("word", "between"): COMPARISON,
    **{("sign", sign): COMPARISON for sign in _COMPARISONS},
    ("sign", "+"): SUM,
    ("sign", "-"): SUM,
    ("sign", "*"): PRODUCT,
    ("sign", "/"): PRODUCT,
}
_FOREIGN = {
    "like": "compare with `==` or list the values: `in ('a', 'b')`",
    "ilike": "compare with `==` or list the values: `in ('a', 'b')`",
    "contains": "compare with `==` or list the values: `in ('a', 'b')`",
    "if": "there are no choices; write a condition",
    "else": "there are no choices; write a condition",
    "for": "there are no loops; write a condition on one record",
    "as": "an expression names nothing",
    "mod": "there is no remainder",
    "xor": "write `(a or b) and not (a and b)`",
}
_STATEMENTS = frozenset({"lambda", "import", "from", "def", "del", "return", "select", "case", "exec"})


def parse(text: str) -> Expression:
    """Return the tree of an expression.

    Parameters
    ----------
    text : str
        At most 2,000 characters, nested at most 100 deep.

    Raises
    ------
    ExpressionProblem
        On anything outside the language, with the place and what to write instead.

    Examples
    --------
    >>> parse("toxicity >= 0.5%")
    Comparison(sign='>=', left=Column(name='toxicity'), right=Literal_(value=0.005))
    >>> parse("score = 1")
    Traceback (most recent call last):
    ...
    holdfast.kernel.expressions.lexing.ExpressionProblem: a single `=` is not in the language (at character 7)
    """
    reader = _Reader(list(tokens(text)))
    if reader.ended():
        raise ExpressionProblem("the expression is empty", 0, 1, 'write a condition, such as "score >= 0.8"')
    tree = reader.expression(OR)
    if not reader.ended():
        raise reader.unexpected()
    _not_too_deep(tree, len(text))
    return tree


class _Reader:
    """Reads tokens from left to right; each method returns the tree of what it has read."""

    def __init__(self, read: list[Token]) -> None:
        self.tokens = read
        self.position = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.position]

    def ended(self) -> bool:
        return self.next.kind == "end"

    def take(self) -> Token:
        token = self.next
        if not self.ended():
            self.position += 1
        return token

    def is_at(self, kind: str, value: str) -> bool:
        return (self.next.kind, self.next.value) == (kind, value)

    def expect(self, kind: str, value: str, fix: str) -> Token:
        if not self.is_at(kind, value):
            found = self.next
            raise ExpressionProblem(f"expected `{value}`, found {found.shown()}", found.at, found.width, fix)
        return self.take()

    def expression(self, least: int) -> Expression:
        """Read an expression whose operators bind at least as tightly as `least`."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise _too_deep(self.next.at, self.next.width)
        left = self.operand(least)
        while (level := self.level()) >= least:
            if level <= AND:
                left = self.junction(left, level)
            elif level == COMPARISON:
                left = self.comparison(left)
            else:
                sign = cast("ArithmeticSign", self.take().value)
                left = Arithmetic(sign, left, self.expression(level + 1))
        self.depth -= 1
        return left

    def level(self) -> int:
        return _LEVELS.get((self.next.kind, str(self.next.value)), 0)

    def operand(self, least: int) -> Expression:
        token = self.take()
        if token.kind == "name":
            return self.column(token)
        if token.kind in {"number", "text"}:
            return Literal_(token.value)
        if token.kind == "word" and token.value in _CONSTANTS:
            return Literal_(_CONSTANTS[str(token.value)])
        if token.kind == "word" and token.value == "not":
            if least > NOT:
                fix = "put it in parentheses: `(not a)`"
                raise ExpressionProblem("`not` inside a comparison or a sum", token.at, token.width, fix)
            return Not(self.expression(NOT))
        if token.kind == "sign" and token.value == "-":
            return self.negative()
        if token.kind == "sign" and token.value == "(":
            inner = self.expression(OR)
            if self.is_at("sign", ","):
                fix = "a list stands only behind `in`"
                raise ExpressionProblem("a list where a value is needed", self.next.at, 1, fix)
            if not self.is_at("sign", ")"):
                raise _unclosed(token) if self.ended() else self.unexpected()
            self.take()
            self.not_called()
            return inner
        raise _no_operand(token)

    def column(self, token: Token) -> Column:
        name = str(token.value)
        if name in _STATEMENTS and self.next.kind in {"name", "number", "text"}:
            message = f"`{name}` is not in the language"
            raise ExpressionProblem(message, token.at, token.width, "write a condition on one record")
        if self.is_at("sign", "("):
            message = f"`{name}(` would be a call; there are none"
            fix = "compare and combine columns; compute anything else when the records are written"
            raise ExpressionProblem(message, token.at, token.width + 1, fix)
        return Column(name, token.at)

    def not_called(self) -> None:
        if self.is_at("sign", "("):
            message = "`(` behind `)` would be a call; there are none"
            raise ExpressionProblem(message, self.next.at, 1, "put `and`, `or` or a sign between")

    def negative(self) -> Expression:
        if self.next.kind == "number":
            value = self.take().value
            assert not isinstance(value, str)  # noqa: S101 -- the lexer's promise; for the type checker
            return Literal_(-value)
        return Negative(self.expression(SIGN))

    def junction(self, first: Expression, level: int) -> Junction:
        word = "and" if level == AND else "or"
        operands = [first]
        while self.is_at("word", word):
            self.take()
            operands.append(self.expression(level + 1))
        return Junction("and" if level == AND else "or", tuple(operands))

    def comparison(self, left: Expression) -> Expression:
        token = self.take()
        result = _COMPARERS[str(token.value)](self, left, token)
        if self.level() == COMPARISON:
            raise ExpressionProblem(
                "comparisons do not chain",
                self.next.at,
                self.next.width,
                "write `low <= a and a < high`, or `a between low and high`",
            )
        return result

    def compare(self, left: Expression, token: Token) -> Expression:
        right = self.expression(SUM)
        if Literal_(None) in (left, right):
            known = "is null" if token.value == "==" else "is not null"
            fix = f"write `{known}`"
            raise ExpressionProblem("nothing compares with null", token.at, token.width, fix)
        return Comparison(cast("ComparisonSign", token.value), left, right)

    def negated(self, left: Expression, token: Token) -> Expression:
        if self.is_at("word", "in"):
            self.take()
            return self.member(left, negated=True)
        if self.is_at("word", "between"):
            return Not(self.between(left, self.take()))
        fix = "behind a value, `not` is written `not in (...)` or `not between ... and ...`"
        raise ExpressionProblem(f"expected `in`, found {self.next.shown()}", token.at, token.width, fix)

    def within(self, left: Expression, _: Token) -> Expression:
        return self.member(left, negated=False)

    def member(self, left: Expression, *, negated: bool) -> Membership:
        self.expect("sign", "(", "list the values in parentheses: `in ('a', 'b')`")
        among = [self.constant()]
        while self.is_at("sign", ","):
            self.take()
            among.append(self.constant())
        self.expect("sign", ")", "values are separated by `,` and closed by `)`")
        return Membership(left, tuple(among), negated)

    def constant(self) -> Literal_:
        token = self.next
        value = self.operand(SIGN) if token.kind != "sign" or token.value == "-" else None
        if not isinstance(value, Literal_):
            fix = "numbers and texts, separated by `,`"
            message = f"expected a value of the list, found {token.shown()}"
            raise ExpressionProblem(message, token.at, token.width, fix)
        if value.value is None:
            fix = "add `or ... is null`"
            raise ExpressionProblem("null is in no list", token.at, token.width, fix)
        return value

    def nullness(self, left: Expression, _: Token) -> IsNull:
        negated = self.is_at("word", "not")
        if negated:
            self.take()
        self.expect("word", "null", "`is` only asks for null; compare with `==`")
        return IsNull(left, negated)

    def between(self, left: Expression, _: Token) -> Junction:
        low = self.expression(SUM)
        self.expect("word", "and", "write `a between low and high`")
        high = self.expression(SUM)
        return Junction("and", (Comparison(">=", left, low), Comparison("<=", left, high)))

    def unexpected(self) -> ExpressionProblem:
        token = self.next
        if token.value in _FOREIGN and token.kind == "name":
            fix = _FOREIGN[str(token.value)]
            return ExpressionProblem(f"`{token.value}` is not in the language", token.at, token.width, fix)
        if token.kind == "sign" and token.value == ")":
            return ExpressionProblem("a `)` that nothing opened", token.at, 1, "remove it, or open it before")
        fix = "put `and`, `or`, a comparison or a sign between"
        return ExpressionProblem(f"unexpected {token.shown()}", token.at, token.width, fix)


_CONSTANTS: Final = {"true": True, "false": False, "null": None}
_COMPARERS: Final[dict[str, Callable[[_Reader, Expression, Token], Expression]]] = {
    "in": _Reader.within,
    "not": _Reader.negated,
    "is": _Reader.nullness,
    "between": _Reader.between,
    **dict.fromkeys(_COMPARISONS, _Reader.compare),
}


def _no_operand(token: Token) -> ExpressionProblem:
    if token.kind == "end":
        message = "the expression ends where a value is needed"
        return ExpressionProblem(message, token.at, 1, "a column, a number, a text, true, false or null")
    fix = "a column, a number, a text, true, false or null"
    if token.kind == "word":
        fix += "; a column of that name is written in backticks"
    return ExpressionProblem(f"expected a value, found {token.shown()}", token.at, token.width, fix)


def _unclosed(opened: Token) -> ExpressionProblem:
    return ExpressionProblem("a `(` that nothing closes", opened.at, 1, "close it with `)`")


def _too_deep(at: int, width: int) -> ExpressionProblem:
    fix = "compute it when the records are written"
    return ExpressionProblem(f"nested more than {DEEPEST} deep", at, width, fix)


def _not_too_deep(tree: Expression, width: int) -> None:
    """Refuse a tree that is higher than the text is nested: 1 + 1 + 1 + ... leans to the left."""
    waiting: list[tuple[Any, int]] = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST:
            raise _too_deep(0, width)
        for part in fields(node):
            value = getattr(node, part.name)
            children = value if isinstance(value, tuple) else (value,)
            waiting.extend((child, depth + 1) for child in children if hasattr(child, "__dataclass_fields__"))
