"""What may be said outside before anything is certain, for each failure mode; read once, as data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Guidance:
    """What people outside may have seen, what they can do, and tags for tickets."""

    seen: str
    do: str
    tags: tuple[str, ...]


@cache
def all_guidance() -> dict[str, Guidance]:
    """Return the guidance for every failure mode."""
    data = tomllib.loads((Path(__file__).parent / "guidance.toml").read_text("utf-8"))
    return {mode: Guidance(told["seen"], told["do"], tuple(told["tags"])) for mode, told in data.items()}


def guidance_for(mode: str | None) -> Guidance:
    """Return the guidance for a failure mode; where it is not known, one that promises nothing.

    Examples
    --------
    >>> guidance_for("hallucination").seen
    'Some answers may have contained statements that are not true.'
    >>> guidance_for(None) == guidance_for("weather")
    True
    """
    every = all_guidance()
    return every.get(mode or UNKNOWN, every[UNKNOWN])
