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
    if to == "head":
        revision = _revision(store)
        if revision == HEAD or (revision is None and store.dialect == "sqlite" and _made(store)):
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


def _made(store: Store) -> bool:
    """Make the tables of a new store at once; return False where there are some: another process was first.

    A first command in an empty folder is somebody's first minute of an incident, and Alembic takes long to
    load. That both ways make the same is held by a test.
    """
    from sqlalchemy import Column, MetaData, PrimaryKeyConstraint, String, Table, insert, inspect

    from holdfast.store.tables.every import metadata

    with store.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("BEGIN EXCLUSIVE")
        if inspect(connection).get_table_names():
            return False
        metadata.create_all(connection)
        key = PrimaryKeyConstraint("version_num", name=f"{VERSION_TABLE}_pkc")
        column = Column("version_num", String(32), nullable=False)
        version = Table(VERSION_TABLE, MetaData(), column, key)  # as Alembic makes it
        version.create(connection)
        connection.execute(insert(version).values(version_num=HEAD))
    return True


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
