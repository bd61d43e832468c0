"""A comparison as the terminal tells it: the choice first, then gate by gate, at most 100 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.gate.views.comparison import ComparedFigure, ComparedGate, Comparison
from holdfast.gate.views.comparison_words import by_weight, details, difference, legend, told, whole
from holdfast.gate.views.context import Gate
from holdfast.gate.views.terminal import STYLE
from holdfast.gate.views.words import SIGN, known
from holdfast.kernel.figures import figure
from holdfast.kernel.ids import short

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

MOST_SLICES = 8
"""Slices shown under a gate; the report has all of them."""
WIDEST_NAME = 14
"""Letters of an arm's name over its column."""


def show_comparison(comparison: Comparison, console: Console, path: str | None) -> None:
    """Write a comparison; `path` is where its HTML report is."""
    from rich.padding import Padding
    from rich.text import Text

    console.print(Text(comparison.word, STYLE[comparison.verdict]), Text(comparison.headline))
    console.print(Text(comparison.next_step))
    console.print()
    for letter, arm in zip("ab", comparison.arms, strict=True):
        line = Text.assemble((f"{letter}  ", "dim"), (arm.name, "bold"), "  ", _verdict(arm.verdict.value))
        line.append(f"  {arm.describes}" if arm.describes else "")
        console.print(line)
        console.print(Padding(Text(f"bundle {arm.bundle}", "dim"), (0, 0, 0, 3)))
    for paired in comparison.paired:
        console.print(Padding(Text(f"data {paired.data}: {paired.says}", "dim"), (0, 0, 0, 3)))
    console.print()
    console.print(_gates(comparison))
    console.print()
    console.print(Text(legend(comparison.figures), "dim"))
    names = comparison.a.name, comparison.b.name
    for note in _notes(by_weight(comparison.gates), names):
        console.print(Text(note, "dim"))
    if comparison.waiting:
        ids = ", ".join(comparison.waiting)
        console.print(Text(f"not compared, since records do not decide them: {ids}", "dim"))
    for note in comparison.notes:
        console.print(Text(note, "dim"))
    made = comparison.a.report.provenance
    if path is not None:
        console.print(Text.assemble(("report  ", "dim"), path), soft_wrap=True)
    place = f"{made.ledger}  #{made.ledger_seq} {short(made.ledger_head)}"
    console.print(Text.assemble(("facts   ", "dim"), place), soft_wrap=True)
    console.print(Text.assemble(("plan    ", "dim"), short(made.plan_digest)), soft_wrap=True)


def _verdict(value: str) -> Text:
    from rich.text import Text

    from holdfast.kernel.verdict import Verdict

    verdict = Verdict(value)
    return Text(f"{SIGN[verdict]} {verdict.value}", STYLE[verdict])


def _gates(comparison: Comparison) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("gate", overflow="fold")
    table.add_column("requires", overflow="fold")
    for arm in comparison.arms:
        table.add_column(Text(_named(arm.name)), no_wrap=True)
    table.add_column("b - a [95 %]", no_wrap=True)
    table.add_column("better", overflow="fold")
    for gate in by_weight(comparison.gates):
        name = Text(gate.id)
        if not gate.blocking:
            name.append(" (warns)", "dim")
        alone = whole(gate)
        last = (difference(alone, gate.unit), _told(alone)) if alone is not None else ("", "")
        table.add_row(name, Text(gate.requirement), _arm(gate.a), _arm(gate.b), last[0], last[1])
        if alone is None:
            for row in _slices(gate):
                table.add_row(*row)
    return table


def _named(name: str) -> str:
    return name if len(name) <= WIDEST_NAME else name[: WIDEST_NAME - 1] + "…"


def _arm(gate: Gate) -> Text:
    from rich.text import Text

    value = figure(known(gate.value), gate.unit, beside=gate.threshold)
    return Text.assemble((SIGN[gate.verdict], STYLE[gate.verdict]), f" {value}")


def _told(each: ComparedFigure) -> Text:
    from rich.text import Text

    return Text(told(each), "bold" if each.better else "dim")


def _slices(gate: ComparedGate) -> list[tuple[Text, str, str, str, str, Text]]:
    from rich.text import Text

    rows = []
    shown = sorted(gate.figures, key=lambda each: (not each.judged, not each.better))
    for each in shown[:MOST_SLICES]:
        values = [figure(known(value), gate.unit) for value in (each.a, each.b)]
        rows.append(
            (
                Text(f"  {each.label}", "" if each.judged else "dim"),
                "",
                f"  {values[0]}",
                f"  {values[1]}",
                difference(each, gate.unit),
                _told(each),
            )
        )
    rest = len(shown) - MOST_SLICES
    if rest > 0:
        rows.append((Text(f"  and {rest} more in the report", "dim"), "", "", "", "", Text("")))
    return rows


def _notes(gates: list[ComparedGate], names: tuple[str, str]) -> list[str]:
    """Return what must be known about figures: each note once, with all that it is about."""
    said: dict[str, list[str]] = {}
    for gate in gates:
        for each in gate.figures:
            for note in details(each, names):
                said.setdefault(note, []).append(f"{gate.id} ({each.label})" if each.label else gate.id)
    return [f"note on {', '.join(about)}: {note}" for note, about in said.items()]
