"""Engines that measure records, and how records come to where each of them reads them.

An engine that is added here runs every case: `PLACES` names it, and its maker gives a `Place`.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from servers import PASSWORD, Server

from holdfast.telemetry.files.duck import DuckEngine
from holdfast.telemetry.ports import Engine
from holdfast.telemetry.queries.dialects import CLICKHOUSE, POSTGRES
from holdfast.telemetry.sources import Source
from holdfast.telemetry.warehouses.addresses import Address, parse_address
from holdfast.telemetry.warehouses.warehouse import Warehouse, WarehouseEngine


@dataclass(frozen=True)
class Place:
    """An engine, and what stores records for it.

    `name` is that of `PLACES`; of a database `command` runs a statement, and `connect` is its driver's part.
    """

    engine: Engine
    stored: Callable[[pa.Table], Source]
    close: Callable[[], None] = lambda: None
    name: str = "duckdb"
    command: Callable[[str], None] = lambda _: None
    connect: Callable[[Address, float], Warehouse] | None = None


def in_files(folder: Path) -> Place:
    def stored(table: pa.Table) -> Source:
        name = f"{uuid.uuid4().hex}.parquet"
        pq.write_table(table, folder / name, row_group_size=7)
        return Source("log", "parquet", (name,), folder)

    return Place(DuckEngine(threads=2), stored)


POSTGRES_TYPES = {
    pa.float64(): "double precision", pa.int64(): "bigint", pa.int32(): "integer", pa.int8(): "smallint",
    pa.bool_(): "boolean", pa.string(): "text", pa.timestamp("us"): "timestamp", pa.date32(): "date",
    pa.timestamp("us", "UTC"): "timestamptz", pa.decimal128(12, 2): "numeric(12,2)", pa.float32(): "real",
}  # fmt: skip


def in_postgres(server: Server) -> Place:
    """Return an engine for a PostgreSQL server, and what copies records into new tables of it."""
    import psycopg

    from holdfast.telemetry.warehouses.postgres import PostgresWarehouse

    address = address_of(server, "postgres")
    engine = WarehouseEngine(
        lambda: PostgresWarehouse(address, 60.0), "postgres", address.place, address.shown, 60.0
    )

    def stored(table: pa.Table) -> Source:
        name = f"t{uuid.uuid4().hex}"
        columns = ", ".join(
            f"{POSTGRES.quoted(each.name)} {POSTGRES_TYPES[each.type]}" for each in table.schema
        )
        with psycopg.connect(server.url("postgres")) as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE {name} ({columns})")
            with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                for row in table.to_pylist():
                    copy.write_row(tuple(row.values()))
        return Source("log", "ibis", (address.place,), Path(), table=name)

    def command(statement: str) -> None:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    return Place(engine, stored, engine.close, "postgres", command, PostgresWarehouse)


def in_spark(folder: Path) -> Place:
    """Return an engine for the Spark of this process, and what writes records where it reads them."""
    from holdfast.telemetry.warehouses.addresses import parse_address
    from holdfast.telemetry.warehouses.spark import SparkWarehouse
    from holdfast.telemetry.warehouses.warehouse import WarehouseEngine

    address = parse_address("spark://local", {})
    engine = WarehouseEngine(
        lambda: SparkWarehouse(address, 120.0), "pyspark", address.place, address.shown, 120.0
    )

    def stored(table: pa.Table) -> Source:
        path = folder / uuid.uuid4().hex
        path.mkdir()
        pq.write_table(table, path / "part-0.parquet", row_group_size=70)
        return Source("log", "ibis", (address.place,), Path(), table=f"parquet.`{path}`")

    return Place(engine, stored, engine.close)


def address_of(server: Server, scheme: str):
    named = f"{scheme}://{server.user}:$PW@{server.host}:{server.port}/{server.database}"
    return parse_address(named, {"PW": PASSWORD})


CLICKHOUSE_TYPES = {
    pa.float64(): "Float64", pa.int64(): "Int64", pa.int32(): "Int32", pa.int8(): "Int8", pa.bool_(): "Bool",
    pa.string(): "String", pa.timestamp("us"): "DateTime64(6)", pa.date32(): "Date32",
    pa.timestamp("us", "UTC"): "DateTime64(6, 'Europe/Berlin')", pa.decimal128(12, 2): "Decimal(12, 2)",
    pa.float32(): "Float32",
}  # fmt: skip


def in_clickhouse(server: Server) -> Place:
    """Return an engine for a ClickHouse server, and what copies records into new tables of it."""
    import clickhouse_connect

    from holdfast.telemetry.warehouses.clickhouse import ClickHouseWarehouse

    address = address_of(server, "clickhouse")
    engine = WarehouseEngine(
        lambda: ClickHouseWarehouse(address, 60.0), "clickhouse", address.place, address.shown, 60.0
    )
    client = clickhouse_connect.get_client(
        host=server.host,
        port=server.port,
        username=server.user,
        password=PASSWORD,
        autogenerate_session_id=False,
        settings={"session_timezone": "UTC", "mutations_sync": 2},
    )

    def stored(table: pa.Table) -> Source:
        name = f"t{uuid.uuid4().hex}"
        columns = ", ".join(
            f"{CLICKHOUSE.quoted(each.name)} Nullable({CLICKHOUSE_TYPES[each.type]})" for each in table.schema
        )
        client.command(f"CREATE TABLE {name} ({columns}) ENGINE = MergeTree ORDER BY tuple()")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "records.parquet"
            pq.write_table(table, file)
            client.command(f"INSERT INTO {name} SELECT * FROM file('{file}', Parquet)")
        return Source("log", "ibis", (address.place,), Path(), table=name)

    def close() -> None:
        engine.close()
        client.close()

    return Place(engine, stored, close, "clickhouse", client.command, ClickHouseWarehouse)


PLACES = ("duckdb", "postgres", "clickhouse", "spark")


def place_of(name: str, request: pytest.FixtureRequest) -> Place:
    """Return an engine's place; its server is started where no test has asked for it yet."""
    match name:
        case "duckdb":
            return in_files(request.getfixturevalue("tmp_path_factory").mktemp("log"))
        case "postgres":
            return in_postgres(request.getfixturevalue("postgres"))
        case "clickhouse":
            return in_clickhouse(request.getfixturevalue("clickhouse"))
        case "spark":
            request.getfixturevalue("spark")
            return in_spark(request.getfixturevalue("tmp_path_factory").mktemp("lake"))
    raise AssertionError(name)
