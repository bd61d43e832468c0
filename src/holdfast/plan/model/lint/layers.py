"""HF102 and HF104: what holds a risk, layer by layer."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.plan.model.indicators import Action, PlainIndicator, RuleIndicator
from holdfast.plan.model.library.ranking import suggest
from holdfast.plan.model.lint.subject import Found, Subject
from holdfast.plan.model.lint.wording import names, words
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.risks import Layer, OwnControl, Risk

HIGH = 12
"""The score from which a risk comes first: R = S x L."""
LAYERS: tuple[Layer, ...] = ("prevent", "detect", "respond")
_DOES = {"prevent": "prevent it", "detect": "detect it", "respond": "respond to it"}
_NOBODY = {"detect": "nobody notices when it happens", "respond": "nobody stops it once it happens"}


def missing_layers(subject: Subject) -> Iterator[Found]:
    """HF102: yield every high risk that has no control in one of the layers."""
    for risk in subject.plan.risks:
        missing = [layer for layer in LAYERS if not _controls(risk, layer)]
        if risk.score < HIGH or not missing:
            continue
        what = "no control to " + words([_DOES[layer] for layer in missing], "or")
        yield Found(
            ("risks", risk.id, "controls"),
            f"`{risk.id}` scores {risk.score} and has {what}: from {HIGH} on a risk needs all three layers",
            _add(risk, missing),
        )


def prevention_only(subject: Subject) -> Iterator[Found]:
    """HF104: yield every risk that nobody detects, or that nobody responds to."""
    plan = subject.plan
    for risk in plan.risks:
        nobodys = _unowned_layers(plan, risk)
        for layer in nobodys:
            held = _controls(risk, layer)
            yield Found(
                ("risks", risk.id, "controls", layer),
                f"nobody owns the control to {_DOES[layer]} ({names(held)}): {_NOBODY[layer]}",
                f"give `{held[0]}` an owner: `owner: {risk.owner or 'a group'}`",
            )
        empty = _empty_layers(plan, risk)
        if risk.score >= HIGH or not empty:
            continue  # from HIGH on HF102 says so
        if not _controls(risk, "prevent") and not risk.gates:
            if risk.residual is None and len(empty) == 2:
                yield Found(
                    ("risks", risk.id, "id"),
                    f"nothing holds `{risk.id}`: no control, no gate, no indicator",
                    "add controls, or accept it: `residual:` with `because`, `accepted_by` and `until`",
                )
            continue
        yield Found(
            ("risks", risk.id, "controls"),
            f"`{risk.id}` is only prevented: {words([_NOBODY[layer] for layer in empty])}",
            _add(risk, empty),
        )


def unowned_and_told(plan: Plan) -> set[str]:
    """Return the controls whose lack of an owner HF104 tells already."""
    return {
        name
        for risk in plan.risks
        for layer in _unowned_layers(plan, risk)
        for name in _controls(risk, layer)
    }


def _controls(risk: Risk, layer: str) -> tuple[str, ...]:
    held: tuple[str, ...] = getattr(risk.controls, layer)
    return held


def _unowned_layers(plan: Plan, risk: Risk) -> list[Layer]:
    """Return the later layers whose every control is nobody's; a library control is its risk's owner's."""
    return [
        layer
        for layer in LAYERS[1:]
        if _controls(risk, layer)
        and all(
            isinstance(control := plan.controls[name], OwnControl) and control.owner is None
            for name in _controls(risk, layer)
        )
    ]


def _empty_layers(plan: Plan, risk: Risk) -> list[Layer]:
    """Return the later layers with no control and no indicator in their place."""
    empty: list[Layer] = []
    watching = [each for each in plan.indicators if each.id in risk.indicators]
    if not risk.controls.detect and not watching:
        empty.append("detect")
    if not risk.controls.respond and not any(_acts(each) for each in watching):
        empty.append("respond")
    return empty


def _acts(indicator: PlainIndicator | RuleIndicator) -> bool:
    """Return whether somebody is told, or something is done, when an indicator crosses."""
    actions: tuple[Action, ...] = (
        indicator.act if isinstance(indicator, PlainIndicator) else indicator.when_unmet + indicator.when_met
    )
    return bool(actions)


def _add(risk: Risk, missing: list[Layer]) -> str:
    """Return the advice to add controls, by name where the library has some that fit."""
    advice: list[str] = []
    held = {name for layer in LAYERS for name in _controls(risk, layer)}
    for layer in missing:
        known = suggest(risk.category, layer, f"{risk.id} {risk.harm}", 2 + len(held))
        fitting = [control.name for control in known if control.name not in held][:2]
        such = f" such as {names(fitting, 'or')}" if fitting else ""
        advice.append(f"to `{layer}:` a control{such}" if not advice else f"to `{layer}:` one{such}")
    return f"add {words(advice)}"
