"""What the environment may say about access, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.access.model.principal import Role
from holdfast.access.model.rules import Rules, rules_from
from holdfast.kernel.errors import UsageError

PROVIDER = {"HOLDFAST_OIDC_ISSUER": "https://login.example", "HOLDFAST_OIDC_CLIENT_ID": "holdfast"}


def read(url: str | None = None, **environment: str) -> Rules:
    return rules_from(environment, url, timedelta(days=7), timedelta(days=30))


def test_nothing_said_is_this_machine_only_and_no_provider() -> None:
    rules = read()
    assert rules.oidc is None
    assert rules.proxies == ()
    assert [host for host in ("localhost", "127.0.0.1", "[::1]", "a.example") if rules.answers(host)] == [
        "localhost", "127.0.0.1", "[::1]",
    ]  # fmt: skip


def test_names_are_those_of_the_address_and_of_the_list() -> None:
    rules = read("https://Holdfast.example:8443/room", HOLDFAST_HOSTS="a.example, B.example")
    assert all(rules.answers(host) for host in ("holdfast.example", "a.example", "b.example"))
    assert not rules.answers("evil.example")
    assert rules.origin == "https://holdfast.example:8443"


def test_a_mapping_says_which_values_give_which_roles() -> None:
    rules = read(**PROVIDER, HOLDFAST_OIDC_ROLES="groups: oncall=responder+commander, leads=approver")
    assert rules.oidc is not None
    assert rules.oidc.claim == "groups"
    assert rules.oidc.roles == {
        "oncall": {Role.RESPONDER, Role.COMMANDER},
        "leads": {Role.APPROVER},
    }
    assert rules.oidc.ruled == {Role.RESPONDER, Role.COMMANDER, Role.APPROVER}


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"HOLDFAST_TRUSTED_PROXIES": "everybody"}, "HOLDFAST_TRUSTED_PROXIES"),
        ({**PROVIDER, "HOLDFAST_OIDC_ISSUER": "http://login.example"}, "https"),
        ({"HOLDFAST_OIDC_ISSUER": "https://login.example"}, "CLIENT_ID is not set"),
        ({**PROVIDER, "HOLDFAST_OIDC_ROLES": "oncall=responder"}, "groups: oncall"),
        ({**PROVIDER, "HOLDFAST_OIDC_ROLES": "groups: oncall=responer"}, "did you mean `responder`"),
        ({**PROVIDER, "HOLDFAST_OIDC_STRANGERS": "welcome"}, "viewer or refused"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_write(environment: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError, match="HF630") as refused:
        read(**environment)
    assert says in str(refused.value)


def test_a_secret_shows_itself_to_nobody() -> None:
    rules = read(**PROVIDER, HOLDFAST_OIDC_CLIENT_SECRET="open sesame")
    assert "sesame" not in repr(rules)
