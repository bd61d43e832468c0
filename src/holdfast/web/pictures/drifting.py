"""A column now against its reference: the two histograms over each other, and what moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from holdfast.kernel.figures import figure
from holdfast.web.pictures.picture import WIDTH, Chart, Picture, blank, data

MOST_MOVED = 8
"""Bins or values of which it is drawn how far they moved."""
THEN, NOW = "reference", "now"


@dataclass(frozen=True)
class Bin:
    """One bin of numbers, or one value of a category.

    Attributes
    ----------
    label : str
    then, now : float
        Its share, 0..1.
    low, high : float or None
        Where a bin of numbers begins and ends; None for a value, and at an open end.
    """

    label: str
    then: float
    now: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Drifting:
    """What the picture is drawn from; bins are in their order."""

    title: str
    words: str
    bins: tuple[Bin, ...]


def drifting(told: Drifting) -> Picture:
    """Return the picture of a column that drifts.

    Examples
    --------
    >>> told = Drifting("Language", "German doubled.", (Bin("de", 0.2, 0.4), Bin("fr", 0.8, 0.6)))
    >>> drifting(told).rows[0]
    ('de', '20.0 %', '40.0 %', '+20.0 points')
    """
    rows = tuple(
        (each.label, figure(each.then), figure(each.now), f"{100 * (each.now - each.then):+.1f} points")
        for each in told.bins
    )
    columns = ("bin", THEN, NOW, "moved by")
    return Picture(told.title, told.words, columns, rows, lambda colours: _drawn(told, colours))


def _drawn(told: Drifting, colours: Mapping[str, str]) -> Chart:
    import altair as alt

    if not any(each.now for each in told.bins):
        return blank("No record to compare with the reference.", colours)
    edged = [each for each in told.bins if each.low is not None or each.high is not None]
    upper = _histogram(_closed(edged), colours) if len(edged) > 1 else _bars(told.bins, colours)
    both: Chart = alt.vconcat(upper, _moved(told.bins, colours), spacing=16)
    return both


def _closed(bins: Sequence[Bin]) -> list[tuple[float, float, Bin]]:
    """Return bins with both ends: an open one is drawn as wide as the one beside it."""
    inner = [(each.low, each.high) for each in bins if each.low is not None and each.high is not None]
    first = inner[0][1] - inner[0][0] if inner else 1.0
    last = inner[-1][1] - inner[-1][0] if inner else 1.0
    closed = []
    for each in bins:
        low = each.low if each.low is not None else (each.high or 0.0) - first
        high = each.high if each.high is not None else (each.low or 0.0) + last
        closed.append((low, high, each))
    return closed


def _colour(colours: Mapping[str, str]) -> Any:  # noqa: ANN401 -- Altair's own type of an encoding
    import altair as alt

    scale = alt.Scale(domain=[THEN, NOW], range=[colours["edge"], colours["accent"]])
    return alt.Color("whose:N", scale=scale, title=None)


def _histogram(bins: Sequence[tuple[float, float, Bin]], colours: Mapping[str, str]) -> Chart:
    """Draw shares per unit of width, so that bins of different widths compare as areas."""
    import altair as alt

    rows = [
        {"low": low, "high": high, "dense": share / (high - low), "whose": whose, "share": figure(share),
         "label": each.label}
        for low, high, each in bins
        if high > low
        for whose, share in ((THEN, each.then), (NOW, each.now))
    ]  # fmt: skip
    tips = [alt.Tooltip("label:N", title="bin"), alt.Tooltip("whose:N"), alt.Tooltip("share:N")]
    x = alt.X("low:Q", axis=alt.Axis(title=None, grid=False), scale=alt.Scale(zero=False, nice=False))
    y = alt.Y("dense:Q", axis=alt.Axis(title="share per unit", labels=False, ticks=False, grid=False))
    base = alt.Chart(data(rows))
    now = base.transform_filter(alt.datum.whose == NOW).mark_bar(opacity=0.35, strokeWidth=0)
    then = base.transform_filter(alt.datum.whose == THEN).mark_bar(filled=False, strokeWidth=1.5)
    shown = {"x": x, "x2": "high:Q", "y": y, "y2": alt.datum(0), "color": _colour(colours), "tooltip": tips}
    title = alt.Title("Each bin's share: outlined in the reference, filled now")
    return alt.layer(now.encode(**shown), then.encode(**shown)).properties(
        width=WIDTH, height=200, title=title
    )


def _bars(bins: Sequence[Bin], colours: Mapping[str, str]) -> Chart:
    import altair as alt

    rows = [
        {"label": each.label, "share": share, "whose": whose}
        for each in bins
        for whose, share in ((THEN, each.then), (NOW, each.now))
    ]
    x = alt.X("share:Q", axis=alt.Axis(title=None, format=".3~%", tickCount=6))
    y = alt.Y("label:N", sort=[each.label for each in bins], title=None)
    chart = (
        alt.Chart(data(rows))
        .mark_bar()
        .encode(x=x, y=y, yOffset=alt.YOffset("whose:N", sort=[THEN, NOW]), color=_colour(colours))
    )
    drawn: Chart = chart.properties(width=WIDTH, height=alt.Step(11))
    return drawn


def _moved(bins: Sequence[Bin], colours: Mapping[str, str]) -> Chart:
    import altair as alt

    most = sorted(bins, key=lambda each: -abs(each.now - each.then))[:MOST_MOVED]
    rows = [
        {"label": each.label, "by": 100 * (each.now - each.then),
         "said": f"{100 * (each.now - each.then):+.1f} points: {figure(each.then)} to {figure(each.now)}"}
        for each in most
    ]  # fmt: skip
    reach = max(abs(100 * (each.now - each.then)) for each in most) or 1.0
    scale = alt.Scale(domain=[-2.1 * reach, 2.1 * reach])
    x = alt.X(
        "by:Q", scale=scale, axis=alt.Axis(title=None, labels=False, ticks=False, grid=False, domain=False)
    )
    y = alt.Y(
        "label:N", sort=[each.label for each in most], axis=alt.Axis(title=None, ticks=False, domain=False)
    )
    base = alt.Chart(data(rows)).encode(x=x, y=y)
    bars = base.mark_bar(color=colours["accent"], height=10)
    right = base.transform_filter(alt.datum.by >= 0).mark_text(
        align="left", dx=5, color=colours["muted"], fontSize=12
    )
    left = base.transform_filter(alt.datum.by < 0).mark_text(
        align="right", dx=-5, color=colours["muted"], fontSize=12
    )
    words = [side.encode(text="said:N") for side in (right, left)]
    zero = alt.Chart(data([{"by": 0}])).mark_rule(color=colours["edge"]).encode(x=x)
    title = alt.Title("What moved most")
    return alt.layer(bars, zero, *words).properties(width=WIDTH, height=alt.Step(20), title=title)
