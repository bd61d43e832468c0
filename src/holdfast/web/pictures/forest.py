"""Subgroups under each other, each with its interval: a forest plot."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from holdfast.kernel.figures import Unit, count, figure, span
from holdfast.kernel.verdict import Verdict
from holdfast.web.pictures.picture import WIDTH, Chart, Picture, blank, data, haloed

SHAPES: Mapping[str, str] = {
    "pass": "circle",
    "inconclusive": "diamond",
    "fail": "square",
    "listed": "stroke",
}
"""A verdict is a word, a shape and a colour; never a colour alone."""
MOST = 60
"""Rows that are drawn; the rest stands in the table."""


@dataclass(frozen=True)
class Row:
    """One subgroup.

    Attributes
    ----------
    label : str
    value, low, high : float or None
        The figure and its interval; None without evidence.
    n : float
    verdict : Verdict or None
        None where it is not judged on its own.
    whole : bool
        Whether it is all records, which the others are compared with.
    """

    label: str
    value: float | None
    low: float | None
    high: float | None
    n: float
    verdict: Verdict | None = None
    whole: bool = False


@dataclass(frozen=True)
class Forest:
    """What the picture is drawn from.

    Attributes
    ----------
    threshold : float or None
        With `requirement`, such as ">= 95 %".
    """

    title: str
    words: str
    rows: tuple[Row, ...]
    unit: Unit = "share"
    threshold: float | None = None
    requirement: str = ""


def forest(told: Forest) -> Picture:
    """Return the picture of subgroups with their intervals.

    Examples
    --------
    >>> told = Forest("Recall", "Lower in German.", (Row("de", 0.81, 0.74, 0.87, 212),))
    >>> forest(told).rows
    (('de', '81.0 %', '[74.0, 87.0]', '212', ''),)
    """
    columns = ("subgroup", "value", "interval", "n", "verdict")
    rows = tuple(
        (
            row.label,
            figure(row.value, told.unit),
            "" if row.low is None or row.high is None else span(row.low, row.high, told.unit),
            count(row.n),
            "" if row.verdict is None else row.verdict.value,
        )
        for row in told.rows
    )
    return Picture(told.title, told.words, columns, rows, lambda colours: _drawn(told, colours))


def _drawn(told: Forest, colours: Mapping[str, str]) -> Chart:
    import altair as alt

    shown = told.rows[:MOST]
    rows = [_row(row, told.unit) for row in shown]
    if not any(row["value"] is not None for row in rows):
        return blank("No subgroup has a record.", colours)
    labels = [row["label"] for row in rows]
    y = alt.Y("label:N", sort=labels, axis=alt.Axis(title=None, ticks=False, domain=False, labelLimit=300),
              scale=alt.Scale(domain=labels))  # fmt: skip
    form = ".3~%" if told.unit == "share" else ".4~g"
    reach = _reach(told)
    scale = alt.Scale(zero=False) if reach is None else alt.Scale(zero=False, clamp=True, domain=reach)
    x = alt.X("value:Q", scale=scale, axis=alt.Axis(title=None, format=form, tickCount=6))
    kinds = list(SHAPES)
    paint = [colours["pass"], colours["inconclusive"], colours["fail"], colours["ink"]]
    colour = alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=paint), legend=None)
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=_shapes()), legend=None)
    tips = [alt.Tooltip("label:N", title="subgroup"), alt.Tooltip("said:N", title="value")]
    base = alt.Chart(data(rows)).encode(y=y)
    layers: list[alt.Chart] = []
    layers.append(
        base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", scale=scale), x2="high:Q", color=colour)
    )
    layers.append(
        base.mark_point(filled=True, size=64, opacity=1).encode(x=x, color=colour, shape=shape, tooltip=tips)
    )
    words = base.mark_text(align="left", color=colours["muted"], fontSize=12)
    layers.append(words.encode(x=alt.value(WIDTH - 250 + 12), text="said:N"))
    if told.threshold is not None:
        at = alt.Chart(data([{"value": told.threshold, "words": told.requirement}]))
        layers.append(at.mark_rule(color=colours["ink"], strokeDash=[6, 4], strokeWidth=1.5).encode(x=x))
        place = {"align": "center", "baseline": "bottom"}
        layers += [
            each.encode(x=x, y=alt.value(-4), text="words:N")
            for each in haloed(at, colours["ink"], colours["paper"], place)
        ]
    left = len(told.rows) - len(shown)
    title = alt.Title(f"{left} more stand in the table" if left else "", offset=18)
    return alt.layer(*layers).properties(width=WIDTH - 250, height=alt.Step(22), title=title)


def _shapes() -> list[str]:
    return ["circle" if name == "stroke" else name for name in SHAPES.values()]


def _reach(told: Forest) -> list[float] | None:
    """Return the axis: what is known of values, intervals and the threshold, with some room."""
    ends = [end for row in told.rows[:MOST] for end in (row.low, row.value, row.high)]
    known = [end for end in (*ends, told.threshold) if end is not None and math.isfinite(end)]
    if not known or min(known) == max(known):
        return None
    room = (max(known) - min(known)) * 0.04
    low, high = min(known) - room, max(known) + room
    return [max(low, 0.0) if min(known) >= 0 else low, high]


def _row(row: Row, unit: Unit) -> dict[str, Any]:
    if row.value is None:
        said = "no evidence"
    elif row.low is None or row.high is None:
        said = f"{figure(row.value, unit)} of {count(row.n)}"
    else:
        said = f"{figure(row.value, unit)} {span(row.low, row.high, unit)} of {count(row.n)}"
    if row.verdict is not None:
        said = f"{said}: {row.verdict.value}"
    kind = "listed" if row.verdict is None else row.verdict.value
    return {
        "label": row.label,
        "value": row.value,
        "low": row.low,
        "high": row.high,
        "said": said,
        "kind": kind,
    }
