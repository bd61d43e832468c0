"""The ledger browser and the health of a server, on every engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from holdfast.app.bootstrap import Application
from holdfast.app.facts.views import Asked, facts, kinds, story
from holdfast.app.http.making import make_app
from holdfast.app.settings import read_settings
from holdfast.app.worker.duties import make_worker
from holdfast.gate.events import SignatureWithdrawn


@pytest.fixture
def application(place, tmp_path) -> Iterator[Application]:
    settings = {"HOLDFAST_HOME": str(tmp_path), "HOLDFAST_LEDGER": place.url, "HOLDFAST_ACTOR": "p-00000001"}
    made = Application(read_settings(settings))
    yield made
    made.close()


def record(application: Application, stream: str, because: int | None = None) -> int:
    fact = SignatureWithdrawn(signature_id="s", system="sorter", gate="g", role="r")
    return application.ledger.append(stream, [fact], expected=None, actor="p-1", because=because)[0].seq


def test_facts_are_found_by_stream_kind_actor_and_time(application: Application) -> None:
    first = record(application, "gate/a_b")
    second = record(application, "gate/axb", first)
    ledger, at = application.ledger, application.ledger.since(0, limit=1)[0].at

    def found(**asked: object) -> list[int]:
        return [fact.seq for fact in facts(ledger, Asked(**asked))]  # type: ignore[arg-type]  # by name

    assert found() == [second, first]
    assert found(stream="gate/*") == [second, first]
    assert found(stream="gate/a_*") == [first], "a sign that a database takes for any other is taken as it is"
    assert found(type="SignatureWithdrawn", actor="p-1", before=second) == [first]
    assert found(since=at, until=at) == [first]
    assert found(since=at + timedelta(days=1)) == []
    assert kinds(ledger) == ["SignatureWithdrawn"]


def test_a_fact_knows_its_causes_and_effects(application: Application) -> None:
    first = record(application, "gate/a")
    second = record(application, "gate/a", first)
    third = record(application, "gate/a", second)
    told = story(application.ledger, second)
    assert told is not None
    assert [fact.seq for fact in told.causes] == [first]
    assert [fact.seq for fact in told.effects] == [third]


def test_a_server_with_its_worker_is_well(application: Application) -> None:
    record(application, "gate/a")
    with TestClient(make_app(application, worker=make_worker(application))) as client:
        worker = make_worker(application)
        now = application.clock.now()
        worker._workers.beat(worker.holder, now, now, 0)
        answer = client.get("/healthz")
        assert answer.json()["status"] == "pass", answer.json()
        page = client.get("/", headers={"accept": "text/html"})
        assert page.status_code == 200
        assert client.post("/ledger/verify", headers={"accept": "text/html"}).status_code == 200
