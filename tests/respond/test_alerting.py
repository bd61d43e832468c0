"""Alerts of monitoring systems: recorded once, grouped, and with a room at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from tests.respond.conftest import NOW

from holdfast.access.model.principal import Principal
from holdfast.respond.handlers.acting import Room
from holdfast.respond.handlers.alerting import take_alerts
from holdfast.respond.ports.alerts import Alert
from holdfast.respond.views.signals import latest, waiting


def alert(fingerprint: str = "f1", group: str = "g1", *, firing: bool = True, **labels: str) -> Alert:
    ended = None if firing else NOW
    named = {"alertname": "InjectionSurge", "system": "support", **labels}
    words = {"summary": "Injected tool calls", "description": "5 % of tickets since 10:30"}
    return Alert(
        fingerprint, group, named["alertname"], firing, NOW - timedelta(minutes=5), ended, named, words
    )


@pytest.fixture
def machine() -> Principal:
    return Principal.worker("t-0000aler")


def test_an_alert_declares_an_incident_with_what_it_says(room: Room, machine: Principal) -> None:
    taken = take_alerts(room, "alertmanager", [alert()], machine)
    assert (taken.incidents, taken.declared) == (("INC-2026-0001",), True)
    declared = room.find("INC-2026-0001").declared
    assert declared.system == "support"
    assert declared.onset == NOW - timedelta(minutes=5)
    assert declared.title is not None
    assert room.vault.unseal([declared.title]) == ["Injected tool calls"]


def test_what_is_sent_again_adds_nothing(room: Room, machine: Principal) -> None:
    take_alerts(room, "alertmanager", [alert()], machine)
    head = room.ledger.head()
    again = take_alerts(room, "alertmanager", [alert()], machine)
    assert (again.new, again.incidents) == (0, ("INC-2026-0001",))
    assert room.ledger.head() == head


def test_other_groups_of_a_system_join_the_room_that_is_open(room: Room, machine: Principal) -> None:
    take_alerts(room, "alertmanager", [alert()], machine)
    second = take_alerts(room, "alertmanager", [alert("f2", "g2", alertname="RefusalRate")], machine)
    assert (second.incidents, second.declared) == (("INC-2026-0001",), False)
    assert room.find("INC-2026-0001").signals.independent == 2


def test_alerts_of_one_rule_are_one_signal(room: Room, machine: Principal) -> None:
    take_alerts(
        room, "alertmanager", [alert("f1"), alert("f2", region="eu"), alert("f3", region="us")], machine
    )
    signals = room.find("INC-2026-0001").signals
    assert (len(signals.attached), signals.independent) == (3, 1)


def test_another_system_gets_a_room_of_its_own(room: Room, machine: Principal) -> None:
    take_alerts(room, "alertmanager", [alert()], machine)
    other = take_alerts(room, "alertmanager", [alert("f9", "g9", system="triage")], machine)
    assert other.incidents == ("INC-2026-0002",)


def test_what_ended_before_anybody_heard_of_it_needs_no_room(room: Room, machine: Principal) -> None:
    taken = take_alerts(room, "alertmanager", [alert(firing=False)], machine)
    assert taken.incidents == ()
    assert [each.ended_at for each in latest(room.ledger)] == [NOW]


def test_an_alert_that_only_signals_waits_for_somebody(room: Room, machine: Principal) -> None:
    taken = take_alerts(room, "alertmanager", [alert(holdfast="signal")], machine)
    assert taken.incidents == ()
    assert [each.name for each in waiting(room.ledger)] == ["InjectionSurge"]


def test_an_end_is_recorded_once_and_closes_nothing(room: Room, machine: Principal) -> None:
    take_alerts(room, "alertmanager", [alert()], machine)
    for _ in range(2):
        take_alerts(room, "alertmanager", [alert(firing=False)], machine)
    kinds = [each.event.type_name() for each in room.ledger.since(0, limit=99)]
    assert kinds.count("AlertResolved") == 1
    assert room.index.open_of("support") == ["INC-2026-0001"]


def test_words_of_alerts_do_not_stand_in_facts(room: Room, machine: Principal) -> None:
    take_alerts(room, "alertmanager", [alert(customer="Erika Mustermann")], machine)
    assert "Erika" not in "".join(each.event.model_dump_json() for each in room.ledger.since(0, limit=99))


def test_many_groups_at_the_same_instant_open_one_room(room: Room, machine: Principal) -> None:
    alerts = [alert(f"f{n}", f"g{n}", alertname=f"Rule{n}") for n in range(16)]
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda one: take_alerts(room, "alertmanager", [one], machine), alerts))
    assert {each.incidents for each in taken} == {("INC-2026-0001",)}
    assert len(room.find("INC-2026-0001").signals.attached) == 16


def test_a_process_that_dies_between_fact_and_room_is_made_good_by_sending_again(
    room: Room, machine: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise SystemExit(9)

    with monkeypatch.context() as broken:
        broken.setattr("holdfast.respond.handlers.alerting.declare", die)
        with pytest.raises(SystemExit):
            take_alerts(room, "alertmanager", [alert()], machine)
    assert room.index.open_of("support") == []
    again = take_alerts(room, "alertmanager", [alert()], machine)
    assert (again.new, again.incidents) == (0, ("INC-2026-0001",))
