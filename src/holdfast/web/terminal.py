"""The terminal: one console for results, at most 100 columns wide, and steps told while they take long."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

WIDEST = 100


def terminal() -> Console:
    """Return the console for results: at most 100 columns, colour only on a terminal."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=False)
    console.width = min(WIDEST, console.width) if console.is_terminal else WIDEST
    return console


@contextmanager
def steps(*, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """Yield a function that tells the step that begins; a spinner shows it on a terminal, elsewhere nothing.

    It writes on standard error, so that results can be piped.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda _text: None
        return
    from rich.console import Console

    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    with console.status("reading the plan") as status:
        yield lambda text: status.update(text)
