"""Deciding the end of an incident: what risk stays, what is reconciled, closing, reopening."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.access.model.two_persons import check_consent
from holdfast.kernel.clock import iso
from holdfast.kernel.errors import Problem, UsageError
from holdfast.kernel.events import Event
from holdfast.respond.commands.course import (
    AnswerResidualRisk,
    CloseIncident,
    ProposeResidualRisk,
    ReconcileItem,
    ReopenIncident,
)
from holdfast.respond.events.course import (
    IncidentClosed,
    IncidentReopened,
    ItemReconciled,
    ResidualRiskAnswered,
    ResidualRiskProposed,
)
from holdfast.respond.model.asking import Asking
from holdfast.respond.model.closing import QUESTIONS, left_open
from holdfast.respond.model.incident.course import Course
from holdfast.respond.model.incident.refusing import StandingError, needs_reason, no_such
from holdfast.respond.model.incident.state import Incident
from holdfast.respond.model.incident.work import numbered


def propose_risk(course: Course, command: ProposeResidualRisk, asking: Asking) -> Sequence[Event]:
    """Return the fact of a residual risk.

    Raises
    ------
    UsageError
        HF793: the acceptance would be over.
    """
    if command.until <= asking.now:
        raise UsageError.of("HF793", "the acceptance would be over", fix="say an end that is to come")
    return [
        ResidualRiskProposed(
            risk=numbered("r", course.risks),
            what=asking.seal(command.what),
            exposed=asking.seal(command.exposed),
            justified=asking.seal(command.justified),
            plan=asking.seal(command.plan),
            evidence=list(command.evidence),
            severity=command.severity,
            likelihood=command.likelihood,
            until=iso(command.until),
            key=asking.key,
        )
    ]


def answer_risk(course: Course, command: AnswerResidualRisk, asking: Asking) -> Sequence[Event]:
    """Return the fact of an answer to a residual risk.

    Raises
    ------
    UsageError
        HF706: there is no such risk. HF707: a refusal without a reason.
    StandingError, DeniedError
        HF794: it was answered. HF791: somebody else may.
    AccessError
        HF632: its author answers it, or a machine.
    """
    risk = course.risks.get(command.risk)
    if risk is None:
        raise no_such("residual risk", command.risk, course.risks)
    if risk.answer in ("refused", "withdrawn") or risk.answer == command.answer:
        raise StandingError.of("HF794", f"{risk.id} was {risk.answer}", fix="write down another one")
    author = risk.by == asking.actor
    if command.answer == "withdrawn":
        if not author:
            raise StandingError.of("HF794", f"only `{risk.by}` withdraws {risk.id}", fix="refuse it")
        ground = "author"
    else:
        check_consent(asking.principal, risk.by, f"the residual risk {risk.id}")
        if command.answer == "refused" and command.because is None:
            raise needs_reason("a refusal")
        ground = asking.granted("accept_residual", score=risk.score).as_
    return [
        ResidualRiskAnswered(
            risk=risk.id,
            answer=command.answer,
            as_=ground,
            because=asking.sealed(command.because),
            plan_digest=asking.digest,
            key=asking.key,
        )
    ]


def reconcile(incident: Incident, command: ReconcileItem, asking: Asking) -> Sequence[Event]:
    """Return the fact that something open was settled or is carried on.

    Raises
    ------
    UsageError
        HF706: nothing of that name is open. HF707: it is carried to nowhere.
    """
    known = {each.item: each for each in left_open(incident, asking.plan)}
    if command.item not in known:
        raise no_such("open item", command.item, known)
    if command.how == "carried" and command.carried_to is None:
        raise UsageError.of("HF707", "what is carried on goes somewhere", fix="name the ticket or the action")
    return [
        ItemReconciled(
            item=command.item,
            how=command.how,
            carried_to=command.carried_to,
            because=asking.seal(command.because),
            key=asking.key,
        )
    ]


def close(incident: Incident, command: CloseIncident, asking: Asking) -> Sequence[Event]:
    """Return the fact that an incident is closed; none where it is.

    Raises
    ------
    StandingError
        HF704: with everything that stands against it. HF794: it is not recovered.
    UsageError
        HF707: a false alarm without a reason.
    """
    course, false_alarm = incident.course, command.outcome == "false_alarm"
    if course.state == "closed":
        return []
    if false_alarm and command.because is None:
        raise needs_reason("a false alarm")
    if not false_alarm and course.state != "recovered":
        raise StandingError.of(
            "HF794", f"it is {course.state}, not recovered", fix="validate recovery; or it is a false alarm"
        )
    against = [
        Problem("HF704", each.words, fix=f"settle it, or reconcile `{each.item}`")
        for each in left_open(incident, asking.plan)
        if not (false_alarm and each.item == "duties")  # nothing happened that anybody is told of
    ]
    if not false_alarm:
        against += [
            Problem("HF704", asks, fix=f"answer `{name}`: yes or not_applicable")
            for name, asks in QUESTIONS.items()
            if name not in command.answers
        ]
        if command.review_held is None or command.review_held > asking.now.date():
            against.append(Problem("HF704", "the review was not held", fix="say on which day it was held"))
    if against:
        raise StandingError(against)
    return [
        IncidentClosed(
            outcome=command.outcome,
            review_held=command.review_held.isoformat() if command.review_held else None,
            answers={**command.answers},
            because=asking.sealed(command.because),
            key=asking.key,
        )
    ]


def reopen(course: Course, command: ReopenIncident, asking: Asking) -> Sequence[Event]:
    """Return the fact that it is not over.

    Raises
    ------
    StandingError
        HF794: it goes on.
    """
    if course.state not in ("recovered", "closed"):
        raise StandingError.of("HF794", f"it is {course.state}: it goes on", fix="there is nothing to reopen")
    return [IncidentReopened(before=course.state, because=asking.seal(command.because), key=asking.key)]
