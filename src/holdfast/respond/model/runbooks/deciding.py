"""What follows from a command in a run: facts, or a refusal that names who was first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from holdfast.kernel.clock import iso
from holdfast.kernel.errors import ConflictError, UsageError, did_you_mean
from holdfast.kernel.events import Event
from holdfast.kernel.ids import derived
from holdfast.kernel.sealed import Sealed
from holdfast.respond.commands.runbooks import DoStep
from holdfast.respond.events.runbooks import (
    RunbookBranchTaken,
    RunbookEnded,
    RunbookStepBegun,
    RunbookStepDone,
    RunbookStepSkipped,
)
from holdfast.respond.model.runbooks.document import END
from holdfast.respond.model.runbooks.moving import SAFE_MODE, Moves
from holdfast.respond.model.runbooks.run import Run, Track
from holdfast.respond.model.runbooks.runbook import Runbook, Step


def check_open(run: Run) -> None:
    """Refuse a run that does not exist or has ended.

    Raises
    ------
    UsageError
        HF713.
    """
    if not run.exists:
        message = f"{run.incident} has no run {run.number} of a runbook"
        raise UsageError.of("HF713", message, fix="see the runs of the incident")
    if run.ended is not None:
        at = f" at {_time(run.ended_at)}" if run.ended_at else ""
        message = f"run {run.number} was {run.ended.outcome} by {run.ended_by}{at}"
        raise UsageError.of("HF713", message, fix="start the runbook again, or another one")


def present_step(run: Run, book: Runbook, step: str) -> Step:
    """Return the step that is to be done, where it is the one that the person saw.

    Raises
    ------
    UsageError
        HF712: the runbook has no such step; HF713.
    ConflictError
        HF711: it was done already, and by whom; or it has not been come to.
    """
    check_open(run)
    found = book.step(step)
    if found is None:
        fix = did_you_mean(step, [one.id for one in book.steps], otherwise="it has")
        raise UsageError.of("HF712", f"the runbook has no step `{step}`", fix=fix)
    if step != run.present:
        track = run.track(step)
        message = _past(track) if track is not None else f"`{step}` has not been come to"
        raise ConflictError.of("HF711", message, fix=f"now `{run.present}` is to be done")
    return found


def repeated(run: Run, command: DoStep, actor: str) -> bool:
    """Return whether a command says again what its actor said last: a form that was sent twice."""
    last = run.tracks[-1] if run.tracks else None
    return (
        last is not None
        and (last.step, last.what, last.by, last.helped) == (command.step, "done", actor, command.helped)
        and run.present != command.step
    )


def begun(run: Run, step: Step, moves: Moves, scope: dict[str, str], now: datetime) -> RunbookStepBegun:
    """Return the fact that a move begins; its key is the same whoever does the step, and however often."""
    lasts = step.move.lasts if step.move is not None else None
    return RunbookStepBegun(
        step=step.id,
        key=derived(run.stream, step.id),
        lever=moves.name,
        position=moves.levers[0][1] if moves.name != SAFE_MODE else "safe",
        scope=scope,
        until=iso(now + lasts.delta) if lasts is not None else None,
    )


def done(
    run: Run,
    book: Runbook,
    command: DoStep,
    note: Sealed | None,
    *,
    by_hand: bool = False,
    in_force: bool | None = None,
    receipts: Sequence[str] = (),
) -> list[Event]:
    """Return the facts of a step that is done, with the run's end where it was the last.

    Raises
    ------
    UsageError
        HF712: a decision is taken by a branch; a confirmation says whether it helped. HF713.
    ConflictError
        HF711.
    """
    step = present_step(run, book, command.step)
    if step.kind == "decide":
        named = ", ".join(way.name for way in step.ways)
        raise UsageError.of("HF712", f"`{step.id}` is a decision", fix=f"take one of its branches: {named}")
    if (step.kind == "confirm") != (command.helped is not None):
        asks = step.kind == "confirm"
        message = (
            f"`{step.id}` asks whether it helped" if asks else f"`{step.id}` does not ask whether it helped"
        )
        raise UsageError.of("HF712", message, fix="say yes or no" if asks else "leave it out")
    leads = (step.otherwise or step.then) if command.helped is False else step.then
    fact = RunbookStepDone(
        step=step.id,
        leads_to=leads,
        note=note,
        helped=command.helped,
        by_hand=by_hand,
        in_force=in_force,
        receipts=list(receipts),
    )
    return _with_end(fact, leads)


def skipped(run: Run, book: Runbook, step: str, reason: Sealed) -> list[Event]:
    """Return the facts of a step that is left out: of a decision, its first way is none, so it is refused.

    Raises
    ------
    UsageError
        HF712: a decision cannot be left out. HF713.
    ConflictError
        HF711.
    """
    found = present_step(run, book, step)
    if found.kind == "decide":
        named = ", ".join(way.name for way in found.ways)
        message = f"`{step}` is a decision: what follows depends on it"
        raise UsageError.of("HF712", message, fix=f"take one of its branches, or abandon the run: {named}")
    return _with_end(RunbookStepSkipped(step=step, leads_to=found.then, reason=reason), found.then)


def branched(run: Run, book: Runbook, step: str, branch: str, reason: Sealed | None) -> list[Event]:
    """Return the facts of a decision.

    Raises
    ------
    UsageError
        HF712: it is no decision, or has no such branch. HF713.
    ConflictError
        HF711.
    """
    found = present_step(run, book, step)
    if found.kind != "decide":
        raise UsageError.of("HF712", f"`{step}` is no decision", fix="say that it is done")
    way = found.way(branch)
    if way is None:
        fix = did_you_mean(branch, [one.name for one in found.ways], otherwise="it has")
        raise UsageError.of("HF712", f"`{step}` has no branch `{branch}`", fix=fix)
    fact = RunbookBranchTaken(step=step, branch=branch, leads_to=way.then, reason=reason)
    return _with_end(fact, way.then)


def abandoned(run: Run, reason: Sealed) -> list[Event]:
    """Return the fact that nobody follows it any more.

    Raises
    ------
    UsageError
        HF713.
    """
    check_open(run)
    return [RunbookEnded(outcome="abandoned", reason=reason)]


def check_reason(text: str | None, what: str) -> str:
    """Return a reason without its edges; refuse an empty one.

    Raises
    ------
    UsageError
        HF717.
    """
    said = (text or "").strip()
    if not said:
        raise UsageError.of(
            "HF717", f"{what} needs its reason", fix="say why in a line; it stays in the room"
        )
    return said


def _with_end(fact: Event, leads: str) -> list[Event]:
    return [fact, RunbookEnded(outcome="completed")] if leads == END else [fact]


def _past(track: Track) -> str:
    verb = {"done": "was done", "skipped": "was left out", "branch": f"was decided ({track.branch})"}[
        track.what
    ]
    return f"`{track.step}` {verb} by {track.by} at {_time(track.at)}"


def _time(at: datetime | None) -> str:
    return f"{at:%H:%M:%S} UTC" if at is not None else "an unknown time"
