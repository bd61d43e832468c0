"""`holdfast routes ...`: whom a plan reaches, and whether it does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from holdfast.respond.views.routes import RouteRow, Trial

FILE = click.Path(path_type=Path)


class Routes(Protocol):
    """The routes of a plan."""

    def rows(self, plan: Path) -> Sequence[RouteRow]:
        """Return all routes."""
        ...

    def test(self, plan: Path, names: Sequence[str]) -> Sequence[Trial]:
        """Try routes out; none named: all of them."""
        ...


class App(Protocol):
    """What the app hands to these commands."""

    @property
    def routes(self) -> Routes:
        """The routes."""
        ...


@click.group()
def routes() -> None:
    """Routes: whom the plan reaches, by which system, and whether it does."""


plan_option = click.option(
    "--plan", type=FILE, default=Path(), metavar="PLAN", help="The plan; without it, `holdfast.yaml` here."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print it as JSON (docs/json.md).")


@routes.command("list")
@plan_option
@json_option
@click.pass_obj
def list_routes(app: App, plan: Path, as_json: bool) -> None:
    """List the routes of the plan, whom each reaches, and which `$NAMES` are not set here.

    Exit codes: 0 done, 3 the plan is wrong.
    """
    rows = app.routes.rows(plan)
    if as_json:
        told = {"holdfast": 1, "routes": [row.as_json() for row in rows]}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    from holdfast.web.terminal import plain_table, terminal

    table = plain_table("route", "by", "reaches", "not set here")
    for row in rows:
        whom = ", ".join(row.reaches) or ("told of every incident" if row.follows else "nobody")
        table.add_row(row.name, row.kind, whom, ", ".join(row.unset))
    terminal().print(table)


@routes.command("test")
@click.argument("names", metavar="ROUTE...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Try every route of the plan.")
@plan_option
@json_option
@click.pass_context
def test_routes(
    context: click.Context, names: tuple[str, ...], every: bool, plan: Path, as_json: bool
) -> None:
    """Send a message that says it is a test, and tell the receipt.

    It goes to whoever ROUTE reaches: a pager rings. A status page shows nothing: it is only asked whether
    it is there. Nothing is recorded.

    Exit codes: 0 every route took it, 1 one did not, 3 the plan is wrong or has no such route.
    """
    if not names and not every:
        raise click.UsageError("name a ROUTE, or say --all")
    app: App = context.obj
    trials = app.routes.test(plan, names)
    if as_json:
        told = {"holdfast": 1, "trials": [trial.as_json() for trial in trials]}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for trial in trials:
            more = " ".join(part for part in (trial.receipt, trial.address, trial.why) if part)
            click.echo(f"{trial.route} ({trial.kind}): {trial.result}" + (f": {more}" if more else ""))
    context.exit(0 if all(trial.result == "taken" for trial in trials) else 1)
