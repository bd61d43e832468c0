"""Load, decide, append."""

from __future__ import annotations

from typing import cast

from holdfast.evidence.commands import RecordEvidence
from holdfast.evidence.events import EvidenceRecorded
from holdfast.evidence.model import measured
from holdfast.kernel.errors import ConflictError
from holdfast.ledger.ports import Ledger


class LedgerEvidence:
    """Evidence kept in a ledger, one stream each."""

    def __init__(self, ledger: Ledger, tool: str) -> None:
        self._ledger = ledger
        self._tool = tool

    def find(self, evidence: str) -> measured.Evidence | None:
        """Return recorded evidence by its id, or None."""
        for recorded in self._ledger.read(measured.stream_of(evidence)):
            return measured.evolve(cast("EvidenceRecorded", recorded.event), recorded.seq, recorded.at)
        return None

    def record(self, command: RecordEvidence, actor: str) -> measured.Evidence:
        """Record evidence and return it; what is recorded already is returned as it was."""
        fact = measured.decide(command, self._tool)
        try:
            recorded = self._ledger.append(
                measured.stream_of(fact.evidence_id), [fact], expected=0, actor=actor, because=None
            )[0]
        except ConflictError:
            present = self.find(fact.evidence_id)
            if present is None:
                raise
            return present
        return measured.evolve(fact, recorded.seq, recorded.at)
