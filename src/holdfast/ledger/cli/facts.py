"""The commands `holdfast ledger export` and `rebuild`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import click

from holdfast.kernel.canonical import Json
from holdfast.kernel.errors import UsageError
from holdfast.kernel.figures import count, plural
from holdfast.kernel.ids import short
from holdfast.ledger.chain import Head
from holdfast.ledger.export import export_lines
from holdfast.ledger.ports import LedgerAccess
from holdfast.ledger.writing import complete

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write; standard output otherwise. The file appears when it is complete.",
)
@AS_JSON
@click.pass_obj
def export(access: LedgerAccess, output: Path | None, as_json: bool) -> None:
    """Export all facts as JSON lines that anyone can verify offline.

    `holdfast ledger verify FILE` verifies an export, and so does the short program in docs/ledger.md. The
    same ledger always gives the same bytes. A ledger that does not verify is not exported.
    """
    if output is None and as_json:
        raise UsageError.of(
            "HF501",
            "--json tells about the export, which itself goes to the same place",
            fix="add --output FILE",
        )
    with access.ledger_engine().stored_events() as events:
        lines = export_lines(events)
        if output is None:
            _write(sys.stdout.buffer, lines)
            return
        with complete(output, "export") as file:
            head = _write(file, lines)
    if as_json:
        told: dict[str, Json] = {"output": str(output), "head": {"seq": head.seq, "hash": head.hash}}
        click.echo(json.dumps(told, indent=2))
    else:
        click.echo(
            f"exported: {plural(head.seq, 'event')} to {output}, head #{count(head.seq)} {short(head.hash)}"
        )


def _write(file: BinaryIO, lines: Iterable[bytes]) -> Head:
    last = b""
    for line in lines:
        file.write(line)
        last = line
    file.flush()
    footer = json.loads(last)
    return Head(footer["count"], footer["head"])


@click.command()
@AS_JSON
@click.pass_obj
def rebuild(access: LedgerAccess, as_json: bool) -> None:
    """Compute all projections anew from the first event.

    Projections are tables that follow from the facts. Facts are not touched; readers see the old tables until
    the new ones are complete.
    """
    engine = access.whole_ledger()
    with engine.stored_events():
        pass  # refuses where there is no ledger, which opening would make
    with engine.open_ledger() as opened:
        events = opened.rebuild()
        head = opened.head()
    if as_json:
        told: dict[str, Json] = {"events": events, "head": {"seq": head.seq, "hash": head.hash}}
        click.echo(json.dumps(told, indent=2))
    elif events:
        click.echo(f"rebuilt: all projections from {plural(events, 'event')}")
    else:
        click.echo("nothing to rebuild: the ledger has no projections or no events")
