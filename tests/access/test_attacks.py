"""What is tried against the doors, and what it comes to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from access_house import ADMIN, Site, issued

from holdfast.access.commands import Invite
from holdfast.access.events import AccessDenied
from holdfast.access.model.tokens import token_text


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def denials(site: Site) -> dict[tuple[str, str], int]:
    site.house.clock.advance(timedelta(minutes=10))
    site.services.tend()
    facts = site.services.ledger.since(0, limit=1000, types=["AccessDenied"])
    return {(each.event.who, each.event.wanted): each.event.count for each in facts
            if isinstance(each.event, AccessDenied)}  # fmt: skip


# forms from elsewhere


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://localhost:1", "Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
    ],
    ids=["another site", "a sandboxed frame", "another port", "an old browser"],
)
def test_a_form_of_another_site_changes_nothing_even_with_the_right_field(site: Site, headers) -> None:
    browser = site.signed_in("responder")
    answer = browser.client.post("/changed", data={"csrf": browser.csrf, "text": "x"}, headers=headers)
    assert answer.status_code == 403
    assert "HF624" in answer.text
    assert site.app.state.changed == []


@pytest.mark.parametrize("csrf", ["", "x", "0" * 64])
def test_a_form_without_the_sessions_field_changes_nothing(site: Site, csrf: str) -> None:
    browser = site.signed_in("responder")
    assert browser.post("/changed", {"csrf": csrf, "text": "x"}).status_code == 403
    assert site.app.state.changed == []


def test_the_field_of_another_session_is_not_ours(site: Site) -> None:
    ann, bob = site.signed_in("responder"), site.signed_in("responder", name="Bob")
    assert ann.post("/changed", {"csrf": bob.csrf}).status_code == 403
    assert ann.post("/changed", {"csrf": ann.csrf, "text": "x"}).status_code == 200


def test_a_form_is_read_whole_by_whom_it_is_for(site: Site) -> None:
    browser = site.signed_in("responder")
    text = "x" * 300_000
    assert browser.post("/changed", {"text": text}).status_code == 200
    assert site.app.state.changed[-1][1] == text


def test_a_form_with_a_file_has_the_field_before_it(site: Site) -> None:
    browser = site.signed_in("responder")
    file = {"file": ("a.bin", b"\0" * 2_000_000)}
    assert browser.post("/uploaded", files=file).status_code == 200
    assert site.app.state.changed[-1][1] == 2_000_000
    assert browser.post("/uploaded", {"csrf": "wrong"}, files=file).status_code == 403


def test_a_file_cannot_play_the_field(site: Site) -> None:
    browser = site.signed_in("responder")
    part = f'\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{browser.csrf}\r\n'
    file = {"file": ("csrf", part.encode())}
    assert browser.client.post("/uploaded", files=file).status_code == 403


def test_a_script_of_our_own_page_sends_the_field_as_a_header(site: Site) -> None:
    browser = site.signed_in("admin")
    body = {"roles": ["viewer"], "name": "Bob"}
    assert browser.client.post("/api/people", json=body).status_code == 403
    answer = browser.client.post("/api/people", json=body, headers={"X-CSRF-Token": browser.csrf})
    assert answer.status_code == 201


def test_signing_somebody_in_from_another_site_is_refused(site: Site) -> None:
    link = site.services.invite(ADMIN, Invite(("viewer",)), "")
    answer = site.browser().client.post(
        link.path, data={"name": "Eve"}, headers={"Origin": "https://evil.example", "Accept": "text/html"}
    )
    assert answer.status_code == 403
    assert site.browser().get(link.path).status_code == 200


# tokens


def test_a_token_of_a_reporting_machine_reports_and_nothing_else(site: Site) -> None:
    token, client = issued(site.services, "report").text, site.browser().client
    assert client.post("/api/reported", headers=bearer(token)).status_code == 200
    for method, path in (
        ("GET", "/seen"),
        ("POST", "/changed"),
        ("GET", "/api/people"),
        ("POST", "/api/tokens"),
    ):
        answer = client.request(method, path, headers=bearer(token))
        assert answer.status_code == 403, path


def test_no_token_administers(site: Site) -> None:
    admin = site.signed_in("admin")
    answer = admin.post("/tokens", {"name": "x", "scope": "administer", "days": "30"})
    assert answer.status_code == 422
    assert "no machine administers" in answer.text


@pytest.mark.parametrize(
    "text",
    ["x", "hf_", "hf_" + "0" * 49, token_text(bytes(32)), "hf_" + "é" * 49, token_text(bytes(32)) + " x"],
)
def test_what_is_no_token_of_ours_opens_nothing(site: Site, text: str) -> None:
    headers = {b"Authorization": b"Bearer " + text.encode()}
    assert site.browser().client.get("/seen", headers=headers).status_code == 401


def test_a_wrong_token_is_not_made_good_by_a_session(site: Site) -> None:
    browser = site.signed_in("viewer")
    assert browser.client.get("/seen", headers=bearer(token_text(bytes(32)))).status_code == 401


@pytest.mark.parametrize("way", ["revoked", "ended"])
def test_a_token_that_works_no_more_opens_nothing(site: Site, way: str) -> None:
    token = issued(site.services, "view")
    if way == "revoked":
        site.services.revoke(ADMIN, token.actor)
    else:
        site.house.clock.advance(timedelta(days=90))
    answer = site.browser().client.get("/seen", headers=bearer(token.text))
    assert answer.status_code == 401
    assert way in answer.text


# brute force


def test_brute_force_is_slowed_counted_and_fills_no_chain(site: Site) -> None:
    client, before = site.browser().client, site.services.ledger.head().seq
    answers = [client.get("/seen", headers=bearer(token_text(bytes(31) + bytes([n])))) for n in range(60)]
    assert [each.status_code for each in answers] == [401] * 30 + [429] * 30
    assert 0 < int(answers[-1].headers["retry-after"]) <= 600
    assert denials(site) == {("anonymous", "token"): 60}
    assert site.services.ledger.head().seq == before + 1


def test_what_is_true_works_from_an_address_that_was_wrong_too_often(site: Site) -> None:
    token, client = issued(site.services, "view"), site.browser().client
    browser = site.signed_in("viewer")
    link = site.services.invite(ADMIN, Invite(("viewer",)), "")
    for _ in range(40):
        client.get("/join/" + "x" * 43)
    assert client.get("/join/" + "x" * 43).status_code == 429
    assert client.get("/seen", headers=bearer(token.text)).status_code == 200
    assert browser.get("/seen").status_code == 200
    assert site.browser().get(link.path).status_code == 200


def test_wrong_attempts_are_forgiven_after_a_while(site: Site) -> None:
    client = site.browser().client
    for _ in range(31):
        client.get("/join/" + "x" * 43)
    site.house.clock.advance(timedelta(minutes=10))
    assert client.get("/join/" + "x" * 43).status_code == 404


def test_every_denied_attempt_is_counted_by_who_and_what(site: Site) -> None:
    viewer = site.signed_in("viewer")
    actor = viewer.client.get("/api/me").json()["actor"]
    viewer.get("/people")
    viewer.get("/people")
    viewer.post("/changed")
    viewer.post("/changed", {"csrf": "x"})
    site.browser().get("/seen")
    site.browser().get("/join/" + "x" * 43)
    site.browser().client.get("/seen", headers={"Host": "evil.example"})
    assert denials(site) == {
        (actor, "administer"): 2,
        (actor, "declare"): 1,
        (actor, "form"): 1,
        ("anonymous", "view"): 1,
        ("anonymous", "link"): 1,
        ("anonymous", "host"): 1,
    }


# asking around


def test_who_may_not_learns_nothing_of_which_ids_there_are(site: Site) -> None:
    viewer = site.signed_in("viewer")
    actor = viewer.client.get("/api/me").json()["actor"]
    there, nowhere = viewer.get(f"/people/{actor}"), viewer.get("/people/p-00000000")
    assert there.status_code == nowhere.status_code == 403
    assert there.text == nowhere.text.replace("p-00000000", actor)


def test_an_id_that_is_not_there_takes_the_same_way_as_one_that_is_not_yours(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Near the same time: the same statements, whatever the id; seconds are never asserted."""
    ann, bob = site.signed_in("viewer"), site.signed_in("viewer", name="Bob")
    from sqlalchemy import event

    statements: list[str] = []
    event.listen(
        site.services.store.engine, "before_cursor_execute", lambda *said: statements.append(said[2])
    )
    theirs = site.services.doorkeeper.by_cookie(bob.cookie).session[:16]
    ways = []
    for ref in (theirs, "0" * 16):
        statements.clear()
        assert ann.post(f"/me/sessions/{ref}/end").status_code == 404
        ways.append(list(statements))
    assert ways[0] == ways[1]
    assert bob.get("/seen").status_code == 200


def test_a_link_that_was_used_takes_the_same_way_as_one_that_never_was(site: Site) -> None:
    link = site.services.invite(ADMIN, Invite(("viewer",)), "")
    browser = site.browser()
    browser.post(link.path, {"name": "Ann"})
    from sqlalchemy import event

    statements: list[str] = []
    event.listen(
        site.services.store.engine, "before_cursor_execute", lambda *said: statements.append(said[2])
    )
    ways = []
    for path in (link.path, "/join/" + "x" * 43):
        statements.clear()
        assert site.browser().get(path).status_code == 404
        ways.append([each for each in statements if "sign_in_links" in each])
    assert ways[0] == ways[1]


@pytest.mark.parametrize("ref", ["%00", "%25", "0%27", "..%2f", "%F0%9F%98%80"])
def test_an_id_that_no_id_can_be_is_not_there(site: Site, ref: str) -> None:
    browser = site.signed_in("admin")
    assert browser.post(f"/me/sessions/{ref}/end").status_code in (404, 405)
    assert browser.post(f"/people/{ref}/deactivate").status_code in (404, 405)
    assert browser.get("/seen").status_code == 200


def test_a_token_without_a_time_zone_in_its_end_is_refused(site: Site) -> None:
    browser = site.signed_in("admin")
    body = {"name": "x", "scopes": ["report"], "until": "2026-12-24T00:00:00"}
    answer = browser.client.post("/api/tokens", json=body, headers={"X-CSRF-Token": browser.csrf})
    assert answer.status_code == 422


# hosts, proxies, locks


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:80", "", "[::1"])
def test_a_request_for_another_host_is_not_ours(site: Site, host: str) -> None:
    answer = site.browser().client.get("/seen", headers={"Host": host})
    assert answer.status_code == 421
    assert "HF620" in answer.text


def test_nobody_says_that_they_come_from_elsewhere_without_a_proxy(site: Site) -> None:
    client = site.browser().client
    for number in range(31):
        client.get("/join/" + "x" * 43, headers={"X-Forwarded-For": f"192.0.2.{number}"})
    answer = client.get("/join/" + "x" * 43, headers={"X-Forwarded-For": "192.0.2.99"})
    assert answer.status_code == 429


def test_a_locked_store_lets_nobody_in_and_says_when_to_come_back(site: Site) -> None:
    import sqlite3

    browser = site.signed_in("viewer")
    site.services.store.close()
    holder = sqlite3.connect(site.services.store.place, isolation_level=None)
    try:
        holder.execute("PRAGMA locking_mode=EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        answer = browser.client.get("/seen")
        holder.execute("ROLLBACK")
    finally:
        holder.close()
    assert answer.status_code == 503
    assert "HF404" in answer.text
    assert int(answer.headers["retry-after"]) > 0
    assert browser.get("/seen").status_code == 200
