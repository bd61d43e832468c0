"""Deciding what moves: who may, whether a second person must consent, what needs an end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from holdfast.access.model.two_persons import check_consent
from holdfast.access.requests import DeniedError
from holdfast.kernel.clock import iso
from holdfast.kernel.errors import UsageError
from holdfast.kernel.events import Event
from holdfast.plan.model.levers import BundleLever, Lever, SwitchLever, TierLever
from holdfast.plan.model.plan import Plan
from holdfast.respond.commands.levers import AnswerMove, ConfirmLever, EnterSafeMode, MoveLever
from holdfast.respond.events.levers import (
    LeverActionRecorded,
    LeverConfirmed,
    LeverMoveAnswered,
    LeverMoveAsked,
)
from holdfast.respond.model.asking import Asking
from holdfast.respond.model.authority import stands_for
from holdfast.respond.model.incident.contained import AskedMove, Contained
from holdfast.respond.model.incident.refusing import StandingError, needs_reason, no_such

WHOLE = "whole-system"
"""What safe mode moves where no plan names levers."""


def widens(lever: Lever | None, position: str, said: bool | None) -> bool:
    """Return whether a move allows more than before; what nobody knows counts as more.

    Examples
    --------
    >>> widens(None, "safe", None), widens(None, "normal", None), widens(None, "10/min", False)
    (False, True, False)
    """
    safe = str(getattr(lever, "safe", None) or "safe")
    normal = str(getattr(lever, "normal", None) or "normal")
    if position in ("safe", safe) and position != normal:
        return False
    if position in ("normal", normal):
        return True
    if isinstance(lever, TierLever) and position in lever.tiers:
        return position < safe  # a later name is more restrictive; nobody knows which tier stands now
    return True if said is None else said


def right_of(lever: Lever | None, position: str, wider: bool) -> str:
    """Return the decision right that a move takes."""
    if wider:
        return "widen"
    if isinstance(lever, BundleLever):
        return "roll_back"
    if isinstance(lever, SwitchLever) and position in ("safe", "disabled"):
        return "disable"
    return "move_to_safe"


def move_lever(known: Contained, command: MoveLever, asking: Asking) -> Sequence[Event]:
    """Return the fact of a move; or, where a second person must consent, that it was asked for.

    Raises
    ------
    UsageError
        HF705: a temporary move without an end. HF706: the plan has no such lever. HF793: the end is over.
    DeniedError
        HF791: somebody else may.
    """
    lever = _lever(asking.plan, command.lever)
    wider = widens(lever, command.position, command.widens)
    granted = asking.granted(right_of(lever, command.position, wider))
    until = _end(command.until, asking)
    if not wider and until is None and not command.lasting:
        raise UsageError.of(
            "HF705",
            f"`{command.lever}` is moved for a time, and has no end",
            fix="say until when (somebody is asked then, nothing widens by itself), or that it is lasting",
        )
    name, scope = _next(known), {str(key): value for key, value in command.scope.items()}
    if granted.second is not None:
        return [
            LeverMoveAsked(
                move=name,
                lever=command.lever,
                position=command.position,
                scope=scope,
                until=until,
                metric=command.metric,
                second=granted.second,
                because=asking.seal(command.because),
                plan_digest=asking.digest,
                key=asking.key,
            )
        ]
    return [
        LeverActionRecorded(
            move=name,
            lever=command.lever,
            position=command.position,
            scope=scope,
            widens=wider,
            until=until,
            lasting=command.lasting,
            metric=command.metric,
            because=asking.seal(command.because),
            as_=granted.as_,
            by_hand=asking.by_hand,
            happened_at=asking.happened(command.happened_at),
            plan_digest=asking.digest,
            key=asking.key,
        )
    ]


def answer_move(known: Contained, command: AnswerMove, asking: Asking) -> Sequence[Event]:
    """Return the facts of an answer: of a consent, the move as well.

    Raises
    ------
    UsageError
        HF706: nothing of that id was asked for. HF707: a refusal without a reason.
    StandingError, DeniedError
        HF794: it was answered. HF791: who answers does not act for the second party.
    AccessError
        HF632: who asked consents, or a machine.
    """
    asked = known.asked.get(command.move)
    if asked is None:
        raise no_such("move that was asked for", command.move, known.asked)
    if asked.answer is not None:
        raise StandingError.of("HF794", f"{asked.id} was {asked.answer}", fix="ask for another move")
    if command.answer == "refused" and command.because is None:
        raise needs_reason("a refusal")
    _check_second(asked, asking)
    answered = LeverMoveAnswered(
        move=asked.id,
        answer=command.answer,
        as_=asked.said.second,
        because=asking.sealed(command.because),
        key=asking.key,
    )
    if command.answer == "refused":
        return [answered]
    said = asked.said
    return [
        answered,
        LeverActionRecorded(
            move=asked.id,
            lever=said.lever,
            position=said.position,
            scope=dict(said.scope),
            widens=True,
            until=said.until,
            metric=said.metric,
            because=said.because,
            as_=said.second,
            second=asking.actor,
            by_hand=asking.by_hand,
            plan_digest=asking.digest,
        ),
    ]


def _check_second(asked: AskedMove, asking: Asking) -> None:
    check_consent(asking.principal, asked.by, f"the move {asked.id}")
    if not stands_for(asking.plan, asked.said.second, asking.principal):
        raise DeniedError.of(
            "HF791", f"`{asking.actor}` may not answer {asked.id}", fix=f"this may: {asked.said.second}"
        )


def enter_safe_mode(known: Contained, command: EnterSafeMode, asking: Asking) -> Sequence[Event]:
    """Return the facts of safe mode: one for each lever of the plan's, all or none.

    Raises
    ------
    DeniedError
        HF791: somebody else may move to safe.
    UsageError
        HF793: the end is over.
    """
    granted, until = asking.granted("move_to_safe"), _end(command.until, asking)
    because, first = asking.seal(command.because), len(_names(known))
    levers = asking.plan.safe_mode if asking.plan is not None and asking.plan.safe_mode else {WHOLE: "safe"}
    return [
        LeverActionRecorded(
            move=f"m{first + number}",
            lever=lever,
            position=position if isinstance(position, str) else "safe",
            widens=False,
            until=until,
            safe_mode=True,
            metric=command.metric,
            because=because,
            as_=granted.as_,
            by_hand=asking.by_hand,
            plan_digest=asking.digest,
            key=asking.key if number == 1 else None,
        )
        for number, (lever, position) in enumerate(levers.items(), start=1)
    ]


def confirm_lever(known: Contained, command: ConfirmLever, asking: Asking) -> Sequence[Event]:
    """Return the fact that a move was seen in force, or not.

    Raises
    ------
    UsageError
        HF706: there is no such move.
    """
    if command.move not in known.moves:
        raise no_such("move", command.move, known.moves)
    return [
        LeverConfirmed(
            move=command.move,
            in_force=command.in_force,
            note=asking.sealed(command.note),
            evidence=list(command.evidence),
            key=asking.key,
        )
    ]


def _lever(plan: Plan | None, name: str) -> Lever | None:
    if plan is None or not plan.levers:
        return None
    if name not in plan.levers:
        raise no_such("lever", name, plan.levers)
    return plan.levers[name]


def _end(until: datetime | None, asking: Asking) -> str | None:
    if until is not None and until <= asking.now:
        raise UsageError.of("HF793", f"{iso(until)[:19]}Z is over", fix="say an end that is to come")
    return iso(until) if until else None


def _names(known: Contained) -> set[str]:
    return {*known.moves, *known.asked}


def _next(known: Contained) -> str:
    return f"m{len(_names(known)) + 1}"
