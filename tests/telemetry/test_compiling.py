"""What is put right of how Ibis writes a query, seen in the text; the engines' suite runs it."""

from __future__ import annotations

from datetime import datetime

import ibis
import pytest

from holdfast.telemetry.queries.compiling import sql_of

RECORDS = ibis.table({"n": "int64", "x": "float64", "at": "timestamp", "day": "date"}, name="records")


def test_postgres_orders_a_text_that_it_makes_by_bytes():
    assert 'CAST("t0"."n" AS VARCHAR) COLLATE "C"' in sql_of(
        RECORDS.select(word=RECORDS.n.cast("string")), "postgres"
    )


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (
            lambda: RECORDS.at > datetime(1969, 1, 1, 0, 0, 0, 5),  # noqa: DTZ001 -- records carry naive UTC
            "toDateTime64('1969-01-01 00:00:00.000005', 6, 'UTC')",
        ),
        (lambda: RECORDS.day.cast("timestamp"), 'toDateTime64("t0"."day", 6, \'UTC\')'),
        (lambda: RECORDS.at.epoch_seconds(), 'toUnixTimestamp64Micro("t0"."at") / 1000000'),
    ],
)
def test_clickhouse_knows_times_to_the_microsecond_and_before_1970(value, written):
    assert written in sql_of(RECORDS.select(told=value()), "clickhouse")


def test_clickhouse_computes_a_variance_by_deviations():
    assert "varPopStable(" in sql_of(RECORDS.aggregate(v=RECORDS.x.var(how="pop")), "clickhouse")
