"""`holdfast incident declare|list|show`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from holdfast.kernel.errors import UsageError
from holdfast.respond.cli.incident.fields import parse_time
from holdfast.respond.cli.incident.telling import (
    due_lines,
    first_moves,
    headline,
    say_facts,
    say_incident,
    say_json,
    say_rows,
)

if TYPE_CHECKING:
    from holdfast.respond.cli.incident.services import App

STATES = ("open", "declared", "triaging", "contained", "recovering", "recovered", "closed")
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON (docs/json.md).")


@click.command()
@click.argument("what", nargs=-1, required=True)
@click.option("--system", default="unassigned", metavar="ID", help="Id of the system; it may be unknown.")
@click.option("--account", metavar="TEXT", help="What was seen: one trace, or one credible report.")
@click.option("--since", metavar="TIME", help="Earliest plausible onset: `30m` (ago), or ISO 8601.")
@click.option("--near-miss", is_flag=True, help="A control caught it before it did harm.")
@click.option("--key", metavar="KEY", help="The same for the same wish: it is declared once.")
@json_option
@click.pass_obj
def declare(
    app: App,
    what: tuple[str, ...],
    system: str,
    account: str | None,
    since: str | None,
    near_miss: bool,
    key: str | None,
    as_json: bool,
) -> None:
    """Declare an incident: WHAT happens, in a line.

    Declare when there is one reproducible trace or one credible report, a plausible path to harm, and an
    uncertainty that time makes worse. Near-misses count. Downgrading later costs a reason, nothing more.

    Exit codes: 0 declared, 3 it could not be recorded.
    """
    from holdfast.access.model.principal import Principal
    from holdfast.respond.commands.declaring import DeclareIncident

    title = " ".join(what).strip()
    if not title:
        raise UsageError.of("HF792", "what happens is not said", fix='`declare "it leaks addresses"`')
    onset = parse_time(since, back=True) if since else None
    if isinstance(onset, str):
        raise UsageError.of("HF792", f"--since is {onset[:40]!r}", fix="`30m`, `2h`, or ISO 8601")
    command = DeclareIncident(
        system=checked_system(system),
        title=title,
        account=account,
        near_miss=near_miss,
        onset=onset if isinstance(onset, datetime) else None,
        key=f"cli:{key}" if key else None,
    )
    incident = app.respond.declared(command, Principal.local(app.settings.actor))
    told = app.respond.incident_told(incident)
    if as_json:
        say_json(incident=told.model_dump(mode="json"))
        return
    click.echo(f"declared {headline(told)}")
    for line in due_lines(told.clocks):
        click.echo(line)
    click.echo("\nNEXT")
    for words, command_line in first_moves(told):
        click.echo(f"  {words}\n      {command_line}")


def checked_system(system: str) -> str:
    """Return the id of a system, or refuse what is none.

    Raises
    ------
    UsageError
        HF792.
    """
    import re

    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", system):
        raise UsageError.of("HF792", f"--system is {system[:40]!r}", fix="letters, digits, `-`, `_` and `.`")
    return system


@click.command("list")
@click.option("--state", type=click.Choice(STATES), default=None, help="Only those in this state.")
@click.option("--system", default="", metavar="ID", help="Only those of this system.")
@click.option("--limit", type=click.IntRange(1, 200), default=50, help="At most so many.")
@json_option
@click.pass_obj
def list_(app: App, state: str | None, system: str, limit: int, as_json: bool) -> None:
    """List incidents: what is open first, the worst of it first.

    Exit codes: 0 done.
    """
    rows = app.respond.incident_rows(state or "", system, 0, limit)
    if as_json:
        say_json(incidents=[row.model_dump(mode="json") for row in rows])
        return
    say_rows(rows)


@click.command()
@click.argument("incident")
@click.option("--facts", is_flag=True, help="Its time line: every fact, oldest first.")
@json_option
@click.pass_obj
def show(app: App, incident: str, facts: bool, as_json: bool) -> None:
    """Show INCIDENT: how bad, who leads, what is contained, what is due.

    Exit codes: 0 done, 3 there is no such incident.
    """
    if facts:
        found = app.respond.facts_told(incident, 0, 1_000_000)
        if as_json:
            say_json(incident=incident, facts=[fact.model_dump(mode="json") for fact in found])
            return
        say_facts(found)
        return
    told = app.respond.incident_told(incident)
    if as_json:
        say_json(incident=told.model_dump(mode="json"))
        return
    say_incident(told)
