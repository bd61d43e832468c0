"""`holdfast runbook ...`: what is done when an AI system fails, step by step."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from holdfast.kernel.errors import PlanError
from holdfast.respond.cli.following import run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from holdfast.plan.model.lint.subject import LintFinding
    from holdfast.respond.model.runbooks.cacao.importing import Imported
    from holdfast.respond.ports.runbooks import Found
    from holdfast.respond.views.runbooks.sheet import Sheet
    from holdfast.respond.views.runbooks.shelf import Row

FILE = click.Path(path_type=Path)


class Runbooks(Protocol):
    """The runbooks that there are."""

    def rows(self, plan: Path | None) -> Sequence[Row]:
        """Return every runbook of the plan and the library."""
        ...

    def find(self, named: str, plan: Path | None) -> Found:
        """Return a runbook by its name or its file."""
        ...

    def sheet(self, found: Found) -> Sheet:
        """Return a runbook on one page."""
        ...

    def html(self, sheet: Sheet) -> str:
        """Return that page as one self-contained HTML file."""
        ...

    def as_cacao(self, found: Found) -> str:
        """Return a runbook as a CACAO 2.0 playbook, in JSON."""
        ...

    def from_cacao(self, file: Path) -> Imported:
        """Return the runbook that a CACAO 2.0 playbook in a file is."""
        ...

    def lint(self, found: Found, plan: Path | None) -> Sequence[LintFinding]:
        """Return what is wrong with a runbook."""
        ...


class App(Protocol):
    """What the app hands to these commands."""

    @property
    def runbooks(self) -> Runbooks:
        """The runbooks."""
        ...


@click.group(invoke_without_command=True)
@click.pass_context
def runbook(context: click.Context) -> None:
    """Runbooks: what is done when an AI system fails, step by step.

    One is built in for each failure mode. A runbook that the plan names under `runbooks:` wins over the
    built-in one of the same name.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


plan_option = click.option(
    "--plan",
    type=FILE,
    metavar="PLAN",
    help="The plan; without it, `holdfast.yaml` here, where there is one.",
)


@runbook.command("list")
@plan_option
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON (docs/json.md).")
@click.pass_obj
def list_runbooks(app: App, plan: Path | None, as_json: bool) -> None:
    """List the plan's runbooks and the built-in ones.

    Exit codes: 0 done, 3 the plan is wrong.
    """
    rows = app.runbooks.rows(plan)
    if as_json:
        told = {"holdfast": 1, "runbooks": [row.as_json() for row in rows]}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    from holdfast.web.terminal import plain_table, terminal

    table = plain_table("runbook", "from", "version", "steps", "what goes wrong", right=("steps",))
    for row in rows:
        table.add_row(row.name, row.origin, row.version, str(row.steps or ""), row.problem or row.title)
    terminal().print(table)


@runbook.command()
@click.argument("named", metavar="RUNBOOK")
@plan_option
@click.option("--html", type=FILE, metavar="FILE", help="Write it to FILE: one page, prints on one sheet.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON (docs/json.md).")
@click.pass_obj
def show(app: App, named: str, plan: Path | None, html: Path | None, as_json: bool) -> None:
    """Show RUNBOOK, a name or a file, on one page.

    Exit codes: 0 done, 3 there is no such runbook, or it is wrong.
    """
    from holdfast.respond.model.runbooks.writing import form_of
    from holdfast.respond.views.runbooks.terminal import as_text
    from holdfast.web.files import prepared, write

    if html is not None:
        prepared(html)
    found = _shown(app, named, plan)
    if as_json:
        told = {
            "holdfast": 1,
            "origin": found.origin,
            "digest": found.digest,
            **form_of(found.loaded.runbook),
        }
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    elif html is None:
        click.echo(as_text(app.runbooks.sheet(found)), nl=False)
    if html is not None:
        write(html, app.runbooks.html(app.runbooks.sheet(found)))
        if not as_json:
            click.echo(f"wrote {html}: the runbook {found.loaded.runbook.id} on one page")


def _shown(app: App, named: str, plan: Path | None) -> Found:
    """Return a runbook to look at; where the plan that happens to lie here is wrong, the built-in one.

    Somebody who needs a runbook in the night is not sent to mend a plan first.
    """
    from holdfast.respond.model.runbooks.library import library_names
    from holdfast.respond.views.runbooks.shelf import find_runbook

    try:
        return app.runbooks.find(named, plan)
    except PlanError as error:
        if plan is not None or named not in library_names():
            raise
        wrong = error.problems[0]
        click.echo(f"the plan here is wrong ({wrong.message}); this is the built-in runbook", err=True)
        return find_runbook(named)


@runbook.command()
@click.argument("named", metavar="RUNBOOK")
@plan_option
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON (docs/json.md).")
@click.pass_obj
def lint(app: App, named: str, plan: Path | None, as_json: bool) -> int:
    """Look for the mistakes that runbooks make: dead branches, acts that nothing confirms, no proof.

    RUNBOOK is a file or a name. With a plan, levers, metrics, gates and rights are looked up in it.
    Exit codes: 0 nothing found, 1 findings, 3 it cannot be read.
    """
    from holdfast.respond.views.runbooks.linted import lint_json, lint_text
    from holdfast.web.terminal import coloured

    found = app.runbooks.find(named, plan)
    findings = app.runbooks.lint(found, plan)
    if as_json:
        click.echo(json.dumps(lint_json(found, findings), indent=2, ensure_ascii=False))
    else:
        for level, text in lint_text(found, findings):
            click.echo(coloured(level, text))
    return 1 if findings else 0


@runbook.command()
@click.argument("named", metavar="RUNBOOK")
@plan_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["yaml", "cacao"]),
    default="yaml",
    show_default=True,
    help="A file of one's own, or an OASIS CACAO 2.0 playbook.",
)
@click.option("--out", type=FILE, metavar="FILE", help="Write it to FILE, which must not be there yet.")
@click.pass_obj
def export(app: App, named: str, plan: Path | None, form: str, out: Path | None) -> None:
    """Write RUNBOOK as a file: to be edited and named under the plan's `runbooks:`, or for other tools.

    Exit codes: 0 done, 3 there is no such runbook, or the file cannot be written.
    """
    from holdfast.respond.model.runbooks.writing import as_yaml

    found = app.runbooks.find(named, plan)
    text = app.runbooks.as_cacao(found) if form == "cacao" else as_yaml(found.loaded.runbook)
    _give(text, out, f"the runbook {found.loaded.runbook.id}" + (" as CACAO 2.0" if form == "cacao" else ""))


@runbook.command("import")
@click.argument("file", metavar="FILE", type=FILE)
@click.option("--out", type=FILE, metavar="YAML", help="Write it to YAML, which must not be there yet.")
@click.pass_obj
def import_runbook(app: App, file: Path, out: Path | None) -> None:
    """Make a runbook of FILE, a CACAO 2.0 playbook, and name what of it could not be taken.

    Commands for machines are written down for people; nothing is run. `holdfast runbook lint` says what the
    runbook lacks then. Exit codes: 0 done, 3 the file cannot be read, or is no CACAO 2.0 playbook.
    """
    imported = app.runbooks.from_cacao(file)
    _give(imported.loaded.text, out, f"the runbook {imported.loaded.runbook.id}")
    for one in imported.not_taken:
        click.echo(f"not taken: {one.what} ({one.place})", err=True)


def _give(text: str, out: Path | None, what: str) -> None:
    from holdfast.web.files import prepared, write

    if out is None:
        click.echo(text, nl=False)
        return
    prepared(out)
    write(out, text)
    click.echo(f"wrote {out}: {what}")


runbook.add_command(run)
