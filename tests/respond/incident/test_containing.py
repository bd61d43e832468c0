"""Levers: moved for a time, by who may, widened by two; contained only when something moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from holdfast.access.model.principal import Principal, Role
from holdfast.access.model.refusing import StandingError as NotASecondPersonError
from holdfast.access.requests import DeniedError
from holdfast.kernel.clock import SetClock
from holdfast.kernel.errors import UsageError
from holdfast.respond.commands.course import MoveState
from holdfast.respond.commands.levers import AnswerMove, ConfirmLever, EnterSafeMode, MoveLever
from holdfast.respond.handlers.acting import Room
from holdfast.respond.handlers.acts import perform
from holdfast.respond.handlers.moving import carry_out
from holdfast.respond.model.authority import Granted, Needs, may
from holdfast.respond.model.incident.moving import widens
from holdfast.respond.model.incident.refusing import StandingError
from holdfast.respond.ports.levers import LeverMove, LeverPosition, MoveReceipt

Person = Callable[..., Principal]
HOUR = timedelta(hours=1)


def to_safe(room: Room, lever: str = "tools") -> MoveLever:
    return MoveLever(lever=lever, because="injection", until=room.clock.now() + 2 * HOUR)


def test_contained_takes_a_move_that_was_recorded(room: Room, incident: str, ana: Principal) -> None:
    with pytest.raises(StandingError, match="HF709"):
        perform(room, incident, MoveState(to="contained"), ana)
    perform(room, incident, to_safe(room), ana)
    contained = perform(room, incident, MoveState(to="contained", because="EU is held"), ana).incident
    assert contained.course.state == "contained"


def test_a_move_by_hand_is_on_paper_until_somebody_saw_it(room: Room, incident: str, ana: Principal) -> None:
    (move,) = perform(room, incident, to_safe(room), ana).incident.contained.standing
    assert (move.said.by_hand, move.confirmed) == (True, None)
    seen = perform(room, incident, ConfirmLever(move="m1", in_force=True, note="tried it"), ana)
    assert seen.incident.contained.moves["m1"].confirmed is True


def test_a_move_that_is_seen_not_to_hold_contains_nothing(room: Room, incident: str, ana: Principal) -> None:
    perform(room, incident, to_safe(room), ana)
    perform(room, incident, ConfirmLever(move="m1", in_force=False), ana)
    with pytest.raises(StandingError, match="HF709"):
        perform(room, incident, MoveState(to="contained"), ana)


def test_a_temporary_move_without_an_end_is_refused(room: Room, incident: str, ana: Principal) -> None:
    with pytest.raises(UsageError, match="HF705"):
        perform(room, incident, MoveLever(lever="tools", because="x"), ana)
    perform(room, incident, MoveLever(lever="tools", because="x", lasting=True), ana)


def test_an_end_that_is_over_is_refused(room: Room, incident: str, ana: Principal) -> None:
    with pytest.raises(UsageError, match="HF793"):
        perform(room, incident, MoveLever(lever="tools", because="x", until=room.clock.now()), ana)


def test_nothing_widens_at_its_end(room: Room, incident: str, ana: Principal, clock: SetClock) -> None:
    perform(room, incident, to_safe(room), ana)
    clock.advance(3 * HOUR)
    contained = room.find(incident).contained
    (due,) = contained.clocks()
    assert (due.kind, due.standing(clock.now())) == ("lever", "overdue")
    assert contained.standing[0].said.position == "safe"


def test_the_last_move_of_a_lever_and_scope_stands(room: Room, incident: str, ana: Principal) -> None:
    perform(room, incident, to_safe(room), ana)
    eu = MoveLever(lever="tools", because="x", scope={"region": "eu"}, until=room.clock.now() + HOUR)
    perform(room, incident, eu, ana)
    after = perform(room, incident, MoveLever(lever="tools", position="normal", because="ok"), ana)
    assert {(move.id, move.said.position) for move in after.incident.contained.standing} == {
        ("m2", "safe"),
        ("m3", "normal"),
    }


def test_safe_mode_moves_all_levers_of_the_plan_in_one_act(
    planned: Room, incident: str, ana: Principal
) -> None:
    acted = perform(planned, incident, EnterSafeMode(because="x", until=planned.clock.now() + HOUR), ana)
    assert [(each.event.lever, each.event.position) for each in acted.recorded] == [
        ("tools", "safe"),
        ("guardrails", "C"),
    ]


def test_safe_mode_without_a_plan_holds_the_whole_system(room: Room, incident: str, ana: Principal) -> None:
    acted = perform(room, incident, EnterSafeMode(because="x", until=room.clock.now() + HOUR), ana)
    assert [each.event.lever for each in acted.recorded] == ["whole-system"]


def test_safe_mode_asked_for_twice_is_entered_once(planned: Room, incident: str, ana: Principal) -> None:
    wish = EnterSafeMode(because="x", until=planned.clock.now() + HOUR)
    assert len(perform(planned, incident, wish, ana, key="1").recorded) == 2
    assert perform(planned, incident, wish, ana, key="1").recorded == ()


def test_a_lever_that_the_plan_does_not_have_is_refused(planned: Room, incident: str, ana: Principal) -> None:
    with pytest.raises(UsageError, match=r"HF706.*tools"):
        perform(planned, incident, to_safe(planned, "tolls"), ana)


def test_switching_off_is_refused_to_others_and_names_who_may(
    planned: Room, incident: str, person: Person
) -> None:
    off = MoveLever(lever="enabled", position="disabled", because="x", lasting=True)
    with pytest.raises(DeniedError, match=r"HF791.*on-call"):
        perform(planned, incident, off, person("p-else"))
    perform(planned, incident, off, person("p-call"))


def test_narrowing_waits_for_nobody_and_widening_for_a_second_person(
    planned: Room, incident: str, person: Person, kinds: Callable[[str], list[str]]
) -> None:
    perform(planned, incident, to_safe(planned), person("p-else"))
    back = MoveLever(lever="tools", position="normal", because="recovered")
    asked = perform(planned, incident, back, person("p-call")).incident.contained
    assert kinds(incident)[-1] == "LeverMoveAsked"
    assert [move.said.position for move in asked.standing] == ["safe"]
    moved = perform(planned, incident, AnswerMove(move="m2", answer="consented"), person("p-safe"))
    (stands,) = moved.incident.contained.standing
    assert (stands.said.position, stands.said.second) == ("normal", "p-safe")


def test_who_asked_for_widening_cannot_consent(planned: Room, incident: str, person: Person) -> None:
    perform(planned, incident, MoveLever(lever="tools", position="normal", because="x"), person("p-call"))
    with pytest.raises(NotASecondPersonError, match="HF632"):
        perform(planned, incident, AnswerMove(move="m1", answer="consented"), person("p-call"))
    with pytest.raises(DeniedError, match="HF791"):
        perform(planned, incident, AnswerMove(move="m1", answer="consented"), person("p-else"))


def test_a_refused_move_stays_refused(planned: Room, incident: str, person: Person) -> None:
    perform(planned, incident, MoveLever(lever="tools", position="normal", because="x"), person("p-call"))
    with pytest.raises(UsageError, match="HF707"):
        perform(planned, incident, AnswerMove(move="m1", answer="refused"), person("p-safe"))
    perform(planned, incident, AnswerMove(move="m1", answer="refused", because="too soon"), person("p-safe"))
    with pytest.raises(StandingError, match="HF794"):
        perform(planned, incident, AnswerMove(move="m1", answer="consented"), person("p-safe"))


@pytest.mark.parametrize(
    ("lever", "position", "said", "wider"),
    [
        ("tools", "safe", None, False),
        ("tools", "normal", None, True),
        ("tools", "search only", None, True),
        ("tools", "search only", False, False),
        ("guardrails", "C", None, False),
        ("guardrails", "B", None, True),
        ("guardrails", "A", None, True),
        ("enabled", "disabled", None, False),
    ],
)
def test_what_is_not_known_to_narrow_counts_as_widening(
    planned: Room, lever: str, position: str, said: bool | None, wider: bool
) -> None:
    plan = planned.systems.find("support").plan
    assert widens(plan.levers[lever], position, said) is wider


def test_without_a_plan_roles_of_access_decide(room: Room, incident: str, person: Person) -> None:
    with pytest.raises(DeniedError, match=r"HF791.*commander"):
        perform(room, incident, MoveLever(lever="tools", position="normal", because="x"), person("p-1"))
    perform(
        room,
        incident,
        MoveLever(lever="tools", position="normal", because="x"),
        person("p-2", Role.COMMANDER),
    )


def test_what_the_plan_gives_to_nobody_is_the_approvers(planned: Room, person: Person) -> None:
    plan = planned.systems.find("support").plan
    assert may(plan, "roll_back", person("p-else")) == Needs(("exec",))
    assert may(plan, "roll_back", person("p-exec")) == Granted("exec")


def test_a_second_person_is_asked_where_it_is_not_known_that_none_is_needed(person: Person) -> None:
    from pathlib import Path

    from holdfast.plan.model.document import parse_document
    from holdfast.plan.model.loading import load

    text = (
        "holdfast: 1\nsystem: {id: s, name: S}\npeople: {comms: {members: [p-1]}, legal: {}}\n"
        "authority: {approve_external: {who: comms, and: legal, when: privacy or contract}}\n"
    )
    plan = load([parse_document(text, "holdfast.yaml")], Path()).plan
    one = person("p-1")
    assert may(plan, "approve_external", one) == Granted("comms", "legal")
    assert may(plan, "approve_external", one, facts={"privacy": False}) == Granted("comms", "legal")
    assert may(plan, "approve_external", one, facts={"privacy": False, "contract": False}) == Granted("comms")


@dataclass
class Program:
    """Levers that a program moves; what it is asked, and what it says of each."""

    in_force: bool
    moved: list[LeverMove] = field(default_factory=list)

    def positions(self, system: str) -> list[LeverPosition]:
        return []

    def move(self, move: LeverMove, actor: str, because: int | None) -> MoveReceipt:
        self.moved.append(move)
        return MoveReceipt(self.in_force, "r-1")


def test_a_program_moves_what_was_recorded_and_says_whether_it_holds(
    room: Room, incident: str, ana: Principal
) -> None:
    program = Program(in_force=True)
    driven = replace(room, levers=program)
    perform(driven, incident, to_safe(room), ana)
    assert [(move.lever, move.position) for move in program.moved] == [("tools", "safe")]
    move = room.find(incident).contained.moves["m1"]
    assert (move.said.by_hand, move.confirmed) == (False, True)


def test_a_move_that_was_recorded_and_not_made_is_made_by_the_worker_with_the_same_key(
    room: Room, incident: str, ana: Principal
) -> None:
    program = Program(in_force=False)
    driven = replace(room, levers=program)
    (recorded,) = perform(driven, incident, to_safe(room), ana).recorded
    carry_out(driven, recorded)
    assert len({move.key for move in program.moved}) == 1
    assert room.find(incident).contained.moves["m1"].confirmed is None
