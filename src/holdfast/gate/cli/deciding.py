"""`holdfast gate decide`: some gates now, such as those of one stage of a pipeline."""

from __future__ import annotations

import json

import click

from holdfast.gate.cli.services import App
from holdfast.gate.cli.words import bundle_option, json_option, sorted_out
from holdfast.gate.commands import DecideGates


@click.command(short_help="Measure, decide and record some gates.")
@click.argument("words", metavar="[GATE]... [PLAN]", nargs=-1)
@click.option("--stage", help="The gates that guard this stage, whatever stage the system is in.")
@bundle_option
@json_option
@click.pass_obj
def decide(app: App, words: tuple[str, ...], stage: str | None, bundle: str | None, as_json: bool) -> int:
    """Measure, decide and record the named GATEs of PLAN, or those of a stage.

    Without either, those that `holdfast check` would ask now. Nothing is said about the release, and no
    page is written. Exit codes: that of the worst gate that blocks; 0 where none of them does.
    """
    from holdfast.web.terminal import steps

    plan, gates = sorted_out(words)
    with steps(quiet=as_json) as say:
        told = app.gate.decide(DecideGates(plan, gates, stage, bundle), say)
    if as_json:
        from holdfast.gate.views.promise import check_json

        click.echo(json.dumps(check_json(told, None), indent=2, ensure_ascii=False))
    else:
        from holdfast.gate.views.terminal import show
        from holdfast.web.terminal import terminal

        show(told, terminal(), None)
    return told.verdict.exit_code
