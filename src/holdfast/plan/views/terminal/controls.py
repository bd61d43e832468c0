"""The control library in a terminal: one line a control, or one control whole."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, TextIO

from holdfast.kernel.figures import plural
from holdfast.plan.model.library.control import LibraryControl
from holdfast.plan.model.library.frameworks import title_of
from holdfast.plan.model.library.harms import harms, stakeholders
from holdfast.plan.views.controls import Asked
from holdfast.plan.views.terminal.frame import text, title, write

if TYPE_CHECKING:
    from rich.console import Console

WORDS = 14
"""Columns that a heading beside its text takes."""


def write_list(controls: tuple[LibraryControl, ...], asked: Asked, stream: TextIO) -> None:
    """Write controls, a line each: name, layer, kind and the first failure that it answers."""
    name = max(len(control.name) for control in controls)
    kind = max(len(control.kind) for control in controls)

    def draw(console: Console) -> None:
        count = plural(len(controls), "control")
        console.print(text(f"{count} for {asked.told}" if asked.told else count, "bold"))
        console.print(text(f"{'control':{name}}  {'layer':7}  {'kind':{kind}}  against", "dim"))
        for control in controls:
            head = f"{control.name:{name}}  {control.layer:7}  {control.kind:{kind}}  "
            console.print(text(_cut(head + control.failures[0], console.width)))
        console.print()
        console.print(text("One of them whole, to paste into a plan: holdfast controls NAME", "dim"))

    write(stream, draw)


def write_control(control: LibraryControl, stream: TextIO) -> None:
    """Write one control with its part of a plan."""

    def draw(console: Console) -> None:
        also = f", also to {' and '.join(control.also)}" if control.also else ""
        console.print(text(f"{control.title} ({control.name})", "bold"))
        console.print(text(f"to {control.layer}{also}; {control.kind}", "dim"))
        console.print()
        console.print(text(control.does))
        console.print()
        _beside(console, "against", [*control.failures])
        _beside(console, "harms", [", ".join(control.harms)])
        _beside(console, "shown by", [control.evidence])
        _beside(console, "lever", [" or ".join(control.levers) or "none"])
        _beside(console, "frameworks", [f"{known}  {title_of(known) or ''}" for known in control.frameworks])
        title(console, "IN A PLAN", "people, data and columns are yours to name")
        console.print()
        # printed past the wrapping: it is there to be pasted
        console.out(control.example.rstrip(), highlight=False)

    write(stream, draw)


def write_harms(stream: TextIO) -> None:
    """Write the categories of harm and the stakeholders with the questions that find risks."""

    def draw(console: Console) -> None:
        console.print(text("What can go wrong, asked", "bold"))
        for harm in harms():
            title(console, harm.category.upper(), harm.means)
            for question in harm.questions:
                _indented(console, question, "? ")
            _indented(console, f"as a risk: {harm.for_example}", "= ")
            console.print(text(f"  controls: {', '.join(harm.look_at)}", "dim"))
        title(console, "WHO BEARS IT", "ask for each of them")
        for stakeholder in stakeholders():
            _beside(console, stakeholder.who, [*stakeholder.questions])

    write(stream, draw)


def _beside(console: Console, heading: str, lines: list[str]) -> None:
    heading_width = max(WORDS, len(heading) + 2)
    head = heading
    for line in lines:
        for part in wrap(line, max(20, console.width - heading_width)) or [""]:
            console.print(text(f"{head:{heading_width}}{part}"))
            head = ""


def _indented(console: Console, line: str, mark: str) -> None:
    for index, part in enumerate(wrap(line, max(20, console.width - 4))):
        console.print(text(("  " + mark if index == 0 else "    ") + part))


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else line[: width - 3].rstrip() + "..."
