"""`holdfast measure --segments`: what is printed of the segments that differ."""

from __future__ import annotations

import json

import click

from holdfast.gate.cli.services import App
from holdfast.gate.commands import FindSegments


def find(app: App, command: FindSegments, top: int, *, as_json: bool) -> int:
    """Look for segments and print the first of them."""
    from holdfast.gate.views.segments_told import segments_json, show_segments
    from holdfast.web.terminal import steps, terminal

    with steps(quiet=as_json) as say:
        told = app.gate.segments(command, say)
    if as_json:
        click.echo(json.dumps(segments_json(told), indent=2, ensure_ascii=False))
    else:
        show_segments(told, terminal(), top)
    return 0
