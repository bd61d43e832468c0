from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from holdfast.app.cli import holdfast
from holdfast.kernel.verdict import Verdict
from holdfast.plan.model.document import parse_document
from holdfast.plan.model.loading import load
from holdfast.plan.model.standing import Standing
from holdfast.plan.pages.html import render_plan
from holdfast.plan.views.page import PlanPage, plan_page

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
Paged = Callable[..., PlanPage]
VOID = {"meta", "br", "img", "link", "input", "hr"}


@pytest.fixture
def paged(plans: ModuleType) -> Paged:
    def page(kind: str, standing: Standing | None = None) -> PlanPage:
        loaded = load([parse_document(plans.PLANS[kind], "holdfast.yaml")], Path())
        return plan_page(loaded, standing or Standing(), NOW)

    return page


class Balanced(HTMLParser):
    """Collects what is open, closed wrongly, addressed and named."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        told = dict(attrs)
        self.ids += [told["id"]] if told.get("id") else []  # type: ignore[list-item]  # not None: it is true
        self.links += [told["href"]] if told.get("href") else []  # type: ignore[list-item]  # as above
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        elif tag not in ("rect", "line", "circle", "ellipse", "polygon", "path", "use"):
            self.wrong.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()


@pytest.mark.parametrize("kind", ["empty", "ordinary", "hostile", "large"])
def test_a_page_is_well_formed_and_its_links_lead_somewhere(paged: Paged, kind: str) -> None:
    read = Balanced()
    read.feed(render_plan(paged(kind)))
    assert (read.open, read.wrong) == ([], [])
    assert len(read.ids) == len(set(read.ids))
    assert all(link[0] == "#" and link[1:] in read.ids for link in read.links)


@pytest.mark.parametrize("kind", ["ordinary", "hostile", "large"])
def test_a_page_runs_nothing_and_fetches_nothing(paged: Paged, kind: str) -> None:
    text = render_plan(paged(kind))
    read = Balanced()
    read.feed(text)
    assert read.tags.isdisjoint({"script", "img", "link", "iframe", "object", "form", "base"})
    assert "default-src 'none'" in text
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org)", text.partition("</style>")[0])


def test_what_a_plan_says_is_text_wherever_it_stands(paged: Paged) -> None:
    text = render_plan(paged("hostile"))
    for where in ("name", "harm", "maps", "claim", "because", "assumes", "tolerance"):
        assert f"<script>alert('{where}')" not in text
        assert f"alert(&#x27;{where}&#x27;)" in text or f"alert(&#39;{where}&#39;)" in text
    assert "{{ 7 * 7 }}" in text
    assert not re.search(r"<(b|i|u|s|img)[ >](?!/)", text.partition("</style>")[2])


def test_the_page_of_an_empty_plan_says_what_to_write(paged: Paged) -> None:
    text = render_plan(paged("empty"))
    for words in ("No risk is registered yet.", "No gate yet", "Nothing is claimed yet", "names no people"):
        assert words in text


def test_what_stands_out_is_said_first_with_what_weighs_most_on_top(
    paged: Paged, standings: ModuleType
) -> None:
    page = paged("large", standings.known(gate_number_3=standings.fact(Verdict.FAIL)))
    out = [one.words for one in page.stands_out]
    assert re.match(r"\d+ risks \(.*\) at 12 or more have a layer without a control", out[0])
    assert "1 gate (gate-number-3) did not pass when last decided" in out
    assert any("decision rights" in words for words in out)
    assert out[-1].startswith("12 claims (")
    text = render_plan(page)
    assert text.index("What stands out") < text.index("What can go wrong</h2>")


def test_blocking_gates_that_are_open_stand_out_once_somebody_looked(
    paged: Paged, standings: ModuleType
) -> None:
    shown = standings.known(toxicity=standings.fact(Verdict.INCONCLUSIVE), no_exfiltration=standings.stale())
    out = [one.words for one in paged("ordinary", shown).stands_out]
    assert "2 blocking gates (toxicity, no-exfiltration) open or stale: evidence is missing" in out
    assert not any("open or stale" in one.words for one in paged("ordinary").stands_out)


def test_risks_carry_the_same_numbers_on_the_matrix_and_in_the_register(paged: Paged) -> None:
    page = paged("large")
    assert [risk.number for risk in page.risks] == list(range(1, 61))
    scores = [risk.held.score for risk in page.risks]
    assert scores == sorted(scores, reverse=True)
    text = render_plan(page)
    assert all(f'id="risk-{number}"' in text for number in (1, 60))


def test_facts_are_shown_with_a_sign_and_a_word(paged: Paged, standings: ModuleType) -> None:
    known = standings.known(no_exfiltration=standings.fact(), toxicity=standings.stale())
    text = render_plan(paged("ordinary", known))
    assert '<span class="state live"><svg aria-hidden="true" focusable="false"><use href="#sign-pass"' in text
    assert '<use href="#sign-stale"/></svg>stale</span>' in text
    assert "There is no ledger yet" not in text


def test_the_command_writes_the_page_and_nothing_else(tmp_path: Path, plans: ModuleType) -> None:
    plan, page = tmp_path / "holdfast.yaml", tmp_path / "plan.html"
    plan.write_text(plans.ORDINARY)
    result = CliRunner().invoke(holdfast, ["plan", "show", str(plan), "--html", str(page)])
    assert (result.exit_code, result.output) == (0, f"wrote {page}: all views of the plan on one page\n")
    assert page.read_text("utf-8").startswith("<!doctype html>")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["holdfast.yaml", "plan.html"]


def test_the_page_never_takes_the_place_of_the_plan(tmp_path: Path, plans: ModuleType) -> None:
    plan = tmp_path / "holdfast.yaml"
    plan.write_text(plans.EMPTY)
    result = CliRunner().invoke(holdfast, ["plan", "show", str(plan), "--html", str(plan)])
    assert result.exit_code != 0
    assert plan.read_text() == plans.EMPTY
