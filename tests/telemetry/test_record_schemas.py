"""Schemas of records: what is read, and that nothing of one is silently ignored."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.kernel.errors import PlanError
from holdfast.telemetry.record_schemas import SchemaReader
from holdfast.telemetry.rules import Rule


def read(schema) -> tuple[Rule, ...]:
    return SchemaReader("s.json", None).read(schema if isinstance(schema, str) else json.dumps(schema))


def refused(schema) -> list[str]:
    with pytest.raises(PlanError) as caught:
        read(schema)
    assert {problem.code for problem in caught.value.problems} == {"HF215"}
    assert all("\n" not in problem.message for problem in caught.value.problems)
    return [f"{problem.message}: {problem.fix}" for problem in caught.value.problems]


def test_a_schema_becomes_rules_in_its_order():
    assert read(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "A ticket",
            "x-owner": "support",
            "type": "object",
            "properties": {
                "id": {"type": "string", "pattern": "^T[0-9]+$", "description": "Its number."},
                "score": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
                "anything": True,
            },
            "required": ["id", "score"],
            "additionalProperties": False,
        }
    ) == (
        Rule("id", "type", ("string",)),
        Rule("id", "pattern", ("^T[0-9]+$",)),
        Rule("score", "type", ("number", "null")),
        Rule("score", "minimum", (0,)),
        Rule("score", "maximum", (1,)),
        Rule("id", "required"),
        Rule("score", "required", (None,)),
        Rule("", "additionalProperties", ("id", "score", "anything")),
    )


def test_one_schema_or_null_is_read_as_tools_write_it():
    said = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "null"}], "default": None, "title": "Age"}
    assert read({"properties": {"age": said}, "required": ["age"]}) == (
        Rule("age", "type", ("integer", "null")),
        Rule("age", "minimum", (0,)),
        Rule("age", "required", (None,)),
    )


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"allOf": []}, "`allOf` is not checked by this version"),
        ({"properties": {"a": {"$ref": "#/$defs/x"}}}, "at `/properties/a`: `$ref` is not checked"),
        ({"properties": {"a": {"minimun": 0}}}, "did you mean `minimum`?"),
        ({"properties": {"a": {"multipleOf": 2}}}, "`multipleOf` is not checked"),
        ({"properties": {"a": {"type": "object"}}}, "it checks: string, number, integer, boolean, null"),
        ({"properties": {"a": {"type": []}}}, "this type is not checked"),
        ({"properties": {"a": {"format": "hostname"}}}, "it checks: date, date-time, email, ipv4, uuid"),
        ({"properties": {"a": {"enum": []}}}, "expected texts, numbers"),
        ({"properties": {"a": {"enum": [{}]}}}, "expected texts, numbers"),
        ({"properties": {"a": {"minimum": "0"}}}, "expected a number"),
        ({"properties": {"a": {"minimum": True}}}, "expected a number"),
        ({"properties": {"a": {"minLength": -1}}}, "expected a whole number from 0"),
        ({"properties": {"a": {"minLength": 1.5}}}, "expected a whole number from 0"),
        ({"properties": {"a": {"pattern": 1}}}, "expected a regular expression"),
        (
            {"properties": {"a": {"anyOf": [{"type": "string"}, {"type": "number"}]}}},
            "`anyOf` is checked as one",
        ),
        ({"properties": {"a": {"anyOf": 3}}}, "`anyOf` is checked as one"),
        ({"properties": {"a": False}}, "expected an object"),
        ({"properties": []}, "at `/properties`: expected an object"),
        ({"required": "a"}, "at `/required`: expected a list of columns"),
        ({"required": [1]}, "at `/required`: expected a list of columns"),
        ({"additionalProperties": {"type": "string"}}, "only true and false are checked"),
        ({"type": "array"}, "a record is an object"),
        ({"$schema": "http://json-schema.org/draft-04/schema#"}, "this draft is not known"),
        ({"$schema": 7}, "this draft is not known"),
        ({}, "asks for nothing"),
        ([], "is no object"),
        ("3", "is no object"),
        ("", "is no JSON"),
        ("{", "is no JSON"),
        ('{"properties": {"a": {"minimum": NaN}}}', "NaN is no number in JSON"),
        ("[" * 100_000, "is no JSON"),
    ],
)
def test_what_would_be_ignored_is_refused(schema, words):
    assert any(words in said for said in refused(schema))


def test_everything_that_is_wrong_is_told_at_once():
    assert len(refused({"allOf": [], "properties": {"a": {"items": {}}, "b": {"type": "array"}}})) == 3


def test_a_syntax_error_is_shown_where_it_is():
    with pytest.raises(PlanError) as caught:
        read('{\n  "type": object\n}')
    (problem,) = caught.value.problems
    assert (problem.place.file, problem.place.line, problem.place.column) == ("s.json", 2, 11)
    assert problem.place.text == '  "type": object'


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "properties", "required", "enum", "anyOf", "const", "pattern", "minimum", "a"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_no_schema_makes_the_reader_stumble(value):
    try:
        rules = read(json.dumps(value))
    except PlanError:
        return
    assert rules
