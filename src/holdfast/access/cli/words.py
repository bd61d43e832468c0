"""What the commands of access say alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

if TYPE_CHECKING:
    from holdfast.access.model.principal import Principal
    from holdfast.access.model.shown import LinkShown
    from holdfast.access.services import Administration

Command = TypeVar("Command", bound=Callable[..., Any])
LONGEST_DAYS = 100_000


class App(Protocol):
    """What the app hands to the commands of this room."""

    @property
    def access(self) -> Administration:
        """The access room's services."""
        ...

    @property
    def principal(self) -> Principal:
        """Who works on this command line."""
        ...

    @property
    def address(self) -> str:
        """Where people reach the server; empty where nobody said."""
        ...


def json_option(command: Command) -> Command:
    """Add `--json` to a command."""
    told = "Print the result as JSON (docs/json.md)."
    return click.option("--json", "as_json", is_flag=True, help=told)(command)


def ends(now: datetime, days: int) -> datetime:
    """Return when something ends that lasts some days; what is too long is refused where it is decided."""
    return now + timedelta(days=max(-LONGEST_DAYS, min(days, LONGEST_DAYS)))


def told_link(app: App, link: LinkShown, as_json: bool) -> None:
    """Print a one-time link, with the server's address where it is known."""
    where = app.address + link.path
    if as_json:
        told = {"id": link.actor, "link": where, "until": link.until.isoformat()}
        click.echo(json.dumps(told, indent=2))
        return
    click.echo(where)
    known = "" if app.address else "; it begins with your server's address (HOLDFAST_URL)"
    click.echo(f"{link.actor}, once, until {link.until:%Y-%m-%d %H:%M} UTC{known}", err=True)
