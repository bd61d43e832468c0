"""What parts of the plan say about each other: positions that a lever has, levels that a metric can reach."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic_core import PydanticCustomError

from holdfast.kernel.errors import did_you_mean, nearest
from holdfast.plan.model.gates import MetricGate
from holdfast.plan.model.indicators import (
    Action,
    LeverHolds,
    Move,
    PlainIndicator,
    RollBack,
    RuleIndicator,
    Watch,
)
from holdfast.plan.model.levers import (
    AllowlistLever,
    BreakerLever,
    BundleLever,
    FlushLever,
    HookLever,
    Lever,
    QueueLever,
    RateLimitLever,
    ReviewQueueLever,
    SettingLever,
    SwitchLever,
    TierLever,
)
from holdfast.plan.model.library.catalogue import all_controls, find
from holdfast.plan.model.metrics import RATE_KINDS, AgreementMetric, Metric, is_share
from holdfast.plan.model.names import ANYONE
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.severity import SeverityMatrix
from holdfast.plan.model.tree import Path
from holdfast.plan.model.values import pace


@dataclass(frozen=True)
class Contradiction:
    """Something that does not fit what another part of the plan says."""

    path: Path
    code: str
    message: str
    fix: str | None = None


def contradictions(plan: Plan) -> Iterator[Contradiction]:
    """Yield what does not fit together in a plan whose parts are each right."""
    if ANYONE in plan.people:
        yield Contradiction(
            ("people", ANYONE, "[key]"), "HF203", f"`{ANYONE}` is everybody: nobody may be called so"
        )
    yield from _of_controls(plan)
    yield from _of_gates(plan)
    yield from _of_indicators(plan)
    for index, review in enumerate(plan.reviews):
        yield from _of_actions(plan, ("reviews", index, "overdue"), review.overdue)
    yield from _of_levers(plan)


def _of_controls(plan: Plan) -> Iterator[Contradiction]:
    for name, control in plan.controls.items():
        if control == "library" and find(name) is None:
            near = nearest(name, [known.name for known in all_controls()])
            fix = (
                f"did you mean `{near}`?"
                if near
                else "see `holdfast controls`, or write its keys: {layer: ...}"
            )
            message = f"the library has no control `{name}`"
            yield Contradiction(("controls", name, "[key]"), "HF206", message, fix)


def _of_gates(plan: Plan) -> Iterator[Contradiction]:
    for index, gate in enumerate(plan.gates):
        if not isinstance(gate, MetricGate):
            continue
        metric = plan.metrics[gate.metric]
        if gate.require is not None:
            yield from _reachable(
                metric, gate.require.threshold, gate.require.text, ("gates", index, "require")
            )
        elif metric.kind not in RATE_KINDS:
            message = f"zero tolerance counts hits, and `{gate.metric}` is of kind {metric.kind}"
            yield Contradiction(
                ("gates", index, "metric"), "HF203", message, "name a rate, or write `require`"
            )
        if gate.margin is not None and not 0 < gate.margin.value <= (1 if is_share(metric) else math.inf):
            message = f"a margin of {gate.margin.text} is no distance that a {metric.kind} can have"
            yield Contradiction(("gates", index, "margin"), "HF203", message, "such as `margin: 1%`")


def _reachable(metric: Metric, threshold: float, text: str, path: Path) -> Iterator[Contradiction]:
    low = -1.0 if isinstance(metric, AgreementMetric) else 0.0
    if not (is_share(metric) or isinstance(metric, AgreementMetric)) or low <= threshold <= 1:
        return
    percent = f"did you mean `{text}%`?" if 1 < threshold <= 100 and not text.endswith("%") else None
    message = f"`{text}` is beyond what a {metric.kind} can reach"
    yield Contradiction(path, "HF207", message, percent or f"it lies between {low:g} and 1")


def _of_indicators(plan: Plan) -> Iterator[Contradiction]:
    for index, indicator in enumerate(plan.indicators):
        here: Path = ("indicators", index)
        if isinstance(indicator, PlainIndicator):
            yield from _of_watch(plan, (*here, "watch"), indicator.watch)
            yield from _of_actions(plan, (*here, "act"), indicator.act)
        if isinstance(indicator, RuleIndicator):
            yield from _of_watch(plan, (*here, "kri"), indicator.kri)
            for number, condition in enumerate(indicator.kci):
                path: Path = (*here, "kci", number)
                if isinstance(condition, Watch):
                    yield from _of_watch(plan, path, condition)
                elif isinstance(condition, LeverHolds):
                    yield from _of_condition(plan, path, condition)
            yield from _of_actions(plan, (*here, "when_met"), indicator.when_met)
            yield from _of_actions(plan, (*here, "when_unmet"), indicator.when_unmet)


def _of_watch(plan: Plan, path: Path, watch: Watch) -> Iterator[Contradiction]:
    for key, level in (("above", watch.above), ("below", watch.below)):
        if level is not None:
            yield from _reachable(plan.metrics[watch.metric], level.value, level.text, (*path, key))


def _of_condition(plan: Plan, path: Path, condition: LeverHolds) -> Iterator[Contradiction]:
    lever = plan.levers[condition.lever]
    if condition.at is not None:
        yield from _position(lever, condition.lever, condition.at, (*path, "at"))
    elif not isinstance(lever, AllowlistLever):
        message = f"`subset_of` is for allowlists, and `{condition.lever}` is of kind {lever.kind}"
        yield Contradiction((*path, "subset_of"), "HF203", message, "write `at: safe`")


def _of_actions(plan: Plan, path: Path, actions: tuple[Action, ...]) -> Iterator[Contradiction]:
    for index, action in enumerate(actions):
        if isinstance(action, Move):
            yield from _position(plan.levers[action.lever], action.lever, action.to, (*path, index, "to"))
        elif isinstance(action, RollBack) and not isinstance(plan.levers[action.rollback], BundleLever):
            kind = plan.levers[action.rollback].kind
            bundles = [name for name, lever in plan.levers.items() if isinstance(lever, BundleLever)]
            fix = (
                did_you_mean(action.rollback, bundles, otherwise="bundles here")
                if bundles
                else "add a lever of kind bundle"
            )
            message = f"only a bundle is rolled back, and `{action.rollback}` is of kind {kind}"
            yield Contradiction((*path, index, "rollback"), "HF203", message, fix)


def _of_levers(plan: Plan) -> Iterator[Contradiction]:
    for name, position in plan.safe_mode.items():
        yield from _position(plan.levers[name], name, position, ("safe_mode", name))
    for name, lever in plan.levers.items():
        if (
            isinstance(lever, BreakerLever)
            and lever.opens_when is not None
            and lever.opens_when.hits is not None
        ):
            metric = plan.metrics[lever.opens_when.metric]
            if metric.kind not in RATE_KINDS:
                message = (
                    f"`hits` counts a rate's hits, and `{lever.opens_when.metric}` is of kind {metric.kind}"
                )
                yield Contradiction(("levers", name, "opens_when", "hits"), "HF203", message, "write `above`")
    if isinstance(plan.severity, SeverityMatrix):
        yield from _of_severity(plan, plan.severity)


def _of_severity(plan: Plan, severity: SeverityMatrix) -> Iterator[Contradiction]:
    lever = plan.levers[severity.lever] if severity.lever is not None else None
    if lever is not None and not isinstance(lever, TierLever):
        message = f"severities go with tiers, and `{severity.lever}` is of kind {lever.kind}"
        yield Contradiction(("severity", "lever"), "HF203", message, "name a lever of kind tier")
        return
    for level, rule in severity.levels.items():
        path: Path = ("severity", "levels", level, "tier")
        if rule.tier is not None and lever is None:
            yield Contradiction(path, "HF213", "a tier of which lever?", "add `lever` to `severity`")
        elif rule.tier is not None and lever is not None and rule.tier not in lever.tiers:
            fix = did_you_mean(rule.tier, lever.tiers)
            yield Contradiction(path, "HF206", f"no tier is called `{rule.tier}`", fix)


def _position(lever: Lever, name: str, position: object, path: Path) -> Iterator[Contradiction]:
    if position == "normal":
        return
    if position == "safe":
        if getattr(lever, "safe", None) is None:
            yield Contradiction(
                path, "HF206", f"the lever `{name}` has no safe position", f"add `safe` to `{name}`"
            )
        return
    wrong = _refused(lever, position)
    if wrong is not None:
        message = f"the {lever.kind} `{name}` has no such position"
        yield Contradiction(path, "HF206", message, wrong)


def _refused(lever: Lever, position: object) -> str | None:
    """Return what a lever's positions are where this is none of them; None where it is one."""
    if isinstance(lever, SettingLever):
        return None
    if isinstance(lever, AllowlistLever):
        right = isinstance(position, list) and all(isinstance(item, str) for item in position)
        return None if right else "expected normal, safe or a list of what is allowed"
    if isinstance(lever, ReviewQueueLever):
        right = isinstance(position, dict) and set(position) == {"when"}
        return None if right else 'expected normal, safe or {when: "an expression"}'
    if isinstance(lever, BundleLever):
        return None if isinstance(position, str) else "expected last-good or a bundle's name"
    if isinstance(lever, RateLimitLever):
        return None if _is_pace(position) else "expected normal, safe or a limit such as `10/min per tenant`"
    known = ["normal", *(["safe"] if lever.safe is not None else []), *_named(lever)]
    return None if position in known else did_you_mean(str(position), known)


def _is_pace(position: object) -> bool:
    try:
        pace(position)
    except PydanticCustomError:
        return False
    return True


def _named(lever: SwitchLever | TierLever | QueueLever | BreakerLever | HookLever | FlushLever) -> list[str]:
    if isinstance(lever, SwitchLever):
        return ["enabled", "disabled"]
    if isinstance(lever, TierLever):
        return list(lever.tiers)
    if isinstance(lever, QueueLever):
        return ["direct", "queued"]
    if isinstance(lever, BreakerLever):
        return ["closed", "open"]
    return list(lever.to)
