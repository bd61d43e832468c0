"""Load, decide, append."""

from __future__ import annotations

from typing import cast

from holdfast.evidence import model
from holdfast.evidence.commands import RecordEvidence
from holdfast.evidence.events import EvidenceRecorded
from holdfast.kernel.errors import ConflictError
from holdfast.ledger.ports import Ledger


class LedgerEvidence:
    """Evidence kept in a ledger, one stream each."""

    def __init__(self, ledger: Ledger, tool: str) -> None:
        self._ledger = ledger
        self._tool = tool

    def find(self, evidence: str) -> model.Evidence | None:
        """Return recorded evidence by its id, or None."""
        for recorded in self._ledger.read(model.stream_of(evidence)):
            return model.evolve(cast("EvidenceRecorded", recorded.event), recorded.seq, recorded.at)
        return None

    def record(self, command: RecordEvidence, actor: str) -> model.Evidence:
        """Record evidence and return it; what is recorded already is returned as it was."""
        fact = model.decide(command, self._tool)
        try:
            recorded = self._ledger.append(
                model.stream_of(fact.evidence_id), [fact], expected=0, actor=actor, because=None
            )[0]
        except ConflictError:
            present = self.find(fact.evidence_id)
            if present is None:
                raise
            return present
        return model.evolve(fact, recorded.seq, recorded.at)
