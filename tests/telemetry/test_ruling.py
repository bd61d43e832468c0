"""Rules over records, held to the reference implementation of JSON Schema over the same rows."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import jsonschema
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.kernel.errors import DataError
from holdfast.kernel.expressions.parsing import parse
from holdfast.telemetry.files.duck import DuckEngine
from holdfast.telemetry.record_schemas import SchemaReader
from holdfast.telemetry.rules import Rule
from holdfast.telemetry.sources import Cut

WORDS = ["", "a", "ab", "AB-1", "2026-02-30", "2026-11-21", "x@y.de", "127.0.0.1"]
NUMBERS = [0.0, 1.0, 1.5, -2.0, 0.1, 1e300]
TYPES = {"text": pa.string(), "whole": pa.int64(), "real": pa.float64(), "yes": pa.bool_()}
VALUES = {
    "text": st.none() | st.sampled_from(WORDS) | st.text(max_size=4),
    "whole": st.none() | st.integers(-5, 5) | st.integers(-(2**62), 2**62),
    "real": st.none() | st.sampled_from(NUMBERS) | st.floats(allow_nan=False, allow_infinity=False),
    "yes": st.none() | st.booleans(),
}
scalars = (
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.1, 1.0, 1.5, "", "a", "ab", "AB-1"])
)
names = st.sampled_from(["string", "integer", "number", "boolean", "null"])
column_schemas = st.fixed_dictionaries(
    {},
    optional={
        "type": names | st.lists(names, min_size=1, max_size=3, unique=True),
        "enum": st.lists(scalars, min_size=1, max_size=4),
        "const": scalars,
        "minimum": st.integers(-3, 3) | st.sampled_from([0.1, 1.5, 1e300]),
        "maximum": st.integers(-3, 3) | st.sampled_from([0.1, 1.5]),
        "exclusiveMinimum": st.integers(-3, 3),
        "exclusiveMaximum": st.integers(-3, 3),
        "minLength": st.integers(0, 4),
        "maxLength": st.integers(0, 4),
        "pattern": st.sampled_from(["^a", "b$", "[0-9]", "^[A-Z]{2}-[0-9]$", "'"]),
        "format": st.sampled_from(["date", "ipv4"]),
    },
)


def row_of(values: dict) -> dict:
    """A null is a value that is not there."""
    return {name: value for name, value in values.items() if value is not None}


def explicit_null(schema: dict) -> bool:
    types = schema.get("type", [])
    said = [
        *(["null" in ([types] if isinstance(types, str) else types)] if "type" in schema else []),
        *([None in schema["enum"]] if "enum" in schema else []),
        *([schema["const"] is None] if "const" in schema else []),
    ]
    return bool(said) and all(said)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_the_counts_are_those_of_the_reference_implementation(engine, parquet, data):
    kinds = data.draw(st.lists(st.sampled_from(sorted(TYPES)), min_size=1, max_size=3, unique=True))
    rows = data.draw(
        st.lists(st.fixed_dictionaries({kind: VALUES[kind] for kind in kinds}), min_size=1, max_size=8)
    )
    columns = st.sampled_from([*kinds, "gone"])
    schema = {
        "type": "object",
        "properties": {name: data.draw(column_schemas) for name in data.draw(st.sets(columns))},
        "required": data.draw(st.lists(columns, unique=True, min_size=1)),
        "additionalProperties": data.draw(st.booleans()),
    }  # fmt: skip
    source = parquet({kind: pa.array([row[kind] for row in rows], TYPES[kind]) for kind in kinds})
    kept = engine.keeps(source, SchemaReader("s.json", None).read(json.dumps(schema)))
    # a column that may be null and is required must only be there, so its nulls are told to the reference
    told = [name for name in schema["required"] if explicit_null(schema["properties"].get(name, {}))]
    checker = jsonschema.Draft202012Validator(
        # the reference counts columns that are there, ours whether the table has them
        schema | {"additionalProperties": True},
        format_checker=jsonschema.FormatChecker(["date", "ipv4"]),
    )
    extra = not schema["additionalProperties"] and set(kinds) - set(schema["properties"])
    wrong = [
        number
        for number, row in enumerate(rows, 1)
        if extra or not checker.is_valid(row_of(row) | {name: row[name] for name in told if name in row})
    ]
    assert (kept.rows, kept.wrong) == (len(rows), len(wrong))
    for broken in kept.broken:
        assert set(broken.first) <= set(wrong)
        assert broken.records <= len(wrong)


def kept(engine, source, **properties):
    rules = SchemaReader("s.json", None).read(
        json.dumps({"properties": properties, "required": list(properties)})
    )
    return engine.keeps(source, rules)


def test_a_broken_rule_names_its_first_records_and_no_value(engine, parquet):
    source = parquet({"age": [30, -1, 40, -2, -3, -4, None]})
    result = kept(engine, source, age={"type": "integer", "minimum": 0})
    assert (result.rows, result.wrong) == (7, 5)
    assert [(str(each.rule), each.records, each.first) for each in result.broken] == [
        ("`age`: minimum 0", 4, (2, 4, 5)),
        ("`age`: required", 1, (7,)),
    ]


def test_record_numbers_follow_the_files_order_and_count_those_that_count(parquet):
    n = 300_000
    source = parquet(
        {"x": [0 if i % 100_000 == 7 else 1 for i in range(n)], "part": ["ab"[i % 2] for i in range(n)]},
        where=parse("part == 'b'"),
    )
    (broken,) = kept(DuckEngine(threads=4), source, x={"minimum": 1}).broken
    assert broken.first == (4, 50_004, 100_004)


def test_a_large_csv_keeps_its_order(csv):
    between = f"1,{'filler' * 20}\n" * 300_000
    source = csv(f"x,y\n1,a\n0,b\n{between}0,c\n")
    (broken,) = kept(DuckEngine(threads=4), source, x={"minimum": 1}).broken
    assert (broken.records, broken.first) == (2, (2, 300_003))


def test_a_missing_column_breaks_every_record_when_it_is_required(engine, parquet):
    source = parquet({"a": [1, 2]})
    result = kept(engine, source, gone={"type": "string"})
    assert (result.wrong, [str(each.rule) for each in result.broken]) == (2, ["`gone`: required"])


def test_a_missing_column_that_is_not_required_is_none(engine, parquet):
    rules = SchemaReader("s.json", None).read('{"properties": {"gone": {"type": "string"}}}')
    assert engine.keeps(parquet({"a": [1, 2]}), rules).wrong == 0


def test_other_columns_are_refused_only_when_the_schema_says_so(engine, parquet):
    source = parquet({"a": [1, 2], "b": [1, 2]}, columns={"alpha": "a"}, derive={"band": Cut("a", (2.0,))})
    closed = {"properties": {"alpha": {}}, "additionalProperties": False}
    (broken,) = engine.keeps(source, SchemaReader("s.json", None).read(json.dumps(closed))).broken
    assert (str(broken.rule), broken.records) == ("no other columns", 2)
    closed["properties"]["b"] = {}
    assert engine.keeps(source, SchemaReader("s.json", None).read(json.dumps(closed))).broken == ()


def test_dates_and_times_are_their_text(engine, parquet):
    source = parquet({"day": [date(2026, 11, 21)], "at": [datetime(2026, 11, 21, 9, 30, tzinfo=UTC)]})
    good = kept(
        engine, source, day={"type": "string", "format": "date"}, at={"type": "string", "format": "date-time"}
    )
    assert good.wrong == 0
    bad = kept(engine, source, day={"format": "date-time"}, at={"format": "date"})
    assert bad.wrong == 1


def test_not_a_number_is_no_number(engine, parquet):
    source = parquet({"x": [1.0, float("nan"), float("inf"), 1.5]})
    assert kept(engine, source, x={"type": "number"}).wrong == 2
    assert kept(engine, source, x={"type": "integer"}).wrong == 3


def test_lists_and_structs_are_none_of_the_types_that_a_flat_record_has(engine, parquet):
    source = parquet({"tags": [["a"], None], "vector": [[1.0], [2.0]]})
    result = kept(engine, source, tags={"type": "string"}, vector={"type": "number"})
    assert {(each.rule.column, each.rule.keyword, each.records) for each in result.broken} == {
        ("tags", "type", 1),
        ("tags", "required", 1),
        ("vector", "type", 2),
    }


def test_a_rule_that_says_nothing_about_its_column_is_told(engine, parquet):
    result = kept(engine, parquet({"age": ["30", "x"]}), age={"minimum": 0})
    assert result.idle == (Rule("age", "minimum", (0,)),)


def test_no_records_break_nothing(engine, parquet):
    source = parquet({"age": pa.array([], pa.int64())})
    assert kept(engine, source, age={"type": "string"}) == type(kept(engine, source, age={}))(0, 0, (), ())


def test_a_pattern_that_the_engine_cannot_run_is_refused(engine, parquet):
    with pytest.raises(DataError, match="`x`: the pattern cannot be run") as caught:
        kept(engine, parquet({"x": ["a"]}), x={"pattern": "^(?=a)"})
    assert caught.value.problems[0].code == "HF215"
    assert len(caught.value.problems[0].message.splitlines()) == 1


@pytest.mark.parametrize("value", ["'; DROP TABLE x; --", '"', "\\", "%s", "\x01", "größe", "a\nb"])
def test_a_value_of_the_schema_may_be_any_text(engine, parquet, value):
    source = parquet({"x": [value, "other"]})
    assert kept(engine, source, x={"const": value}).wrong == 1
    assert kept(engine, source, x={"enum": [value, "other"]}).wrong == 0
