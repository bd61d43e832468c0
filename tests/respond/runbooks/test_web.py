"""Runbooks on the server: pages and API follow one inside an incident."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from holdfast.access.model.principal import Principal
from holdfast.app.bootstrap import Application
from holdfast.app.http.making import make_app
from holdfast.app.http.mounts import mounts
from holdfast.app.settings import read_settings
from holdfast.respond.commands.classifying import ClassifyIncident
from holdfast.respond.commands.declaring import DeclareIncident
from holdfast.respond.views.runbooks.telling import runbook_teller

BROWSER = {"accept": "text/html"}


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
def incident(application):
    wish = DeclareIncident("assistant", "it calls tools by itself")
    return application.respond.declared(wish, Principal.local("p-00000001"))


@pytest.fixture
def run(client, incident):
    """Return the address of a run of prompt-injection."""
    sent = client.post(f"/api/incidents/{incident}/runbooks", json={"runbook": "prompt-injection"})
    assert sent.status_code == 201, sent.text
    return f"/api/incidents/{incident}/runbooks/1"


def submit(client, address, **fields):
    """Post a form as a browser does, with what the page's form holds."""
    page = client.get(fields.pop("page"), headers=BROWSER).text
    csrf = re.search(r'name="csrf" value="([^"]*)"', page)
    data = {"csrf": csrf[1] if csrf else "", **fields}
    headers = {**BROWSER, "origin": "http://127.0.0.1"}
    return client.post(address, data=data, headers=headers, follow_redirects=False)


def test_every_runbook_is_listed_and_shown(client):
    assert len(client.get("/api/runbooks").json()["runbooks"]) == 13
    one = client.get("/api/runbooks/drift").json()
    assert one["failure_mode"] == "drift"
    assert one["digest"].startswith("sha256:")
    assert "What comes in is no longer" in client.get("/runbooks/drift", headers=BROWSER).text
    assert "prompt-injection" in client.get("/runbooks", headers=BROWSER).text


def test_one_is_given_as_a_cacao_playbook(client):
    told = client.get("/api/runbooks/drift/cacao").json()
    assert (told["type"], told["spec_version"]) == ("playbook", "cacao-2.0")


def test_one_that_does_not_exist_is_not_found(client):
    answer = client.get("/api/runbooks/drfit")
    assert answer.status_code == 404
    assert "drift" in answer.json()["fix"]


def test_it_is_followed_by_a_program(client, run):
    assert client.get(run).json()["present"]["step"] == "keep-the-trace"
    client.post(f"{run}/steps/keep-the-trace/done", json={"note": "trace 4711"})
    told = client.post(f"{run}/steps/acted/branch", json={"branch": "acted"}).json()
    assert told["present"]["step"] == "tools-off"
    assert [(row["step"], row["said"]) for row in told["tracks"]] == [
        ("keep-the-trace", "trace 4711"),
        ("acted", None),
    ]


def test_a_stale_step_is_a_conflict_that_names_who(client, run):
    client.post(f"{run}/steps/keep-the-trace/done", json={})
    client.post(f"{run}/steps/acted/branch", json={"branch": "acted"})
    answer = client.post(f"{run}/steps/keep-the-trace/done", json={})
    assert answer.status_code == 409
    assert answer.json()["code"] == "HF711"
    assert "p-00000001" in answer.json()["detail"]


def test_a_wrong_branch_is_refused_with_those_that_there_are(client, run):
    client.post(f"{run}/steps/keep-the-trace/done", json={})
    answer = client.post(f"{run}/steps/acted/branch", json={"branch": "actd"})
    assert answer.status_code == 422
    assert "did you mean `acted`?" in answer.json()["fix"]


def test_the_page_shows_the_present_step_and_the_do_not_list(client, run):
    page = client.get(run.removeprefix("/api"), headers=BROWSER).text
    assert "Keep one whole trace" in page
    assert "Do not edit the system prompt" in page
    assert "What may follow" in page


def test_it_is_followed_by_forms_without_script(client, run, incident):
    page = run.removeprefix("/api")
    answer = submit(client, f"{page}/steps/keep-the-trace", page=page, does="done", note="kept <b>it</b>")
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert submit(client, f"{page}/steps/acted", page=page, does="branch:acted").status_code == 303
    shown = client.get(page, headers=BROWSER).text
    assert "Take away every tool" in shown
    assert "kept &lt;b&gt;it&lt;/b&gt;" in shown
    assert client.get(f"/parts{page}", headers=BROWSER).status_code == 200


def test_a_form_that_came_late_says_who_was_first_and_keeps_its_text(client, run):
    page = run.removeprefix("/api")
    client.post(f"{run}/steps/keep-the-trace/done", json={})
    client.post(f"{run}/steps/acted/branch", json={"branch": "acted"})
    answer = submit(client, f"{page}/steps/acted", page=page, does="branch:only-said", note="I looked long")
    assert answer.status_code == 409
    assert "was decided (acted) by p-00000001" in answer.text
    assert "I looked long" in answer.text


def test_a_step_is_left_out_with_a_reason_only(client, run):
    page = run.removeprefix("/api")
    assert submit(client, f"{page}/steps/keep-the-trace", page=page, does="skip").status_code == 422
    answer = submit(client, f"{page}/steps/keep-the-trace", page=page, does="skip", note="done before")
    assert answer.status_code == 303


def test_a_run_is_started_and_abandoned_by_forms(client, incident):
    page = f"/incidents/{incident}/runbooks"
    started = submit(client, page, page=page, runbook="drift")
    assert started.headers["location"] == f"{page}/1"
    again = submit(client, page, page=page, runbook="drift")
    assert again.status_code == 409
    assert "is being followed already" in again.text
    assert submit(client, f"{page}/1/abandon", page=f"{page}/1", note="wrong one").status_code == 303
    assert client.get(f"/api{page}").json()["runs"][0]["state"] == "abandoned"


def test_a_run_that_does_not_exist_is_told(client, incident):
    assert client.get(f"/api/incidents/{incident}/runbooks/9").json()["code"] == "HF713"
    assert client.get("/api/incidents/INC-2026-0999/runbooks").json()["code"] == "HF701"


def test_what_fits_the_classification_comes_first(client, application, incident):
    kind = ClassifyIncident(bucket="platform", mode="cascade")
    application.respond.perform(incident, kind, Principal.local("p-00000001"))
    page = client.get(f"/incidents/{incident}/runbooks", headers=BROWSER).text
    assert re.findall(r'name="runbook" value="([^"]+)"', page)[0] == "cascade"
    assert "fits the classification" in page


def test_who_looks_at_a_run_hears_that_somebody_went_on(client, run):
    page = f"/parts{run.removeprefix('/api')}/news"
    assert client.get(f"{page}?version=1", headers=BROWSER).text.strip() == ""
    client.post(f"{run}/steps/keep-the-trace/done", json={})
    assert "keep-the-trace</code>, done" in client.get(f"{page}?version=1", headers=BROWSER).text


def test_a_fact_of_a_run_tells_the_pages_of_its_incident_only(application, incident, run):
    (started,) = application.ledger.read(f"runbook/{incident}/1")
    (told,) = runbook_teller(started)
    assert (told.topic, told.name, told.data) == (f"incident/{incident}", "changed", "runbooks")
    assert runbook_teller(application.ledger.read(f"incident/{incident}")[0]) == []


def test_the_incidents_page_shows_the_present_step_and_what_never_to_do(client, run, incident):
    part = client.get(f"/parts/incidents/{incident}/runbooks", headers=BROWSER).text
    assert "Keep one whole trace" in part
    assert "Do not edit the system prompt" in part
    assert (
        f'hx-get="/parts/incidents/{incident}/runbooks"'
        in client.get(f"/incidents/{incident}", headers=BROWSER).text
    )


def test_the_incidents_page_offers_what_fits_the_classification(client, application, incident):
    kind = ClassifyIncident(bucket="platform", mode="cascade")
    application.respond.perform(incident, kind, Principal.local("p-00000001"))
    assert "Follow cascade" in client.get(f"/parts/incidents/{incident}/runbooks", headers=BROWSER).text


def test_the_time_line_tells_what_was_done_and_no_runbook_whole(client, run, incident):
    client.post(f"{run}/steps/keep-the-trace/done", json={"note": "trace 4711"})
    page = client.get(f"/incidents/{incident}/timeline", headers=BROWSER).text
    assert "Runbook prompt-injection is followed, run 1" in page
    assert "Runbook step keep-the-trace done" in page
    assert "trace 4711" in page
    assert "recovery:" not in page
