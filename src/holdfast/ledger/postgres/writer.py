"""The connection that writes: held, and made again where it was lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from holdfast.kernel.events import Recorded
from holdfast.ledger.chain import GENESIS, Stored
from holdfast.ledger.postgres.bridge import bridge
from holdfast.ledger.postgres.schema import LOCK
from holdfast.ledger.postgres.server import Server
from holdfast.ledger.statements import Statements

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import Connection

SQL = Statements("%s")
BEGIN = f"BEGIN; SELECT pg_advisory_xact_lock({LOCK})"
"""One way to the server and back. What is read next sees all that the former holder of the lock wrote."""
STAND = f"SELECT seq, hash, ({SQL.version}) FROM events ORDER BY seq DESC LIMIT 1"  # noqa: S608 -- constants


class Writer:
    """Transactions of one writer at a time; fulfils `holdfast.ledger.projections.Notes` within them.

    Parameters
    ----------
    server : Server
    projected : bool
        Whether there are projections, which need SQLAlchemy.
    decoded : callable
        Turns rows into events.
    """

    def __init__(
        self,
        server: Server,
        projected: bool,
        decoded: Callable[[Iterable[tuple[Any, ...]]], list[Recorded]],
    ) -> None:
        self._server = server
        self._projected = projected
        self._decoded = decoded
        self._raw: psycopg.Connection[Any] | None = None
        self._bridge: Connection | None = None

    @contextmanager
    def writing(self, before_commit: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Hold the only write transaction; all that happens in it stays, or nothing does.

        Raises
        ------
        ConnectionLostError
            The connection is gone. What was not committed is not recorded; where committing had begun, the
            outcome is known to the server only.
        """
        raw = self._connected()
        with self._server.refusing(raw):
            try:
                raw.execute(BEGIN)
                yield
                before_commit()
                raw.execute("COMMIT")
            except BaseException:
                self._back(raw)
                raise

    def _connected(self) -> psycopg.Connection[Any]:
        if self._raw is None or self._raw.closed:
            self.close()
            self._raw = self._server.connect()
            if self._projected:
                with self._server.refusing(self._raw):
                    self._bridge = bridge(self._raw)
        return self._raw

    def _back(self, raw: psycopg.Connection[Any]) -> None:
        """Roll back; a connection that cannot even do this is of no use any more."""
        try:
            if raw.info.transaction_status:
                raw.rollback()
        except Exception:  # noqa: BLE001 -- what led here is raised by the caller and says more
            raw.close()

    def execute(self, statement: str, values: tuple[object, ...] = ()) -> psycopg.Cursor[Any]:
        """Run a statement in the transaction."""
        assert self._raw is not None  # noqa: S101 -- in a transaction there is a connection
        return self._raw.execute(statement, values)

    def cursor(self) -> psycopg.Cursor[Any]:
        """Return a cursor in the transaction."""
        assert self._raw is not None  # noqa: S101 -- as above
        return self._raw.cursor()

    def stand(self, stream: str) -> tuple[int, bytes, int]:
        """Return the head's seq and hash and the version of a stream."""
        row: tuple[int, bytes, int | None] | None = self.execute(STAND, (stream,)).fetchone()
        return (0, GENESIS, 0) if row is None else (row[0], row[1], row[2] or 0)

    def head(self) -> tuple[int, bytes]:
        """Return the head's seq and hash."""
        return self.execute(SQL.head).fetchone() or (0, GENESIS)

    def insert(self, rows: list[Stored]) -> None:
        """Write events."""
        for row in rows:
            self.execute(SQL.insert, row)

    # What keeps the projections asks for

    @property
    def connection(self) -> Connection:
        """SQLAlchemy on the write transaction."""
        assert self._bridge is not None  # noqa: S101 -- there are projections
        return self._bridge

    def noted(self, name: str) -> tuple[int, str, int] | None:
        """Return a projection's shape, its tables as JSON and the seq it has come to."""
        found: tuple[int, str, int] | None = self.execute(SQL.noted, (name,)).fetchone()
        return found

    def note(self, name: str, shape: int, tables: str, seq: int) -> None:
        """Keep that."""
        self.execute(SQL.note, (name, shape, tables, seq))

    def step(self, name: str, shape: int, first: int, last: int) -> bool:
        """Move on from one seq to another; return False where it is not there or of another shape."""
        return self.execute(SQL.folded, (last, name, shape, first)).rowcount == 1

    def since(self, seq: int) -> Iterator[Recorded]:
        """Return all events after a seq."""
        while True:
            batch = self._decoded(self.execute(*SQL.since(seq, 1000)).fetchall())
            if not batch:
                return
            yield from batch
            seq = batch[-1].seq

    def close(self) -> None:
        """Let go of the connection."""
        if self._bridge is not None:
            self._bridge.detach()  # closed here, and never by a pool
            self._bridge = None
        if self._raw is not None:
            self._raw.close()
            self._raw = None
