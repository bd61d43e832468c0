"""What each record of a source must be: rules over single columns, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Scalar: TypeAlias = str | int | float | bool | None
Keyword: TypeAlias = Literal[
    "type",
    "enum",
    "const",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "required",
    "additionalProperties",
]
"""What a rule asks, named as JSON Schema names it."""
FORMATS = ("date", "date-time", "email", "ipv4", "uuid")
"""The formats that an engine tells apart."""


@dataclass(frozen=True)
class Rule:
    """One thing that every record must keep.

    A null is a value that is not there: only `required` asks about it, unless it says that null will do.

    Attributes
    ----------
    column : str
        The column; empty for `additionalProperties`, which is about all others.
    keyword : str
    argument : tuple of values
        `type`: the types that are allowed; `enum` and `const`: the values; of the other keywords the one
        value; of `required` nothing, or null where the column must be there and may be null; of
        `additionalProperties` the columns that may be there.
    """

    column: str
    keyword: Keyword
    argument: tuple[Scalar, ...] = ()

    def __str__(self) -> str:
        """Return the rule in words, for messages and reports.

        Examples
        --------
        >>> print(Rule("age", "minimum", (0,)), Rule("team", "enum", ("a", "b")), sep="; ")
        `age`: minimum 0; `team`: one of 2 values
        """
        match self.keyword:
            case "required":
                return f"`{self.column}`: required"
            case "additionalProperties":
                return "no other columns"
            case "enum" | "const":
                n = len(self.argument)
                return f"`{self.column}`: " + (f"one of {n} values" if n > 1 else "the one value")
            case "type":
                return f"`{self.column}`: type {' or '.join(str(name) for name in self.argument)}"
            case _:
                said = str(self.argument[0])
                return f"`{self.column}`: {self.keyword} {said if len(said) <= 60 else said[:59] + '…'}"
