"""HF103: a control that nothing shows to work, and evidence that nothing produces."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.plan.model.gates import SignGate
from holdfast.plan.model.indicators import EvidenceHolds, RuleIndicator
from holdfast.plan.model.library.catalogue import find
from holdfast.plan.model.lint.subject import Found, Subject
from holdfast.plan.model.lint.wording import names
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.risks import OwnControl, Risk
from holdfast.plan.model.tree import Path


def controls_without_evidence(subject: Subject) -> Iterator[Found]:
    """Yield every control that nothing shows to work, and every name of evidence that nothing produces."""
    for name, control in subject.plan.controls.items():
        if not isinstance(control, OwnControl):
            yield from _of_library(subject, name)
        elif not (control.evidence or control.attested or control.rehearsed_within):
            yield Found(
                ("controls", name, "[key]"),
                f"nothing shows that the control `{name}` works: it may be off and nobody would know",
                _advice(subject.plan, name, control),
            )
    yield from _unproduced(subject)


def risks_held_by(plan: Plan, name: str) -> list[Risk]:
    """Return the risks that name a control."""
    return [
        risk
        for risk in plan.risks
        if name in (*risk.controls.prevent, *risk.controls.detect, *risk.controls.respond)
    ]


def _of_library(subject: Subject, name: str) -> Iterator[Found]:
    """Judge a control in its short form: what a risk that uses it is measured by speaks for it, too."""
    known = find(name)
    held = risks_held_by(subject.plan, name)
    if not held or any(risk.gates or risk.indicators for risk in held):
        return
    proof = f" ({known.evidence})" if known is not None else ""
    layer = next(
        layer for layer in ("prevent", "detect", "respond") if name in getattr(held[0].controls, layer)
    )
    yield Found(
        ("controls", name, "[key]"),
        f"nothing shows that `{name}` works: {names([risk.id for risk in held])} names no gate or indicator",
        f"name one there{proof}; or write"
        f" `{name}: {{layer: {layer}, owner: {held[0].owner or '...'}, evidence: [...]}}`",
    )


def _advice(plan: Plan, name: str, control: OwnControl) -> str:
    """Return what may serve as evidence: what its risks are measured by already, else what there is."""
    held = risks_held_by(plan, name)
    signs = {gate.id for gate in plan.gates if isinstance(gate, SignGate)}
    near = [gate for risk in held for gate in risk.gates if gate not in signs]
    near += [indicator for risk in held for indicator in risk.indicators]
    if control.layer == "respond":
        return "rehearse it: `rehearsed_within: 90d`"
    if near:
        return f"name what would show it: `evidence: [{near[0]}]`"
    who = control.owner or "..."
    signed = f"`attested: {{who: {who}, every: 90d}}`"
    return f"name a gate or an indicator, `evidence: [...]`, or who signs, {signed}"


def _unproduced(subject: Subject) -> Iterator[Found]:
    plan = subject.plan
    produced = set(subject.standing.shown) | {f"attest/{review.id}" for review in plan.reviews}
    produced |= {f"drill/{runbook}" for runbook in plan.runbooks}
    for name, control in plan.controls.items():
        if isinstance(control, OwnControl):
            produced |= {f"attest/{name}"} if control.attested else set()
            if control.rehearsed_within is not None:
                produced |= {each for each in control.evidence if each.startswith("drill/")}
                produced |= {f"drill/{name}"}
    for indicator in plan.indicators:
        if isinstance(indicator, RuleIndicator):
            # a condition that says how recent a drill must be is what makes people hold it
            held = (each for each in indicator.kci if isinstance(each, EvidenceHolds))
            produced |= {each.evidence for each in held if each.evidence.startswith("drill/")}
    for path, name in _named(plan):
        if "/" in name and name not in produced:
            lead, rest = name.split("/", 1)
            fix = (
                f"say how often it is held: `rehearsed_within: 90d`, or add a runbook `{rest}`"
                if lead == "drill"
                else "say who signs how often: `attested: {who: ..., every: 90d}`, or a review"
                f" `{{id: {rest}, every: 30d, of: [...], who: ...}}`"
            )
            yield Found(path, f"nothing in the plan produces `{name}`, and nobody has recorded it", fix)


def _named(plan: Plan) -> Iterator[tuple[Path, str]]:
    """Yield every name of evidence, with its place."""
    for name, control in plan.controls.items():
        if isinstance(control, OwnControl):
            yield from (
                (("controls", name, "evidence", at), each) for at, each in enumerate(control.evidence)
            )
    for claim in plan.claims:
        yield from ((("claims", claim.id, "evidence", at), each) for at, each in enumerate(claim.evidence))
    for indicator in plan.indicators:
        if isinstance(indicator, RuleIndicator):
            for at, condition in enumerate(indicator.kci):
                if isinstance(condition, EvidenceHolds):
                    yield ("indicators", indicator.id, "kci", at, "evidence"), condition.evidence
