"""The engine as the application chooses it: where the ledger is and what may be done with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from holdfast.kernel.addresses import Address
from holdfast.kernel.clock import Clock
from holdfast.kernel.events import EventTypes
from holdfast.ledger.chain import Stored
from holdfast.ledger.ports import Ledger, Projection, Receiver
from holdfast.ledger.postgres import reading, schema
from holdfast.ledger.postgres.ledger import PostgresLedger
from holdfast.ledger.postgres.receiver import PostgresReceiver
from holdfast.ledger.postgres.server import PATIENCE, ConnectionLostError, Server
from holdfast.ledger.verify import Verified


@dataclass(frozen=True)
class PostgresEngine:
    """Ledgers in PostgreSQL databases; fulfils `holdfast.ledger.ports.LedgerEngine`.

    Attributes
    ----------
    address : Address
        The database of the ledger that the user named.
    clock : Clock
        What gives events their time.
    types : EventTypes
        The kinds of fact that can be read.
    projections : sequence of Projection
        The tables to keep.
    patience : timedelta
        How long to wait for another process that writes, and for a server that comes back.
    """

    address: Address
    clock: Clock
    types: EventTypes
    projections: Sequence[Projection] = ()
    patience: timedelta = PATIENCE

    @property
    def place(self) -> str:
        """Where the ledger is, for people."""
        return self.address.shown

    def exists(self) -> bool:
        """Return whether there is a ledger; nothing is made."""
        with self._server() as server, server.reader() as connection:
            return bool(schema.version_of(connection, self.place))

    def open_ledger(self) -> Ledger:
        """Return the ledger, made where there is none yet."""
        return PostgresLedger(
            self.address,
            clock=self.clock,
            types=self.types,
            projections=self.projections,
            patience=self.patience,
        )

    @contextmanager
    def stored_events(self) -> Iterator[Iterator[Stored]]:
        """Return the ledger's events as they are stored, of one moment, without changing anything."""
        with self._server() as server, reading.stored_events(server) as events:
            yield events

    def positions(self) -> dict[str, int]:
        """Return how far each subscription has come, without changing anything."""
        with self._server() as server, reading.moment(server) as connection:
            return dict(connection.execute("SELECT name, seq FROM cursors").fetchall())

    def receiver(self) -> Receiver:
        """Return the ledger as one that takes events over; made where there is none yet."""
        return PostgresReceiver(Server(self.address, self.patience))

    @contextmanager
    def hashes(self) -> Iterator[Iterator[bytes]]:
        """Return the hashes of all events as they are stored, of one moment, without changing anything."""
        with self._server() as server, reading.hashes(server) as found:
            yield found

    def verify_ledger(self) -> Verified:
        """Verify the ledger without changing anything."""
        with self._server() as server:
            return reading.verify_ledger(server, self.types, self.projections)

    @contextmanager
    def _server(self) -> Iterator[Server]:
        """Lend a server for one question; a lost connection is its answer."""
        server = Server(self.address, self.patience)
        try:
            yield server
        except ConnectionLostError as lost:
            raise lost.refusal from lost
        finally:
            server.close()
