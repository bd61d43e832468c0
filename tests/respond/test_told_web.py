"""Who was told, on the server: what did not arrive is first, says why, and is sent again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from holdfast.access.model.principal import Principal
from holdfast.app.bootstrap import Application
from holdfast.app.http.making import make_app
from holdfast.app.http.mounts import mounts
from holdfast.app.settings import read_settings
from holdfast.respond.commands.declaring import DeclareIncident
from holdfast.respond.events.deliveries import Delivered, DeliveryAsked, DeliveryFailed
from holdfast.respond.handlers.acting import act

BROWSER = {"accept": "text/html"}
ANA = Principal.local("p-0000ana1")
NASTY = "<script>alert(1)</script> answered {{7*7}}"


@pytest.fixture
def application(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = Application(read_settings({"HOLDFAST_HOME": str(tmp_path), "HOLDFAST_ACTOR": "p-00000001"}))
    yield made
    made.close()


@pytest.fixture
def client(application):
    with TestClient(make_app(application, mounts(application)), base_url="http://127.0.0.1") as opened:
        yield opened


@pytest.fixture
def incident(application) -> str:
    """An incident of which one message arrived and another did not."""
    respond = application.respond
    incident = respond.declared(DeclareIncident("shop", "Wrong refunds"), ANA)
    said = respond.room.vault.seal(incident, NASTY)
    asked = {"system": "shop", "kind": "page", "act": "opened", "subject": "incident", "thing": incident}
    taken = {"delivery": "d1", "route": "tickets", "receipt": "AI-1", "attempts": 1, "repeated": False}
    facts = [
        DeliveryAsked(delivery="d1", route="tickets", **asked),
        DeliveryAsked(delivery="d2", route="pager", **asked),
        Delivered(address="https://corp.example/browse/AI-1", **taken),
        DeliveryFailed(delivery="d2", route="pager", reason="refused", attempts=1, status=400, said=said),
    ]
    act(respond.room, incident, ANA, lambda _: facts)
    return incident


def submit(client, address: str, **fields: Any):
    csrf = re.search(r'name="csrf" value="([^"]*)"', client.get(address, headers=BROWSER).text)
    headers = {**BROWSER, "origin": "http://127.0.0.1"}
    data = {"csrf": csrf[1] if csrf else "", **fields}
    return client.post(address, data=data, headers=headers, follow_redirects=False)


def test_what_did_not_arrive_is_first_and_says_why_as_text(client, incident) -> None:
    text = client.get(f"/incidents/{incident}/deliveries", headers=BROWSER).text
    assert "1 message did not arrive" in text
    assert text.index("<code>pager</code>") < text.index("<code>tickets</code>")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; answered {{7*7}}" in text
    assert "<script>alert" not in text
    assert 'href="https://corp.example/browse/AI-1"' in text


def test_the_room_leads_there(client, incident) -> None:
    assert f"/incidents/{incident}/deliveries" in client.get(f"/incidents/{incident}", headers=BROWSER).text


def test_what_did_not_arrive_is_sent_again_once_under_a_new_id(application, client, incident) -> None:
    here = f"/incidents/{incident}/deliveries"
    assert submit(client, here, delivery="d2").status_code == 303
    deliveries = application.respond.room.load(incident).deliveries
    assert [(sent.asked.route, sent.state) for sent in deliveries.waiting()] == [("pager", "waiting")]
    again = submit(client, here, delivery="d2")
    assert again.status_code == 422
    assert "HF751" in again.text


@pytest.mark.parametrize("delivery", ["d1", "no-such", ""])
def test_what_arrived_or_never_was_is_not_sent_again(client, incident, delivery) -> None:
    answer = submit(client, f"/incidents/{incident}/deliveries", delivery=delivery)
    assert answer.status_code == 422


def test_an_incident_of_which_nobody_was_told_says_what_would(application, client) -> None:
    incident = application.respond.declared(DeclareIncident("shop", "x"), ANA)
    text = client.get(f"/incidents/{incident}/deliveries", headers=BROWSER).text
    assert "Nobody was told by a connector." in text


def test_an_incident_that_is_none_is_not_found(client) -> None:
    assert client.get("/incidents/INC-2026-9999/deliveries", headers=BROWSER).status_code == 404
