"""`# holdfast: ignore[HF103] because ...`: where such comments stand, and which line each speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.kernel.errors import Place
from holdfast.plan.model.tree import MapNode, Scalar, SourceFile, scalars

_SAYS = re.compile(
    r"(?<![`'\"])#[ \t]*holdfast:[ \t]*ignore[ \t]*(?:\[(?P<codes>[^\]]*)\])?(?P<rest>.*)", re.IGNORECASE
)
_REASON = re.compile(r"[ \t,:;\u2013-]*because[ \t:]+(?P<because>\S.*)", re.IGNORECASE)
_HASH = re.compile(r"(?:^|(?<=[ \t]))#")

Span = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class IgnoreComment:
    """A comment that asks for findings to be ignored.

    Attributes
    ----------
    codes : tuple of str
        As they are written; empty where there are none.
    because : str
        Empty where no reason is given.
    place : Place
        The comment itself.
    line : int
        The line that it speaks of: its own, or the next one that is no comment.
    """

    codes: tuple[str, ...]
    because: str
    place: Place
    line: int


def ignore_comments(tree: MapNode) -> Iterator[IgnoreComment]:
    """Yield every such comment in a plan's files; the phrase within a text is none."""
    files: dict[str, SourceFile] = {}
    texts: dict[tuple[str, int], list[Span]] = {}
    for scalar in scalars(tree):
        file = scalar.mark.file
        files.setdefault(file.name, file)
        span = _span(scalar)
        for covered in range(span[0][0], span[1][0] + 1):
            texts.setdefault((file.name, covered), []).append(span)
    for name, file in files.items():
        for number, line in enumerate(file.lines, start=1):
            if "holdfast:" not in line.casefold() or "#" not in line:
                continue
            start = _comment(line, number, texts.get((name, number), []))
            found = _SAYS.search(line, start) if start is not None else None
            if found is not None:
                own = not line[: start or 0].strip()
                yield _read(file, number, found, _below(file.lines, number) if own else number)


def _span(scalar: Scalar) -> Span:
    mark = scalar.mark
    end = scalar.end or (mark.line, mark.column + mark.width)
    block = not scalar.plain and mark.file.lines[mark.line - 1][mark.column - 1 : mark.column] in {"|", ">"}
    # the text of a block starts below its sign; what follows the sign is a comment
    return ((mark.line + 1, 1) if block else (mark.line, mark.column)), end


def _comment(line: str, number: int, texts: list[Span]) -> int | None:
    """Return the offset at which a line's comment starts; None where it has none."""
    for found in _HASH.finditer(line):
        here = number, found.start() + 1
        if not any(start <= here < end for start, end in texts):
            return found.start()
    return None


def _below(lines: tuple[str, ...], number: int) -> int:
    """Return the first line below a comment that is no comment."""
    while number < len(lines) and lines[number].lstrip().startswith("#"):
        number += 1
    return number + 1


def _read(file: SourceFile, number: int, found: re.Match[str], line: int) -> IgnoreComment:
    codes = tuple(code.strip().upper() for code in (found["codes"] or "").split(",") if code.strip())
    reason = _REASON.match(found["rest"])
    place = Place(file.name, number, found.start() + 1, file.lines[number - 1], len(found[0].rstrip()))
    return IgnoreComment(codes, reason["because"].strip() if reason else "", place, line)
