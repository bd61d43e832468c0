"""A calibration picture: what the scores promised against what happened, bin by bin."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from holdfast.web.charts.scale import tick_step, tick_text
from holdfast.web.charts.svg import number, picture, text

SIDE = 176.0
LEFT, TOP, RIGHT, BOTTOM = 44.0, 8.0, 12.0, 40.0


@dataclass(frozen=True)
class Point:
    """One bin: mean score and rate of the label with its interval, shares; n records."""

    score: float
    rate: float
    low: float
    high: float
    n: int


def reliability(points: Sequence[Point], *, title: str, description: str = "") -> Markup:
    """Return the diagram. The diagonal is perfect calibration; a bin whose whisker misses it is off.

    Both axes end at the same round figure above the data, so that rare events do not hide in a corner.
    Dots are larger where a bin has more records.
    """
    top = _top(points)
    shapes = [f'<rect class="f" x="{number(LEFT)}" y="{number(TOP)}" width="{SIDE:g}" height="{SIDE:g}"/>']
    shapes += _axes(top)
    shapes.append(
        f'<line class="d" x1="{number(LEFT)}" y1="{number(TOP + SIDE)}" '
        f'x2="{number(LEFT + SIDE)}" y2="{number(TOP)}"/>'
    )
    largest = max((point.n for point in points), default=1) or 1
    for point in points:
        x = number(LEFT + SIDE * min(point.score / top, 1.0))
        low, high = (number(_height(end, top)) for end in (point.low, point.high))
        radius = 2.5 + 2.5 * math.sqrt(point.n / largest)
        shapes.append(f'<line class="w" x1="{x}" x2="{x}" y1="{low}" y2="{high}"/>')
        shapes.append(
            f'<circle class="v" cx="{x}" cy="{number(_height(point.rate, top))}" r="{radius:.1f}"/>'
        )
    size = LEFT + SIDE + RIGHT, TOP + SIDE + BOTTOM
    return picture("".join(shapes), title=title, description=description, css="reliability", view_box=size)


def _top(points: Sequence[Point]) -> float:
    highest = max((max(point.score, point.rate) for point in points), default=1.0)
    if highest > 0.5 or highest <= 0:
        return 1.0
    step = tick_step(highest * 1.1, 5)
    return float(f"{math.ceil(highest * 1.1 / step) * step:.12g}")


def _height(share: float, top: float) -> float:
    return TOP + SIDE * (1 - min(max(share / top, 0.0), 1.0))


def _axes(top: float) -> list[str]:
    step = tick_step(top, 4)
    shapes = []
    for i in range(round(top / step) + 1):
        words = tick_text(i * step, step, "share")
        x, y = LEFT + SIDE * min(i * step / top, 1), _height(i * step, top)
        if y < TOP - 0.01 or i * step > top * 1.0001:
            continue
        shapes.append(
            f'<line class="g" x1="{number(LEFT)}" x2="{number(LEFT + SIDE)}" '
            f'y1="{number(y)}" y2="{number(y)}"/>'
        )
        shapes.append(text(number(LEFT - 6), number(y + 4), words.removesuffix(" %"), "k", "end"))
        shapes.append(text(number(x), number(TOP + SIDE + 16), words.removesuffix(" %"), "k", "middle"))
    shapes.append(text(number(LEFT + SIDE / 2), number(TOP + SIDE + 34), "mean score, %", "k", "middle"))
    middle = f"{number(12)} {number(TOP + SIDE / 2)}"
    shapes.append(
        f'<text class="k" text-anchor="middle" transform="translate({middle}) rotate(-90)">happened, %</text>'
    )
    return shapes
