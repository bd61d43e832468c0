"""The ledger browser: every fact can be found, followed both ways, verified and taken away."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from holdfast.app.facts.pages import teller
from holdfast.app.http.making import make_app
from holdfast.gate.events import SignatureWithdrawn
from holdfast.ledger.export import verify_export


@pytest.fixture
def client(application):
    with TestClient(make_app(application), headers={"accept": "text/html"}) as opened:
        yield opened


def record(application, stream="gate/g", actor="p-00000001", because=None, role="<b>role</b>"):
    fact = SignatureWithdrawn(signature_id="s", system="sorter", gate="g", role=role)
    return application.ledger.append(stream, [fact], expected=None, actor=actor, because=because)[0].seq


def seqs(text):
    return [int(found) for found in re.findall(r'id="fact-(\d+)"', text)]


def test_an_empty_ledger_says_what_will_be_here_and_how_to_fill_it(client):
    text = client.get("/ledger").text
    assert "Nothing is recorded yet" in text
    assert "/declare" in text


def test_facts_are_listed_newest_first_and_by_pages(client, application):
    for _ in range(60):
        record(application)
    first = client.get("/ledger").text
    assert seqs(first) == list(range(60, 10, -1))
    following = re.search(r'href="(/ledger\?before=11)"', first)[1]
    assert seqs(client.get(following).text) == list(range(10, 0, -1))


def test_a_filter_finds_by_stream_beginning_kind_and_actor(client, application):
    mine = record(application, "gate/one", "p-00000002")
    record(application, "other/one")
    assert seqs(client.get("/ledger?stream=gate/*").text) == [mine]
    assert seqs(client.get("/ledger?stream=gate/one").text) == [mine]
    assert seqs(client.get("/ledger?actor=p-00000002").text) == [mine]
    assert seqs(client.get("/ledger?type=SignatureWithdrawn").text) == [2, 1]
    assert "No fact fits" in client.get("/ledger?stream=ga%25").text


def test_a_filter_by_time_takes_utc_and_refuses_what_is_no_time(client, application):
    record(application)
    assert seqs(client.get("/ledger?since=2020-01-01T00:00").text) == [1]
    assert seqs(client.get("/ledger?until=2020-01-01T00:00").text) == []
    assert client.get("/ledger?since=yesterday").status_code == 422


def test_a_fact_shows_what_led_to_it_and_what_it_led_to(client, application):
    first = record(application)
    second = record(application, because=first)
    third = record(application, because=second)
    text = client.get(f"/ledger/{second}").text
    before, after = text.split("It led to")
    assert f'href="/ledger/{first}">#{first} SignatureWithdrawn' in before
    assert f'href="/ledger/{third}">#{third} SignatureWithdrawn' in after


def test_what_is_recorded_is_shown_as_text(client, application):
    seq = record(application)
    for path in ("/ledger", f"/ledger/{seq}"):
        text = client.get(path).text
        assert "<b>role</b>" not in text
        assert "&lt;b&gt;role&lt;/b&gt;" in text


@pytest.mark.parametrize("path", ["/ledger/1", "/ledger/0", "/ledger/-4", f"/ledger/{10**30}"])
def test_a_fact_that_is_not_there_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_the_whole_ledger_is_verified_by_a_button(client, application):
    record(application)
    assert "Every fact fits the one before it." in client.post("/ledger/verify").text


def test_what_is_exported_verifies_offline(client, application, tmp_path):
    record(application)
    path = tmp_path / "export.jsonl"
    path.write_bytes(client.get("/ledger/export").content)
    found = verify_export(path)
    assert (found.verdict.value, found.events) == ("pass", 1)


def test_a_new_fact_is_a_row_of_the_open_page(application):
    record(application)
    (told,) = teller(application.ledger.since(0, limit=1)[0])
    assert (told.topic, told.name) == ("ledger", "row")
    assert '<tr id="fact-1">' in told.data()
    assert "&lt;b&gt;" in told.data()


def test_who_may_not_audit_sees_nothing(application):
    with TestClient(make_app(application), client=("203.0.113.9", 5)) as client:
        for path in ("/ledger", "/ledger/1", "/ledger/export"):
            assert client.get(path).status_code == 401
        assert client.post("/ledger/verify").status_code == 401


def test_who_works_on_incidents_sees_their_facts_one_by_one_and_no_others(application, monkeypatch):
    from holdfast.access.model.permissions import ROLES
    from holdfast.access.model.principal import Role

    mine, other = record(application, "incident/INC-2026-0001"), record(application, "access/people")
    audit = {role: may - {"audit"} for role, may in ROLES.items()}
    monkeypatch.setattr("holdfast.access.model.permissions.ROLES", audit)
    assert Role.ADMIN in audit
    with TestClient(make_app(application), headers={"accept": "text/html"}) as client:
        assert client.get(f"/ledger?seq={mine}").status_code == 200
        assert client.get(f"/ledger/{other}").status_code == 403
        assert client.get("/ledger").status_code == 403
