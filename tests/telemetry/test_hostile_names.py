"""Names and values are never read as anything else, whatever they contain."""

from __future__ import annotations

import pytest

from holdfast.kernel.expressions.tree import Column, Comparison, Literal_
from holdfast.measure import requests as ask
from holdfast.telemetry.checking import ColumnProblem
from holdfast.telemetry.sources import Cut

HOSTILE = [
    'a"b; drop', "a'b", "a`b", "select", "c0", "part", "s0", "größe", "🙂", "a.b", " x ", "--", "/* */", "%s",
    "$1", "{a}", "a\nb", "\\", '"', "f0", "holdfast_1",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_column_may_have_any_name(engine, parquet, name):
    source = parquet({name: [1.0, 2.0], "hit": [True, False]}, derive={"band": Cut(name, (1.5,))})
    counts, moments, bands = engine.answer(
        source,
        [
            ask.CountsRequest(Comparison(">", Column(name), Literal_(1)), None, ("band",)),
            ask.MomentsRequest(name, (name,)),
            ask.CategoriesRequest("band"),
        ],
    )
    assert counts[("1.5 and over",)].k == 1
    assert moments[("2",)].mean == 2
    assert sum(bands[()].counts.values()) == 2


@pytest.mark.parametrize("name", HOSTILE)
def test_a_column_may_be_renamed_from_and_to_anything(engine, parquet, name):
    source = parquet({name: [1.0], "x": [2.0]}, columns={f"{name}!": "x", "plain": name})
    answers = engine.answer(source, [ask.MomentsRequest(f"{name}!"), ask.MomentsRequest("plain")])
    assert [answer[()].mean for answer in answers] == [2, 1]


@pytest.mark.parametrize("value", [*HOSTILE, "'; DROP TABLE x; --", "", "\x01"])
def test_a_value_may_be_any_text(engine, parquet, value):
    source = parquet({"word": [value, "other", None]})
    equal = Comparison("==", Column("word"), Literal_(value))
    counts, sliced, words = engine.answer(
        source,
        [ask.CountsRequest(equal), ask.CountsRequest(equal, None, ("word",)), ask.CategoriesRequest("word")],
    )
    assert (counts[()].k, counts[()].n, counts[()].missing) == (1, 2, 1)
    assert sliced[(value,)].k == 1
    assert words[()].counts == {value: 1, "other": 1}


def test_names_that_differ_in_case_only_are_two_columns(engine, parquet):
    described = engine.describe(parquet({"A": [1.0], "a": ["x"]}))
    assert sorted(described.values()) == ["number", "text"]


def test_a_hostile_name_that_is_not_there_is_only_named(engine, parquet):
    source = parquet({"x": [1.0]})
    with pytest.raises(Exception, match="HF113") as caught:
        engine.answer(source, [ask.MomentsRequest('a"; drop')])
    (problem,) = caught.value.problems
    assert isinstance(problem, ColumnProblem)
    assert problem.column == 'a"; drop'


def test_labels_beyond_the_first_thousand_are_counted_together(engine, parquet):
    words = [f"w{index:04d}" for index in range(1_200)] + ["often"] * 5
    (answer,) = engine.answer(parquet({"word": words}), [ask.CategoriesRequest("word")])
    state = answer[()]
    assert len(state.counts) == 1_000
    assert state.counts["often"] == 5
    assert state.other == 201
