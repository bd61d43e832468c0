"""Inserting a row that may be there already, alike on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table
    from sqlalchemy.dialects.postgresql import Insert as OfPostgres
    from sqlalchemy.dialects.sqlite import Insert as OfSqlite


def insert_new(connection: Connection, table: Table, **values: object) -> bool:
    """Insert a row; return whether it was not there yet."""
    return connection.execute(_insert(connection, table, values).on_conflict_do_nothing()).rowcount == 1


def insert_or_change(
    connection: Connection, table: Table, change: Mapping[str, object], **values: object
) -> None:
    """Insert a row, or change the one of the same primary key."""
    keys = [column.name for column in table.primary_key]
    connection.execute(
        _insert(connection, table, values).on_conflict_do_update(index_elements=keys, set_=dict(change))
    )


def _insert(connection: Connection, table: Table, values: dict[str, object]) -> OfPostgres | OfSqlite:
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as of_postgres

        return of_postgres(table).values(**values)
    from sqlalchemy.dialects.sqlite import insert as of_sqlite

    return of_sqlite(table).values(**values)
