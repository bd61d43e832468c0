"""Categories of harm and stakeholders, each with the questions that find the risks of a system."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Harm:
    """A category of harm.

    Attributes
    ----------
    category : str
        As a plan names it: `privacy`.
    means : str
        What it is, in a few words.
    questions : tuple of str
        What to ask of a system to find the risks of this category.
    for_example : str
        A risk that is concrete enough: what goes wrong, for whom, and what it does to them.
    look_at : tuple of str
        Controls of the library to look at first: one to prevent, one to detect, one to respond.
    """

    category: str
    means: str
    questions: tuple[str, ...]
    for_example: str
    look_at: tuple[str, ...]


@dataclass(frozen=True)
class Stakeholder:
    """Somebody who may bear a harm, with what to ask on their behalf."""

    who: str
    questions: tuple[str, ...]


@cache
def harms() -> tuple[Harm, ...]:
    """Return every category of harm, in the order of the plan's format.

    Examples
    --------
    >>> [harm.category for harm in harms()][:3]
    ['safety', 'bias', 'privacy']
    """
    return tuple(
        Harm(category, told["means"], tuple(told["questions"]), told["for_example"], tuple(told["look_at"]))
        for category, told in _told()["harms"].items()
    )


@cache
def stakeholders() -> tuple[Stakeholder, ...]:
    """Return those who may bear a harm."""
    return tuple(Stakeholder(who, tuple(told["questions"])) for who, told in _told()["stakeholders"].items())


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "harms.toml").read_text("utf-8"))
