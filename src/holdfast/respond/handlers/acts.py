"""Every act of the room in one table: what it is called, who may, what it decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import Principal
from holdfast.access.requests import check_permitted
from holdfast.kernel.events import Event
from holdfast.kernel.ids import derived
from holdfast.kernel.sealed import Sealed
from holdfast.respond.commands import (
    checks,
    classifying,
    course,
    duties,
    levers,
    roles,
    updates,
    working,
)
from holdfast.respond.commands.base import Command
from holdfast.respond.handlers import communicating
from holdfast.respond.handlers.acting import Acted, Room, act
from holdfast.respond.handlers.moving import carry_out
from holdfast.respond.model import ending
from holdfast.respond.model.asking import Asking
from holdfast.respond.model.incident import checked, classified, going_on, holding, moving, work
from holdfast.respond.model.incident.state import Incident

Decide = Callable[[Incident, Any, Asking], Sequence[Event]]


@dataclass(frozen=True)
class Act:
    """One act.

    Attributes
    ----------
    command : type
        What is asked; its fields are the API's body.
    permission : Permission
        What is needed to ask at all; a decision right of the plan may be needed besides.
    decide : callable
        Incident and command in, facts out.
    after : callable or None
        Refuses, with what was recorded already: somebody's words that came too late are kept and told.
    """

    command: type[Command]
    permission: Permission
    decide: Decide
    after: Callable[[Acted], None] | None = None


def _of_work(decide: Callable[[Any, Any, Asking], Sequence[Event]]) -> Decide:
    return lambda incident, command, asking: decide(incident.work, command, asking)


def _of_roles(decide: Callable[[Any, Any, Asking], Sequence[Event]]) -> Decide:
    return lambda incident, command, asking: decide(incident.roles, command, asking)


def _of_kind(decide: Callable[[Any, Any, Asking], Sequence[Event]]) -> Decide:
    return lambda incident, command, asking: decide(incident.classified, command, asking)


def _of_levers(decide: Callable[[Any, Any, Asking], Sequence[Event]]) -> Decide:
    return lambda incident, command, asking: decide(incident.contained, command, asking)


def _of_course(decide: Callable[[Any, Any, Asking], Sequence[Event]]) -> Decide:
    return lambda incident, command, asking: decide(incident.course, command, asking)


def _of_checks(decide: Callable[[Any, Any, Asking], Sequence[Event]]) -> Decide:
    return lambda incident, command, asking: decide(incident.checked, command, asking)


def _move_state(incident: Incident, command: course.MoveState, asking: Asking) -> Sequence[Event]:
    return going_on.move_state(incident.course, incident.contained, command, asking)


def _validate(incident: Incident, command: course.ValidateRecovery, asking: Asking) -> Sequence[Event]:
    return going_on.validate(incident.course, incident.classified.mode, command, asking)


def _recover(incident: Incident, command: course.ConfirmRecovery, asking: Asking) -> Sequence[Event]:
    return going_on.confirm_recovery(incident.course, incident.classified.mode, command, asking)


def _assess(incident: Incident, command: classifying.AssessImpact, asking: Asking) -> Sequence[Event]:
    still_open = [each.id for each in incident.work.open_questions]
    return classified.assess(incident.classified, still_open, command, asking)


VIEW, RESPOND, COMMAND = Permission.VIEW, Permission.RESPOND, Permission.COMMAND
TABLE: tuple[Act, ...] = (
    Act(
        classifying.ClassifyIncident, RESPOND, lambda _, command, asking: classified.classify(command, asking)
    ),
    Act(classifying.AssessImpact, RESPOND, _assess),
    Act(classifying.SetSeverity, RESPOND, _of_kind(classified.set_severity)),
    Act(classifying.Escalate, RESPOND, _of_kind(classified.escalate)),
    Act(roles.AssumeRole, RESPOND, _of_roles(holding.assume)),
    Act(roles.HandOverRole, RESPOND, _of_roles(holding.hand_over)),
    Act(roles.LeaveRole, RESPOND, _of_roles(holding.leave)),
    Act(roles.AcknowledgeDoubleRole, RESPOND, _of_roles(holding.acknowledge)),
    Act(working.MakeStatement, RESPOND, _of_work(work.make_statement)),
    Act(working.ProposeHypothesis, RESPOND, _of_work(work.propose_hypothesis)),
    Act(working.JudgeHypothesis, RESPOND, _of_work(work.judge_hypothesis)),
    Act(working.MakeDecision, RESPOND, _of_work(work.make_decision)),
    Act(working.AgreeAction, RESPOND, _of_work(work.agree_action)),
    Act(working.ChangeAction, RESPOND, _of_work(work.change_action)),
    Act(working.AskQuestion, RESPOND, _of_work(work.ask_question)),
    Act(working.AnswerQuestion, RESPOND, _of_work(work.answer_question)),
    Act(working.RelateSystem, RESPOND, _of_work(work.relate_system)),
    Act(checks.AssembleHarmTest, RESPOND, _of_checks(checked.assemble)),
    Act(checks.FinishHarmTest, RESPOND, _of_checks(checked.finish)),
    Act(checks.AnswerCheck, RESPOND, lambda _, command, asking: checked.answer(command, asking)),
    Act(levers.MoveLever, RESPOND, _of_levers(moving.move_lever)),
    Act(levers.AnswerMove, VIEW, _of_levers(moving.answer_move)),
    Act(levers.EnterSafeMode, RESPOND, _of_levers(moving.enter_safe_mode)),
    Act(levers.ConfirmLever, RESPOND, _of_levers(moving.confirm_lever)),
    Act(course.MoveState, RESPOND, _move_state),
    Act(course.FreezeChanges, RESPOND, _of_course(going_on.freeze)),
    Act(course.ValidateRecovery, RESPOND, _validate),
    Act(course.ConfirmRecovery, COMMAND, _recover),
    Act(course.ProposeResidualRisk, RESPOND, _of_course(ending.propose_risk)),
    Act(course.AnswerResidualRisk, VIEW, _of_course(ending.answer_risk)),
    Act(course.ReconcileItem, COMMAND, ending.reconcile),
    Act(course.CloseIncident, COMMAND, ending.close),
    Act(course.ReopenIncident, RESPOND, _of_course(ending.reopen)),
    Act(working.AddNote, RESPOND, lambda _, command, asking: work.add_note(command, asking)),
    Act(duties.AnswerDutyQuestion, RESPOND, communicating.answer_question),
    Act(duties.SetDutyPlaces, RESPOND, communicating.set_places),
    Act(duties.SetDutyDays, RESPOND, communicating.set_days),
    Act(duties.RecordDutyStart, RESPOND, communicating.record_start),
    # who notifies, approves or sends back need not work in the room: the plan names them
    Act(duties.DecideDuties, VIEW, communicating.decide_duties),
    Act(duties.RecordDutySent, VIEW, communicating.record_sent),
    Act(duties.ReopenDuty, RESPOND, communicating.reopen_duty),
    Act(updates.WriteUpdate, RESPOND, communicating.write, communicating.tell_conflict),
    Act(updates.ApproveUpdate, VIEW, communicating.approve),
    Act(updates.RefuseUpdate, VIEW, communicating.refuse),
    Act(updates.SendUpdate, RESPOND, communicating.send),
    Act(updates.DropUpdate, RESPOND, communicating.drop),
)
ACTS: dict[type[Command], Act] = {each.command: each for each in TABLE}
BY_NAME: dict[str, Act] = {each.command.NAME: each for each in TABLE}


def perform(
    room: Room,
    incident: str,
    command: Command,
    principal: Principal,
    *,
    expected: int | None = None,
    key: str | None = None,
    because: int | None = None,
) -> Acted:
    """Do an act: check who asks, that the form is fresh and the wish new; decide; record.

    Parameters
    ----------
    expected : int or None
        The version of the incident that a form was made from.
    key : str or None
        The same for the same wish: it is done once.

    Raises
    ------
    DeniedError
        HF622, HF791: who asks may not.
    StaleError
        HF790: somebody changed the same thing after the form was made.
    UsageError
        HF701: there is no such incident; and what the act itself refuses.
    """
    found = ACTS[type(command)]
    check_permitted(principal, found.permission)
    wish = None if key is None else derived(incident, principal.actor, command.NAME, key)
    sealed: dict[str, Sealed] = {}  # deciding anew must not seal anew

    def seal(text: str) -> Sealed:
        if text not in sealed:  # the first one takes all others of the wish along: one write, not one each
            texts = list(dict.fromkeys([text, *(each for each in command.words() if each not in sealed)]))
            sealed.update(zip(texts, room.vault.seal_all(incident, texts), strict=True))
        return sealed[text]

    def decide(state: Incident) -> Sequence[Event]:
        if state.touched.done(wish, state.version):
            return ()
        state.touched.check_fresh(command.subject(), expected)
        loaded = room.systems.find(state.declared.system)
        plan = loaded.plan if loaded else None
        now, by_hand = room.clock.now(), room.levers is None
        asking = Asking(principal, now, plan, seal, wish, room.vault.unseal, by_hand, room.name)
        return found.decide(state, command, asking)

    done = act(room, incident, principal, decide, because=because)
    for recorded in done.recorded:
        carry_out(room, recorded)
    if found.after is not None:
        found.after(done)
    return done
