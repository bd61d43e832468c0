"""The expression language: what it reads, what it refuses and how it says so."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.kernel.expressions.parsing import ExpressionProblem, parse
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

A, B, C = Column("a"), Column("b"), Column("c")
FUZZ = int(os.environ.get("HOLDFAST_FUZZ", "300"))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        ("  a\n", A),
        ("a == 1", Comparison("==", A, Literal_(1))),
        ("a != 'x'", Comparison("!=", A, Literal_("x"))),
        ('a <= "x"', Comparison("<=", A, Literal_("x"))),
        ("a > 1e-3", Comparison(">", A, Literal_(0.001))),
        ("a >= .5", Comparison(">=", A, Literal_(0.5))),
        ("a >= 0.5%", Comparison(">=", A, Literal_(0.005))),
        ("a < 5%", Comparison("<", A, Literal_(0.05))),
        ("a < -2", Comparison("<", A, Literal_(-2))),
        ("a == true", Comparison("==", A, Literal_(True))),
        (
            "a between 1 and 2",
            Junction("and", (Comparison(">=", A, Literal_(1)), Comparison("<=", A, Literal_(2)))),
        ),
        ("a in ('x', -1, true)", Membership(A, (Literal_("x"), Literal_(-1), Literal_(True)))),
        ("a not in (1)", Membership(A, (Literal_(1),), negated=True)),
        ("a is null", IsNull(A)),
        ("a is not null", IsNull(A, negated=True)),
        ("not a", Not(A)),
        ("not a == 1", Not(Comparison("==", A, Literal_(1)))),
        ("-a", Negative(A)),
        ("a + b * c", Arithmetic("+", A, Arithmetic("*", B, C))),
        ("(a + b) * c", Arithmetic("*", Arithmetic("+", A, B), C)),
        ("a - b - c", Arithmetic("-", Arithmetic("-", A, B), C)),
        ("a - -1", Arithmetic("-", A, Literal_(-1))),
        ("a or b and c", Junction("or", (A, Junction("and", (B, C))))),
        ("a and b and c", Junction("and", (A, B, C))),
        ("(a and b) and c", Junction("and", (Junction("and", (A, B)), C))),
        ("not a and b", Junction("and", (Not(A), B))),
        ("`tone of voice` == 'it''s'", Comparison("==", Column("tone of voice"), Literal_("it's"))),
        ("`a``b` or `größe`", Junction("or", (Column("a`b"), Column("größe")))),
        ("`and`", Column("and")),
        ("class == 'a' or import == 1 or case is null", None),
    ],
)
def test_reads(text, tree):
    read = parse(text)
    assert tree is None or read == tree


def test_a_column_remembers_where_it_stands():
    tree = parse("a and (b or `c`)")
    assert [tree.operands[0].at, *(item.at for item in tree.operands[1].operands)] == [0, 7, 12]


def test_not_between_is_the_negation_of_between():
    assert parse("a not between 1 and 2") == Not(parse("a between 1 and 2"))


def test_percent_is_the_nearest_number():
    assert [parse(f"{text}%").value for text in ("0.1", "7", "29", "0.07")] == [0.001, 0.07, 0.29, 0.0007]


REFUSED = [
    ("", 0, "empty"),
    ("   ", 0, "empty"),
    ("a = 1", 2, "write `==`"),
    ("a := 1", 2, "assigns nothing"),
    ("a && b", 2, "write `and`"),
    ("a || b", 2, "write `or`"),
    ("!a", 0, "write `not`"),
    ("a <> b", 2, "write `!=`"),
    ("a === b", 2, "write `==`"),
    ("0 < a < 1", 6, "do not chain"),
    ("a == b == c", 7, "do not chain"),
    ("a == not b", 5, "parentheses"),
    ("len(a) > 1", 0, "call"),
    ("`len`(a) > 1", 0, "call"),
    ("(a)(b)", 3, "call"),
    ("a.b > 1", 0, "backticks"),
    ("()", 1, "expected a value"),
    ("().__class__", 2, "attributes"),
    ("__import__('os')", 0, "not in the language"),
    ("__class__", 0, "not in the language"),
    ("import os", 0, "not in the language"),
    ("lambda x", 0, "not in the language"),
    ("lambda x: 1", 8, "not in the language"),
    ("a[0]", 1, "subscripts"),
    ("{a}", 0, "sets"),
    ("f'{a}'", 0, "formatted"),
    ("a # all", 2, "comments"),
    ("a -- all", 2, "comments"),
    ("a /* all */", 2, "comments"),
    ("a; b", 1, "one condition"),
    ("a if b else c", 2, "choices"),
    ("a like 'x%'", 2, "not in the language"),
    ("a ** 2", 2, "powers"),
    ("a % 2", 2, "remainder"),
    ("a // 2", 2, "division"),
    ("a == null", 2, "is null"),
    ("a != null", 2, "is not null"),
    ("a in (1, null)", 9, "is null"),
    ("a in ()", 6, "expected a value"),
    ("a in 1", 5, "parentheses"),
    ("a in (b)", 6, "expected a value of the list"),
    ("a in ((1))", 6, "expected a value of the list"),
    ("a in (1,)", 8, "expected a value"),
    ("a is 1", 5, "`is` only asks for null"),
    ("a is true", 5, "`is` only asks for null"),
    ("a not b", 2, "not in"),
    ("a between 1", 11, "between low and high"),
    ("(a", 0, "nothing closes"),
    ("a)", 1, "nothing opened"),
    ("(a, b)", 2, "list"),
    ("a >", 3, "ends where a value is needed"),
    ("a b", 2, "unexpected"),
    ("a and", 5, "ends where"),
    ("and a", 0, "expected a value"),
    ("a AND b", 2, "write `and`"),
    ("a == None", 5, "write `null`"),
    ("a == True", 5, "write `true`"),
    ("'abc", 0, "closing quote"),
    ("`abc", 0, "closing backtick"),
    ("``", 0, "empty column name"),
    ("'it's'", 4, "doubled"),
    ("a == ‘x’", 5, "straight quotes"),
    ("a ≥ 1", 2, "write `>=`"),
    ("größe > 1", 2, "backticks"),
    ("a\u00a0> 1", 1, "U+00A0"),
    ("a\x00b", 1, "U+0000"),
    ("'a\x00b'", 0, "U+0000"),
    ("'\ud800'", 0, "U+D800"),
    ("1.2.3", 0, "no number"),
    ("12ab", 0, "no number"),
    ("0x1F", 0, "no number"),
    ("1_000", 0, "no number"),
    ("5%%", 0, "no number"),
    ("1e999", 0, "too large"),
    ("9" * 20, 0, "64 bits"),
    ("a > ٣", 4, "backticks"),
    ("@a", 0, "name columns only"),
    ("$a", 0, "name columns only"),
    ("a ? b", 2, "choices"),
    ("\\", 0, "doubled"),
    ("🙂", 0, "not in the language"),
]


@pytest.mark.parametrize(("text", "at", "says"), REFUSED, ids=[case[0][:20] for case in REFUSED])
def test_refuses_with_place_and_advice(text, at, says):
    with pytest.raises(ExpressionProblem) as caught:
        parse(text)
    assert caught.value.at == at
    assert says in f"{caught.value.message}; {caught.value.fix}"
    assert "\n" not in caught.value.message
    assert caught.value.width >= 1
    assert caught.value.fix


@pytest.mark.parametrize(
    "text",
    [
        "(" * 999 + "a" + ")" * 999,
        "not " * 400 + "a",
        "- " * 900 + "a",
        "+".join(["a"] * 900),
        "*".join(["a"] * 900),
        "(" * 2000,
        "a and (" * 200,
    ],
)
def test_refuses_what_nests_too_deep_instead_of_crashing(text):
    with pytest.raises(ExpressionProblem, match="nested more than 100 deep"):
        parse(text)


def test_refuses_what_is_too_long():
    with pytest.raises(ExpressionProblem, match="characters"):
        parse("a" + " " * 10_000 + "(" * 10_000)


def test_long_conditions_are_not_deep():
    assert len(parse(" or ".join(["a == 1"] * 180)).operands) == 180


WORDS = [
    "a",
    "b",
    "and",
    "or",
    "not",
    "in",
    "is",
    "null",
    "between",
    "true",
    "(",
    ")",
    ",",
    "==",
    "<",
    "=",
    "-",
]
WORDS += [
    "+",
    "*",
    "/",
    "'x'",
    '"y"',
    "`z`",
    "1",
    "0.5%",
    "1e-3",
    ".",
    "[",
    "__class__",
    "'",
    "`",
    "\x00",
    "é",
]


def refusal(text):
    try:
        parse(text)
    except ExpressionProblem as problem:
        return problem
    return None


@settings(max_examples=FUZZ, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join),
                 st.lists(st.sampled_from(WORDS), max_size=40).map("".join)))  # fmt: skip
def test_any_text_is_read_or_refused_in_one_way(text):
    problem = refusal(text)
    assert problem is None or (0 <= problem.at <= len(text) and problem.width >= 1)
