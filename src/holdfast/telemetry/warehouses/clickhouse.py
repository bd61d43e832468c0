"""ClickHouse, over HTTP."""

from __future__ import annotations

import re
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from holdfast.telemetry.queries.dialects import CLICKHOUSE
from holdfast.telemetry.warehouses.addresses import Address
from holdfast.telemetry.warehouses.warehouse import Trouble, WarehouseError, first_line, parts_of

_CONNECTING = 10
"""Seconds within which a server must take up the connection, at most."""
_LARGE = 100_000_000
"""Characters and parts of a query that are allowed: a plan of many metrics is one long query."""
_TABLES = """
SELECT if(database = currentDatabase(), name, concat(database, '.', name)) FROM system.tables
WHERE lower(database) NOT IN ('system', 'information_schema') ORDER BY 1 LIMIT 1000
"""
_CODES: dict[str, Trouble] = {
    "60": "absent",  # no such table
    "81": "login",  # no such database
    "159": "slow",
    "160": "slow",  # it would take too long
    "192": "login",  # no such user
    "193": "login",
    "194": "login",
    "209": "slow",
    "516": "login",
}
"""ClickHouse's number of an error -> what went wrong."""


class ClickHouseWarehouse:
    """A connection to ClickHouse: read only.

    Parameters
    ----------
    address : Address
        `?secure=true` asks for TLS, and so does the scheme `clickhouses`.
    seconds : float
        After how long a statement is given up.
    """

    dialect = "clickhouse"

    def __init__(self, address: Address, seconds: float) -> None:
        try:
            import clickhouse_connect
        except ImportError as error:
            raise WarehouseError("driver", "holdfast[clickhouse]") from error
        self._address = address
        options = dict(address.options)
        secure = options.pop("secure", "").lower() in {"1", "true", "yes"} or address.scheme == "clickhouses"
        with self._telling(connecting=True):
            self._client = clickhouse_connect.get_client(
                host=address.host,
                port=address.port or (8443 if secure else 8123),
                username=address.user,
                password=address.password or "",
                database=address.path or "__default__",
                secure=secure,
                connect_timeout=max(1, int(min(seconds, _CONNECTING))),
                # the server gives up by itself, and is waited for a little longer
                send_receive_timeout=int(seconds) + 5,
                query_retries=0,
                client_name="holdfast",
                autogenerate_session_id=False,
                settings={
                    "readonly": 2,
                    "session_timezone": "UTC",
                    "max_execution_time": seconds,
                    "max_query_size": _LARGE,
                    "max_ast_elements": _LARGE,
                    "max_expanded_ast_elements": _LARGE,
                    **options,
                },
            )

        # whoever lets go of this lets go of the server too
        weakref.finalize(self, self._client.close)

    def columns(self, table: str) -> list[tuple[str, str]]:
        """Return a table's columns in order, with ClickHouse's names of their types."""
        name = ".".join(map(CLICKHOUSE.quoted, parts_of(table)))
        try:
            return [(str(row[0]), str(row[1])) for row in self.rows(f"DESCRIBE TABLE {name}")]
        except WarehouseError as error:
            if error.trouble != "absent":
                raise
            tables = self.rows(_TABLES)
            raise WarehouseError("absent", known=[str(known) for (known,) in tables]) from None

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Run one statement; yield its rows as they come."""
        with self._telling(), self._client.query_rows_stream(sql) as rows:
            for row in rows:
                yield tuple(row)

    def close(self) -> None:
        """End the connection."""
        self._client.close()

    @contextmanager
    def _telling(self, *, connecting: bool = False) -> Iterator[None]:
        from clickhouse_connect.driver.exceptions import Error

        try:
            yield
        except Error as error:
            found = re.search(r"Code: (\d+)\. (?:DB::Exception: )?(.*)", str(error), re.DOTALL)
            said = first_line(Exception(found[2] if found else str(error)))
            # what follows is the query, which names columns of the user's
            said = re.sub(r"(: )?(In scope|While processing|while executing) .*$", "", said, flags=re.DOTALL)
            trouble: Trouble = "unreachable" if connecting else "lost"
            if found:
                trouble = _CODES.get(found[1], "query")
            elif "timed out" in str(error).lower() and not connecting:
                trouble = "slow"
            raise WarehouseError(trouble, self._address.hidden(said)) from None  # it may hold the password
