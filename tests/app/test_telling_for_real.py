"""From a declaration to receivers on loopback: policies, store, worker and connectors as they run."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.integrations.receivers.atlassian import Jira
from tests.integrations.receivers.base import Reply
from tests.integrations.receivers.pagerduty import PagerDuty
from tests.integrations.receivers.slack import SlackHook
from tests.respond.conftest import NOW

from holdfast.access.model.principal import Principal
from holdfast.app.bootstrap import Application
from holdfast.app.settings import read_settings
from holdfast.app.worker.duties import make_worker
from holdfast.kernel.clock import SetClock
from holdfast.kernel.incidents import Severity
from holdfast.respond.commands.declaring import DeclareIncident
from holdfast.respond.events.classifying import SeveritySet
from holdfast.respond.events.deliveries import Delivered, DeliveryFailed
from holdfast.respond.handlers.acting import act
from holdfast.respond.handlers.telling import tell_again

INCIDENT = "INC-2026-0001"
PLAN = """
holdfast: 1
system: {{id: shop, name: Shop, purpose: Sells things, owners: {{accountable: ml}}}}
people: {{ml: {{route: pager}}, privacy: {{route: chat}}}}
routes:
  pager: {{pagerduty: $KEY, address: "{pager}"}}
  chat: {{slack: $CHAT}}
  tickets: {{jira: $KEY, site: "{jira}", project: AI}}
"""


class House:
    """One workspace with its worker, and who is told."""

    def __init__(self) -> None:
        self.pager, self.chat, self.jira = PagerDuty(), SlackHook(), Jira()
        self.clock = SetClock(NOW)
        self.ana = Principal.local("p-0000ana1")

    def open(self) -> None:
        self.application = Application(read_settings({}), self.clock)
        self.worker = make_worker(self.application)

    def declare(self, severity: Severity | None = Severity.SEV1) -> None:
        respond = self.application.respond
        respond.declare(DeclareIncident(system="shop", title="Wrong refunds"), self.ana)
        if severity is not None:
            act(respond.room, INCIDENT, self.ana, lambda _: [SeveritySet(severity=severity, by="person")])

    def work(self) -> None:
        """Let policies and deliveries go on as far as they can now."""
        for _ in range(3):  # what one policy records, another one reads
            self.worker.following.step(lambda: False)
        self.worker.deliver_all()

    def facts(self, kind: type) -> list[Any]:
        recorded = self.application.ledger.read(f"incident/{INCIDENT}")
        return [each.event for each in recorded if isinstance(each.event, kind)]

    def close(self) -> None:
        self.worker.stop()
        self.application.close()
        for receiver in (self.pager, self.chat, self.jira):
            receiver.close()


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    house = House()
    (tmp_path / "holdfast.yaml").write_text(PLAN.format(pager=house.pager.url, jira=house.jira.url))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KEY", house.pager.secret)
    monkeypatch.setenv("CHAT", house.chat.hook)
    house.open()
    yield house
    house.close()


def test_who_is_to_be_told_is_told_and_every_receipt_is_a_fact(house: House) -> None:
    house.declare()
    house.work()
    assert [fields["summary"] for fields in house.jira.issues] == ["SEV-1 INC-2026-0001: Wrong refunds"]
    assert list(house.pager.alerts) == [INCIDENT]
    assert len(house.chat.messages) == 1
    assert {fact.route for fact in house.facts(Delivered)} == {"pager", "chat", "tickets"}


def test_the_worker_of_another_process_tells_nobody_twice(house: House) -> None:
    house.declare()
    house.work()
    before = len(house.application.ledger.read(f"incident/{INCIDENT}"))
    other = make_worker(house.application)
    for _ in range(3):
        other.following.step(lambda: False)
    other.deliver_all()
    other.stop()
    assert len(house.application.ledger.read(f"incident/{INCIDENT}")) == before
    assert len(house.chat.messages) == 1


def test_what_is_refused_for_now_arrives_later_under_the_same_key(house: House) -> None:
    house.chat.faults += [Reply(429, "slow down", {"Retry-After": "30"}), Reply(503)]
    house.declare()
    house.work()
    assert house.chat.messages == []
    for _ in range(2):
        house.clock.advance(timedelta(minutes=2))
        house.work()
    [taken] = [fact for fact in house.facts(Delivered) if fact.route == "chat"]
    assert taken.attempts == 3
    sent = [seen.json["blocks"][-1]["elements"][0]["text"] for seen in house.chat.seen]
    assert sent == [f"delivery {taken.delivery}"] * 3


def test_what_is_refused_for_good_is_a_fact_and_holds_up_nobody(house: House) -> None:
    house.chat.faults.append(Reply(404, "no_service"))
    house.declare()
    house.work()
    [failed] = house.facts(DeliveryFailed)
    assert (failed.route, failed.reason, failed.status) == ("chat", "refused", 404)
    assert failed.said is not None
    told = house.application.vault.unseal([failed.said])[0]
    assert told is not None
    assert told.endswith("answered 404: no_service")
    assert list(house.pager.alerts) == [INCIDENT]


def test_a_receiver_that_never_answers_is_given_up_as_a_fact(house: House) -> None:
    house.chat.faults += [Reply(503)] * 100
    house.declare()
    for _ in range(40):
        house.work()
        house.clock.advance(timedelta(minutes=20))
    [failed] = house.facts(DeliveryFailed)
    assert (failed.route, failed.reason) == ("chat", "gave_up")
    assert house.chat.messages == []


def test_a_receiver_that_hangs_does_not_hold_up_the_others(house: House) -> None:
    house.chat.faults += ["hang"] * 100
    taken = threading.Event()

    def look(seen: Any) -> Reply:
        reply = PagerDuty.answer(house.pager, seen)
        taken.set()
        return reply

    house.pager.answer = look  # type: ignore[method-assign]  # it tells the test when it was called
    house.declare()
    house.worker.start()
    assert taken.wait(30)
    assert house.facts(DeliveryFailed) == []
    house.chat.over.set()


def test_nobody_is_woken_by_what_happened_while_no_worker_ran_and_that_is_seen(house: House) -> None:
    house.declare()
    house.clock.advance(timedelta(hours=3))
    house.work()
    assert (house.pager.alerts, house.chat.messages) == ({}, [])
    assert len(house.jira.issues) == 1
    failed = {fact.route: fact for fact in house.facts(DeliveryFailed)}
    assert set(failed) == {"pager", "chat"}
    tell_again(house.application.respond.room, INCIDENT, failed["pager"].delivery, house.ana)
    house.work()
    assert list(house.pager.alerts) == [INCIDENT]
