"""One aggregate spec, every engine: the same records give equal states, cell for cell.

The records are few and nasty. What DuckDB answers over Parquet is the measure (`test_records_case` holds it
to counting in Python); counts are equal exactly, sums to a relative 1e-12, squared deviations to 1e-9.
"""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from places import PLACES, Place, in_files

from holdfast.kernel.expressions.parsing import parse
from holdfast.measure import requests as ask
from holdfast.measure.requests import Grid
from holdfast.telemetry.sources import Cut

OTHERS = [name for name in PLACES if name != "duckdb"]
NAN, INF = math.nan, math.inf
REALS = [
    0.0, -0.0, 0.1, 0.25, 0.3, 1 / 3, 0.5, 0.7, 0.999, 1.0, 1.5, 2.0, 3.0, -1.0, -2.5, 1e-5, 1e-300, 5e-324,
    1e15, 1e16, 1e20, 123456789.125, -1e20, 2.0**53, 2.0**53 + 2, NAN, INF, -INF, None, None,
]  # fmt: skip
WHOLES = [0, 1, -1, 2, 7, 2**31, -(2**31), 2**53 - 1, 2**53, 2**53 + 1, 2**63 - 1, -(2**63), None]
TEXTS = [
    "", " ", "a", "A", "b", "Zebra", "ä", "zoë", "naïve", "日本語", "👩‍🚀", "o'hara", 'say "x"',
    "back\\slash", "100%", "$1", "{x}", ":name", "; DROP TABLE log; --", "line\nbreak",
    "tab\there", "null", "NULL", "NaN", "true", "0",
    "e\u0301", "\u00e9", "x" * 300, None,
]  # fmt: skip
TIMES = [
    datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2026, 11, 21, 10, 0, 0, 123456, tzinfo=UTC), datetime(2000, 2, 29, 12, 0, tzinfo=UTC), None,
    datetime(2026, 10, 25, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 500000, tzinfo=UTC),
]  # fmt: skip
DAYS = [date(2026, 3, 29), date(1970, 1, 1), date(2000, 2, 29), date(2026, 12, 31), None]
PRICES = [Decimal("0.00"), Decimal("19.99"), Decimal("-0.01"), Decimal("9999999999.99"), None]
SCHEMA = pa.schema(
    {
        "x": pa.float64(), "usual": pa.float64(), "small": pa.float32(), "n": pa.int64(), "few": pa.int8(),
        "word": pa.string(), "team": pa.string(), "flag": pa.bool_(), "score": pa.float64(),
        "at": pa.timestamp("us", "UTC"), "naive": pa.timestamp("us"), "day": pa.date32(),
        "price": pa.decimal128(12, 2), "nothing": pa.float64(), "unit": pa.int64(),
    }
)  # fmt: skip


def records(n: int = 420) -> pa.Table:
    """Return records in which every value meets many of the others."""
    draw = np.random.default_rng(20261121)

    def some(values: list[Any]) -> Any:
        return values[int(draw.integers(len(values)))]

    rows = []
    for index in range(n):
        at = some(TIMES)
        usual = float(draw.normal(50.0, 20.0))
        rows.append(
            {
                "x": REALS[index % len(REALS)], "usual": usual,
                "small": None if index % 11 == 0 else usual / 8,
                "n": WHOLES[index % len(WHOLES)], "few": some([0, 1, 2, 3, None]),
                "word": TEXTS[index % len(TEXTS)], "team": some(["a", "b", "", "ü", None]),
                "flag": some([True, False, None]), "score": some([0.0, 1.0, 0.001, 0.9995, 0.5, 1 / 3, None]),
                "at": at, "naive": None if at is None else at.replace(tzinfo=None), "day": some(DAYS),
                "price": some(PRICES),
                "nothing": None, "unit": some([1, 2, 3, 4, 5, None]),
            }
        )  # fmt: skip
    return pa.Table.from_pylist(rows, SCHEMA)


CONDITIONS = (
    "flag", "few == 1", "few in (1, 3)", "few not in (1, 3)", "not flag", "x > 0.3", "x <= 0.3", "x != x",
    "x == 0", "x / few > 0.5", "x * 2 - few >= 1", "-x < 0", "n > 9007199254740992", "n == 9007199254740993",
    "n >= 0.5", "n in (9223372036854775807)", "word == ''", "word == \"o'hara\"", 'word == "back\\\\slash"',
    "word == '👩‍🚀'", "word == 'é'", "word < 'b'", "word > 'Z'", "word >= 'ä'", "word in ('', 'a', '日本語')",
    "word not in ('', 'a', '日本語')", "word is null", "x is null", "x is not null", "flag == few",
    "team != word",
    "at >= '2026-03-29T01:00:00Z'", "at == '2026-10-25T03:30:00+02:00'", "naive < '2026-10-25T01:00:00'",
    "day == '2000-02-29'", "day < at", "at == naive", "day in ('1970-01-01', '2026-12-31')",
    "price > 19.98", "price == 19.99", "small > 6", "nothing > 1", "nothing is null",
    "flag and few == 1", "flag or few == 1", "(flag or x > 1) and not (team == 'a' or few is null)",
    "score between 0.001 and 0.5",
)  # fmt: skip
SLICES = (
    (),
    ("team",),
    ("flag", "few"),
    ("x",),
    ("n",),
    ("at",),
    ("day",),
    ("price",),
    ("nothing",),
    ("band",),
)
GRIDS = (
    Grid(-100.0, 150.0), Grid(0.0, 1.0, 10), Grid(-3.0, 3.0, 50, 1.0), Grid(1.0, 1.0),
    Grid(-8.0, 8.0, 99, 0.5),
    Grid(-60.0, 60.0, 1000, 1e-3),
)  # fmt: skip
COLUMNS = ("x", "usual", "small", "n", "few", "price", "nothing")


HIT, AMONG = parse("flag"), parse("x > 0")
ASKED: dict[str, list[ask.Request]] = {
    "conditions": [ask.CountsRequest(parse(text)) for text in CONDITIONS],
    "conditions among": [ask.CountsRequest(parse(text), parse("few > 0")) for text in CONDITIONS[::3]],
    "slices": [ask.CountsRequest(HIT, AMONG, by) for by in SLICES],
    "many slices": [
        *(ask.CountsRequest(HIT, AMONG, by, most=most)
          for by, most in ((("team",), 3), (("flag", "few"), 5), (("word",), 6), (("day",), 3), (("n",), 4))),
        ask.CountsRequest(HIT, AMONG, ("team",), "unit", most=3),
    ],
    "clusters": [ask.CountsRequest(HIT, AMONG, by, "unit") for by in ((), ("team",), ("band",))],
    "numbers": [
        *(ask.RangeRequest(name) for name in COLUMNS),
        *(ask.MomentsRequest(name) for name in ("usual", "small", "few", "price", "nothing")),
        *(ask.MomentsRequest("usual", by, AMONG) for by in ((), ("team",), ("band",))),
    ],
    "log bins": [
        *(ask.LogBinsRequest(name) for name in COLUMNS), ask.LogBinsRequest("usual", ("team", "flag"), AMONG)
    ],
    "scores": [
        ask.ScoreBinsRequest("score", HIT, by, among) for by in ((), ("few",)) for among in (None, AMONG)
    ],
    "grids": [ask.GridRequest(name, grid) for name in ("x", "usual") for grid in GRIDS],
    "more grids": [
        *(ask.GridRequest(name, GRIDS[0]) for name in COLUMNS),
        ask.GridRequest("usual", GRIDS[4], ("team", "day"))
    ],
    "labels": [ask.CategoriesRequest(name) for name in SCHEMA.names],
    "pairs": [
        ask.CategoriesRequest("word", ("team",)), ask.PairsRequest("flag", "team", ("few",)),
        ask.PairsRequest("word", "at"), ask.PairsRequest("x", "day"),
    ],
}  # fmt: skip
"""Every kind of request, in passes of a usual size."""


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return records()


DERIVED = {"band": Cut("usual", (30.0, 50.5))}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, table: pa.Table) -> dict[str, list[Any]]:
    """What DuckDB answers."""
    place = in_files(tmp_path_factory.mktemp("measure"))
    source = replace(place.stored(table), derive=DERIVED)
    return {name: place.engine.answer(source, requests) for name, requests in ASKED.items()}


def same(found: Any, expected: Any) -> bool:
    """Whether two states are equal: counts exactly, sums as far as adding in another order may."""
    if is_dataclass(expected):
        return type(found) is type(expected) and all(
            same_field(entry.name, getattr(found, entry.name), getattr(expected, entry.name))
            for entry in fields(expected)
        )
    return bool(found == expected)


def same_field(name: str, found: Any, expected: Any) -> bool:
    if name == "grid":
        return bool(found == expected)
    if name in {"mean", "m2", "sums", "score", "d", "a", "dd", "dn"}:
        close = 1e-9 if name == "m2" else 1e-12
        return bool(
            np.allclose(found, expected, rtol=close, atol=close * np.max(np.abs(expected), initial=1e-300))
        )
    if isinstance(expected, np.ndarray):
        return bool(np.array_equal(found, expected))
    return bool(found == expected)


@pytest.mark.parametrize("measuring", OTHERS, indirect=True)
def test_states_are_equal_cell_for_cell(
    measuring: Place, table: pa.Table, expected: dict[str, list[Any]]
) -> None:
    source = replace(measuring.stored(table), derive=DERIVED)
    different = []
    for name, requests in ASKED.items():
        answers = measuring.engine.answer(source, requests)
        for request, found, wanted in zip(requests, answers, expected[name], strict=True):
            if list(found) != list(wanted):
                different.append(f"{request}: slices {list(found)} instead of {list(wanted)}")
            different += [
                f"{request} {key}: {found[key]} instead of {wanted[key]}"
                for key in wanted
                if key in found and not same(found[key], wanted[key])
            ]
    assert not different, f"{len(different)} differ:\n" + "\n".join(line[:600] for line in different[:12])
