"""A metric over time as the terminal, JSON and a picture tell it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from holdfast.gate.views.promise import VERSION, interval, number, provenance
from holdfast.gate.views.timeline import Line, Timeline, Window
from holdfast.gate.views.timeline_words import onset_words, whole_words
from holdfast.kernel.canonical import Json
from holdfast.kernel.clock import iso
from holdfast.kernel.figures import NOTHING, count, figure, plural, span
from holdfast.kernel.ids import short

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from holdfast.web.pictures.picture import Picture

SHOWN, AFTER = 24, 8
"""Windows that the terminal shows of a line: the latest, or those up to so many after its alarm."""
BAR = 12
"""Signs of a bar of evidence."""
LEAST = 1e-4
"""The share of the budget at which a bar of evidence begins; it is logarithmic."""
MOST_LINES = 12


def show_timeline(timeline: Timeline, console: Console) -> None:
    """Write a metric over time: what stands out, each slice, and the latest windows of the one to look at."""
    from rich.text import Text

    alarmed = timeline.headline.startswith("ALARM")
    console.print(Text(timeline.headline, "bold red" if alarmed else "bold"))
    line = shown_line(timeline)
    if line is not None and line.onset is not None:
        console.print(Text(onset_words(timeline, line)))
    console.print(Text(f"{timeline.metric} on {timeline.data}: {timeline.describes}"))
    if timeline.budget:
        whose = f" (indicator {timeline.indicator})" if timeline.indicator else ""
        console.print(Text(f"at most {timeline.budget}{whose}", "dim"))
    if len(timeline.lines) > 1:
        console.print()
        console.print(_lines(timeline))
    if line is not None:
        console.print()
        console.print(_windows(timeline, line))
        hidden = len(line.windows) - len(shown_windows(line))
        if hidden > 0:
            said = f"{plural(hidden, 'more window')}: --json lists all, --picture FILE draws them"
            console.print(Text(said, "dim"))
        console.print(Text(f"{line.label}: {whole_words(timeline, line)} over the whole time", "dim"))
    for note in timeline.notes:
        console.print(Text(f"note: {note}", "dim"))
    for used in timeline.used:
        console.print(Text(f"{used.name}: {count(used.rows)} records, {short(used.digest)}", "dim"))


def shown_line(timeline: Timeline) -> Line | None:
    """Return the slice to look at first: the earliest alarm, else the most evidence, else the first."""
    if not timeline.lines:
        return None
    return min(
        timeline.lines,
        key=lambda line: (line.alarm is None, str(line.alarm or ""), -(line.strongest or 0.0)),
    )


def shown_windows(line: Line) -> tuple[Window, ...]:
    """Return the windows to look at: those around the alarm, else the latest."""
    ends = [window.end for window in line.windows]
    last = len(ends) if line.alarm is None else min(len(ends), ends.index(line.alarm) + 1 + AFTER)
    return line.windows[max(0, last - SHOWN) : last]


def _lines(timeline: Timeline) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("slice", overflow="fold")
    table.add_column("whole time", no_wrap=True)
    table.add_column("evidence", no_wrap=True)
    table.add_column("", overflow="fold")
    first = sorted(timeline.lines, key=lambda line: (line.alarm is None, -(line.strongest or 0.0)))
    for line in first[:MOST_LINES]:
        said = Text("quiet" if timeline.budget else "", "dim")
        if line.alarm is not None:
            said = Text(f"alarm {line.alarm:%Y-%m-%d %H:%M}", "bold red")
        table.add_row(Text(line.label), whole_words(timeline, line), bar(line.strongest), said)
    if len(first) > MOST_LINES:
        table.add_row(Text(f"and {len(first) - MOST_LINES} more: --json lists all", "dim"))
    return table


def _windows(timeline: Timeline, line: Line) -> Table:
    from rich.table import Table
    from rich.text import Text

    share = f"{100 * timeline.confidence:.6g} %"
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("from (UTC)", no_wrap=True)
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column(f"interval ({share})", no_wrap=True)
    table.add_column("n", justify="right", no_wrap=True)
    watched = any(window.evidence is not None for window in line.windows)
    if watched:
        table.add_column("evidence", no_wrap=True)
        table.add_column("", no_wrap=True)
    for window in shown_windows(line):
        cells = [
            Text(f"{window.start:%Y-%m-%d %H:%M}"),
            Text(figure(window.value, timeline.unit), "red" if window.beyond else ""),
            Text(span(*window.interval, timeline.unit) if window.interval else NOTHING),
            Text(count(window.n)),
        ]
        if watched:
            cells += [
                Text(bar(window.evidence)),
                Text("<- alarm" if window.end == line.alarm else "", "bold red"),
            ]
        table.add_row(*cells)
    return table


def bar(share: float | None) -> str:
    """Return evidence as a bar on a logarithmic scale that is full where the detector alarms.

    Examples
    --------
    >>> bar(0.01), bar(2.0), bar(0.0)
    ('######......', '############', '............')
    """
    if share is None:
        return ""
    filled = 0.0 if share <= LEAST else 1 - math.log(min(share, 1.0)) / math.log(LEAST)
    signs = min(BAR, math.floor(filled * BAR + 1e-9))
    return "#" * signs + "." * (BAR - signs)


def timeline_json(timeline: Timeline) -> dict[str, Json]:
    """Return what `holdfast measure --every ... --json` prints."""
    return {
        "holdfast": VERSION,
        "metric": timeline.metric,
        "data": timeline.data,
        "headline": timeline.headline,
        "every_seconds": timeline.every,
        "level": number(timeline.level),
        "side": timeline.side if timeline.level is not None else None,
        "budget": timeline.budget or None,
        "indicator": timeline.indicator,
        "confidence": timeline.confidence,
        "lines": [_line(line) for line in timeline.lines],
        "notes": list(timeline.notes),
        "provenance": provenance(timeline.plan_digest, timeline.used, timeline.tools, timeline.at),
    }


def _line(line: Line) -> dict[str, Json]:
    return {
        "slice": dict(line.where),
        "value": number(line.value),
        "interval": interval(line.interval),
        "n": line.n,
        "alarm": None if line.alarm is None else iso(line.alarm),
        "strongest": number(line.strongest),
        "onset": None
        if line.onset is None
        else {
            "best": iso(line.onset.best),
            "earliest": iso(line.onset.earliest),
            "latest": iso(line.onset.latest),
            "before": number(line.onset.before[0]),
            "after": number(line.onset.after[0]),
        },
        "windows": [
            {
                "from": iso(window.start),
                "to": iso(window.end),
                "value": number(window.value),
                "interval": interval(window.interval),
                "n": window.n,
                "k": window.k,
                "so_far": interval(window.band),
                "evidence": number(window.evidence),
            }
            for window in line.windows
        ],
    }


def timeline_picture(timeline: Timeline) -> Picture:
    """Return the picture of the slice to look at first."""
    from holdfast.web.pictures import over_time as drawn

    line = shown_line(timeline)
    windows = () if line is None else line.windows
    named = "" if line is None or not line.where else f", {line.label}"
    marks: tuple[drawn.Mark, ...] = ()
    if line is not None and line.alarm is not None:
        marks = (drawn.Mark(line.alarm, f"alarm {line.alarm:%Y-%m-%d %H:%M}", grave=True),)
    return drawn.over_time(
        drawn.OverTime(
            title=f"{timeline.metric} on {timeline.data}{named}",
            words=_words(timeline, line),
            windows=tuple(
                drawn.Window(
                    window.start,
                    window.end,
                    window.value,
                    window.interval[0] if window.interval else None,
                    window.interval[1] if window.interval else None,
                    window.n,
                    window.band,
                    window.evidence,
                )
                for window in windows
            ),
            unit=timeline.unit,
            level=timeline.level,
            side=timeline.side,
            budget=timeline.budget,
            onset=None
            if line is None or line.onset is None
            else (line.onset.earliest, line.onset.best, line.onset.latest),
            marks=marks,
        )
    )


def _words(timeline: Timeline, line: Line | None) -> str:
    began = "" if line is None else onset_words(timeline, line)
    told = f"{timeline.headline}. {began} It is the {timeline.describes.rstrip('.')}."
    return " ".join(told.replace("`", "").split())
