"""A figure with its interval against its threshold: one row of a forest plot, and the axis above the rows."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

from markupsafe import Markup

from holdfast.kernel.figures import Unit
from holdfast.web.charts.scale import Scale, tick_step, tick_text
from holdfast.web.charts.svg import number, picture, text

Span: TypeAlias = tuple[float, float]
Tone: TypeAlias = Literal["pass", "inconclusive", "fail", "none"]
CROWDED = 14.0
"""So near to the threshold, in percent of the width, a tick is left without words."""


def better_side(sign: str) -> int:
    """Return 1 where a requirement wants high figures, -1 where it wants low ones.

    Examples
    --------
    >>> better_side(">="), better_side("<")
    (1, -1)
    """
    return 1 if sign.startswith(">") else -1


def interval_mark(
    scale: Scale,
    *,
    title: str,
    value: float | None = None,
    inner: Span | None = None,
    outer: Span | None = None,
    threshold: float | None = None,
    sign: str | None = None,
    tone: Tone = "none",
    by_point: bool = False,
) -> Markup:
    """Return one row: the zone where the requirement is met, its threshold, the intervals and the value.

    The thick line is the interval that can pass, the thin one the wider interval that can fail; they are one
    where nothing was corrected. An end that lies off the scale becomes an arrow.

    Parameters
    ----------
    by_point : bool
        Whether the bare value is judged: the interval is then only shown, as a broken line.
    """
    shapes = []
    if threshold is not None and sign is not None:
        shapes.append(_zone(scale, threshold, sign))
    if outer is not None and outer != inner:
        shapes.append(_line(scale, outer, "o"))
    if inner is not None:
        shapes.append(_line(scale, inner, "i p" if by_point else "i"))
    shapes += _arrows(scale, outer or inner)
    if value is not None and math.isfinite(value) and not scale.beyond(value):
        shapes.append(f'<circle class="v" cx="{number(scale.place(value))}%" cy="12" r="4"/>')
    return picture("".join(shapes), title=title, css=f"mark {tone}")


def interval_axis(
    scale: Scale, unit: Unit, *, title: str, threshold: float | None = None, requirement: str = ""
) -> Markup:
    """Return the axis above rows that share a scale: round figures, and the threshold over its line."""
    step = tick_step(abs(scale.high - scale.low), 4)
    shapes = []
    for tick in scale.ticks(4):
        place = scale.place(tick)
        shapes.append(f'<line class="k" x1="{number(place)}%" x2="{number(place)}%" y1="34" y2="40"/>')
        # the threshold's line runs through this row of words and has words of its own
        if threshold is None or abs(place - scale.place(threshold)) > CROWDED:
            shapes.append(text(f"{number(place)}%", "30", tick_text(tick, step, unit), "k", _anchor(place)))
    if threshold is not None:
        place = scale.place(threshold)
        shapes.append(f'<line class="t" x1="{number(place)}%" x2="{number(place)}%" y1="17" y2="40"/>')
        shapes.append(text(f"{number(place)}%", "12", requirement, "r", _anchor(place)))
    return picture("".join(shapes), title=title, css="axis")


def _zone(scale: Scale, threshold: float, sign: str) -> str:
    place = scale.place(threshold)
    rightwards = better_side(sign) * (1 if scale.high > scale.low else -1) > 0
    left, right = (place, 100.0) if rightwards else (0.0, place)
    return (
        f'<rect class="z" x="{number(left)}%" width="{number(right - left)}%" height="24"/>'
        f'<line class="t" x1="{number(place)}%" x2="{number(place)}%" y1="0" y2="24"/>'
    )


def _line(scale: Scale, ends: Span, css: str) -> str:
    first, last = sorted(scale.place(end) for end in ends)
    return f'<line class="{css}" x1="{number(first)}%" x2="{number(last)}%" y1="12" y2="12"/>'


def _arrows(scale: Scale, ends: Span | None) -> list[str]:
    sides = {scale.beyond(end) for end in ends or ()}
    signs = {-1: '<path class="a" d="M-2 7l-6 5 6 5"/>', 1: '<path class="a" d="M2 7l6 5-6 5"/>'}
    places = {-1: "0%", 1: "100%"}
    return [f'<svg x="{places[side]}" class="u">{signs[side]}</svg>' for side in (-1, 1) if side in sides]


def _anchor(place: float) -> str:
    return "start" if place < 12 else "end" if place > 88 else "middle"
