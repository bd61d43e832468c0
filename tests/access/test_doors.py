"""Coming in and going out, in a browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from access_house import ADMIN, AGENT, HERE, Site

from holdfast.access.commands import Invite


def test_who_is_not_signed_in_is_led_to_the_door_and_back(site: Site) -> None:
    browser = site.browser()
    answer = browser.get("/seen?a=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fseen%3Fa%3D1")
    page = browser.get(answer.headers["location"])
    assert page.status_code == 200
    assert "Sign in" in page.text


def test_a_program_that_is_not_signed_in_is_told_so(site: Site) -> None:
    answer = site.browser().client.get("/api/me")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "HF621"
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_the_first_link_makes_the_owner_by_a_button_and_not_by_looking(site: Site) -> None:
    link = site.services.first_link()
    assert link is not None
    preview = site.browser()  # a chat program that looks at every link
    for _ in range(3):
        assert preview.get(link.path).status_code == 200
    browser = site.browser()
    assert "Become the owner" in browser.get(link.path).text
    answer = browser.post(link.path, {"name": "Ann"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.get("/people").status_code == 200
    assert site.services.first_link() is None


def test_a_link_that_was_used_says_the_same_as_one_that_never_was(site: Site) -> None:
    link = site.services.invite(ADMIN, Invite(("viewer",)), "")
    site.browser().post(link.path, {"name": "Ann"})
    used, never = site.browser().get(link.path), site.browser().get("/join/" + "x" * 43)
    assert used.status_code == never.status_code == 404
    assert used.text.replace(link.secret, "") == never.text.replace("x" * 43, "")


def test_a_name_is_asked_for_and_what_was_typed_is_kept(site: Site) -> None:
    link = site.services.invite(ADMIN, Invite(("viewer",)), "")
    browser = site.browser()
    browser.get(link.path)
    answer = browser.post(link.path, {"name": "x" * 81})
    assert answer.status_code == 422
    assert "x" * 81 in answer.text
    assert browser.post(link.path, {"name": "Ann"}).status_code == 303


def test_a_new_session_has_a_new_secret_whatever_the_browser_brought(site: Site) -> None:
    link = site.services.invite(ADMIN, Invite(("viewer",)), "")
    browser = site.browser()
    name = f"holdfast-{site.address.rpartition(':')[2]}"
    planted = "A" * 43
    browser.client.cookies.set(name, planted, domain="127.0.0.1")
    browser.post(link.path, {"name": "Ann"})
    assert site.services.doorkeeper.by_cookie(planted).stale
    assert browser.get("/seen").status_code == 200


def test_signing_in_anew_ends_the_session_before(site: Site) -> None:
    browser = site.signed_in("viewer")
    before = browser.cookie
    link = site.services.invite(ADMIN, Invite(("viewer",)), "")
    browser.get(link.path)
    assert browser.post(link.path, {"name": "Bob"}).status_code == 303
    assert browser.cookie != before
    assert site.services.doorkeeper.by_cookie(before).stale


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(site: Site) -> None:
    link = site.services.invite(ADMIN, Invite(("viewer",)), "")
    said = site.browser().post(link.path, {"name": "Ann"}).headers["set-cookie"]
    assert re.fullmatch(
        r"holdfast-\d+=[A-Za-z0-9_-]{43}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax", said
    )


def test_signing_out_ends_the_session_on_the_server(site: Site) -> None:
    browser = site.signed_in("viewer")
    kept = browser.cookie
    answer = browser.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert site.services.doorkeeper.by_cookie(kept).stale
    assert browser.get("/seen").status_code == 303


def test_somebody_who_is_signed_in_makes_a_link_for_another_device(site: Site) -> None:
    browser = site.signed_in("viewer")
    page = browser.post("/me/link")
    link = re.search(r'value="http://[^"]*(/join/[^"]+)"', page.text)
    assert link is not None
    phone = site.browser({"User-Agent": "Mozilla/5.0 (iPhone) Safari/604.1"})
    phone.get(link[1])
    assert phone.post(link[1], {"name": "Ann"}).status_code == 303
    shown = browser.get("/me").text
    assert "Safari on iPhone" in shown
    assert "Firefox on Linux" in shown
    assert AGENT not in shown


def test_one_ends_another_session_of_ones_own(site: Site) -> None:
    browser = site.signed_in("viewer")
    link = re.search(r'value="http://[^"]*(/join/[^"]+)"', browser.post("/me/link").text)
    assert link is not None
    phone = site.browser()
    phone.post(link[1], {"name": "Ann"})
    end = re.search(r'action="(/me/sessions/[0-9a-f]+/end)"', browser.get("/me").text)
    assert end is not None
    assert browser.post(end[1]).status_code == 303
    assert phone.get("/seen").status_code == 303
    assert browser.get("/seen").status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "/%0d%0aSet-Cookie:x",
        "javascript:alert(1)",
        "\\\\evil.example",
        " //evil.example",
        "/sign-out",
    ],
)
def test_nobody_is_led_to_another_site(site: Site, elsewhere: str) -> None:
    browser = site.signed_in("viewer")
    answer = browser.get("/sign-in", params={"next": elsewhere})
    assert answer.status_code == 303
    assert answer.headers["location"] in ("/", "/%0d%0aSet-Cookie:x")


def test_a_link_comes_by_mail_and_nobody_learns_who_has_an_address(site: Site, mail) -> None:
    link = site.services.invite(ADMIN, Invite(("viewer",), (), "Ann", "ann@example.org", True), site.address)
    assert link.secret == ""
    browser = site.browser()
    browser.get(mail.link())
    browser.post(mail.link(), {"name": "Ann"})
    stranger = site.browser()
    known = stranger.post("/sign-in/mail", {"mail": "ANN@example.org"})
    unknown = stranger.post("/sign-in/mail", {"mail": "bob@example.org"})
    assert known.text == unknown.text
    assert mail.arrived(2)
    assert [to for to, _ in mail.sent] == ["ann@example.org", "ann@example.org"]
    again = site.browser()
    again.get(mail.link())
    assert again.post(mail.link(), {}).status_code == 303


def test_an_address_that_only_looks_alike_gets_no_link(site: Site, mail) -> None:
    site.services.invite(ADMIN, Invite(("viewer",), (), "K", "k@kelvin.example", True), site.address)
    site.services.mail_own_link(HERE, "k@\u212aelvin.example")  # the sign of the kelvin, small: k
    assert {to for to, _ in mail.sent} == {"k@kelvin.example"}


def test_mails_to_one_address_are_few_and_those_sent_still_work(site: Site, mail) -> None:
    site.services.invite(ADMIN, Invite(("viewer",), (), "Ann", "ann@example.org", True), site.address)
    first = mail.link()
    for _ in range(10):
        site.services.mail_own_link(HERE, "ann@example.org")
    assert len(mail.sent) == 4
    assert site.browser().get(first).status_code == 200


def test_a_mail_without_an_address_invites_nobody(site: Site) -> None:
    from holdfast.access.model.refusing import StandingError

    with pytest.raises(StandingError, match="HF634"):
        site.services.invite(ADMIN, Invite(("viewer",), (), "Ann", "", True), site.address)
    assert site.services.people(ADMIN) == []


def test_what_people_are_called_shows_as_text_everywhere(site: Site) -> None:
    name = "<script>alert(1)</script>{{7*7}}"
    browser = site.signed_in("admin", name=name)
    for path in ("/people", "/me"):
        page = browser.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page


def test_a_mail_that_cannot_be_sent_is_told_and_its_link_opens_nothing(site: Site, mail) -> None:
    mail.broken = True
    admin = site.signed_in("admin")
    answer = admin.post(
        "/people", {"role": "viewer", "name": "Ann", "mail": "ann@example.org", "by_mail": "yes"}
    )
    assert answer.status_code == 422
    assert "the mail could not be sent" in answer.text


def test_a_deactivated_person_is_out_with_the_next_request(site: Site) -> None:
    browser, admin = site.signed_in("viewer"), site.signed_in("admin", name="Root")
    actor = browser.client.get("/api/me").json()["actor"]
    admin.get(f"/people/{actor}")
    assert admin.post(f"/people/{actor}/deactivate").status_code == 303
    assert browser.get("/seen").status_code == 303


def test_a_stream_ends_with_its_readers_session(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    monkeypatch.setattr("holdfast.access.middleware.sending.CHECK_SECONDS", 0.01)

    async def stream():
        yield b"data: one\n\n"
        await asyncio.Event().wait()  # nothing happens in the room any more

    site.app.state.stream = stream
    browser, admin = site.signed_in("viewer"), site.signed_in("admin", name="Root")
    actor = browser.client.get("/api/me").json()["actor"]
    with browser.client.stream("GET", "/stream") as answer:
        parts = answer.iter_raw()
        assert b"one" in next(parts)
        site.services.deactivate(ADMIN, actor)
        for _ in parts:  # it ends by itself
            pass
    assert admin.get("/seen").status_code == 200


def test_an_idle_session_ends(site: Site) -> None:
    browser = site.signed_in("viewer")
    site.house.clock.advance(timedelta(days=7))
    answer = browser.get("/seen")
    assert answer.status_code == 303
    assert "Max-Age=0" in answer.headers["set-cookie"]


def test_an_empty_house_says_where_its_first_link_is(site: Site) -> None:
    assert "Nobody has come in yet" in site.browser().get("/sign-in").text
    site.signed_in("admin")
    assert "Nobody has come in yet" not in site.browser().get("/sign-in").text
