"""Columns of vectors in files: summed batch by batch, sliced, and refused where they make no sense."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from holdfast.kernel.errors import DataError
from holdfast.kernel.expressions.parsing import parse
from holdfast.measure.metrics import EmbeddingDrift, Rate
from holdfast.measure.vectors import VectorSums, frame_of
from holdfast.telemetry.files import vectors as reading
from holdfast.telemetry.files.duck import DuckEngine
from holdfast.telemetry.passes import Item, measure_pass
from holdfast.telemetry.queries.asking import QueryEngine
from holdfast.telemetry.sources import Source

N, D = 500, 6
VECTORS = np.random.default_rng(1).normal(0, 1, (N, D))
TEAMS = ["ab"[i % 2] for i in range(N)]


def lists(values, kind=None):
    return pa.array([None if each is None else list(each) for each in values], kind or pa.list_(pa.float64()))


@pytest.fixture
def source(parquet):
    return parquet({"v": lists(VECTORS), "team": TEAMS, "hit": [True] * N})


def assert_same(found, expected):
    assert (found.n, found.missing, found.unusable) == (expected.n, expected.missing, expected.unusable)
    for name in ("total", "features", "products"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-5, atol=1e-4)
    assert found.squares == pytest.approx(expected.squares, rel=1e-5)


@pytest.mark.parametrize(
    "kind",
    [pa.list_(pa.float64()), pa.list_(pa.float32()), pa.list_(pa.float32(), D), pa.large_list(pa.float64())],
    ids=str,
)
def test_sums_are_those_of_the_vectors(engine, parquet, kind):
    source = parquet({"v": lists(VECTORS, kind)})
    frame = engine.frame(source, "v")
    found = engine.vectors(source, "v", frame)
    assert_same(found[()], VectorSums.of(VECTORS.astype(np.float32).astype(np.float64), frame))


def test_whole_numbers_are_numbers(engine, parquet):
    source = parquet({"v": lists([[1, 2], [3, 4]], pa.list_(pa.int32()))})
    frame = engine.frame(source, "v")
    assert engine.vectors(source, "v", frame)[()].mean().round(6).tolist() == [0, 0]
    assert frame.origin.tolist() == [2, 3]


def test_the_frame_is_that_of_the_different_vectors_in_any_order(engine, parquet):
    source = parquet({"v": lists(VECTORS)})
    repeated = parquet(
        {"v": lists(np.concatenate([VECTORS[::-1], VECTORS[:1].repeat(300, axis=0)]))}, "again"
    )
    frame = frame_of(VECTORS)
    for each in (source, repeated):
        found = engine.frame(each, "v")
        assert found.bandwidth == pytest.approx(frame.bandwidth)
        np.testing.assert_allclose(found.origin, frame.origin)


def test_small_batches_sum_to_the_same(engine, source, monkeypatch):
    frame = engine.frame(source, "v")
    whole = engine.vectors(source, "v", frame, ("team",))
    monkeypatch.setattr(reading, "MOST_RECORDS", 256)
    parts = engine.vectors(source, "v", frame, ("team",))
    assert list(parts) == list(whole) == [("a",), ("b",)]
    for key in whole:
        assert_same(parts[key], whole[key])


def test_slices_and_where_choose_records(engine, parquet):
    table = {"v": lists(VECTORS), "team": TEAMS, "size": [float(i % 3) if i % 3 else None for i in range(N)]}
    source = parquet(table, where=parse("team == 'a'"))
    frame = frame_of(VECTORS)
    found = engine.vectors(source, "v", frame, ("team", "size"))
    assert list(found) == [("a", "1"), ("a", "2"), ("a", None)]
    chosen = [i for i in range(N) if i % 2 == 0 and i % 3 == 1]
    assert_same(found["a", "1"], VectorSums.of(VECTORS[chosen], frame))


def test_a_vector_that_is_missing_or_broken_is_counted_and_left_out(engine, parquet):
    table = [
        *VECTORS[:10],
        None,
        [],
        [float("nan")] * D,
        [float("inf"), *VECTORS[0][1:]],
        [None, *VECTORS[0][1:]],
    ]
    source = parquet({"v": lists(table), "team": ["a"] * 15})
    frame = engine.frame(source, "v")
    for found in (
        engine.vectors(source, "v", frame)[()],
        engine.vectors(source, "v", frame, ("team",))["a",],
    ):
        assert (found.n, found.missing, found.unusable) == (10, 1, 4)


@pytest.mark.parametrize(
    "values", [[], [None, None], [[], []], [[float("nan")] * D]], ids=["no record", "null", "empty", "nan"]
)
def test_a_column_without_a_usable_vector_has_no_frame(engine, parquet, values):
    source = parquet({"v": lists(values)})
    assert engine.frame(source, "v") is None
    other = parquet({"v": lists(VECTORS)}, "other")
    item = Item(EmbeddingDrift("v"), other, (), source)
    state = measure_pass(engine, [item])[0].states[()]
    assert (state.reference.n, state.current.n) == (0, N)


def test_nothing_on_both_sides_is_nothing(engine, parquet):
    source = parquet({"v": lists([None])})
    state = measure_pass(engine, [Item(EmbeddingDrift("v"), source, (), source)])[0].states[()]
    assert (state.current.n, state.current.missing) == (0, 1)


def test_vectors_of_different_lengths_are_refused(engine, parquet):
    mixed = parquet({"v": lists([*VECTORS, [1.0, 2.0]])})
    with pytest.raises(DataError, match="HF312") as caught:
        engine.frame(mixed, "v")
    assert "holds vectors of 6 numbers, others have 2" in str(caught.value)


def test_vectors_of_another_length_than_the_reference_are_refused(engine, parquet):
    then, now = parquet({"v": lists(VECTORS)}, "then"), parquet({"v": lists(VECTORS[:, :4])}, "now")
    with pytest.raises(DataError, match="data `now` holds vectors of 4 numbers, others have 6"):
        measure_pass(engine, [Item(EmbeddingDrift("v"), now, (), then)])


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("team", "is text"),
        ("hit", "is true or false"),
        ("w", "column `w` is not in data"),
        ("texts", "structure"),
    ],
)
def test_a_column_that_holds_no_vectors_is_refused_and_says_which_item_asked(engine, parquet, column, words):
    source = parquet({"v": lists(VECTORS), "team": TEAMS, "hit": [True] * N, "texts": [["a"]] * N})
    items = [Item(Rate(parse("hit")), source), Item(EmbeddingDrift(column), source, (), source)]
    with pytest.raises(DataError, match="HF113") as caught:
        measure_pass(engine, items)
    assert words in str(caught.value)
    assert caught.value.problems[0].asked == 1


@pytest.mark.parametrize("expression", ["v > 1", "v", "v in ('a')"])
def test_no_expression_reads_a_vector(engine, source, expression):
    with pytest.raises(DataError, match="a list of numbers"):
        measure_pass(engine, [Item(Rate(parse(expression)), source)])


def test_nobody_slices_by_a_vector(engine, source):
    with pytest.raises(DataError, match="holds a list of numbers"):
        measure_pass(engine, [Item(Rate(parse("hit")), source, ("v",))])


def test_slices_without_end_are_refused(engine, parquet):
    n = 2_500
    source = parquet({"v": lists(np.ones((n, 2))), "id": list(range(n))})
    with pytest.raises(DataError, match="HF309"):
        measure_pass(engine, [Item(EmbeddingDrift("v"), source, ("id",), source)])


def test_a_slice_that_is_on_one_side_only_is_compared_with_nothing(engine, parquet):
    then = parquet({"v": lists(VECTORS), "team": TEAMS}, "then")
    now = parquet({"v": lists(VECTORS), "team": ["c"] * N}, "now")
    states = measure_pass(engine, [Item(EmbeddingDrift("v"), now, ("team",), then)])[0].states
    assert {key: (state.reference.n, state.current.n) for key, state in states.items()} == {
        ("c",): (0, N), ("a",): (250, 0), ("b",): (250, 0),
    }  # fmt: skip


def test_a_reference_is_read_once(engine, source, monkeypatch):
    read, vectors = [], engine.vectors
    monkeypatch.setattr(engine, "vectors", lambda *each: read.append(each[0].name) or vectors(*each))
    for _ in range(3):
        measure_pass(engine, [Item(EmbeddingDrift("v"), source, (), source)])
    assert len(read) == 4


def test_vectors_in_a_duckdb_file(engine, tmp_path):
    import duckdb

    pq.write_table(pa.table({"v": lists(VECTORS)}), tmp_path / "v.parquet")
    with duckdb.connect(str(tmp_path / "v.duckdb")) as made:
        made.execute(f"CREATE TABLE t AS SELECT v::FLOAT[{D}] AS v FROM '{tmp_path}/v.parquet'")
    source = Source("t", "duckdb", ("v.duckdb",), tmp_path, table="t")
    assert engine.describe(source) == {"v": "vector"}
    assert engine.vectors(source, "v", engine.frame(source, "v"))[()].n == N


def test_an_engine_that_does_not_know_vectors_says_so(source):
    class Elsewhere(DuckEngine):
        frame, vectors = QueryEngine.frame, QueryEngine.vectors

    with pytest.raises(DataError, match="HF305") as caught:
        measure_pass(Elsewhere(threads=1), [Item(EmbeddingDrift("v"), source, (), source)])
    assert "Parquet and DuckDB files only" in str(caught.value)
