"""Signing in at an identity provider, a real one on loopback; and everything that must not let anybody in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from access_app import small_app
from access_house import ADMIN, Browser, House, Site, served
from oidc_provider import CLIENT, SECRET, Provider, provided

from holdfast.access.commands import Invite
from holdfast.access.model.principal import Role
from holdfast.access.model.rules import OidcRules, Rules
from holdfast.kernel.secrets import Revealed


@pytest.fixture
def provider(house: House) -> Iterator[Provider]:
    with provided(house.clock) as made:
        yield made


@pytest.fixture
def rules(provider: Provider) -> Rules:
    oncall = {"oncall": frozenset({Role.RESPONDER}), "leads": frozenset({Role.APPROVER, Role.COMMANDER})}
    secret = Revealed("HOLDFAST_OIDC_CLIENT_SECRET", SECRET)
    return Rules(oidc=OidcRules(provider.address, CLIENT, secret, claim="groups", roles=oncall))


def gone_to_the_provider(browser: Browser, path: str = "/sign-in/provider?next=/seen") -> str:
    """Go to the provider and sign in there; return the address with which it sends back."""
    answer = browser.get(path)
    assert answer.status_code == 303
    there = httpx.get(answer.headers["location"])
    assert there.status_code == 302
    return str(there.headers["location"])


def came_back(browser: Browser, address: str) -> httpx.Response:
    return browser.get(address.removeprefix(browser.address))


def me(browser: Browser) -> dict:
    return browser.client.get("/api/me").json()


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_who_the_provider_vouches_for_comes_in_as_viewer_where_they_wanted(
    site: Site, provider: Provider, algorithm: str
) -> None:
    provider.lies.algorithm = algorithm
    browser = site.browser()
    assert "Sign in with your organisation" in browser.get("/sign-in").text
    answer = came_back(browser, gone_to_the_provider(browser))
    assert (answer.status_code, answer.headers["location"]) == (303, "/seen")
    assert me(browser)["roles"] == ["viewer"]
    assert "Ann" in browser.get("/me").text


def test_the_same_subject_is_the_same_person_and_another_one_is_not(site: Site, provider: Provider) -> None:
    one, again, other = (site.browser() for _ in range(3))
    came_back(one, gone_to_the_provider(one))
    came_back(again, gone_to_the_provider(again))
    provider.person = {"sub": "bob-1", "name": "Bob", "email": "ann@example.org", "email_verified": True}
    came_back(other, gone_to_the_provider(other))
    assert me(one)["actor"] == me(again)["actor"] != me(other)["actor"]


def test_a_subject_stands_in_no_fact(site: Site) -> None:
    browser = site.browser()
    came_back(browser, gone_to_the_provider(browser))
    facts = str([each.event.data() for each in site.services.ledger.since(0, limit=100)])
    assert "oidc" in facts
    assert "ann" not in facts.lower()


def test_roles_follow_the_claim_and_others_stay_as_admins_left_them(site: Site, provider: Provider) -> None:
    provider.person["groups"] = ["oncall", "cooks"]
    browser = site.browser()
    came_back(browser, gone_to_the_provider(browser))
    assert me(browser)["roles"] == ["responder"]
    from holdfast.access.commands import ChangeRoles

    site.services.give(ADMIN, ChangeRoles(me(browser)["actor"], ("auditor",)))
    provider.person["groups"] = "leads"
    came_back(browser, gone_to_the_provider(browser))
    assert me(browser)["roles"] == ["approver", "auditor", "commander"]


# what must not let anybody in


@pytest.mark.parametrize(
    ("lie", "says"),
    [
        ({"claims": {"nonce": "another"}}, "nonce"),
        ({"without": ("nonce",)}, "nonce"),
        ({"claims": {"aud": "another-client"}}, "aud"),
        ({"claims": {"aud": [CLIENT, "another"], "azp": "another"}}, "azp"),
        ({"claims": {"iss": "https://another.example"}}, "iss"),
        ({"without": ("exp",)}, "exp"),
        ({"without": ("sub",)}, "sub"),
        ({"claims": {"sub": ""}}, "subject"),
        ({"claims": {"sub": 4711}}, "sub"),
        ({"claims": {"exp": 1}}, "Expired"),
        ({"algorithm": "none"}, ""),
        ({"algorithm": "HS256"}, ""),
        ({"foreign_key": True}, "BadSignature"),
        ({"body": b'{"access_token": "a"}'}, "no identity"),
        ({"body": b"<html>"}, "no JSON"),
        ({"body": b"[]"}, "no object"),
        ({"body": b'{"id_token": "a.b.c"}'}, ""),
        ({"body": b" " * 2_000_000}, "too large"),
    ],
    ids=lambda each: str(each)[:50] if isinstance(each, dict) else "",
)
def test_a_word_that_does_not_hold_lets_nobody_in(
    site: Site, provider: Provider, lie: dict, says: str
) -> None:
    provider.lies = replace(provider.lies, **lie)
    browser = site.browser()
    answer = came_back(browser, gone_to_the_provider(browser))
    assert answer.status_code == 403
    assert "HF629" in answer.text
    assert says in answer.text
    assert me(browser)["status"] == 401


def test_clocks_may_differ_by_a_minute_and_no_more(site: Site, provider: Provider) -> None:
    now = int(site.house.clock.now().timestamp())
    for claims, status in (
        ({"exp": now - 59}, 303),
        ({"exp": now - 61}, 403),
        ({"iat": now + 59}, 303),
        ({"iat": now + 61}, 403),
    ):
        provider.lies.claims = claims
        browser = site.browser()
        assert came_back(browser, gone_to_the_provider(browser)).status_code == status, claims


def test_an_address_of_the_way_back_works_once(site: Site) -> None:
    browser = site.browser()
    back = gone_to_the_provider(browser)
    kept = dict(browser.client.cookies)
    assert came_back(browser, back).status_code == 303
    thief = site.browser()
    for name, value in kept.items():  # even with all that the browser had kept
        thief.client.cookies.set(name, value, domain="127.0.0.1")
    answer = came_back(thief, back)
    assert answer.status_code == 403
    assert "it came before" in answer.text


def test_a_code_that_the_provider_has_redeemed_lets_nobody_in(site: Site, provider: Provider) -> None:
    browser = site.browser()
    back = gone_to_the_provider(browser)
    provider.codes.clear()
    answer = came_back(browser, back)
    assert answer.status_code == 403
    assert "invalid_grant" in answer.text


@pytest.mark.parametrize("state", ["", "another", None])
def test_a_state_that_this_browser_did_not_begin_lets_nobody_in(site: Site, state: str | None) -> None:
    browser = site.browser()
    back = gone_to_the_provider(browser)
    wrong = re.sub(r"&?state=[^&]*", "" if state is None else f"&state={state}", back)
    answer = came_back(browser, wrong)
    assert answer.status_code == 403
    assert "not begun in this browser" in answer.text


def test_a_code_is_of_no_use_in_another_browser(site: Site) -> None:
    attacker, victim = site.browser(), site.browser()
    back = gone_to_the_provider(attacker)
    gone_to_the_provider(victim)
    assert came_back(victim, back).status_code == 403
    assert me(victim)["status"] == 401


def test_what_the_browser_keeps_cannot_be_changed(site: Site) -> None:
    browser = site.browser()
    back = gone_to_the_provider(browser)
    name, value = next((each.name, each.value) for each in browser.client.cookies.jar if "oidc" in each.name)
    changed = ("A" if value[0] != "A" else "B") + value[1:]
    browser.client.cookies.jar.clear()
    browser.client.cookies.set(name, changed, domain="127.0.0.1", path="/")
    assert came_back(browser, back).status_code == 403


def test_who_comes_back_too_late_begins_again(site: Site) -> None:
    browser = site.browser()
    back = gone_to_the_provider(browser)
    site.house.clock.advance(timedelta(minutes=10))
    answer = came_back(browser, back)
    assert answer.status_code == 403
    assert "too long ago" in answer.text


def test_who_says_no_at_the_provider_is_told_so(site: Site) -> None:
    browser = site.browser()
    back = re.sub(r"code=[^&]*", "error=access_denied", gone_to_the_provider(browser))
    answer = came_back(browser, back)
    assert answer.status_code == 403
    assert "access_denied" in answer.text


def test_another_issuers_answer_is_not_taken(site: Site) -> None:
    browser = site.browser()
    back = gone_to_the_provider(browser) + "&iss=https://another.example"
    assert came_back(browser, back).status_code == 403


def test_a_provider_that_describes_itself_as_another_is_not_asked(site: Site, provider: Provider) -> None:
    provider.lies.issuer = "https://another.example"
    answer = site.browser().get("/sign-in/provider")
    assert answer.status_code == 403
    assert "another issuer" in answer.text


def test_nobody_is_led_elsewhere_after_signing_in(site: Site) -> None:
    browser = site.browser()
    back = gone_to_the_provider(browser, "/sign-in/provider?next=//evil.example")
    assert came_back(browser, back).headers["location"] == "/"


def test_keys_that_were_changed_are_fetched_again(site: Site, provider: Provider) -> None:
    provider.lies.hide_key = True
    site.services.provider.keys()  # as they were before the change
    site.house.clock.advance(timedelta(minutes=2))
    browser = site.browser()
    assert came_back(browser, gone_to_the_provider(browser)).status_code == 303


def test_keys_are_not_fetched_again_and_again_for_lies(site: Site, provider: Provider) -> None:
    browser = site.browser()
    came_back(browser, gone_to_the_provider(browser))
    provider.rsa = type(provider.rsa).generate_key(2048, {"kid": "new"}, private=True)
    for _ in range(5):
        came_back(browser, gone_to_the_provider(browser))
    assert provider.asked.count("/keys") == 1
    assert provider.asked.count("/.well-known/openid-configuration") == 1


def test_a_deactivated_person_does_not_come_in_by_the_provider(site: Site) -> None:
    browser = site.browser()
    came_back(browser, gone_to_the_provider(browser))
    site.services.deactivate(ADMIN, me(browser)["actor"])
    answer = came_back(browser, gone_to_the_provider(browser))
    assert answer.status_code == 403
    assert "not known here" in answer.text


def test_who_was_forgotten_is_somebody_new(site: Site) -> None:
    browser = site.browser()
    came_back(browser, gone_to_the_provider(browser))
    before = me(browser)["actor"]
    site.services.forget(ADMIN, before)
    came_back(browser, gone_to_the_provider(browser))
    assert me(browser)["actor"] != before


def test_strangers_are_refused_where_that_is_said(house: House, provider: Provider, rules: Rules) -> None:
    assert rules.oidc is not None
    closed = Rules(oidc=replace(rules.oidc, strangers=False))
    services = house.services(closed)
    with served(small_app(services)) as address:
        site = Site(address, services, None, house, [])
        stranger = site.browser()
        answer = came_back(stranger, gone_to_the_provider(stranger))
        assert "not known here" in answer.text
        link = services.invite(ADMIN, Invite(("responder",)), "")
        invited = site.browser()
        invited.get(link.path)
        invited.post(link.path, {"name": "Ann"})
        back = gone_to_the_provider(invited, "/me/connect")
        assert came_back(invited, back).headers["location"] == "/me"
        again = site.browser()
        assert came_back(again, gone_to_the_provider(again)).status_code == 303
        assert me(again)["actor"] == link.actor
        for browser in site.browsers:
            browser.close()


def test_an_identity_is_connected_with_one_account_only(site: Site) -> None:
    first = site.browser()
    came_back(first, gone_to_the_provider(first))
    other = site.signed_in("viewer", name="Bob")
    answer = came_back(other, gone_to_the_provider(other, "/me/connect"))
    assert answer.status_code == 403
    assert "another account" in answer.text


def test_connecting_is_for_who_is_still_signed_in(site: Site) -> None:
    browser = site.signed_in("viewer")
    back = gone_to_the_provider(browser, "/me/connect")
    kept = [(each.name, each.value) for each in browser.client.cookies.jar if "oidc" in each.name]
    browser.get("/me")
    browser.post("/sign-out")
    for name, value in kept:
        browser.client.cookies.set(name, value or "", domain="127.0.0.1", path="/")
    answer = came_back(browser, back)
    assert answer.status_code == 403
    assert "signed out" in answer.text


def test_a_provider_that_is_down_says_so_and_signs_nobody_out(house: House, provider: Provider) -> None:
    gone = OidcRules("http://127.0.0.1:9", CLIENT)
    services = house.services(Rules(oidc=gone))
    with served(small_app(services)) as address:
        site = Site(address, services, None, house, [])
        inside = site.signed_in("viewer")
        answer = site.browser().get("/sign-in/provider")
        assert answer.status_code == 503
        assert "HF633" in answer.text
        assert answer.headers["retry-after"]
        assert inside.get("/seen").status_code == 200
        for browser in site.browsers:
            browser.close()


def test_the_first_link_still_makes_the_owner_when_a_viewer_came_by_the_provider(site: Site) -> None:
    browser = site.browser()
    came_back(browser, gone_to_the_provider(browser))
    assert site.services.first_link() is not None
