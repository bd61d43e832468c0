"""The JSON of `holdfast check` and `holdfast measure`: a promise, versioned, described in docs/json.md."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from holdfast.gate.views.context import (
    DataUsed,
    Gate,
    Measurement,
    Override,
    Report,
    Result,
    Signed,
    Slice,
    Span,
)
from holdfast.kernel.canonical import Json
from holdfast.kernel.clock import iso
from holdfast.measure.slices import rest_of
from holdfast.web.ci.finding import as_json

VERSION = 1


def check_json(report: Report, path: str | None) -> dict[str, Json]:
    """Return what `holdfast check --json` prints; `path` is where the HTML report was written."""
    made = report.provenance
    return {
        "holdfast": VERSION,
        "verdict": report.verdict.value,
        "headline": report.headline,
        "system": report.system,
        "gates": [_gate(gate) for gate in report.gates],
        "warnings": list(report.warnings),
        "lint": [as_json(finding) for finding in report.lint],
        "looks": report.looks or None,
        "report": path,
        "provenance": {
            "plan": made.plan_digest,
            "bundle": made.bundle if made.bundle_known else None,
            "data": [used_json(data) for data in made.data],
            "tools": dict(made.tools),
            "at": iso(made.decided_at),
            "actor": made.actor,
            "ledger": {"seq": made.ledger_seq, "hash": made.ledger_head},
        },
    }


def _gate(gate: Gate) -> dict[str, Json]:
    return {
        "id": gate.id,
        "kind": gate.kind,
        "verdict": gate.verdict.value,
        "blocking": gate.blocking,
        "requires": gate.requirement,
        "reason": gate.headline,
        "metric": gate.metric,
        "data": gate.data,
        "value": number(gate.value),
        "interval": interval(gate.interval),
        "confidence": gate.confidence,
        "judge": gate.judged_by,
        "n": gate.n,
        "k": gate.k,
        "missing": gate.missing,
        "needs": gate.needs,
        "slices": [_slice(part) for part in gate.slices],
        "figures": {name: number(value) for name, value in gate.figures},
        "notes": list(gate.notes),
        "look": gate.look,
        "tried": gate.tried,
        "corrected": gate.corrected.value if gate.corrected is not None else None,
        "evidence": gate.evidence,
        "signatures": [_signature(each) for each in gate.signatures],
        "override": None if gate.override is None else override_json(gate.override),
        "overrides": [override_json(each) for each in gate.overrides],
    }


def _signature(each: Signed) -> dict[str, Json]:
    return {
        "role": each.role,
        "actor": each.actor,
        "at": None if each.at is None else iso(each.at),
        "seq": each.seq,
        "because": each.because or None,
    }


def override_json(each: Override) -> dict[str, Json]:
    """Return an override as every `--json` shows it."""
    return {
        "id": each.id,
        "status": each.status,
        "because": each.because,
        "until": each.until.isoformat(),
        "requested_by": each.requested_by,
        "requested_at": iso(each.requested_at),
        "approved_by": [{"role": role, "actor": actor, "at": iso(at)} for role, actor, at in each.approved],
        "waits_for": each.waits_for or None,
    }


def _slice(part: Slice) -> dict[str, Json]:
    return {
        "slice": where_json(part.where),
        "judged": part.judged,
        "verdict": part.verdict.value if part.verdict is not None else None,
        "value": number(part.value),
        "interval": interval(part.outer),
        "n": part.n,
        "k": part.k,
        "share": number(part.share),
        "needs": part.needs,
    }


def where_json(where: Sequence[tuple[str, str | None]]) -> dict[str, Json]:
    """Return a slice's columns with their values; of all further values together how many they are."""
    told: dict[str, Json] = {}
    for column, value in where:
        rest = rest_of((value,))
        told[column] = value if rest is None else {"other": rest.values, "at_most": rest.most}
    return told


def number(value: float | None) -> float | None:
    """Return a figure as JSON knows it: NaN and infinity are null."""
    return value if value is not None and math.isfinite(value) else None


def interval(ends: Span | None) -> list[Json] | None:
    """Return an interval as a pair; an open side is null."""
    return None if ends is None else [number(ends[0]), number(ends[1])]


def measure_json(measured: Measurement) -> dict[str, Json]:
    """Return what `holdfast measure --json` prints."""
    return {
        "holdfast": VERSION,
        "metric": measured.metric,
        "data": measured.data,
        "results": [_result(result, measured.confidence) for result in measured.results],
        "notes": list(measured.notes),
        "provenance": provenance(measured.plan_digest, measured.used, measured.tools, measured.at),
    }


def _result(result: Result, confidence: float) -> dict[str, Json]:
    return {
        "slice": where_json(result.where),
        "value": number(result.value),
        "interval": interval(result.interval),
        "confidence": confidence,
        "method": result.method,
        "n": result.n,
        "k": result.k,
        "missing": result.missing,
        "figures": {name: number(value) for name, value in result.figures},
        "notes": list(result.notes),
    }


def provenance(
    plan: str, used: Sequence[DataUsed], tools: Sequence[tuple[str, str]], at: datetime
) -> dict[str, Json]:
    """Return what a figure that is recorded nowhere rests on."""
    return {"plan": plan, "data": [used_json(data) for data in used], "tools": dict(tools), "at": iso(at)}


def used_json(data: DataUsed) -> dict[str, Json]:
    """Return a source as every `--json` shows it."""
    return {"name": data.name, "digest": data.digest, "rows": data.rows, "files": dict(data.files)}
