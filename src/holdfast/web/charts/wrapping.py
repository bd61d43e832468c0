"""Text in pictures: how wide it will be, without asking a browser, and lines that fit a shape."""

from __future__ import annotations

import re
import unicodedata

SIZE = 12.0
"""The size of text in pictures, in their units."""
_NARROW, _WIDE = frozenset("iljtfr.,:;'|!()[]{}` I-/"), frozenset("mwMWQ@%&ÄÖÜ+=<>~")
MORE = "…"


def width_of(words: str) -> float:
    """Return the width of a text in units, rather too wide than too narrow: faces differ.

    Examples
    --------
    >>> width_of("ill") < width_of("www")
    True
    >>> width_of("") , width_of("漢") > width_of("n")
    (0.0, True)
    """
    return sum(map(_advance, words)) * SIZE / 12.0


def _advance(sign: str) -> float:
    if unicodedata.combining(sign):
        return 0.0
    if not sign.isascii() and unicodedata.east_asian_width(sign) in "WF":
        return 12.8
    if sign in _NARROW:
        return 4.6
    if sign in _WIDE or ord(sign) > 0x2FFF:
        return 11.6
    return 8.6 if sign.isupper() else 7.3


def wrapped(words: str, width: float, most: int) -> list[str]:
    """Return a text in at most `most` lines of a width; what does not fit ends in an ellipsis.

    Lines break at spaces, else after hyphens and the like, else anywhere.

    Examples
    --------
    >>> wrapped("paying tools need a person", 80.0, 3)
    ['paying tools', 'need a', 'person']
    >>> wrapped("cleared-cancers-live", 80.0, 3)
    ['cleared-', 'cancers-live']
    >>> wrapped("one two three four", 40.0, 2)
    ['one', 'two…']
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(words, width):
        grown = line + piece
        if line and width_of(grown.rstrip()) > width:
            lines.append(line.rstrip())
            grown = piece
        line = grown
    if line.strip():
        lines.append(line.rstrip())
    return lines if len(lines) <= most else [*lines[: most - 1], _cut(lines[most - 1], width)]


def _pieces(words: str, width: float) -> list[str]:
    pieces = re.findall(r"[^\s/_.-]*[/_.-]+|[^\s/_.-]+\s?|\s", " ".join(words.split()))
    return [part for piece in pieces for part in _broken(piece, width)]


def _broken(piece: str, width: float) -> list[str]:
    parts, part = [], ""
    for sign in piece:
        if part and width_of((part + sign).rstrip()) > width:
            parts.append(part)
            part = ""
        part += sign
    return [*parts, part]


def _cut(line: str, width: float) -> str:
    while line and width_of(line + MORE) > width:
        line = line[:-1]
    return line.rstrip() + MORE
