"""The JSON of `holdfast evidence ...`: a promise, versioned, described in docs/json.md."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.evidence.model.acted import FileImported, Signed
from holdfast.evidence.model.attested import Attestation
from holdfast.evidence.model.foreign import ForeignFigure
from holdfast.evidence.model.imported import Imported
from holdfast.evidence.views.kept import Kept, Measured
from holdfast.evidence.views.listing import Listing, Row
from holdfast.kernel.canonical import Json
from holdfast.kernel.clock import iso

VERSION = 1


def listing_json(listing: Listing) -> dict[str, Json]:
    """Return what `holdfast evidence list --json` prints."""
    return {
        "holdfast": VERSION,
        "system": listing.system,
        "ledger": listing.ledger,
        "evidence": [_row(row) for row in listing.rows],
        "replaced": listing.hidden,
    }


def piece_json(piece: Kept, row: Row) -> dict[str, Json]:
    """Return what `holdfast evidence show --json` prints."""
    told: dict[str, Json] = {"holdfast": VERSION, **_row(row)}
    if isinstance(piece, Attestation):
        return {**told, **_attestation(piece)}
    told["digest"] = piece.digest
    if isinstance(piece, Imported):
        return {**told, **_imported(piece)}
    return {**told, **_measured(piece)}


def import_json(files: Sequence[FileImported]) -> dict[str, Json]:
    """Return what `holdfast evidence import --json` prints."""
    return {"holdfast": VERSION, "files": [_file(file) for file in files]}


def signed_json(signed: Signed) -> dict[str, Json]:
    """Return what `holdfast evidence attest --json` and `withdraw --json` print."""
    one = signed.attestation
    told: dict[str, Json] = {"holdfast": VERSION, "id": one.id, "seq": one.seq, "recorded": signed.recorded}
    return {**told, **_attestation(one)}


def _row(row: Row) -> dict[str, Json]:
    return {
        "seq": row.seq,
        "id": row.id,
        "kind": row.kind,
        "what": row.what,
        "bundle": row.bundle,
        "at": iso(row.at),
        "age_seconds": row.age.total_seconds(),
        "fresh_for_seconds": row.fresh_for.total_seconds() if row.fresh_for is not None else None,
        "until": row.until.isoformat() if row.until is not None else None,
        "state": row.state,
        "data": row.data,
        "counts": row.counts,
        "gates": list(row.gates),
        "replaced": row.replaced,
    }


def _attestation(piece: Attestation) -> dict[str, Json]:
    back = piece.withdrawn
    withdrawn: Json = None
    if back is not None:
        withdrawn = {"seq": back.seq, "at": iso(back.at), "actor": back.actor, "because": back.because}
    return {
        "name": piece.name,
        "role": piece.role,
        "actor": piece.actor,
        "seen": piece.seen,
        "until": piece.until.isoformat(),
        "file": None if piece.file is None else {"name": piece.file, "digest": piece.file_digest},
        "withdrawn": withdrawn,
    }


def _imported(piece: Imported) -> dict[str, Json]:
    results = piece.results
    return {
        "tool": results.tool,
        "tool_version": results.tool_version,
        "file": results.file,
        "path": piece.path,
        "digest": results.digest,
        "subject": results.subject,
        "dataset": results.dataset,
        "created_at": None if results.created_at is None else iso(results.created_at),
        "imported_at": iso(piece.imported_at),
        "figures": [_figure(figure) for figure in results.figures],
        "notes": list(results.notes),
    }


def _measured(piece: Measured) -> dict[str, Json]:
    fact = piece.fact
    return {
        "metric": fact.metric,
        "source": fact.source,
        "rows": fact.rows,
        "files": dict(fact.files),
        "by": list(fact.by),
        "slices": list(fact.slices),
        "notes": list(fact.notes),
        "tool": fact.tool,
    }


def _figure(figure: ForeignFigure) -> Json:
    return {
        "name": figure.name,
        "value": figure.value,
        "n": figure.n,
        "k": figure.k,
        "notes": list(figure.notes),
    }


def _file(file: FileImported) -> Json:
    told: dict[str, Json] = {
        "path": str(file.path),
        "recorded": file.recorded,
        "errors": [{"code": one.code, "message": one.message, "fix": one.fix} for one in file.problems],
    }
    if file.imported is None:
        return told
    one = file.imported
    return {**told, "seq": one.seq, "id": one.id, "bundle": one.bundle, "results": _imported(one)}
