"""The time line tells every fact of the room in words, and what was released beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from holdfast.access.model.principal import Principal
from holdfast.gate.events import ReleaseDecided
from holdfast.kernel.clock import SetClock
from holdfast.kernel.events import EventTypes
from holdfast.ledger.sqlite.ledger import SqliteLedger
from holdfast.respond.commands.checks import AnswerCheck, AssembleHarmTest, FinishHarmTest
from holdfast.respond.commands.classifying import AssessImpact
from holdfast.respond.commands.levers import ConfirmLever, MoveLever
from holdfast.respond.commands.working import AddNote
from holdfast.respond.events import checks, classifying, course, declaring, levers, roles, working
from holdfast.respond.handlers.acting import Room
from holdfast.respond.handlers.acts import perform
from holdfast.respond.views.room.offered import rights_held
from holdfast.respond.views.room.room import around_of, streams_of
from holdfast.respond.views.timeline import TOLD, latest, rows_of

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _knows_gates(ledger: SqliteLedger) -> None:
    types: EventTypes = ledger._types
    types.register(ReleaseDecided)


def words(room: Room, incident: str) -> list[str]:
    around = around_of(room.find(incident), room.clock.now())
    facts = latest(room.ledger, streams_of(room.ledger, incident), before=None, limit=50, around=around)
    return [row.words for row in rows_of(facts, room.vault)]


def released(room: Room, system: str, bundle: str) -> None:
    fact = ReleaseDecided(
        system=system,
        bundle=bundle,
        plan_digest="sha256:0",
        verdict="pass",
        gates={},
        overrides={},
        looks_known=True,
        tool="holdfast",
    )
    room.ledger.append(f"release/{system}", [fact], expected=None, actor="cli-1")


def test_every_kind_of_fact_of_the_room_has_its_words() -> None:
    modules = (checks, classifying, course, declaring, levers, roles, working)
    assert [
        kind.type_name() for each in modules for kind in each.EVENTS if kind.type_name() not in TOLD
    ] == []


def test_a_move_says_lever_position_scope_end_and_that_it_is_on_paper(
    room: Room, incident: str, ana: Principal
) -> None:
    move = MoveLever(lever="tools", because="x", scope={"region": "eu"}, until=room.clock.now() + HOUR)
    perform(room, incident, move, ana)
    perform(room, incident, ConfirmLever(move="m1", in_force=False), ana)
    assert words(room, incident)[:2] == [
        "Move m1 is NOT in force",
        "Lever tools to safe, region eu, until 2026-11-21 03:00 UTC (by hand, on paper)",
    ]


def test_checks_are_told_with_their_question_and_their_count(
    room: Room, incident: str, ana: Principal
) -> None:
    perform(room, incident, AnswerCheck(check="cross_tenant", answer="no", note="looked"), ana)
    perform(room, incident, AssembleHarmTest(red_team=9, limits="few"), ana)
    perform(room, incident, FinishHarmTest(test="t1", harmful=2, n=9), ana)
    told = words(room, incident)
    assert told[0] == "Harm test t1: 2 of 9 answers were harmful"
    assert told[2] == "Could one tenant see another's content? no"


def test_what_was_released_of_the_system_stands_beside(
    room: Room, ana: Principal, clock: SetClock, declared: Callable[[], str]
) -> None:
    released(room, "support", "b-1")
    clock.advance(timedelta(days=3))
    released(room, "support", "b-2")
    released(room, "other", "b-9")
    incident = declared()
    perform(room, incident, AddNote(text="it began"), ana)
    told = words(room, incident)
    assert "Release of b-2 decided: pass" in told
    assert not any("b-1" in each or "b-9" in each for each in told)


def test_a_question_of_the_checklist_is_told_as_it_is_asked(
    room: Room, incident: str, ana: Principal
) -> None:
    perform(room, incident, AssessImpact(harm="annoying"), ana)
    assert "Question for legal: Whose law may apply?" in words(room, incident)


def test_the_room_names_who_may_do_what(planned: Room) -> None:
    held = {right.words: right for right in rights_held(planned.systems.find("support").plan)}
    assert held["accept a residual risk below 12"].parties == ("exec",)
    assert held["accept a residual risk from 12"].parties == ("board",)
    assert held["move a lever to a less restrictive position"].second == "safety"
    without = {right.words: right.parties for right in rights_held(None)}
    assert without["accept a residual risk"] == ("approver",)
