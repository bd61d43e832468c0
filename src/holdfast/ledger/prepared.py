"""Statements of projections that are compiled once and run by the driver itself: an append waits for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sqlalchemy import Connection, Dialect, Table
    from sqlalchemy.sql.dml import UpdateBase


class _Compiled(NamedTuple):
    sql: str
    order: tuple[str, ...] | None
    """The names of the values in their order; None where the driver takes them by name."""
    processors: Mapping[str, Callable[[Any], Any]]


class Prepared:
    """A statement that changes a projection's tables, the same at every event.

    Parameters
    ----------
    make : callable
        Gives the statement for a dialect's name, `sqlite` or `postgresql`.
    keys : sequence of str
        The columns that an insert or update sets; the names of its other values are its own.
    """

    def __init__(self, make: Callable[[str], UpdateBase], *keys: str) -> None:
        self._make = make
        self._keys = keys
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Run it on a projection's connection."""
        name = connection.dialect.name
        sql, order, processors = self._compiled.get(name) or self._compile(connection.dialect)
        if processors:
            values = {
                key: processors[key](value) if key in processors else value for key, value in values.items()
            }
        driver: Any = connection.connection.dbapi_connection
        driver.execute(sql, values if order is None else [values[key] for key in order])

    def _compile(self, dialect: Dialect) -> _Compiled:
        compiled: Any = self._make(dialect.name).compile(dialect=dialect, column_keys=self._keys or None)
        order = compiled.positiontup
        found = {
            name: bound.type.dialect_impl(dialect).bind_processor(dialect)
            for name, bound in compiled.binds.items()
        }
        processors = {name: processor for name, processor in found.items() if processor is not None}
        made = _Compiled(str(compiled), None if order is None else tuple(order), processors)
        self._compiled[dialect.name] = made
        return made


def _insert(dialect: str, table: Table) -> Any:  # noqa: ANN401 -- each dialect's own kind of insert
    """Return the insert of a dialect, and load no other: a command on SQLite is short."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)


def upsert(table: Table) -> Prepared:
    """Return what writes one row by its primary key, in place of the one that has it.

    Examples
    --------
    >>> from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, text
    >>> doors = Table("doors", MetaData(), Column("door", String, primary_key=True), Column("open", Integer))
    >>> write = upsert(doors)
    >>> with create_engine("sqlite://").connect() as connection:
    ...     doors.create(connection)
    ...     write.run(connection, {"door": "front", "open": 1})
    ...     write.run(connection, {"door": "front", "open": 0})
    ...     connection.execute(text("SELECT * FROM doors")).all()
    [('front', 0)]
    """

    def make(dialect: str) -> UpdateBase:
        insert: Any = _insert(dialect, table)
        keys = [column.name for column in table.primary_key.columns]
        changed = {
            column.name: insert.excluded[column.name] for column in table.columns if column.name not in keys
        }
        statement: UpdateBase = (
            insert.on_conflict_do_update(index_elements=keys, set_=changed)
            if changed
            else insert.on_conflict_do_nothing(index_elements=keys)
        )
        return statement

    return Prepared(make, *(column.key for column in table.columns))
