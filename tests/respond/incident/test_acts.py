"""Acts of the room: who may, what is refused, what a fact holds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from holdfast.access.model.principal import Kind, Principal, Role
from holdfast.access.requests import DeniedError
from holdfast.kernel.clock import SetClock, iso
from holdfast.kernel.errors import UsageError
from holdfast.kernel.incidents import Bucket, Severity
from holdfast.respond.commands.classifying import AssessImpact, ClassifyIncident, SetSeverity
from holdfast.respond.commands.roles import AcknowledgeDoubleRole, AssumeRole, HandOverRole
from holdfast.respond.commands.working import (
    AddNote,
    AgreeAction,
    AnswerQuestion,
    ChangeAction,
    JudgeHypothesis,
    MakeDecision,
    MakeStatement,
    ProposeHypothesis,
    RelateSystem,
)
from holdfast.respond.handlers.acting import Room
from holdfast.respond.handlers.acts import TABLE, perform
from holdfast.respond.model.incident.refusing import StaleError

RESPONDER = frozenset({Role.RESPONDER})
LEADER = frozenset({Role.COMMANDER})


def person(actor: str, roles: frozenset[Role] = RESPONDER) -> Principal:
    return Principal(actor, Kind.PERSON, roles)


def kinds(room: Room, incident: str) -> list[str]:
    return [each.event.type_name() for each in room.ledger.read(f"incident/{incident}")]


def test_a_checklist_makes_a_severity_with_its_reasons(room: Room, incident: str, ana: Principal) -> None:
    state = perform(room, incident, AssessImpact(harm="serious", reversible="yes"), ana).incident.classified
    assert (state.severity, state.set_by) == (Severity.SEV2, "rules")
    assert state.reasons == ("user harm: serious wrong advice or unfair treatment",)


def test_what_is_unknown_becomes_a_question_with_an_owner(room: Room, incident: str, ana: Principal) -> None:
    command = AssessImpact(harm="annoying", owners={"legal": "counsel-1"})
    questions = perform(room, incident, command, ana).incident.work.open_questions
    owners = {each.id: each.said.owner for each in questions}
    assert owners["impact-legal"] == "counsel-1"
    assert owners["impact-exposure"] == "role:security"


def test_a_question_of_the_checklist_is_answered_by_filling_it_in(
    room: Room, incident: str, ana: Principal
) -> None:
    perform(room, incident, AssessImpact(harm="annoying"), ana)
    after = perform(room, incident, AssessImpact(harm="annoying", legal="none"), ana).incident
    assert "impact-legal" not in {each.id for each in after.work.open_questions}
    with pytest.raises(UsageError, match="HF706"):
        perform(room, incident, AnswerQuestion(question="impact-money", answer="a lot"), ana)


def test_rules_raise_a_severity_and_never_lower_it(room: Room, incident: str, ana: Principal) -> None:
    perform(room, incident, AssessImpact(harm="severe"), ana)
    after = perform(room, incident, AssessImpact(harm="annoying"), ana).incident.classified
    assert after.severity is Severity.SEV1


def test_lowering_needs_a_reason_and_raising_none(room: Room, incident: str, ana: Principal) -> None:
    perform(room, incident, SetSeverity(severity=Severity.SEV2), ana)
    with pytest.raises(UsageError, match="HF707"):
        perform(room, incident, SetSeverity(severity=Severity.SEV3), ana)
    lowered = perform(room, incident, SetSeverity(severity=Severity.SEV3, because="one tenant"), ana)
    assert lowered.incident.classified.severity is Severity.SEV3
    assert lowered.incident.classified.worst is Severity.SEV2


def test_what_does_not_wait_is_escalated_once(room: Room, incident: str, ana: Principal) -> None:
    perform(room, incident, AssessImpact(exposure="plausible"), ana)
    perform(room, incident, AssessImpact(exposure="disclosed"), ana)
    assert kinds(room, incident).count("EscalatedAtOnce") == 1


def test_words_of_acts_lie_in_the_vault(room: Room, incident: str, ana: Principal) -> None:
    decision = MakeDecision(what="Stop Erika's refunds", why="Erika called", alternatives="wait for Erika")
    perform(room, incident, decision, ana)
    facts = room.ledger.read(f"incident/{incident}")
    assert not any("Erika" in each.event.model_dump_json() for each in facts)


def test_a_late_decision_carries_both_times(
    room: Room, incident: str, ana: Principal, clock: SetClock
) -> None:
    earlier = clock.now() - timedelta(minutes=20)
    made = perform(room, incident, MakeDecision(what="a", why="b", happened_at=earlier), ana)
    (decision,) = made.incident.work.decisions.values()
    assert (decision.said.happened_at, decision.recorded.at) == (iso(earlier), clock.now())


def test_what_has_not_happened_yet_is_refused(
    room: Room, incident: str, ana: Principal, clock: SetClock
) -> None:
    with pytest.raises(UsageError, match="HF793"):
        perform(room, incident, AddNote(text="later", happened_at=clock.now() + timedelta(hours=1)), ana)


def test_a_hypothesis_that_holds_needs_evidence(room: Room, incident: str, ana: Principal) -> None:
    perform(room, incident, ProposeHypothesis(observation="o", explains="the index"), ana)
    with pytest.raises(UsageError, match="HF707"):
        perform(room, incident, JudgeHypothesis(hypothesis="h1", state="held", because="clear"), ana)
    held = perform(room, incident, JudgeHypothesis(hypothesis="h1", state="held", evidence=("seq:1",)), ana)
    assert [each.id for each in held.incident.work.held] == ["h1"]


def test_what_is_not_there_is_named_with_what_is(room: Room, incident: str, ana: Principal) -> None:
    due = room.clock.now() + timedelta(hours=1)
    perform(room, incident, AgreeAction(what="flush", owner="role:technical", due=due), ana)
    with pytest.raises(UsageError, match=r"HF706.*a1"):
        perform(room, incident, ChangeAction(action="a2", state="done"), ana)


def test_an_action_is_a_clock_until_it_is_done(room: Room, incident: str, ana: Principal) -> None:
    due = room.clock.now() + timedelta(hours=1)
    agreed = perform(room, incident, AgreeAction(what="flush", owner="role:technical", due=due), ana)
    assert [(clock.subject, clock.due) for clock in agreed.incident.work.clocks()] == [("a1", due)]
    done = perform(room, incident, ChangeAction(action="a1", state="done"), ana)
    assert list(done.incident.work.clocks()) == []


def test_dropping_an_action_needs_a_note(room: Room, incident: str, ana: Principal) -> None:
    perform(room, incident, AgreeAction(what="x", owner="p-1", due=room.clock.now()), ana)
    with pytest.raises(UsageError, match="HF707"):
        perform(room, incident, ChangeAction(action="a1", state="dropped"), ana)


def test_one_incident_touches_several_systems(room: Room, incident: str, ana: Principal) -> None:
    perform(room, incident, RelateSystem(system="search-index", how="upstream"), ana)
    perform(room, incident, RelateSystem(system="triage"), ana)
    after = perform(
        room, incident, RelateSystem(system="triage", how="unrelated", because="no"), ana
    ).incident
    assert dict(after.work.systems) == {"search-index": "upstream"}


def test_the_same_wish_is_done_once(room: Room, incident: str, ana: Principal) -> None:
    for _ in range(2):
        perform(room, incident, MakeDecision(what="a", why="b"), ana, key="form-7")
    assert kinds(room, incident).count("DecisionMade") == 1


def test_a_wish_of_somebody_else_with_the_same_key_is_another(
    room: Room, incident: str, ana: Principal
) -> None:
    perform(room, incident, MakeDecision(what="a", why="b"), ana, key="1")
    perform(room, incident, MakeDecision(what="a", why="b"), person("p-2"), key="1")
    assert kinds(room, incident).count("DecisionMade") == 2


def test_a_stale_form_says_who_changed_what_and_when(room: Room, incident: str, ana: Principal) -> None:
    seen = perform(room, incident, MakeStatement(text="5 % of EU users"), ana).incident.version
    perform(room, incident, MakeStatement(text="6 % of EU users"), person("p-2"))
    with pytest.raises(StaleError, match="HF790") as refused:
        perform(room, incident, MakeStatement(text="4 % of EU users"), ana, expected=seen)
    assert (refused.value.subject, refused.value.by) == ("statement", "p-2")
    assert refused.value.event == "StatementMade"


def test_something_else_that_happened_makes_no_form_stale(room: Room, incident: str, ana: Principal) -> None:
    seen = room.find(incident).version
    perform(room, incident, SetSeverity(severity=Severity.SEV2), person("p-2"))
    perform(room, incident, MakeDecision(what="a", why="b"), ana, expected=seen)
    perform(room, incident, MakeStatement(text="5 %"), ana, expected=seen)
    assert kinds(room, incident)[-1] == "StatementMade"


def test_who_only_looks_may_not_act(room: Room, incident: str) -> None:
    viewer = Principal("p-9", Kind.PERSON, frozenset({Role.VIEWER}))
    with pytest.raises(DeniedError, match="HF622"):
        perform(room, incident, AddNote(text="hello"), viewer)


def test_a_role_is_taken_handed_over_and_kept_as_facts(room: Room, incident: str) -> None:
    perform(room, incident, AssumeRole(role="commander"), person("p-1", LEADER))
    after = perform(
        room, incident, HandOverRole(role="commander", who="p-2", state_of_things="EU only"), person("p-1")
    )
    assert after.incident.roles.commander == "p-2"
    assert kinds(room, incident)[-2:] == ["RoleAssumed", "RoleHandedOver"]


def test_a_role_of_somebody_else_is_not_taken_by_a_responder(room: Room, incident: str) -> None:
    perform(room, incident, AssumeRole(role="technical"), person("p-1"))
    with pytest.raises(DeniedError, match="HF791"):
        perform(room, incident, AssumeRole(role="technical"), person("p-2"))
    perform(room, incident, AssumeRole(role="technical", who="p-2"), person("p-3", LEADER))


def test_leading_takes_the_role_commander_of_access(room: Room, incident: str) -> None:
    with pytest.raises(DeniedError, match="HF791"):
        perform(room, incident, AssumeRole(role="commander"), person("p-1"))


def test_one_person_in_both_roles_is_seen_until_it_is_said_aloud(room: Room, incident: str) -> None:
    leader = person("p-1", LEADER)
    perform(room, incident, AssumeRole(role="commander"), leader)
    after = perform(room, incident, AssumeRole(role="technical"), leader).incident.roles
    assert (after.doubled, after.acknowledged) == ("p-1", frozenset())
    after = perform(room, incident, AcknowledgeDoubleRole(because="alone at night"), leader).incident.roles
    assert after.acknowledged == {"p-1"}


def test_classification_may_change(room: Room, incident: str, ana: Principal) -> None:
    perform(room, incident, ClassifyIncident(bucket=Bucket.MODEL), ana)
    after = perform(
        room, incident, ClassifyIncident(bucket=Bucket.DATA, secondary=(Bucket.MODEL,), near_miss=True), ana
    ).incident.classified
    assert (after.bucket, after.secondary, after.near_miss) == (Bucket.DATA, (Bucket.MODEL,), True)


def test_every_act_has_a_name_of_its_own() -> None:
    assert len({each.command.NAME for each in TABLE}) == len(TABLE)


def test_two_commanders_at_once_are_one_after_the_other(room: Room, incident: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda n: perform(room, incident, AssumeRole(role="commander"), person(f"p-{n}", LEADER)),
                range(8),
            )
        )
    taken = [each.event for each in room.ledger.read(f"incident/{incident}")[1:]]
    assert [each.before for each in taken] == [None, *(each.who for each in taken[:-1])]


def test_what_several_record_at_once_has_ids_of_its_own(room: Room, incident: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda n: perform(room, incident, MakeDecision(what=f"{n}", why="x"), person(f"p-{n}")),
                range(16),
            )
        )
    assert list(room.find(incident).work.decisions) == [f"d{n}" for n in range(1, 17)]


def test_the_words_of_a_wish_are_what_people_write_and_nothing_else() -> None:
    decided = MakeDecision(what="Roll back", why="Known good", risk="Slower", favours=("safety",))
    assert decided.words() == ["Roll back", "Known good", "Slower"]
    assert AssessImpact(harm="severe", who="Patients", promises=None).words() == ["Patients"]
    assert SetSeverity(severity=Severity.SEV1).words() == []
