"""Results, recorded once and found again."""

from __future__ import annotations

from typing import cast

from holdfast.evidence.commands import RecordEvidence, RecordResults
from holdfast.evidence.events.measured import EvidenceRecorded, ResultsImported
from holdfast.evidence.model import imported, measured
from holdfast.evidence.model.foreign import ForeignResults
from holdfast.kernel.errors import ConflictError
from holdfast.ledger.ports import Ledger


class LedgerEvidence:
    """Evidence kept in a ledger, one stream each; `tool` is what measures and reads, with its version."""

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

    def find_results(self, results: str) -> imported.Imported | None:
        """Return the recorded results of another tool by their id, or None."""
        for recorded in self._ledger.read(imported.stream_of(results)):
            return imported.evolve(cast("ResultsImported", recorded.event), recorded.seq, recorded.at)
        return None

    def record_results(
        self, command: RecordResults, results: ForeignResults, actor: str
    ) -> imported.Imported:
        """Record the results of another tool; what is recorded already is returned as it was."""
        return self.keep_results(command, results, actor)[0]

    def keep_results(
        self, command: RecordResults, results: ForeignResults, actor: str
    ) -> tuple[imported.Imported, bool]:
        """Record the results of another tool; tell also whether they are new."""
        fact = imported.decide(command, results, self._tool)
        present = self.find_results(fact.results_id)
        if present is not None:
            return present, False
        try:
            recorded = self._ledger.append(
                imported.stream_of(fact.results_id), [fact], expected=0, actor=actor, because=None
            )[0]
        except ConflictError:
            present = self.find_results(fact.results_id)
            if present is None:
                raise
            return present, False
        return imported.evolve(fact, recorded.seq, recorded.at), True
