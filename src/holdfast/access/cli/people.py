"""`holdfast people`: who may come in, as what."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from holdfast.access.cli.words import App, json_option, told_link

if TYPE_CHECKING:
    from holdfast.access.views.people import PersonShown

ROLES = "viewer, responder, commander, approver, auditor, admin"


@click.group()
def people() -> None:
    """People and their roles.

    Whoever can write the ledger's file may do this; on a server admins do it on the page of people.
    """


@people.command("list")
@json_option
@click.pass_obj
def listing(app: App, as_json: bool) -> None:
    """Everybody, with roles and the plan's people that they act for."""
    known = app.access.people(app.principal)
    if as_json:
        click.echo(json.dumps([_fields(each) for each in known], indent=2, ensure_ascii=False))
        return
    if not known:
        click.echo("nobody yet: `holdfast serve` prints a link that makes the owner")
        return
    from rich.table import Table

    from holdfast.web.terminal import terminal

    table = Table("id", "name", "state", "roles", "acts for", box=None, pad_edge=False)
    for each in known:
        table.add_row(each.actor, each.name, each.state, ", ".join(each.roles), ", ".join(each.groups))
    terminal().print(table)


@people.command()
@click.option("--role", "roles", multiple=True, metavar="ROLE", help=f"One of {ROLES}; may be repeated.")
@click.option("--group", "groups", multiple=True, metavar="NAME", help="A name of the plan's `people:`.")
@click.option("--name", default="", help="What others call them; it stands in no fact.")
@click.option("--mail", default="", help="Where sign-in links go, where a mail route is set up.")
@json_option
@click.pass_obj
def invite(
    app: App, roles: tuple[str, ...], groups: tuple[str, ...], name: str, mail: str, as_json: bool
) -> None:
    """Invite somebody; prints a link that works once, within 72 hours."""
    from holdfast.access.commands import Invite

    command = Invite(roles or ("viewer",), groups, name, mail)
    told_link(app, app.access.invite(app.principal, command, ""), as_json)


@people.command()
@click.argument("person", metavar="ID")
@json_option
@click.pass_obj
def link(app: App, person: str, as_json: bool) -> None:
    """Make another one-time link for somebody who is known; it lasts 24 hours."""
    told_link(app, app.access.link(app.principal, person), as_json)


@people.command()
@click.argument("person", metavar="ID")
@click.option("--give", multiple=True, metavar="ROLE", help=f"One of {ROLES}; may be repeated.")
@click.option("--take", multiple=True, metavar="ROLE", help="The same, taken.")
@click.option("--group", "groups", multiple=True, metavar="NAME", help="Act for one of the plan's people.")
@click.option("--no-group", "gone", multiple=True, metavar="NAME", help="Act for them no longer.")
@click.pass_obj
def role(
    app: App,
    person: str,
    give: tuple[str, ...],
    take: tuple[str, ...],
    groups: tuple[str, ...],
    gone: tuple[str, ...],
) -> None:
    """Give and take roles and groups; each change is a fact and holds from the next request on."""
    from holdfast.access.commands import ChangeRoles
    from holdfast.kernel.errors import UsageError

    if not (give or take or groups or gone):
        raise UsageError.of("HF501", "nothing to give or take", fix="say `--give ROLE` or `--take ROLE`")
    if give or groups:
        app.access.give(app.principal, ChangeRoles(person, give, groups))
    if take or gone:
        app.access.take(app.principal, ChangeRoles(person, take, gone))
    _now(app, person)


@people.command("sign-out")
@click.argument("person", metavar="[ID]", required=False)
@click.option("--all", "everybody", is_flag=True, help="Everybody: after a theft, or a restore of a backup.")
@click.pass_obj
def sign_out(app: App, person: str | None, everybody: bool) -> None:
    """End all sessions and links of somebody; they come in again by a new link or the identity provider."""
    from holdfast.kernel.errors import UsageError

    if everybody == (person is not None):
        raise UsageError.of("HF501", "sign out whom?", fix="name one person's ID, or say `--all`")
    known = [each.actor for each in app.access.people(app.principal) if each.state != "forgotten"]
    for each in known if everybody else [person or ""]:
        app.access.shut_out(app.principal, each)
        click.echo(f"{each} is signed out everywhere")


@people.command()
@click.argument("person", metavar="ID")
@click.pass_obj
def deactivate(app: App, person: str) -> None:
    """Let somebody in no more; their sessions and links end at once."""
    app.access.deactivate(app.principal, person)
    _now(app, person)


@people.command()
@click.argument("person", metavar="ID")
@click.pass_obj
def reactivate(app: App, person: str) -> None:
    """Let somebody come in again."""
    app.access.reactivate(app.principal, person)
    _now(app, person)


@people.command()
@click.argument("person", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def forget(app: App, person: str, yes: bool) -> None:
    """Erase name, mail address and identity of somebody for good; facts keep the id, the chain verifies."""
    if not yes:
        click.confirm(f"Erase the name, mail address and identity of {person} for good?", abort=True)
    app.access.forget(app.principal, person)
    click.echo(f"{person} is forgotten; facts keep the id")


def _now(app: App, person: str) -> None:
    found = next(each for each in app.access.people(app.principal) if each.actor == person)
    roles, groups = ", ".join(found.roles) or "no role", ", ".join(found.groups)
    click.echo(f"{person} is {found.state}: {roles}{f'; acts for {groups}' if groups else ''}")


def _fields(person: PersonShown) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(person)
