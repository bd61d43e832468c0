from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from holdfast.plan.model import values


def code_of(refusal: pytest.ExceptionInfo[PydanticCustomError]) -> str:
    return str((refusal.value.context or {})["code"])


@pytest.mark.parametrize(
    ("read", "text", "expected"),
    [
        (values.share, "5%", 0.05),
        (values.share, "0.5 %", 0.005),
        (values.share, "0.05", 0.05),
        (values.share, "100%", 1.0),
        (values.share, "1.0e-6", 1e-6),
        (values.number, "-.5", -0.5),
        (values.number, "0", 0.0),
        (values.whole, "0", 0),
        (values.count, "12", 12),
        (values.rank, "5", 5),
        (values.boolean, "TRUE", True),
        (values.boolean, "false", False),
    ],
)
def test_a_scalar_means_what_it_says(read: object, text: str, expected: object) -> None:
    assert callable(read)
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30s", 30),
        ("10m", 600),
        ("24h", 86400),
        ("90d", 7776000),
        ("1h30m", 5400),
        ("500ms", 0.5),
        ("1.5h", 5400),
    ],
)
def test_a_duration_has_its_unit(text: str, seconds: float) -> None:
    assert values.duration(text).seconds == seconds


@pytest.mark.parametrize(
    ("text", "sign", "threshold"),
    [
        ("< 0.5%", "<", 0.005),
        ("<=5%", "<=", 0.05),
        (">= 0.98", ">=", 0.98),
        ("> 800", ">", 800),
        (">= -1", ">=", -1),
    ],
)
def test_a_requirement_has_a_sign_and_a_threshold(text: str, sign: str, threshold: float) -> None:
    bound = values.bound(text)
    assert (bound.sign, bound.threshold) == (sign, threshold)


def test_a_rate_limit_says_how_many_how_often_and_for_whom() -> None:
    pace = values.pace("60/min per tenant")
    assert (pace.count, pace.seconds, pace.per) == (60, 60, "tenant")


def test_a_budget_says_how_often() -> None:
    budget = values.budget("1 per 90d")
    assert (budget.count, budget.per.seconds) == (1, 7776000)


@pytest.mark.parametrize(
    ("read", "text", "code", "words"),
    [
        (values.share, "98", "HF207", "did you mean `98%`?"),
        (values.share, "-1%", "HF207", "a share lies between"),
        (values.share, "120%", "HF207", "a share lies between"),
        (values.share, "five", "HF203", "expected a share"),
        (values.share, "5%%", "HF203", "expected a share"),
        (values.confidence, "40%", "HF207", "at least 50%"),
        (values.confidence, "100%", "HF207", "less than 100%"),
        (values.inner_share, "1", "HF207", "more than 0 and less than 1"),
        (values.number, "1,000", "HF203", "without separators"),
        (values.number, "1_000", "HF203", "without separators"),
        (values.number, ".nan", "HF203", "expected a number"),
        (values.number, ".inf", "HF203", "expected a number"),
        (values.number, "1e999", "HF203", "beyond every real quantity"),
        (values.number, "0123", "HF203", "drop the zero"),
        (values.whole, "0x1F", "HF203", "expected a whole number"),
        (values.whole, "007", "HF203", "drop the zero"),
        (values.whole, "-1", "HF203", "expected a whole number"),
        (values.whole, "9" * 5000, "HF203", "expected a whole number"),
        (values.count, "0", "HF203", "from 1 on"),
        (values.rank, "6", "HF203", "from 1 to 5"),
        (values.boolean, "yes", "HF203", "did you mean `true`?"),
        (values.boolean, "off", "HF203", "did you mean `false`?"),
        (values.boolean, "maybe", "HF203", "expected true or false"),
        (values.duration, "90", "HF207", "one of 90s, 90m, 90h, 90d"),
        (values.duration, "10:30", "HF207", "expected a duration"),
        (values.duration, "1 hour", "HF207", "expected a duration"),
        (values.duration, "0s", "HF207", "more than nothing"),
        (values.duration, "9999999d", "HF207", "less than a century"),
        (values.duration, "1m1h", "HF207", "the largest first"),
        (values.duration, "-5m", "HF207", "expected a duration"),
        (values.day, "2027-02-30", "HF207", "February 2027 has 28 days"),
        (values.day, "2027-13-01", "HF207", "no day of the calendar"),
        (values.day, "31.05.2027", "HF207", "such as 2027-05-31"),
        (values.day, "0001-01-01", "HF207", "no day of the calendar"),
        (values.bound, "5%", "HF203", "start with <, <=, > or >="),
        (values.bound, "≤ 5%", "HF203", "did you mean `<= 5%`?"),
        (values.bound, "== 5%", "HF203", "did you mean `<= 5%`?"),
        (values.bound, "<= five", "HF203", "after `<=`"),
        (values.pace, "60 per minute", "HF203", "60/min per tenant"),
        (values.budget, "once a quarter", "HF203", "1 per 90d"),
        (values.budget, "1 per 90", "HF207", "without its unit"),
        (values.share, {}, "HF203", "got a mapping"),
        (values.day, ["2027-05-31"], "HF203", "got a list"),
    ],
)
def test_what_makes_no_sense_is_refused_with_advice(
    read: object, text: object, code: str, words: str
) -> None:
    assert callable(read)
    with pytest.raises(PydanticCustomError) as caught:
        read(text)
    context = caught.value.context or {}
    assert code_of(caught) == code
    assert words in f"{context['message']}: {context['fix']}"


@given(st.decimals(0, 100, places=4))
def test_a_percentage_is_exactly_a_hundredth(percent: Decimal) -> None:
    assert values.share(f"{percent:f}%") == float(percent / 100) == values.share(f"{percent / 100:f}")


@given(st.text(max_size=40))
def test_any_text_is_a_value_or_a_refusal(text: str) -> None:
    codes = set()
    for read in (
        values.share,
        values.number,
        values.whole,
        values.duration,
        values.day,
        values.bound,
        values.pace,
    ):
        try:
            read(text)
        except PydanticCustomError as refusal:
            codes.add((refusal.context or {})["code"])
    assert codes <= {"HF203", "HF207"}
