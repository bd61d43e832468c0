"""The ledger in one SQLite file: one writer at a time, any number of readers that never wait for it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from holdfast.kernel.clock import Clock
from holdfast.kernel.events import Event, EventTypes, Recorded
from holdfast.ledger import chain
from holdfast.ledger.appending import Asked, compose, moved
from holdfast.ledger.chain import Head, Stored
from holdfast.ledger.ports import Projection
from holdfast.ledger.projections import Keeper, check_projections
from holdfast.ledger.sqlite import schema
from holdfast.ledger.sqlite.bridge import Bridge, explaining, reading_engine
from holdfast.ledger.sqlite.errors import refusing
from holdfast.ledger.sqlite.notes import SQL, SqliteNotes

if TYPE_CHECKING:
    from sqlalchemy import Engine, Row, Select


class SqliteLedger:
    """A ledger in a SQLite file, made where there is none.

    Parameters
    ----------
    path : Path
        The file. The folder it lies in is made where its own parent exists.
    clock : Clock
        What gives events their time.
    types : EventTypes
        The kinds of fact that can be read.
    projections : sequence of Projection
        The tables to keep; new or changed ones are computed now.
    patience : timedelta
        How long to wait for another process that writes.

    Raises
    ------
    LedgerError
        HF401 the file is something else, HF402 it or a fact in it is a newer version's, HF403 it cannot be
        written, HF404 it is locked, HF405 there is no room, HF406 it is damaged.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock,
        types: EventTypes,
        projections: Sequence[Projection] = (),
        patience: timedelta = schema.PATIENCE,
    ) -> None:
        check_projections(projections, schema.OWN_TABLES)
        self._path = path
        self._place = str(path)
        self._clock = clock
        self._types = types
        self._projections = tuple(projections)
        self._patience = patience
        self._lock = threading.RLock()
        self._reading = threading.Lock()  # of its own: who reads does not wait for who appends
        self._idle: list[sqlite3.Connection] = []
        self._queries: Engine | None = None
        self._closed = False
        if not schema.recognise(path):
            schema.make(path)
        with refusing(path):
            self._writer = schema.connect(path, "rw", patience)
        self._bridge = Bridge(self._writer)
        self._keeper = Keeper(
            projections, SqliteNotes(self._writer, self._bridge, self._decoded), explaining, str(path)
        )
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        with refusing(self._path):
            schema.check_version(self._path, schema.version_of(self._writer))
            self._writer.execute("PRAGMA journal_mode=WAL")
            schema.durable(self._writer)
        if self._projections:
            self._bridge.open()
        with self._writing():  # also finds out now, not at the first fact, that the file cannot be written
            schema.migrate(self._writer)
            self._keeper.bring_up_all(self._writer_head()[0])

    # Appending

    def append(
        self,
        stream: str,
        events: Sequence[Event],
        *,
        expected: int | None,
        actor: str,
        because: int | None = None,
    ) -> list[Recorded]:
        """Append events to a stream; see `holdfast.ledger.ports.Ledger.append`."""
        chain.check_names(stream, actor)
        asked = Asked(stream, events, expected, actor, because)
        with self._writing():
            head = self._writer_head()
            rows, made = compose(asked, head, self._stream_version(stream), self._clock.now(), self._place)
            for row in rows:
                self._writer.execute(SQL.insert, row)
            if made and self._projections:
                self._keeper.follow(head[0], made)
        return made

    def rebuild(self) -> int:
        """Compute all projections anew; see `holdfast.ledger.ports.Ledger.rebuild`."""
        with self._writing():
            head = self._writer_head()[0]
            if not self._projections:
                return 0
            self._keeper.rebuild(head)
        return head

    # Reading

    def read(self, stream: str, after: int = 0) -> list[Recorded]:
        """Return a stream's events; see `holdfast.ledger.ports.Ledger.read`."""
        return self._decoded(self._select(SQL.read, (stream, after)))

    def since(self, seq: int, *, limit: int, types: Collection[str] | None = None) -> list[Recorded]:
        """Return events after a seq; see `holdfast.ledger.ports.Ledger.since`."""
        return self._decoded(self._select(*SQL.since(seq, limit, types)))

    def before(
        self,
        seq: int | None,
        *,
        limit: int,
        types: Collection[str] | None = None,
        stream: str | None = None,
    ) -> list[Recorded]:
        """Return events before a seq, newest first; see `holdfast.ledger.ports.Ledger.before`."""
        return self._decoded(self._select(*SQL.before(seq, limit, types, stream)))

    def caused(self, seq: int, *, limit: int) -> list[Recorded]:
        """Return the events that one caused; see `holdfast.ledger.ports.Ledger.caused`."""
        return self._decoded(self._select(SQL.caused, (seq, limit)))

    def version(self, stream: str) -> int:
        """Return the number of a stream's last event; 0 where there is none."""
        rows = self._select(SQL.version, (stream,))
        return int(rows[0][0]) if rows else 0

    def head(self) -> Head:
        """Return the last event's seq and hash; seq 0 and zeros where there is none."""
        rows = self._select(SQL.head, ())
        return Head.of(*rows[0]) if rows else Head.of(0, chain.GENESIS)

    def query(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        """Return the rows that a SQLAlchemy Core statement selects from the projections."""
        with self._reading:
            self._check_open()
            if self._queries is None:
                self._queries = reading_engine(lambda: schema.connect(self._path, "ro", self._patience))
            engine = self._queries
        with refusing(self._path), explaining(), engine.connect() as connection:
            return connection.execute(statement).all()

    # Subscriptions

    def position(self, name: str) -> int:
        """Return the seq that a subscription handled last; 0 at first."""
        rows = self._select(SQL.position, (name,))
        return int(rows[0][0]) if rows else 0

    def advance(self, name: str, seq: int, expected: int) -> None:
        """Move a subscription on; see `holdfast.ledger.ports.Ledger.advance`."""
        with self._writing():
            row = self._writer.execute(SQL.position, (name,)).fetchone()
            present = row[0] if row else 0
            moved(name, seq, expected, present, self._writer_head()[0], self._place)
            self._writer.execute(SQL.advance, (name, seq))

    # Opening and closing

    def close(self) -> None:
        """Let go of the file; closing twice is harmless."""
        with self._lock, self._reading:
            if self._closed:
                return
            self._closed = True
            self._bridge.close()
            if self._queries is not None:
                self._queries.dispose()
            for connection in self._idle:
                connection.close()
            self._idle.clear()
            self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Inside

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the only write transaction; all that happens in it stays, or nothing does."""
        with self._lock, refusing(self._path):
            self._check_open()
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        with refusing(self._path):
            with self._reading:
                self._check_open()
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                connection = schema.connect(self._path, "ro", self._patience)
            try:
                yield connection
            finally:
                with self._reading:
                    if self._closed:
                        connection.close()
                    else:
                        self._idle.append(connection)

    def _check_open(self) -> None:
        if self._closed:
            msg = "the ledger is closed"
            raise ValueError(msg)

    def _select(self, statement: str, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
        with self._reader() as connection:
            return connection.execute(statement, parameters).fetchall()

    def _decoded(self, rows: Iterable[tuple[Any, ...]]) -> list[Recorded]:
        return [chain.recorded(Stored(*row), self._types, self._place) for row in rows]

    def _writer_head(self) -> tuple[int, bytes]:
        return self._writer.execute(SQL.head).fetchone() or (0, chain.GENESIS)

    def _stream_version(self, stream: str) -> int:
        row = self._writer.execute(SQL.version, (stream,)).fetchone()
        return int(row[0]) if row else 0
