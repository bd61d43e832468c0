"""Behind a proxy that brings TLS, and what a browser is told then."""

from __future__ import annotations

import re
from ipaddress import ip_network

import pytest
from access_house import ADMIN, Site

from holdfast.access.commands import Invite
from holdfast.access.model.addresses import address_class, seen
from holdfast.access.model.rules import Rules

OUTSIDE = {"Host": "holdfast.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"}
OURS = {"Origin": "https://holdfast.example", "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


@pytest.fixture
def rules() -> Rules:
    return Rules("https://holdfast.example", proxies=(ip_network("127.0.0.1"),))


def test_the_cookie_goes_over_tls_to_our_host_only(site: Site) -> None:
    link = site.services.invite(ADMIN, Invite(("viewer",)), "")
    answer = site.browser().client.post(link.path, data={"name": "Ann"}, headers={**OUTSIDE, **OURS})
    assert answer.status_code == 303
    said = answer.headers["set-cookie"]
    assert re.match(r"__Host-holdfast=[A-Za-z0-9_-]{43}; Path=/; Max-Age=\d+; HttpOnly; ", said)
    assert said.endswith("; SameSite=Lax; Secure")
    assert "Domain" not in said
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_a_cookie_without_the_prefix_is_not_taken_over_tls(site: Site) -> None:
    browser = site.signed_in("viewer")
    answer = browser.client.get("/seen", headers={**OUTSIDE, "Cookie": f"holdfast={browser.cookie}"})
    assert answer.status_code == 401
    answer = browser.client.get("/seen", headers={**OUTSIDE, "Cookie": f"__Host-holdfast={browser.cookie}"})
    assert answer.status_code == 200


def test_nothing_is_said_of_tls_where_there_is_none(site: Site) -> None:
    assert "strict-transport-security" not in site.browser().get("/sign-in").headers


def test_nobody_signs_in_over_a_network_without_tls(site: Site) -> None:
    link = site.services.invite(ADMIN, Invite(("viewer",)), "")
    plain = {**OUTSIDE, "X-Forwarded-Proto": "http", "Accept": "text/html"}
    answer = site.browser().client.get(link.path, headers=plain)
    assert answer.status_code == 403
    assert "HF628" in answer.text
    assert site.browser().client.get(link.path, headers={**OUTSIDE, **OURS}).status_code == 200


def test_a_link_names_our_address_and_not_the_proxys(site: Site) -> None:
    browser = site.signed_in("viewer")
    assert 'value="https://holdfast.example/join/' in browser.post("/me/link").text


def test_attempts_are_counted_by_who_is_behind_the_proxy(site: Site) -> None:
    client = site.browser().client
    for _ in range(31):
        client.get("/join/" + "x" * 43, headers=OUTSIDE)
    assert client.get("/join/" + "x" * 43, headers=OUTSIDE).status_code == 429
    other = {**OUTSIDE, "X-Forwarded-For": "198.51.100.7, 198.51.100.8"}
    assert client.get("/join/" + "x" * 43, headers=other).status_code == 404


@pytest.mark.parametrize(
    ("peer", "said", "address"),
    [
        ("192.0.2.1", ["198.51.100.7"], "192.0.2.1"),
        ("10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["192.0.2.66, 198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["192.0.2.66", "198.51.100.7, 10.0.0.2"], "198.51.100.7"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", ["198.51.100.7, nonsense"], "10.0.0.1"),
        ("10.0.0.1", [], "10.0.0.1"),
    ],
)
def test_the_client_is_the_last_one_that_is_no_proxy_of_ours(
    peer: str, said: list[str], address: str
) -> None:
    found = seen(peer, "http", "a.example", said, [], [ip_network("10.0.0.0/8")])
    assert found.address == address


def test_one_network_of_ipv6_is_one_client() -> None:
    assert address_class("2001:db8::1") == address_class("2001:db8::ffff") != address_class("2001:db8:0:1::1")
