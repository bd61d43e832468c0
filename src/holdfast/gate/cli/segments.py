"""`holdfast measure --segments`: what is printed of the segments that differ."""

from __future__ import annotations

import json
from pathlib import Path

import click

from holdfast.gate.cli.services import App
from holdfast.gate.commands import FindSegments


def find(app: App, command: FindSegments, top: int, *, picture: Path | None, as_json: bool) -> int:
    """Look for segments, draw them where a picture is asked for, and print the first of them."""
    from holdfast.gate.views.segments_told import segments_json, show_segments
    from holdfast.web.files import from_here
    from holdfast.web.terminal import steps, terminal

    with steps(quiet=as_json) as say:
        told = app.gate.segments(command, say)
    drawn = None
    if picture is not None:
        from holdfast.gate.views.drawing import segments_picture

        drawn = segments_picture(told, top).write(picture)
    if as_json:
        click.echo(json.dumps(segments_json(told), indent=2, ensure_ascii=False))
        return 0
    console = terminal()
    show_segments(told, console, top)
    if drawn is not None:
        console.print(f"picture {from_here(drawn)}", soft_wrap=True)
    return 0
