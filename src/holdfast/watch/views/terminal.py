"""Kept states as the terminal tells them, at most 100 columns."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from holdfast.kernel.figures import age, count, figure, plural
from holdfast.kernel.text import cut, printable
from holdfast.telemetry.rollups.compacting import Compacted
from holdfast.telemetry.rollups.lags import LabelLag
from holdfast.telemetry.rollups.model import Updated
from holdfast.watch.views.kept import Kept, SourceKept
from holdfast.watch.views.told import Told, moment, stretches
from holdfast.web.terminal import plain_table

if TYPE_CHECKING:
    from rich.console import Console

MOST_NAMED = 5
"""Files and stretches of time that one line names."""


def show_update(told: Told, console: Console) -> None:
    """Write what an update came to."""
    from rich.text import Text

    console.print(Text(f"{told.system}: {plural(len(told.sources), 'source')} up to date", "bold"))
    for one in told.sources:
        console.print(Text(f"{printable(one.source)}: {headline(one)}"))
        for line, style in notes(one):
            console.print(Text(f"  {line}", style))
    for left in told.left_out:
        console.print(
            Text(f"✗ {printable(left.metric)} on {printable(left.data)}: {printable(left.why)}", "yellow")
        )
    if told.aside is not None:
        console.print(Text(f"what was kept before lies in {told.aside}", "dim"))
    console.print(Text(f"{size(told.bytes)} in {told.place}", "dim"))


def headline(one: Updated) -> str:
    """Return what an update of a source came to, in one sentence.

    Examples
    --------
    >>> headline(Updated("live"))
    'nothing new'
    >>> headline(Updated("live", added=("a", "b"), records=1200, windows_new=frozenset({60}), late=1))
    '2 parts added, 1,200 records (1 late); 1 window new'
    """
    parts = [
        f"{plural(len(names), 'part')} {word}"
        for names, word in ((one.added, "added"), (one.rewritten, "rewritten"), (one.vanished, "vanished"))
        if names
    ]
    if one.records:
        late = f" ({count(one.late)} late)" if one.late else ""
        parts.append(f"{plural(one.records, 'record')}{late}")
    sets = ((one.windows_new, "new"), (one.windows_restated, "restated"), (one.windows_gone, "gone"))
    windows = [f"{plural(len(found), 'window')} {word}" for found, word in sets if found]
    return "; ".join(filter(None, [", ".join(parts), ", ".join(windows)])) or "nothing new"


def notes(one: Updated) -> list[tuple[str, str]]:
    """Return what a careful reader must know of an update, each line with its style."""
    lines: list[tuple[str, str]] = []
    if one.rewritten:
        lines.append((f"rewritten: {_some(list(one.rewritten))}", "yellow"))
    if one.vanished:
        told = f"vanished, and what they contributed with them: {_some(list(one.vanished))}"
        lines.append((told, "yellow"))
    for starts, word in ((one.windows_restated, "restated"), (one.windows_gone, "gone")):
        if starts:
            spans = [_stretch(first, last) for first, last in stretches(starts)]
            lines.append((f"{word}: {_some(spans)}", "yellow"))
    if one.untimed:
        lines.append((f"{plural(one.untimed, 'record')} without a time: in no window", "yellow"))
    if one.future:
        told = f"{plural(one.future, 'record')} from the future: given to no detector until their time comes"
        lines.append((told, "yellow"))
    if one.begun:
        lines.append((f"measured from now on: {_some(list(one.begun))}", ""))
    if one.ended:
        lines.append((f"asked for no more, as it was: {_some(list(one.ended))}", ""))
    return lines


def _stretch(first: int, last: int) -> str:
    begin, end = moment(first), moment(last)
    if first == last:
        return begin
    return f"{begin} to {end[11:] if end[:10] == begin[:10] else end}"


def _some(names: list[str]) -> str:
    shown = ", ".join(cut(printable(name), 40) for name in names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else f"{shown} and {count(len(names) - MOST_NAMED)} more"


def show_kept(kept: Kept, console: Console) -> None:
    """Write what is kept."""
    from rich.text import Text

    if not kept.sources:
        console.print(Text(f"{kept.system}: nothing is kept yet", "bold"))
        console.print("`holdfast rollup update` measures what the indicators watch, minute by minute")
        return
    console.print(Text(f"{kept.system}: {plural(len(kept.sources), 'source')}, {size(kept.bytes)}", "bold"))
    console.print(Text(f"in {kept.place}", "dim"))
    console.print(Text(_grain(kept), "dim"))
    for source in kept.sources:
        _show_source(source, console)


def _grain(kept: Kept) -> str:
    if kept.hours_before <= kept.at.timestamp() - 20 * 365 * 86_400:
        return "by the minute; nothing is compacted yet"
    told = f"by the minute from {moment(kept.hours_before)} on, by the hour before"
    if kept.days_before > kept.at.timestamp() - 20 * 365 * 86_400:
        told += f", by the day before {moment(kept.days_before)}"
    return told


def _show_source(source: SourceKept, console: Console) -> None:
    from rich.text import Text

    fresh = source.freshness
    console.print()
    told = f"{printable(source.name)}: {plural(fresh.records, 'record')} in {plural(source.parts, 'part')}"
    if fresh.first is not None and fresh.newest is not None:
        told += f", {moment(fresh.first)} to {moment(fresh.newest)}"
    console.print(Text(told if source.current else f"{told}; the plan has it no more", "bold"))
    if fresh.age is not None:
        console.print(f"  the newest record is {_old(fresh.age)} old")
    if fresh.future:
        console.print(Text(f"  {plural(fresh.future, 'record')} from the future", "yellow"))
    if source.untimed:
        console.print(Text(f"  {plural(source.untimed, 'record')} without a time", "yellow"))
    if source.lag is not None:
        for line in lag_lines(source.lag):
            console.print(f"  {line}")
    table = plain_table("metric", "by", "slices", "cells", "size", right=("slices", "cells", "size"))
    for one in source.series:
        name = ", ".join(one.metrics) or "(records)" if one.kind != "Lag" else "(label lag)"
        cells = (cut(printable(name), 40), cut(", ".join(map(printable, one.by)), 24) or "–")
        style = "dim" if one.over else ""
        row = (*cells, count(one.slices), count(one.cells), size(one.bytes))
        table.add_row(*(Text(cell, style) for cell in row))
    console.print(table)


def _old(time: timedelta) -> str:
    return "less than a minute" if age(time) == "now" else age(time)


def lag_lines(lag: LabelLag) -> list[str]:
    """Return how late labels are, in lines."""
    known = [(q, seconds) for q, seconds in lag.quantiles if seconds is not None]
    total = lag.labelled + lag.unlabelled
    if not total:
        return ["labels: none yet"]
    within = ", ".join(f"{q:.0%} within {_span(seconds)}" for q, seconds in known)
    lines = [f"labels: {within or 'none yet'}; {figure(lag.unlabelled / total)} still without one"]
    ages = []
    for low, one in zip([None, *(each.up_to for each in lag.waiting)], lag.waiting, strict=False):
        if one.records:
            word = f"up to {age(one.up_to)}" if one.up_to is not None else f"over {age(low or timedelta())}"
            ages.append(f"{word} old {figure(one.unlabelled / one.records)}")
    if lag.unlabelled:
        lines.append(f"without a label: {', '.join(ages)}")
    if lag.before:
        lines.append(f"{plural(lag.before, 'label')} from before the record: clocks differ")
    return lines


def _span(seconds: float) -> str:
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.1f} {unit}"
    return f"{max(seconds, 0):.0f} s"


def show_compacted(told: Compacted, console: Console) -> None:
    """Write what compacting came to."""
    from rich.text import Text

    cells = f"{count(told.cells_before)} cells are {count(told.cells_after)} now"
    sizes = f"{size(told.bytes_before)} are {size(told.bytes_after)}"
    console.print(Text(f"{cells}, {sizes}", "bold"))
    console.print(f"by the minute from {moment(told.hours_before)} on,")
    console.print(f"by the hour from {moment(told.days_before)} on, by the day before")
    if told.dropped:
        console.print(f"taken away, as it was asked before: {_some(list(told.dropped))}")


def size(number: int) -> str:
    """Return bytes for people.

    Examples
    --------
    >>> size(900), size(12_894_000)
    ('900 B', '12.9 MB')
    """
    for unit, length in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number >= length:
            return f"{number / length:.1f} {unit}"
    return f"{number} B"
