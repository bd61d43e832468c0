"""The JSON of `holdfast compare`: a promise, versioned, described in docs/json.md."""

from __future__ import annotations

from holdfast.gate.views.comparison import ComparedArm, ComparedFigure, ComparedGate, Comparison, Paired
from holdfast.gate.views.promise import VERSION, check_json, interval, number, where_json
from holdfast.kernel.canonical import Json


def compare_json(comparison: Comparison, path: str | None) -> dict[str, Json]:
    """Return what `holdfast compare --json` prints; `path` is where the HTML report was written."""
    provenance = check_json(comparison.a.report, None)["provenance"]
    assert isinstance(provenance, dict)  # noqa: S101 -- it is made as one; for the type checker
    return {
        "holdfast": VERSION,
        "outcome": comparison.outcome,
        "chosen": comparison.chosen,
        "headline": comparison.headline,
        "system": comparison.system,
        "arms": [_arm(arm) for arm in comparison.arms],
        "gates": [_gate(gate) for gate in comparison.gates],
        "not_compared": list(comparison.waiting),
        "pairs": [_paired(paired) for paired in comparison.paired],
        "figures": comparison.figures,
        "look": comparison.look,
        "notes": list(comparison.notes),
        "report": path,
        "provenance": {key: provenance[key] for key in ("plan", "tools", "at", "actor", "ledger")},
    }


def _arm(arm: ComparedArm) -> dict[str, Json]:
    told = check_json(arm.report, None)
    provenance = told["provenance"]
    assert isinstance(provenance, dict)  # noqa: S101 -- as above
    return {
        "name": arm.name,
        "bundle": arm.bundle,
        "verdict": arm.verdict.value,
        "gates": told["gates"],
        "data": provenance["data"],
    }


def _gate(gate: ComparedGate) -> dict[str, Json]:
    return {
        "id": gate.id,
        "blocking": gate.blocking,
        "requires": gate.requirement,
        "lower_is_better": gate.lower_is_better,
        "a": gate.a.verdict.value,
        "b": gate.b.verdict.value,
        "figures": [_figure(each) for each in gate.figures],
    }


def _figure(each: ComparedFigure) -> dict[str, Json]:
    return {
        "slice": where_json(each.where),
        "judged": each.judged,
        "a": number(each.a),
        "b": number(each.b),
        "difference": number(each.value),
        "interval": interval(each.interval),
        "simultaneous": interval(each.sure),
        "better": each.better or None,
        "worse": list(each.worse),
        "margin": each.margin,
        "n": each.n,
        "paired": each.paired,
        "alone": list(each.alone),
        "p_value": each.p_value,
        "method": each.method or None,
        "needs": each.needs,
        "notes": list(each.notes),
    }


def _paired(paired: Paired) -> dict[str, Json]:
    pairing = paired.pairing
    told: dict[str, Json] = {"data": paired.data, "says": paired.says}
    if pairing is not None:
        told |= {
            "key": pairing.key,
            "pairs": pairing.pairs,
            "only": list(pairing.only),
            "repeated": list(pairing.repeated),
            "unkeyed": list(pairing.unkeyed),
        }
    return told
