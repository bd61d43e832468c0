"""Signed CloudEvents: what differs from the other systems."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.docs.test_connectors_page import SECRET, made
from tests.integrations.receivers.base import Reply
from tests.integrations.receivers.cases import SENDER, message
from tests.integrations.receivers.webhook import Hook

from holdfast.integrations.webhook import Webhook, event, signature
from holdfast.kernel.clock import SetClock
from holdfast.kernel.secrets import Revealed
from holdfast.respond.ports.channels import DeliveryDelayed, DeliveryRefused


@pytest.fixture
def receiver() -> Iterator[Hook]:
    space: dict[str, Any] = {}
    exec(made("python"), space)
    receiver = Hook(space["Verifier"](SECRET))
    yield receiver
    receiver.close()


def channel(receiver: Hook, secret: str | None = SECRET) -> Webhook:
    key = Revealed("$KEY", secret) if secret is not None else None
    return Webhook(SENDER, Revealed("$HOOK", f"{receiver.url}/in"), SetClock(datetime.now(UTC)), key)


def test_what_is_signed_is_taken_by_a_receiver_that_does_as_the_page_says(receiver: Hook) -> None:
    channel(receiver).send(message(), "key-1")
    assert [taken["id"] for taken in receiver.events] == ["key-1"]


def test_a_request_that_somebody_sends_again_is_refused(receiver: Hook) -> None:
    one = channel(receiver)
    one.send(message(), "key-1")
    with pytest.raises(DeliveryRefused):
        one.send(message(), "key-1")  # the clock stands still: the same bytes with the same time


@pytest.mark.parametrize("secret", ["whsec_YW5vdGhlcg==", "another", None])
def test_a_wrong_signature_or_none_is_refused(receiver: Hook, secret: str | None) -> None:
    with pytest.raises(DeliveryRefused) as caught:
        channel(receiver, secret).send(message(), "key-1")
    assert caught.value.status == 401
    assert receiver.events == []


def test_another_attempt_of_the_same_delivery_is_one_event(receiver: Hook) -> None:
    receiver.faults.append(Reply(503))
    with pytest.raises(DeliveryDelayed):
        channel(receiver).send(message(), "key-1")
    channel(receiver).send(message(), "key-1")
    assert len(receiver.events) == 1


@pytest.mark.parametrize("secret", ["plain text", "whsec_not base64!"])
def test_a_key_that_is_no_base64_is_taken_as_it_is(secret: str) -> None:
    assert signature(secret, "id", "1", b"{}") == signature(secret, "id", "1", b"{}")
    assert signature(secret, "id", "1", b"{}").startswith("v1,")


def test_outside_is_told_neither_severity_nor_state() -> None:
    told: Any = event(message(external=True), "key-1")
    assert (told["data"]["severity"], told["data"]["phase"]) == ("", "")


def test_the_type_says_what_happened_and_the_subject_to_what() -> None:
    told: Any = event(message(kind="ticket", act="updated"), "key-1")
    assert (told["type"], told["subject"]) == ("holdfast.ticket.updated", "INC-2026-0001")
