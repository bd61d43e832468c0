"""What every engine answers about records: the same as counting them one by one in Python.

DuckDB runs every case. The others are held to DuckDB's answers by `test_conformance`; with HOLDFAST_LONG=1
they run these cases too.
"""

from __future__ import annotations

import math
import os
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from places import PLACES, Place

from holdfast.kernel.expressions.encoding import text_of
from holdfast.kernel.expressions.parsing import parse
from holdfast.kernel.expressions.tree import (
    Arithmetic,
    Column,
    Comparison,
    IsNull,
    Junction,
    Literal_,
    Membership,
    Negative,
    Not,
)
from holdfast.measure import requests as ask
from holdfast.measure.states import GAMMA, Moments, Range
from holdfast.telemetry.sources import Cut

Row = dict[str, Any]
SCHEMA = pa.schema(
    {
        "x": pa.float64(), "n": pa.int32(), "flag": pa.bool_(), "bit": pa.int8(), "word": pa.string(),
        "group": pa.string(), "unit": pa.int64(), "score": pa.float64(), "when": pa.timestamp("us"),
    }
)  # fmt: skip
START = datetime(2026, 10, 1)  # noqa: DTZ001 -- records carry naive UTC


LONG = os.environ.get("HOLDFAST_LONG") == "1"
pytestmark = pytest.mark.parametrize("measuring", PLACES if LONG else PLACES[:1], indirect=True)


@pytest.fixture
def place(measuring: Place) -> Place:
    return measuring


def known(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def valued(expression: Any, row: Row) -> Any:
    """Evaluate an expression as docs/expressions.md says, without looking at how engines do it."""
    match expression:
        case Column(name):
            return known(row[name])
        case Literal_(value):
            return value
        case Comparison(sign, left, right):
            a, b = valued(left, row), valued(right, row)
            if isinstance(a, datetime) and isinstance(b, str):
                b = datetime.fromisoformat(b)
            if a is None or b is None:
                return None
            return {"==": a == b, "!=": a != b}[sign] if sign in {"==", "!="} else ordered(sign, a, b)
        case Arithmetic(sign, left, right):
            return computed(sign, valued(left, row), valued(right, row))
        case Negative(operand):
            value = valued(operand, row)
            return None if value is None else -value
        case Junction(word, operands):
            values = [yes(operand, row) for operand in operands]
            decisive = word == "or"
            return decisive if decisive in values else None if None in values else not decisive
        case Not(operand):
            value = yes(operand, row)
            return None if value is None else not value
        case Membership(operand, among, negated):
            value = valued(operand, row)
            return None if value is None else (value in [item.value for item in among]) != negated
        case IsNull(operand, negated):
            return (valued(operand, row) is None) != negated
    raise AssertionError(expression)


def ordered(sign: str, a: Any, b: Any) -> bool:
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign]


def computed(sign: str, a: float | None, b: float | None) -> float | None:
    if a is None or b is None or (sign == "/" and b == 0):
        return None
    with np.errstate(all="ignore"):
        left, right = np.float64(a), np.float64(b)
        value = {"+": left + right, "-": left - right, "*": left * right, "/": left / (right or 1)}[sign]
    return known(float(value))


def yes(expression: Any, row: Row) -> bool | None:
    value = valued(expression, row)
    return None if value is None else bool(value)


def text(value: Any) -> str | None:
    match known(value):
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat()
        case _:
            return str(value)


def sliced(rows: list[Row], by: tuple[str, ...]) -> dict[Any, list[Row]]:
    slices: dict[Any, list[Row]] = {} if by else {(): []}
    for row in rows:
        slices.setdefault(tuple(text(row[name]) for name in by), []).append(row)
    return slices


def counts(rows: list[Row], hit: Any, among: Any) -> tuple[int, int, int]:
    k = n = missing = 0
    for row in rows:
        asked = True if among is None else yes(among, row)
        found = yes(hit, row)
        if asked is None or (asked and found is None):
            missing += 1
        elif asked:
            n += 1
            k += bool(found)
    return k, n, missing


def clustered(rows: list[Row], request: ask.CountsRequest) -> list[float]:
    clusters: dict[Any, list[Row]] = {}
    for index, row in enumerate(rows):
        unit = row[request.cluster]
        clusters.setdefault(("alone", index) if unit is None else unit, []).append(row)
    each = [counts(members, request.hit, request.among) for members in clusters.values()]
    return [
        sum(k for k, _, _ in each), sum(n for _, n, _ in each), sum(n > 0 for _, n, _ in each),
        sum(k * k for k, _, _ in each), sum(n * n for _, n, _ in each), sum(k * n for k, n, _ in each),
        sum(m for _, _, m in each),
    ]  # fmt: skip


GROUPS = st.sampled_from(["a", "b", "", "ü", "o'hara", 'say "x"', "; DROP TABLE records; --", None])
FLOATS = st.one_of(
    st.none(),
    st.sampled_from([0.0, -0.0, 1.0, 0.5, -2.5, math.nan, math.inf, -math.inf]),
    st.floats(-100, 100),
    st.floats(allow_nan=True, allow_infinity=True),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "x": FLOATS,
            "n": st.one_of(st.none(), st.integers(-5, 5)),
            "flag": st.sampled_from([True, False, None]),
            "bit": st.sampled_from([0, 1, None]),
            "word": st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=3)),
            "group": GROUPS,
            "unit": st.one_of(st.none(), st.integers(0, 3)),
            "score": st.one_of(st.none(), st.floats(0, 1)),
            "when": st.one_of(st.none(), st.integers(0, 10).map(lambda days: START + timedelta(days))),
        }
    ),
    max_size=25,
)
NUMBERS = st.recursive(
    st.one_of(
        st.sampled_from([Column("x"), Column("n"), Column("score")]),
        st.integers(-3, 3).map(Literal_),
        st.floats(-3, 3, allow_subnormal=False).map(Literal_),
    ),
    lambda inner: st.one_of(
        st.builds(Arithmetic, st.sampled_from(["+", "-", "*", "/"]), inner, inner), st.builds(Negative, inner)
    ),
    max_leaves=4,
)
SIGNS = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
CONDITIONS = st.recursive(
    st.one_of(
        st.sampled_from([Column("flag"), Column("bit"), Literal_(True), Literal_(False)]),
        st.builds(Comparison, SIGNS, NUMBERS, NUMBERS),
        st.builds(Comparison, SIGNS, st.just(Column("word")), st.text("ab'ü", max_size=2).map(Literal_)),
        st.builds(Comparison, st.sampled_from(["==", "!="]), st.just(Column("flag")), st.just(Column("bit"))),
        st.builds(Comparison, SIGNS, st.just(Column("when")), st.just(Literal_("2026-10-05T00:00:00"))),
        st.builds(
            Membership, st.just(Column("group")), st.just((Literal_("o'hara"), Literal_("ü"))), st.booleans()
        ),
        st.builds(Membership, st.just(Column("n")), st.just((Literal_(1), Literal_(-2))), st.booleans()),
        st.builds(IsNull, st.sampled_from([Column("x"), Column("word"), Column("flag")]), st.booleans()),
    ),
    lambda inner: st.one_of(
        st.builds(
            Junction, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3).map(tuple)
        ),
        st.builds(Not, inner),
    ),
    max_leaves=5,
)
BY = st.lists(st.sampled_from(["group", "flag", "n", "when"]), max_size=2, unique=True).map(tuple)
SLOWLY = settings(
    max_examples=int(os.environ.get("HOLDFAST_FUZZ", "25")),
    deadline=None,
    # a database answers too slowly for making what fails as small as can be
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def answered(place: Place, rows: list[Row], *requests: ask.Request, **source: Any) -> list[Any]:
    stored = replace(place.stored(pa.Table.from_pylist(rows, SCHEMA)), **source)
    return place.engine.answer(stored, requests)


@SLOWLY
@given(ROWS, CONDITIONS, st.one_of(st.none(), CONDITIONS), BY)
def test_counts(place, rows, hit, among, by):
    requests = [ask.CountsRequest(hit, among, by), ask.CountsRequest(hit, among, by, "unit")]
    plain, units = answered(place, rows, *requests)
    slices = sliced(rows, by)
    told = {key: (state.k, state.n, state.missing) for key, state in plain.items()}
    assert told == {key: counts(part, hit, among) for key, part in slices.items()}, text_of(hit)
    sums = {key: [s.k, s.n, s.clusters, s.kk, s.nn, s.kn, s.missing] for key, s in units.items()}
    assert sums == {key: clustered(part, requests[1]) for key, part in slices.items()}


@SLOWLY
@given(ROWS, CONDITIONS, CONDITIONS)
def test_only_records_that_the_source_chooses_count(place, rows, where, hit):
    (plain,) = answered(place, rows, ask.CountsRequest(hit), where=where)
    chosen = [row for row in rows if yes(where, row)]
    assert (plain[()].k, plain[()].n, plain[()].missing) == counts(chosen, hit, None)


@SLOWLY
@given(ROWS, BY, st.one_of(st.none(), CONDITIONS))
def test_moments_and_range(place, rows, by, among):
    spread, ends = answered(place, rows, ask.MomentsRequest("x", by, among), ask.RangeRequest("x"))
    for key, part in sliced(rows, by).items():
        asked = [row for row in part if among is None or yes(among, row)]
        values = [row["x"] for row in asked if row["x"] is not None and math.isfinite(row["x"])]
        state = spread[key]
        unknown = 0 if among is None else sum(yes(among, row) is None for row in part)
        assert state.n == len(values)
        assert state.missing == unknown + sum(row["x"] is None for row in asked)
        lacking = len(asked) - len(values) - sum(row["x"] is None for row in asked)
        assert state.nan + state.infinite == lacking
        if not values:
            assert replace(state, nan=0, missing=0, infinite=0) == Moments.zero()
        elif max(map(abs, values)) < 1e100:
            assert (state.low, state.high) == (min(values), max(values))
            assert state.mean == pytest.approx(np.mean(values), rel=1e-12, abs=1e-300)
            largest = max(1.0, *(abs(value) for value in values))
            assert state.m2 == pytest.approx(np.var(values) * len(values), rel=1e-9, abs=1e-9 * largest**2)
    finite = [row["x"] for row in rows if row["x"] is not None and math.isfinite(row["x"])]
    nan = sum(row["x"] is not None and math.isnan(row["x"]) for row in rows)
    missing = sum(row["x"] is None for row in rows)
    low, high = min(finite, default=math.inf), max(finite, default=-math.inf)
    assert ends[()] == Range(len(finite), low, high, nan, missing)


GRIDS = st.sampled_from(
    [
        ask.Grid(-100, 100),
        ask.Grid(0, 1, 10),
        ask.Grid(-3, 3, 50, 1.0),
        ask.Grid(1, 1),
        ask.Grid(-8, 8, 99, 0.5),
    ]
)


def cell_of(value: float, grid: ask.Grid) -> int:
    moved = value if grid.scale is None else math.asinh(value / grid.scale)
    if moved < grid.low:
        return -1
    if moved > grid.high:
        return grid.cells
    per_unit = grid.cells / (grid.high - grid.low) if grid.high > grid.low else 0.0
    return min(math.floor((moved - grid.low) * per_unit), grid.cells - 1)


@SLOWLY
@given(ROWS, GRIDS, BY, st.sampled_from(["x", "n"]))
def test_grids(place, rows, grid, by, column):
    (answer,) = answered(place, rows, ask.GridRequest(column, grid, by))
    slices = sliced(rows, by)
    assert answer.keys() == slices.keys()
    for key, part in slices.items():
        expected, sums, nan = np.zeros(grid.cells + 2), np.zeros(grid.cells + 2), 0
        for value in (row[column] for row in part if row[column] is not None):
            if math.isnan(value):
                nan += 1
                continue
            place_ = cell_of(value, grid) + 1 if math.isfinite(value) else (0, grid.cells + 1)[value > 0]
            expected[place_] += 1
            sums[place_] += value if math.isfinite(value) else 0
        assert (answer[key].counts == expected).all()
        assert answer[key].sums == pytest.approx(sums, rel=1e-12, abs=1e-300)
        assert (answer[key].nan, answer[key].missing) == (nan, sum(row[column] is None for row in part))


@SLOWLY
@given(ROWS, BY, st.one_of(st.none(), CONDITIONS), st.sampled_from(["x", "n"]))
def test_log_bins(place, rows, by, among, column):
    (answer,) = answered(place, rows, ask.LogBinsRequest(column, by, among))
    for key, part in sliced(rows, by).items():
        asked = [row[column] for row in part if among is None or yes(among, row)]
        unknown = 0 if among is None else sum(yes(among, row) is None for row in part)
        state = answer[key]
        values = [value for value in asked if value is not None]
        assert state.missing == unknown + len(asked) - len(values)
        assert state.nan == sum(math.isnan(value) for value in values)
        assert (state.infinite, state.negative_infinite) == (values.count(math.inf), values.count(-math.inf))
        assert state.zeros == values.count(0)
        for bins, side in ((state.positive, 1), (state.negative, -1)):
            sizes = sorted(value * side for value in values if math.isfinite(value) and value * side > 0)
            indices = [index for index in sorted(bins) for _ in range(int(bins[index]))]
            assert len(indices) == len(sizes)
            for index, size in zip(indices, sizes, strict=True):
                assert (
                    (index - 1) * math.log(GAMMA) - 1e-9 <= math.log(size) <= index * math.log(GAMMA) + 1e-9
                )


@SLOWLY
@given(ROWS, BY, st.one_of(st.none(), CONDITIONS), CONDITIONS)
def test_score_bins(place, rows, by, among, label):
    (answer,) = answered(place, rows, ask.ScoreBinsRequest("score", label, by, among))
    for key, part in sliced(rows, by).items():
        table, missing = np.zeros((3, 1000)), 0
        for row in part:
            asked = True if among is None else yes(among, row)
            truth, score = yes(label, row), row["score"]
            if asked is None or (asked and (truth is None or score is None)):
                missing += 1
            elif asked:
                table[:, min(math.floor(score * 1000.0), 999)] += (1, score, truth)
        state = answer[key]
        assert np.array([state.n, state.score, state.label]) == pytest.approx(table, rel=1e-12)
        assert (state.missing, state.outside) == (missing, 0)


@SLOWLY
@given(ROWS, BY)
def test_categories_and_pairs(place, rows, by):
    words, numbers, pairs = answered(
        place, rows, ask.CategoriesRequest("word", by), ask.CategoriesRequest("n", by),
        ask.PairsRequest("flag", "word", by),
    )  # fmt: skip
    for key, part in sliced(rows, by).items():
        for answer, column in ((words, "word"), (numbers, "n")):
            values = [text(row[column]) for row in part]
            present = [value for value in values if value is not None]
            assert answer[key].counts == {value: present.count(value) for value in present}
            assert answer[key].missing == values.count(None)
        both = [(text(row["flag"]), text(row["word"])) for row in part]
        whole = [pair for pair in both if None not in pair]
        assert pairs[key].counts == {pair: whole.count(pair) for pair in whole}
        assert pairs[key].missing == len(both) - len(whole)


@SLOWLY
@given(ROWS)
def test_derived_bands_slice_as_columns_do(place, rows):
    cut = Cut("x", (-1.0, 0.5, 30.0))
    (answer,) = answered(
        place, rows, ask.CountsRequest(parse("band is not null"), None, ("band",)), derive={"band": cut}
    )
    expected: dict[Any, int] = {}
    for row in rows:
        value = known(row["x"])
        band = None if value is None else cut.bands()[sum(value >= edge for edge in cut.at)]
        expected[(band,)] = expected.get((band,), 0) + 1
    assert {key: state.n for key, state in answer.items()} == expected


def test_answers_keep_the_order_of_their_requests_however_many(place):
    rows = [{"n": value % 3, "flag": value % 2 == 0, "group": "a"} for value in range(12)]
    requests = [
        ask.CountsRequest(parse(f"n == {value}"), None, by) for value in range(3) for by in ((), ("flag",))
    ]
    requests += [ask.CategoriesRequest("n"), ask.CountsRequest(parse("flag"), None, (), "unit")]
    answers = answered(place, rows, *requests)
    assert [answers[index][()].k for index in (0, 2, 4)] == [4, 4, 4]
    assert answers[1][("true",)].k == 2
    assert answers[6][()].counts == {"0": 4, "1": 4, "2": 4}
    assert answers[7][()].clusters == 12
