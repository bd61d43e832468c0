"""The plan's page as a browser shows it: nothing overflows, is cut or fetched; both themes; on paper."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from holdfast.plan.model.document import parse_document
from holdfast.plan.model.loading import load
from holdfast.plan.model.standing import Standing
from holdfast.plan.pages.html import render_plan, render_sheet
from holdfast.plan.views.brief import brief
from holdfast.plan.views.page import plan_page
from holdfast.plan.views.reading import read_plan

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
EXAMPLES = sorted(
    path.parent for path in (Path(__file__).resolve().parents[2] / "examples").glob("*/holdfast.yaml")
)
KINDS = ("empty", "ordinary", "hostile", "large")
WIDTHS = (400, 768, 1200)

# Words that leave the window; pictures in a scrolling box may, and what is hidden from sight does not count.
CUT = """[...document.querySelectorAll('h1,h2,h3,h4,p,th,td,dt,dd,li,span,figcaption,summary,bdi,code')]
  .filter(e => {
    const box = e.getBoundingClientRect();
    if (box.width <= 1 || e.closest('.unseen,thead,pre,.scrolls')) return false;
    return box.left < -1 || box.right > innerWidth + 1;
  }).map(e => e.textContent.slice(0, 60))"""

# Words of an argument's picture that leave their shape.
OUTSIDE = """[...document.querySelectorAll('svg.gsn g')].flatMap(g => {
    const shape = g.querySelector('.x').getBBox();
    const diamond = g.querySelector('polygon') && shape.width < 20;
    return diamond ? [] : [...g.querySelectorAll('text:not(.l)')].filter(t => {
      const box = t.getBBox();
      return box.x < shape.x || box.x + box.width > shape.x + shape.width
        || box.y < shape.y - 1 || box.y + box.height > shape.y + shape.height + 1;
    }).map(t => t.textContent);
  })"""

# Signs and words of one line that lie on each other.
OVERLAP = """[...document.querySelectorAll('table.lines tbody tr, .layers')].flatMap(row => {
    const boxes = [...row.children].map(cell => {
      const range = document.createRange(); range.selectNodeContents(cell);
      return {words: cell.textContent.trim().slice(0, 40), box: range.getBoundingClientRect()};
    }).filter(part => part.box.width > 1 && part.box.height > 1);
    return boxes.flatMap((a, i) => boxes.slice(i + 1).filter(b => {
      const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      return across > 1 && down > 3;
    }).map(b => a.words + ' / ' + b.words));
  })"""


def html(plans: ModuleType, kind: str) -> str:
    loaded = load([parse_document(plans.PLANS[kind], "holdfast.yaml")], Path())
    return render_plan(plan_page(loaded, Standing(), NOW))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_is_as_wide_as_its_window_holds_its_words_and_is_quiet(
    browser: Any, plans: ModuleType, kind: str, width: int
) -> None:
    browser.show(html(plans, kind), width=width)
    assert browser.value("document.documentElement.scrollWidth") <= width
    assert browser.value(CUT) == []
    assert browser.value(OVERLAP) == []
    assert browser.value(OUTSIDE) == []
    assert browser.complaints() == []
    assert all(address.startswith("file:") for address in browser.fetched())
    assert len(browser.fetched()) == 1


def test_the_first_screen_holds_the_answer_what_stands_out_and_the_matrix(
    browser: Any, plans: ModuleType
) -> None:
    browser.show(html(plans, "large"), width=1200, height=900)
    for chosen in (".lead", ".out", ".first-picture", ".contents"):
        assert browser.value(f"document.querySelector('{chosen}').getBoundingClientRect().bottom") < 900


def test_both_themes_are_there_and_differ(browser: Any, plans: ModuleType) -> None:
    seen = []
    for dark in (False, True):
        browser.show(html(plans, "ordinary"), width=1200, dark=dark)
        seen.append(browser.value("getComputedStyle(document.body).backgroundColor"))
        shape = "getComputedStyle(document.querySelector('svg.gsn .goal .x')).fill"
        seen.append(browser.value(shape))
    assert seen[0] == "rgb(255, 255, 255)"
    assert len(set(seen)) == 4


def test_a_link_to_a_risk_that_is_folded_away_opens_it(browser: Any, plans: ModuleType) -> None:
    browser.show(html(plans, "large"), width=1200)
    browser.value("document.querySelector('a[href=\"#risk-60\"]').click()")
    assert browser.value("document.getElementById('risk-60').closest('details').open") is True


@pytest.mark.parametrize("kind", ["empty", "ordinary", "large"])
def test_on_paper_it_is_light_and_shows_what_is_closed(browser: Any, plans: ModuleType, kind: str) -> None:
    # 184 mm between the margins of A4 at 96 dots per inch
    browser.show(html(plans, kind), width=695, dark=True, media="print")
    assert browser.value("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert browser.value("document.documentElement.scrollWidth") <= 695
    assert browser.value(CUT) == []
    hidden = (
        "[...document.querySelectorAll('details > :not(summary)')].filter(e => e.offsetHeight === 0).length"
    )
    assert browser.value(hidden) == 0
    assert browser.paper().startswith(b"%PDF")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_the_plan_on_one_page_prints_on_one_sheet(browser: Any, example: Path) -> None:
    page = brief(read_plan(example), Standing(), NOW)
    browser.show(render_sheet(page), width=695, media="print")
    assert browser.value(CUT) == []
    assert len(re.findall(rb"/Type\s*/Page\b", browser.paper())) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_plan_on_one_page_is_as_wide_as_its_window(
    browser: Any, plans: ModuleType, kind: str, width: int
) -> None:
    loaded = load([parse_document(plans.PLANS[kind], "holdfast.yaml")], Path())
    browser.show(render_sheet(brief(loaded, Standing(), NOW)), width=width)
    assert browser.value("document.documentElement.scrollWidth") <= width
    assert browser.value(CUT) == []
    assert browser.complaints() == []
    assert len(browser.fetched()) == 1
