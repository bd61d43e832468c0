"""Sums of vectors by matrix products, beside the same features in the engine's own SQL.

    python bench/vectors.py [--rows 200000] [--dimensions 384] [--times 3]

Makes its vectors in bench/data/ when they are not there. The SQL has only eight of the 64 frequencies, and
none of the 8,256 products of two features that bounds need, over a tenth of the records; scaled up
to the 64 frequencies. Both in alternation, warm, medians, on processor time and on the clock.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from holdfast.measure.vectors import FREQUENCIES, frequencies
from holdfast.telemetry.files.duck import DuckEngine
from holdfast.telemetry.sources import Source

DATA = Path(__file__).parent / "data"
CHUNK = 20_000
ASKED = 8
PART = 10


def made(rows: int, dimensions: int) -> Path:
    """Write normal vectors of 32 bits, where they are not there yet."""
    path = DATA / f"vectors-{rows}-{dimensions}.parquet"
    if not path.exists():
        DATA.mkdir(exist_ok=True)
        random = np.random.default_rng(1)
        schema = pa.schema([("v", pa.list_(pa.float32()))])
        with pq.ParquetWriter(path, schema) as writer:
            for start in range(0, rows, CHUNK):
                count = min(CHUNK, rows - start)
                flat = random.standard_normal(count * dimensions, dtype=np.float32)
                ends = pa.array(np.arange(0, count * dimensions + 1, dimensions, dtype=np.int32))
                writer.write_table(pa.table({"v": pa.ListArray.from_arrays(ends, pa.array(flat))}, schema))
    return path


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return seconds on the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def main() -> None:
    """Print the medians and their ratio as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--dimensions", type=int, default=384)
    parser.add_argument("--times", type=int, default=3)
    asked = parser.parse_args()
    path = made(asked.rows, asked.dimensions)
    source = Source("v", "parquet", (path.name,), DATA)
    engine = DuckEngine()
    frame = engine.frame(source, "v")
    assert frame is not None
    waves = frequencies(frame).astype(np.float32)
    dots = [f"list_dot_product(v, {waves[:, at].tolist()}::FLOAT[])" for at in range(ASKED)]
    sums = ", ".join(f"sum(cos({dot})), sum(sin({dot}))" for dot in dots)
    sql = f"SELECT {sums} FROM (SELECT v FROM '{path}' LIMIT {asked.rows // PART})"
    connection = engine._connection()

    def in_sql() -> object:
        return connection.execute(sql).fetchall()

    def by_products() -> object:
        return engine.vectors(source, "v", frame)

    runs: dict[str, list[tuple[float, float]]] = {"sql": [], "products": [], "frame": []}
    for _ in range(asked.times):
        runs["products"].append(timed(by_products))
        runs["sql"].append(timed(in_sql))
        runs["frame"].append(timed(lambda: engine.frame(source, "v")))
    scale = PART * FREQUENCIES / ASKED
    medians = {
        name: [
            statistics.median(times[at] for times in taken) * (scale if name == "sql" else 1) for at in (0, 1)
        ]
        for name, taken in runs.items()
    }
    ratio = [medians["sql"][at] / medians["products"][at] for at in (0, 1)]
    print(json.dumps({"seconds, clock and processor": medians, "sql to products": ratio}, indent=2))


if __name__ == "__main__":
    main()
