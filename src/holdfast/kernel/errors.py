"""Errors as people read them: what happened, where, what was expected and what to do.

HoldfastError             anything that Holdfast refuses, with one or more problems
├── InputError            the user's input is wrong: exit code 3
│   ├── PlanError         the plan (HF1xx lint, HF2xx format)
│   ├── DataError         the records (HF113, HF3xx)
│   └── UsageError        the command line and settings (HF5xx)
├── LedgerError           the ledger cannot be opened, written or trusted (HF4xx): exit code 3
└── ConflictError         somebody appended to the stream first; load again and decide again (HF407)

Every code that a problem may carry is listed, with its meaning, in `holdfast.kernel.codes`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from holdfast.kernel.canonical import Json


@dataclass(frozen=True)
class Place:
    """Where a problem is, as a compiler names it.

    Attributes
    ----------
    file : str
        The path as the user gave it.
    line, column : int
        1-based; 0 where the problem is the file as a whole.
    text : str
        The source line, without its line end; empty where there is none to show.
    width : int
        How many characters from `column` on offend.
    """

    file: str
    line: int = 0
    column: int = 0
    text: str = ""
    width: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Attributes
    ----------
    code : str
        A code of `holdfast.kernel.codes.CODES`, such as `HF202`.
    message : str
        What is wrong, in one line.
    place : Place or None
        Where.
    fix : str or None
        What was expected or what to do: "did you mean `toxicity`?".
    """

    code: str
    message: str
    place: Place | None = None
    fix: str | None = None

    def render(self, level: str = "error") -> str:
        """Return the problem as the terminal shows it: at most three lines.

        Examples
        --------
        >>> print(Problem("HF202", "unknown key `metrc`", Place("plan.yaml", 3, 4, "  {metrc: x}", 5),
        ...               "did you mean `metric`?").render())
        error[HF202]: unknown key `metrc`
          plan.yaml:3:4     {metrc: x}
                             ^^^^^ did you mean `metric`?
        >>> print(Problem("HF301", "no file matches `a.parquet`", fix="make the data first").render())
        error[HF301]: no file matches `a.parquet`: make the data first
        """
        head = f"{level}[{self.code}]: {self.message}"
        if self.place is None or not self.place.text:
            where = f"\n  {self.place}" if self.place is not None else ""
            return head + (f": {self.fix}" if self.fix else "") + where
        prefix = f"  {self.place}   "
        text, start = _window(self.place.text, self.place.column - 1)
        marks = "^" * max(1, min(self.place.width, len(text) - start))
        return f"{head}\n{prefix}{text}\n{' ' * (len(prefix) + start)}{marks} {self.fix or ''}".rstrip()


def _window(text: str, start: int, width: int = 120) -> tuple[str, int]:
    """Cut a long source line around the offending column; return it with the column's new offset."""
    text = text.replace("\t", " ")
    if len(text) <= width:
        return text, max(0, min(start, len(text)))
    begin = max(0, start - width // 3)
    cut = text[begin : begin + width]
    lead = "..." if begin else ""
    return lead + cut, start - begin + len(lead)


@dataclass(eq=False)
class HoldfastError(Exception):
    """Something that Holdfast refuses, with every problem it found."""

    problems: Sequence[Problem]
    exit_code: int = field(default=3, init=False)

    def __post_init__(self) -> None:
        super().__init__(str(self))

    def __str__(self) -> str:
        return "\n".join(problem.render() for problem in self.problems)

    @classmethod
    def of(cls, code: str, message: str, *, place: Place | None = None, fix: str | None = None) -> Self:
        """Return an error with a single problem."""
        return cls([Problem(code, message, place, fix)])


class InputError(HoldfastError):
    """The user's input is wrong."""


class PlanError(InputError):
    """The plan is wrong."""


class DataError(InputError):
    """The records are wrong, or not there."""


class UsageError(InputError):
    """The command line or a setting is wrong."""


class LedgerError(HoldfastError):
    """The ledger cannot be opened, written or trusted."""


@dataclass(eq=False)
class ConflictError(HoldfastError):
    """Somebody else appended to the stream first: load it again and decide again.

    Attributes
    ----------
    more : dict
        What both sides wrote, for whoever must decide between them: JSON.
    """

    more: dict[str, Json] = field(default_factory=dict, init=False)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known name nearest to a misspelt one, or None where nothing is near.

    Examples
    --------
    >>> nearest("toxicty", ["language", "toxicity"])
    'toxicity'
    >>> nearest("zzz", ["language"]) is None
    True
    """
    names = sorted(set(known))
    folded = {name.casefold(): name for name in names}
    if word.casefold() in folded:
        return folded[word.casefold()]
    found = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str], *, otherwise: str = "expected one of") -> str:
    """Return the advice for an unknown name: the nearest one, else the first of the names that are known.

    Examples
    --------
    >>> did_you_mean("metrc", ["metric", "data"])
    'did you mean `metric`?'
    >>> did_you_mean("q", ["metric", "data"])
    'expected one of: data, metric'
    """
    names = sorted(set(known))
    near = nearest(word, names)
    if near is not None:
        return f"did you mean `{near}`?"
    shown = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
    return f"{otherwise}: {shown}" if names else "there is none to choose from"
