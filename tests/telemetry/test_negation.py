"""A negation and a test for null together: engines read `NOT x IS NULL` as "x is not null"."""

from __future__ import annotations

import pytest

from holdfast.kernel.expressions.parsing import parse
from holdfast.measure.metrics import named_rate
from holdfast.measure.requests import CountsRequest
from holdfast.telemetry.files.duck import DuckEngine
from holdfast.telemetry.sources import Source


@pytest.fixture
def source(tmp_path):
    (tmp_path / "rows.csv").write_text(
        "said,true_\ntrue,true\nfalse,true\n,true\ntrue,false\nfalse,false\n,false\ntrue,\n"
    )
    return Source("rows", "csv", ("rows.csv",), tmp_path)


@pytest.mark.parametrize(
    ("text", "k"),
    [
        ("(not true_) is null", 1),
        ("(not true_) is not null", 6),
        ("not (said is null)", 5),
        ("(said not in (true)) is null", 2),
        ("(not (said and true_)) is null", 2),
    ],
)
def test_null_of_a_negation(source, text, k):
    (answer,) = DuckEngine().answer(source, [CountsRequest(parse(text))])
    assert (answer[()].k, answer[()].n) == (k, 7)


def test_a_false_alarm_rate_misses_only_records_without_a_label(source):
    rate = named_rate("fpr", decision=parse("said"), label=parse("true_"))
    (answer,) = DuckEngine().answer(source, [CountsRequest(rate.hit, rate.among)])
    assert (answer[()].k, answer[()].n, answer[()].missing) == (1, 3, 1)


@pytest.mark.parametrize("abstained", ["miss", "drop", "review"])
def test_an_abstained_case_is_no_positive_call(source, abstained):
    rate = named_rate("precision", decision=parse("said"), label=parse("true_"), abstained=abstained)
    (answer,) = DuckEngine().answer(source, [CountsRequest(rate.hit, rate.among)])
    # of the three positive calls one has no label, which is evidence that is missing
    assert (answer[()].k, answer[()].n, answer[()].missing) == (1, 2, 1)
