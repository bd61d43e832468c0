"""The way from a held sqlite3 connection to SQLAlchemy, opened only where projections ask for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from holdfast.ledger.meanings import OUTSIDE, ProjectionError
from holdfast.ledger.sqlite.errors import meaning

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


class Bridge:
    """SQLAlchemy on a connection whose transactions somebody else begins and ends."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw
        self._engine: Engine | None = None
        self._connection: Connection | None = None

    def open(self) -> None:
        """Connect; not in a transaction, because SQLAlchemy tries the connection out."""
        self._engine = _engine(self._raw)
        self._connection = self._engine.connect()

    @property
    def connection(self) -> Connection:
        """The SQLAlchemy connection."""
        assert self._connection is not None  # noqa: S101 -- opened with the first projection
        return self._connection

    def close(self) -> None:
        """Let go of the connection without closing it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
            self._engine = None


def _engine(raw: sqlite3.Connection) -> Engine:
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    return create_engine(
        "sqlite://",
        creator=lambda: raw,
        poolclass=StaticPool,
        pool_reset_on_return=None,
        skip_autocommit_rollback=True,
    )


def reading_engine(connect: Callable[[], sqlite3.Connection]) -> Engine:
    """Return an engine for queries, which opens connections as they are needed and keeps a few."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import QueuePool

    return create_engine("sqlite://", creator=connect, poolclass=QueuePool, skip_autocommit_rollback=True)


@contextmanager
def explaining() -> Iterator[None]:
    """Raise SQLite's own error in place of SQLAlchemy's where the outside is to blame."""
    try:
        yield
    except Exception as error:
        # as SQLAlchemy's DBAPIError has it; not imported only to ask
        raw = getattr(error, "orig", error)
        if isinstance(raw, sqlite3.Error):
            if meaning(raw).code in OUTSIDE:
                raise raw from error
            if raw is error:  # of a prepared statement, which goes past SQLAlchemy
                raise ProjectionError(str(raw)) from raw
        raise
