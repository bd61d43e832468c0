"""HF106 and HF111: whether the system can be brought back, and to what."""

from __future__ import annotations

from collections.abc import Iterator

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
from holdfast.plan.model.lint.subject import Found, Subject
from holdfast.plan.model.lint.wording import names
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.risks import OwnControl

NOT_RUNNING = ("design", "training", "retired")
"""Stages in which there is nothing to bring back yet, or any more."""


def no_way_back(subject: Subject) -> Iterator[Found]:
    """HF106: yield one finding where nothing in the plan brings the system back."""
    plan = subject.plan
    if plan.system.stage in NOT_RUNNING or plan.safe_mode:
        return
    # an act outside (a key revoked, a cache emptied) cannot be taken back
    reversible = [lever for lever in plan.levers.values() if not isinstance(lever, HookLever | FlushLever)]
    components = plan.system.card.components if plan.system.card is not None else ()
    if reversible or any(component.rollback for component in components):
        return
    yield Found(
        ("levers", "[key]") if plan.levers else ("system", "id"),
        "nothing brings the system back: no lever to turn, no switch to put it off, no safe mode",
        "add `levers: {enabled: {kind: switch, safe: disabled}, bundle: {kind: bundle, safe: last-good}}`",
    )


def levers_without_safe(subject: Subject) -> Iterator[Found]:
    """HF111: yield every lever that contains and has no safe position, and a safe mode that moves nothing."""
    plan = subject.plan
    contain = {
        control.lever
        for control in plan.controls.values()
        if isinstance(control, OwnControl) and control.lever
    }
    for name, lever in plan.levers.items():
        if isinstance(lever, FlushLever) or lever.safe is not None:
            continue
        if isinstance(lever, SettingLever | HookLever) and name not in contain:
            continue  # a setting need not contain anything
        yield Found(
            ("levers", name, "[key]"),
            f"the lever `{name}` has no safe position: under pressure somebody would have to invent one",
            _safe_of(name, lever),
        )
    yield from _safe_mode(plan)


def _safe_mode(plan: Plan) -> Iterator[Found]:
    safe = [name for name, lever in plan.levers.items() if lever.safe is not None]
    if not safe:
        return
    moved = [name for name, position in plan.safe_mode.items() if position != "normal"]
    if not moved:
        listed = ", ".join(f"{name}: safe" for name in safe[:4])
        yield Found(
            ("safe_mode", "[key]") if plan.safe_mode else ("levers", "[key]"),
            "the plan has levers and no safe mode: one act that takes everything to safety is not declared",
            f"add `safe_mode: {{{listed}}}`",
        )
        return
    bundles = [name for name, lever in plan.levers.items() if isinstance(lever, BundleLever)]
    if bundles and not any(name in moved for name in bundles):
        yield Found(
            ("safe_mode", "[key]"),
            f"the safe mode leaves the bundle where it is: {names(bundles)} may be what fails",
            f"add `{bundles[0]}: safe` to it, with `safe: last-good` in the lever",
        )


def _safe_of(name: str, lever: Lever) -> str:
    """Return the advice for a lever's kind."""
    match lever:
        case SwitchLever():
            return "add `safe: disabled`"
        case AllowlistLever():
            kept = lever.normal[:1]
            return f"say what may still be used: `safe: [{', '.join(kept)}]`"
        case TierLever():
            return f"name the strictest tier: `safe: {max(lever.tiers, default='C')}`"
        case RateLimitLever():
            fewer = max(1, lever.normal.count // 6)
            return f"say how much is still served: `safe: {fewer}/{lever.normal.text.split('/', 1)[-1]}`"
        case QueueLever():
            return "add `safe: queued`"
        case BreakerLever():
            return "add `safe: open`"
        case ReviewQueueLever():
            return 'let a person look at everything: `safe: {when: "true"}`'
        case BundleLever():
            return "go back to the bundle that is known to be good: `safe: last-good`"
        case _:
            return f"say which position of `{name}` is safe: `safe: ...`"
