"""The vault as JSON: what `--json` and the API promise (docs/json.md)."""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.evidence.model.vault.findings import Finding
from holdfast.evidence.views.vault.custody import Row, Shown, StepRow, Waiting
from holdfast.kernel.canonical import Json
from holdfast.kernel.clock import iso


def vault_json(shown: Shown) -> dict[str, Json]:
    """Return a scope's vault."""
    return {
        "scope": shown.scope,
        "answer": shown.answer,
        "held": shown.held,
        "holds": shown.holds,
        "erased": shown.erased,
        "waiting": None if shown.waiting is None else _waiting(shown.waiting),
        "evidence": [row_json(row) for row in shown.rows],
        "trail": [_step(step) for step in shown.trail],
    }


def row_json(row: Row) -> dict[str, Json]:
    """Return a piece of evidence."""
    return {
        "id": row.id,
        "seq": row.seq,
        "kind": row.kind,
        "name": row.name,
        "why": row.why,
        "media": row.media,
        "size": row.size,
        "digest": row.digest,
        "at": iso(row.at),
        "actor": row.actor,
        "accesses": row.accesses,
        "state": row.state,
        "trail": [_step(step) for step in row.trail],
    }


def findings_json(findings: Iterable[Finding]) -> list[Json]:
    """Return what does not fit."""
    return [
        {"scope": each.scope, "object": each.object, "what": each.what, "repaired": each.repaired}
        for each in findings
    ]


def _step(step: StepRow) -> dict[str, Json]:
    return {"seq": step.seq, "at": iso(step.at), "actor": step.actor, "what": step.what, "why": step.why}


def _waiting(waiting: Waiting) -> dict[str, Json]:
    return {"act": waiting.act, "by": waiting.by, "at": iso(waiting.at), "why": waiting.why}
