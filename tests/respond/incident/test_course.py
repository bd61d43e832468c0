"""Recovery is what was validated; risk that stays is accepted by another; closing leaves nothing open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from holdfast.access.model.principal import Principal, Role
from holdfast.access.model.refusing import StandingError as NotASecondPersonError
from holdfast.access.requests import DeniedError
from holdfast.kernel.errors import UsageError
from holdfast.kernel.incidents import Bucket
from holdfast.respond.commands.checks import AnswerCheck, AssembleHarmTest, FinishHarmTest
from holdfast.respond.commands.classifying import ClassifyIncident
from holdfast.respond.commands.course import (
    AnswerResidualRisk,
    CloseIncident,
    ConfirmRecovery,
    FreezeChanges,
    MoveState,
    ProposeResidualRisk,
    ReconcileItem,
    ReopenIncident,
    ValidateRecovery,
)
from holdfast.respond.commands.duties import DecideDuties, ReopenDuty
from holdfast.respond.commands.levers import MoveLever
from holdfast.respond.commands.working import AgreeAction, AskQuestion
from holdfast.respond.handlers.acting import Room
from holdfast.respond.handlers.acts import perform
from holdfast.respond.model.duties.regimes import all_regimes
from holdfast.respond.model.failure_modes import FAILURE_MODES
from holdfast.respond.model.incident.refusing import StandingError
from holdfast.respond.model.recovery import BY_MODE, STEPS, steps_for
from holdfast.respond.model.roles import RACI, ROLES
from holdfast.respond.views.index import LedgerIndex

Person = Callable[..., Principal]
ANSWERS = {"alerts": "yes", "guardrails": "not_applicable", "people": "yes"}


def passed(step: str) -> ValidateRecovery:
    return ValidateRecovery(step=step, result="passed", evidence=("seq:1",), tail="EU, mobile, de")


def contained(room: Room, incident: str, ana: Principal) -> None:
    perform(room, incident, MoveLever(lever="tools", because="x", lasting=True), ana)
    perform(room, incident, MoveState(to="contained"), ana)


def recovered(room: Room, incident: str, ana: Principal) -> None:
    contained(room, incident, ana)
    perform(room, incident, MoveState(to="recovering"), ana)
    for step in steps_for(None):
        perform(room, incident, passed(step.id), ana)
    perform(room, incident, ConfirmRecovery(), ana)
    every = tuple(regime.id for regime in all_regimes())
    perform(room, incident, DecideDuties(regimes=every, decided="not_applicable", reason="test data"), ana)


def test_an_incident_goes_its_course(room: Room, incident: str, ana: Principal, index: LedgerIndex) -> None:
    recovered(room, incident, ana)
    today = room.clock.now().date()
    closed = perform(room, incident, CloseIncident(review_held=today, answers=ANSWERS), ana).incident
    assert closed.course.state == "closed"
    assert index.open_of("support") == []


def test_recovered_takes_every_step_with_its_evidence(room: Room, incident: str, ana: Principal) -> None:
    contained(room, incident, ana)
    perform(room, incident, MoveState(to="recovering"), ana)
    perform(room, incident, passed("smoke"), ana)
    with pytest.raises(StandingError, match=r"HF709.*replay, bias, canary"):
        perform(room, incident, ConfirmRecovery(), ana)


def test_a_step_that_failed_holds_recovery(room: Room, incident: str, ana: Principal) -> None:
    contained(room, incident, ana)
    perform(room, incident, MoveState(to="recovering"), ana)
    for step in steps_for(None):
        perform(room, incident, passed(step.id), ana)
    perform(room, incident, ValidateRecovery(step="runbook/x", result="failed", evidence=("seq:1",)), ana)
    with pytest.raises(StandingError, match=r"HF709.*runbook/x"):
        perform(room, incident, ConfirmRecovery(), ana)


def test_a_step_without_evidence_shows_nothing(room: Room, incident: str, ana: Principal) -> None:
    contained(room, incident, ana)
    with pytest.raises(UsageError, match="HF707"):
        perform(room, incident, ValidateRecovery(step="smoke", result="passed"), ana)


def test_averages_hide_the_tail(room: Room, incident: str, ana: Principal) -> None:
    contained(room, incident, ana)
    with pytest.raises(UsageError, match=r"HF707.*tail"):
        perform(room, incident, ValidateRecovery(step="replay", result="passed", evidence=("seq:1",)), ana)


def test_what_failed_cannot_be_said_not_to_apply(room: Room, incident: str, ana: Principal) -> None:
    contained(room, incident, ana)
    skipped = ValidateRecovery(step="bias", result="not_applicable", because="no decisions on people")
    perform(room, incident, skipped, ana)
    perform(room, incident, ClassifyIncident(bucket=Bucket.MODEL, mode="bias-spike"), ana)
    with pytest.raises(StandingError, match="HF794"):
        perform(room, incident, skipped, ana)


def test_recovery_is_not_reached_without_containment(room: Room, incident: str, ana: Principal) -> None:
    with pytest.raises(StandingError, match="HF794"):
        perform(room, incident, MoveState(to="recovering"), ana)


def test_closing_names_all_that_is_open(room: Room, incident: str, ana: Principal) -> None:
    recovered(room, incident, ana)
    now = room.clock.now()
    perform(room, incident, AgreeAction(what="x", owner="p-1", due=now), ana)
    perform(room, incident, AskQuestion(text="who?", owner="p-1"), ana)
    perform(room, incident, FreezeChanges(), ana)
    perform(room, incident, MoveLever(lever="rate", because="x", until=now + timedelta(hours=1)), ana)
    with pytest.raises(StandingError) as refused:
        perform(room, incident, CloseIncident(), ana)
    said = [problem.message for problem in refused.value.problems]
    assert len(said) == 8
    assert not any("duties" in each for each in said)
    assert {problem.code for problem in refused.value.problems} == {"HF704"}
    assert "action a1 is open" in said
    assert "changes are frozen" in said
    assert "the review was not held" in said


def test_an_incident_with_a_duty_that_nobody_settled_is_not_closed(
    room: Room, incident: str, ana: Principal
) -> None:
    recovered(room, incident, ana)
    perform(room, incident, ReopenDuty(regime="GDPR-33", because="it was real data"), ana)
    with pytest.raises(StandingError, match=r"HF704.*notification duties are not settled: GDPR-33"):
        perform(room, incident, CloseIncident(review_held=room.clock.now().date(), answers=ANSWERS), ana)


def test_what_is_carried_on_elsewhere_is_reconciled(room: Room, incident: str, ana: Principal) -> None:
    recovered(room, incident, ana)
    perform(room, incident, AgreeAction(what="x", owner="p-1", due=room.clock.now()), ana)
    with pytest.raises(UsageError, match="HF707"):
        perform(room, incident, ReconcileItem(item="action/a1", how="carried", because="long"), ana)
    carried = ReconcileItem(item="action/a1", how="carried", carried_to="JIRA-7", because="long")
    perform(room, incident, carried, ana)
    today = room.clock.now().date()
    closed = perform(room, incident, CloseIncident(review_held=today, answers=ANSWERS), ana)
    assert closed.incident.course.state == "closed"


def test_what_is_not_open_cannot_be_reconciled(room: Room, incident: str, ana: Principal) -> None:
    with pytest.raises(UsageError, match="HF706"):
        perform(room, incident, ReconcileItem(item="action/a1", because="x"), ana)


def test_a_false_alarm_closes_with_a_reason_from_anywhere(room: Room, incident: str, ana: Principal) -> None:
    with pytest.raises(UsageError, match="HF707"):
        perform(room, incident, CloseIncident(outcome="false_alarm"), ana)
    closed = perform(room, incident, CloseIncident(outcome="false_alarm", because="a test"), ana)
    assert closed.incident.course.state == "closed"


def test_reopening_is_a_fact_and_recovery_is_shown_anew(
    room: Room, incident: str, ana: Principal, index: LedgerIndex
) -> None:
    recovered(room, incident, ana)
    reopened = perform(room, incident, ReopenIncident(because="it is back"), ana).incident.course
    assert (reopened.state, reopened.reopened, dict(reopened.steps)) == ("triaging", 1, {})
    assert index.open_of("support") == [incident]


def test_a_change_freeze_is_lifted_by_a_person_only(room: Room, incident: str, ana: Principal) -> None:
    end = room.clock.now() + timedelta(hours=4)
    frozen = perform(room, incident, FreezeChanges(until=end), ana).incident.course
    assert [clock.subject for clock in frozen.clocks()] == ["freeze"]
    assert perform(room, incident, FreezeChanges(frozen=False), ana).incident.course.freeze is None


def a_risk(room: Room, severity: int, likelihood: int) -> ProposeResidualRisk:
    return ProposeResidualRisk(
        what="rare injections",
        exposed="EU tenants",
        justified="tools are off",
        plan="retrain",
        severity=severity,
        likelihood=likelihood,
        until=room.clock.now() + timedelta(days=30),
    )


def test_who_accepts_a_residual_risk_follows_from_its_score(
    planned: Room, incident: str, ana: Principal, person: Person
) -> None:
    perform(planned, incident, a_risk(planned, 3, 3), ana)
    perform(planned, incident, a_risk(planned, 4, 3), ana)
    perform(planned, incident, AnswerResidualRisk(risk="r1", answer="accepted"), person("p-exec"))
    with pytest.raises(DeniedError, match=r"HF791.*board"):
        perform(planned, incident, AnswerResidualRisk(risk="r2", answer="accepted"), person("p-exec"))
    after = perform(planned, incident, AnswerResidualRisk(risk="r2", answer="accepted"), person("p-board"))
    assert [clock.kind for clock in after.incident.course.clocks()] == ["acceptance", "acceptance"]


def test_nobody_accepts_a_risk_that_they_wrote_down(room: Room, incident: str, person: Person) -> None:
    author = person("p-1", Role.RESPONDER, Role.APPROVER)
    perform(room, incident, a_risk(room, 2, 2), author)
    with pytest.raises(NotASecondPersonError, match="HF632"):
        perform(room, incident, AnswerResidualRisk(risk="r1", answer="accepted"), author)
    perform(room, incident, AnswerResidualRisk(risk="r1", answer="withdrawn"), author)


def test_a_harm_test_says_what_is_in_it_and_what_it_cannot_show(
    room: Room, incident: str, ana: Principal
) -> None:
    with pytest.raises(ValueError, match="single case"):
        AssembleHarmTest(limits="x")
    made = AssembleHarmTest(incident_samples=20, red_team=30, segments={"de": 10}, limits="English only")
    perform(room, incident, made, ana)
    done = FinishHarmTest(test="t1", harmful=3, n=60, by_segment={"de": (2, 10)})
    tests = perform(room, incident, done, ana).incident.checked.tests
    assert (tests["t1"].finished.harmful, tests["t1"].finished.run_by) == (3, ana.actor)


def test_a_test_that_was_not_run_says_why() -> None:
    with pytest.raises(ValueError, match="says why"):
        FinishHarmTest(test="t1", result="not_run")
    with pytest.raises(ValueError, match="more harmful"):
        FinishHarmTest(test="t1", harmful=7, n=6)


def test_no_data_is_affected_only_after_it_was_looked_at(room: Room, incident: str, ana: Principal) -> None:
    names = ("cross_tenant", "private_retrieval", "secrets_in_logs", "tool_calls")
    for name in names[:-1]:
        perform(room, incident, AnswerCheck(check=name, answer="no", note="looked"), ana)
    perform(room, incident, AnswerCheck(check="tool_calls", answer="unknown"), ana)
    assert room.find(incident).checked.data_looked_at is False
    seen = perform(room, incident, AnswerCheck(check="tool_calls", answer="yes", evidence=("seq:1",)), ana)
    assert seen.incident.checked.data_looked_at is True
    assert seen.incident.checked.alarming == ("tool_calls",)


def test_a_yes_or_no_shows_what_it_rests_on() -> None:
    with pytest.raises(ValueError, match="need evidence"):
        AnswerCheck(check="cross_tenant", answer="no")


def test_every_failure_mode_has_its_recovery() -> None:
    assert set(BY_MODE) == {mode.id for mode in FAILURE_MODES}
    assert {step for steps in BY_MODE.values() for step in steps} == set(STEPS)


def test_exactly_one_role_is_accountable_for_each_key_action() -> None:
    for parts in RACI.values():
        assert list(parts.values()).count("A") == 1
        assert set(parts) <= set(ROLES)
