"""The report as a browser shows it: nothing overflows, is cut or fetched; both themes; on paper."""

from __future__ import annotations

import struct
import zlib
from types import SimpleNamespace
from typing import Any

import pytest

from holdfast.gate.pages.html import render_html

KINDS = ("empty", "normal", "large", "hostile", "unknown")
WIDTHS = (360, 768, 1280)

# Words that leave the window; scrolling boxes may, and what is hidden from sight does not count.
CUT = """[...document.querySelectorAll('h1,h2,h3,h4,p,th,td,dt,dd,li,span,figcaption,summary,svg text')]
  .filter(e => {
    const box = e.getBoundingClientRect();
    if (box.width <= 1 || e.closest('.unseen,thead,pre')) return false;
    return box.left < -1 || box.right > innerWidth + 1;
  }).map(e => e.textContent.slice(0, 60))"""

# Neighbours in a row whose words lie on each other.
OVERLAP = """[...document.querySelectorAll('table.overview tbody tr, table.board tbody tr')].flatMap(row => {
    const boxes = [...row.children].map(cell => {
      const range = document.createRange(); range.selectNodeContents(cell);
      const box = range.getBoundingClientRect();
      return {words: cell.textContent.trim().slice(0, 40), box};
    }).filter(part => part.box.width > 1 && part.box.height > 1);
    const found = [];
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach(b => {
      const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      if (across > 1 && down > 3) found.push(a.words + ' / ' + b.words);
    }));
    return found;
  })"""


@pytest.fixture(scope="module", params=[(kind, width) for kind in KINDS for width in WIDTHS], ids=str)
def shown(request: pytest.FixtureRequest, browser: Any, contexts: SimpleNamespace) -> Any:
    kind, width = request.param
    browser.show(render_html(getattr(contexts, kind)()), width=width)
    return browser


def test_a_page_is_as_wide_as_its_window_holds_its_words_and_is_quiet(shown: Any) -> None:
    width = shown.value("innerWidth")
    assert shown.value("document.documentElement.scrollWidth") <= width
    assert shown.value(CUT) == []
    assert shown.value(OVERLAP) == []
    assert shown.complaints() == []
    assert all(address.startswith("file:") for address in shown.fetched())
    assert len(shown.fetched()) == 1


def test_a_column_of_pictures_is_one_column(browser: Any, contexts: SimpleNamespace) -> None:
    browser.show(render_html(contexts.normal()), width=1280)
    lines = (
        "[...document.querySelectorAll('.overview line.t')].map(e => Math.round(e.getBoundingClientRect().x))"
    )
    places = browser.value(lines)
    assert len(places) >= 5
    assert max(places) - min(places) <= 1
    assert (
        abs(browser.value("document.querySelector('.sides span').getBoundingClientRect().right") - places[0])
        <= 2
    )


def test_the_first_screen_holds_verdict_next_step_and_the_first_gates(
    browser: Any, contexts: SimpleNamespace
) -> None:
    browser.show(render_html(contexts.normal()), width=1280, height=900)
    for chosen in ("h1", ".next", ".overview tbody tr:nth-child(3)"):
        assert browser.value(f"document.querySelector('{chosen}').getBoundingClientRect().bottom") < 900


def test_both_themes_are_there_and_differ(browser: Any, contexts: SimpleNamespace) -> None:
    seen = []
    for dark in (False, True):
        browser.show(render_html(contexts.normal()), width=1280, dark=dark)
        seen.append(browser.value("getComputedStyle(document.body).backgroundColor"))
        assert ink_of(browser.picture()) > 0.01
    assert seen == ["rgb(255, 255, 255)", "rgb(21, 24, 27)"]


def test_the_keyboard_opens_what_is_closed_and_focus_is_seen(browser: Any, contexts: SimpleNamespace) -> None:
    browser.show(render_html(contexts.normal()), width=1280)
    press(browser, "Tab", 9)
    assert browser.value("document.activeElement.textContent") == "Skip to the gates"
    assert browser.value("document.activeElement.getBoundingClientRect().left") >= 0
    assert browser.value("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    browser.value("document.querySelector('summary.more').focus()")
    press(browser, "Enter", 13)
    assert browser.value("document.querySelector('summary.more').parentElement.open") is True


def test_a_link_to_a_closed_gate_opens_it(browser: Any, contexts: SimpleNamespace) -> None:
    browser.show(render_html(contexts.large()), width=1280)
    closed = browser.value("document.querySelector('details.gate:not([open]) .inside').id")
    browser.value(f"document.querySelector('a[href=\"#{closed}\"]').click()")
    assert browser.value(f"document.getElementById('{closed}').closest('details').open") is True


@pytest.mark.parametrize("kind", ["empty", "normal", "unknown"])
def test_on_paper_it_is_light_and_shows_what_is_closed(
    browser: Any, contexts: SimpleNamespace, kind: str
) -> None:
    # 184 mm between the margins of A4 at 96 dots per inch
    browser.show(render_html(getattr(contexts, kind)()), width=695, dark=True, media="print")
    assert browser.value("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert browser.value("document.documentElement.scrollWidth") <= 695
    assert browser.value(CUT) == []
    assert browser.value(OVERLAP) == []
    hidden = (
        "[...document.querySelectorAll('details > :not(summary)')].filter(e => e.offsetHeight === 0).length"
    )
    assert browser.value(hidden) == 0
    assert browser.paper().startswith(b"%PDF")


def press(browser: Any, key: str, code: int) -> None:
    words = {"text": "\r"} if key == "Enter" else {}
    for kind in ("keyDown", "keyUp"):
        browser.ask(
            "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **words
        )


def ink_of(png: bytes) -> float:
    """Return the share of a picture's rows' bytes that a filter leaves over: 0 where it is one colour."""
    body, data = png[8:], b""
    while body:
        (length,) = struct.unpack(">I", body[:4])
        if body[4:8] == b"IDAT":
            data += body[8 : 8 + length]
        body = body[12 + length :]
    raw = zlib.decompress(data)
    return sum(1 for byte in raw if byte) / len(raw)
