"""Spark: what is said where it cannot be reached, and a plan on a real cluster, a master and two workers."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from holdfast.kernel.errors import DataError
from holdfast.telemetry.queries.compiling import sql_of
from holdfast.telemetry.sources import Source
from holdfast.telemetry.warehouses import spark_session
from holdfast.telemetry.warehouses.addresses import parse_address
from holdfast.telemetry.warehouses.spark import SparkWarehouse
from holdfast.telemetry.warehouses.warehouse import WarehouseEngine


@pytest.fixture
def refused(tmp_path) -> Callable[[str], str]:
    """Return what is said to whoever asks for the columns of a table at an address."""

    def asked(url: str) -> str:
        address = parse_address(url, {})
        engine = WarehouseEngine(
            lambda: SparkWarehouse(address, 5.0), "pyspark", address.place, address.shown, 5.0
        )
        with pytest.raises(DataError) as caught:
            engine.describe(Source("log", "ibis", (url,), tmp_path, table="lake.records"))
        return str(caught.value)

    return asked


def test_without_pyspark_the_extra_is_named(refused, monkeypatch):
    monkeypatch.setattr(spark_session, "find_spec", lambda _: None)
    assert "HF305" in refused("spark://local")
    assert "pip install 'holdfast[spark]'" in refused("spark://local")


@pytest.fixture
def no_spark_yet(monkeypatch):
    """This process has started no Spark, whatever other tests have."""
    pyspark = pytest.importorskip("pyspark", reason="pyspark is not installed: --group spark")
    monkeypatch.setattr(pyspark.SparkContext, "_active_spark_context", None)


@pytest.mark.usefixtures("no_spark_yet")
def test_without_java_it_is_asked_for(refused, monkeypatch, tmp_path):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    said = refused("spark://local")
    assert "HF305" in said
    assert "needs Java 17 on this machine (JAVA_HOME is" in said


@pytest.mark.usefixtures("no_spark_yet")
def test_a_master_that_is_down_is_refused_at_once_and_not_after_a_minute(refused, monkeypatch, tmp_path):
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.touch(mode=0o755)  # it is never started
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound, and nobody listens
        said = refused(f"spark://127.0.0.1:{nobody.getsockname()[1]}")
    assert "HF331" in said
    assert "cannot be reached (Connection refused)" in said


def test_spark_is_asked_for_nan_null_and_infinity_apart_and_for_doubles():
    # what Ibis' own compiler writes: NaN is null, nothing is infinite, 0.5 is a decimal
    log = ibis.table({"x": "float64"}, name="log")
    x = log["x"]
    sql = sql_of(log.select(a=x.isnull(), b=x.isinf(), c=x > 0.5), "pyspark")
    a, b, c = sql.removeprefix("SELECT ").split(" FROM ")[0].split(", ")
    assert a == "`t0`.`x` IS NULL AS `a`"
    assert "'Inf'" in b
    assert "'-Inf'" in b
    assert "CAST(0.5 AS DOUBLE)" in c


@pytest.mark.parametrize("measuring", ["spark"], indirect=True)
def test_a_null_that_went_to_another_column_makes_other_data(measuring):
    # Spark's hash of several columns passes over nulls, wherever they are
    source = measuring.stored(pa.table({"x": ["v", None], "y": [None, "w"]}))
    before = measuring.engine.identify(source)
    file = Path((source.table or "").split("`")[1]) / "part-0.parquet"
    pq.write_table(pa.table({"x": ["v", "w"], "y": pa.array([None, None], pa.string())}), file)
    assert measuring.engine.identify(source) != before
