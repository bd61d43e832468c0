"""Making a workspace of a backup, where there is none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.app.keeping.backups import FACTS, ROWS, Backup, write_file
from holdfast.kernel.errors import LedgerError, Place, UsageError
from holdfast.ledger.chain import GENESIS, REPEATED, Stored, read_body
from holdfast.ledger.export import verify_export
from holdfast.ledger.moving import Taken, take_over
from holdfast.store import copying

if TYPE_CHECKING:
    from holdfast.app.bootstrap import Application


def restore(application: Application, folder: Path) -> tuple[Backup, Taken]:
    """Write a backup to where the workspace is to be, and verify what was written.

    Nothing is overwritten: a workspace that holds something else is refused. One that was begun from the same
    backup is completed.

    Raises
    ------
    UsageError
        HF501: it is no backup, or there is a workspace already.
    LedgerError
        HF406: the backup was changed. HF407: the ledger there holds other facts.
    """
    backup = Backup.read(folder)
    facts = folder / FACTS
    found = verify_export(facts)
    if found.problems or (found.head.seq, found.head.hash) != backup.head:
        what = found.problems[0] if found.problems else "its head is not that of the manifest"
        raise LedgerError.of(
            "HF406",
            f"the backup's facts do not verify: {what}",
            place=Place(str(facts)),
            fix="use another backup",
        )
    engine = application.ledger_engine()
    if engine.exists():
        with engine.hashes() as hashes:
            _refuse_others([each.hex() for each in hashes], facts, engine.place)
    keys = _keys(backup, application.secrets_folder())
    application.secrets_folder().mkdir(parents=True, exist_ok=True)
    for path, content in keys:
        write_file(path, [content])
    if copying.digest_of(application.store)[0] != backup.rows_digest:
        with (folder / ROWS).open("rb") as rows:
            copying.load(application.store, rows)
        copying.check(application.store, backup.rows_digest)
    taken = take_over(lambda: _events(facts), lambda: backup.positions, engine)
    with application.whole_ledger().open_ledger():
        pass  # computes the tables that follow from the facts
    return backup, taken


def _refuse_others(present: list[str], facts: Path, place: str) -> None:
    """Refuse a ledger whose facts are not the beginning of the backup's, before anything is written."""
    with _events(facts) as events:
        known = [event.hash.hex() for event in events]
    if present != known[: len(present)]:
        raise LedgerError.of(
            "HF407",
            "the ledger there holds other facts than the backup; nothing was changed",
            place=Place(place),
            fix="restore to a place where there is no workspace yet",
        )


@contextmanager
def _events(facts: Path) -> Iterator[Iterator[Stored]]:
    with facts.open("rb") as file:
        yield _stored(file)


def _stored(lines: Iterator[bytes]) -> Iterator[Stored]:
    prev = GENESIS
    for line in lines:
        fields = json.loads(line)
        if "body" not in fields:
            continue  # header and footer; the export has been verified
        body = fields["body"].encode()
        said = read_body(body)
        repeated = {name: said[name] for name in REPEATED}
        event = Stored(**repeated, body=body, prev=prev, hash=bytes.fromhex(fields["hash"]))
        prev = event.hash
        yield event


def _keys(backup: Backup, folder: Path) -> list[tuple[Path, bytes]]:
    """Return the keys that are to be written; refuse where there is another one."""
    missing: list[tuple[Path, bytes]] = []
    for path in backup.keys:
        target, content = folder / path.name, path.read_bytes()
        if not target.exists():
            missing.append((target, content))
        elif target.read_bytes() != content:
            raise UsageError.of(
                "HF501",
                "there is another key already, and a restore never overwrites",
                place=Place(str(target)),
                fix="restore to a place where there is no workspace yet",
            )
    return missing
