"""The commands `holdfast ledger ...`: verify, export, rebuild."""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from holdfast.kernel.canonical import Json
from holdfast.kernel.errors import Place, UsageError
from holdfast.kernel.figures import count, plural
from holdfast.kernel.ids import short
from holdfast.kernel.verdict import Verdict
from holdfast.ledger.chain import Head
from holdfast.ledger.export import export_lines
from holdfast.ledger.ports import LedgerAccess
from holdfast.ledger.verify import Verified

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
WORDS = {Verdict.PASS: "verified", Verdict.FAIL: "DOES NOT VERIFY", Verdict.INCONCLUSIVE: "nothing to verify"}


@click.group()
def ledger() -> None:
    """Facts: verify, export, rebuild.

    Which ledger is meant is said with `holdfast --ledger URL ledger ...` or HOLDFAST_LEDGER.
    """


@ledger.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@AS_JSON
@click.pass_obj
def verify(access: LedgerAccess, path: Path | None, as_json: bool) -> int:
    """Verify the ledger, or the copy or export at PATH.

    Nothing is changed and no network is used. The first event that does not fit is named, and how it does
    not fit.

    Exit codes: 0 every event fits, 1 something does not, 2 there are no events, 3 it is not a ledger.
    """
    found = access.ledger_engine().verify_ledger() if path is None else access.verify_file(path)
    if as_json:
        click.echo(json.dumps(_promise(found), indent=2))
    else:
        for line in _told(found):
            click.echo(line)
    return found.verdict.exit_code


def _told(found: Verified) -> Iterator[str]:
    events = plural(found.events, "event")
    if found.verdict is Verdict.PASS:
        yield f"{WORDS[found.verdict]}: {events}, head #{count(found.head.seq)} {short(found.head.hash)}"
        yield "Every event fits the one before it. Compare the head with one that was noted elsewhere."
    elif found.verdict is Verdict.FAIL:
        yield f"{WORDS[found.verdict]}: {found.problems[0]}"
        yield from (f"  also: {problem}" for problem in found.problems[1:])
        yield f"Up to #{count(found.head.seq)} {short(found.head.hash)}, {events} fit."
        yield "Do not write to the file; keep it as it is and compare it with a backup or an export."
    else:
        yield f"{WORDS[found.verdict]}: the ledger holds no event"
    yield from (f"note: {note}" for note in found.notes)


def _promise(found: Verified) -> dict[str, Json]:
    return {
        "verdict": found.verdict.value,
        "events": found.events,
        "head": {"seq": found.head.seq, "hash": found.head.hash},
        "problems": [{"seq": problem.seq, "what": problem.what} for problem in found.problems],
        "notes": list(found.notes),
    }


@ledger.command()
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
        with _complete(output) as file:
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


@contextmanager
def _complete(output: Path) -> Iterator[BinaryIO]:
    """Open a file that appears under its name only when all of it is on the disk."""
    draft = output.with_name(f".{output.name}.{secrets.token_hex(4)}.new")
    try:
        try:
            with draft.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            draft.replace(output)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError.of(
            "HF503",
            f"the export cannot be written ({error.strerror or error})",
            place=Place(str(output)),
            fix="expected a folder that exists, can be written and has room",
        ) from error


@ledger.command()
@AS_JSON
@click.pass_obj
def rebuild(access: LedgerAccess, as_json: bool) -> None:
    """Compute all projections anew from the first event.

    Projections are tables that follow from the facts. Facts are not touched; readers see the old tables until
    the new ones are complete.
    """
    engine = access.ledger_engine()
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
