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

from holdfast.access.model.refusing import UnknownPersonError
from holdfast.integrations.pagerduty.alerts import PagerDutyHooks
from holdfast.integrations.pagerduty.events import PagerDutyEvents
from holdfast.integrations.pagerduty.webhooks import AHEAD, REPLAYED_WITHIN, read, verify
from holdfast.kernel.clock import SetClock
from holdfast.kernel.errors import UsageError
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
            "created_at": "2026-11-21T10:29:00Z",
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


@pytest.fixture
def hooks() -> PagerDutyHooks:
    return PagerDutyHooks([OLD, NEW], SetClock(NOW))


def sent(**changed: Any) -> tuple[dict[str, str], bytes]:
    body = json.dumps(event(**changed)).encode()
    return {"x-pagerduty-signature": signed(body, NEW)}, body


def test_what_rings_there_is_an_alert_and_what_ends_there_is_the_same_one(hooks: PagerDutyHooks) -> None:
    (fired,) = hooks.read(*sent())
    (ended,) = hooks.read(*sent(id="another", event_type="incident.resolved"))
    assert (fired.firing, ended.firing, ended.ended_at is not None) == (True, False, True)
    assert (fired.fingerprint, fired.began_at) == (ended.fingerprint, ended.began_at)
    assert fired.labels["service"] == "support assistant"


@pytest.mark.parametrize("key", ["INC-2026-0001", "INC-2026-0001/a3", "holdfast-test/shop/pager"])
def test_the_echo_of_our_own_page_is_no_second_incident(hooks: PagerDutyHooks, key: str) -> None:
    data = event()["event"]["data"] | {"incident_key": key}
    assert hooks.read(*sent(data=data)) == ()


def test_a_ping_is_taken_and_declares_nothing(hooks: PagerDutyHooks) -> None:
    assert hooks.read(*sent(event_type="pagey.ping", data={"message": "Hello", "type": "ping"})) == ()


@pytest.mark.parametrize("secrets", [[], [OLD]])
def test_without_the_right_secret_nothing_is_read(secrets: list[Revealed]) -> None:
    with pytest.raises(UnknownPersonError, match="HF621"):
        PagerDutyHooks(secrets, SetClock(NOW)).read(*sent())


def test_a_signature_for_another_body_is_refused(hooks: PagerDutyHooks) -> None:
    headers, body = sent()
    with pytest.raises(UnknownPersonError):
        hooks.read(headers, body + b" ")


def test_an_event_of_another_time_is_refused_though_its_signature_fits(hooks: PagerDutyHooks) -> None:
    with pytest.raises(UsageError, match="may be a replay"):
        hooks.read(*sent(occurred_at="2026-11-01T00:00:00Z"))


def test_what_is_signed_and_no_event_is_refused(hooks: PagerDutyHooks) -> None:
    with pytest.raises(UsageError, match="HF702"):
        hooks.read({"x-pagerduty-signature": signed(b"[]", OLD)}, b"[]")
