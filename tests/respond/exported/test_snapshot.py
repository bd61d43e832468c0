"""Snapshots of a system: once at declaration, whenever asked, and only of what is known."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from cases import ANN

from holdfast.app.bootstrap import Application
from holdfast.app.settings import read_settings
from holdfast.evidence.events.vault import ContentRedacted
from holdfast.kernel.clock import SetClock, SystemClock
from holdfast.kernel.errors import UsageError
from holdfast.respond.commands.declaring import DeclareIncident

PLAN = """holdfast: 1
system: {id: desk, name: Desk, purpose: answers}
levers:
  tools: {kind: switch, safe: disabled}
safe_mode: {tools: disabled}
"""


@pytest.fixture
def application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "holdfast.yaml").write_text(PLAN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    settings = read_settings({"HOLDFAST_HOME": str(tmp_path / "home"), "HOLDFAST_ACTOR": "p-ann"})
    made = Application(settings, SetClock(SystemClock().now()))
    yield made
    made.close()


def declared(application: Application, system: str = "desk") -> str:
    return application.respond.declare(DeclareIncident(title="t", system=system), ANN).incident.id


def run_policy(application: Application, name: str) -> None:
    """Run a policy over every fact, as a worker does that begins anew."""
    from holdfast.app.worker.duties import duties

    policies = [each for duty in duties(application) for each in duty.policies if each.name == name]
    for recorded in application.ledger.since(0, limit=1_000, types=policies[0].type_names):
        policies[0].react(recorded)


def test_a_declaration_is_followed_by_one_snapshot_however_often_it_is_handled(application) -> None:
    incident = declared(application)
    run_policy(application, "incident-snapshot")
    run_policy(application, "incident-snapshot")
    (item,) = application.desk.custody(incident).items.values()
    assert (item.kind, item.actor) == ("snapshot", "policy:incident-snapshot")
    given = application.desk.open(incident, ANN, item.id, how="downloaded", original=False)
    told = json.loads(b"".join(given.pieces))
    assert told["plan"]["digest"] == application.plans.find("desk").digest
    assert set(told["plan"]["files"]) == {"holdfast.yaml"}
    assert told["levers"].keys() == {"tools"}
    assert told["released"] is None


def test_no_snapshot_is_taken_long_after_a_declaration(application) -> None:
    incident = declared(application)
    application.clock.advance(timedelta(days=2))
    run_policy(application, "incident-snapshot")
    assert application.desk.custody(incident).items == {}


def test_a_system_that_no_plan_names_has_none(application) -> None:
    incident = declared(application, "other")
    run_policy(application, "incident-snapshot")
    assert application.desk.custody(incident).items == {}
    with pytest.raises(UsageError, match="HF782"):
        application.snapshots.take(incident, ANN, "why")


def test_somebody_may_ask_for_one_at_any_time(application) -> None:
    incident = declared(application)
    taken = [application.snapshots.take(incident, ANN, "before the rollback") for _ in range(2)]
    assert list(application.desk.custody(incident).items) == taken


def test_the_worker_carries_out_a_redaction_that_was_only_recorded(application) -> None:
    incident = declared(application)
    item = application.snapshots.take(incident, ANN, "w")
    found = application.desk.custody(incident).items[item]
    why = application.vault.seal(incident, "a name")
    fact = ContentRedacted(scope=incident, object=item, also=[found.added.digest.id], why=why)
    application.ledger.append(f"vault/{incident}", [fact], expected=None, actor="p-ann")
    run_policy(application, "vault-forgetting")
    assert application.desk.verify() == []
    assert application.vault.unseal([found.added.digest]) == [None]
