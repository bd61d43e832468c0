"""PagerDuty's webhook on the server: signed it is taken, forged it is not, replayed it adds nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient
from tests.integrations.test_pagerduty import NEW, OLD, event, signed

from holdfast.app.bootstrap import Application
from holdfast.app.http.making import make_app
from holdfast.app.settings import read_settings

HERE = "/api/hooks/pagerduty"


@pytest.fixture
def application(tmp_path, monkeypatch) -> Iterator[Application]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_PAGERDUTY_SECRETS", f"{OLD.value}, {NEW.value}")
    made = Application(read_settings({"HOLDFAST_HOME": str(tmp_path), "HOLDFAST_ACTOR": "p-00000001"}))
    yield made
    made.close()


@pytest.fixture
def client(application) -> Iterator[TestClient]:
    with TestClient(make_app(application), base_url="http://127.0.0.1") as opened:
        yield opened


def told(**changed: object) -> bytes:
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return json.dumps(event(**{"occurred_at": now, **changed})).encode()


def send(client: TestClient, body: bytes, signature: str | None):
    headers = {"content-type": "application/json"}
    if signature is not None:
        headers["X-PagerDuty-Signature"] = signature
    return client.post(HERE, content=body, headers=headers)


def test_a_signed_event_declares_an_incident_and_the_same_again_adds_nothing(application, client) -> None:
    body = told()
    first = send(client, body, signed(body, OLD))
    assert first.status_code == 200, first.text
    assert first.json()["incidents"] == ["INC-2026-0001"]
    head = application.ledger.head().seq
    again = send(client, body, signed(body, OLD))
    assert (again.status_code, again.json()["new"]) == (200, 0)
    assert len(application.respond.open_incidents()) == 1
    assert application.ledger.head().seq == head


@pytest.mark.parametrize("signature", [None, "v1=00", signed(b"another body", OLD)])
def test_a_forged_one_is_refused_and_leaves_no_incident(application, client, signature) -> None:
    assert send(client, told(), signature).status_code == 401
    assert not application.respond.open_incidents()


def test_while_the_secret_is_changed_either_signature_is_enough(client) -> None:
    body = told()
    assert send(client, body, "v1=00," + signed(body, NEW)).status_code == 200


def test_a_replay_of_long_ago_is_refused(application, client) -> None:
    body = told(occurred_at="2026-01-01T00:00:00Z")
    assert send(client, body, signed(body, OLD)).status_code == 422
    assert not application.respond.open_incidents()


def test_the_echo_of_our_own_page_is_taken_and_declares_nothing(application, client) -> None:
    data = event()["event"]["data"] | {"incident_key": "INC-2026-0001"}
    body = told(data=data)
    assert send(client, body, signed(body, OLD)).status_code == 200
    assert not application.respond.open_incidents()
