"""What the ids of frameworks mean, and how well each framework was verified."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Framework:
    """A framework whose ids controls and risks name.

    Attributes
    ----------
    key : str
        What its ids begin with: `NIST-AI-RMF`, `ISO42001`, `OWASP-LLM`, `ATLAS`.
    name : str
        Its name for people.
    checked : str
        How its ids were verified.
    titles : mapping of str to str
        Whole id -> title, in the framework's order; not every id that it has.
    unsure : frozenset of str
        Whole ids whose title was written from memory.
    """

    key: str
    name: str
    checked: str
    titles: Mapping[str, str]
    unsure: frozenset[str]


@cache
def frameworks() -> tuple[Framework, ...]:
    """Return every framework that the library knows."""
    told = tomllib.loads((Path(__file__).parent / "frameworks.toml").read_text("utf-8"))
    return tuple(
        Framework(
            key,
            entry["name"],
            entry["checked"],
            {_whole(key, id_): title for id_, title in entry["ids"].items()},
            frozenset(_whole(key, id_) for id_ in entry.get("unsure", ())),
        )
        for key, entry in told.items()
    )


def title_of(reference: str) -> str | None:
    """Return what an id stands for, or None where the library does not know it.

    Examples
    --------
    >>> title_of("OWASP-LLM01:2026")
    'Prompt Injection'
    >>> title_of("OWASP-LLM01:2031") is None
    True
    """
    return next(
        (framework.titles[reference] for framework in frameworks() if reference in framework.titles), None
    )


def _whole(key: str, id_: str) -> str:
    return f"{key}{id_}" if key == "OWASP-LLM" else f"{key}:{id_}"
