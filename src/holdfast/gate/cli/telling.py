"""How the gate's commands print what somebody's act came to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from holdfast.gate.views.acts import Told


def tell(told: Told, as_json: bool) -> int:
    """Print an act; return the exit code."""
    if as_json:
        click.echo(json.dumps(told.facts, indent=2, ensure_ascii=False))
    else:
        from holdfast.gate.views.acts import show_act
        from holdfast.web.terminal import terminal

        show_act(told, terminal())
    return 0
