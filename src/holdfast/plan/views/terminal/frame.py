"""What the views share in a terminal: the console, headings, tables, and words that mark nothing up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TextIO

from holdfast.web.terminal import WIDEST

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

    from holdfast.plan.views.evidence import State

STYLES: dict[State, str] = {
    "live": "green",
    "open": "yellow",
    "stale": "yellow",
    "bare": "red",
    "failing": "bold red",
}
"""State of evidence -> colour; the word always stands beside it."""


def write(stream: TextIO, draw: Callable[[Console], None]) -> None:
    """Write what `draw` prints: to a terminal at its width, elsewhere at 100 columns and without colour."""
    from rich.console import Console

    # what a plan says is text, never markup: brackets stay, nothing is highlighted by guessing
    console = Console(file=stream, markup=False, highlight=False, emoji=False)
    console.width = min(console.width, WIDEST) if console.is_terminal else WIDEST
    with console.capture() as written:
        draw(console)
    # tables are padded to their width, which a pipe or a paste would keep
    lines = "".join(line.rstrip() + "\n" for line in written.get().splitlines())
    encoding = stream.encoding or "utf-8"
    stream.write(lines.encode(encoding, "replace").decode(encoding))


def title(console: Console, words: str, detail: str = "") -> None:
    """Print a heading below an empty line."""
    from rich.text import Text

    console.print()
    console.print(Text.assemble((words, "bold"), ("  " + detail if detail else "", "dim")))


def text(words: str, style: str = "") -> RenderableType:
    """Return words as they are."""
    from rich.text import Text

    return Text(words, style=style, overflow="fold")


def no_ledger() -> RenderableType:
    """Return why everything is bare where there is no ledger."""
    return text("There is no ledger yet, so nothing is shown: `holdfast check` records gates.", "dim")


def table(*columns: tuple[str, str], names: Iterable[str] = (), width: int = 0) -> Table:
    """Return an empty table; a column is its heading and `left`, `right`, or `name` for one of the names.

    Names keep up to a third of the width, so that they stay whole where everything else wraps.
    """
    from rich.table import Table

    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", expand=False)
    for heading, kind in columns:
        made.add_column(
            heading,
            justify="right" if kind == "right" else "left",
            overflow="fold",
            no_wrap=kind == "right",
            min_width=min(max(map(len, names), default=0), width // 3) if kind == "name" else None,
        )
    return made
