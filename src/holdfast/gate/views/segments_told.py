"""The segments that differ, for the terminal and as JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from holdfast.gate.views.promise import VERSION, interval, number, provenance
from holdfast.gate.views.segments import SegmentsTold
from holdfast.gate.views.words import where_words
from holdfast.kernel.canonical import Json
from holdfast.kernel.figures import count, figure, plural, span
from holdfast.kernel.ids import short
from holdfast.measure.reasons import percent
from holdfast.measure.segment_echoes import Segment

LONG = 26
"""Letters from which a pair is written on two lines."""

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


def show_segments(told: SegmentsTold, console: Console, top: int) -> None:
    """Write the segments that differ, the first `top` of them, and what was looked at."""
    from rich.text import Text

    found, whole = told.segments, told.whole
    console.print(Text(told.metric, "bold"), Text(f"on {told.data}: {told.describes}"))
    ends = whole.interval
    within = f" {span(ends.low, ends.high, told.unit)}" if ends is not None else ""
    console.print(Text(f"all records: {figure(whole.value, told.unit)}{within}, n {count(whole.n)}"))
    console.print(Text(headline(told), "bold"))
    shown = found.found[:top]
    if shown:
        console.print()
        console.print(_table(told, shown))
        if len(found.found) > len(shown):
            console.print(Text(f"and {count(len(found.found) - len(shown))} more: `--top`", "dim"))
        console.print()
    for line in words(told):
        console.print(Text(line, "dim"))
    for used in told.used:
        console.print(Text(f"{used.name}: {count(used.rows)} records, {short(used.digest)}", "dim"))


def headline(told: SegmentsTold) -> str:
    """Return what was found, in one sentence."""
    found = told.segments
    if not told.columns:
        return "No column to look for segments in."
    looked = f"Looked at {plural(found.looked, 'segment')} of {plural(len(told.columns), 'column')}"
    if not found.looked:
        return f"{looked}: none has {told.minimum} records on both sides."
    if not found.differ:
        return f"{looked}: none differs from the rest after correction."
    verb = "differs" if found.differ == 1 else "differ"
    repeats = found.differ - len(found.found)
    only = f"; {count(repeats)} of those only repeat others and are left out" if repeats else ""
    return f"{looked}: {found.differ} {verb} from the rest after correction{only}."


def words(told: SegmentsTold) -> list[str]:
    """Return what a careful reader must know, a line each."""
    found = told.segments
    lines = []
    if found.looked:
        together = f"all intervals hold together with {percent(told.confidence)} confidence"
        lines.append(f"corrected for {plural(found.looked, 'comparison')} (Bonferroni): {together}")
    if found.nearest is not None:
        near = found.nearest
        lines.append(
            f"nearest: {where_words(near.where)}, difference {_signed(near.difference, told)}"
            f" {span(*near.interval, told.unit)}; within its interval it may differ all the same"
        )
    if found.small:
        lines.append(f"{plural(found.small, 'segment')} with fewer than {told.minimum} records not compared")
    if told.columns:
        lines.append(f"columns: {', '.join(told.columns)}")
    if told.passed_over:
        lines.append(f"not looked at: {', '.join(told.passed_over)}")
    return [*lines, *(f"note: {note}" for note in told.notes)]


def _table(told: SegmentsTold, shown: tuple[Segment, ...]) -> Table:
    from rich.table import Table
    from rich.text import Text

    ratios = any(each.ratio_interval is not None for each in shown)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("segment", overflow="fold")
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("rest", justify="right", no_wrap=True)
    table.add_column("difference", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    if ratios:
        table.add_column("times", justify="right", no_wrap=True)
        table.add_column("", no_wrap=True)
    table.add_column("n", justify="right", no_wrap=True)
    for each in shown:
        cells = [
            figure(each.value, told.unit),
            figure(each.rest, told.unit),
            _signed(each.difference, told),
            span(*each.interval, told.unit),
        ]
        if ratios:
            cells += [_times(each.ratio), _times_span(each)]
        table.add_row(Text(_named(each)), *cells, count(each.n))
    return table


def _named(each: Segment) -> str:
    """Return a segment in words; a long pair on two lines, cut between its parts."""
    text = where_words(each.where)
    return text if len(text) <= LONG else ",\n".join(where_words((part,)) for part in each.where)


def _signed(value: float, told: SegmentsTold) -> str:
    text = figure(value, told.unit)
    return f"+{text}" if value > 0 else text


def _times(value: float | None) -> str:
    return "–" if value is None else figure(value, "number")


def _times_span(each: Segment) -> str:
    ends = each.ratio_interval
    if ends is None or math.isnan(ends[0]) or math.isnan(ends[1]):
        return ""
    return span(*ends, "number")


def segments_json(told: SegmentsTold) -> dict[str, Json]:
    """Return what `holdfast measure --segments --json` prints: all that were found."""
    found = told.segments
    return {
        "holdfast": VERSION,
        "metric": told.metric,
        "data": told.data,
        "confidence": told.confidence,
        "correction": "bonferroni",
        "value": number(told.whole.value),
        "n": told.whole.n,
        "looked": found.looked,
        "small": found.small,
        "differ": found.differ,
        "minimum": told.minimum,
        "segments": [_segment(each) for each in found.found],
        "nearest": None if found.nearest is None else _segment(found.nearest),
        "columns": list(told.columns),
        "passed_over": list(told.passed_over),
        "notes": list(told.notes),
        "provenance": provenance(told.plan_digest, told.used, told.tools, told.at),
    }


def _segment(each: Segment) -> dict[str, Json]:
    return {
        "segment": dict(each.where),
        "value": number(each.value),
        "rest": number(each.rest),
        "difference": number(each.difference),
        "interval": interval(each.interval),
        "ratio": number(each.ratio),
        "ratio_interval": interval(each.ratio_interval),
        "n": each.n,
        "rest_n": each.others,
    }
