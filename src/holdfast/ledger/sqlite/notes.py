"""Where the projections are, kept in the ledger's own file and transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from holdfast.kernel.events import Recorded
from holdfast.ledger.sqlite.bridge import Bridge
from holdfast.ledger.statements import Statements

if TYPE_CHECKING:
    from sqlalchemy import Connection

SQL = Statements("?")


class SqliteNotes:
    """Fulfils `holdfast.ledger.projections.Notes` on the connection that writes."""

    def __init__(
        self,
        writer: sqlite3.Connection,
        bridge: Bridge,
        decoded: Callable[[Iterable[tuple[Any, ...]]], list[Recorded]],
    ) -> None:
        self._writer = writer
        self._bridge = bridge
        self._decoded = decoded

    @property
    def connection(self) -> Connection:
        """SQLAlchemy on the write transaction."""
        return self._bridge.connection

    def noted(self, name: str) -> tuple[int, str, int] | None:
        """Return a projection's shape, its tables as JSON and the seq it has come to."""
        found: tuple[int, str, int] | None = self._writer.execute(SQL.noted, (name,)).fetchone()
        return found

    def note(self, name: str, shape: int, tables: str, seq: int) -> None:
        """Keep that."""
        self._writer.execute(SQL.note, (name, shape, tables, seq))

    def step(self, name: str, shape: int, first: int, last: int) -> bool:
        """Move on from one seq to another; return False where it is not there or of another shape."""
        return self._writer.execute(SQL.folded, (last, name, shape, first)).rowcount == 1

    def since(self, seq: int) -> Iterator[Recorded]:
        """Return all events after a seq."""
        while True:
            batch = self._decoded(self._writer.execute(*SQL.since(seq, 1000)).fetchall())
            if not batch:
                return
            yield from batch
            seq = batch[-1].seq
