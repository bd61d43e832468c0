"""Values of every type that a file may bring, and expressions as large as the language allows."""

from __future__ import annotations

import math
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pyarrow as pa
import pytest

from holdfast.kernel.expressions.parsing import parse
from holdfast.measure import requests as ask
from holdfast.telemetry.sources import Cut

NAN, INF = math.nan, math.inf


def k_of(engine, source, text):
    return engine.answer(source, [ask.CountsRequest(parse(text))])[0][()].k


@pytest.mark.parametrize(
    ("column", "kind", "text"),
    [
        (pa.array([1, 2, 3], pa.int8()), "number", "x + 127 > 128"),
        (pa.array([1, 2, 2**64 - 1], pa.uint64()), "number", "x >= 2"),
        (pa.array([1, 2**53 + 1, 2**53 + 1]), "number", f"x == {2**53 + 1}"),
        (pa.array([1, 2**53 + 1, 2**53], pa.int64()), "number", f"x in ({2**53 + 1}, {2**53})"),
        (pa.array([Decimal("1.1"), Decimal("2.2"), Decimal("2.2")]), "number", "x == 2.2"),
        (pa.array([0.5, 1.5, 2.5], pa.float32()), "number", "x > 1"),
        (pa.array(["a", "b", "b"]).dictionary_encode(), "text", "x == 'b'"),
        (pa.array(["a", "b", "b"], pa.large_string()), "text", "x in ('b', 'c')"),
        (pa.array([date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3)]), "time", "x >= '2026-01-02'"),
        (pa.array([date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 2)]), "time", "x in ('2026-01-02')"),
        (pa.array([datetime(2026, 1, day) for day in (1, 2, 3)]), "time", "x > '2026-01-01T12:00:00'"),  # noqa: DTZ001
        (pa.array([datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3)]), "time", "x > '2026-01-01'"),
        (
            pa.array([datetime(2026, 1, day, tzinfo=timezone(timedelta(hours=2))) for day in (1, 2, 3)]),
            "time",
            "x in ('2026-01-01T22:00:00Z', '2026-01-03T00:00:00+02:00')",
        ),
        (pa.array([1, 2, 3], pa.timestamp("ns", "Europe/Berlin")), "time", "x >= '1970-01-01'"),
        (pa.array([True, False, True]), "bool", "x"),
        (pa.array([True, False, True]), "bool", "x in (true)"),
        (pa.array([True, False, True]), "bool", "x + x + 0.5 > 1"),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else str(value)[:20],
)
def test_every_type_compares_as_it_reads(engine, parquet, column, kind, text):
    source = parquet({"x": column})
    assert engine.describe(source)["x"] == kind
    assert k_of(engine, source, text) == (3 if "1970" in text else 2)


@pytest.mark.parametrize("values", [[0.0, 0.0, NAN], [1.0, NAN], [NAN], [-1.0, INF, NAN], [None, 0.0, NAN]])
@pytest.mark.parametrize("statistics", [True, False])
def test_nan_is_null_whatever_the_file_says_of_its_least_and_greatest(engine, tmp_path, values, statistics):
    import pyarrow.parquet as pq

    from holdfast.telemetry.sources import Source

    pq.write_table(pa.table({"x": values}), tmp_path / "x.parquet", write_statistics=statistics)
    source = Source("x", "parquet", ("x.parquet",), tmp_path)
    unknown = sum(value is None or math.isnan(value) for value in values)
    for text in ("x <= 100", "x > -5", "x != 7", "not x == 3", "x - x == 0 or x == x", "x in (1, 2)"):
        state = engine.answer(source, [ask.CountsRequest(parse(text))])[0][()]
        assert state.missing == unknown, text
    assert k_of(engine, source, "x is null") == unknown


@pytest.mark.parametrize(
    ("column", "keys"),
    [
        ([1.0, 2.0, None], ["1", "2", None]),
        ([0.5, -0.0, 0.0], ["0", "0.5"]),
        ([NAN, None, 1.0], ["1", None]),
        ([1, 10, 2], ["1", "10", "2"]),
        ([True, None, False], ["false", "true", None]),
        (["b", "a", ""], ["", "a", "b"]),
        ([date(2026, 1, 2), date(2026, 1, 1)], ["2026-01-01", "2026-01-02"]),
        ([datetime(2026, 1, 1, 5), datetime(2026, 1, 1, 5, 0, 0, 7)], ["2026-01-01T05:00:00"]),  # noqa: DTZ001
    ],
    ids=str,
)
def test_slices_are_named_as_text(engine, parquet, column, keys):
    request = ask.CountsRequest(parse("x is null"), None, ("x",))
    (answer,) = engine.answer(parquet({"x": column}), [request])
    assert [key.replace("-0", "0") if key == "-0" else key for (key,) in answer] == keys
    assert sum(state.n for state in answer.values()) == len(column)


@pytest.mark.parametrize(
    ("text", "k"),
    [
        ("not " * 98 + "a", 1),
        ("+".join(["x"] * 99) + " > 100", 1),
        ("- " * 98 + "x > 1", 1),
        (" or ".join(["x == 1"] * 200), 1),
        ("x in (" + ", ".join(str(value) for value in range(400)) + ")", 2),
        ("x" + " + (x" * 49 + ")" * 49 + " > 50", 1),
        ("not (a and " * 30 + "a" + ")" * 30, 2),
        ("(" * 40 + "a" + " == a)" * 40, 1),
    ],
    ids=lambda value: str(value)[:20],
)
def test_the_largest_expressions_are_measured(engine, parquet, text, k):
    source = parquet({"a": [True, False, None], "x": [1.0, 2.0, None]})
    assert k_of(engine, source, text) == k


@pytest.mark.parametrize(
    ("text", "k"),
    [
        ("x / y > 0", 1),
        ("x / 0 is null", 3),
        ("1 / (x - x) is null", 3),
        ("x * 1e308 * 10 > 1e300", 2),
        ("x * 1e308 * 10 - x * 1e308 * 10 is null", 3),
    ],
)
def test_arithmetic_that_leads_nowhere_is_null(engine, parquet, text, k):
    assert k_of(engine, parquet({"x": [1.0, 2.0, None], "y": [2, 0, 1]}), text) == k


def test_bands_are_closed_below(engine, parquet):
    source = parquet({"age": [29.9, 30.0, 50, None, NAN]}, derive={"band": Cut("age", (30.0, 50.0))})
    (answer,) = engine.answer(source, [ask.CategoriesRequest("band")])
    assert answer[()].counts == {"under 30": 1, "30 to under 50": 1, "50 and over": 1}
    assert answer[()].missing == 2


def test_the_compilers_of_other_engines_stay_at_hand():
    script = (
        "import sys\n"
        "from holdfast.telemetry.queries.compiling import compiler\n"
        "ours = compiler('duckdb')\n"
        "assert 'ibis.backends.sql.compilers.bigquery' not in sys.modules\n"
        "import ibis.backends.sql.compilers as all_of_them\n"
        "assert all_of_them.DuckDBCompiler is type(ours)\n"
        "assert all_of_them.BigQueryCompiler.__name__ == 'BigQueryCompiler'\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
