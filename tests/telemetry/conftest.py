"""Records in files, and an engine to measure them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from holdfast.telemetry.files.duck import DuckEngine
from holdfast.telemetry.sources import Source


@pytest.fixture
def engine():
    return DuckEngine(threads=1)


@pytest.fixture
def parquet(tmp_path):
    """Write a table and return its source."""

    def write(table, name="eval", **said):
        pq.write_table(pa.table(table), tmp_path / f"{name}.parquet")
        return Source(name, "parquet", (f"{name}.parquet",), tmp_path, **said)

    return write


@pytest.fixture
def csv(tmp_path):
    """Write text (or bytes) as CSV and return its source."""

    def write(text, name="eval", **said):
        path = Path(tmp_path / f"{name}.csv")
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return Source(name, "csv", (path.name,), tmp_path, **said)

    return write
