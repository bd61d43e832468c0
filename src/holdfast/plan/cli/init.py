"""`holdfast init`: a plan to start from."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from holdfast.plan.cli.interview import Flags, by_asking, by_flags
from holdfast.plan.cli.services import App
from holdfast.plan.commands import StartPlan


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path(), required=False)
@click.option("--template", metavar="NAME", help="assistant, classifier, ranking or minimal.")
@click.option(
    "--system", metavar="ID", help="The system's id in every fact. Default: from the folder's name."
)
@click.option("--name", metavar="TEXT", help="Its name for people. Default: from the id.")
@click.option("--purpose", metavar="TEXT", help="What it does, for whom, in a sentence.")
@click.option("--owner", metavar="GROUP", help="The group that answers for it. Default: ml-team.")
@click.option("--approver", metavar="GROUP", help="Who approves a release. Default: product-lead.")
@click.option(
    "--harms",
    metavar="A,B",
    help="Categories of harm to start with. `holdfast controls --harms` asks about each.",
)
@click.option(
    "--sample/--no-sample", default=None, help="Write made-up records, so that a check runs at once."
)
@click.option("--yes", is_flag=True, help="Ask nothing; take the defaults.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON; asks nothing.")
@click.pass_obj
def init(
    app: App,
    folder: Path,
    template: str | None,
    system: str | None,
    name: str | None,
    purpose: str | None,
    owner: str | None,
    approver: str | None,
    harms: str | None,
    sample: bool | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Write a plan to start from into FOLDER; without one, here.

    On a terminal it asks what the flags leave open; elsewhere it needs --template, --system and --owner, or
    --yes. It writes `holdfast.yaml` and its runbook, and `.holdfast/` into `.gitignore`. A plan that is there
    is never overwritten.

    Exit codes: 0 done, 3 there is a plan already, or an answer cannot be.
    """
    from holdfast.plan.views.terminal.started import write_started

    app.plan.refuse_where_one_is(folder)
    flags = Flags(template, system, name, purpose, owner, approver, harms, sample)
    asks = not yes and not as_json and on_a_terminal()
    answers = by_asking(flags, folder) if asks else by_flags(flags, folder, defaults=yes)
    started = app.plan.start(StartPlan(folder, answers.template, answers.subject, answers.sample))
    if as_json:
        click.echo(json.dumps(started.as_json(), indent=2, ensure_ascii=False))
        return
    if asks:
        click.echo()
    write_started(started, sys.stdout)


def on_a_terminal() -> bool:
    """Return whether somebody can see a question and answer it."""
    return sys.stdin.isatty() and sys.stdout.isatty()
