"""`holdfast plan ask`: the questions that a plan must be able to answer."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from holdfast.plan.cli.services import App


@click.command()
@click.argument("path", metavar="[PLAN]", type=click.Path(path_type=Path), default=Path("holdfast.yaml"))
@click.option("--json", "as_json", is_flag=True, help="Print the answers as JSON (docs/json.md).")
@click.pass_obj
def ask(app: App, path: Path, as_json: bool) -> None:
    """Ask PLAN the three questions of a launch, and answer them from it.

    \b
    If this shipped today, what could go wrong tomorrow morning, and who would know?
    Can you show a report proving each gate passed?
    Who wakes up at 2am, and what exactly do they do first?

    PLAN is a file or a folder; without one, `holdfast.yaml` here. Only what the plan says, and what the
    ledger knows of it, is an answer; where there is none, it says so.

    Exit codes: 0 done, 3 the plan is wrong.
    """  # noqa: D301 -- \b is how click is told to keep lines
    from holdfast.plan.views.terminal.questions import write_questions

    told = app.plan.ask(path)
    if as_json:
        click.echo(json.dumps(told.as_json(), indent=2, ensure_ascii=False))
    else:
        write_questions(told, sys.stdout)
