"""Scanning sources for personal data: records counted by column and detector, no value kept."""

from __future__ import annotations

import json
import re

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.kernel.expressions.parsing import parse
from holdfast.kernel.patterns import DETECTORS, find
from holdfast.telemetry.sources import Cut

MAIL, CARD = "ada@lovelace.org", "4111111111111111"


def test_records_are_counted_once_and_columns_each(engine, parquet):
    source = parquet(
        {
            "text": [f"write {MAIL} or {MAIL}", "nothing", f"{MAIL} and {CARD}", None],
            "reply": [MAIL, "", None, "8.8.8.8"],
            "score": [0.5, 0.1, 0.2, 0.3],
        }
    )
    scanned = engine.scan(source, DETECTORS)
    assert (scanned.rows, scanned.hits) == (4, 3)
    assert scanned.found == {
        ("text", "email"): 2,
        ("text", "payment_card"): 1,
        ("reply", "email"): 1,
        ("reply", "ip_address"): 1,
    }
    assert (scanned.columns, scanned.others) == (("text", "reply"), ("score",))


def test_candidates_that_no_validator_confirms_do_not_count(engine, parquet):
    scanned = engine.scan(
        parquet({"text": ["4111111111111112", "you@example.com", "192.168.0.1"]}), DETECTORS
    )
    assert (scanned.rows, scanned.hits, scanned.found) == (3, 0, {})


@pytest.mark.parametrize(
    "table",
    [
        {"text": pa.array([], pa.string())},
        {"text": pa.array([None, None], pa.string())},
        {"text": pa.nulls(3)},
        {"score": [1.5, 2.5], "yes": [True, False]},
    ],
    ids=["empty", "all null", "untyped null", "no text"],
)
def test_where_there_is_nothing_to_read_nothing_is_found(engine, parquet, table):
    scanned = engine.scan(parquet(table), DETECTORS)
    assert scanned.hits == 0
    assert scanned.rows == len(next(iter(table.values())))


def test_text_inside_lists_and_structs_is_read(engine, parquet):
    messages = [[{"role": "user", "content": f"I am {MAIL}"}], [{"role": "user", "content": "hello"}], None]
    source = parquet({"messages": messages, "tags": [["a"], [CARD], []], "vector": [[0.1], [0.2], [0.3]]})
    scanned = engine.scan(source, DETECTORS)
    assert scanned.found == {("messages", "email"): 1, ("tags", "payment_card"): 1}
    assert scanned.others == ("vector",)


def test_a_card_that_comes_as_a_number_is_found(engine, csv, parquet):
    assert engine.scan(csv(f"card\n{CARD}\n1234567890123456\n"), DETECTORS).found == {
        ("card", "payment_card"): 1
    }
    assert engine.scan(parquet({"card": [int(CARD), 7, None]}), DETECTORS).hits == 1


def test_only_records_that_count_are_scanned_under_the_plans_names(engine, parquet):
    table = {"body": [MAIL, MAIL, "x"], "split": ["test", "train", "test"], "age": [1.0, 2.0, 3.0]}
    source = parquet(
        table, where=parse("split == 'test'"), columns={"text": "body"}, derive={"band": Cut("age", (2.0,))}
    )
    scanned = engine.scan(source, DETECTORS)
    assert (scanned.rows, scanned.hits) == (2, 1)
    assert scanned.found == {("text", "email"): 1}
    assert set(scanned.columns) == {"text", "split"}


def test_a_huge_text_is_read_to_its_end(engine, parquet):
    scanned = engine.scan(parquet({"text": ["word " * 1_000_000 + MAIL, "x" * 3_000_000]}), DETECTORS)
    assert (scanned.hits, scanned.found) == (1, {("text", "email"): 1})


def test_records_are_counted_alike_in_many_batches(engine, parquet, monkeypatch):
    monkeypatch.setattr("holdfast.telemetry.files.scanning.BATCH", 7)
    texts = [f"user{i}@firm.de" if i % 2 else f"user{i}@example.com" for i in range(10_000)]
    assert engine.scan(parquet({"text": texts}), DETECTORS).hits == 5_000


def test_nothing_of_a_value_leaves_the_engine(engine, parquet):
    scanned = engine.scan(parquet({"text": [MAIL, CARD, "+41 (0)96 471 07 95"]}), DETECTORS)
    said = repr(scanned)
    assert MAIL not in said
    assert not re.search("lovelace|4111|471", said)


SNIPPETS = [
    "ada@lovelace.org", "you@example.com", "4111 1111 1111 1111", "call me on 467 3395", "8.8.8.8", "none",
    "GB82WEST12345698765432", "460-89-9847", "born 3 May 1971", "90 Whitchurch Road", "\x00", "é", "'; --",
]  # fmt: skip
texts = st.none() | st.lists(st.sampled_from(SNIPPETS) | st.text(max_size=8), max_size=4).map(" ".join)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=12))
def test_the_counts_are_those_of_python_over_the_rows(engine, parquet, rows):
    source = parquet(
        {"a": pa.array([a for a, _ in rows], pa.string()), "b": pa.array([b for _, b in rows], pa.string())}
    )
    scanned = engine.scan(source, DETECTORS)
    here = [
        {(c, f.detector) for c, text in zip("ab", row, strict=True) for f in find(text or "")} for row in rows
    ]
    assert scanned.hits == sum(map(bool, here))
    counted = {key: sum(key in each for each in here) for key in set().union(*here)}
    assert scanned.found == counted


def test_a_column_of_any_name_is_scanned(engine, parquet):
    name = "a\"b'; drop -- \n"
    assert engine.scan(parquet({name: [MAIL]}), DETECTORS).found == {(name, "email"): 1}


def test_json_columns_of_a_database_are_read(engine, tmp_path):
    import duckdb

    from holdfast.telemetry.sources import Source

    with duckdb.connect(str(tmp_path / "d.duckdb")) as made:
        made.execute("CREATE TABLE t (doc JSON)")
        made.execute("INSERT INTO t VALUES (?)", [json.dumps({"from": MAIL})])
    source = Source("d", "duckdb", ("d.duckdb",), tmp_path, table="t")
    assert engine.scan(source, DETECTORS).found == {("doc", "email"): 1}
