"""What the app mounts of the evidence room."""

from __future__ import annotations

from holdfast.evidence.handlers.recording import LedgerEvidence
from holdfast.evidence.ports import EvidenceBook
from holdfast.ledger.ports import Ledger


def evidence_book(ledger: Ledger, tool: str) -> EvidenceBook:
    """Return the evidence that a ledger holds; `tool` is recorded as what measured or read it."""
    return LedgerEvidence(ledger, tool)
