"""Two people run an incident from its declaration to its end, each in a browser of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.served.conftest import Served, come_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOM = "/incidents/INC-2026-0001"


def act(page: Page, served: Served, name: str, **fields: str) -> None:
    """Fill in a form of the room as somebody does, and send it off."""
    page.goto(f"{served.url}{ROOM}/act/{name}")
    for field, value in fields.items():
        found = page.locator(f"[name={field}]")
        kind = found.first.evaluate("element => element.type || element.tagName.toLowerCase()")
        if kind in ("radio", "checkbox"):
            page.locator(f"[name={field}][value='{value}']").check()
        elif kind.startswith("select"):
            found.select_option(value)
        else:
            found.fill(value)
    page.locator("main form.form button.main").click()
    page.wait_for_url(f"**{ROOM}")


def test_two_people_run_an_incident_to_its_end(served: Served, chromium: Browser) -> None:
    owner = come_in(chromium, served.first_link, "Ana")
    second = come_in(chromium, served.link_for("Ben", "approver", "responder"))
    ana, ben = owner.pages[0], second.pages[0]

    # declared with one line and the Enter key
    ana.goto(served.url)
    ana.keyboard.press("i")
    ana.wait_for_url("**/incidents/new")
    ana.fill("[name=title]", "The assistant sends one customer's address to another")
    ana.keyboard.press("Enter")
    ana.wait_for_url(f"**{ROOM}")
    assert "Nobody leads" in ana.inner_text(".room-top")

    # Ben looks on, and sees what Ana does without doing anything
    ben.goto(f"{served.url}{ROOM}")
    ana.keyboard.press("c")
    ana.wait_for_url("**/act/role?role=commander")
    ana.locator("main form.form button.main").click()
    ana.wait_for_url(f"**{ROOM}")
    ben.locator("ol.rows", has_text="is commander").wait_for()
    ben.locator(".room-top", has_text="Commander Ana").wait_for()

    act(ben, served, "role", role="technical")
    act(ana, served, "assess", harm="serious", exposure="plausible", people_low="12", legal="plausible")
    ben.goto(f"{served.url}{ROOM}")
    assert "SEV-2" in ben.inner_text(".room-top")
    act(ben, served, "contain", lever="retrieval", position="safe", because="Stop it", widens="no")
    act(ana, served, "decide", what="Serve from templates", why="Nobody knows the cause", favours="safety")
    ben.goto(f"{served.url}{ROOM}")
    ben.locator(".room-work", has_text="Serve from templates").wait_for()

    # an update for customers: Ana writes it, Ana may not approve it, Ben does
    ana.goto(f"{served.url}{ROOM}/updates")
    ana.locator("#to-customers button[value=keep]").click()
    ana.wait_for_load_state()
    assert ana.locator("#to-customers button[value=approve]").count() == 0
    ben.goto(f"{served.url}{ROOM}/updates")
    ben.locator("#to-customers summary", has_text="Approve").click()
    ben.locator("#to-customers button[value=approve]").click()
    ben.wait_for_load_state()
    ana.goto(f"{served.url}{ROOM}/updates")
    ana.locator("#to-customers summary", has_text="Sent by hand").click()
    ana.locator("#to-customers [name=by_hand]").fill("status page")
    ana.locator("#to-customers button[value='by-hand']").click()
    ana.wait_for_load_state()

    # what is left open stands in the way of closing, by name
    ana.goto(f"{served.url}{ROOM}/act/close")
    ana.locator("[name=outcome][value=false_alarm]").check()
    ana.fill("[name=because]", "The address was the customer's own")
    ana.locator("main form.form button.main").click()
    ana.wait_for_load_state()
    assert "lever" in ana.inner_text("[role=alert]")
    assert ana.input_value("[name=because]") == "The address was the customer's own"

    # each is reconciled, and then it closes
    for _ in range(40):
        ana.goto(f"{served.url}{ROOM}/act/reconcile")
        left = ana.locator("[name=item] option").first
        if not left.count():
            break
        act(ana, served, "reconcile", item=left.get_attribute("value") or "", because="A false alarm")
    act(ana, served, "close", outcome="false_alarm", because="The address was the customer's own")
    ben.goto(f"{served.url}{ROOM}")
    ben.locator(".room-line", has_text="closed").wait_for()
    assert "verified" in served.run("ledger", "verify")

    owner.close()
    second.close()


def test_who_was_slower_is_told_who_was_quicker_and_keeps_their_words(
    served: Served, chromium: Browser
) -> None:
    owner = come_in(chromium, served.first_link, "Ana")
    second = come_in(chromium, served.link_for("Ben", "commander"))
    ana, ben = owner.pages[0], second.pages[0]
    served.run("incident", "declare", "Refunds")
    for page in (ana, ben):
        page.goto(f"{served.url}{ROOM}/act/statement")
    ben.fill("[name=text]", "Ben says: 5 % of EU users")
    ben.locator("main form.form button.main").click()
    ben.wait_for_url(f"**{ROOM}")
    ana.fill("[name=text]", "Ana says: 4 % of EU users")
    ana.locator("main form.form button.main").click()
    ana.wait_for_load_state()
    assert "changed statement" in ana.inner_text("[role=alert]")
    assert ana.input_value("[name=text]") == "Ana says: 4 % of EU users"
    owner.close()
    second.close()


def test_words_of_people_are_words_on_every_page(served: Served, chromium: Browser) -> None:
    script = "document.body.dataset.broken=1"
    evil = (
        f"<img src=x onerror={script}><script>{script}</script>{{{{7*7}}}}${{7*7}}<%=7*7%> [x](javascript:0)"
    )
    owner = come_in(chromium, served.first_link, "<b>Ana</b>")
    page = owner.pages[0]
    served.run("incident", "declare", evil)
    for name, fields in {
        "statement": {"text": evil, "who": evil, "where": evil},
        "hypothesis": {"observation": evil, "explains": evil, "next_test": evil, "containment": evil},
        "decide": {"what": evil, "why": evil, "alternatives": evil, "risk": evil},
        "action": {"what": evil, "owner": "role:legal"},
        "note": {"text": evil},
    }.items():
        act(page, served, name, **fields)
    for path in ("", "/timeline", "/updates", "/duties", "/vault", "/runbooks", "/act/judge-hypothesis"):
        page.goto(f"{served.url}{ROOM}{path}")
        assert page.locator("main img[src=x], a[href^=javascript], body[data-broken]").count() == 0
        assert "{{7*7}}${7*7}<%=7*7%>" in page.inner_text("main") or path in (
            "/vault",
            "/runbooks",
            "/duties",
        )
    for path in ("/", "/incidents", "/signals", "/ledger", "/people"):
        page.goto(served.url + path)
        assert page.locator("main b:text-is('Ana'), body[data-broken]").count() == 0
    owner.close()


def test_a_room_works_without_script(served: Served, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served.first_link)
    page.fill("[name=name]", "Ana")
    page.locator("main button").first.click()
    page.wait_for_url(lambda url: "/join/" not in url)
    page.goto(f"{served.url}/incidents/new")
    page.fill("[name=title]", "It answers in the wrong language")
    page.locator("main form.form button.main").click()
    page.wait_for_url(f"**{ROOM}")
    page.goto(f"{served.url}{ROOM}/act/note")
    page.fill("[name=text]", "Three tickets")
    page.locator("main form.form button.main").click()
    page.wait_for_url(f"**{ROOM}")
    assert "Three tickets" in page.inner_text("ol.rows")
    context.close()
