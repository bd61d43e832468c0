"""Bringing a store to the present shape, by Alembic; two processes that start at once do it once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.store.store import Store

if TYPE_CHECKING:
    from alembic.config import Config

VERSION_TABLE = "holdfast_store_version"
LOCK = 0x486F6C64
"""The advisory lock on PostgreSQL under which one process migrates."""
HEAD = "0003"
"""The newest revision; a store at it is opened without loading Alembic."""


def migrate(store: Store, to: str = "head") -> None:
    """Bring the store to a revision; harmless where it is there already."""
    if to == "head" and _revision(store) == HEAD:
        return
    from alembic import command

    with store.engine.connect() as connection, connection.begin():
        if store.dialect == "sqlite":
            connection.exec_driver_sql("BEGIN EXCLUSIVE")
        else:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def configuration() -> Config:
    """Return Alembic's configuration: our migrations, without a file and without logging of its own."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "holdfast.store:migrations")
    return config


def _revision(store: Store) -> str | None:
    from sqlalchemy import inspect, text

    with store.engine.connect() as connection:
        if not inspect(connection).has_table(VERSION_TABLE):
            return None
        statement = text(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608 -- a constant
        return connection.execute(statement).scalar()
