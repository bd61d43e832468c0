"""Opening a store on SQLite or PostgreSQL, at the present shape."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.store.migrating import migrate
from holdfast.store.store import Store

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection

PATIENCE_SECONDS = 10.0
"""How long to wait for another process that writes."""


def open_sqlite(path: Path, patience: float = PATIENCE_SECONDS) -> Store:
    """Return the store in a SQLite file, made and brought to the present shape where needed."""
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import QueuePool

    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        connect_args={"timeout": patience, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: DBAPIConnection, _: object) -> None:
        raw.isolation_level = None  # transactions begin where `writing` and `reading` say so
        cursor = raw.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten, not only unlinked

    store = Store(engine, str(path))
    migrate(store)
    return store


def open_postgres(url: str, place: str) -> Store:
    """Return the store in a PostgreSQL database, brought to the present shape where needed.

    Parameters
    ----------
    url : str
        `postgresql+psycopg://...`, with the password.
    place : str
        The same for people, without it.
    """
    from sqlalchemy import create_engine

    store = Store(create_engine(url, pool_pre_ping=True), place)
    migrate(store)
    return store
