"""The start page: is anything wrong, and what is due; and the page of what can be done."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from holdfast.access.model.principal import Principal
from holdfast.app.bootstrap import Application
from holdfast.app.home.pages import teller
from holdfast.app.http.making import make_app
from holdfast.app.settings import read_settings
from holdfast.kernel.clock import SetClock
from holdfast.respond.commands.declaring import DeclareIncident

ANN = Principal.local("p-00000001")
ROOT = Path(__file__).resolve().parents[3]


def serving(tmp_path, *plans):
    settings = read_settings({"HOLDFAST_HOME": str(tmp_path), "HOLDFAST_ACTOR": "p-00000001"})
    made = Application(settings)
    made.plan_paths = plans
    return made


@pytest.fixture
def client(application):
    with TestClient(make_app(application), headers={"accept": "text/html"}) as opened:
        yield opened


def declare(application, title="Wrong refunds"):
    return application.respond.declared(DeclareIncident(system="sorter", title=title), ANN)


def test_a_new_workspace_says_the_one_thing_to_do(client):
    text = client.get("/").text
    assert "This workspace is new." in text
    assert "/incidents/new" in text
    assert "holdfast init" in text


def test_nothing_wrong_is_said_first(client, application):
    incident = declare(application)
    text = client.get("/").text
    assert "Nothing is on fire. 1 incident open" in text
    assert f'href="/incidents/{incident}"' in text
    assert "(nobody)" in text


def test_what_people_typed_is_shown_as_text(client, application):
    declare(application, "<script>alert(1)</script>")
    text = client.get("/").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_clocks_of_open_incidents_are_due_here_and_in_the_bar(client, application, monkeypatch):
    from holdfast.respond.model.clocks import Clock

    incident = declare(application)
    due = application.clock.now() - timedelta(minutes=11)
    clock = Clock("update/executives/1", "update", "executives", "update to executives", due, due, 1)
    monkeypatch.setattr(application.respond, "clocks", lambda _: [clock])
    text = client.get("/").text
    assert "1 clock overdue." in text
    assert "overdue by 11 min" in text
    assert f'href="/incidents/{incident}#clocks"' in text
    assert "1 clock" in client.get("/parts/clocks").text
    assert "holdfast_clocks_overdue 1.0" in client.get("/metrics").text


def test_the_page_of_acts_offers_what_can_be_done_without_script(client, application):
    incident = declare(application)
    text = client.get("/act").text
    for words in (
        "Declare an incident",
        f"Decide in {incident}",
        f"Hand over in {incident}",
        "Go to: Ledger",
    ):
        assert words in text
    found = client.get("/act?q=hand+over").text
    assert f"Hand over in {incident}" in found
    assert "Declare an incident" not in found.split("<main")[1]


def test_an_incident_number_leads_to_its_room(client, application):
    incident = declare(application)
    answer = client.get(f"/act?q={incident.lower()}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/incidents/{incident}")


def test_who_is_nobody_sees_nothing(application):
    declare(application)
    with TestClient(make_app(application), client=("203.0.113.9", 5)) as client:
        for path in ("/", "/act", "/parts/home"):
            answer = client.get(path, headers={"accept": "text/html"})
            assert answer.status_code == 401
            assert "Wrong refunds" not in answer.text


def test_an_incident_changes_the_start_page_and_the_clocks(application):
    declare(application)
    (told,) = teller(application.ledger.since(0, limit=1)[0])
    assert (told.topic, told.name, told.data) == ("home", "changed", "home,clocks")


@pytest.fixture
def planned(tmp_path):
    made = serving(tmp_path, ROOT / "examples" / "support-assistant")
    made.clock = SetClock(made.clock.now())
    yield made
    made.close()


@pytest.fixture
def seeing(planned):
    with TestClient(make_app(planned), headers={"accept": "text/html"}) as opened:
        yield opened


def test_each_system_says_how_its_gates_stand(seeing):
    text = seeing.get("/").text
    assert 'href="/plans/support-assistant"' in text
    assert "not decided" in text


def test_one_plan_is_meant_where_there_is_one(seeing):
    assert seeing.get("/plans", follow_redirects=False).headers["location"] == "/plans/support-assistant"
    assert seeing.get("/gates", follow_redirects=False).headers["location"].endswith("/gates")


def test_the_plan_is_shown_whole_inside_the_frame_without_inline_style(seeing):
    text = seeing.get("/plans/support-assistant").text
    for part in ("risks", "coverage", "gates", "watched", "rights", "argument", "frameworks"):
        assert f'id="{part}"' in text
    assert "<style" not in text
    assert " style=" not in text
    assert "<nav class=" in text


def test_the_gates_say_whether_it_may_ship(seeing):
    text = seeing.get("/plans/support-assistant/gates").text
    assert "Not decided: some gates have no evidence that counts now." in text
    assert "holdfast check" in text


def test_an_acceptance_that_ends_soon_is_due_and_one_that_ended_is_told(seeing, planned):
    plan = planned.plans.find("support-assistant").plan
    ends = min(risk.residual.until for risk in plan.risks if risk.residual and risk.residual.until)
    planned.clock.moment = planned.clock.moment.replace(year=ends.year, month=ends.month, day=ends.day)
    planned.clock.advance(timedelta(days=-3))
    assert f"ends {ends}" in seeing.get("/").text
    planned.clock.advance(timedelta(days=5))
    assert f"ended {ends}" in seeing.get("/").text


@pytest.mark.parametrize("path", ["/plans/other", "/plans/other/gates"])
def test_a_system_without_a_plan_is_not_found(seeing, path):
    assert seeing.get(path).status_code == 404


def test_without_a_plan_the_pages_say_how_to_make_one(client):
    for path in ("/plans", "/gates"):
        assert "holdfast init" in client.get(path).text
