"""/healthz, /metrics and the page of health."""

from __future__ import annotations

from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from holdfast.app.http import health as health_module
from holdfast.app.http.making import make_app
from holdfast.app.http.mount import Mount
from holdfast.app.http.mounts import mounts
from holdfast.app.worker.duties import make_worker
from holdfast.kernel.errors import LedgerError
from holdfast.store.problems import PolicyProblems
from holdfast.store.work import Deliveries, Timers


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(health_module, "KEPT_SECONDS", -1.0)


@pytest.fixture
def client(application):
    gauge = Mount("gauges", gauges=lambda: {"overdue_clocks": 3})
    app = make_app(application, [*mounts(application), gauge], worker=make_worker(application))
    with TestClient(app) as opened:
        yield opened


def told(client, name):
    return client.get("/healthz").json()["checks"][name]


def test_a_server_that_works_says_so(client, application):
    make_worker(application)._workers.beat("w", application.clock.now(), application.clock.now(), 0)
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "pass"


def test_without_a_worker_it_fails(application):
    with TestClient(make_app(application)) as client:
        answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["worker"]["status"] == "fail"


def test_a_ledger_that_cannot_be_written_fails(client, application, monkeypatch):
    def locked(*_: object) -> None:
        raise LedgerError.of("HF404", "locked")

    monkeypatch.setattr(application.ledger, "advance", locked)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert "HF404" in answer.json()["checks"]["ledger"]["says"]


def test_a_policy_that_fails_is_named_and_does_not_take_the_server_down(client, application):
    PolicyProblems(application.store).failed("remind", 7, "ZeroDivisionError", application.clock.now())
    assert told(client, "policies")["says"] == "`remind` fails at event 7 (ZeroDivisionError), 1 times"
    assert "remind" in client.get("/health").text


def test_a_timer_that_nobody_fires_fails(application):
    long_ago = application.clock.now() - timedelta(hours=1)
    Timers(application.store).set("t", long_ago, "unknown", "s", {})
    with TestClient(make_app(application)) as client:
        assert told(client, "timers")["status"] == "fail"


def test_a_delivery_that_was_given_up_is_counted(client, application):
    deliveries = Deliveries(application.store)
    deliveries.add("d", "r", "k", "s", {}, application.clock.now() + timedelta(hours=1))
    deliveries.failed("d", "no")
    assert told(client, "deliveries")["status"] == "warn"


def test_who_may_not_see_learns_only_whether_it_works(application, monkeypatch):
    with TestClient(make_app(application), client=("203.0.113.9", 5)) as client:
        assert client.get("/healthz").json() == {"status": "fail"}
        assert client.get("/metrics").status_code == 401


def test_metrics_are_what_prometheus_reads(client):
    client.get("/healthz")
    families = {family.name: family for family in text_string_to_metric_families(client.get("/metrics").text)}
    assert families["holdfast_overdue_clocks"].samples[0].value == 3
    for name in ("requests", "request_seconds", "live_viewers", "ledger_head", "worker_behind", "deliveries"):
        assert f"holdfast_{name}" in families
    counted = families["holdfast_requests"].samples
    assert any(sample.labels.get("route") == "/healthz" for sample in counted)


def test_metrics_hold_no_address_that_somebody_typed(client):
    client.get("/incidents/ann@example.com", headers={"accept": "text/html"})
    assert "ann@example" not in client.get("/metrics").text
