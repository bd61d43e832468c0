"""Ibis expressions as the text of SQL, compiled without a connection, for whichever engine runs it."""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING, Any

from holdfast.telemetry.queries.dialects import DIALECTS

if TYPE_CHECKING:
    import ibis.expr.types as ir

_CORRECTED = {
    "postgres": "holdfast.telemetry.postgres_sql",
    "clickhouse": "holdfast.telemetry.warehouses.clickhouse_sql",
    "pyspark": "holdfast.telemetry.warehouses.spark_sql",
}
"""Dialects whose compiler is one of ours upon Ibis' own."""


def sql_of(query: ir.Table, dialect: str) -> str:
    """Return a query as an engine's SQL.

    Parameters
    ----------
    query : ibis Table
    dialect : str
        Ibis' name of the compiler: `duckdb`, `postgres`, `clickhouse`, `pyspark`.
    """
    # compiled without a connection: a connection of Ibis' own would load pandas
    return str(compiler(dialect).to_sqlglot(query).sql(DIALECTS[dialect].sqlglot))


@cache
def compiler(dialect: str) -> Any:  # noqa: ANN401 -- Ibis is loaded late
    """Return Ibis' compiler for an engine without those for nineteen others: a tenth of a check's time.

    Their package loads all of them. It is set aside while this one is loaded, and whoever asks for it later
    gets it whole.
    """
    package = "ibis.backends.sql.compilers"
    module = _CORRECTED.get(dialect, f"{package}.{dialect}")
    spec = find_spec(package)
    if package in sys.modules or spec is None:
        return import_module(module).compiler
    sys.modules[package] = module_from_spec(spec)
    try:
        return import_module(module).compiler
    finally:
        del sys.modules[package]
