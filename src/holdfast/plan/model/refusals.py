"""How a typed value refuses what was written: with a code, in our own words."""

from __future__ import annotations

from dataclasses import replace

from pydantic_core import PydanticCustomError

from holdfast.kernel.errors import Problem
from holdfast.kernel.text import printable
from holdfast.plan.model.masking import masked

KIND = "holdfast"
"""The type of our own errors among pydantic's."""


def refuse(
    code: str,
    message: str,
    fix: str | None = None,
    *,
    at: int = 0,
    width: int | None = None,
    into: str | None = None,
) -> PydanticCustomError:
    """Return the error that a validator raises.

    `at` and `width` narrow it down within the scalar, `into` points at the value of that key.
    """
    told = {"code": code, "message": message, "fix": fix, "at": at, "width": width, "into": into}
    return PydanticCustomError(KIND, "{message}", told)


def presentable(problem: Problem) -> Problem:
    """Return a problem whose words are safe to be shown: on one line, without a secret."""
    fix = masked(printable(problem.fix)) if problem.fix else problem.fix
    return replace(problem, message=masked(printable(problem.message)), fix=fix)


def shown(value: object) -> str:
    """Return what was written, short enough for one line.

    Examples
    --------
    >>> shown("5 %"), shown([1, 2]), shown({})
    ('`5 %`', 'a list', 'a mapping')
    """
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    text = printable(str(value))
    return f"`{text if len(text) <= 60 else text[:57] + '...'}`"
