"""Statuspage: what differs from the other systems."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.integrations.receivers.cases import SENDER, message
from tests.integrations.receivers.statuspage import StatusPage

from holdfast.integrations.statuspage import StatusPageIncidents
from holdfast.kernel.secrets import Revealed
from holdfast.respond.ports.channels import DeliveryRefused, Section


@pytest.fixture
def receiver() -> Iterator[StatusPage]:
    receiver = StatusPage()
    yield receiver
    receiver.close()
    assert receiver.broken == []


def channel(receiver: StatusPage, **options: Any) -> StatusPageIncidents:
    return StatusPageIncidents(
        SENDER, Revealed("$KEY", receiver.secret), "p4ge", address=receiver.url, **options
    )


@pytest.mark.parametrize(("notify", "mailed"), [(False, 0), (True, 1)])
def test_subscribers_are_mailed_only_where_the_plan_says_so(
    receiver: StatusPage, notify: bool, mailed: int
) -> None:
    channel(receiver, notify_subscribers=notify).send(message(), "key-1")
    assert receiver.mailed == mailed


@pytest.mark.parametrize(
    ("phase", "status"),
    [
        ("declared", "investigating"),
        ("triaging", "investigating"),
        ("contained", "investigating"),
        ("recovering", "monitoring"),
        ("recovered", "resolved"),
        ("closed", "resolved"),
    ],
)
def test_the_public_is_never_told_that_a_cause_is_known_or_all_is_well_too_early(
    receiver: StatusPage, phase: str, status: str
) -> None:
    channel(receiver).send(message(phase=phase), "key-1")
    assert receiver.incidents["i0"]["status"] == status


def test_an_update_is_added_to_the_incident_once(receiver: StatusPage) -> None:
    first = channel(receiver).send(message(), "key-1")
    for known in ("", first.id):  # with the receipt, and without it as after a lost one
        told = channel(receiver).send(
            message(act="updated", known_as=known, sections=(Section("", "Paused."),)), "key-2"
        )
    assert told.repeated
    assert receiver.incidents[first.id]["incident_updates"][0]["body"] == "Paused."
    assert len(receiver.incidents[first.id]["incident_updates"]) == 2


def test_a_trial_asks_whether_the_page_is_there_and_shows_nothing(receiver: StatusPage) -> None:
    assert channel(receiver).send(message(test=True), "key-1").id == "p4ge"
    assert receiver.incidents == {}


def test_a_drill_is_not_told_to_the_public(receiver: StatusPage) -> None:
    with pytest.raises(DeliveryRefused, match="not told to the public"):
        channel(receiver).send(message(drill=True), "key-1")
    assert receiver.seen == []
