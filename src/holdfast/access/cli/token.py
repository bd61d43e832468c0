"""`holdfast token`: tokens for machines."""

from __future__ import annotations

import json

import click

from holdfast.access.cli.words import App, ends, json_option

SCOPES = "view, report, declare, respond, command, approve, read-sensitive, audit"


@click.group()
def token() -> None:
    """Tokens for machines: what sends alerts, reports or asks the API.

    A token is shown once; Holdfast keeps its hash. It begins with `hf_` and ends with a checksum, so that
    scanners for secrets find it.
    """


@token.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    metavar="SCOPE",
    help=f"What it may, report by default; may be repeated. One of {SCOPES}.",
)
@click.option("--days", default=90, show_default=True, help="How long it lasts, at most 366.")
@json_option
@click.pass_obj
def issue(app: App, name: str, scopes: tuple[str, ...], days: int, as_json: bool) -> None:
    """Issue a token for the machine NAME, and print it this once."""
    from holdfast.access.commands import IssueToken

    until = ends(app.access.now(), days)
    issued = app.access.issue(app.principal, IssueToken(name, scopes or ("report",), until))
    if as_json:
        told = {"id": issued.actor, "token": issued.text, "until": until.isoformat()}
        click.echo(json.dumps(told, indent=2))
        return
    click.echo(issued.text)
    click.echo(f"{issued.actor}, until {until:%Y-%m-%d}; it is shown this once", err=True)


@token.command("list")
@json_option
@click.pass_obj
def listing(app: App, as_json: bool) -> None:
    """All tokens, never their text."""
    now, known = app.access.now(), app.access.tokens(app.principal)
    if as_json:
        rows = [
            {
                "id": each.actor,
                "name": each.name,
                "scopes": list(each.scopes),
                "until": each.until.isoformat(),
                "state": each.state(now),
                "used_on": each.used_on,
            }
            for each in known
        ]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    if not known:
        click.echo("no token yet: `holdfast token issue NAME`")
        return
    from rich.table import Table

    from holdfast.web.terminal import terminal

    table = Table("id", "name", "scopes", "until", "state", "last used", box=None, pad_edge=False)
    for each in known:
        until, used = f"{each.until:%Y-%m-%d}", each.used_on or "never"
        table.add_row(each.actor, each.name, ", ".join(each.scopes), until, each.state(now), used)
    terminal().print(table)


@token.command()
@click.argument("token", metavar="ID")
@click.pass_obj
def revoke(app: App, token: str) -> None:
    """Take a token out of use, in every process at once."""
    app.access.revoke(app.principal, token)
    click.echo(f"{token} is revoked")
