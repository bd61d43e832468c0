"""The ledger in a PostgreSQL database: one writer at a time among any number of processes."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from holdfast.kernel.addresses import Address
from holdfast.kernel.clock import Clock
from holdfast.kernel.errors import LedgerError, Place
from holdfast.kernel.events import Event, EventTypes, Recorded
from holdfast.ledger import chain
from holdfast.ledger.appending import Asked, compose, moved
from holdfast.ledger.chain import Head, Stored
from holdfast.ledger.ports import Projection
from holdfast.ledger.postgres import schema
from holdfast.ledger.postgres.bridge import explaining, reading_engine
from holdfast.ledger.postgres.server import PATIENCE, ConnectionLostError, Server
from holdfast.ledger.postgres.writer import SQL, Writer
from holdfast.ledger.projections import Keeper, check_projections

if TYPE_CHECKING:
    from sqlalchemy import Engine, Row, Select


class PostgresLedger:
    """A ledger in a PostgreSQL database, made where there is none.

    Parameters
    ----------
    address : Address
        The database; its tables are made in the first schema of the search path.
    clock : Clock
        What gives events their time.
    types : EventTypes
        The kinds of fact that can be read.
    projections : sequence of Projection
        The tables to keep; new or changed ones are computed now.
    patience : timedelta
        How long to wait for another process that writes, and for a server that comes back.

    Raises
    ------
    LedgerError
        HF401 the database holds something else, HF402 it or a fact in it is a newer version's, HF403 it
        cannot be reached or written, HF404 it is locked, HF405 there is no room, HF406 it is damaged.
    """

    def __init__(
        self,
        address: Address,
        *,
        clock: Clock,
        types: EventTypes,
        projections: Sequence[Projection] = (),
        patience: timedelta = PATIENCE,
    ) -> None:
        check_projections(projections, schema.OWN_TABLES)
        self._server = Server(address, patience)
        self._place = self._server.place
        self._clock = clock
        self._types = types
        self._projections = tuple(projections)
        self._lock = threading.RLock()
        self._reading = threading.Lock()  # of its own: who reads does not wait for who appends
        self._queries: Engine | None = None
        self._closed = False
        self._writer = Writer(self._server, bool(self._projections), self._decoded)
        self._keeper = Keeper(self._projections, self._writer, explaining, self._place)
        try:
            self._server.patiently(self._prepare, first=True)
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        with self._server.reader() as connection:
            present = schema.version_of(connection, self._place)
        if present < schema.SCHEMA_VERSION:
            schema.migrate(self._server)
        with self._writer.writing():  # also finds out now, not at the first fact, that nothing can be written
            self._keeper.bring_up_all(self._writer.head()[0])

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
        """Append events to a stream; see `holdfast.ledger.ports.Ledger.append`.

        Where the connection is lost, it is made again and the append tried again; where it is lost while
        committing, it is looked up first whether the events are there.
        """
        chain.check_names(stream, actor)
        asked = Asked(stream, events, expected, actor, because)
        doubtful: list[Recorded] = []

        def once() -> list[Recorded]:
            if doubtful:
                if self._is_recorded(doubtful[-1]):
                    return doubtful
                doubtful.clear()
            made: list[Recorded] = []
            committing: list[Recorded] = []
            try:
                with self._writer.writing(lambda: committing.extend(made)):
                    seq, prev, version = self._writer.stand(stream)
                    rows, made = compose(asked, (seq, prev), version, self._clock.now(), self._place)
                    self._writer.insert(rows)
                    if made and self._projections:
                        self._keeper.follow(seq, made)
            except ConnectionLostError:
                doubtful.extend(
                    committing
                )  # a refused commit is known not to be; one without an answer is not
                raise
            return made

        with self._lock:
            self._check_open()
            try:
                return self._server.patiently(once)
            except LedgerError as error:
                if doubtful:
                    raise self._unknown(doubtful, error) from error
                raise

    def _is_recorded(self, last: Recorded) -> bool:
        """Look up an event under the lock: whoever was committing it has come to an end then."""
        with self._writer.writing():
            row = self._writer.execute("SELECT hash FROM events WHERE seq = %s", (last.seq,)).fetchone()
        return row is not None and row[0].hex() == last.hash

    def _unknown(self, made: Sequence[Recorded], error: LedgerError) -> LedgerError:
        return LedgerError.of(
            "HF403",
            f"the connection was lost while event #{made[-1].seq} was being committed, and the server does"
            " not come back: whether it was recorded is not known",
            place=Place(self._place),
            fix=f"when the server is back, look whether #{made[-1].seq} has the hash {made[-1].hash}"
            f" ({error.problems[0].message})",
        )

    def rebuild(self) -> int:
        """Compute all projections anew; see `holdfast.ledger.ports.Ledger.rebuild`."""
        with self._lock:
            self._check_open()
            return self._server.patiently(self._rebuild)

    def _rebuild(self) -> int:
        with self._writer.writing():
            head = self._writer.head()[0]
            if not self._projections:
                return 0
            self._keeper.rebuild(head)
        return head

    # Reading

    def read(self, stream: str, after: int = 0) -> list[Recorded]:
        """Return a stream's events; see `holdfast.ledger.ports.Ledger.read`."""
        return self._decoded(self._server.select(SQL.read, (stream, after)))

    def since(self, seq: int, *, limit: int, types: Collection[str] | None = None) -> list[Recorded]:
        """Return events after a seq; see `holdfast.ledger.ports.Ledger.since`."""
        return self._decoded(self._server.select(*SQL.since(seq, limit, types)))

    def before(
        self,
        seq: int | None,
        *,
        limit: int,
        types: Collection[str] | None = None,
        stream: str | None = None,
    ) -> list[Recorded]:
        """Return events before a seq, newest first; see `holdfast.ledger.ports.Ledger.before`."""
        return self._decoded(self._server.select(*SQL.before(seq, limit, types, stream)))

    def caused(self, seq: int, *, limit: int) -> list[Recorded]:
        """Return the events that one caused; see `holdfast.ledger.ports.Ledger.caused`."""
        return self._decoded(self._server.select(SQL.caused, (seq, limit)))

    def version(self, stream: str) -> int:
        """Return the number of a stream's last event; 0 where there is none."""
        rows = self._server.select(SQL.version, (stream,))
        return int(rows[0][0]) if rows else 0

    def head(self) -> Head:
        """Return the last event's seq and hash; seq 0 and zeros where there is none."""
        rows = self._server.select(SQL.head)
        return Head.of(*rows[0]) if rows else Head.of(0, chain.GENESIS)

    def query(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        """Return the rows that a SQLAlchemy Core statement selects from the projections."""
        with self._reading:
            self._check_open()
            if self._queries is None:
                self._queries = reading_engine(self._server.connect)
            engine = self._queries

        def once() -> Sequence[Row[Any]]:
            with self._server.refusing(None), explaining(), engine.connect() as connection:
                return connection.execute(statement).all()

        return self._server.patiently(once)

    def _decoded(self, rows: Iterable[tuple[Any, ...]]) -> list[Recorded]:
        return [chain.recorded(Stored(*row), self._types, self._place) for row in rows]

    # Subscriptions

    def position(self, name: str) -> int:
        """Return the seq that a subscription handled last; 0 at first."""
        rows = self._server.select(SQL.position, (name,))
        return int(rows[0][0]) if rows else 0

    def advance(self, name: str, seq: int, expected: int) -> None:
        """Move a subscription on; see `holdfast.ledger.ports.Ledger.advance`."""
        doubtful: list[int] = []

        def once() -> None:
            with self._writer.writing(lambda: doubtful.append(seq)):
                row = self._writer.execute(SQL.position, (name,)).fetchone()
                present = row[0] if row else 0
                if doubtful and present == seq:
                    return  # it was this step whose answer was lost
                moved(name, seq, expected, present, self._writer.head()[0], self._place)
                self._writer.execute(SQL.advance, (name, seq))

        with self._lock:
            self._check_open()
            self._server.patiently(once)

    # Opening and closing

    def close(self) -> None:
        """Let go of the database; closing twice is harmless."""
        with self._lock, self._reading:
            self._closed = True
            self._writer.close()
            if self._queries is not None:
                self._queries.dispose()
            self._server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check_open(self) -> None:
        if self._closed:
            msg = "the ledger is closed"
            raise ValueError(msg)
