"""Tolerances and indicators in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from holdfast.plan.views.indicators import Indicators, WatchedRow
from holdfast.plan.views.terminal.frame import STYLES, table, text, title, write

if TYPE_CHECKING:
    from rich.console import Console


def write_indicators(seen: Indicators, stream: TextIO) -> None:
    """Write what is watched, and where it comes from."""

    def draw(console: Console) -> None:
        console.print(text(seen.headline, "bold"))
        console.print(text(f"{seen.name} ({seen.system})"))
        _tolerances(console, seen)
        for row in seen.indicators:
            _indicator(console, row)

    write(stream, draw)


def _tolerances(console: Console, seen: Indicators) -> None:
    title(console, "TOLERANCE", "how much harm is tolerated, and what watches that it stays so")
    if not seen.tolerances:
        console.print(text("None: nothing says how much would be too much. Add one under `tolerance:`."))
        return
    rows = table(("", "left"), ("at most", "left"), ("risks", "left"), ("watched by", "left"))
    for one in seen.tolerances:
        by = f"\nset by {one.set_by or 'nobody'}" + (f", reviewed {one.reviewed}" if one.reviewed else "")
        watched = ", ".join(one.indicators)
        gap = one.gap and f"{watched}\n{one.gap}".strip()
        rows.add_row(
            text(one.id),
            text(one.statement + by),
            text(", ".join(one.risks)),
            text(gap or watched, "red" if one.gap else ""),
        )
    console.print(rows)


def _indicator(console: Console, row: WatchedRow) -> None:
    origin = f"from {', '.join(row.tolerances)}" if row.tolerances else "no tolerance leads to it"
    title(console, row.id, f"{origin}; watches {', '.join(row.risks) or 'no risk'}")
    rows = table(("", "left"), ("", "left"))
    rows.show_header = False
    budget = f", false alarms {row.false_alarms}" if row.false_alarms else ", no budget of false alarms"
    sliced = f" by {', '.join(row.slices)}" if row.slices else ""
    crosses = f"{row.metric} on {row.data}{sliced} {row.level} over {row.window}{budget}"
    rows.add_row(text("if", "dim"), text(crosses))
    for place, control in enumerate(row.kci):
        rows.add_row(text("then" if place == 0 else "and", "dim"), text(control.holds))
    if row.when_met:
        rows.add_row(text("met", "dim"), text("; ".join(row.when_met)))
    acts = "; ".join(row.acts)
    rows.add_row(text("else" if row.kci else "act", "dim"), text(acts or "nothing", "" if acts else "red"))
    if row.why:
        rows.add_row(text("why", "dim"), text(row.why))
    if row.first_move:
        rows.add_row(text("first", "dim"), text(row.first_move))
    rows.add_row(text("state", "dim"), text(row.state.says, STYLES[row.state.state]))
    for gap in row.gaps:
        rows.add_row(text("lacks", "dim"), text(gap, "yellow"))
    console.print(rows)
