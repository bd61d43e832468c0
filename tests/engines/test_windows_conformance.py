"""Windows on every engine: the same states, cell for cell, as DuckDB makes of the same records in a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from places import PLACES, in_files

from holdfast.kernel.expressions.parsing import parse
from holdfast.measure import requests as ask

START = datetime(2026, 10, 24, 21, 59, 59, 999_999)  # noqa: DTZ001 -- clocks are put back that night; naive UTC
SCHEMA = pa.schema(
    {
        "at": pa.timestamp("us"), "zoned": pa.timestamp("us", "UTC"), "day": pa.date32(),
        "known": pa.timestamp("us"), "x": pa.float64(), "flag": pa.bool_(), "group": pa.string(),
        "unit": pa.int64(),
    }
)  # fmt: skip
REQUESTS: tuple[ask.Request, ...] = (
    ask.CountsRequest(parse("flag"), None, ("group",)),
    ask.CountsRequest(parse("flag"), None, ("group",), "unit"),
    ask.CountsRequest(parse("x > 2"), cluster="unit"),
    ask.LogBinsRequest("x"),
    ask.CategoriesRequest("group"),
    ask.PairsRequest("group", "flag"),
    ask.GridRequest("x", ask.Grid(0.0, 8.0, 8)),
    ask.LagRequest("at", "known", ("group",)),
)


def records() -> pa.Table:
    rows = []
    for number in range(300):
        at = None if number % 41 == 7 else START + timedelta(seconds=97.3 * number, microseconds=number)
        rows.append(
            {
                "at": at,
                "zoned": None if at is None else at.replace(tzinfo=UTC),
                "day": None if at is None else at.date(),
                "known": None if at is None or number % 3 == 0 else at + timedelta(seconds=number % 17 - 2),
                "x": [None, 0.0, 1.5, 3.0, 8.0, float("nan"), float("inf")][number % 7],
                "flag": [True, False, None][number % 3],
                "group": ["a", "ü", "", None, "日本"][number % 5],
                "unit": None if number % 11 == 0 else number // 4,
            }
        )
    return pa.Table.from_pylist(rows, SCHEMA)


@pytest.fixture
def sides(measuring, tmp_path):
    """The engine and DuckDB, each with its source of the same records."""
    duck = in_files(tmp_path)
    return [(one.engine, one.stored(records())) for one in (measuring, duck)]


ASKED = [
    ("at", 60, None, None),
    ("at", 3600, START + timedelta(hours=1, minutes=7), START + timedelta(hours=5)),
    ("zoned", 86_400, None, None),
    ("day", 7 * 86_400, None, None),
]


@pytest.mark.parametrize("measuring", PLACES[1:], indirect=True)
def test_windows_are_the_same_on_every_engine(sides):
    for time, every, since, until in ASKED:
        ours, theirs = (
            engine.windows(replace(source, time=time), REQUESTS, every, since, until)
            for engine, source in sides
        )
        assert ours.untimed == theirs.untimed
        for request, one, other in zip(REQUESTS, ours.answers, theirs.answers, strict=True):
            assert list(one) == list(other), (time, every, request)
            assert repr(one) == repr(other), (time, every, request)
