"""Making a workspace of a backup, where there is none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.app.keeping.backups import FACTS, ROWS, Backup
from holdfast.app.keyfiles import missing_keys, write_keys
from holdfast.kernel.errors import LedgerError, Place
from holdfast.ledger.chain import GENESIS, REPEATED, Stored, read_body
from holdfast.ledger.export import verify_export
from holdfast.ledger.moving import Taken, refuse_others, take_over
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
    refuse_others(lambda: _events(facts), engine)
    write_keys(missing_keys(backup.keys, application.secrets_folder()))
    if copying.digest_of(application.store)[0] != backup.rows_digest:
        with (folder / ROWS).open("rb") as rows:
            copying.load(application.store, rows)
        copying.check(application.store, backup.rows_digest)
    taken = take_over(lambda: _events(facts), lambda: backup.positions, engine)
    with application.whole_ledger().open_ledger():
        pass  # computes the tables that follow from the facts
    return backup, taken


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
