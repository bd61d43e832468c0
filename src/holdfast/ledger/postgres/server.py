"""Connections to the ledger's database: made as a ledger needs them, and again where they were lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from holdfast.kernel.addresses import Address
from holdfast.kernel.errors import LedgerError, UsageError
from holdfast.ledger.postgres.errors import LOST, UNREACHABLE, meaning, refusal

if TYPE_CHECKING:
    import psycopg

Connection = Any
"""A `psycopg.Connection`; typed in its driver, which is loaded when it is needed."""

PATIENCE = timedelta(seconds=10)
"""How long to wait for another process that writes, and for a server that comes back."""

ALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 15_000}
"""A server that vanished without a word is found out within half a minute."""

READERS = 8
"""How many connections of one process read at once: a server has a hundred or so for all."""

IDLE = "idle_in_transaction_session_timeout"

T = TypeVar("T")


class ConnectionLostError(Exception):
    """The connection is gone.

    Attributes
    ----------
    refusal : LedgerError
        What to say where no other one can be had.
    coming : bool
        Whether the server said that it is about to take connections.
    """

    def __init__(self, refused: LedgerError, coming: bool = False) -> None:
        super().__init__(str(refused))
        self.refusal = refused
        self.coming = coming


class Server:
    """A database server, as far as one ledger needs it.

    Parameters
    ----------
    address : Address
    patience : timedelta
    """

    def __init__(self, address: Address, patience: timedelta = PATIENCE) -> None:
        self.address = address
        self.patience = patience
        self._idle: list[psycopg.Connection[Any]] = []
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(READERS)
        self._closed = False

    @property
    def place(self) -> str:
        """What messages call it."""
        return self.address.shown

    def connect(self) -> psycopg.Connection[Any]:
        """Return a connection in autocommit mode.

        Raises
        ------
        ConnectionLostError
            There is no server, or it does not take connections yet.
        LedgerError
            It does not let this user in, or the database is not there.
        """
        connect = driver().connect
        told = {**ALIVE, **self.address.libpq(round(self.patience.total_seconds()))}
        with self.refusing(None):
            connection: psycopg.Connection[Any] = connect(**told, autocommit=True)
            wait = max(1, round(self.patience.total_seconds() * 1000))
            # an acknowledged append is on the disk, whatever the server's own setting; who hangs with the
            # lock in his hand is sent away
            connection.execute(
                f"SET lock_timeout = {wait}; SET {IDLE} = '60s';"
                " SELECT set_config('synchronous_commit', 'on', false)"
                " WHERE current_setting('synchronous_commit') = 'off'"
            )
        return connection

    @contextmanager
    def refusing(self, connection: Connection) -> Iterator[None]:
        """Raise LedgerError in place of what PostgreSQL raises, and say where the connection is gone.

        A wrong use of the driver is a defect of the program and passes through.
        """
        kind = driver().Error
        try:
            yield
        except kind as error:
            raise self.refused(error, connection) from None  # the driver's own may repeat the password

    def refused(self, error: psycopg.Error, connection: Connection) -> Exception:
        """Return what is to be raised in place of PostgreSQL's error."""
        if error.sqlstate is None and not isinstance(error, driver().OperationalError):
            return error
        refused = refusal(error, self.address)
        gone = error.sqlstate in LOST or (connection is not None and connection.closed)
        # a refused connection comes without a state: most often the server is not up again yet
        unreachable = connection is None and error.sqlstate is None and meaning(error) is UNREACHABLE
        coming = any(sign in str(error) for sign in ("starting up", "not yet accepting", "recovery mode"))
        return ConnectionLostError(refused, coming) if gone or unreachable else refused

    def patiently(self, action: Callable[[], T], *, first: bool = False) -> T:
        """Do something again with another connection where one was lost, until patience is over.

        At first nobody waits for a server that may never have been, but for one that is about to come.
        """
        until = time.monotonic() + self.patience.total_seconds()
        pause = 0.02
        while True:
            try:
                return action()
            except ConnectionLostError as lost:
                if time.monotonic() + pause > until or (first and not lost.coming):
                    raise lost.refusal from lost
            time.sleep(pause)
            pause = min(pause * 2, 0.5)

    def select(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """Return the rows that a statement selects, on a connection of its own."""

        def once() -> list[tuple[Any, ...]]:
            with self.reader() as connection:
                rows: list[tuple[Any, ...]] = connection.execute(statement, values, binary=True).fetchall()
                return rows

        return self.patiently(once)

    @contextmanager
    def reader(self) -> Iterator[psycopg.Connection[Any]]:
        """Lend a connection that only reads; whoever comes when all are lent waits for one."""
        with self._places:
            with self._lock:
                if self._closed:
                    msg = "the ledger is closed"
                    raise ValueError(msg)
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                connection = self.connect()
            try:
                with self.refusing(connection):
                    yield connection
            finally:
                self._take_back(connection)

    def _take_back(self, connection: psycopg.Connection[Any]) -> None:
        with self._lock:
            if not self._closed and not connection.closed:
                self._idle.append(connection)
                return
            lost, self._idle = self._idle, []  # where one was lost, all were, most likely
        for each in (connection, *lost):
            each.close()

    def close(self) -> None:
        """Let go of all connections that are not lent; closing twice is harmless."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()


def driver() -> ModuleType:
    """Return psycopg, loaded now.

    Raises
    ------
    UsageError
        HF501: it is not installed.
    """
    try:
        import psycopg
    except ImportError as error:
        raise UsageError.of(
            "HF501",
            "a ledger in PostgreSQL needs its driver, which is not installed",
            fix='run `pip install "holdfast[postgres]"`',
        ) from error
    return psycopg
