"""A rate over time: each window with its interval, the band that holds at every look, the level, the alarm.

Below it stands the detector's evidence against its budget, on the same axis: when it alarmed, and how near it
came before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from holdfast.kernel.figures import Unit, count, figure, span
from holdfast.web.pictures.picture import WIDTH, Chart, Picture, blank, data, haloed

if TYPE_CHECKING:
    import altair as alt


LEAST, MOST = 1e-4, 1e6
"""Shares of the budget between which evidence is drawn."""
FEW, EACH, DOTS = 3, 120, 400
"""Windows up to which a line needs points, and intervals and points are drawn: beyond, they are a wall."""
CLOCK = (
    "utchours(datum.value) + utcminutes(datum.value) == 0 ? utcFormat(datum.value, '%-d %b')"
    " : utcFormat(datum.value, '%H:%M')"
)
"""How a tick is written: the day at midnight, else the time of day in UTC."""


@dataclass(frozen=True)
class Window:
    """One window.

    Attributes
    ----------
    start, end : datetime
        In UTC.
    value, low, high : float or None
        The figure and its interval, of this window alone; None where it holds no record.
    n : float
        Records that were used.
    band : (float, float) or None
        What the rate has been so far, with bounds that hold at every look at once.
    evidence : float or None
        Of the detector at the window's end, as a share of what it alarms at.
    """

    start: datetime
    end: datetime
    value: float | None
    low: float | None
    high: float | None
    n: float
    band: tuple[float, float] | None = None
    evidence: float | None = None


@dataclass(frozen=True)
class Mark:
    """Something that happened: a deployment, a lever, an alarm."""

    at: datetime
    label: str
    grave: bool = False


@dataclass(frozen=True)
class OverTime:
    """What the picture is drawn from.

    Attributes
    ----------
    title, words : str
    windows : tuple of Window
        Ascending.
    level : float or None
        The level that is watched, and `side` of it that is bad: "above" or "below".
    budget : str
        As people say it: "1 false alarm per 90 d"; empty without a detector.
    onset : (datetime, datetime, datetime) or None
        Earliest plausible, most likely, latest plausible begin of the shift.
    """

    title: str
    words: str
    windows: tuple[Window, ...]
    unit: Unit = "share"
    level: float | None = None
    side: str = "above"
    budget: str = ""
    onset: tuple[datetime, datetime, datetime] | None = None
    marks: tuple[Mark, ...] = field(default=())


def over_time(told: OverTime) -> Picture:
    """Return the picture of a figure over time."""
    columns = ("from (UTC)", "to", "value", "interval", "n", "so far, at every look", "evidence of budget")
    rows = tuple(
        (
            f"{window.start:%Y-%m-%d %H:%M}",
            f"{window.end:%Y-%m-%d %H:%M}",
            figure(window.value, told.unit),
            "" if window.low is None or window.high is None else span(window.low, window.high, told.unit),
            count(window.n),
            "" if window.band is None else span(*window.band, told.unit),
            "" if window.evidence is None else f"{window.evidence:.2g}",
        )
        for window in told.windows
    )
    return Picture(told.title, told.words, columns, rows, lambda colours: _drawn(told, colours))


def _drawn(told: OverTime, colours: Mapping[str, str]) -> Chart:
    import altair as alt

    if not any(window.value is not None for window in told.windows):
        return blank("No record in this time.", colours)
    upper = _figures(told, colours)
    if not any(window.evidence is not None for window in told.windows):
        return upper
    lower = _evidence(told, colours)
    both: Chart = alt.vconcat(upper, lower, spacing=12).resolve_scale(x="shared")
    return both


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"


def _axis(told: OverTime) -> alt.X:
    import altair as alt

    ends = [_utc(told.windows[0].start), _utc(told.windows[-1].end)] if told.windows else None
    scale = alt.Scale(type="utc", domain=ends) if ends else alt.Scale(type="utc")
    axis = alt.Axis(title=None, grid=False, tickCount=8, labelOverlap=True, labelExpr=CLOCK)
    return alt.X("at:T", scale=scale, axis=axis)


def _figures(told: OverTime, colours: Mapping[str, str]) -> Chart:
    import altair as alt

    share = told.unit == "share"
    shown = alt.Axis(title=None, format=".3~%" if share else ".4~g", tickCount=5)
    windows = [_row(window, told.unit) for window in told.windows]
    known = [row for row in windows if row["value"] is not None]
    drawn = ("value", "high") if len(known) <= EACH else ("value",)
    reach = [
        each for each in (*(row[name] for row in known for name in drawn), told.level) if each is not None
    ]
    # the band begins wide: it may leave the picture
    top = alt.Undefined if max(reach) <= 0 else max(reach) * 1.05
    scale = alt.Scale(zero=share, domainMax=top)
    tall = alt.Y("value:Q", axis=shown, scale=scale)
    layers: list[alt.Chart] = []
    if told.onset is not None:
        earliest, _, latest = told.onset
        layers.append(
            alt.Chart(data([{"at": _utc(earliest), "to": _utc(latest)}]))
            .mark_rect(color=colours["zone"], opacity=1)
            .encode(x=_axis(told), x2="to:T")
        )
    banded = [row for row in windows if "from" in row]
    if banded:
        layers.append(
            alt.Chart(data(banded))
            .mark_area(color=colours["accent"], opacity=0.16, interpolate="step-after", clip=True)
            .encode(x=_axis(told), y=alt.Y("from:Q", axis=shown, scale=scale), y2="upto:Q")
        )
    tips = [alt.Tooltip("said:N", title="UTC"), alt.Tooltip("figures:N", title="value")]
    if len(known) <= EACH:
        layers.append(
            alt.Chart(data(known))
            .mark_rule(color=colours["edge"], strokeWidth=1)
            .encode(x=_axis(told), y=alt.Y("low:Q", axis=shown, scale=scale), y2="high:Q")
        )
    line = alt.Chart(data(known)).mark_line(color=colours["muted"], strokeWidth=1)
    layers.append(line.encode(x=_axis(told), y=tall))
    size = 36 if len(known) <= EACH else 8 if len(known) <= DOTS else 0
    points = alt.Chart(data(known)).mark_point(color=colours["ink"], filled=True, size=size, opacity=1)
    layers.append(points.encode(x=_axis(told), y=tall, tooltip=tips))
    if told.level is not None:
        layers += _level(told, colours)
    layers += _marked(told, colours)
    return alt.layer(*layers).properties(
        width=WIDTH, height=240, title=alt.Title(_key(told, len(known)), offset=14)
    )


def _key(told: OverTime, known: int) -> list[str]:
    """Return what is drawn, in words, line by line: a legend that is read, not decoded."""
    said = ["Each window" + (" with its interval" if known <= EACH else "") + ", in UTC"]
    if any(window.band is not None for window in told.windows):
        said.append("Band: the whole so far, with bounds that hold at every look")
    if told.onset is not None:
        said[-1] += ". Grey: when the shift plausibly began"
    return said


def _row(window: Window, unit: Unit) -> dict[str, Any]:
    middle = window.start + (window.end - window.start) / 2
    row: dict[str, Any] = {"at": _utc(middle), "value": window.value, "low": window.low, "high": window.high}
    row["said"] = f"{window.start:%Y-%m-%d %H:%M} to {window.end:%H:%M}"
    if window.value is not None and window.low is not None and window.high is not None:
        row["figures"] = (
            f"{figure(window.value, unit)} {span(window.low, window.high, unit)} of {count(window.n)}"
        )
    if window.band is not None:
        row["from"], row["upto"] = window.band
    return row


def _level(told: OverTime, colours: Mapping[str, str]) -> list[alt.Chart]:
    import altair as alt

    at = [{"value": told.level, "words": f"{told.side} {figure(told.level, told.unit)} is bad"}]
    line = alt.Chart(data(at)).mark_rule(color=colours["fail"], strokeDash=[6, 4], strokeWidth=1.5)
    above = told.side == "above"
    place: dict[str, Any] = {
        "align": "left",
        "baseline": "bottom" if above else "top",
        "dy": -4 if above else 4,
    }
    words = [
        chart.encode(y="value:Q", x=alt.value(4), text="words:N")
        for chart in haloed(alt.Chart(data(at)), colours["fail"], colours["paper"], place)
    ]
    return [line.encode(y="value:Q"), *words]


def _marked(told: OverTime, colours: Mapping[str, str]) -> list[alt.Chart]:
    import altair as alt

    layers = []
    for place, mark in enumerate(told.marks):
        colour = colours["fail"] if mark.grave else colours["accent"]
        at = data([{"at": _utc(mark.at), "words": mark.label}])
        rule = alt.Chart(at).mark_rule(color=colour, strokeWidth=2 if mark.grave else 1)
        # beyond the middle, words stand left of their rule: they would be cut at the end
        left = bool(told.windows) and mark.at - told.windows[0].start > told.windows[-1].end - mark.at
        where = {"align": "right" if left else "left", "baseline": "top", "dx": -5 if left else 5}
        y = alt.value(2 + 15 * (place % 3))
        layers.append(rule.encode(x=_axis(told)))
        layers += [
            words.encode(x=_axis(told), y=y, text="words:N")
            for words in haloed(alt.Chart(at), colour, colours["paper"], where)
        ]
    return layers


def _evidence(told: OverTime, colours: Mapping[str, str]) -> Chart:
    """Draw the evidence as a share of the budget, on a logarithmic axis that ends a little beyond it."""
    import altair as alt

    known = [(window.end, window.evidence) for window in told.windows if window.evidence is not None]
    rows = [
        {"at": _utc(end), "value": max(evidence, LEAST), "said": f"{evidence:.2g} of the budget"}
        for end, evidence in known
    ]
    top = min(max(10.0, *(evidence for _, evidence in known)), MOST)
    scale = alt.Scale(type="log", domain=[LEAST, top], clamp=True)
    axis = alt.Axis(title=None, values=[1e-4, 1e-2, 1, *([100] if top >= 100 else [])], format="~g")
    y = alt.Y("value:Q", scale=scale, axis=axis)
    area = alt.Chart(data(rows)).mark_line(color=colours["accent"], strokeWidth=1.5, interpolate="step-after")
    line = alt.Chart(data([{"value": 1, "words": f"alarm: {told.budget}"}]))
    rule = line.mark_rule(color=colours["fail"], strokeDash=[6, 4], strokeWidth=1.5).encode(y=y)
    place = {"align": "left", "baseline": "bottom", "dy": -4}
    words = [
        chart.encode(y=y, x=alt.value(4), text="words:N")
        for chart in haloed(line, colours["fail"], colours["paper"], place)
    ]
    tips = [alt.Tooltip("said:N", title="evidence")]
    title = alt.Title("Evidence against the budget of false alarms")
    return alt.layer(area.encode(x=_axis(told), y=y, tooltip=tips), rule, *words).properties(
        width=WIDTH, height=90, title=title
    )
