"""Incidents over the API: declared once, acted on, told whole; a stale form loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from holdfast.app.bootstrap import Application
from holdfast.app.http.making import make_app
from holdfast.app.http.mounts import mounts
from holdfast.app.settings import read_settings
from holdfast.respond.handlers.acts import TABLE


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.chdir(tmp_path)
    made = Application(read_settings({"HOLDFAST_HOME": str(tmp_path), "HOLDFAST_ACTOR": "p-00000001"}))
    with TestClient(make_app(made, mounts(made)), base_url="http://127.0.0.1") as opened:
        yield opened
    made.close()


@pytest.fixture
def room(client: TestClient) -> str:
    sent = client.post("/api/incidents", json={"title": "Refunds nobody asked for", "system": "support"})
    assert sent.status_code == 201, sent.text
    return f"/api/incidents/{sent.json()['incident']}"


def test_a_title_is_all_that_declaring_takes(client: TestClient) -> None:
    answer = client.post("/api/incidents", json={"title": "It leaks"})
    assert (answer.status_code, answer.json()["state"]) == (201, "declared")


def test_the_same_wish_declares_once(client: TestClient) -> None:
    sent = [
        client.post("/api/incidents", json={"title": "It leaks"}, headers={"Idempotency-Key": "7"}).json()
        for _ in range(2)
    ]
    assert sent[0]["incident"] == sent[1]["incident"]
    assert len(client.get("/api/incidents").json()) == 1


def test_an_incident_is_told_whole_with_its_words(client: TestClient, room: str) -> None:
    client.post(f"{room}/acts/assess", json={"harm": "serious", "share": [0.01, 0.02], "who": "tenants"})
    client.post(f"{room}/acts/decide", json={"what": "Tools off", "why": "cheap", "favours": ["safety"]})
    client.post(f"{room}/acts/harm-test", json={"red_team": 50, "limits": "English only"})
    client.post(f"{room}/acts/harm-test-result", json={"test": "t1", "harmful": 5, "n": 50})
    told = client.get(room).json()
    assert (told["title"], told["severity"]) == ("Refunds nobody asked for", "SEV-2")
    assert told["impact"]["who"] == "tenants"
    assert told["decisions"][0]["what"] == "Tools off"
    low, high = told["harm_tests"][0]["interval"]
    assert 0.04 < low < 0.1 < high < 0.22
    assert "escalation" in [clock["kind"] for clock in told["clocks"]]


def test_an_act_done_twice_with_one_key_is_done_once(client: TestClient, room: str) -> None:
    for _ in range(2):
        sent = client.post(
            f"{room}/acts/decide", json={"what": "a", "why": "b"}, headers={"Idempotency-Key": "k"}
        )
        assert sent.status_code == 200
    assert len(client.get(room).json()["decisions"]) == 1


def test_a_stale_form_is_answered_with_what_both_wrote(client: TestClient, room: str) -> None:
    seen = client.post(f"{room}/acts/statement", json={"text": "5 %"}).json()["version"]
    client.post(f"{room}/acts/statement", json={"text": "6 %"})
    stale = client.post(f"{room}/acts/statement?version={seen}", json={"text": "4 %"})
    assert stale.status_code == 409
    assert stale.headers["content-type"] == "application/problem+json"
    told = stale.json()
    assert told["code"] == "HF790"
    assert told["changed"]["by"] == "p-00000001"
    assert (told["theirs"]["words"]["text"], told["yours"]) == ("6 %", {"text": "4 %"})


@pytest.mark.parametrize(
    ("act", "body", "status", "code"),
    [
        ("state", {"to": "contained"}, 409, "HF709"),
        ("close", {}, 409, "HF794"),
        ("severity", {"severity": "SEV-9"}, 422, "HF643"),
        ("decide", {"what": "", "why": "x"}, 422, "HF643"),
        ("decide", {"what": "x", "why": "x", "colour": "red"}, 422, "HF643"),
        ("assess", {"share": [0.5, 0.1]}, 422, "HF643"),
        ("change-action", {"action": "a9", "state": "done"}, 422, "HF706"),
    ],
)
def test_what_is_refused_says_why(
    client: TestClient, room: str, act: str, body: dict[str, object], status: int, code: str
) -> None:
    answer = client.post(f"{room}/acts/{act}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_an_incident_that_is_not_there_is_not_found(client: TestClient) -> None:
    assert client.get("/api/incidents/INC-2026-0099").status_code == 404
    assert client.post("/api/incidents/INC-2026-0099/acts/note", json={"text": "x"}).status_code == 404
    assert client.get("/api/incidents/INC-2026-0001;x/facts").status_code == 404


def test_the_list_has_what_is_open_first_and_the_worst_of_it(client: TestClient) -> None:
    titles = ("one", "two", "three")
    one, two, three = (client.post("/api/incidents", json={"title": t}).json()["incident"] for t in titles)
    client.post(f"/api/incidents/{one}/acts/close", json={"outcome": "false_alarm", "because": "no"})
    client.post(f"/api/incidents/{two}/acts/severity", json={"severity": "SEV-1"})
    rows = client.get("/api/incidents").json()
    assert [row["id"] for row in rows] == [two, three, one]
    assert [row["title"] for row in client.get("/api/incidents?state=open").json()] == ["two", "three"]


def test_facts_are_told_from_a_version_on(client: TestClient, room: str) -> None:
    client.post(f"{room}/acts/note", json={"text": "rang twice"})
    (fact,) = client.get(f"{room}/facts?after=1").json()
    assert (fact["type"], fact["words"]) == ("NoteAdded", {"text": "rang twice"})


def test_what_one_may_do_is_offered(client: TestClient, room: str) -> None:
    offers = client.get(f"{room}/offers").json()
    assert offers["acts"]["close"]["may"] is True
    assert set(offers["acts"]) == {each.command.NAME for each in TABLE}


def test_markup_in_a_text_stays_text(client: TestClient, room: str) -> None:
    said = "<script>alert(1)</script> {{ 7 * 7 }} [x](javascript:alert(1))"
    client.post(f"{room}/acts/note", json={"text": said})
    assert client.get(f"{room}/facts?after=1").json()[0]["words"]["text"] == said


def test_text_that_no_encoding_can_say_is_kept_as_far_as_it_can(client: TestClient, room: str) -> None:
    sent = client.post(
        f"{room}/acts/note",
        content=b'{"text": "a\\ud800b"}',
        headers={"content-type": "application/json"},
    )
    assert sent.status_code in (200, 422)
    assert client.get(room).status_code == 200
