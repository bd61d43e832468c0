"""PagerDuty: what differs from the other systems, and its webhooks."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.integrations.receivers.cases import NOW, SENDER, message
from tests.integrations.receivers.pagerduty import PagerDuty

from holdfast.integrations.pagerduty.events import PagerDutyEvents
from holdfast.integrations.pagerduty.webhooks import AHEAD, REPLAYED_WITHIN, read, verify
from holdfast.kernel.secrets import Revealed

OLD, NEW = Revealed("$OLD", "old-secret"), Revealed("$NEW", "new-secret")


@pytest.fixture
def receiver() -> Iterator[PagerDuty]:
    receiver = PagerDuty()
    yield receiver
    receiver.close()
    assert receiver.broken == []


@pytest.fixture
def channel(receiver: PagerDuty) -> PagerDutyEvents:
    return PagerDutyEvents(SENDER, Revealed("$KEY", receiver.secret), receiver.url)


@pytest.mark.parametrize(
    ("severity", "theirs"),
    [("SEV-1", "critical"), ("SEV-2", "error"), ("SEV-3", "warning"), ("SEV-4", "info"), ("", "error")],
)
def test_severities_are_translated_and_an_unknown_one_wakes(
    channel: PagerDutyEvents, receiver: PagerDuty, severity: str, theirs: str
) -> None:
    channel.send(message(severity=severity), "key-1")
    assert receiver.alerts["INC-2026-0001"]["payload"]["severity"] == theirs


def test_a_trial_wakes_nobody_more_than_it_must(channel: PagerDutyEvents, receiver: PagerDuty) -> None:
    channel.send(message(test=True), "key-1")
    assert receiver.alerts["INC-2026-0001"]["payload"]["severity"] == "info"


@pytest.mark.parametrize(("act", "status"), [("acknowledged", "acknowledge"), ("resolved", "resolve")])
def test_what_happens_here_happens_there(
    channel: PagerDutyEvents, receiver: PagerDuty, act: str, status: str
) -> None:
    channel.send(message(), "key-1")
    channel.send(message(act=act), "key-2")
    assert receiver.alerts["INC-2026-0001"]["status"] == status
    assert set(receiver.seen[-1].json) == {"routing_key", "event_action", "dedup_key"}


def test_a_long_key_becomes_a_short_one_that_is_always_the_same(
    channel: PagerDutyEvents, receiver: PagerDuty
) -> None:
    for _ in range(2):
        channel.send(message(dedup_key="k" * 300), "key-1")
    assert len(receiver.alerts) == 1


def signed(body: bytes, *secrets: Revealed) -> str:
    made = (hmac.new(s.value.encode(), body, hashlib.sha256).hexdigest() for s in secrets)
    return ",".join(f"v1={one}" for one in made)


def event(**changed: Any) -> dict[str, Any]:
    told = {
        "id": "01DEN4HPBQAAAG05V5QQYBRZMF",
        "event_type": "incident.triggered",
        "resource_type": "incident",
        "occurred_at": "2026-11-21T10:29:58.120Z",
        "data": {
            "id": "PGR0VU2",
            "type": "incident",
            "html_url": "https://acme.pagerduty.com/incidents/PGR0VU2",
            "incident_key": "alert-77",
            "title": "Toxicity above 1 %\nnow",
            "service": {"id": "PF9KMXH", "summary": "support assistant", "type": "service_reference"},
            "urgency": "high",
            "priority": {"id": "P1", "summary": "P1"},
        },
    }
    return {"event": told | changed}


BODY = json.dumps(event()).encode()


@pytest.mark.parametrize(
    ("header", "secrets", "fits"),
    [
        (signed(BODY, OLD), [OLD], True),
        (signed(BODY, OLD, NEW), [NEW], True),
        (signed(BODY, OLD), [NEW, OLD], True),
        ("v2=abc," + signed(BODY, OLD), [OLD], True),
        (signed(BODY, OLD).upper().replace("V1=", "v1="), [OLD], True),
        (signed(BODY, OLD), [NEW], False),
        (signed(BODY + b" ", OLD), [OLD], False),
        (signed(BODY, OLD)[:-1], [OLD], False),
        (signed(BODY, OLD).removeprefix("v1="), [OLD], False),
        (signed(BODY, OLD), [], False),
        ("v1=", [OLD], False),
        ("v1=é", [OLD], False),
        ("v1=" + "0" * 5000, [OLD], False),
        ("", [OLD], False),
        (None, [OLD], False),
    ],
)
def test_only_what_one_of_the_secrets_signed_is_theirs(
    header: str | None, secrets: list[Revealed], fits: bool
) -> None:
    assert verify(header, BODY, secrets) is fits


def test_an_event_is_read_onto_single_lines() -> None:
    signal = read(BODY)
    assert signal is not None
    assert (signal.act, signal.dedup_key, signal.title) == ("opened", "alert-77", "Toxicity above 1 % now")
    assert (signal.service, signal.urgency, signal.priority) == ("support assistant", "high", "P1")
    assert signal.address == "https://acme.pagerduty.com/incidents/PGR0VU2"


@pytest.mark.parametrize(
    ("kind", "act"),
    [
        ("incident.acknowledged", "acknowledged"),
        ("incident.resolved", "resolved"),
        ("incident.escalated", "updated"),
        ("pagey.ping", "ping"),
    ],
)
def test_kinds_of_events_are_told_apart(kind: str, act: str) -> None:
    signal = read(json.dumps(event(event_type=kind)).encode())
    assert signal is not None
    assert signal.act == act


def test_a_kind_that_is_of_no_concern_is_none() -> None:
    assert read(json.dumps(event(event_type="service.updated")).encode()) is None


def test_an_address_that_is_no_web_address_is_left_out() -> None:
    data = event()["event"]["data"] | {"html_url": "javascript:alert(1)"}
    signal = read(json.dumps(event(data=data)).encode())
    assert signal is not None
    assert signal.address == ""


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 100_000,
        b'{"event": 3}',
        b'{"event": {"id": "x"}}',
        b'{"messages": []}',
        json.dumps(event(occurred_at="yesterday")).encode(),
        json.dumps(event(occurred_at=None)).encode(),
        json.dumps(event(data={"type": "incident"})).encode(),
        json.dumps(event(data=[])).encode(),
        b" " * (1 << 20) + BODY,
    ],
)
def test_what_is_no_event_is_refused_and_not_repeated(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"^the webhook"):
        read(body)


def test_an_event_is_stale_when_its_id_is_forgotten_or_its_clock_is_wrong() -> None:
    signal = read(BODY)
    assert signal is not None
    assert not signal.stale(NOW)
    assert signal.stale(NOW + REPLAYED_WITHIN + timedelta(minutes=1))
    assert signal.stale(signal.at - AHEAD - timedelta(seconds=1))
