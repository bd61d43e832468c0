r"""An update as plain text: paragraphs under headings that end with a colon, and back into parts. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 20_000
"""Characters: more is no update."""
NOT_TO_SAY = "Do not say"
NOT_TO_DO = "Do not"
NOT_SAID = (NOT_TO_SAY, NOT_TO_DO)
"""Headings under which words are quoted, not said."""
_HEADING = re.compile(r"([^\s:-][^:\n]{0,58}):")


@dataclass(frozen=True)
class Part:
    """A heading and what stands under it; `start` is where its text begins in the whole."""

    heading: str
    text: str
    start: int


def joined(parts: Iterable[tuple[str, Iterable[str]]]) -> str:
    """Return headings with their lines as one text; a heading without a line is left out.

    Examples
    --------
    >>> print(joined([("Status", ["Contained since 11:02 UTC.", "Watched."]), ("Asks", [])]))
    Status:
    - Contained since 11:02 UTC.
    - Watched.
    """
    told = ((heading, [_one_line(line) for line in lines if line.strip()]) for heading, lines in parts)
    return "\n\n".join(
        "\n".join([f"{heading}:", *(f"- {line}" for line in lines)]) for heading, lines in told if lines
    )


def parts_of(text: str) -> list[Part]:
    r"""Return the parts of a text; what stands before the first heading has none.

    Examples
    --------
    >>> [(part.heading, part.text) for part in parts_of("Hello\n\nStatus:\n- Contained.\n")]
    [('', 'Hello'), ('Status', '- Contained.')]
    """
    found: list[Part] = []
    heading, body, start, at = "", "", 0, 0
    for line in text.splitlines(keepends=True):
        matched = _HEADING.fullmatch(line.rstrip())
        at += len(line)
        if matched:
            _keep(found, heading, body, start)
            heading, body, start = matched[1], "", at
        else:
            body += line
    _keep(found, heading, body, start)
    return found


def _keep(found: list[Part], heading: str, body: str, start: int) -> None:
    if heading or body.strip():
        found.append(Part(heading, body.strip(), start + len(body) - len(body.lstrip())))


def _one_line(text: str) -> str:
    """Return words on one line: a line of theirs that ends with a colon must not become a heading."""
    return " ".join(text.split())
