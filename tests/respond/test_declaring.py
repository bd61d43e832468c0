"""An incident is declared at once, and once for the same wish."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from holdfast.access.model.principal import Principal
from holdfast.kernel.errors import UsageError
from holdfast.respond.commands.declaring import DeclareIncident
from holdfast.respond.handlers.acting import Room
from holdfast.respond.handlers.declaring import declare
from holdfast.respond.model.incident.state import PARTS, Incident


def test_the_first_incident_of_a_year_is_number_one(room: Room, ana: Principal) -> None:
    declared = declare(room, DeclareIncident("support", "Refunds nobody asked for"), ana).incident
    assert declared.id == "INC-2026-0001"
    assert (declared.declared.system, declared.declared.by) == ("support", ana.actor)


def test_words_do_not_stand_in_the_fact(room: Room, ana: Principal) -> None:
    declare(room, DeclareIncident("support", "Refunds for Erika Mustermann", account="She called"), ana)
    stored = [each.event.model_dump_json() for each in room.ledger.since(0, limit=10)]
    assert not any("Erika" in text or "called" in text for text in stored)


def test_the_same_wish_declares_once(room: Room, ana: Principal) -> None:
    wish = DeclareIncident("support", "Refunds", key="alert-1")
    assert declare(room, wish, ana).incident.id == declare(room, wish, ana).incident.id
    assert room.ledger.head().seq == 1


def test_many_at_once_each_get_a_number_and_the_same_wish_gets_one(room: Room, ana: Principal) -> None:
    keys = ["alert-0", "alert-1", "alert-2"] * 2 + [None] * 6
    wishes = [DeclareIncident("support", f"Case {n}", key=key) for n, key in enumerate(keys)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda wish: declare(room, wish, ana).incident.id, wishes))
    assert len(set(found[:6])) == 3
    assert len(set(found)) == 9
    assert sorted(set(found)) == [f"INC-2026-{n:04d}" for n in range(1, 10)]


def test_an_incident_that_is_not_there_is_said_to_be_none(room: Room) -> None:
    with pytest.raises(UsageError, match="HF701"):
        room.find("INC-2026-0042")


def test_what_is_no_id_of_an_incident_names_no_stream(room: Room) -> None:
    with pytest.raises(UsageError, match="HF701"):
        room.find("../access/people")


def test_every_part_is_a_field_of_the_incident() -> None:
    assert set(PARTS) <= set(Incident.__dataclass_fields__)


def test_open_incidents_of_a_system_are_named_latest_first_and_drills_are_none(
    room: Room, ana: Principal
) -> None:
    for wish in (
        DeclareIncident("support", "One"),
        DeclareIncident("triage", "Two"),
        DeclareIncident("support", "Three", drill="D-1"),
        DeclareIncident("support", "Four"),
    ):
        declare(room, wish, ana)
    assert room.index.open_of("support") == ["INC-2026-0004", "INC-2026-0001"]
