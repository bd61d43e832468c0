"""A claim in the goal structuring notation (GSN): goal, strategy, solutions, and what they stand in.

Shapes and arrows as in the GSN Community Standard: a goal is a rectangle, a strategy a parallelogram, a
solution a circle, a context a rounded box, an assumption an oval with A and a justification one with J.
A filled arrow is *supported by*, an open one *in context of*. A diamond says that something is not developed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal, TypeAlias

from markupsafe import Markup

from holdfast.web.charts.svg import number, picture, text
from holdfast.web.charts.wrapping import width_of, wrapped

Kind: TypeAlias = Literal["goal", "strategy", "solution", "context", "assumption", "justification"]
BOX, SIDE, ROUND = 212.0, 156.0, 92.0
"""Widths of goals and strategies, of what stands beside them, and of the words in a solution."""
GAP, BETWEEN, DROP = 30.0, 14.0, 34.0
LINE, PAD, SKEW = 15.5, 10.0, 12.0
MARGIN = 2.0
MOST_LINES = {"goal": 7, "strategy": 6}
LETTER = {"assumption": "A", "justification": "J"}


@dataclass(frozen=True)
class Node:
    """One element of the argument.

    Attributes
    ----------
    label : str
        Its short name, set bold above its words; empty where it has none.
    words : str
        What it says; long texts are cut in the picture and whole in its title.
    note : str
        Its state in a word, below the words.
    css : str
        Class of the state: a colour, and a line's style.
    """

    kind: Kind
    label: str
    words: str
    note: str = ""
    css: str = ""


@dataclass(frozen=True)
class Structure:
    """A goal with what holds it up and what it stands in.

    Attributes
    ----------
    undeveloped : str
        What is said under the diamond where there is no solution.
    """

    goal: Node
    strategy: Node
    solutions: tuple[Node, ...]
    contexts: tuple[Node, ...]
    assumptions: tuple[Node, ...]
    undeveloped: str = "no evidence is named"


@dataclass(frozen=True)
class _Laid:
    """A node with its lines and its size; placed by its centre."""

    node: Node
    lines: tuple[tuple[str, str], ...]
    width: float
    height: float


def argument_picture(structure: Structure, *, title: str, description: str = "") -> Markup:
    """Return the picture of one claim: goal on top, evidence in the last row, nothing on anything else."""
    goal, strategy = _laid(structure.goal), _laid(structure.strategy)
    left, right = _column(structure.contexts), _column(structure.assumptions)
    last = [_laid(node) for node in structure.solutions]
    row = sum(node.width for node in last) + BETWEEN * max(len(last) - 1, 0)
    reach = [
        max(BOX / 2 + (GAP + max(node.width for node in side) if side else 0), row / 2)
        for side in (left, right)
    ]
    x = MARGIN + reach[0]
    second = MARGIN + goal.height + DROP
    stacks = [sum(node.height + BETWEEN for node in side) - BETWEEN for side in (left, right) if side]
    third = max([second + strategy.height, *(MARGIN + stack for stack in stacks)]) + DROP
    shapes = [_arrow((x, MARGIN + goal.height), (x, second), filled=True)]
    shapes += _beside(goal, x, left, -1) + _beside(goal, x, right, 1)
    shapes += [_drawn(goal, x, MARGIN + goal.height / 2), _drawn(strategy, x, second + strategy.height / 2)]
    below, from_ = _row(last, x - row / 2, third), (x, second + strategy.height)
    shapes += [_arrow(from_, _rim(from_, place, node.width / 2), filled=True) for node, place in below]
    shapes += [_drawn(node, place[0], place[1]) for node, place in below]
    if not last:
        shapes.append(_diamond(*from_, structure.undeveloped))
    bottom = max((place[1] + node.height / 2 for node, place in below), default=max(third, from_[1] + 44))
    size = (x + reach[1] + MARGIN, bottom + MARGIN)
    return picture(
        "".join(shapes), title=title, description=description, css="gsn", view_box=size, natural=True
    )


def _laid(node: Node) -> _Laid:
    room = {"goal": BOX - 2 * PAD, "strategy": BOX - 2 * (PAD + SKEW), "solution": ROUND}
    width = room.get(node.kind, SIDE - 2 * PAD)
    most = MOST_LINES.get(node.kind, 4)
    lines = [(line, "n") for line in wrapped(node.label, width, 2)] if node.label else []
    lines += [(line, "say") for line in wrapped(node.words, width, most)]
    lines += [(line, "q") for line in wrapped(node.note, width, 3)] if node.note else []
    high = len(lines) * LINE
    if node.kind in ("goal", "strategy"):
        return _Laid(node, tuple(lines), BOX, high + 2 * PAD)
    if node.kind == "context":
        return _Laid(node, tuple(lines), SIDE, high + 2 * PAD)
    corners = [(width_of(line) / 2 + 5, abs((i - len(lines) / 2) * LINE)) for i, (line, _) in _edges(lines)]
    if node.kind == "solution":
        across = 2 * max(40.0, *(math.hypot(*corner) for corner in corners))
        return _Laid(node, tuple(lines), across, across)
    tall = high / 2 + 15
    wide = max(SIDE / 2, *(a / math.sqrt(1 - (b / tall) ** 2) for a, b in corners))
    return _Laid(node, tuple(lines), 2 * wide, 2 * tall)


def _edges(lines: Sequence[tuple[str, str]]) -> list[tuple[int, tuple[str, str]]]:
    """Return each line with the numbers of its upper and of its lower edge."""
    return [(i + side, line) for i, line in enumerate(lines) for side in (0, 1)]


def _column(nodes: Sequence[Node]) -> list[_Laid]:
    return [_laid(node) for node in nodes]


def _row(nodes: Sequence[_Laid], left: float, top: float) -> list[tuple[_Laid, tuple[float, float]]]:
    high = max((node.height for node in nodes), default=0.0)
    placed = []
    for node in nodes:
        placed.append((node, (left + node.width / 2, top + high / 2)))
        left += node.width + BETWEEN
    return placed


def _rim(start: tuple[float, float], centre: tuple[float, float], radius: float) -> tuple[float, float]:
    """Return where a line to a circle's centre meets the circle."""
    share = 1 - radius / math.dist(start, centre)
    return start[0] + (centre[0] - start[0]) * share, start[1] + (centre[1] - start[1]) * share


def _beside(goal: _Laid, x: float, nodes: Sequence[_Laid], side: int) -> list[str]:
    """Return a column beside the goal, each with its open arrow; its edge towards the goal is straight."""
    shapes, top = [], MARGIN
    start = x + side * BOX / 2
    for node in nodes:
        middle = top + node.height / 2
        level = min(middle, MARGIN + goal.height - 12)
        shapes.append(_arrow((start, level), (start + side * GAP, middle), filled=False))
        shapes.append(_drawn(node, start + side * (GAP + node.width / 2), middle))
        top += node.height + BETWEEN
    return shapes


def _drawn(laid: _Laid, x: float, y: float) -> str:
    node, half, tall = laid.node, laid.width / 2, laid.height / 2
    left, top = number(x - half), number(y - tall)
    size = f'width="{number(laid.width)}" height="{number(laid.height)}"'
    match node.kind:
        case "goal":
            shape = f'<rect class="x" x="{left}" y="{top}" {size}/>'
        case "strategy":
            upper, lower = (x - half + SKEW, x + half), (x + half - SKEW, x - half)
            shape = _polygon([*((end, y - tall) for end in upper), *((end, y + tall) for end in lower)])
        case "context":
            shape = f'<rect class="x" x="{left}" y="{top}" {size} rx="{number(min(tall, 18))}"/>'
        case "solution":
            shape = f'<circle class="x" cx="{number(x)}" cy="{number(y)}" r="{number(half)}"/>'
        case _:
            shape = (
                f'<ellipse class="x" cx="{number(x)}" cy="{number(y)}" rx="{number(half)}" '
                f'ry="{number(tall)}"/>'
                + text(number(x + half * 0.82), number(y + tall - 1), LETTER[node.kind], "l", "middle")
            )
    first = y - len(laid.lines) * LINE / 2 + LINE - 4
    words = "".join(
        text(number(x), number(first + i * LINE), line, css, "middle")
        for i, (line, css) in enumerate(laid.lines)
    )
    told = ": ".join(part for part in (node.label, node.words) if part)
    told += f" ({node.note})" if node.note else ""
    css = f"{node.kind} {node.css}".strip()
    return f'<g class="{escape(css)}"><title>{escape(told)}</title>{shape}{words}</g>'


def _polygon(points: Sequence[tuple[float, float]]) -> str:
    listed = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return f'<polygon class="x" points="{listed}"/>'


def _arrow(start: tuple[float, float], end: tuple[float, float], *, filled: bool) -> str:
    """Return a line that ends in an arrow head: filled is *supported by*, open is *in context of*."""
    long = math.dist(start, end) or 1.0
    along = ((end[0] - start[0]) / long, (end[1] - start[1]) / long)
    neck = (end[0] - along[0] * 9, end[1] - along[1] * 9)
    sides = [(neck[0] + sign * along[1] * 4, neck[1] - sign * along[0] * 4) for sign in (1, -1)]
    line = (
        f'<line class="e" x1="{number(start[0])}" y1="{number(start[1])}" x2="{number(neck[0])}" '
        f'y2="{number(neck[1])}"/>'
    )
    listed = " ".join(f"{number(x)},{number(y)}" for x, y in (sides[0], end, sides[1]))
    return line + f'<polygon class="{"ef" if filled else "eo"}" points="{listed}"/>'


def _diamond(x: float, y: float, words: str) -> str:
    shape = _polygon([(x, y), (x + 9, y + 9), (x, y + 18), (x - 9, y + 9)])
    return f'<g class="bare">{shape}{text(number(x), number(y + 36), words, "q", "middle")}</g>'
