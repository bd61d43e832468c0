"""Evidence that was measured here: what it is identified by, and how it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from holdfast.evidence.commands import RecordEvidence
from holdfast.evidence.events.measured import EvidenceRecorded
from holdfast.kernel.ids import derived
from holdfast.measure.requests import SliceKey

if TYPE_CHECKING:  # numpy is not for those who only ask what is there
    from holdfast.measure.states import State


@dataclass(frozen=True)
class Evidence:
    """One measured result, as the ledger holds it.

    Attributes
    ----------
    seq : int
        Its number in the ledger.
    measured_at : datetime
        When it was recorded.
    """

    id: str
    seq: int
    measured_at: datetime
    bundle: str
    data_digest: str
    rows: int
    reference_rows: int | None
    states: Mapping[SliceKey, State]
    notes: tuple[str, ...]

    def stale(self, now: datetime, fresh_for: timedelta | None) -> bool:
        """Whether it is older than it may be."""
        return fresh_for is not None and now - self.measured_at > fresh_for


def evidence_id(
    *, system: str, bundle: str, metric_digest: str, data_digest: str, reference_digest: str | None
) -> str:
    """Return the id under which a result is recorded: the same for the same thing measured again."""
    return derived("evidence", system, bundle, metric_digest, data_digest, reference_digest or "")


def identify(command: RecordEvidence) -> str:
    """Return the id of what a command asks to record."""
    return evidence_id(
        system=command.system,
        bundle=command.bundle,
        metric_digest=command.metric_digest,
        data_digest=command.data_digest,
        reference_digest=command.reference_digest,
    )


def stream_of(evidence: str) -> str:
    """Return the stream that holds one evidence: one event long, for ever."""
    return f"evidence/{evidence}"


def decide(command: RecordEvidence, tool: str) -> EvidenceRecorded:
    """Return the fact that a command asks for."""
    from holdfast.measure.encoding import to_json

    return EvidenceRecorded(
        evidence_id=identify(command),
        system=command.system,
        bundle=command.bundle,
        metric=command.metric,
        metric_digest=command.metric_digest,
        plan_digest=command.plan_digest,
        source=command.data,
        data_digest=command.data_digest,
        reference_digest=command.reference_digest,
        rows=command.rows,
        reference_rows=command.reference_rows,
        files=dict(command.files),
        by=list(command.by),
        slices=[{"slice": list(key), "state": to_json(state)} for key, state in command.states.items()],
        notes=list(command.notes),
        tool=tool,
    )


def evolve(fact: EvidenceRecorded, seq: int, at: datetime) -> Evidence:
    """Return the evidence that a recorded fact is."""
    from holdfast.measure.encoding import from_json

    return Evidence(
        fact.evidence_id,
        seq,
        at,
        fact.bundle,
        fact.data_digest,
        fact.rows,
        fact.reference_rows,
        {tuple(entry["slice"]): from_json(entry["state"]) for entry in fact.slices},
        tuple(fact.notes),
    )
