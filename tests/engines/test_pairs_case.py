"""What every engine answers about two arms' records: the same as pairing them one by one in Python."""

from __future__ import annotations

import math
import uuid
from dataclasses import astuple, replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.kernel.errors import DataError
from holdfast.kernel.expressions.parsing import parse
from holdfast.measure.pairs import (
    PairedClusters,
    PairedCounts,
    PairedCountsRequest,
    PairedDifferences,
    PairedValuesRequest,
)
from holdfast.telemetry.files.duck import DuckEngine
from holdfast.telemetry.queries.pairing import PairedSource, same_rows
from holdfast.telemetry.sources import Cut, Source

SCHEMA = pa.schema(
    {"id": pa.int64(), "yes": pa.bool_(), "asked": pa.bool_(), "cost": pa.float64(), "group": pa.string(),
     "unit": pa.int64()}
)  # fmt: skip
ROW = st.fixed_dictionaries(
    {
        "id": st.one_of(st.none(), st.integers(1, 12)),
        "yes": st.one_of(st.none(), st.booleans()),
        "asked": st.one_of(st.none(), st.booleans()),
        "cost": st.one_of(st.none(), st.sampled_from([0.0, 1.5, -2.0, math.nan, math.inf])),
        "group": st.one_of(st.none(), st.sampled_from(["x", "y"])),
        "unit": st.one_of(st.none(), st.integers(1, 3)),
    }
)
HIT, AMONG = parse("yes"), parse("asked")
NAMES = ("both", "only_a", "only_b", "neither", "a_hits", "a_misses", "b_hits", "b_misses")


@pytest.fixture(params=["duckdb"], scope="module")
def engine(request):
    return {"duckdb": lambda: DuckEngine(threads=1)}[request.param]()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("arms")


def stored(folder, rows, schema=SCHEMA):
    name = f"{uuid.uuid4().hex}.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / name)
    return Source("log", "parquet", (name,), folder)


def paired_by_hand(first, second):
    """Return the pairs of rows whose id stands once in each arm."""
    held = []
    for rows in (first, second):
        ids = [row["id"] for row in rows if row["id"] is not None]
        held.append({row["id"]: row for row in rows if row["id"] is not None and ids.count(row["id"]) == 1})
    return [(held[0][key], held[1][key]) for key in held[0] if key in held[1]]


def counted(row, *, among):
    """Return hit, trial and missing of one row as docs say: null is missing where it matters."""
    if among and row["asked"] is None:
        return 0, 0, 1
    if among and not row["asked"]:
        return 0, 0, 0
    return (0, 0, 1) if row["yes"] is None else (int(row["yes"]), 1, 0)


def table_by_hand(pairs, *, among):
    cells = dict.fromkeys((*NAMES, "missing"), 0.0)
    for a, b in pairs:
        (ka, na, ma), (kb, nb, mb) = counted(a, among=among), counted(b, among=among)
        if ma or mb:
            cells["missing"] += 1
        elif na and nb:
            cells[("neither", "only_b", "only_a", "both")[2 * ka + kb]] += 1
        elif na:
            cells["a_hits" if ka else "a_misses"] += 1
        elif nb:
            cells["b_hits" if kb else "b_misses"] += 1
    return PairedCounts(**cells)


def clusters_by_hand(pairs, *, among):
    units = {}
    for place, (a, b) in enumerate(pairs):
        units.setdefault(a["unit"] if a["unit"] is not None else f"alone {place}", []).append((a, b))
    total = PairedClusters.zero()
    for members in units.values():
        table = table_by_hand(members, among=among)
        (ka, na), (kb, nb) = table.a, table.b
        products = (ka * ka, ka * na, ka * kb, ka * nb, na * na, na * kb, na * nb, kb * kb, kb * nb, nb * nb)
        total = total.merge(PairedClusters(*astuple(table), float(na + nb > 0), *products))
    return total


@given(first=st.lists(ROW, max_size=12), second=st.lists(ROW, max_size=12), among=st.booleans())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pairs_by_a_key_are_counted_as_by_hand(engine, folder, first, second, among):
    a, b = stored(folder, first), stored(folder, second)
    pairs = paired_by_hand(first, second)
    rule = AMONG if among else None
    requests = [
        PairedCountsRequest(HIT, rule),
        PairedCountsRequest(HIT, rule, by=("group",)),
        PairedCountsRequest(HIT, rule, cluster="unit"),
        PairedValuesRequest("cost"),
    ]
    if not pairs:
        with pytest.raises(DataError):
            engine.paired(PairedSource(a, b, "id"), requests)
        return
    told = engine.paired(PairedSource(a, b, "id"), requests)
    assert told.states[0][()] == table_by_hand(pairs, among=among)
    groups = {(one["group"],) for one, _ in pairs}
    assert told.states[1] == {
        key: table_by_hand([pair for pair in pairs if pair[0]["group"] == key[0]], among=among)
        for key in groups
    }
    assert told.states[2][()] == clusters_by_hand(pairs, among=among)
    assert told.pairing.pairs == len(pairs)
    for place, rows in enumerate((first, second)):
        assert told.pairing.unpaired[place] == len(rows) - len(pairs)
        assert told.pairing.unkeyed[place] == sum(row["id"] is None for row in rows)
    finite = [
        (one["cost"], other["cost"])
        for one, other in pairs
        if all(row["cost"] is not None and math.isfinite(row["cost"]) for row in (one, other))
    ]
    state = told.states[3][()]
    assert isinstance(state, PairedDifferences)
    assert state.n == state.clusters == len(finite)
    assert state.d == pytest.approx(sum(y - x for x, y in finite))
    assert state.dd == pytest.approx(sum((y - x) ** 2 for x, y in finite))
    assert state.missing == sum(one["cost"] is None or other["cost"] is None for one, other in pairs)


def test_arms_in_one_row_pair_by_themselves(engine, folder):
    schema = pa.schema({"yes": pa.bool_(), "yes_b": pa.bool_(), "age": pa.int64(), "age_b": pa.int64()})
    rows = [{"yes": i % 2 == 0, "yes_b": i % 3 == 0, "age": i, "age_b": i + 6} for i in range(12)]
    a = stored(folder, rows, schema)
    a = replace(a, where=parse("age >= 2"), derive={"band": Cut("age", (6,))})
    b = replace(a, columns={"yes": "yes_b", "age": "age_b"})
    assert same_rows(a, b)
    assert PairedSource.of(a, b, None) is not None
    told = engine.paired(
        PairedSource(a, b, None),
        [PairedCountsRequest(HIT), PairedCountsRequest(parse("band == '6 and over'"))],
    )
    kept = [row for row in rows if row["age"] >= 2]
    assert told.states[0][()].both == sum(row["yes"] and row["yes_b"] for row in kept)
    assert told.states[0][()].trials == len(kept) == told.pairing.pairs
    # a band is cut from each arm's own column, and each arm's own `where` says which rows it has
    assert told.states[1][()].b == (len(kept), len(kept))
    assert told.states[1][()].a == (sum(row["age"] >= 6 for row in kept), len(kept))
    assert told.pairing.only == (0, 2)


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        (([None] * 3, [None] * 3), "null in every record"),
        (([1, 1, 1], [1, 1]), "names no record: 5 share theirs"),
        (([1, 2, 3], [4, 5]), "no `id` is in both arms"),
    ],
)
def test_a_key_that_pairs_nothing_is_refused_with_the_reason(engine, folder, ids, words):
    blank = {"yes": True, "asked": True, "cost": 1.0, "group": "x", "unit": 1}
    a, b = (stored(folder, [{"id": each, **blank} for each in arm]) for arm in ids)
    with pytest.raises(DataError, match=words):
        engine.paired(PairedSource(a, b, "id"), [PairedCountsRequest(HIT)])


def test_keys_of_two_types_are_compared_as_text(engine, folder):
    a = stored(
        folder, [{"id": i, "yes": True} for i in range(5)], pa.schema({"id": pa.int64(), "yes": pa.bool_()})
    )
    b = stored(
        folder,
        [{"id": str(i), "yes": True} for i in range(3)],
        pa.schema({"id": pa.string(), "yes": pa.bool_()}),
    )
    assert engine.paired(PairedSource(a, b, "id"), [PairedCountsRequest(HIT)]).pairing.pairs == 3


def test_a_key_that_is_no_column_is_refused_with_the_nearest(engine, folder):
    a = stored(folder, [{"id": 1}])
    with pytest.raises(DataError, match="did you mean `unit`"):
        engine.paired(PairedSource(a, replace(a, where=parse("yes")), "unt"), [PairedCountsRequest(HIT)])
