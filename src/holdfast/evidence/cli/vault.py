"""`holdfast vault`: evidence of incidents, handed in and out, held, covered, redacted, erased."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from holdfast.evidence.cli.words import json_option, tell_json
from holdfast.kernel.errors import UsageError

if TYPE_CHECKING:
    from holdfast.access.model.principal import Principal
    from holdfast.evidence.events.vault import Act, Kind
    from holdfast.evidence.ports import Desk, Vault

Command = TypeVar("Command", bound=Callable[..., Any])
STEP = 1 << 20


class Snapshots(Protocol):
    """What takes snapshots of systems."""

    def take(self, incident: str, principal: Principal, why: str) -> str:
        """Take a snapshot; return its id in the vault."""
        ...


class App(Protocol):
    """What the app hands to these commands."""

    @property
    def desk(self) -> Desk:
        """Where evidence is handed in and out."""
        ...

    @property
    def vault(self) -> Vault:
        """Where the words lie."""
        ...

    @property
    def snapshots(self) -> Snapshots:
        """What takes snapshots of systems."""
        ...

    @property
    def principal(self) -> Principal:
        """Who works on this command line."""
        ...


def incident_argument(command: Command) -> Command:
    """Add the incident to a command."""
    return click.argument("incident", metavar="INCIDENT")(command)


def why_option(command: Command) -> Command:
    """Add the reason to a command."""
    return click.option("--why", required=True, help="Why; others will ask later. It is sealed.")(command)


@click.group()
def vault() -> None:
    """Evidence of incidents: sealed, handed in and out, held, covered, erased."""


@vault.command("add")
@incident_argument
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--kind",
    type=click.Choice(["file", "trace", "query", "snapshot"]),
    default="file",
    show_default=True,
    help="What it is.",
)
@why_option
@json_option
@click.pass_obj
def add(app: App, incident: str, file: Path, kind: Kind, why: str, as_json: bool) -> None:
    """Seal a file as evidence of an incident."""
    try:
        with file.open("rb") as opened:
            incoming = app.desk.receive(incident, app.principal, os.fstat(opened.fileno()).st_size)
            try:
                while piece := opened.read(STEP):
                    incoming.write(piece)
                kept = incoming.finish()
            except BaseException:
                incoming.abort()
                raise
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror or error}"
        raise UsageError.of("HF306", message, fix="name a file that this user may read") from error
    item = app.desk.add(incident, app.principal, kept, kind=kind, name=file.name, why=why)
    from holdfast.evidence.views.vault.passing import row_of
    from holdfast.evidence.views.vault.promise import row_json

    row = row_of(app.desk, app.vault, incident, item.id)
    if as_json:
        tell_json(row_json(row))
    else:
        click.echo(f"{row.id}  {row.name}, {row.media}, {row.size:,} bytes\n{row.digest}")


@vault.command("snapshot")
@incident_argument
@why_option
@click.pass_obj
def snapshot(app: App, incident: str, why: str) -> None:
    """Keep what is known of the incident's system now: plan, card, levers, releases, gates.

    At declaration one is taken by itself, where a server or a worker runs.
    """
    click.echo(app.snapshots.take(incident, app.principal, why))


@vault.command("list")
@incident_argument
@json_option
@click.pass_obj
def list_(app: App, incident: str, as_json: bool) -> None:
    """List what lies in an incident's vault, and what was done to it."""
    from holdfast.evidence.views.vault.custody import shown

    app.desk.check_known(incident)
    told = shown(app.desk.custody(incident), app.vault)
    if as_json:
        from holdfast.evidence.views.vault.promise import vault_json

        tell_json(vault_json(told))
        return
    from holdfast.evidence.views.vault.terminal import show_vault
    from holdfast.web.terminal import terminal

    show_vault(told, terminal())


@vault.command("open")
@incident_argument
@click.argument("item", metavar="ID")
@click.option("--to", "target", type=click.Path(path_type=Path), required=True, help="The file to write.")
@click.option("--original", is_flag=True, help="Without the covers, where it has some.")
@click.pass_obj
def open_(app: App, incident: str, item: str, target: Path, original: bool) -> None:
    """Write a piece of evidence into a new file; that it was handed out is recorded first."""
    try:
        with target.open("xb") as opened:
            try:
                given = app.desk.open(incident, app.principal, item, how="downloaded", original=original)
                for piece in given.pieces:
                    opened.write(piece)
            except BaseException:
                target.unlink()
                raise
    except OSError as error:
        message = f"{target} cannot be written: {error.strerror or error}"
        raise UsageError.of("HF503", message, fix="name a file that is not there yet") from error
    click.echo(f"{target}: {given.name}, {given.size:,} bytes")


@vault.command("cover")
@incident_argument
@click.argument("target", metavar="ID")
@click.argument("passages", nargs=-1, required=True, metavar="PASSAGE...")
@why_option
@click.pass_obj
def cover(app: App, incident: str, target: str, passages: tuple[str, ...], why: str) -> None:
    """Cover passages of a text file, or of a text of the incident, wherever they stand in it.

    From now on the text with the covers is what is shown. The original stays for those who audit, until it
    is redacted.
    """
    app.desk.cover(incident, app.principal, target, passages, why)
    click.echo(f"{target}: covered")


@vault.command("redact")
@incident_argument
@click.argument("target", metavar="ID")
@why_option
@click.pass_obj
def redact(app: App, incident: str, target: str, why: str) -> None:
    """Take a content out of the vault for good; a redacted view of it stays."""
    app.desk.redact(incident, app.principal, target, why)
    click.echo(f"{target}: redacted")


def _two_persons(act: Act, summary: str, done: str) -> click.Command:
    @click.command(act, help=summary)
    @incident_argument
    @click.option("--why", help="Ask for it, and say why; somebody else confirms.")
    @click.option("--confirm", is_flag=True, help="Confirm what another person asked for.")
    @click.option("--drop", is_flag=True, help="Withdraw or refuse what was asked for.")
    @click.pass_obj
    def command(app: App, incident: str, why: str | None, confirm: bool, drop: bool) -> None:
        if (why is not None) + confirm + drop != 1:
            raise UsageError.of(
                "HF501", "it is not said what to do", fix="one of --why TEXT, --confirm and --drop"
            )
        if why is not None:
            app.desk.ask(incident, app.principal, act, why)
            click.echo(f"{incident}: {act} is asked for; another person confirms it with --confirm")
        elif confirm:
            app.desk.confirm(incident, app.principal, act)
            click.echo(f"{incident}: {done}")
        else:
            app.desk.drop(incident, app.principal, act)
            click.echo(f"{incident}: {act} is dropped")

    return command


HOLD = "Place a legal hold: nothing of the incident is redacted or erased. It holds from the asking on."
LIFT = "Lift a legal hold."
ERASE = "Destroy the key of an incident, and with it every text and file of it. The chain still verifies."
vault.add_command(_two_persons("hold", HOLD, "held"))
vault.add_command(_two_persons("lift", LIFT, "the hold is lifted"))
vault.add_command(_two_persons("erase", ERASE, "erased for good"))


@vault.command("verify")
@json_option
@click.pass_obj
def verify(app: App, as_json: bool) -> int:
    """Compare every commitment in the ledger with what lies in the vault.

    What a process that died had decided and not done is done now. Exit code 1 where something does not fit.
    """
    findings = app.desk.verify()
    wrong = [finding for finding in findings if not finding.repaired]
    if as_json:
        from holdfast.evidence.views.vault.promise import findings_json

        tell_json({"fits": not wrong, "findings": findings_json(findings)})
    else:
        for finding in findings:
            click.echo(f"{finding.scope} {finding.object}: {finding.what}".strip())
        click.echo("FAIL: the vault is not what the facts say" if wrong else "PASS: every commitment fits")
    return 1 if wrong else 0


@vault.command("rotate")
@click.pass_obj
def rotate(app: App) -> None:
    """Make a new master key and wrap all keys by it; copies of the old one open nothing new.

    With keys in HOLDFAST_VAULT_KEY: put the new one first, run this, then take the old one out.
    """
    scopes = app.desk.change_master(app.principal)
    click.echo(f"{scopes} keys are wrapped by the new master key")
