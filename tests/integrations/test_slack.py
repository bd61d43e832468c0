"""Slack: what differs from the other systems."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.integrations.receivers.base import Reply
from tests.integrations.receivers.cases import SENDER, message
from tests.integrations.receivers.slack import SlackApi

from holdfast.integrations.slack import SlackBot, body_of, channel_name
from holdfast.kernel.secrets import Revealed
from holdfast.respond.ports.channels import DeliveryDelayed, DeliveryRefused


@pytest.fixture
def receiver() -> Iterator[SlackApi]:
    receiver = SlackApi()
    yield receiver
    receiver.close()
    assert receiver.broken == []


def bot(receiver: SlackApi, **options: Any) -> SlackBot:
    return SlackBot(SENDER, Revealed("$TOKEN", receiver.secret), address=f"{receiver.url}/api", **options)


def test_an_incident_gets_its_own_channel_with_a_pinned_card_and_the_bridge(receiver: SlackApi) -> None:
    receipt = bot(receiver, invite=("U1", "U2")).send(message(), "key-1")
    assert list(receiver.channels) == ["inc-2026-0001-support-assistant"]
    channel = receiver.channels["inc-2026-0001-support-assistant"]
    [posted] = receiver.messages[channel]
    assert receiver.pins == [(channel, posted["ts"])]
    assert "https://meet.corp.example/inc-1" in receiver.topics[channel]
    assert receiver.invited == ["U1,U2"]
    assert receipt.address.startswith("https://corp.slack.example/archives/")


def test_a_channel_that_was_made_before_a_crash_is_found_again(receiver: SlackApi) -> None:
    receiver.channels |= {"general": "C1", "inc-2026-0001-support-assistant": "C2"}
    assert bot(receiver, invite=("U1",)).send(message(), "key-1").id.startswith("C2/")
    again = bot(receiver, invite=("U1",)).send(message(), "key-1")
    assert again.repeated
    assert len(receiver.messages["C2"]) == len(receiver.pins) == 1


def test_a_channel_of_that_name_that_the_bot_cannot_see_is_a_refusal(receiver: SlackApi) -> None:
    receiver.faults.append(Reply(200, {"ok": False, "error": "name_taken"}))
    with pytest.raises(DeliveryRefused, match="that the bot cannot see"):
        bot(receiver).send(message(), "key-1")


def test_updates_go_to_the_channel_that_is_there_and_are_not_pinned(receiver: SlackApi) -> None:
    first = bot(receiver).send(message(), "key-1")
    bot(receiver).send(message(act="updated", known_as=first.id), "key-2")
    [channel] = receiver.messages
    assert len(receiver.messages[channel]) == 2
    assert len(receiver.pins) == 1


def test_one_channel_for_all_is_neither_made_nor_pinned_in(receiver: SlackApi) -> None:
    receiver.channels["ai-incidents"] = "C7"
    bot(receiver, channel="C7").send(message(), "key-1")
    assert len(receiver.messages["C7"]) == 1
    assert (len(receiver.channels), receiver.pins) == (1, [])


@pytest.mark.parametrize("error", ["ratelimited", "internal_error", "service_unavailable"])
def test_errors_that_pass_are_delays_though_their_status_is_200(receiver: SlackApi, error: str) -> None:
    receiver.faults.append(Reply(200, {"ok": False, "error": error}))
    with pytest.raises(DeliveryDelayed, match=error):
        bot(receiver).send(message(), "key-1")


@pytest.mark.parametrize("body", [{"ok": False, "error": "missing_scope"}, "<html>", {"ok": "yes"}, []])
def test_other_errors_and_nonsense_are_refusals(receiver: SlackApi, body: Any) -> None:
    receiver.faults.append(Reply(200, body))
    with pytest.raises(DeliveryRefused, match="refuses"):
        bot(receiver).send(message(), "key-1")


@pytest.mark.parametrize(
    ("pattern", "changed", "name"),
    [
        ("inc-{id}-{system}", {}, "inc-2026-0001-support-assistant"),
        ("{severity}_{id}", {}, "sev-1_2026-0001"),
        ("inc-{id}", {"drill": True}, "drill-inc-2026-0001"),
        ("inc-{id}", {"test": True, "drill": True}, "test-drill-inc-2026-0001"),
        ("{kind}-{id}", {"drill": True}, "drill-2026-0001"),
        ("Inc {id}: {system}", {"system": "Größe & <x>"}, "inc-2026-0001-gr-e-x"),
        ("{system}", {"system": "s" * 200}, "s" * 80),
        ("{system}", {"system": "!!!"}, "incident"),
    ],
)
def test_channels_are_named_by_the_rule_in_the_signs_that_slack_allows(
    pattern: str, changed: dict[str, Any], name: str
) -> None:
    assert channel_name(pattern, message(**changed)) == name


def test_the_line_for_notifications_is_escaped() -> None:
    text = body_of(message(title="<!channel> & <@U1>"), "key-1")["text"]
    assert text == "SEV-1 INC-2026-0001: &lt;!channel&gt; &amp; &lt;@U1&gt;"
