"""The frame of every page in a real browser: keys, what is live, times, themes, widths, accessibility."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from tests.served.conftest import Served, come_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PAGES = ("/", "/act", "/ledger", "/ledger/1", "/plans", "/gates", "/health", "/api/docs", "/nothing-here")
WIDTHS = (390, 800, 1280)
DECLARED = {"system": "sorter", "title": "Wrong refunds <script>alert(1)</script>"}


@pytest.fixture
def ann(served: Served, chromium: Browser) -> Iterator[Page]:
    """The owner's browser, which fails the test on any complaint of the page's policy."""
    context = come_in(chromium, served.first_link, "Ann")
    page = context.pages[0]
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if "olicy" in said.text else None)
    page.goto(served.url)
    yield page
    assert complaints == []
    context.close()


def declare(served: Served) -> None:
    with served.client("view", "declare") as client:
        assert client.post("/api/incidents", json=DECLARED).is_success


def test_the_palette_finds_what_the_page_can_do_and_does_it(served: Served, ann: Page) -> None:
    ann.keyboard.press("Control+k")
    ann.keyboard.type("ledg")
    assert ann.locator("#palette-list li[aria-selected=true]").inner_text() == "Go to: Ledger"
    ann.keyboard.press("Enter")
    ann.wait_for_url("**/ledger")


def test_what_the_palette_does_not_know_is_looked_for_on_the_server(served: Served, ann: Page) -> None:
    ann.keyboard.press("Control+k")
    ann.keyboard.type("zebra")
    ann.keyboard.press("Enter")
    ann.wait_for_url("**/act?q=zebra")
    assert "Nothing here is called that." in ann.locator("main").inner_text()


def test_a_question_mark_lists_the_keys_and_single_letters_can_be_switched_off(
    served: Served, ann: Page
) -> None:
    ann.keyboard.press("?")
    assert "Declare an incident" in ann.locator("#keys").inner_text()
    ann.locator("#keys-on").uncheck()
    ann.keyboard.press("Escape")
    ann.keyboard.press("i")
    assert ann.url == f"{served.url}/"
    ann.reload()
    ann.keyboard.press("i")
    assert ann.url == f"{served.url}/"


def test_what_another_process_records_appears_on_the_open_pages(served: Served, ann: Page) -> None:
    beside = ann.context.new_page()
    beside.goto(f"{served.url}/ledger")
    facts = beside.locator("tr[id^=fact-]").count()
    declare(served)
    beside.wait_for_function("n => document.querySelectorAll('tr[id^=fact-]').length > n", arg=facts)
    first = beside.locator("tbody tr").first.inner_text()
    assert "IncidentDeclared" in first or "TokenIssued" in first
    ann.wait_for_selector("a[href='/incidents/INC-2026-0001']")
    assert "1 incident open" in ann.locator("h1").inner_text()
    assert "<script>alert(1)</script>" in ann.locator("main").inner_text()


def test_a_page_that_cannot_hear_says_so(served: Served, ann: Page) -> None:
    ann.route("**/live/**", lambda route: route.abort())
    ann.goto(served.url)
    ann.wait_for_selector("#live-says:visible")
    assert "Not connected" in ann.locator("#live-says").inner_text()


def test_times_are_in_the_viewers_zone_with_utc_beside(served: Served, chromium: Browser, ann: Page) -> None:
    declare(served)
    state = ann.context.storage_state()
    context = chromium.new_context(storage_state=state, timezone_id="Asia/Kolkata")
    page = context.new_page()
    page.goto(f"{served.url}/ledger/1")
    moment = page.locator("time.moment").first
    assert "GMT+5:30" in moment.inner_text()
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", moment.get_attribute("title"))
    assert "ago" in page.locator("[data-ago]").first.inner_text()
    context.close()


def test_every_page_works_without_script(served: Served, chromium: Browser, ann: Page) -> None:
    declare(served)
    state = ann.context.storage_state()
    context = chromium.new_context(storage_state=state, java_script_enabled=False)
    page = context.new_page()
    for path in PAGES:
        page.goto(served.url + path)
        assert page.locator("h1").count() == 1, path
    page.goto(f"{served.url}/act?q=declare")
    page.get_by_role("link", name="Declare an incident").click()
    assert page.url.endswith("/incidents/new")
    page.goto(f"{served.url}/ledger")
    page.locator("form.theme button").click()
    assert page.locator("html").get_attribute("data-theme") == "light"
    assert page.url == f"{served.url}/ledger"
    page.get_by_role("button", name="Verify").click()
    assert "Every fact fits the one before it." in page.locator("h1").inner_text()
    context.close()


def test_no_page_is_wider_than_its_window_and_none_breaks_a_rule_of_accessibility(
    served: Served, chromium: Browser, ann: Page
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    declare(served)
    found: list[str] = []
    for theme in ("light", "dark"):
        ann.emulate_media(color_scheme=theme)
        for path in PAGES:
            for width in WIDTHS:
                ann.set_viewport_size({"width": width, "height": 800})
                ann.goto(served.url + path)
                if ann.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    found.append(f"{path} at {width}: wider than its window")
            for violation in axe.run(ann).response["violations"]:
                places = [node["target"] for node in violation["nodes"]][:3]
                found.append(f"{path} {theme}: {violation['id']} {places}")
    assert found == []


def test_what_was_typed_survives_a_reload_and_is_gone_when_it_was_sent(served: Served, ann: Page) -> None:
    ann.goto(f"{served.url}/incidents/new")
    if not ann.locator("form[data-draft]").count():
        pytest.skip("the form to declare keeps no draft")
    ann.fill("[name=title]", "Half a sentence")
    ann.reload()
    assert ann.input_value("[name=title]") == "Half a sentence"
    ann.locator("main form.form button.main").click()
    ann.wait_for_url("**/incidents/INC-*")
    ann.goto(f"{served.url}/incidents/new")
    assert ann.input_value("[name=title]") == ""
