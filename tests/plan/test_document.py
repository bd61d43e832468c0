from __future__ import annotations

import pytest

from holdfast.kernel.errors import PlanError, Problem
from holdfast.plan.model.document import DEEPEST, LARGEST_FILE, LONGEST_LINE, decode, parse_document
from holdfast.plan.model.tree import MapNode, Scalar


def only(text: str) -> Problem:
    with pytest.raises(PlanError) as caught:
        parse_document(text, "plan.yaml")
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


def value(tree: MapNode, key: str) -> Scalar:
    found = tree.entries[key].value
    assert isinstance(found, Scalar)
    return found


@pytest.mark.parametrize("text", ["1.10", "0123", "NO", "10:30", "2027-02-30", "0x1F", "1e3", "true", "on"])
def test_a_scalar_stays_the_text_that_was_written(text: str) -> None:
    assert value(parse_document(f"a: {text}", "p"), "a").text == text


def test_a_value_knows_its_line_column_and_width() -> None:
    place = value(parse_document("a: 1\nb:   some text\n", "plan.yaml"), "b").mark.place()
    assert (place.file, place.line, place.column, place.width, place.text) == (
        "plan.yaml", 2, 6, 9, "b:   some text",
    )  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(end: str) -> None:
    place = value(parse_document(f"a: 1{end}b: 2{end}", "p"), "b").mark.place()
    assert (place.line, place.column, place.text) == (2, 4, "b: 2")


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert set(parse_document(decode(b"\xef\xbb\xbfa: 1\n", "p"), "p").entries) == {"a"}


@pytest.mark.parametrize(
    ("written", "lead"),
    [("plain", 0), ("'quoted'", 1), ('"quoted"', 1), ('"a\\tb"', None), (">\n  folded", None)],
)
def test_a_scalar_knows_where_its_first_character_is(written: str, lead: int | None) -> None:
    assert value(parse_document(f"a: {written}\n", "p"), "a").lead == lead


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "words"),
    [
        ("", "HF201", 0, 0, "the file is empty"),
        ("# only\n# comments\n", "HF201", 0, 0, "the file is empty"),
        ("---\n...\n", "HF201", 0, 0, "the file is empty"),
        ("- a\n- b\n", "HF201", 1, 1, "a list at the top"),
        ("just text\n", "HF201", 1, 1, "a single value at the top"),
        ("a: 1\n---\nb: 2\n", "HF201", 2, 1, "a second document"),
        ("a: !!python/object:os.system x\n", "HF201", 1, 4, "the tag `!!python/object:os.system`"),
        ("a: !secret x\n", "HF201", 1, 4, "the tag `!secret`"),
        ("a: !!str 5\n", "HF201", 1, 4, "the tag `!!str`"),
        ("a: &x 1\nb: *x\n", "HF209", 1, 4, "the anchor `&x`"),
        ("a: *x\n", "HF209", 1, 4, "the alias `*x`"),
        ("a: {<<: {b: 1}}\n", "HF209", 1, 5, "the merge key `<<`"),
        ("? [a]\n: b\n", "HF201", 1, 3, "a key must be text"),
        ("a: 1\nb: 2\na: 3\n", "HF204", 3, 1, "the key `a` is written twice"),
        ("a: 1\n\tb: 2\n", "HF201", 2, 1, "a tab where YAML wants spaces"),
        ("a: {b: 1\n", "HF201", 1, 4, "opened here and never closed"),
        ("a: 'b\n", "HF201", 1, 4, "opened here and never closed"),
        ("a: b: c\n", "HF201", 1, 5, "a `:` that YAML cannot read here"),
        ('a: "\\q"\n', "HF201", 1, 6, "an escape that YAML does not know"),
        ("a: @b\n", "HF201", 1, 4, "a character that no value can start with"),
        ("a: 1\n  b: 2\n", "HF201", 2, 4, "a `:` that YAML cannot read here"),
        ("%YAML 2.0\n---\na: 1\n", "HF201", 1, 1, "a YAML version that cannot be read"),
        ("a: 1\nb: \x1b[31m\n", "HF201", 2, 4, "the control character U+001B"),
        ("a: \x00\n", "HF201", 1, 4, "the control character U+0000"),
        ('a: "\\uD800"\n', "HF210", 1, 4, "half a character"),
        ("a: " + "[" * (DEEPEST + 1), "HF209", 1, 3 + DEEPEST, "lists and mappings within each other"),
        ("a: " + "x" * LONGEST_LINE, "HF209", 1, 1, "characters: at most"),
    ],
)
def test_what_is_no_plan_is_refused_where_it_stands(
    text: str, code: str, line: int, column: int, words: str
) -> None:
    problem = only(text)
    place = problem.place
    assert place is not None
    assert (problem.code, place.line, place.column) == (code, line, column)
    assert words in problem.message
    assert problem.fix


@pytest.mark.parametrize(
    "text", ["harm: Ticket #1 leaks", "harm: A text about #hashtags", "[a b #c\n, d]", "{a: b c #d\n}"]
)
def test_text_that_a_comment_cut_off_is_refused(text: str) -> None:
    problem = only("x: " + text + "\n" if text[0] in "[{" else text + "\n")
    assert problem.code == "HF203"
    assert problem.place is not None
    assert problem.place.text[problem.place.column - 1] == "#"


@pytest.mark.parametrize(
    "text", ["a: some text # note", "a: 5 #high", "a: 'b c' #d", "a: b#c d", "a: b c  ## d", "a: #b"]
)
def test_a_comment_is_a_comment(text: str) -> None:
    assert set(parse_document(text + "\n", "p").entries) == {"a"}


def test_every_repeated_key_is_told_at_once() -> None:
    with pytest.raises(PlanError) as caught:
        parse_document("a: 1\na: 2\nb: {c: 1, c: 2}\n", "p")
    assert [problem.place.line for problem in caught.value.problems if problem.place] == [2, 3]


def test_a_repeated_key_names_the_first() -> None:
    assert only("a: 1\nb: 2\na: 3\n").fix == "first in line 1, column 1: keep one"


def test_a_bomb_of_aliases_is_refused_at_its_first_anchor() -> None:
    layers = "".join(
        f"{b}: &{b} [{', '.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert only('a: &a ["lol"]\n' + layers).code == "HF209"


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_a_thousand_levels_are_refused_without_reading_them_all(opening: str) -> None:
    assert only("x:\n  " + opening * 1000 if opening == "- " else "x: " + opening * 1000).code in {
        "HF201",
        "HF209",
    }


def test_a_file_of_fifty_megabytes_is_refused_before_it_is_read() -> None:
    with pytest.raises(PlanError) as caught:
        decode(b"a" * (LARGEST_FILE + 1), "plan.yaml")
    assert caught.value.problems[0].code == "HF209"


def test_text_in_another_encoding_is_refused_with_the_byte_and_its_place() -> None:
    with pytest.raises(PlanError) as caught:
        decode("a: 1\nb: für\n".encode("latin-1"), "plan.yaml")
    problem = caught.value.problems[0]
    assert (problem.code, problem.message) == ("HF210", "byte 0xfc is not UTF-8")
    assert str(problem.place) == "plan.yaml:2:5"


def test_utf16_is_called_by_its_name() -> None:
    with pytest.raises(PlanError, match="UTF-16"):
        decode("a: 1".encode("utf-16"), "plan.yaml")
