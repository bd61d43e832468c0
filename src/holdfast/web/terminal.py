"""The terminal: one console for results, at most 100 columns wide, and steps told while they take long."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from holdfast.kernel.progress import heard_by

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

WIDEST = 100
BAR = 30
"""Cells of a bar of progress."""
PATIENCE = 1.0
"""Seconds that a step may take before a bar says how far it is."""
COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
"""The colour of each level of a finding."""


def terminal() -> Console:
    """Return the console for results: at most 100 columns, colour only on a terminal."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=False)
    console.width = min(WIDEST, console.width) if console.is_terminal else WIDEST
    return console


def plain_table(*names: str, right: tuple[str, ...] = ()) -> Table:
    """Return a table without lines, for results."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in names:
        table.add_column(name, overflow="fold", justify="right" if name in right else "left")
    return table


def coloured(level: str, text: str) -> str:
    """Return a finding with its level in colour; click leaves colours out where nobody sees them."""
    if level not in COLOURS or os.environ.get("NO_COLOR"):
        return text
    from click import style

    lead, _, rest = text.partition(":")
    return style(lead, fg=COLOURS[level], bold=True) + ":" + rest


@contextmanager
def steps(*, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """Yield a function that tells the step that begins; a spinner shows it on a terminal, elsewhere nothing.

    A bar beside it shows how far the work is, where it says so and takes longer than a second. All of it is
    on standard error, so that results can be piped, and is gone when the work is done.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda _text: None
        return
    from rich.console import Console

    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    with console.status("reading the plan") as status:
        shown = _Step(status.update, ascii_only=console.options.ascii_only)
        with heard_by(shown.hear):
            yield shown.begin


class _Step:
    """The step that is shown, with how far it is."""

    def __init__(self, show: Callable[[Text], None], *, ascii_only: bool = False) -> None:
        self._show = show
        self._cells = ("#", "-") if ascii_only else ("\u2501", "\u2500")
        self._text = "reading the plan"
        self._since = monotonic()

    def begin(self, text: str) -> None:
        """Show the step that begins; nothing is known yet of how far it is."""
        from rich.text import Text

        self._text, self._since = text, monotonic()
        self._show(Text(text))

    def hear(self, share: float) -> None:
        """Show how far the step is, once it has taken a second."""
        from rich.text import Text

        if monotonic() - self._since < PATIENCE:
            return
        done = round(BAR * min(max(share, 0.0), 1.0))
        full, empty = self._cells
        bar = ((full * done, "green"), (empty * (BAR - done), "dim"))
        self._show(Text.assemble(f"{self._text}  ", *bar, f" {share:4.0%}"))
