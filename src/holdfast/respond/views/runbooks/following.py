"""A run of a runbook as the room shows it: the present step, what may follow, what became of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from holdfast.kernel.canonical import Json
from holdfast.kernel.clock import iso
from holdfast.plan.model.plan import Plan
from holdfast.respond.model.runbooks.document import END
from holdfast.respond.model.runbooks.moving import SAFE_MODE, choices
from holdfast.respond.model.runbooks.run import Run, Track
from holdfast.respond.model.runbooks.runbook import Runbook, Step
from holdfast.respond.views.runbooks.sheet import SheetStep, moves, sheet_step


@dataclass(frozen=True)
class TrackRow:
    """What became of a step.

    Attributes
    ----------
    by : str
        The actor; `name` where they have one.
    said : str or None
        The note or the reason; None where there is none, or it was erased.
    erased : bool
        Whether there was one that was redacted or erased.
    result : str
        In words: "done", "left out", "helped", "did not help", "chose door", "done by hand".
    """

    number: int
    step: str
    says: str
    result: str
    by: str
    name: str
    at: datetime
    seq: int
    said: str | None
    erased: bool


@dataclass(frozen=True)
class RunRow:
    """A run as the list of an incident shows it."""

    number: int
    runbook: str
    digest: str
    state: str
    present: str
    started_at: datetime
    started_by: str
    steps_done: int


@dataclass(frozen=True)
class RunView:
    """A run.

    Attributes
    ----------
    state : str
        `open`, `completed` or `abandoned`.
    present : SheetStep or None
        The step that is to be done; None at the end, or where the text was erased.
    due : datetime or None
        When the present step should be done: its `within` since it was reached.
    tell_by : datetime or None
        Of a communication: when it must be told at the latest.
    moves : str
        What the present act moves in this plan, in words; empty where it moves nothing.
    levers : tuple of str
        Which it may be; empty where the plan has none of the kind.
    movable : bool
        Whether levers are moved from here; else a person does it, and the incident records that.
    scope : str
        What the move can be narrowed to; empty for nothing.
    begun : bool
        Whether a move began and was not recorded as done: doing the step again ends it.
    following : tuple of SheetStep
        The steps below that may follow.
    problem : str
        Why the steps cannot be shown.
    """

    incident: str
    number: int
    version: int
    runbook: str
    title: str
    digest: str
    origin: str
    state: str
    started_by: str
    started_at: datetime
    question: str
    do_not: tuple[str, ...]
    recovery: tuple[str, ...]
    present: SheetStep | None
    reached: datetime | None
    due: datetime | None
    tell_by: datetime | None
    moves: str
    levers: tuple[str, ...]
    movable: bool
    scope: str
    begun: bool
    following: tuple[SheetStep, ...]
    tracks: tuple[TrackRow, ...]
    problem: str = ""


def run_rows(runs: Sequence[Run]) -> tuple[RunRow, ...]:
    """Return the runs of an incident, open ones first, then the latest."""
    rows = [
        RunRow(
            number=run.number,
            runbook=run.started.runbook,
            digest=run.started.digest,
            state=state_of(run),
            present="" if run.present == END else run.present,
            started_at=run.started_at,
            started_by=run.started_by,
            steps_done=len(run.tracks),
        )
        for run in runs
        if run.started is not None and run.started_at is not None
    ]
    return tuple(sorted(rows, key=lambda row: (row.state != "open", -row.number)))


def state_of(run: Run) -> str:
    """Return `open`, or how a run ended."""
    return "open" if run.ended is None else run.ended.outcome


def run_view(
    run: Run,
    book: Runbook | None,
    plan: Plan | None,
    declared: datetime | None,
    said: Mapping[str, str | None],
    names: Mapping[str, str],
    problem: str = "",
    *,
    movable: bool = True,
) -> RunView:
    """Return a run as the room shows it.

    Parameters
    ----------
    book : Runbook or None
        What it follows; None where the text cannot be read, and `problem` says why.
    declared : datetime or None
        When the incident was declared.
    said : mapping
        Ids of sealed texts -> the texts.
    names : mapping
        Names of actors.
    movable : bool
        Whether levers can be moved from here; else a person does it and says so.
    """
    started = run.started
    assert started is not None  # noqa: S101 -- only runs that exist are shown
    assert run.started_at is not None  # noqa: S101 -- as above
    step = book.step(run.present) if book is not None and run.open else None
    below = book.between(run.present) if book is not None and step is not None else ()
    return RunView(
        incident=run.incident,
        number=run.number,
        version=run.version,
        runbook=started.runbook,
        title=book.title if book is not None else started.runbook,
        digest=started.digest,
        origin=started.origin,
        state=state_of(run),
        started_by=names.get(run.started_by, run.started_by),
        started_at=run.started_at,
        question=(book.question or "") if book is not None else "",
        do_not=book.do_not if book is not None else (),
        recovery=tuple(shown.proof for shown in book.recovery) if book is not None else (),
        present=sheet_step(book, step) if book is not None and step is not None else None,
        reached=run.reached,
        due=run.reached + step.within.delta if step and step.within and run.reached else None,
        tell_by=declared + step.by.delta if step and step.by and declared else None,
        moves=_moves(step, _levers(run, book, plan)),
        levers=_levers(run, book, plan),
        movable=movable,
        scope=(step.move.scope or "") if step and step.move else "",
        begun=run.begun is not None,
        following=tuple(sheet_step(book, one) for one in below if book and step and one.id != step.id),
        tracks=tuple(_row(track, book, said, names) for track in run.tracks),
        problem=problem,
    )


def _levers(run: Run, book: Runbook | None, plan: Plan | None) -> tuple[str, ...]:
    step = book.step(run.present) if book is not None else None
    if step is None or step.move is None:
        return ()
    if run.begun is not None:
        return (run.begun.lever,)
    return (SAFE_MODE,) if step.move.safe_mode else choices(step.move, plan)


def _moves(step: Step | None, levers: tuple[str, ...]) -> str:
    if step is None or step.move is None:
        return ""
    said = moves(step.move)
    if step.move.safe_mode or not levers:
        return said
    return moves(replace(step.move, lever=" or ".join(levers)))


def _row(
    track: Track, book: Runbook | None, said: Mapping[str, str | None], names: Mapping[str, str]
) -> TrackRow:
    step = book.step(track.step) if book is not None else None
    text = said.get(track.said.id) if track.said is not None else None
    return TrackRow(
        number=book.number(track.step) if book is not None and step is not None else 0,
        step=track.step,
        says=step.says if step is not None else "",
        result=_result(track),
        by=track.by,
        name=names.get(track.by, track.by),
        at=track.at,
        seq=track.seq,
        said=text,
        erased=track.said is not None and text is None,
    )


def _result(track: Track) -> str:
    if track.what == "skipped":
        return "left out"
    if track.branch is not None:
        return f"chose {track.branch}"
    if track.helped is not None:
        return "helped" if track.helped else "did not help"
    if track.in_force is not None:
        return "moved, in force" if track.in_force else "moved, not yet known to be obeyed"
    return "done by hand" if track.by_hand else "done"


def run_json(view: RunView) -> dict[str, Json]:
    """Return a run as the API and `--json` tell it."""
    return {
        "incident": view.incident,
        "run": view.number,
        "version": view.version,
        "runbook": view.runbook,
        "title": view.title,
        "digest": view.digest,
        "origin": view.origin,
        "state": view.state,
        "started_at": iso(view.started_at),
        "question": view.question,
        "do_not": list(view.do_not),
        "recovery": list(view.recovery),
        "present": None if view.present is None else _present_json(view, view.present),
        "following": [{"step": step.id, "kind": step.kind, "says": step.says} for step in view.following],
        "tracks": [
            {
                "step": row.step,
                "result": row.result,
                "by": row.by,
                "at": iso(row.at),
                "seq": row.seq,
                "said": row.said,
            }
            for row in view.tracks
        ],
        "problem": view.problem or None,
    }


def _present_json(view: RunView, step: SheetStep) -> dict[str, Json]:
    return {
        "step": step.id,
        "kind": step.kind,
        "says": step.says,
        "who": step.who or None,
        "note": step.note or None,
        "due": iso(view.due) if view.due else None,
        "tell_by": iso(view.tell_by) if view.tell_by else None,
        "branches": {way.name: way.when for way in step.ways},
        "levers": list(view.levers),
        "movable": view.movable,
        "scope": view.scope or None,
        "begun": view.begun,
    }
