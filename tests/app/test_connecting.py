"""Routes of plans become channels, with their secrets looked up."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from holdfast.app.connecting import PlanChannels, mail_server
from holdfast.integrations.alerts import JSM, OPSGENIE
from holdfast.integrations.smtp import MailServer
from holdfast.kernel.clock import SystemClock
from holdfast.kernel.errors import UsageError
from holdfast.plan.views.reading import read_plan
from holdfast.respond.ports.channels import DeliveryRefused

ENVIRONMENT = {
    "KEY": "s3cret",
    "SITE": "https://corp.atlassian.example",
    "MAIL": "ann@corp.example",
    "P": "a@b/c",
}
ROUTES = {
    "pagerduty": "{pagerduty: $KEY}",
    "pagerduty-eu": "{pagerduty: $KEY, address: 'https://events.eu.pagerduty.example'}",
    "slack": "{slack: $KEY}",
    "slack-bot": "{slack_bot: $KEY, naming: 'ai-{id}', private: true, invite: [U1, U2], bridge: 'https://meet.example/1'}",
    "teams": "{teams: $KEY}",
    "jsm": "{jsm: $KEY}",
    "opsgenie": "{opsgenie: $KEY}",
    "jira": "{jira: $KEY, site: $SITE, project: AI, user: $MAIL}",
    "statuspage": "{statuspage: $KEY, page: p4ge}",
    "no-page": "{statuspage: $KEY}",
    "confluence": "{confluence: $KEY, site: 'https://corp.atlassian.example', space: OPS}",
    "notion": "{notion: $KEY, page: abc}",
    "webhook": "{webhook: 'https://hook.example/x', sign_with: $KEY}",
    "with-password": "{webhook: 'https://ann:$P@hook.example/x'}",
    "mail": "{smtp: privacy@corp.example}",
    "unset": "{slack: $NOT_THERE}",
}


@pytest.fixture(scope="module")
def channels(tmp_path_factory: pytest.TempPathFactory) -> PlanChannels:
    path: Path = tmp_path_factory.mktemp("plan") / "holdfast.yaml"
    routes = "".join(f"  {name}: {route}\n" for name, route in ROUTES.items())
    path.write_text(f"holdfast: 1\nsystem: {{id: shop, name: Shop, purpose: sells}}\nroutes:\n{routes}")
    loaded = read_plan(path)
    systems: Any = SimpleNamespace(find=lambda system: loaded if system == "shop" else None)
    sender: Any = SimpleNamespace()
    server = MailServer("mail.corp.example", 587, "holdfast@corp.example")
    return PlanChannels(systems, ENVIRONMENT, sender, SystemClock(), server)


@pytest.mark.parametrize("route", [name for name in ROUTES if name not in ("unset", "no-page")])
def test_every_kind_of_route_has_its_channel_which_does_not_show_its_secret(
    channels: PlanChannels, route: str
) -> None:
    assert "s3cret" not in repr(channels.channel("shop", route))


def test_what_a_plan_leaves_out_is_what_its_reference_says(channels: PlanChannels) -> None:
    def made(route: str) -> Any:
        return channels.channel("shop", route)

    assert (made("jsm").address, made("opsgenie").address) == (JSM, OPSGENIE)
    assert made("pagerduty").address == "https://events.pagerduty.com"
    assert made("pagerduty-eu").address == "https://events.eu.pagerduty.example"
    assert (made("jira").issue_type, made("confluence").user) == ("Task", "")
    assert not made("statuspage").notify_subscribers
    assert (made("slack-bot").naming, made("slack-bot").private) == ("ai-{id}", True)


def test_names_are_looked_up_wherever_an_address_may_hold_one(channels: PlanChannels) -> None:
    jira: Any = channels.channel("shop", "jira")
    assert (jira.site, jira.user) == ("https://corp.atlassian.example", "ann@corp.example")
    hook: Any = channels.channel("shop", "with-password")
    assert hook.address.value == "https://ann:a%40b%2Fc@hook.example/x"


@pytest.mark.parametrize(
    ("system", "route", "why"),
    [
        ("shop", "unset", "`\\$NOT_THERE` is not set|`NOT_THERE`|NOT_THERE"),
        ("shop", "no-page", "does not say its `page`"),
        ("shop", "nowhere", "has no route `nowhere`"),
        ("other", "slack", "no plan of the system `other`"),
    ],
)
def test_a_route_that_cannot_be_used_is_refused_with_what_is_missing(
    channels: PlanChannels, system: str, route: str, why: str
) -> None:
    with pytest.raises(DeliveryRefused, match=why):
        channels.channel(system, route)


def test_mail_without_a_server_is_refused(channels: PlanChannels) -> None:
    bare = PlanChannels(channels.systems, ENVIRONMENT, channels.sender, channels.clock, None)
    with pytest.raises(DeliveryRefused, match="set HOLDFAST_SMTP"):
        bare.channel("shop", "mail")


@pytest.mark.parametrize(
    ("told", "host", "port", "security", "user"),
    [
        ("smtp://mail.corp.example", "mail.corp.example", 587, "starttls", ""),
        ("smtp://ann%40corp@mail.corp.example:2525", "mail.corp.example", 2525, "starttls", "ann@corp"),
        ("smtps://mail.corp.example", "mail.corp.example", 465, "tls", ""),
        ("smtp+plain://localhost", "localhost", 25, "none", ""),
    ],
)
def test_a_mail_server_is_set_up_by_its_address(
    told: str, host: str, port: int, security: str, user: str
) -> None:
    server = mail_server({"HOLDFAST_SMTP": told, "HOLDFAST_SMTP_PASSWORD": "hunter2"})
    assert server is not None
    assert (server.host, server.port, server.security, server.user) == (host, port, security, user)
    assert server.sender == f"holdfast@{host}"
    assert "hunter2" not in repr(server)


@pytest.mark.parametrize(
    "told",
    ["mail.corp.example", "http://x", "smtp://", "smtp://ann:hunter2@x", "smtp://x:port", "smtp://x/y"],
)
def test_what_is_no_address_of_a_mail_server_is_refused_and_not_repeated(told: str) -> None:
    with pytest.raises(UsageError, match="HOLDFAST_SMTP is no address") as caught:
        mail_server({"HOLDFAST_SMTP": told})
    assert "hunter2" not in str(caught.value)


def test_without_the_setting_there_is_no_mail_server() -> None:
    assert mail_server({}) is None
