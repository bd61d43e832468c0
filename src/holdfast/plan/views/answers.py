"""Parts of a plan that answer an entry of a framework by being there: the rights to stop a system, say.

Only where a part is what the entry asks for. A plan that names a switch addresses that a system can be
stopped; whether somebody will find it in time, no table can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from holdfast.plan.model.gates import SignGate
from holdfast.plan.model.levers import ReviewQueueLever, SwitchLever
from holdfast.plan.model.metrics import DisparityMetric
from holdfast.plan.model.plan import Plan

Answer: TypeAlias = tuple[str, Callable[[Plan], Iterable[str]]]
"""Kind of the part, and the names of the plan's parts of that kind."""


def _tolerances(plan: Plan) -> list[str]:
    return [one.id for one in plan.tolerance]


def _gates(plan: Plan) -> list[str]:
    return [gate.id for gate in plan.gates if gate.blocking]


def _measured(plan: Plan) -> list[str]:
    return [gate.id for gate in plan.gates if not isinstance(gate, SignGate)]


def _gaps(plan: Plan) -> list[str]:
    """Return the gates that hold the gap between groups."""
    gaps = {name for name, metric in plan.metrics.items() if isinstance(metric, DisparityMetric)}
    return [gate.id for gate in plan.gates if getattr(gate, "metric", None) in gaps]


def _watched(plan: Plan) -> list[str]:
    return [one.id for one in plan.indicators]


def _accepted(plan: Plan) -> list[str]:
    return [risk.id for risk in plan.risks if risk.residual is not None and risk.residual.accepted_by]


def _unknown(plan: Plan) -> list[str]:
    return [risk.id for risk in plan.risks if any(one.test or one.due for one in risk.unknowns)]


def _stopping(plan: Plan) -> list[str]:
    rights = plan.authority
    granted = [key for key in ("disable", "roll_back", "move_to_safe") if getattr(rights, key, None)]
    return granted if plan.levers else []


def _switches(plan: Plan) -> list[str]:
    return [name for name, lever in plan.levers.items() if isinstance(lever, SwitchLever)]


def _reviewed(plan: Plan) -> list[str]:
    return [name for name, lever in plan.levers.items() if isinstance(lever, ReviewQueueLever)]


def _outside(plan: Plan) -> list[str]:
    return [name for name, person in plan.people.items() if person.external and person.contract]


def _owners(plan: Plan) -> list[str]:
    owners = plan.system.owners
    return [] if owners is None else [who for who in (owners.accountable, owners.approver) if who]


def _harmed(plan: Plan) -> list[str]:
    return [risk.id for risk in plan.risks if risk.stakeholders]


def _out_of_scope(plan: Plan) -> list[str]:
    return ["out_of_scope"] if plan.system.out_of_scope else []


ANSWERS: dict[str, tuple[Answer, ...]] = {
    "NIST-AI-RMF:GOVERN-1.3": (("tolerance", _tolerances),),
    "NIST-AI-RMF:GOVERN-2.1": (("owners", _owners),),
    "NIST-AI-RMF:GOVERN-6.2": (("party outside", _outside),),
    "NIST-AI-RMF:MAP-1.5": (("tolerance", _tolerances),),
    "NIST-AI-RMF:MAP-3.3": (("scope", _out_of_scope),),
    "NIST-AI-RMF:MAP-3.5": (("review queue", _reviewed),),
    "NIST-AI-RMF:MAP-5.1": (("risk", lambda plan: [risk.id for risk in plan.risks]),),
    "NIST-AI-RMF:MEASURE-1.1": (("gate", _measured),),
    "NIST-AI-RMF:MEASURE-2.4": (("indicator", _watched),),
    "NIST-AI-RMF:MEASURE-2.11": (("gate", _gaps),),
    "NIST-AI-RMF:MEASURE-3.1": (("review", lambda plan: [one.id for one in plan.reviews]),),
    "NIST-AI-RMF:MANAGE-1.1": (("gate", _gates),),
    "NIST-AI-RMF:MANAGE-1.4": (("residual risk", _accepted),),
    "NIST-AI-RMF:MANAGE-2.3": (("unknown with a test", _unknown),),
    "NIST-AI-RMF:MANAGE-2.4": (("right", _stopping), ("switch", _switches)),
    "NIST-AI-RMF:MANAGE-4.1": (("indicator", _watched),),
    "NIST-AI-RMF:MANAGE-4.3": (("audience", lambda plan: plan.audiences),),
    "ISO42001:A.3.2": (("owners", _owners),),
    "ISO42001:A.5.4": (("risk", _harmed),),
    "ISO42001:A.6.2.4": (("gate", _measured),),
    "ISO42001:A.6.2.6": (("indicator", _watched),),
    "ISO42001:A.8.4": (("audience", lambda plan: plan.audiences),),
    "ISO42001:A.9.4": (("scope", _out_of_scope),),
    "ISO42001:A.10.3": (("party outside", _outside),),
}
"""Id -> the parts that answer it."""
