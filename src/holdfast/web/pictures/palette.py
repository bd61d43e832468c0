"""The page's colours for a chart library that wants them as figures; tokens.css is where they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias

Face: TypeAlias = Literal["light", "dark"]
Token: TypeAlias = Literal[
    "paper", "soft", "zone", "line", "edge", "ink", "muted", "accent", "pass", "inconclusive", "fail"
]
_COLOUR = re.compile(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
_FACE = re.compile(r"--face: ([^;]+);")


@cache
def palette(face: Face) -> Mapping[str, str]:
    """Return every colour of tokens.css, by the token's name without dashes in front.

    Examples
    --------
    >>> palette("light")["paper"], palette("dark")["paper"]
    ('#ffffff', '#15181b')
    """
    place = 1 if face == "light" else 2
    return {found[1]: found[place + 1] for found in _COLOUR.finditer(_tokens())}


def faces() -> str:
    """Return the fonts that pages are set in."""
    found = _FACE.search(_tokens())
    assert found is not None  # noqa: S101 -- the file is ours, and a test reads it
    return found[1]


@cache
def _tokens() -> str:
    return files("holdfast.web").joinpath("tokens.css").read_text(encoding="utf-8")


def with_tokens(svg: str) -> str:
    """Return an SVG in the light colours with each as its token, so that it follows the page around it.

    Examples
    --------
    >>> with_tokens('<path fill="#2450a4"/>')
    '<path fill="var(--accent)"/>'
    """
    names: dict[str, str] = {}
    for name, colour in palette("light").items():
        names.setdefault(colour, name)
    return re.sub(r"#[0-9a-f]{6}", lambda found: _variable(found[0], names), svg)


def _variable(colour: str, names: Mapping[str, str]) -> str:
    return f"var(--{names[colour]})" if colour in names else colour
