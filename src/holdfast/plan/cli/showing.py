"""`holdfast plan ...`: the plan as people look at it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click


@click.group(invoke_without_command=True)
@click.pass_context
def plan(context: click.Context) -> None:
    """Look at a plan: its risks, controls, gates and indicators."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@plan.command()
@click.argument("path", metavar="[PLAN]", type=click.Path(path_type=Path), default=Path("holdfast.yaml"))
@click.option("--json", "as_json", is_flag=True, help="Write the register as JSON.")
def show(path: Path, as_json: bool) -> None:
    """Show the risk register of PLAN, a file or a folder; without one, of `holdfast.yaml` here.

    Risks are sorted by R = S x L. Exit codes: 0 done, 3 the plan is wrong.
    """
    from holdfast.plan.views.reading import read_plan
    from holdfast.plan.views.register import register
    from holdfast.plan.views.terminal.register import write_register

    seen = register(read_plan(path))
    if as_json:
        click.echo(json.dumps(seen.as_json(), indent=2))
    else:
        write_register(seen, sys.stdout)


@plan.command(hidden=True)
def reference() -> None:
    """Write the reference page of the plan's format, in Markdown."""
    from holdfast.plan.views.reference import reference_page

    click.echo(reference_page(), nl=False)
