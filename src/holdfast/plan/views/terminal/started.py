"""What `holdfast init` wrote, in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from holdfast.kernel.figures import plural
from holdfast.plan.views.started import Started
from holdfast.plan.views.terminal.frame import text, title, write

if TYPE_CHECKING:
    from rich.console import Console


def write_started(started: Started, stream: TextIO) -> None:
    """Write what was written, what to fill in, and the next three commands."""
    width = max(len(name) for name in (*started.files, started.data))

    def draw(console: Console) -> None:
        console.print(text(f"A plan for {started.name}, with {plural(started.risks, 'risk')}", "bold"))
        for name in started.files:
            console.print(text(f"  wrote {name:{width}}  {_about(name, started)}"))
        if not started.ignored:
            console.print(
                text("  .gitignore could not be written: add `.holdfast/` to it yourself", "yellow")
            )
        title(console, "NEXT")
        longest = max(len(command) for command, _ in started.next)
        for command, does in started.next:
            console.print(text(f"  {command:{longest}}  {does}"))
        words = "replace it by your own records" if started.sample else "make it"
        title(console, "DATA", f"{started.data}: {words}, a line a record, with these columns")
        wide = max((len(column.name) for column in started.columns), default=0)
        kind = max((len(column.type) for column in started.columns), default=0)
        for column in started.columns:
            gates = f"  for {', '.join(column.gates)}" if column.gates else ""
            console.print(text(f"  {column.name:{wide}}  {column.type:{kind}}{gates}"))

    write(stream, draw)


def _about(name: str, started: Started) -> str:
    if name == started.files[0]:
        return f"{plural(started.yours, 'place')} marked `yours:` hold what only you know"
    if name == started.data:
        return "MADE UP: a verdict on it says nothing about your system"
    return ""
