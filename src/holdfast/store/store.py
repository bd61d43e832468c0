"""One database of rows that change, on SQLite or PostgreSQL, behind SQLAlchemy Core."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from holdfast.store.errors import refusing

if TYPE_CHECKING:  # SQLAlchemy takes longer to load than most commands take to run
    from sqlalchemy import Connection, Engine


class Store:
    """Rows that change. Safe to use from several threads.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        Of SQLite or PostgreSQL; `store.opening` makes the right ones.
    place : str
        Where it is, for people; never with a password.

    Transactions raise LedgerError where the database refuses: HF404 it is locked, HF405 there is no room,
    HF403 it cannot be reached. Nothing is half-written then.
    """

    def __init__(self, engine: Engine, place: str) -> None:
        self.engine = engine
        self.place = place

    @property
    def dialect(self) -> str:
        """The engine: `sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Hold one transaction that writes: all that happens in it stays, or nothing does."""
        with refusing(self.place), self.engine.connect() as connection, connection.begin():
            if self.dialect == "sqlite":
                # a deferred transaction that reads first cannot always become one that writes
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Hold a connection on which all selects see one moment."""
        with refusing(self.place), self.engine.connect() as connection, connection.begin():
            if self.dialect == "sqlite":
                connection.exec_driver_sql("BEGIN")
            elif self.dialect == "postgresql":
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield connection

    def close(self) -> None:
        """Let go of all connections; closing twice is harmless."""
        self.engine.dispose()
