"""Coverage by layer in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from holdfast.plan.views.coverage import Coverage, CoverageRow, HeldBy
from holdfast.plan.views.register import LAYERS
from holdfast.plan.views.terminal.frame import STYLES, no_ledger, table, text, title, write

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table


def write_coverage(seen: Coverage, stream: TextIO) -> None:
    """Write what holds each risk."""

    def draw(console: Console) -> None:
        console.print(text(seen.headline, "bold"))
        console.print(text(f"{seen.name} ({seen.system})"))
        if not seen.known:
            console.print(no_ledger())
        for row in seen.risks:
            title(console, f"R {row.score}  {row.id}", f"owner {row.owner or 'nobody'}")
            console.print(text(row.harm))
            console.print(_layers(row))
        if seen.unused:
            title(console, "USED BY NO RISK")
            console.print(text(", ".join(seen.unused)))

    write(stream, draw)


def _layers(row: CoverageRow) -> Table:
    rows = table(("layer", "left"), ("control", "left"), ("owner", "left"), ("shown", "left"))
    for layer in LAYERS:
        controls = row.layer(layer)
        if not controls:
            rows.add_row(layer, text("none: a gap", "bold red"), "", "")
        for place, control in enumerate(controls):
            rows.add_row(layer if place == 0 else "", *_control(control))
    return rows


def _control(control: HeldBy) -> tuple[RenderableType, ...]:
    library = " (library)" if control.library else ""
    return (
        text(control.control + library),
        text(control.owner or "nobody", "" if control.owner else "yellow"),
        text(f"{control.state}: {control.says}", STYLES[control.state]),
    )
