"""Every expression that the page shows is one, and every one that it says is refused is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from holdfast.kernel.expressions.parsing import ExpressionProblem, parse

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "expressions.md").read_text(encoding="utf-8")
SHOWN = [
    "toxicity >= 0.8",
    "language in ('de', 'en') and not draft",
    "score between 0.4 and 0.6",
    "decision is null",
    "at >= '2026-11-01T00:00:00Z'",
    "`cost in EUR` >= 100",
    "low < x and x < high",
    "diagnosis == 'malignant'",
]


@pytest.mark.parametrize("text", SHOWN)
def test_what_the_page_shows_is_an_expression(text):
    assert text in PAGE
    parse(text)


@pytest.mark.parametrize(
    "text",
    ["f(x)", "a.b", "a[0]", "a := 1", "a # b", "a = 1", "a && b", "a || b", "!a", "1 < x < 2", "a" * 2001],
)
def test_what_the_page_says_is_refused(text):
    with pytest.raises(ExpressionProblem):
        parse(text)


def test_a_share_may_be_written_with_its_sign():
    assert parse("x < 0.5%") == parse("x < 0.005")
    assert re.search(r"`0\.5%` is 0\.005", PAGE)
