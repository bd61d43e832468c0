"""Events that come as they are stored, from another ledger or a backup."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self, TypeVar

from holdfast.ledger.appending import conflict
from holdfast.ledger.chain import Head, Stored
from holdfast.ledger.postgres import schema
from holdfast.ledger.postgres.server import ConnectionLostError, Server
from holdfast.ledger.postgres.writer import SQL, Writer
from holdfast.ledger.statements import COLUMNS

T = TypeVar("T")


class PostgresReceiver:
    """Fulfils `holdfast.ledger.ports.Receiver`; the ledger is made where there is none."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._writer = Writer(server, projected=False, decoded=lambda rows: [])
        try:
            with server.reader() as connection:
                present = schema.version_of(connection, server.place)
            if present < schema.SCHEMA_VERSION:
                schema.migrate(server)
        except ConnectionLostError as lost:
            server.close()
            raise lost.refusal from lost
        except BaseException:
            server.close()
            raise

    @property
    def place_name(self) -> str:
        """Where it is, for people."""
        return self._server.place

    def head(self) -> Head:
        """Return the last event's seq and hash."""
        return self._within(lambda: Head.of(*self._writer.head()))

    def receive(self, events: Sequence[Stored]) -> None:
        """Write events that continue the head, in one transaction."""

        def write() -> None:
            seq, _ = self._writer.head()
            if events[0].seq != seq + 1:
                raise conflict(f"the ledger is at #{seq}, expected #{events[0].seq - 1}", self.place_name)
            with self._writer.cursor() as cursor, cursor.copy(f"COPY events ({COLUMNS}) FROM STDIN") as copy:
                for event in events:
                    copy.write_row(event)

        self._within(write)

    def positions(self) -> dict[str, int]:
        """Return how far each subscription has come."""
        return self._within(lambda: dict(self._writer.execute("SELECT name, seq FROM cursors").fetchall()))

    def place(self, name: str, seq: int) -> None:
        """Put a subscription where it was."""
        self._within(lambda: self._writer.execute(SQL.advance, (name, seq)))

    def _within(self, action: Callable[[], T]) -> T:
        # a lost connection ends the move, which goes on from there when it is asked for again
        try:
            with self._writer.writing():
                return action()
        except ConnectionLostError as lost:
            raise lost.refusal from lost

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()
        self._server.close()
