"""PostgreSQL, and what speaks its protocol."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from holdfast.telemetry.warehouses.addresses import Address
from holdfast.telemetry.warehouses.warehouse import Trouble, WarehouseError, first_line, parts_of

if TYPE_CHECKING:
    import psycopg

_COLUMNS = """
SELECT a.attname,
       CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod)
                      ELSE format_type(a.atttypid, a.atttypmod) END
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_TABLES = """
SELECT n.nspname, c.relname, c.relname = ANY (
    SELECT relname FROM pg_catalog.pg_class WHERE oid = c.oid AND pg_table_is_visible(oid))
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
ORDER BY 1, 2 LIMIT 1000
"""
_SETTINGS = (
    "SET TIME ZONE 'UTC'",
    "SET datestyle = 'ISO'",
    "SET extra_float_digits = 1",
    "SET default_transaction_read_only = on",
)
_CONNECTING = 10
"""Seconds within which a server must take up the connection, at most."""


class PostgresWarehouse:
    """A connection to PostgreSQL, read only. No transaction stays open: it would hold up the table's owner.

    Parameters
    ----------
    address : Address
    seconds : float
        After how long a statement is given up.
    """

    dialect = "postgres"

    def __init__(self, address: Address, seconds: float) -> None:
        try:
            import psycopg
        except ImportError as error:
            raise WarehouseError("driver", "holdfast[postgres]") from error
        self._address = address
        try:
            self._connection = psycopg.connect(self._conninfo(seconds), autocommit=True)
        except psycopg.Error as error:
            said = self._said(error)
            trouble: Trouble = "login" if _about_the_user(said) else "unreachable"
            raise WarehouseError(trouble, said) from None  # the driver's own error may hold the password
        # whoever lets go of this lets go of the server too
        weakref.finalize(self, self._connection.close)
        with self._telling():
            for setting in (*_SETTINGS, f"SET statement_timeout = {int(seconds * 1000)}"):
                self._connection.execute(setting)

    def _conninfo(self, seconds: float) -> str:
        from psycopg.conninfo import make_conninfo

        return make_conninfo("", **self._address.libpq(int(min(seconds, _CONNECTING))))

    def columns(self, table: str) -> list[tuple[str, str]]:
        """Return a table's columns in order, with PostgreSQL's names of their types."""
        name = ".".join('"' + part.replace('"', '""') + '"' for part in parts_of(table))
        with self._telling():
            found = self._connection.execute(_COLUMNS, [name]).fetchall()
            if not found:
                tables = self._connection.execute(_TABLES).fetchall()
                known = (name if visible else f"{schema}.{name}" for schema, name, visible in tables)
                raise WarehouseError("absent", known=known)
        return [(str(name), str(type_)) for name, type_ in found]

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Run one statement; yield its rows as they come."""
        with self._telling(), self._connection.cursor() as cursor:
            yield from cursor.stream(sql)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Say what PostgreSQL says without its query, which names columns of the user's."""
        import psycopg

        try:
            yield
        except psycopg.Error as error:
            trouble: Trouble = "query"
            if isinstance(error, psycopg.errors.QueryCanceled):
                trouble = "slow"
            elif self._connection.closed or isinstance(error, psycopg.errors.AdminShutdown):
                trouble = "lost"
            raise WarehouseError(trouble, self._said(error)) from None  # as above

    def _said(self, error: psycopg.Error) -> str:
        return self._address.hidden(first_line(error))


def _about_the_user(said: str) -> bool:
    return any(word in said for word in ("authentication", "password", "role", 'database "', "pg_hba"))
