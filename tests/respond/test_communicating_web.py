"""What is said and to whom, on the server: pages that work without script, and the API."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from holdfast.access.model.principal import Principal
from holdfast.app.bootstrap import Application
from holdfast.app.http.making import make_app
from holdfast.app.http.mounts import mounts
from holdfast.app.settings import read_settings
from holdfast.respond.commands.declaring import DeclareIncident
from holdfast.respond.commands.updates import WriteUpdate
from holdfast.respond.commands.working import AgreeAction
from holdfast.respond.handlers.acts import perform
from holdfast.respond.model.duties.regimes import all_regimes

BROWSER = {"accept": "text/html"}
NASTY = "<script>alert(1)</script>{{7*7}}<img src=x onerror=alert(2)> [x](javascript:alert(3)) & \"'"
OTHER = Principal.local("p-0000beef")


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
    return application.respond.declared(DeclareIncident("assistant", f"Odd {NASTY}"), OTHER)


def submit(client, address: str, **fields: Any):
    """Post a form as a browser does, with the token of the page that holds it."""
    csrf = re.search(r'name="csrf" value="([^"]*)"', client.get(address, headers=BROWSER).text)
    headers = {**BROWSER, "origin": "http://127.0.0.1"}
    data = {"csrf": csrf[1] if csrf else "", **fields}
    return client.post(address, data=data, headers=headers, follow_redirects=False)


def act(client, incident: str, name: str, *, told: str, **wish: Any) -> dict[str, Any]:
    """Do an act as a program does, and return what is told after it."""
    answer = client.post(f"/api/incidents/{incident}/acts/{name}", json=wish)
    assert answer.status_code == 200, answer.text
    return client.get(f"/api/incidents/{incident}/{told}").json()


def page(client, address: str) -> str:
    answer = client.get(address, headers=BROWSER)
    assert answer.status_code == 200, answer.text[:400]
    return answer.text


def test_a_draft_is_kept_edited_and_recorded_as_sent_without_script(client, incident) -> None:
    here = f"/incidents/{incident}/updates"
    assert "nobody has kept it yet" in page(client, here)
    kept = submit(client, here, does="keep", audience="executives", version="0")
    assert (kept.status_code, kept.headers["location"]) == (303, f"{here}#to-executives")
    edited = submit(
        client, here, does="write", audience="executives", update="u1", version="1", text="All we know."
    )
    assert edited.status_code == 303
    sent = submit(
        client, here, does="by-hand", audience="executives", update="u1", version="2", by_hand="Call"
    )
    assert sent.status_code == 303
    assert "Heard 1 update" in page(client, here)


def test_flags_stand_where_the_words_stand(client, incident) -> None:
    here = f"/incidents/{incident}/updates"
    submit(client, here, does="write", audience="customers", version="0", text="It is resolved. A glitch.")
    text = page(client, here)
    assert re.search(r'<mark class="stops">is resolved<sup>', text)
    assert re.search(r'<mark class="looks">glitch<sup>|<mark class="looks">A glitch', text)


def test_of_two_who_write_at_once_the_second_sees_both_texts(client, incident, application) -> None:
    here = f"/incidents/{incident}/updates"
    theirs = WriteUpdate(audience="customers", text="Theirs was first.")
    perform(application.respond.room, incident, theirs, OTHER)
    answer = submit(client, here, does="write", audience="customers", version="0", text="Mine came too late.")
    assert answer.status_code == 409
    assert "`p-0000beef` wrote version 1" in answer.text.replace("&#96;", "`")
    assert "Theirs was first." in answer.text
    assert answer.text.count("Mine came too late.") >= 1


def test_what_was_typed_is_not_lost_when_a_form_is_refused(client, incident) -> None:
    answer = submit(
        client,
        f"/incidents/{incident}/duties",
        does="start",
        start="awareness",
        at="soon",
        note="My long note",
    )
    assert answer.status_code == 422
    assert "My long note" in answer.text
    assert "is no time" in answer.text


def test_duties_are_answered_decided_and_sent_without_script(client, incident) -> None:
    here = f"/incidents/{incident}/duties"
    assert "Not legal advice" in page(client, here)
    assert submit(client, here, does="places", places="EU").status_code == 303
    for question in ("personal_data", "personal_data_breach", "risk_to_people"):
        assert submit(client, here, does="answer", question=question, answer="yes").status_code == 303
    assert "proposed: due" in page(client, here)
    submit(client, here, does="start", start="awareness", at="2026-01-05T10:00", note="The first ticket")
    assert "8 Jan 2026, 10:00 UTC" in page(client, here)
    submit(client, here, does="due", regime="GDPR-33", note="Names were shown")
    assert "decided: due" in page(client, here)
    submit(client, here, does="sent", regime="GDPR-33", stage="notification", note="Case 4711")
    assert "late: it was due" in page(client, here)


def test_one_reason_settles_all_that_are_ticked(client, incident) -> None:
    here = f"/incidents/{incident}/duties"
    every = [regime.id for regime in all_regimes()]
    answer = submit(client, here, does="not-applicable", regime=every, note="A test system")
    assert answer.status_code == 303
    assert "Every duty is settled." in page(client, here)


def test_a_form_that_somebody_overtook_says_who(client, incident, application) -> None:
    here = f"/incidents/{incident}/duties"
    submit(client, here, does="open", regime="GDPR-33", note="Ask privacy", seen="1")
    answer = submit(client, here, does="not-applicable", regime="GDPR-33", note="No people", seen="1")
    assert answer.status_code == 409
    assert "p-00000001" in answer.text
    assert "No people" in answer.text


@pytest.mark.parametrize("where", ["updates", "duties"])
def test_every_text_shows_as_text(client, incident, where) -> None:
    updates, duties = f"/incidents/{incident}/updates", f"/incidents/{incident}/duties"
    submit(client, updates, does="write", audience="customers", version="0", text=NASTY)
    submit(client, updates, does="refuse", audience="customers", update="u1", version="1", because=NASTY)
    submit(client, updates, does="write", audience="customers", version="0", text=NASTY + " late")
    submit(client, duties, does="answer", question="death", answer="unknown", note=NASTY)
    submit(client, duties, does="start", start="awareness", at="2026-01-05T10:00", note=NASTY)
    submit(client, duties, does="not-applicable", regime="GDPR-33", note=NASTY)
    submit(client, duties, does="sent", regime="NIS2-24", note=NASTY)
    submit(client, duties, does="reopen", regime="NIS2-24", note=NASTY)
    text = page(client, f"/incidents/{incident}/{where}")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in text
    for bad in ("<script>alert", "<img src=x", 'href="javascript:', " style=", " onclick"):
        assert bad not in text


def test_the_api_tells_and_does_the_same(client, incident) -> None:
    base = f"/api/incidents/{incident}"
    told = act(client, incident, "update-write", audience="support", told="updates")
    (support,) = [each for each in told["audiences"] if each["audience"] == "support"]
    assert (support["update"], support["version"]) == ("u1", 1)
    told = act(client, incident, "duty-answer", question="personal_data", answer="no", told="duties")
    (gdpr,) = [each for each in told["duties"] if each["duty"] == "GDPR-33"]
    assert (gdpr["stands"], gdpr["because"]) == ("to_confirm", ["Is personal data involved? no"])
    assert client.get(f"{base}/clocks").json()["clocks"]


def test_the_api_says_who_was_first(client, incident, application) -> None:
    theirs = WriteUpdate(audience="customers", text="Theirs was first.")
    perform(application.respond.room, incident, theirs, OTHER)
    wish = {"audience": "customers", "text": "Mine", "based_on": 0}
    answer = client.post(f"/api/incidents/{incident}/acts/update-write", json=wish)
    assert (answer.status_code, answer.json()["code"]) == (409, "HF730")
    assert "Theirs was first." in str(answer.json()["theirs"])
    assert answer.json()["yours"]["text"] == "Mine"


def test_the_same_wish_of_a_program_is_done_once(client, incident) -> None:
    base, wish = f"/api/incidents/{incident}", {"regimes": ["GDPR-33"], "decided": "open", "reason": "Ask"}
    for _ in range(2):
        sent = client.post(f"{base}/acts/duty-decide", json=wish, headers={"Idempotency-Key": "k1"})
        assert sent.status_code == 200
    assert client.get(f"{base}/duties").json()["version"] == 2


@pytest.mark.parametrize("where", ["updates", "duties", "clocks"])
def test_an_incident_that_is_not_there_is_not_found(client, where) -> None:
    answer = client.get(f"/api/incidents/INC-2026-0042/{where}")
    assert answer.json()["code"] == "HF701"
    assert answer.status_code in (404, 422)


def test_people_are_called_by_their_names_and_facts_hold_ids(client, incident, application) -> None:
    room = replace(application.respond.room, names=lambda actors: {"p-00000001": "Ana Almeida"})
    services = type(application.respond)(room)
    here = AgreeAction(what="Replay the traffic", owner="p-00000001", due=room.clock.now())
    perform(room, incident, here, OTHER)
    perform(room, incident, WriteUpdate(audience="executives"), Principal.local("p-00000001"))
    composer = services.communications.composer(incident, OTHER)
    panel = composer.panels[0]
    assert panel.update is not None
    assert composer.named(panel.update.last.by) == "Ana Almeida"
    assert "Replay the traffic (Ana Almeida, by" in panel.text
    assert not any("Almeida" in each.event.model_dump_json() for each in room.ledger.since(0, limit=99))


def test_an_open_page_hears_who_else_changed_something(client, incident, application) -> None:
    news = f"/parts/incidents/{incident}/communication/news?version="
    assert f'hx-get="{news}1"' in page(client, f"/incidents/{incident}/updates")
    perform(application.respond.room, incident, WriteUpdate(audience="support"), OTHER)
    assert "p-0000beef changed something here" in page(client, f"{news}1")
    assert page(client, f"{news}2").strip() == ""
