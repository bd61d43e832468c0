"""The engine as the application chooses it: where the ledger is and what may be done with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from holdfast.kernel.clock import Clock
from holdfast.kernel.errors import LedgerError, Place
from holdfast.kernel.events import EventTypes
from holdfast.ledger import export
from holdfast.ledger.chain import Stored
from holdfast.ledger.export import START, verify_export
from holdfast.ledger.ports import Ledger, Projection, Receiver
from holdfast.ledger.sqlite import files, schema
from holdfast.ledger.sqlite.errors import refusing
from holdfast.ledger.sqlite.ledger import SqliteLedger
from holdfast.ledger.sqlite.receiver import SqliteReceiver
from holdfast.ledger.verify import Verified


@dataclass(frozen=True)
class SqliteEngine:
    """Ledgers in SQLite files; fulfils `holdfast.ledger.ports.LedgerEngine`.

    Attributes
    ----------
    path : Path
        The file of the ledger that the user named.
    clock : Clock
        What gives events their time.
    types : EventTypes
        The kinds of fact that can be read.
    projections : sequence of Projection
        The tables to keep.
    patience : timedelta
        How long to wait for another process that writes.
    """

    path: Path
    clock: Clock
    types: EventTypes
    projections: Sequence[Projection] = ()
    patience: timedelta = schema.PATIENCE

    @property
    def place(self) -> str:
        """Where the ledger is, for people."""
        return str(self.path)

    def exists(self) -> bool:
        """Return whether there is something at the path; opening tells whether it is a ledger."""
        with refusing(self.path):
            return self.path.exists()

    def open_ledger(self) -> Ledger:
        """Return the ledger, made where there is none yet."""
        return SqliteLedger(
            self.path,
            clock=self.clock,
            types=self.types,
            projections=self.projections,
            patience=self.patience,
        )

    def stored_events(self) -> AbstractContextManager[Iterator[Stored]]:
        """Return the ledger's events as they are stored, without changing anything."""
        return files.stored_events(self.path)

    def positions(self) -> dict[str, int]:
        """Return how far each subscription has come, without changing anything."""
        return files.positions(self.path)

    def receiver(self) -> Receiver:
        """Return the ledger as one that takes events over; made where there is none yet."""
        return SqliteReceiver(self.path, self.patience)

    def hashes(self) -> AbstractContextManager[Iterator[bytes]]:
        """Return the hashes of all events as they are stored, of one moment, without changing anything."""
        return files.hashes(self.path)

    def verify_ledger(self) -> Verified:
        """Verify the ledger without changing anything."""
        return files.verify_ledger(self.path, self.types, self.projections)

    def verify_file(self, path: Path) -> Verified:
        """Verify a copied ledger or an export, recognised by its content.

        Raises
        ------
        LedgerError
            HF401 where it is neither, HF402 where it is a newer version's.
        """
        with refusing(path):
            first = _beginning(path)
        if first.startswith(START):
            return verify_export(path)
        if first.startswith(schema.MAGIC):
            return files.verify_ledger(path, self.types, self.projections)
        raise LedgerError.of(
            "HF401",
            "the file is neither a ledger nor an export of one"
            if first
            else "the file is empty or not there",
            place=Place(str(path)),
            fix="expected a copy of a ledger, or a file that `holdfast ledger export` wrote",
        )

    @contextmanager
    def hashes_of_file(self, path: Path) -> Iterator[Iterator[bytes]]:
        """Return the hashes of the events in a copied ledger or an export, as they are stored."""
        with refusing(path):
            first = _beginning(path)
        if first.startswith(START):
            yield export.hashes(path)
            return
        with files.hashes(path) as found:
            yield found


def _beginning(path: Path) -> bytes:
    if not path.exists():
        return b""
    with path.open("rb") as file:
        return file.read(len(START))
