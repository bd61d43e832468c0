"""Spark: a standalone cluster, this machine, or whatever master the user's configuration names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.telemetry.queries.dialects import DIALECTS
from holdfast.telemetry.warehouses.addresses import Address
from holdfast.telemetry.warehouses.spark_session import SparkSession
from holdfast.telemetry.warehouses.warehouse import WarehouseError, parts_of

_ABSENT = ("TABLE_OR_VIEW_NOT_FOUND", "PATH_NOT_FOUND", "SCHEMA_NOT_FOUND", "CATALOG_NOT_FOUND")


class SparkWarehouse:
    """A session of Spark's SQL. What is in the tables is read, and nothing is written.

    A process has one Spark: the first warehouse starts it, further ones share it, and it ends with the
    process.

    Parameters
    ----------
    address : Address
        `spark://host:port` is a standalone master, `spark://local` this machine, and `spark://default` the
        master that `spark-defaults.conf` names (YARN, Kubernetes and the rest).
    seconds : float
        After how long a statement is given up.
    """

    dialect = "pyspark"

    def __init__(self, address: Address, seconds: float) -> None:
        self._seconds = seconds
        self._spark = SparkSession(address)

    def columns(self, table: str) -> list[tuple[str, str]]:
        """Return a table's columns in order, with Spark's names of their types."""
        parts = parts_of(table)
        name = ".".join(map(DIALECTS[self.dialect].quoted, parts))
        session = self._spark.session

        def described() -> list[tuple[str, str]]:
            return [(str(column), str(type_)) for column, type_ in session.table(name).dtypes]

        try:
            return self._spark.watched(described, self._seconds)
        except WarehouseError as error:
            if _condition(error) in _ABSENT:
                raise WarehouseError("absent", known=self._tables(parts)) from None
            raise

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Run one statement; what it brings back is small, and comes at once."""
        session = self._spark.session
        yield from map(tuple, self._spark.watched(lambda: session.sql(sql).collect(), self._seconds))

    def close(self) -> None:
        """End the session; the process' Spark goes on for others."""
        self._spark.close()

    def _tables(self, parts: tuple[str, ...]) -> list[str]:
        """Return the tables beside one that is not there."""
        where = ".".join(map(DIALECTS[self.dialect].quoted, parts[:-1]))
        session = self._spark.session
        try:
            asked = f"SHOW TABLES{f' IN {where}' if where else ''}"
            found = self._spark.watched(lambda: session.sql(asked).collect(), self._seconds)
        except WarehouseError:  # the schema is not there either
            return []
        return [".".join((*parts[:-1], str(row["tableName"]))) for row in found[:1000]]


def _condition(error: WarehouseError) -> str:
    """Return Spark's own name of what went wrong."""
    asked = getattr(error.__cause__, "getCondition", None)
    return "" if asked is None else str(asked() or "").split(".")[0]
