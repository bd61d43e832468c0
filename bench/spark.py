"""The pass of `one_pass`, on a Spark cluster of a master and two workers on this machine, beside DuckDB.

    python3 -m bench.spark [--rows 5000000] [--times 3]

Both read the same Parquet files, in alternation, each with what tells which data it is: DuckDB the digests of
files that it knows already, Spark a fingerprint of the table. On one machine a cluster has nothing to gain:
the figures say what asking one costs, not what many machines are worth. Needs Java 17.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.one_pass import HERE, items_of, timed

CLUSTER = HERE.parent / "tools" / "spark_cluster.py"


def measured(url: str, log: Path, reference: Path, times: int) -> dict[str, float]:
    """Return medians of seconds: starting Spark's driver, its first query, and passes on both engines."""
    from holdfast.telemetry.drifts import forget_references
    from holdfast.telemetry.files.duck import DuckEngine
    from holdfast.telemetry.passes import measure_pass
    from holdfast.telemetry.sources import Source
    from holdfast.telemetry.warehouses.addresses import parse_address
    from holdfast.telemetry.warehouses.spark import SparkWarehouse
    from holdfast.telemetry.warehouses.spark_session import end_spark
    from holdfast.telemetry.warehouses.warehouse import WarehouseEngine

    started = time.perf_counter()
    address = parse_address(url, {})
    warehouse = SparkWarehouse(address, 600.0)
    start = time.perf_counter() - started
    first_query, _ = timed(lambda: list(warehouse.rows("SELECT 1")))
    spark = WarehouseEngine(lambda: warehouse, "pyspark", address.place, address.shown, 600.0)
    files = [
        Source(name, "parquet", (str(path),), HERE) for name, path in (("now", log), ("before", reference))
    ]
    tables = [
        Source(name, "ibis", (url,), HERE, table=f"parquet.`{path}`")
        for name, path in (("now", log), ("before", reference))
    ]
    duck = DuckEngine()
    on_files, on_tables = items_of(files[0], files[1]), items_of(tables[0], tables[1])
    first, _ = timed(lambda: measure_pass(spark, on_tables))
    measure_pass(duck, on_files)
    took: dict[str, list[float]] = {"duckdb": [], "spark": []}
    for _ in range(times):
        forget_references(duck)
        took["duckdb"].append(timed(lambda: measure_pass(duck, on_files))[0])
        forget_references(spark)
        took["spark"].append(timed(lambda: measure_pass(spark, on_tables))[0])
    end_spark()
    return {
        "start": start, "query": first_query, "first": first,
        **{name: statistics.median(each) for name, each in took.items()},
    }  # fmt: skip


def main() -> None:
    """Start the cluster, measure, end the cluster, print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rows", type=int, default=5_000_000)
    options.add_argument("--times", type=int, default=3)
    chosen = options.parse_args()
    log = HERE / "data" / f"log-{chosen.rows}.parquet"
    reference = HERE / "data" / f"reference-{min(chosen.rows // 10, 500_000)}.parquet"
    if not (log.exists() and reference.exists()):
        made = [sys.executable, str(HERE / "one_pass.py"), "--rows", str(chosen.rows), "--times", "1"]
        subprocess.run(made, check=True)  # which makes them
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(CLUSTER), "--folder", folder]
        told = subprocess.run(
            [*command, "start", "--port", "0"], stdout=subprocess.PIPE, text=True, check=False
        )
        if told.returncode:
            raise SystemExit(told.returncode)
        try:
            found = measured(told.stdout.split()[0], log, reference, chosen.times)
        finally:
            subprocess.run([*command, "stop"], check=True, capture_output=True)
    ratio = found["spark"] / found["duckdb"]
    print(f"one pass over {chosen.rows:,} records, 2 workers of 1 core and 1 GB")
    print(f"  Spark {found['spark']:.1f} s, DuckDB {found['duckdb']:.1f} s: {ratio:.1f} x")
    print(f"  the driver starts in {found['start']:.1f} s, its first query takes {found['query']:.1f} s")
    print(f"  the first pass, with the fingerprint of the data: {found['first']:.1f} s")


if __name__ == "__main__":
    main()
