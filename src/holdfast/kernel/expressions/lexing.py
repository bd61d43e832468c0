"""Text to tokens: what an expression may be written with, and advice about what it may not."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["name", "word", "number", "text", "sign", "end"]

LONGEST = 2_000
"""Characters of an expression."""
LARGEST_INTEGER = 2**63 - 1
WORDS = frozenset({"and", "or", "not", "in", "is", "null", "true", "false", "between"})
"""What is no column unless it stands in backticks."""


class ExpressionProblem(Exception):
    """Why an expression is refused.

    Attributes
    ----------
    message : str
        What is wrong, in one line.
    at, width : int
        Which characters offend: 0-based offset into the text, and how many.
    fix : str or None
        What to write instead.
    """

    def __init__(self, message: str, at: int, width: int = 1, fix: str | None = None) -> None:
        super().__init__(f"{message} (at character {at + 1})")
        self.message = message
        self.at = at
        self.width = max(1, width)
        self.fix = fix


@dataclass(frozen=True)
class Token:
    """A piece of the text.

    Attributes
    ----------
    kind : str
        Column name, word of the language, number, text, sign, or the end.
    value : str, int, float
        What it stands for: a name without its backticks, text without its quotes.
    at, width : int
        Where it stands.
    """

    kind: Kind
    value: str | int | float
    at: int
    width: int

    def shown(self) -> str:
        """Return the token as messages name it."""
        if self.kind == "end":
            return "the end"
        if self.kind == "text":
            return "a text"
        return f"`{self.value}`"


_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\r\n]+)
    | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?%?)
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<quoted>`(?:[^`]|``)*`)
    | (?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")
    | (?P<refused>===|!==|<>|=>|=<|:=|&&|\|\||\*\*|//|/\*|--|->|\+\+)
    | (?P<sign>==|!=|<=|>=|<|>|\+|-|\*|/|\(|\)|,)
    """,
    re.VERBOSE,
)

_REFUSED = {
    "===": ("`===` is not in the language", "write `==`"),
    "!==": ("`!==` is not in the language", "write `!=`"),
    "<>": ("`<>` is not in the language", "write `!=`"),
    "=>": ("`=>` is not in the language", "write `>=`"),
    "=<": ("`=<` is not in the language", "write `<=`"),
    ":=": ("an expression assigns nothing", "write `==` to compare"),
    "&&": ("`&&` is not in the language", "write `and`"),
    "||": ("`||` is not in the language", "write `or`"),
    "&": ("`&` is not in the language", "write `and`"),
    "|": ("`|` is not in the language", "write `or`"),
    "!": ("`!` is not in the language", "write `not`, or `!=` to compare"),
    "~": ("`~` is not in the language", "write `not`"),
    "=": ("a single `=` is not in the language", "write `==` to compare"),
    "**": ("there are no powers", "multiply"),
    "^": ("there are no powers", "multiply"),
    "//": ("there is no whole-number division", "divide with `/`"),
    "%": ("there is no remainder", "a percentage is written without a space: `0.5%`"),
    "/*": ("an expression has no comments", "write them beside it, in the plan"),
    "--": ("an expression has no comments", "to subtract a negative number, leave a space: `a - -1`"),
    "#": ("an expression has no comments", "write them beside it, in the plan"),
    "->": ("`->` is not in the language", "an expression has no functions and no JSON paths"),
    "++": ("`++` is not in the language", "add with `+`"),
    ";": ("an expression is one condition, without `;`", "combine conditions with `and`"),
    "[": ("there are no subscripts", "a list is written `in ('a', 'b')`, an odd column name in backticks"),
    "]": ("there are no subscripts", "a list is written `in ('a', 'b')`"),
    "{": ("there are no sets and no placeholders", "a list is written `in ('a', 'b')`"),
    "}": ("there are no sets and no placeholders", "a list is written `in ('a', 'b')`"),
    ".": ("there are no attributes", "a column whose name has a dot is written in backticks: `a.b`"),
    ":": ("`:` is not in the language", "a text or a time is written in quotes"),
    "@": ("`@` is not in the language", "name columns only; an odd name is written in backticks"),
    "$": ("`$` is not in the language", "name columns only; an odd name is written in backticks"),
    "?": ("`?` is not in the language", "there are no placeholders and no choices"),
    "\\": ("`\\` is not in the language", "a quote inside a text is doubled: 'it''s'"),
    "≤": ("`≤` is not in the language", "write `<=`"),
    "≥": ("`≥` is not in the language", "write `>=`"),
    "≠": ("`≠` is not in the language", "write `!=`"),
    "×": ("`×` is not in the language", "write `*`"),
    "÷": ("`÷` is not in the language", "write `/`"),
    "−": ("`−` is not a minus sign", "write `-`"),
    "–": ("`–` is not a minus sign", "write `-`"),
}
_CURLY = "‘’‚‛“”„‟«»"


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of an expression, the end last.

    Raises
    ------
    ExpressionProblem
        On anything that is not in the language.
    """
    if len(text) > LONGEST:
        raise ExpressionProblem(
            f"an expression of {len(text):,} characters", LONGEST, 1, f"at most {LONGEST:,} are read"
        )
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _stranger(text, at)
        kind, part = str(found.lastgroup), found.group()
        if kind == "refused":
            message, fix = _REFUSED[part]
            raise ExpressionProblem(message, at, len(part), fix)
        if kind != "space":
            yield _token(kind, part, text, at)
        at = found.end()
    yield Token("end", "", len(text), 1)


def _token(kind: str, part: str, text: str, at: int) -> Token:
    end = at + len(part)
    if kind == "number":
        return Token("number", _number(part, text, at), at, len(part))
    if kind == "name":
        return _name(part, text, at)
    if kind == "sign":
        return Token("sign", part, at, len(part))
    quote = part[0]
    inside = part[1:-1].replace(quote * 2, quote)
    _printable(inside, at, len(part))
    if text[end : end + 1].isalnum():
        message = "something follows the closing quote"
        raise ExpressionProblem(message, end, 1, "a quote inside is doubled: 'it''s'")
    if kind == "quoted":
        if not inside.strip():
            raise ExpressionProblem("an empty column name", at, len(part), "write the name in the backticks")
        return Token("name", inside, at, len(part))
    return Token("text", inside, at, len(part))


def _printable(inside: str, at: int, width: int) -> None:
    for character in inside:
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in "\t\n\r":
            message = f"the character U+{ord(character):04X} is not readable text"
            raise ExpressionProblem(message, at, width, "remove it")


def _name(part: str, text: str, at: int) -> Token:
    follows = text[at + len(part) : at + len(part) + 1]
    if follows == ".":
        fix = "a column whose name has a dot is written in backticks: `a.b`"
        raise ExpressionProblem(f"`{part}.` would be an attribute; there are none", at, len(part) + 1, fix)
    if follows in {"'", '"'} and follows:
        message = f"`{part}` stands right before a quote: there are no formatted texts"
        raise ExpressionProblem(message, at, len(part) + 1, "write the text in plain quotes")
    if part in WORDS:
        return Token("word", part, at, len(part))
    if part.lower() in WORDS or part == "None":
        lower = "null" if part == "None" else part.lower()
        fix = f"write `{lower}`; a column of that name is written in backticks"
        raise ExpressionProblem(f"`{part}` is not in the language", at, len(part), fix)
    if part.startswith("__"):
        fix = "a column of that name is written in backticks"
        raise ExpressionProblem(f"`{part}` is not in the language", at, len(part), fix)
    return Token("name", part, at, len(part))


def _number(part: str, text: str, at: int) -> float | int:
    follows = text[at + len(part) : at + len(part) + 1]
    if follows and (follows.isalnum() or follows in "_.%"):
        fix = "digits, one point, an exponent or a percent sign: 1000, 1e-3, 0.5%"
        raise ExpressionProblem(f"`{part}{follows}` is no number", at, len(part) + 1, fix)
    if part.isdecimal():
        whole = int(part)
        if whole > LARGEST_INTEGER:
            raise ExpressionProblem("a whole number of more than 64 bits", at, len(part), "write it as 1e20")
        return whole
    digits, _, exponent = part.rstrip("%").lower().partition("e")
    shift = int(exponent or "0") - (2 if part.endswith("%") else 0)
    value = float(f"{digits}e{shift}")
    if not math.isfinite(value):
        raise ExpressionProblem(f"`{part}` is too large", at, len(part), "numbers end near 1.8e308")
    return value


def _stranger(text: str, at: int) -> ExpressionProblem:
    character = text[at]
    if character in _REFUSED:
        message, fix = _REFUSED[character]
        return ExpressionProblem(message, at, 1, fix)
    if character in "'\"":
        fix = "a quote inside a text is doubled: 'it''s'"
        return ExpressionProblem("a text without its closing quote", at, len(text) - at, fix)
    if character == "`":
        fix = "write a backtick behind the name"
        return ExpressionProblem("a column name without its closing backtick", at, len(text) - at, fix)
    if character in _CURLY:
        return ExpressionProblem(f"`{character}` is a printer's quote", at, 1, "write straight quotes: 'a'")
    if character.isalnum():
        message = f"`{character}` is not in the language"
        fix = "a column name with letters beyond a-z is written in backticks"
        return ExpressionProblem(message, at, 1, fix)
    if unicodedata.category(character)[0] in "CZM":
        message = f"the invisible character U+{ord(character):04X} is not in the language"
        return ExpressionProblem(message, at, 1, "replace it by a space")
    return ExpressionProblem(
        f"`{character}` is not in the language", at, 1, "docs/expressions.md shows all of it"
    )
