"""A check as the terminal tells it: verdict first, one line a gate, at most 100 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.gate.views.context import Gate, Measurement, Report, Slice
from holdfast.gate.views.people import override_words
from holdfast.gate.views.words import SIGN, beside, by_weight, notes_of_passes, slices_by_weight, where_words
from holdfast.kernel.figures import NOTHING, count, figure, plural, span
from holdfast.kernel.ids import short
from holdfast.kernel.verdict import Verdict

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

STYLE = {Verdict.PASS: "bold green", Verdict.INCONCLUSIVE: "bold yellow", Verdict.FAIL: "bold red"}
MOST_SLICES = 8
"""Slices shown under a gate; the report has all of them."""


def show(report: Report, console: Console, path: str | None) -> None:
    """Write a check; `path` is where its HTML report is."""
    from rich.padding import Padding
    from rich.text import Text

    console.print(
        Text(report.verdict.value.upper(), STYLE[report.verdict]), Text(report.headline), soft_wrap=False
    )
    # a command is copied: it stays on one line, however long
    told = Text(report.next_step, "dim" if report.verdict is Verdict.PASS else "")
    console.print(told, soft_wrap="`holdfast " in report.next_step)
    console.print()
    console.print(_gates(report))
    for gate in by_weight(report.gates):
        if gate.verdict is not Verdict.PASS:
            console.print()
            console.print(
                _line(gate), Text(gate.id, "bold"), Text("warns only", "dim") if not gate.blocking else ""
            )
            console.print(Padding(Text(gate.headline), (0, 0, 0, 2)))
            for override in gate.overrides:
                held = "bold" if override.status == "in force" else "dim"
                console.print(Padding(Text(override_words(override), held), (0, 0, 0, 2)))
            if len(gate.slices) > 1:
                console.print(Padding(_slices(gate), (0, 0, 0, 2)))
            for note in gate.notes:
                console.print(Padding(Text(f"note: {note}", "dim"), (0, 0, 0, 2)))
            if gate.corrected is not None and gate.corrected is not gate.verdict:
                tried = f"{gate.tried} bundles were tried since it last passed: for so many it would be"
                console.print(Padding(Text(f"{tried} {gate.corrected.value}"), (0, 0, 0, 2)))
    console.print()
    for note, gates in notes_of_passes(report.gates).items():
        console.print(Text(f"note on {', '.join(gates)}: {note}", "dim"))
    for warning in report.warnings:
        console.print(Text(f"warning: {warning}", "yellow"))
    if report.lint:
        found = plural(len(report.lint), "finding")
        console.print(Text(f"lint: {found}, see `holdfast lint`", "yellow"))
    if report.looks:
        console.print(Text(report.looks, "dim"))
    made = report.provenance
    if path is not None:
        console.print(Text.assemble(("report  ", "dim"), path), soft_wrap=True)
    place = f"{made.ledger}  #{made.ledger_seq} {short(made.ledger_head)}"
    console.print(Text.assemble(("facts   ", "dim"), place), soft_wrap=True)
    plan = f"{short(made.plan_digest)}  bundle {made.bundle}"
    console.print(Text.assemble(("plan    ", "dim"), plan), soft_wrap=True)


def _line(gate: Gate) -> Text:
    from rich.text import Text

    return Text(f"{SIGN[gate.verdict]} {gate.verdict.value}", STYLE[gate.verdict])


def _gates(report: Report) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("gate", overflow="fold")
    table.add_column("requires", overflow="fold")
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("interval", no_wrap=True)
    table.add_column("n", justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("needs", justify="right", no_wrap=True)
    for gate in by_weight(report.gates):
        name = Text(gate.id)
        if not gate.blocking:
            name.append(" (warns)", "dim")
        if gate.decided_by:
            name.append(f"\n  {gate.decided_by}", "dim")
        table.add_row(
            name,
            Text(gate.requirement),
            figure(gate.value, gate.unit, beside=gate.threshold),
            span(*gate.interval, gate.unit) if gate.interval else NOTHING,
            count(gate.n) if gate.n else NOTHING,
            _line(gate).append("\n  overridden" if gate.override is not None else "", "bold"),
            f"+{count(gate.needs)}" if gate.needs else "",
        )
    return table


def _slices(gate: Gate) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    for _ in range(5):
        table.add_column(overflow="fold")
    worst_first = slices_by_weight(gate.slices)
    for part in worst_first[:MOST_SLICES]:
        table.add_row(
            Text(part.label),
            figure(part.value, gate.unit, beside=gate.threshold),
            span(*part.outer, gate.unit) if part.outer else NOTHING,
            f"of {count(part.n)}",
            Text(_said(part), STYLE[part.verdict] if part.verdict else "dim"),
        )
    if len(worst_first) > MOST_SLICES:
        table.add_row(Text(f"and {len(worst_first) - MOST_SLICES} more in the report", "dim"))
    return table


def _said(part: Slice) -> str:
    if part.verdict is not None:
        return part.verdict.value
    return "" if part.judged else "listed only"


def show_measurement(measured: Measurement, console: Console) -> None:
    """Write a measured metric: the whole table, every slice with its interval and n."""
    from rich.table import Table
    from rich.text import Text

    share = f"{100 * measured.confidence:.6g} %"
    console.print(Text(measured.metric, "bold"), Text(f"on {measured.data}: {measured.describes}"))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("slice", overflow="fold")
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column(f"interval ({share})", no_wrap=True)
    table.add_column("n", justify="right", no_wrap=True)
    table.add_column("beside", overflow="fold", style="dim")
    for result in measured.results:
        others = [f"{name} {beside(name, value, measured.unit)}" for name, value in result.figures]
        others += [f"{count(result.missing)} missing"] if result.missing else []
        table.add_row(
            Text(where_words(result.where)),
            figure(result.value, measured.unit),
            span(*result.interval, measured.unit) if result.interval else NOTHING,
            count(result.n),
            Text("; ".join(others)),
        )
    console.print(table)
    noted = dict.fromkeys((*measured.notes, *(note for result in measured.results for note in result.notes)))
    for note in noted:
        console.print(Text(f"note: {note}", "dim"))
    for used in measured.used:
        console.print(Text(f"{used.name}: {count(used.rows)} records, {short(used.digest)}", "dim"))
