"""Evidence as the terminal tells it, at most 100 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.evidence.model.attested import Attestation
from holdfast.evidence.model.foreign import ForeignFigure
from holdfast.evidence.model.imported import Imported
from holdfast.evidence.views.kept import Kept, Measured
from holdfast.evidence.views.listing import Listing, Row
from holdfast.kernel.figures import NOTHING, age, count, plural
from holdfast.kernel.ids import short
from holdfast.kernel.text import cut, printable
from holdfast.web.terminal import plain_table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

MOST_FIGURES = 12
"""Figures shown of a file that was just imported; `evidence show` has all of them."""
NOW = {
    "same": "and so it lies there now",
    "changed": "something else lies there now",
    "gone": "gone since, or not readable",
    "unknown": "not looked up: it lay outside of the plan's folder",
}
DATA = {"same": "as measured", "changed": "changed since", "gone": "gone", "unknown": NOTHING}


def show_listing(listing: Listing, console: Console) -> None:
    """Write all evidence of a system."""
    from rich.text import Text

    console.print(Text(headline(listing), "bold"))
    if not listing.rows:
        return
    table = plain_table("", "evidence", "bundle", "age", "counts", "data")
    for row in listing.rows:
        style = "" if row.counts else "yellow"
        what = Text.assemble(printable(row.what), (f"\n{', '.join(row.gates)}" if row.gates else "", "dim"))
        cells = (f"#{row.seq}", what, printable(row.bundle or NOTHING), age(row.age))
        table.add_row(*cells, Text(counts(row), style), Text(DATA[row.data], style))
    console.print(table)


def headline(listing: Listing) -> str:
    """Return a listing in one sentence."""
    if listing.ledger is None:
        return f"{listing.system}: no ledger yet, so nothing is recorded"
    if not listing.rows:
        return f"{listing.system}: nothing to show"
    bad = sum(not row.counts for row in listing.rows)
    told = f"{listing.system}: {plural(len(listing.rows), 'piece')} of evidence"
    if bad:
        told += f", {count(bad)} {'does' if bad == 1 else 'do'} not count"
    if listing.hidden:
        told += f" ({plural(listing.hidden, 'older one')} replaced: --all)"
    return told


def counts(row: Row) -> str:
    """Return whether a piece of evidence counts, and until when."""
    if row.kind == "attested":
        if row.state == "withdrawn":
            return "✗ withdrawn"
        if row.state == "stale":
            return "✗ not asked for"
        return f"{'✓ until' if row.state == 'fresh' else '✗ ended'} {row.until}"
    if row.fresh_for is None:
        return "✓ no limit" if row.gates else f"{NOTHING} no gate"
    limit = age(row.fresh_for)
    return f"✓ fresh for {limit}" if row.state == "fresh" else f"✗ older than {limit}"


def show_piece(piece: Kept, row: Row, console: Console) -> None:
    """Write one piece of evidence whole."""
    from rich.text import Text

    console.print(Text(f"#{piece.seq} {row.kind}: {printable(row.what)}", "bold"))
    for name, value in _about(piece, row):
        console.print(Text.assemble((f"{name:<10}", "dim"), value), soft_wrap=True)
    console.print()
    if isinstance(piece, Imported):
        console.print(_figures(piece.results.figures))
        for figure in piece.results.figures:
            for note in figure.notes:
                console.print(Text(f"note on {printable(figure.name)}: {printable(note)}", "dim"))
        for note in piece.results.notes:
            console.print(Text(f"note: {printable(note)}", "dim"))
    elif isinstance(piece, Measured):
        console.print(_slices(piece))
        for note in piece.fact.notes:
            console.print(Text(f"note: {printable(note)}", "dim"))
    else:
        for line in piece.seen.splitlines():
            console.print(Text(printable(line)))


def _about(piece: Kept, row: Row) -> list[tuple[str, str]]:
    """Return what is known of a piece, name and value."""
    found = [("id", piece.id), ("counts", counts(row))]
    if isinstance(piece, Attestation):
        found += [("signed", f"{piece.at.date()} by {piece.actor} for {piece.role}")]
        if piece.file is not None and piece.file_digest is not None:
            found += [("file", f"{printable(piece.file)}  {short(piece.file_digest)}")]
        if piece.withdrawn is not None:
            back = piece.withdrawn
            found += [
                ("withdrawn", f"{back.at.date()} by {back.actor} (#{back.seq}): {printable(back.because)}")
            ]
        return found
    found += [("bundle", printable(piece.bundle)), ("data", f"{short(piece.digest)}, {NOW[row.data]}")]
    if row.gates:
        found += [("gates", ", ".join(row.gates))]
    if isinstance(piece, Measured):
        found += [("measured", f"{piece.measured_at.date()}, {count(piece.fact.rows)} records")]
        return found
    results = piece.results
    found += [("tool", " ".join(printable(part) for part in (results.tool, results.tool_version) if part))]
    ran = "the file does not say when" if results.created_at is None else str(results.created_at.date())
    found += [("ran", f"{ran}; imported {piece.imported_at.date()}")]
    for name, value in (("subject", results.subject), ("tried on", results.dataset)):
        if value:
            found += [(name, printable(cut(value, 200)))]
    return found


def show_figures(figures: tuple[ForeignFigure, ...], console: Console) -> None:
    """Write the figures of a file that was just imported."""
    from rich.padding import Padding
    from rich.text import Text

    console.print(Padding(_figures(figures[:MOST_FIGURES]), (0, 0, 0, 2)))
    if len(figures) > MOST_FIGURES:
        more = f"  and {count(len(figures) - MOST_FIGURES)} more: `holdfast evidence show` lists all"
        console.print(Text(more, "dim"))


def _figures(figures: tuple[ForeignFigure, ...]) -> Table:
    table = plain_table("figure", "value", "k", "n", right=("value", "k", "n"))
    for one in figures:
        table.add_row(printable(one.name), f"{one.value:.6g}", count(one.k), count(one.n))
    return table


def _slices(piece: Measured) -> Table:
    table = plain_table("slice", "k", "n", right=("k", "n"))
    for entry in piece.fact.slices[: MOST_FIGURES * 4]:
        state = entry["state"]
        label = ", ".join(printable(str(value)) for value in entry["slice"]) or "all"
        k, n = (state.get(key) if isinstance(state.get(key), int) else None for key in ("k", "n"))
        table.add_row(label, count(k), count(n))
    return table
