"""The ledger in one SQLite file: one writer at a time, any number of readers that never wait for it."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from holdfast.kernel.clock import Clock
from holdfast.kernel.errors import ConflictError, HoldfastError, LedgerError, Place
from holdfast.kernel.events import Event, EventTypes, Recorded
from holdfast.ledger import chain
from holdfast.ledger.chain import Head, Stored
from holdfast.ledger.ports import Projection
from holdfast.ledger.projections import check_projections, fold, make_tables, table_names
from holdfast.ledger.sqlite import schema
from holdfast.ledger.sqlite.bridge import Bridge, explaining, reading_engine
from holdfast.ledger.sqlite.errors import refusing

if TYPE_CHECKING:
    from sqlalchemy import Engine, Row, Select

COLUMNS = "seq, stream, version, type, at, actor, because, body, prev, hash"
HEAD = "SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1"
VERSION = "SELECT version FROM events WHERE stream = ? ORDER BY version DESC LIMIT 1"
INSERT = f"INSERT INTO events ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 -- constants
READ = f"SELECT {COLUMNS} FROM events WHERE stream = ? AND version > ? ORDER BY version"  # noqa: S608
SINCE = f"SELECT {COLUMNS} FROM events WHERE seq > ?%s ORDER BY seq LIMIT ?"  # noqa: S608 -- constants
BEFORE = f"SELECT {COLUMNS} FROM events WHERE %s ORDER BY %s DESC LIMIT ?"  # noqa: S608 -- constants
FOLDED = "UPDATE projections SET seq = ? WHERE name = ? AND shape = ? AND seq = ?"


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
        self._clock = clock
        self._types = types
        self._projections = tuple(projections)
        self._patience = patience
        self._lock = threading.RLock()
        self._idle: list[sqlite3.Connection] = []
        self._queries: Engine | None = None
        self._closed = False
        if not schema.recognise(path):
            schema.make(path)
        with refusing(path):
            self._writer = schema.connect(path, "rw", patience)
        self._bridge = Bridge(self._writer)
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        with refusing(self._path):
            schema.check_version(self._path, self._writer.execute("PRAGMA user_version").fetchone()[0])
            self._writer.execute("PRAGMA journal_mode=WAL")
            schema.durable(self._writer)
        if self._projections:
            self._bridge.open()
        with self._writing():  # also finds out now, not at the first fact, that the file cannot be written
            head = self._writer_head()[0]
            for projection in self._projections:
                self._bring_up(projection, head)

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
        with self._writing():
            first, prev = self._writer_head()
            version = self._stream_version(stream)
            if expected is not None and version != expected:
                raise self._conflict(f"stream `{stream}` is at version {version}, expected {expected}")
            if because is not None and not 0 < because <= first:
                msg = f"the cause of an event is an earlier one: there is no event #{because}"
                raise ValueError(msg)
            made: list[Recorded] = []
            seq, at = first, self._clock.now()
            for event in events:
                seq, version = seq + 1, version + 1
                stored = chain.store(
                    event,
                    seq=seq,
                    stream=stream,
                    version=version,
                    at=at,
                    actor=actor,
                    because=because,
                    prev=prev,
                )
                self._writer.execute(INSERT, stored)
                prev = stored.hash
                made.append(Recorded(seq, stream, version, at, actor, because, event, prev.hex()))
            if made:
                self._project(first, made)
        return made

    def _project(self, first: int, made: Sequence[Recorded]) -> None:
        for projection in self._projections:
            told = (made[-1].seq, projection.name, projection.shape, first)
            if self._writer.execute(FOLDED, told).rowcount == 1:
                self._fold(projection, made)
            else:
                # a process that does not know this projection has appended since
                self._bring_up(projection, made[-1].seq)

    def _bring_up(self, projection: Projection, head: int) -> None:
        row = self._writer.execute(
            "SELECT shape, tables, seq FROM projections WHERE name = ?", (projection.name,)
        ).fetchone()
        shape, former, seq = (0, "[]", 0) if row is None else row
        if shape > projection.shape:
            raise LedgerError.of(
                "HF402",
                f"projection `{projection.name}` has shape {shape}; known up to {projection.shape}",
                place=Place(str(self._path)),
                fix="update this installation",
            )
        if shape < projection.shape or json.loads(former) != table_names(projection) or seq > head:
            with explaining():
                make_tables(self._bridge.connection, projection, json.loads(former))
            seq = 0
        if seq < head or row is None:
            self._fold(projection, self._all_since(seq))
            self._writer.execute(
                "INSERT OR REPLACE INTO projections (name, shape, tables, seq) VALUES (?, ?, ?, ?)",
                (projection.name, projection.shape, json.dumps(table_names(projection)), head),
            )

    def _fold(self, projection: Projection, events: Iterable[Recorded]) -> None:
        with explaining():
            fold(self._bridge.connection, [projection], events)

    def _all_since(self, seq: int) -> Iterator[Recorded]:
        while True:
            batch = self._decoded(self._writer.execute(SINCE % "", (seq, 1000)).fetchall())
            if not batch:
                return
            yield from batch
            seq = batch[-1].seq

    def rebuild(self) -> int:
        """Compute all projections anew; see `holdfast.ledger.ports.Ledger.rebuild`."""
        with self._writing():
            head = self._writer_head()[0]
            if not self._projections:
                return 0
            self._writer.executemany(
                "UPDATE projections SET shape = 0 WHERE name = ?", [(p.name,) for p in self._projections]
            )
            for projection in self._projections:
                self._bring_up(projection, head)
        return head

    # Reading

    def read(self, stream: str, after: int = 0) -> list[Recorded]:
        """Return a stream's events; see `holdfast.ledger.ports.Ledger.read`."""
        return self._decoded(self._select(READ, (stream, after)))

    def since(self, seq: int, *, limit: int, types: Collection[str] | None = None) -> list[Recorded]:
        """Return events after a seq; see `holdfast.ledger.ports.Ledger.since`."""
        names = () if types is None else tuple(types)
        condition = "" if types is None else f" AND type IN ({', '.join('?' * len(names))})"
        return self._decoded(self._select(SINCE % condition, (seq, *names, limit)))

    def before(
        self,
        seq: int | None,
        *,
        limit: int,
        types: Collection[str] | None = None,
        stream: str | None = None,
    ) -> list[Recorded]:
        """Return events before a seq, newest first; see `holdfast.ledger.ports.Ledger.before`."""
        asked: list[tuple[str, tuple[object, ...]]] = []
        if seq is not None:
            asked.append(("seq < ?", (seq,)))
        if stream is not None:
            asked.append(("stream = ?", (stream,)))
        if types is not None:
            asked.append((f"type IN ({', '.join('?' * len(types))})", tuple(types)))
        condition = " AND ".join(each for each, _ in asked) or "TRUE"
        values = tuple(value for _, each in asked for value in each)
        order = "seq" if stream is None else "version"  # the same order, and each has its index
        return self._decoded(self._select(BEFORE % (condition, order), (*values, limit)))

    def version(self, stream: str) -> int:
        """Return the number of a stream's last event; 0 where there is none."""
        rows = self._select(VERSION, (stream,))
        return int(rows[0][0]) if rows else 0

    def head(self) -> Head:
        """Return the last event's seq and hash; seq 0 and zeros where there is none."""
        rows = self._select(HEAD, ())
        return Head.of(*rows[0]) if rows else Head.of(0, chain.GENESIS)

    def query(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        """Return the rows that a SQLAlchemy Core statement selects from the projections."""
        with self._lock:
            self._check_open()
            if self._queries is None:
                self._queries = reading_engine(lambda: schema.connect(self._path, "ro", self._patience))
            engine = self._queries
        with refusing(self._path), explaining(), engine.connect() as connection:
            return connection.execute(statement).all()

    # Subscriptions

    def position(self, name: str) -> int:
        """Return the seq that a subscription handled last; 0 at first."""
        rows = self._select("SELECT seq FROM cursors WHERE name = ?", (name,))
        return int(rows[0][0]) if rows else 0

    def advance(self, name: str, seq: int, expected: int) -> None:
        """Move a subscription on; see `holdfast.ledger.ports.Ledger.advance`."""
        with self._writing():
            row = self._writer.execute("SELECT seq FROM cursors WHERE name = ?", (name,)).fetchone()
            present = row[0] if row else 0
            if present != expected:
                raise self._conflict(f"subscription `{name}` is at #{present}, expected #{expected}")
            if not expected <= seq <= self._writer_head()[0]:
                msg = f"a subscription moves forward to an event that exists: #{expected} to #{seq}"
                raise ValueError(msg)
            self._writer.execute("INSERT OR REPLACE INTO cursors (name, seq) VALUES (?, ?)", (name, seq))

    # Opening and closing

    def close(self) -> None:
        """Let go of the file; closing twice is harmless."""
        with self._lock:
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
            with self._lock:
                self._check_open()
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                connection = schema.connect(self._path, "ro", self._patience)
            try:
                yield connection
            finally:
                with self._lock:
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
        return [chain.recorded(Stored(*row), self._types, str(self._path)) for row in rows]

    def _writer_head(self) -> tuple[int, bytes]:
        return self._writer.execute(HEAD).fetchone() or (0, chain.GENESIS)

    def _stream_version(self, stream: str) -> int:
        row = self._writer.execute(VERSION, (stream,)).fetchone()
        return int(row[0]) if row else 0

    def _conflict(self, message: str) -> HoldfastError:
        return ConflictError.of(
            "HF407",
            f"{message}: somebody else appended first",
            place=Place(str(self._path)),
            fix="load it again and decide again",
        )
