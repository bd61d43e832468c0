"""An expression travels as JSON and as text, and comes back the same."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.kernel.expressions.encoding import from_json, text_of, to_json
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

FUZZ = int(os.environ.get("HOLDFAST_FUZZ", "200"))
READABLE = st.characters(exclude_categories=["Cc", "Cs"])
NAMES = st.one_of(
    st.sampled_from(["a", "score", "and", "None", "NULL", "__x", "tone of voice", "a`b", "größe"]),
    st.text(READABLE, min_size=1, max_size=8).filter(str.strip),
)
CONSTANTS = st.one_of(
    st.booleans(),
    st.integers(-(2**63) + 1, 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(READABLE, max_size=8),
).map(Literal_)
LEAVES = st.one_of(NAMES.map(Column), CONSTANTS)


def nodes(inner):
    # a number with a sign is a number, and nothing compares with null: such trees are never read
    return st.one_of(
        st.builds(Comparison, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), inner, inner),
        st.builds(Arithmetic, st.sampled_from(["+", "-", "*", "/"]), inner, inner),
        st.builds(Negative, inner),
        st.builds(Not, inner),
        st.builds(IsNull, inner, st.booleans()),
        st.builds(Membership, inner, st.lists(CONSTANTS, min_size=1, max_size=3).map(tuple), st.booleans()),
        st.builds(
            Junction, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3).map(tuple)
        ),
    )


TREES = st.recursive(LEAVES, nodes, max_leaves=12)


@settings(max_examples=FUZZ, deadline=None)
@given(TREES)
def test_text_reads_back_to_the_same_tree(tree):
    assert parse(text_of(tree)) == tree


@settings(max_examples=FUZZ, deadline=None)
@given(TREES)
def test_json_reads_back_to_the_same_tree(tree):
    assert from_json(json.loads(json.dumps(to_json(tree)))) == tree


@pytest.mark.parametrize(
    "value",
    [
        None, 1, "a", [], {}, {"column": 1}, {"value": []}, {"call": "f"}, {"==": [1]}, {"==": {}},
        {"and": [{"column": "a"}]}, {"in": [{"column": "a"}, []]}, {"in": [{"column": "a"}, [[]]]},
        {"column": "a", "value": 1}, {"+": [{"value": 1}, {"value": 1}, {"value": 1}]}, {"not": None},
    ],
)  # fmt: skip
def test_json_that_is_no_tree_is_refused(value):
    with pytest.raises(ValueError, match="no expression"):
        from_json(value)


def test_infinity_cannot_be_written():
    with pytest.raises(ValueError, match="cannot be written"):
        text_of(Literal_(float("inf")))


def test_null_has_a_text():
    assert text_of(Literal_(None)) == "null"
