"""Alertmanager's webhook of version 4 is read, and anything else refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from holdfast.integrations.alertmanager import Alertmanager
from holdfast.kernel.errors import UsageError

ALERT = {
    "status": "firing",
    "labels": {"alertname": "InjectionSurge", "system": "support", "severity": "critical"},
    "annotations": {"summary": "Injected tool calls"},
    "startsAt": "2026-11-21T10:30:00.123456789Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "generatorURL": "http://prometheus:9090/graph?g0.expr=x",
    "fingerprint": "c9d2b7a1f0e34d55",
}


def webhook(**changed: Any) -> bytes:
    body = {"version": "4", "groupKey": '{}:{alertname="InjectionSurge"}', "alerts": [ALERT], **changed}
    return json.dumps(body).encode()


def test_an_alert_that_goes_on_has_no_end() -> None:
    (alert,) = Alertmanager().read({}, webhook())
    assert (alert.name, alert.firing, alert.ended_at) == ("InjectionSurge", True, None)
    assert alert.began_at.isoformat() == "2026-11-21T10:30:00.123456+00:00"


def test_an_alert_that_ended_says_when() -> None:
    ended = {**ALERT, "status": "resolved", "endsAt": "2026-11-21T12:00:00+01:00"}
    (alert,) = Alertmanager().read({}, webhook(alerts=[ended]))
    assert (alert.firing, str(alert.ended_at)) == (False, "2026-11-21 11:00:00+00:00")


def test_what_later_versions_add_is_no_mistake() -> None:
    assert Alertmanager().read({}, webhook(truncatedAlerts=3, alerts=[{**ALERT, "new": 1}]))


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"", "the body"),
        (b"{", "the body"),
        (b"\xff\xfe", "the body"),
        (b"[]", "the body"),
        (webhook(version="5"), "version"),
        (webhook(groupKey=""), "groupKey"),
        (webhook(alerts=[{**ALERT, "startsAt": "yesterday"}]), "alerts.0.startsAt"),
        (webhook(alerts=[{**ALERT, "fingerprint": ""}]), "alerts.0.fingerprint"),
        (webhook(alerts=[{**ALERT, "labels": {"a": 1}}]), "alerts.0.labels.a"),
        (webhook(alerts=[ALERT] * 5_001), "alerts"),
    ],
)
def test_another_body_is_refused_with_the_part_that_is_wrong(body: bytes, where: str) -> None:
    with pytest.raises(UsageError, match="HF702") as refused:
        Alertmanager().read({}, body)
    assert where in str(refused.value)
