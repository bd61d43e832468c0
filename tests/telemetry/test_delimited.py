"""CSV: every value is looked at, nothing is guessed and nothing is skipped."""

from __future__ import annotations

import pytest

from holdfast.kernel.errors import DataError
from holdfast.kernel.expressions.parsing import parse
from holdfast.measure.requests import CategoriesRequest, CountsRequest, MomentsRequest


def only(engine, source, request):
    return engine.answer(source, [request])[0][()]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["true", "false"], "bool"),
        (["True", ""], "bool"),
        (["0", "1"], "number"),
        (["-1", "9007199254740993"], "number"),
        (["1.5", "1e-3", "nan", "inf"], "number"),
        (["2026-10-01", "2026-10-02"], "time"),
        (["2026-10-01T10:00:00+02:00", "2026-10-02 10:00"], "time"),
        (["yes", "no"], "text"),
        (["t", "f"], "text"),
        (["007", "012"], "text"),
        (["1", "NA"], "text"),
        (["2026-02-30", "2026-10-01"], "text"),
        (["1"] * 30_000 + ["x"], "text"),
        (["", ""], "null"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_column_is_what_all_of_its_values_are(engine, csv, values, kind):
    rows = "".join(f"{value},1\n" for value in values)
    assert engine.describe(csv(f"a,b\n{rows}"))["a"] == kind


def test_quotes_newlines_and_a_byte_order_mark(engine, csv):
    source = csv('\ufefftone,"a ""b"""\r\n"first\nsecond, and third",1\r\n"it ""is""",2\r\n')
    assert list(engine.describe(source)) == ["tone", 'a "b"']
    assert only(engine, source, CategoriesRequest("tone")).counts == {
        "first\nsecond, and third": 1,
        'it "is"': 1,
    }


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_what_the_header_is_separated_by_separates_all(engine, csv, delimiter):
    source = csv(f"a{delimiter}b\n1{delimiter}2\n")
    assert only(engine, source, MomentsRequest("b")).mean == 2


@pytest.mark.parametrize("text", ["hit\n", "hit", "hit,score\n"])
def test_a_header_alone_is_no_records(engine, csv, text):
    state = only(engine, csv(text), CountsRequest(parse("hit")))
    assert (state.k, state.n, state.missing) == (0, 0, 0)


def test_an_empty_field_is_missing(engine, csv):
    state = only(engine, csv("hit,x\ntrue,1\n,2\nfalse,\n"), CountsRequest(parse("hit")))
    assert (state.k, state.n, state.missing) == (1, 2, 1)


def test_times_with_an_offset_are_the_same_moment(engine, csv):
    source = csv("at\n2026-10-01T01:00:00+02:00\n2026-10-01T00:00:00Z\n")
    assert only(engine, source, CountsRequest(parse("at < '2026-10-01T00:00:00'"))).k == 1
    assert only(engine, source, CountsRequest(parse("at == '2026-10-01T02:00:00+02:00'"))).k == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1,2\n1,2,3\n", "line: 3"),
        ("a,b\n1,2\n1\n", "line: 3"),
        ('a,b\n"x,2\n3,4\n', "quote"),
        ("a,a\n1,2\n", "twice"),
        ("a,A\n1,2\n", "twice"),
        (",b\n1,2\n", "no name"),
        ("\n1,2\n", "no header"),
        (b"a,b\n1,\xff\xfe\n", "not UTF-8"),
        (b"a,b\n" + b"1,2\n" * 9_000 + b"1,\xff\n", "not utf-8"),
        (b"\xff\xfea,b\n1,2\n", "UTF-8"),
    ],
)
def test_what_does_not_parse_is_refused_in_one_line(engine, csv, text, says):
    with pytest.raises(DataError) as caught:
        engine.describe(csv(text))
    (problem,) = caught.value.problems
    assert problem.code == "HF302"
    assert says in problem.message
    assert "\n" not in problem.message


def test_files_of_one_source_have_one_header(engine, csv, tmp_path):
    first = csv("a,b\n1,2\n", "e1")
    csv("b,a\n1,2\n", "e2")
    with pytest.raises(DataError, match=r"`e2\.csv`: its header is not that of `e1\.csv`"):
        engine.describe(type(first)("eval", "csv", ("e*.csv",), tmp_path))
