"""Events that come as they are stored, from another ledger or a backup."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from holdfast.ledger.appending import conflict
from holdfast.ledger.chain import GENESIS, Head, Stored
from holdfast.ledger.sqlite import schema
from holdfast.ledger.sqlite.errors import refusing
from holdfast.ledger.sqlite.notes import SQL


class SqliteReceiver:
    """Fulfils `holdfast.ledger.ports.Receiver`; the ledger is made where there is none."""

    def __init__(self, path: Path, patience: timedelta) -> None:
        self._path = path
        if not schema.recognise(path):
            schema.make(path)
        with refusing(path):
            self._writer = schema.connect(path, "rw", patience)
            self._writer.execute("PRAGMA journal_mode=WAL")
            schema.durable(self._writer)
        with self._writing():
            schema.migrate(self._writer)

    @property
    def place_name(self) -> str:
        """Where it is, for people."""
        return str(self._path)

    def head(self) -> Head:
        """Return the last event's seq and hash."""
        with refusing(self._path):
            return Head.of(*(self._writer.execute(SQL.head).fetchone() or (0, GENESIS)))

    def receive(self, events: Sequence[Stored]) -> None:
        """Write events that continue the head, in one transaction."""
        with self._writing():
            seq = (self._writer.execute(SQL.head).fetchone() or (0, GENESIS))[0]
            if events[0].seq != seq + 1:
                raise conflict(f"the ledger is at #{seq}, expected #{events[0].seq - 1}", self.place_name)
            self._writer.executemany(SQL.insert, events)

    def positions(self) -> dict[str, int]:
        """Return how far each subscription has come."""
        with refusing(self._path):
            return dict(self._writer.execute("SELECT name, seq FROM cursors").fetchall())

    def place(self, name: str, seq: int) -> None:
        """Put a subscription where it was."""
        with self._writing():
            self._writer.execute(SQL.advance, (name, seq))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with refusing(self._path):
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()
