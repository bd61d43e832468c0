"""What is wrong with a runbook that can be read: the mistakes that are found too late, in the night."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from holdfast.kernel.codes import CODES
from holdfast.kernel.errors import Place, did_you_mean
from holdfast.plan.model.lint.subject import Level, LintFinding
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.tree import Path
from holdfast.respond.model.runbooks.loading import LoadedRunbook
from holdfast.respond.model.runbooks.runbook import Runbook, Step

PAGE_STEPS = 14
PAGE_CHARACTERS = 4_200
"""What fits on one sheet of A4 beside the do-not list; measured on the built-in ones."""
VAGUE = re.compile(
    r"^(please )?(investigate|look into it|check|fix|handle|monitor|triage|resolve|escalate|mitigate)\b"
    r".{0,24}$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Names:
    """What a plan calls its parts, as far as a runbook may name them.

    Attributes
    ----------
    levers : mapping of str to str
        Lever -> its kind.
    """

    levers: Mapping[str, str] = field(default_factory=dict)
    metrics: frozenset[str] = frozenset()
    gates: frozenset[str] = frozenset()
    rights: frozenset[str] = frozenset()
    safe_mode: bool = False

    @classmethod
    def of(cls, plan: Plan) -> Names:
        """Return the names of a plan."""
        return cls(
            levers={name: lever.kind for name, lever in plan.levers.items()},
            metrics=frozenset(plan.metrics),
            gates=frozenset(gate.id for gate in plan.gates),
            rights=frozenset(plan.authority.model_fields_set) if plan.authority else frozenset(),
            safe_mode=bool(plan.safe_mode),
        )


@dataclass(frozen=True)
class Wrong:
    """One thing that a rule found, with where it is in the file."""

    message: str
    fix: str
    path: Path


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes
    ----------
    level : str
        `error` where somebody who follows the runbook is led astray, else `warning`.
    """

    code: str
    level: Level
    find: Callable[[Runbook, Names | None], Iterator[Wrong]]


def lint_runbook(loaded: LoadedRunbook, names: Names | None = None) -> tuple[LintFinding, ...]:
    """Return what is wrong with a runbook, from top to bottom.

    Parameters
    ----------
    names : Names, optional
        What the plan has, so that what the runbook names can be looked up.
    """
    found = [
        LintFinding(
            rule.code,
            rule.level,
            CODES[rule.code],
            wrong.message,
            loaded.place(wrong.path),
            wrong.fix,
            wrong.path,
        )
        for rule in RULES
        for wrong in rule.find(loaded.runbook, names)
    ]
    return tuple(sorted(found, key=lambda each: (_position(each.place), each.code)))


def _position(place: Place) -> tuple[int, int]:
    return place.line, place.column


def _at(runbook: Runbook, step: Step, *keys: str) -> Path:
    return ("steps", runbook.number(step.id) - 1, *keys)


def _unreached(runbook: Runbook, _: Names | None) -> Iterator[Wrong]:
    reached = {step.id for step in runbook.between(runbook.first.id)}
    for step in runbook.steps:
        if step.id not in reached:
            message = f"nothing leads to `{step.id}`: nobody will ever get there"
            yield Wrong(message, "name it in a branch, or remove it", _at(runbook, step))


def _unproven(runbook: Runbook, _: Names | None) -> Iterator[Wrong]:
    if not runbook.recovery:
        fix = "say under `recovery:` what must be shown: which test, on what, how much of it"
        yield Wrong("nothing says what shows that the system has recovered", fix, ("runbook",))


def _unconfirmed(runbook: Runbook, _: Names | None) -> Iterator[Wrong]:
    for step in runbook.steps:
        if step.kind == "act" and step.contains != "last" and not _confirmed(runbook, step.then):
            message = f"after `{step.id}` nothing asks whether it helped"
            fix = "let a `confirm:` step follow, with the metric or the check that shows it"
            yield Wrong(message, fix, _at(runbook, step))


def _confirmed(runbook: Runbook, start: str) -> bool:
    """Return whether every way on from a step passes a confirmation."""
    step = runbook.step(start)
    if step is None:
        return False
    return step.kind == "confirm" or all(_confirmed(runbook, target) for target in step.leads_to)


def _unknown(runbook: Runbook, names: Names | None) -> Iterator[Wrong]:
    if names is None:
        return
    for step in runbook.steps:
        move = step.move
        if move is not None and move.safe_mode and not names.safe_mode:
            yield Wrong(
                "the plan has no safe mode",
                "declare `safe_mode:` in the plan",
                _at(runbook, step, "safe_mode"),
            )
        if (
            move is not None
            and move.lever is not None
            and move.lever not in names.levers
            and move.kind is None
        ):
            fix = did_you_mean(move.lever, names.levers, otherwise="the plan has")
            yield Wrong(f"the plan has no lever `{move.lever}`", fix, _at(runbook, step, "lever"))
        if step.metric is not None and step.metric not in names.metrics:
            fix = did_you_mean(step.metric, names.metrics, otherwise="the plan has")
            yield Wrong(f"the plan has no metric `{step.metric}`", fix, _at(runbook, step, "metric"))
        if step.approval is not None and step.approval not in names.rights:
            fix = did_you_mean(step.approval, names.rights, otherwise="`authority:` has")
            yield Wrong(
                f"the plan gives nobody the right `{step.approval}`", fix, _at(runbook, step, "approval")
            )
    for index, shown in enumerate(runbook.recovery):
        if shown.metric is not None and shown.metric not in names.metrics:
            fix = did_you_mean(shown.metric, names.metrics, otherwise="the plan has")
            yield Wrong(f"the plan has no metric `{shown.metric}`", fix, ("recovery", index, "metric"))
        if shown.gate is not None and shown.gate not in names.gates:
            fix = did_you_mean(shown.gate, names.gates, otherwise="the plan has")
            yield Wrong(f"the plan has no gate `{shown.gate}`", fix, ("recovery", index, "gate"))


def _slow(runbook: Runbook, _: Names | None) -> Iterator[Wrong]:
    options = runbook.containment
    if not any(step.contains == "fast" for step in options):
        fix = "mark the narrowest act that stops harm within minutes: `contains: fast`"
        yield Wrong("no act contains fast: the harm goes on while people look for its cause", fix, ("steps",))
        return
    if options[0].contains != "fast":
        message = f"`{options[0].id}` contains before the fast act does"
        yield Wrong(message, "put the `contains: fast` act above it", _at(runbook, options[0], "contains"))


def _permissive(runbook: Runbook, _: Names | None) -> Iterator[Wrong]:
    if not runbook.do_not:
        fix = "add `do_not:`: what somebody tired would do first, and what it would cost"
        yield Wrong("nothing says what makes it worse", fix, ("runbook",))


def _quiet(runbook: Runbook, _: Names | None) -> Iterator[Wrong]:
    if not runbook.escalate:
        fix = "add `escalate:` with when, to whom and how soon"
        yield Wrong("nothing says when somebody above is called", fix, ("runbook",))
    if not runbook.tell and not any(step.kind == "communicate" for step in runbook.steps):
        fix = "add `tell:`, or a `communicate:` step"
        yield Wrong("nobody is told", fix, ("runbook",))


def _long(runbook: Runbook, _: Names | None) -> Iterator[Wrong]:
    size = sum(map(len, texts_of(runbook)))
    if len(runbook.steps) > PAGE_STEPS or size > PAGE_CHARACTERS:
        message = f"{len(runbook.steps)} steps with {size:,} characters do not fit on one page"
        fix = f"at most {PAGE_STEPS} steps and {PAGE_CHARACTERS:,} characters: write a second runbook"
        yield Wrong(message, fix, ("steps",))


def _undecided(runbook: Runbook, _: Names | None) -> Iterator[Wrong]:
    for step in runbook.steps:
        if step.kind == "decide" and len({way.then for way in step.ways}) < 2:
            message = f"whatever `{step.id}` decides, the same follows"
            yield Wrong(
                message,
                "let the branches lead to different steps, or make it an `observe:`",
                _at(runbook, step),
            )


def _lonely(runbook: Runbook, _: Names | None) -> Iterator[Wrong]:
    for step in runbook.steps:
        if VAGUE.match(step.says):
            fix = "say what is looked at or turned, and what the result means"
            yield Wrong(f"`{step.says}` tells nobody what to do", fix, _at(runbook, step))
        if step.who is None:
            yield Wrong(
                f"nobody is named for `{step.id}`", "add `who:`, a role or a group", _at(runbook, step)
            )


def texts_of(runbook: Runbook) -> Iterator[str]:
    """Yield every text of a runbook that its page shows."""
    yield from (runbook.title, runbook.when or "", runbook.question or "", runbook.learn or "")
    yield from runbook.detected_by
    yield from runbook.do_not
    for step in runbook.steps:
        yield from (step.says, step.note or "", step.costs or "", step.undo or "", step.who or "")
        yield from (way.when for way in step.ways)
    for call in (*runbook.escalate, *runbook.tell):
        yield from (call.when, *call.who)
    yield from (shown.proof for shown in runbook.recovery)


RULES: tuple[Rule, ...] = (
    Rule("HF720", "error", _unreached),
    Rule("HF721", "error", _unproven),
    Rule("HF722", "warning", _unconfirmed),
    Rule("HF723", "error", _unknown),
    Rule("HF724", "warning", _slow),
    Rule("HF725", "warning", _permissive),
    Rule("HF726", "warning", _quiet),
    Rule("HF727", "warning", _long),
    Rule("HF728", "error", _undecided),
    Rule("HF729", "warning", _lonely),
)
"""In the order of their codes."""
