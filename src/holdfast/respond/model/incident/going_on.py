"""Deciding how far an incident is: triage, containment, recovery."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.kernel.clock import iso
from holdfast.kernel.errors import UsageError
from holdfast.kernel.events import Event
from holdfast.respond.commands.course import ConfirmRecovery, FreezeChanges, MoveState, ValidateRecovery
from holdfast.respond.events.course import (
    ChangesFrozen,
    FreezeLifted,
    IncidentRecovered,
    RecoveryStepValidated,
    StateMoved,
)
from holdfast.respond.model.asking import Asking
from holdfast.respond.model.incident.contained import Contained
from holdfast.respond.model.incident.course import Course
from holdfast.respond.model.incident.refusing import StandingError, needs_reason
from holdfast.respond.model.recovery import STEPS, RecoveryStep, must_pass, steps_for

FROM: dict[str, frozenset[str]] = {
    "triaging": frozenset({"declared", "contained", "recovering"}),
    "contained": frozenset({"declared", "triaging", "recovering"}),
    "recovering": frozenset({"contained"}),
}
"""State -> from where it is reached. Back is allowed while it goes on; afterwards it is reopened."""


def move_state(course: Course, contained: Contained, command: MoveState, asking: Asking) -> Sequence[Event]:
    """Return the fact that the incident went on; none where it is there.

    Raises
    ------
    StandingError
        HF794: not from here. HF709: contained, and no lever was moved.
    """
    if command.to == course.state:
        return []
    if course.state not in FROM[command.to]:
        before = ", ".join(sorted(FROM[command.to]))
        raise StandingError.of(
            "HF794", f"{command.to} is not reached from {course.state}", fix=f"it is reached from: {before}"
        )
    if command.to == "contained" and not contained.narrowed:
        raise StandingError.of(
            "HF709",
            "nothing contains it yet: no lever was moved, and no manual act recorded",
            fix="move a lever, or record what you did by hand, then say that it is contained",
        )
    return [
        StateMoved(
            before=course.state,
            after=command.to,
            moves=[move.id for move in contained.narrowed] if command.to == "contained" else [],
            because=asking.sealed(command.because),
            key=asking.key,
        )
    ]


def freeze(course: Course, command: FreezeChanges, asking: Asking) -> Sequence[Event]:
    """Return the fact of a freeze, or that it was lifted; none where it is so.

    Raises
    ------
    UsageError
        HF793: its end is over.
    """
    if not command.frozen:
        lifted = FreezeLifted(because=asking.sealed(command.because), key=asking.key)
        return [] if course.freeze is None else [lifted]
    if command.until is not None and command.until <= asking.now:
        raise UsageError.of("HF793", "the freeze would be over", fix="say an end that is to come")
    return [
        ChangesFrozen(
            until=iso(command.until) if command.until else None,
            because=asking.sealed(command.because),
            key=asking.key,
        )
    ]


def validate(course: Course, mode: str | None, command: ValidateRecovery, asking: Asking) -> Sequence[Event]:
    """Return the fact of what a recovery step shows.

    Raises
    ------
    UsageError
        HF707: passed or failed without evidence, without its tail; not applicable without a reason.
    StandingError
        HF794: a step that must pass cannot be said not to apply; or it is not recovering.
    """
    if course.state not in ("contained", "recovering"):
        raise StandingError.of(
            "HF794", f"it is {course.state}, so there is nothing to validate yet", fix="contain it first"
        )
    step = STEPS.get(command.step)
    if command.result == "not_applicable":
        if step is not None and must_pass(step, mode):
            raise StandingError.of("HF794", f"{step.title} always applies here", fix="run it")
        if command.because is None:
            raise needs_reason("a step that does not apply")
    elif not command.evidence:
        raise UsageError.of(
            "HF707", f"{command.step} needs evidence", fix="name what shows it: `seq:41`, an id of the vault"
        )
    if command.result == "passed" and step is not None and step.tail and command.tail is None:
        raise UsageError.of(
            "HF707",
            f"{step.title} needs the slices at the tail that were looked at",
            fix="averages hide them: name them, or say that there are none and why",
        )
    return [
        RecoveryStepValidated(
            step=command.step,
            result=command.result,
            candidate=command.candidate,
            evidence=list(command.evidence),
            tail=asking.sealed(command.tail),
            because=asking.sealed(command.because),
            key=asking.key,
        )
    ]


def missing_steps(course: Course, mode: str | None) -> tuple[RecoveryStep, ...]:
    """Return the steps that recovery still needs: not looked at, or failed."""
    good = ("passed", "not_applicable")
    return tuple(
        step
        for step in steps_for(mode)
        if step.id not in course.steps or course.steps[step.id].said.result not in good
    )


def confirm_recovery(
    course: Course, mode: str | None, command: ConfirmRecovery, asking: Asking
) -> Sequence[Event]:
    """Return the fact that it is recovered.

    Raises
    ------
    StandingError
        HF794: it is not recovering. HF709: a step is missing or failed; the message names them.
    """
    if course.state != "recovering":
        raise StandingError.of(
            "HF794", f"it is {course.state}, not recovering", fix="say first that recovery begins"
        )
    missing = missing_steps(course, mode)
    failed = [name for name, seen in course.steps.items() if seen.said.result == "failed"]
    if missing or failed:
        names = list(dict.fromkeys([*(step.id for step in missing), *failed]))
        raise StandingError.of(
            "HF709", f"recovery is not validated: {', '.join(names)}", fix="validate each with its evidence"
        )
    by_result: dict[str, list[str]] = {"passed": [], "not_applicable": []}
    for name, seen in course.steps.items():
        by_result[seen.said.result].append(name)
    return [
        IncidentRecovered(
            steps=by_result["passed"],
            skipped=by_result["not_applicable"],
            mode=mode,
            because=asking.sealed(command.because),
            key=asking.key,
        )
    ]
