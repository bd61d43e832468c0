"""Looking into a foreign document: typed access that says where the document is not as it should be.

Misread                  a file cannot be imported
├── Absurd               it says what cannot be (HF306): a negative count, more hits than trials
└── Misfit               it has another shape than the tool's files have (HF307)
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from holdfast.kernel.canonical import LARGEST_EXACT
from holdfast.kernel.text import cut, printable


class Misread(Exception):
    """A file cannot be imported, and why; whoever opened the file adds which one it is, for users."""

    CODE: ClassVar[str]

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.message = printable(cut(message, 300))
        self.fix = printable(cut(fix, 300))


class Absurd(Misread):
    """The file says what cannot be."""

    CODE = "HF306"


class Misfit(Misread):
    """The file has another shape than the tool's files have."""

    CODE = "HF307"


@dataclass(frozen=True)
class Part:
    """A value of a document, with the way that leads to it.

    Examples
    --------
    >>> stats = Part({"stats": {"failures": 3}}).at("stats")
    >>> stats.at("failures").count(), str(stats.at("failures"))
    (3, 'stats.failures')
    """

    value: Any
    way: str = ""

    def __str__(self) -> str:
        return self.way or "the document"

    def find(self, *keys: str) -> Part | None:
        """Return what lies below, or None where it is missing or null."""
        part = self
        for key in keys:
            if not isinstance(part.value, Mapping) or part.value.get(key) is None:
                return None
            part = Part(part.value[key], f"{part.way}.{key}" if part.way else key)
        return part

    def at(self, *keys: str) -> Part:
        """Return what lies below.

        Raises
        ------
        Misfit
            It is missing.
        """
        part = self
        for key in keys:
            if not isinstance(part.value, Mapping):
                raise part.misfit("an object")
            if part.value.get(key) is None:
                raise Misfit(f"`{part.way + '.' if part.way else ''}{key}` is missing", ANOTHER)
            part = Part(part.value[key], f"{part.way}.{key}" if part.way else key)
        return part

    def items(self) -> Iterator[tuple[str, Part]]:
        """Yield the entries of an object."""
        if not isinstance(self.value, Mapping):
            raise self.misfit("an object")
        for key, value in self.value.items():
            yield str(key), Part(value, f"{self.way}.{cut(str(key), 60)}" if self.way else cut(str(key), 60))

    def each(self) -> Iterator[Part]:
        """Yield the items of a list."""
        if not isinstance(self.value, list):
            raise self.misfit("a list")
        for index, value in enumerate(self.value):
            yield Part(value, f"{self.way}[{index}]")

    def count(self) -> int:
        """Return a count.

        Raises
        ------
        Absurd
            It is negative, a fraction, not finite, or larger than any count.
        Misfit
            It is no number.
        """
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.misfit("a count")
        if not 0 <= self.value <= MOST or self.value != int(self.value):  # false for NaN and infinity, too
            raise Absurd(
                f"`{self}` is {cut(str(self.value), 40)}", "a count is a whole number that is not negative"
            )
        return int(self.value)

    def number(self) -> float:
        """Return a number, which may be NaN or infinite: a tool may have had nothing to measure."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.misfit("a number")
        try:
            return float(self.value)
        except OverflowError:
            return math.inf if self.value > 0 else -math.inf

    def text(self) -> str:
        """Return text."""
        if not isinstance(self.value, str):
            raise self.misfit("text")
        return self.value

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            raise self.misfit("true or false")
        return self.value

    def misfit(self, expected: str) -> Misfit:
        """Return the error of a value that is something else than expected."""
        return Misfit(f"`{self}` is {kind_of(self.value)}, not {expected}", ANOTHER)


MOST = LARGEST_EXACT
ANOTHER = "is it a file of another tool, or of another version? See docs/importers.md"


def kind_of(value: object) -> str:
    """Return what a value of a document is, in words.

    Examples
    --------
    >>> kind_of([]), kind_of(None), kind_of(True)
    ('a list', 'null', 'true')
    """
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return "text" if isinstance(value, str) else "a number"


def moment(value: object) -> datetime | None:
    """Return when something was, aware UTC, from ISO text or seconds since 1970; None where it says nothing.

    Time without a zone is taken as UTC.

    Examples
    --------
    >>> moment("2026-11-21T10:00:00+01:00"), moment("yesterday"), moment(0)
    (datetime.datetime(2026, 11, 21, 9, 0, tzinfo=datetime.timezone.utc), None, \
datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))
    """
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None
