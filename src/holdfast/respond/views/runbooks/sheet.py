"""A runbook on one page: every step in words, for the page, the terminal and the room."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.kernel.ids import short
from holdfast.kernel.incidents import Bucket
from holdfast.respond.model.failure_modes import failure_mode, framework_title
from holdfast.respond.model.runbooks.document import END, Phase
from holdfast.respond.model.runbooks.runbook import Call, Move, Runbook, Step, StepKind
from holdfast.respond.model.runbooks.writing import digest_of

VERBS: dict[StepKind, str] = {
    "observe": "Look",
    "decide": "Decide",
    "act": "Do",
    "confirm": "Confirm",
    "communicate": "Tell",
}
PHASE_TITLES: dict[Phase, str] = {
    "triage": "First: see and keep",
    "contain": "Contain, narrow first",
    "understand": "Understand",
    "tell": "Tell",
    "recover": "Recover",
}
REACH = {"fast": "fast containment", "wider": "wider", "last": "last resort"}


@dataclass(frozen=True)
class SheetWay:
    """A way on: its name, when it is taken, where it leads."""

    name: str
    when: str
    leads: str


@dataclass(frozen=True)
class SheetStep:
    """One step in words.

    Attributes
    ----------
    verb : str
        What kind of step it is.
    moves : str
        What it moves: "allowlist to safe, by surface, for 24h"; empty where it is done by hand.
    reach : str
        Of a containing act: how far it reaches.
    leads : str
        Where it leads, where that is not the next step.
    tells : str
        Of a communication: who is told, and by when.
    """

    number: int
    id: str
    kind: StepKind
    verb: str
    says: str
    who: str
    within: str
    note: str
    moves: str
    reach: str
    costs: str
    undo: str
    ways: tuple[SheetWay, ...]
    leads: str
    otherwise: str
    tells: str
    metric: str


@dataclass(frozen=True)
class SheetCall:
    """When somebody is called or told, whom, and how soon."""

    when: str
    who: str
    within: str


@dataclass(frozen=True)
class Sheet:
    """A runbook on one page.

    Attributes
    ----------
    phases : tuple
        Title -> its steps, in order.
    contain : str
        The failure mode's one fast containment action.
    frameworks : tuple of tuple of str
        Id and title.
    """

    name: str
    title: str
    version: str
    digest: str
    origin: str
    owner: str
    mode: str
    means: str
    bucket: Bucket | None
    contain: str
    when: str
    question: str
    detected_by: tuple[str, ...]
    phases: tuple[tuple[str, tuple[SheetStep, ...]], ...]
    escalate: tuple[SheetCall, ...]
    tell: tuple[SheetCall, ...]
    recovery: tuple[str, ...]
    do_not: tuple[str, ...]
    learn: str
    frameworks: tuple[tuple[str, str], ...]

    @property
    def steps(self) -> tuple[SheetStep, ...]:
        """Every step from top to bottom."""
        return tuple(step for _, steps in self.phases for step in steps)


def sheet_of(runbook: Runbook, origin: str) -> Sheet:
    """Return a runbook on one page."""
    mode = failure_mode(runbook.failure_mode or "")
    named = mode.frameworks if mode is not None else ()
    return Sheet(
        name=runbook.id,
        title=runbook.title,
        version=runbook.version,
        digest=short(digest_of(runbook)),
        origin=origin,
        owner=runbook.owner or "",
        mode=mode.title if mode is not None else "",
        means=mode.means if mode is not None else "",
        bucket=mode.bucket if mode is not None else None,
        contain=mode.contain if mode is not None else "",
        when=runbook.when or "",
        question=runbook.question or "",
        detected_by=runbook.detected_by,
        phases=tuple(_phases(runbook)),
        escalate=tuple(map(_call, runbook.escalate)),
        tell=tuple(map(_call, runbook.tell)),
        recovery=tuple(shown.proof for shown in runbook.recovery),
        do_not=runbook.do_not,
        learn=runbook.learn or "",
        frameworks=tuple((name, framework_title(name)) for name in named),
    )


def sheet_step(runbook: Runbook, step: Step) -> SheetStep:
    """Return one step in words."""
    number = runbook.number(step.id)
    below = runbook.steps[number].id if number < len(runbook.steps) else END

    def leads(target: str | None) -> str:
        return "" if not target or target == below else where(runbook, target)

    return SheetStep(
        number=number,
        id=step.id,
        kind=step.kind,
        verb=VERBS[step.kind],
        says=step.says,
        who=step.who or "",
        within=step.within.text if step.within else "",
        note=step.note or "",
        moves=moves(step.move) if step.move else "",
        reach=REACH[step.contains] if step.contains else "",
        costs=step.costs or "",
        undo=step.undo or "",
        ways=tuple(SheetWay(way.name, way.when, where(runbook, way.then)) for way in step.ways),
        leads=leads(step.then),
        otherwise=where(runbook, step.otherwise) if step.otherwise and step.otherwise != step.then else "",
        tells=_tells(step),
        metric=step.metric or "",
    )


def where(runbook: Runbook, target: str) -> str:
    """Return where a step leads, in words: "7 shrinking", "end"."""
    return "end" if target == END else f"{runbook.number(target)} {target}"


def moves(move: Move) -> str:
    """Return what an act moves, in words."""
    what = "safe mode" if move.safe_mode else move.lever or f"a lever of kind {move.kind}"
    parts = [what if move.safe_mode else f"{what} to {move.to}"]
    if move.scope:
        parts.append(f"by {move.scope} if it can be")
    if move.lasts:
        parts.append(f"for {move.lasts.text}, then renew or lift")
    return ", ".join(parts)


def _tells(step: Step) -> str:
    if step.kind != "communicate":
        return ""
    told = ", ".join(step.audience)
    by = f" within {step.by.text} of the declaration" if step.by else ""
    needs = f", after `{step.approval}`" if step.approval else ""
    return f"{told}{by}{needs}".strip()


def _phases(runbook: Runbook) -> Iterator[tuple[str, tuple[SheetStep, ...]]]:
    here: list[Step] = []
    for step in runbook.steps:
        if here and step.phase != here[-1].phase:
            yield PHASE_TITLES[here[-1].phase], tuple(sheet_step(runbook, one) for one in here)
            here = []
        here.append(step)
    yield PHASE_TITLES[here[-1].phase], tuple(sheet_step(runbook, one) for one in here)


def _call(call: Call) -> SheetCall:
    return SheetCall(call.when, ", ".join(call.who), call.within.text if call.within else "")
