"""The commands `holdfast backup` and `holdfast restore`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from holdfast.kernel.canonical import Json
from holdfast.kernel.figures import count, plural
from holdfast.kernel.ids import short

if TYPE_CHECKING:
    from holdfast.app.bootstrap import Application
    from holdfast.app.keeping.backups import Backup

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--with-keys", is_flag=True, help="Also the keys; who has the backup can then read everything.")
@AS_JSON
@click.pass_obj
def backup(application: Application, folder: Path, with_keys: bool, as_json: bool) -> None:
    """Write facts, store and vault into the new FOLDER, while others go on writing.

    What was written is verified. The vault's key is left out unless asked for: keep it elsewhere, because
    without it nobody reads what is sealed, and with it everybody does.
    """
    from holdfast.app.keeping.making import make_backup

    with _letting_go(application):
        made = make_backup(application, folder, keys=with_keys)
    if as_json:
        click.echo(json.dumps(_promise(made), indent=2))
        return
    click.echo(f"backed up: {_told(made)} to {folder}, verified")
    if not with_keys:
        click.echo(
            f"The keys are not in it: keep a copy of `key` in {application.secrets_folder()} elsewhere."
        )


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@AS_JSON
@click.pass_obj
def restore(application: Application, folder: Path, as_json: bool) -> None:
    """Make a workspace of the backup in FOLDER, where there is none yet.

    Where it is made is said with `holdfast --ledger URL restore ...`; a backup of a file may become a
    database, and the other way round. What was written is verified. Nothing is overwritten.
    """
    from holdfast.app.keeping.restoring import restore as restore_workspace

    with _letting_go(application):
        made, taken = restore_workspace(application, folder)
    place = application.ledger_engine().place
    if as_json:
        click.echo(json.dumps({**_promise(made), "written": taken.events, "place": place}, indent=2))
        return
    click.echo(f"restored: {_told(made)} to {place}, verified")
    if not made.keys:
        click.echo(f"The keys were not in it: put `key` into {application.secrets_folder()}.")


@contextmanager
def _letting_go(application: Application) -> Iterator[None]:
    """Close the store afterwards, where it was opened at all: what is refused makes none."""
    try:
        yield
    finally:
        if "store" in vars(application):
            application.store.close()


def _told(made: Backup) -> str:
    seq, digest = made.head
    return f"{plural(seq, 'event')}, head #{count(seq)} {short(digest)}, and {plural(made.rows, 'row')}"


def _promise(made: Backup) -> dict[str, Json]:
    seq, digest = made.head
    return {
        "folder": str(made.folder),
        "head": {"seq": seq, "hash": digest},
        "rows": made.rows,
        "keys": [path.name for path in made.keys],
    }
