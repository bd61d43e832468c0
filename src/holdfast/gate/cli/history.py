"""`holdfast gate history`: what was decided, signed and overridden."""

from __future__ import annotations

import json

import click

from holdfast.gate.cli.services import App
from holdfast.gate.cli.words import json_option, sorted_out
from holdfast.kernel.errors import UsageError


@click.command(short_help="What was decided, newest first.")
@click.argument("words", metavar="[GATE] [PLAN]", nargs=-1)
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=50,
    show_default=True,
    help="How many facts, the newest; 0 for all.",
)
@json_option
@click.pass_obj
def history(app: App, words: tuple[str, ...], limit: int, as_json: bool) -> int:
    """Show what was decided about GATE, or about every gate of PLAN: newest first.

    Decisions with verdict, figure, n, bundle, look and evidence; signatures and overrides with who and why.
    """
    plan, gates = sorted_out(words)
    if len(gates) > 1:
        raise UsageError.of("HF501", f"several gates: {', '.join(gates)}", fix="name one, or none for all")
    past = app.gate.history(plan, gates[0] if gates else None, limit)
    if as_json:
        from holdfast.gate.views.history import past_json

        click.echo(json.dumps(past_json(past), indent=2, ensure_ascii=False))
    else:
        from holdfast.gate.views.history import show_past
        from holdfast.web.terminal import terminal

        show_past(past, terminal())
    return 0
