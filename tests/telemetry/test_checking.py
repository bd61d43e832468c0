"""Mistakes about columns are found before any query, and say where they were written."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pytest

from holdfast.kernel.errors import DataError
from holdfast.kernel.expressions.parsing import parse
from holdfast.measure import requests as ask
from holdfast.telemetry.checking import ColumnProblem, parse_time

COLUMNS = {
    "toxicity": [0.1, 0.9],
    "label": [True, False],
    "bit": [0, 1],
    "rating": [2, 5],
    "diagnosis": ["benign", "malignant"],
    "at": [datetime(2026, 10, 1), datetime(2026, 10, 2)],  # noqa: DTZ001 -- naive UTC, as records are
    "tags": [["a"], ["b"]],
    "empty": pa.nulls(2),
}


@pytest.fixture
def source(parquet):
    return parquet(COLUMNS)


def refusal(engine, source, request):
    with pytest.raises(DataError) as caught:
        engine.answer(source, [request])
    (problem,) = caught.value.problems
    return problem


def test_every_type_is_told(engine, source):
    assert engine.describe(source) == {
        "toxicity": "number", "label": "bool", "bit": "number", "rating": "number", "diagnosis": "text",
        "at": "time", "tags": "other", "empty": "null",
    }  # fmt: skip


def test_an_unknown_column_is_placed_and_the_nearest_is_named(engine, source):
    problem = refusal(engine, source, ask.CountsRequest(parse("label and toxicty >= 0.8")))
    assert problem == ColumnProblem(
        "HF113",
        "column `toxicty` is not in data `eval`",
        None,
        "did you mean `toxicity` (number)?",
        column="toxicty",
        at=10,
        width=7,
        asked=0,
    )


def test_a_column_in_backticks_is_marked_with_them(engine, source):
    problem = refusal(engine, source, ask.CountsRequest(parse("`a b` > 1")))
    assert (problem.at, problem.width) == (0, 5)


@pytest.mark.parametrize(
    "request_",
    [
        ask.MomentsRequest("no"), ask.LogBinsRequest("no"), ask.RangeRequest("no"),
        ask.GridRequest("no", ask.Grid(0, 1)), ask.PairsRequest("label", "no"),
        ask.PairsRequest("no", "label"), ask.CategoriesRequest("no"),
        ask.ScoreBinsRequest("no", parse("label")), ask.ScoreBinsRequest("toxicity", parse("no")),
        ask.CountsRequest(parse("label"), parse("no")), ask.CountsRequest(parse("label"), None, ("no",)),
        ask.CountsRequest(parse("label"), None, (), "no"), ask.CategoriesRequest("label", ("no",)),
        ask.CountsRequest(parse("label"), None, (), None, (parse("no"),)),
    ],
)  # fmt: skip
def test_every_place_that_names_a_column_is_checked(engine, source, request_):
    assert refusal(engine, source, request_).message == "column `no` is not in data `eval`"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("diagnosis > 0.5", "column `diagnosis` is text and 0.5 is number; compare it with text: '0.5'"),
        ("toxicity == 'high'", "column `toxicity` is number and 'high' is text; compare like with like"),
        ("diagnosis in (1, 2)", "column `diagnosis` is text and 1 is number"),
        ("diagnosis + 1 > 2", "column `diagnosis` is text; a number is needed here"),
        ("-diagnosis > 2", "column `diagnosis` is text; a number is needed here"),
        ("label > true", "true or false, which has no order"),
        ("label == 2", "compare with true or false"),
        ("at > '2026-13-01'", "'2026-13-01' is none; write ISO 8601"),
        ("at > 'yesterday'", "write ISO 8601"),
        ("at > 5", "write a time as text"),
        ("at == label", "column `at` is time and column `label` is true or false"),
        ("tags == 'a'", "it cannot be compared"),
        ("at", "column `at` is time where yes or no is needed"),
        ("not at", "where yes or no is needed"),
        ("label and 5", "the number 5 stands where yes or no is needed"),
        ("label or 'x'", "'x' is text where yes or no is needed"),
        ("tags", "a list, a structure or bytes where yes or no is needed"),
    ],
)
def test_types_that_do_not_fit_are_said(engine, source, text, says):
    problem = refusal(engine, source, ask.CountsRequest(parse(text)))
    assert problem.code == "HF113"
    assert says in f"{problem.message}; {problem.fix}"


def test_text_as_a_label_lists_what_it_holds(engine, source):
    problem = refusal(engine, source, ask.CountsRequest(parse("diagnosis")))
    assert problem.fix == (
        "say which value means yes, such as \"diagnosis == 'malignant'\"; it holds 'benign', 'malignant'"
    )


@pytest.mark.parametrize("text", ["rating", "not rating", "label and rating", "rating is null or rating"])
def test_a_number_as_a_label_may_be_0_and_1_only(engine, source, text):
    problem = refusal(engine, source, ask.CountsRequest(parse(text)))
    assert (problem.code, problem.message) == (
        "HF303",
        "data `eval`: column `rating` is used as yes or no, and 2 records say 2 or 5",
    )
    assert problem.fix == 'say which value means yes, such as "rating == 1"; it holds 2, 5'


def test_a_number_in_where_may_be_0_and_1_only(engine, parquet):
    with pytest.raises(DataError, match="HF303"):
        engine.describe(parquet(COLUMNS, where=parse("rating")))


def test_0_and_1_are_no_and_yes(engine, source):
    state = engine.answer(source, [ask.CountsRequest(parse("bit"), parse("bit == label or not label"))])[0][
        ()
    ]
    assert (state.k, state.n) == (1, 1)


def test_a_column_without_values_fits_everywhere_and_is_missing(engine, source):
    texts = ("empty", "empty > 1", "empty == 'x'", "empty in ('a')", "not empty", "-empty > 1", "empty == at")
    for text in texts:
        state = engine.answer(source, [ask.CountsRequest(parse(text))])[0][()]
        assert (state.k, state.n, state.missing) == (0, 0, 2), text
    sliced = engine.answer(source, [ask.CountsRequest(parse("label"), None, ("empty",))])[0]
    assert sliced[(None,)].n == 2


@pytest.mark.parametrize(
    ("scores", "says"),
    [
        ([0.5, 1.5], "score `score` is 1.5 in 1 record"),
        ([-0.1, 0.2], "score `score` is -0.1 in 1 record"),
        ([float("inf"), float("inf")], "score `score` is inf in 2 records"),
        ([float("nan"), 0.2], "score `score` is NaN in 1 record"),
    ],
)
def test_scores_that_are_no_probabilities_are_refused(engine, parquet, scores, says):
    source = parquet({"score": scores, "label": [True, False]})
    problem = refusal(engine, source, ask.ScoreBinsRequest("score", parse("label")))
    assert (problem.code, problem.message) == ("HF304", f"data `eval`: {says}")


def test_what_a_source_says_itself_is_checked(engine, parquet):
    for said in ({"where": parse("no > 1")}, {"columns": {"new": "no"}}, {"cluster": "no"}):
        with pytest.raises(DataError) as caught:
            engine.describe(parquet(COLUMNS, **said))
        (problem,) = caught.value.problems
        assert (problem.message, problem.asked) == ("column `no` is not in data `eval`", -1)


def test_all_mistakes_are_told_at_once(engine, source):
    with pytest.raises(DataError) as caught:
        engine.answer(
            source, [ask.MomentsRequest("no"), ask.CountsRequest(parse("label")), ask.MomentsRequest("at")]
        )
    assert [problem.asked for problem in caught.value.problems] == [0, 2]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-10-01", datetime(2026, 10, 1)),  # noqa: DTZ001 -- naive UTC
        ("2026-10-01T02:00:00+02:00", datetime(2026, 10, 1)),  # noqa: DTZ001 -- naive UTC
        ("2026-10-01T00:00:00Z", datetime(2026, 10, 1)),  # noqa: DTZ001 -- naive UTC
        ("2026-02-30", None),
        ("", None),
    ],
)
def test_times_are_read_as_utc(text, moment):
    assert parse_time(text) == moment
