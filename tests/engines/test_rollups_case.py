"""States that are kept of a table, on every engine of tables: by days, and equal to what the table says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from places import PLACES

from holdfast.kernel.expressions.parsing import parse
from holdfast.measure import requests as ask
from holdfast.telemetry.rollups.reading import kept_windows
from holdfast.telemetry.rollups.sqlite import SqliteRollups
from holdfast.telemetry.rollups.updating import update

START = datetime(2026, 10, 24)  # noqa: DTZ001 -- records carry naive UTC
NOW = datetime(2026, 11, 1, tzinfo=UTC)
SCHEMA = pa.schema(
    {"at": pa.timestamp("us"), "bad": pa.bool_(), "word": pa.string(), "unit": pa.int64(), "x": pa.float64()}
)
REQUESTS: dict[ask.Request, list[str]] = {
    ask.CountsRequest(parse("bad"), None, ("word",)): ["by word"],
    ask.CountsRequest(parse("bad"), None, (), "unit"): ["clustered"],
    ask.LogBinsRequest("x"): ["quantile"],
    ask.CategoriesRequest("word"): ["words"],
}


def records(days):
    """Return records of some days, one in fifty without a time; clusters go on over midnight."""
    rows = [
        {
            "at": None if number % 50 == 3 else START + timedelta(minutes=37 * number),
            "bad": [True, False, None][number % 3],
            "word": ["a", "ü", None][number % 3],
            "unit": None if number % 7 == 0 else number // 5,
            "x": float(number % 9),
        }
        for number in range(days * 39)
    ]
    return pa.Table.from_pylist(rows, SCHEMA)


@pytest.mark.parametrize(
    "measuring", [name for name in PLACES if name not in {"duckdb", "spark"}], indirect=True
)
def test_what_is_kept_of_a_table_is_what_it_says(measuring, tmp_path):
    source = replace(measuring.stored(records(4)), time="at")
    store = SqliteRollups(tmp_path / "kept.db")
    told = update(store, measuring.engine, source, REQUESTS, now=NOW)
    assert told.untimed == 4
    kept = kept_windows(store, source, list(REQUESTS), 3600)
    assert kept == measuring.engine.windows(source, list(REQUESTS), 3600)
    again = update(store, measuring.engine, source, REQUESTS, now=NOW)
    store.close()
    assert (again.rewritten, again.windows_new, again.windows_restated) == ((), frozenset(), frozenset())
