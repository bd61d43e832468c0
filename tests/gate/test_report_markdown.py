"""The report as Markdown: verdict first, and nothing that a plan says can mark anything up."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.gate.pages.markdown import render_markdown
from holdfast.kernel.verdict import Verdict
from holdfast.web.markdown import plain, sentence

BARE = re.compile(r"(?<!\\)(?:\\\\)*[`*_\[\]#~|]")


def tables(markdown: str) -> list[list[str]]:
    """Return each table as its lines."""
    blocks = [block.split("\n") for block in markdown.split("\n\n")]
    return [lines for lines in blocks if lines[0].startswith("|")]


def cells(line: str) -> int:
    return len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) - 1


def test_the_verdict_is_the_first_line(contexts: SimpleNamespace) -> None:
    assert render_markdown(contexts.normal()).startswith("## ✗ FAIL: Breast mass triage must not ship\n")
    assert render_markdown(contexts.empty()).startswith("## ? INCONCLUSIVE: Minimal cannot be decided yet\n")
    passed = replace(contexts.normal(), verdict=Verdict.PASS)
    head = "## ✓ PASS: Breast mass triage may ship"
    assert render_markdown(passed).startswith(f"{head} under 1 override\n")
    plain_pass = replace(passed, gates=tuple(replace(gate, overrides=()) for gate in passed.gates))
    assert render_markdown(plain_pass).startswith(f"{head}\n")


def test_the_next_step_comes_before_any_table(contexts: SimpleNamespace) -> None:
    markdown = render_markdown(contexts.normal())
    assert 0 < markdown.index("**Next:** Fix what `abstain-gap` found") < markdown.index("|")


def test_a_gate_is_told_with_value_interval_and_n(contexts: SimpleNamespace) -> None:
    assert (
        "| ? inconclusive | recall **overridden until 2027-01-31** | ≥ 98% | 98.6 % [96.4, 99.6] | 212 |"
        in render_markdown(contexts.normal())
    )


def test_what_is_missing_is_told(contexts: SimpleNamespace) -> None:
    name = "\u2068nuclei = middle\u2069"
    row = f"| recall | {name}: the interval lies on both sides of 98 % | about 610 more records |"
    assert row in render_markdown(contexts.normal())


@pytest.mark.parametrize("kind", ["empty", "normal", "large", "unknown", "hostile"])
def test_every_row_of_a_table_has_as_many_cells_as_its_head(contexts: SimpleNamespace, kind: str) -> None:
    markdown = render_markdown(getattr(contexts, kind)())
    found = tables(markdown)
    assert found
    for lines in found:
        assert {cells(line) for line in lines} == {cells(lines[0])}


def test_a_text_that_looks_like_markup_stays_text(contexts: SimpleNamespace) -> None:
    markdown = render_markdown(contexts.hostile(contexts.MARKUP))
    assert "<b>" not in markdown
    assert not re.search(r"(?<!\\)\]\(", markdown)
    assert "\n# h" not in markdown
    assert len(tables(markdown)) == len(tables(render_markdown(contexts.normal())))


def test_a_text_that_looks_like_html_stays_text(contexts: SimpleNamespace) -> None:
    markdown = render_markdown(contexts.hostile(contexts.HOSTILE))
    assert set(re.findall(r"<[^>]*>", markdown)) == {"<details>", "<summary>", "</summary>", "</details>"}


def test_figures_that_are_not_known_are_dashes(contexts: SimpleNamespace) -> None:
    markdown = render_markdown(contexts.unknown())
    assert "nan" not in re.sub(r"[a-z-]*nan[a-z]+", "", markdown)
    assert "| ? inconclusive | not-a-number | ≥ 98% | – | – |" in markdown
    assert "| ? inconclusive | endless | ≥ 98% | 2.00 [-∞, ∞] | 2 |" in markdown


@given(st.text())
def test_no_sign_that_means_something_is_left_bare(words: str) -> None:
    escaped = plain(words)
    assert not BARE.search(escaped)
    assert not set("<>\n\r") & set(escaped)


@given(st.text(alphabet="ab` *|<\n"))
def test_code_in_a_sentence_never_holds_anything_but_names(words: str) -> None:
    for code in re.findall(r"(?<!\\)`([^`]*)(?<!\\)`", sentence(words)):
        assert re.fullmatch(r"[\w./:'@-]+( [\w./:'@-]+)*", code)


@given(st.text(alphabet="ab` .", max_size=30))
def test_a_sentence_keeps_its_words_apart(words: str) -> None:
    assert sentence(words).replace("\\", "").split() == words.split()
