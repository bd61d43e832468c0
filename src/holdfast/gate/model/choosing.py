"""Which gates are decided when somebody asks for some of them. Pure."""

from __future__ import annotations

from typing import get_args

from holdfast.gate.model.reading import Criteria, criteria_of, criterion_of
from holdfast.kernel.errors import UsageError, did_you_mean
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.system import Stage

STAGES: tuple[str, ...] = get_args(Stage)


def chosen(plan: Plan, gates: tuple[str, ...], stage: str | None) -> Criteria:
    """Return the criteria of the named gates, else of those that name the stage, else of those due now.

    Raises
    ------
    UsageError
        HF501: both are said. HF502: the plan has no such gate, or none of the stage.
    """
    if gates and stage is not None:
        raise UsageError.of("HF501", "gates and `--stage` exclude each other", fix="give one of them")
    known = {gate.id: gate for gate in plan.gates}
    for name in gates:
        if name not in known:
            fix = did_you_mean(name, known)
            raise UsageError.of("HF502", f"the plan has no gate `{name}`", fix=fix)
    if gates:
        return Criteria(tuple(criterion_of(plan, known[name]) for name in dict.fromkeys(gates)), ())
    if stage is None:
        return criteria_of(plan)
    if stage not in STAGES:
        fix = did_you_mean(stage, STAGES)
        raise UsageError.of("HF502", f"there is no stage `{stage}`", fix=fix)
    guarding = tuple(criterion_of(plan, gate) for gate in plan.gates if gate.stage == stage)
    if not guarding:
        named = list(dict.fromkeys(gate.stage for gate in plan.gates if gate.stage is not None))
        fix = f"gates name: {', '.join(named)}" if named else "no gate of the plan names a stage"
        raise UsageError.of("HF502", f"no gate guards the stage `{stage}`", fix=fix)
    return Criteria(guarding, ())
