"""Where tests keep ledgers: in a file, or in a database that is made for one test."""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from servers import PASSWORD, Server

from holdfast.kernel.addresses import parse_address
from holdfast.kernel.clock import Clock, SetClock
from holdfast.kernel.events import EventTypes
from holdfast.ledger.ports import Ledger, LedgerEngine, Projection
from holdfast.ledger.sqlite.engine import SqliteEngine
from holdfast.ledger.sqlite.schema import FIRST

PATIENCE = timedelta(seconds=30)


def engine_of(
    url: str,
    clock: Clock,
    types: EventTypes,
    projections: Sequence[Projection] = (),
    patience: timedelta = PATIENCE,
) -> LedgerEngine:
    """Return the engine of a ledger by its URL."""
    if "://" not in url:
        return SqliteEngine(Path(url), clock, types, projections, patience)
    from holdfast.ledger.postgres.engine import PostgresEngine

    return PostgresEngine(parse_address(url, {}), clock, types, projections, patience)


@dataclass(frozen=True)
class Place:
    """Where one ledger is kept; opening again opens the same one."""

    url: str
    types: EventTypes
    clock: SetClock
    server: Server | None = None
    projections: Sequence[Projection] = ()

    @property
    def engine(self) -> str:
        return "sqlite" if self.server is None else "postgres"

    def knowing(self, types: EventTypes, *projections: Projection) -> Place:
        return replace(self, types=types, projections=projections)

    def access(self, patience: timedelta = PATIENCE) -> LedgerEngine:
        return engine_of(self.url, self.clock, self.types, self.projections, patience)

    def open(self) -> Ledger:
        return self.access().open_ledger()

    def another(self) -> Place:
        """Return a place of the same kind where there is no ledger yet."""
        if self.server is not None:
            return replace(self, url=made_database(self.server))
        path = Path(self.url)
        return replace(self, url=str(path.with_name(f"{secrets.token_hex(4)}.db")))

    def tamper(self, statement: str, *parameters: Any) -> None:
        """Change facts behind the ledger's back; its tables and triggers are as they were afterwards."""
        if self.server is not None:
            import psycopg

            with psycopg.connect(self.url) as connection:
                connection.execute("ALTER TABLE events DISABLE TRIGGER USER")
                connection.execute(statement.replace("?", "%s"), parameters)
                connection.execute("ALTER TABLE events ENABLE TRIGGER USER")
            return
        guards = [name for name in FIRST if name.startswith("events_are")]
        with contextlib.closing(sqlite3.connect(self.url)) as connection, connection:
            for guard in guards:
                connection.execute(f"DROP TRIGGER {guard}")
            connection.execute(statement, parameters)
            for guard in guards:
                connection.execute(FIRST[guard])

    def replace_in_bodies(self, old: str, new: str) -> None:
        """Change the bodies that hold a text."""
        body = "replace(body, ?, ?)"
        if self.server is not None:
            body = "convert_to(replace(convert_from(body, 'UTF8'), ?, ?), 'UTF8')"
        self.tamper(f"UPDATE events SET body = {body}", old, new)


def made_database(server: Server) -> str:
    """Return the URL of a new, empty database."""
    import psycopg

    name = f"ledger_{secrets.token_hex(6)}"
    with psycopg.connect(server.url("postgresql"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    return replace(server, database=name).url("postgresql", PASSWORD)
