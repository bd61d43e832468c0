"""From the text of a runbook's file to a runbook, or to all that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from pydantic import ValidationError

from holdfast.kernel.errors import Place, PlanError, Problem, did_you_mean
from holdfast.plan.model.document import Written, parse_document
from holdfast.plan.model.problems import in_order, null_problems, problems_of
from holdfast.plan.model.tree import MapNode, Path, raw, walk, without_empty_items
from holdfast.respond.model.failure_modes import failure_mode
from holdfast.respond.model.runbooks.document import (
    END,
    ActStep,
    AnyStep,
    CommunicateStep,
    ConfirmStep,
    DecideStep,
    DoStep,
    Phase,
    RunbookDocument,
    StepPart,
)
from holdfast.respond.model.runbooks.runbook import Call, Move, Runbook, Shown, Step, StepKind, Way

RUNBOOK = Written("a runbook", "`runbook:` and `title:`")
MOST_STEPS = 60
"""Nobody follows more in one night."""


@dataclass(frozen=True)
class LoadedRunbook:
    """A runbook with its text, so that findings can point at it.

    Attributes
    ----------
    text : str
        The file as it was read: what an incident keeps of it.
    """

    runbook: Runbook
    document: RunbookDocument
    tree: MapNode
    text: str

    def place(self, path: Path) -> Place:
        """Return where a value is written; where it is not written, the nearest that is."""
        return walk(self.tree, path).mark.place()

    def place_of(self, step: Step, *keys: str | int) -> Place:
        """Return where a step, or something of it, is written."""
        return self.place(("steps", self.runbook.number(step.id) - 1, *keys))


@lru_cache(maxsize=128)
def parse_runbook(text: str, name: str) -> LoadedRunbook:
    """Return the runbook that a text is; `name` is the file's, as the user gave it.

    Raises
    ------
    PlanError
        With every problem, sorted by place: HF2xx, and HF715 for a step that leads back.

    Examples
    --------
    >>> loaded = parse_runbook("{runbook: r, title: t, steps: [{do: look}, {do: leap}]}", "r.yaml")
    >>> [(step.id, step.kind, step.then) for step in loaded.runbook.steps]
    [('step-1', 'act', 'step-2'), ('step-2', 'act', 'end')]
    """
    written = parse_document(text, name, RUNBOOK)
    problems = null_problems(written)
    tree = without_empty_items(written)
    assert isinstance(tree, MapNode)  # noqa: S101 -- a mapping stays a mapping; for the type checker
    document: RunbookDocument | None = None
    try:
        document = RunbookDocument.model_validate(raw(tree))
    except ValidationError as error:
        problems += problems_of(error, RunbookDocument, tree)
    if document is not None and not problems:
        problems += _contradictions(document, tree)
    if problems or document is None:
        raise PlanError(in_order(problems, (name,)))
    return LoadedRunbook(_runbook(document), document, tree, text)


def _contradictions(document: RunbookDocument, tree: MapNode) -> Iterator[Problem]:
    def place(*path: str | int) -> Place:
        return walk(tree, ("steps", *path)).mark.place()

    if len(document.steps) > MOST_STEPS:
        message = f"{len(document.steps)} steps: at most {MOST_STEPS}"
        yield Problem("HF209", message, place(MOST_STEPS), "write a second runbook")
        return
    ids = _ids(document)
    for index, id_ in enumerate(ids):
        if id_ == END:
            yield Problem(
                "HF203", f"`{END}` is where a runbook ends", place(index, "id"), "name the step otherwise"
            )
        elif id_ in ids[:index]:
            first = place(ids.index(id_), "id")
            message = f"the id `{id_}` is used twice in `steps`"
            yield Problem(
                "HF205", message, place(index, "id"), f"first in line {first.line}: name them apart"
            )
    for index, step in enumerate(document.steps):
        for keys, target in _targets(step):
            if target == END:
                continue
            if target not in ids:
                fix = did_you_mean(target, [*ids[index + 1 :], END], otherwise="below it are")
                yield Problem("HF206", f"no step is called `{target}`", place(index, *keys), fix)
            elif ids.index(target) <= index:
                message = f"`{ids[index]}` leads back to `{target}`"
                fix = "a runbook is followed from top to bottom: name a step below, or write the step again"
                yield Problem("HF715", message, place(index, *keys), fix)


def _ids(document: RunbookDocument) -> list[str]:
    return [step.id or f"step-{number}" for number, step in enumerate(document.steps, start=1)]


def _targets(step: StepPart) -> Iterator[tuple[tuple[str, ...], str]]:
    if step.then is not None:
        yield ("then",), step.then
    if isinstance(step, ConfirmStep) and step.otherwise is not None:
        yield ("otherwise",), step.otherwise
    if isinstance(step, DecideStep):
        for name, branch in step.branches.items():
            if branch.then is not None:
                yield ("branches", name, "then"), branch.then


def _runbook(document: RunbookDocument) -> Runbook:
    mode = failure_mode(document.failure_mode or "")
    recovery = [Shown(_line(one.proof), one.metric, one.gate) for one in document.recovery]
    if document.recovered_when is not None:
        recovery.append(Shown(_line(document.recovered_when)))
    asked = document.question or (mode.question if mode is not None else None)
    return Runbook(
        id=document.runbook,
        version=document.version,
        title=_line(document.title),
        steps=tuple(_steps(document)),
        failure_mode=document.failure_mode,
        owner=document.owner,
        when=_said(document.when),
        detected_by=tuple(map(_line, document.detected_by)),
        question=_said(asked),
        escalate=tuple(Call(_line(one.when), (one.to,), one.within) for one in document.escalate),
        tell=tuple(Call(_line(one.when), tuple(one.tell), one.within) for one in document.tell),
        recovery=tuple(recovery),
        do_not=tuple(map(_line, document.do_not)),
        learn=_said(document.learn),
    )


def _steps(document: RunbookDocument) -> Iterator[Step]:
    ids = [*_ids(document), END]
    phase: Phase = "triage"
    for index, step in enumerate(document.steps):
        phase = step.phase or phase
        yield _step(step, ids[index], ids[index + 1], phase)


def _step(step: AnyStep, id_: str, following: str, phase: Phase) -> Step:
    kind, says = _kind_of(step)
    told = step if isinstance(step, CommunicateStep) else None
    act = step if isinstance(step, ActStep) else None
    shown = step if isinstance(step, ConfirmStep) else None
    ways = step.branches if isinstance(step, DecideStep) else {}
    return Step(
        id=id_,
        kind=kind,
        says=_line(says),
        phase=phase,
        then="" if ways else step.then or following,
        who=step.who,
        within=step.within,
        note=_said(step.note),
        ways=tuple(Way(name, _line(way.when), way.then or following) for name, way in ways.items()),
        otherwise=(shown.otherwise or following) if shown else None,
        move=_move(act) if act else None,
        contains=act.contains if act else None,
        costs=_said(act.costs) if act else None,
        undo=_said(act.undo) if act else None,
        metric=shown.metric if shown else None,
        audience=tuple(map(_line, told.audience)) if told else (),
        by=told.by if told else None,
        approval=told.approval if told else None,
    )


def _kind_of(step: AnyStep) -> tuple[StepKind, str]:
    if isinstance(step, DoStep):
        return "act", step.do
    kind = cast("StepKind", type(step).__name__.removesuffix("Step").lower())
    return kind, str(getattr(step, kind))


def _move(act: ActStep) -> Move | None:
    if act.safe_mode:
        return Move(None, None, "safe", act.scope, act.for_)
    if act.lever is None and act.kind is None:
        return None
    return Move(act.lever, act.kind, "safe" if act.to is None else act.to, act.scope, act.for_)


def _line(text: str) -> str:
    return " ".join(text.split())


def _said(text: str | None) -> str | None:
    return None if text is None else _line(text)
