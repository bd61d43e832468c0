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
from holdfast.respond.commands import classifying, roles, working
from holdfast.respond.commands.base import Command
from holdfast.respond.handlers.acting import Acted, Room, act
from holdfast.respond.model.asking import Asking
from holdfast.respond.model.incident import classified, holding, work
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
    """

    command: type[Command]
    permission: Permission
    decide: Decide


def _of_work(decide: Callable[[Any, Any, Asking], Sequence[Event]]) -> Decide:
    return lambda incident, command, asking: decide(incident.work, command, asking)


def _of_roles(decide: Callable[[Any, Any, Asking], Sequence[Event]]) -> Decide:
    return lambda incident, command, asking: decide(incident.roles, command, asking)


def _of_kind(decide: Callable[[Any, Any, Asking], Sequence[Event]]) -> Decide:
    return lambda incident, command, asking: decide(incident.classified, command, asking)


def _assess(incident: Incident, command: classifying.AssessImpact, asking: Asking) -> Sequence[Event]:
    still_open = [each.id for each in incident.work.open_questions]
    return classified.assess(incident.classified, still_open, command, asking)


RESPOND, COMMAND = Permission.RESPOND, Permission.COMMAND
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
    Act(working.AddNote, RESPOND, lambda _, command, asking: work.add_note(command, asking)),
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
        if text not in sealed:
            sealed[text] = room.vault.seal(incident, text)
        return sealed[text]

    def decide(state: Incident) -> Sequence[Event]:
        if state.touched.done(wish, state.version):
            return ()
        state.touched.check_fresh(command.subject(), expected)
        loaded = room.systems.find(state.declared.system)
        plan = loaded.plan if loaded else None
        return found.decide(state, command, Asking(principal, room.clock.now(), plan, seal, wish))

    return act(room, incident, principal, decide, because=because)
