"""The vault on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.evidence.views.vault.custody import Shown
from holdfast.kernel.clock import iso
from holdfast.kernel.text import printable
from holdfast.web.terminal import plain_table

if TYPE_CHECKING:
    from rich.console import Console


def show_vault(shown: Shown, console: Console) -> None:
    """Show what lies in a scope's vault."""
    from rich.text import Text

    console.print(Text(shown.answer))
    if shown.waiting is not None:
        waiting = shown.waiting
        console.print(Text(f"{waiting.act} asked for by {waiting.by}: {printable(waiting.why)}"))
    if not shown.rows:
        return
    table = plain_table("id", "what", "SHA-256", "added", "out", "state", right=("out",))
    for row in shown.rows:
        what = f"{printable(row.name)}\n{printable(row.why)}"
        cells = (row.id, what, row.digest[7:19], iso(row.at)[:16], str(row.accesses), row.state)
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)
