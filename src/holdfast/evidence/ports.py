"""What other rooms may ask of evidence."""

from __future__ import annotations

from typing import Protocol

from holdfast.evidence.commands import RecordEvidence
from holdfast.evidence.model import Evidence


class EvidenceBook(Protocol):
    """Measured results, recorded once and found again."""

    def find(self, evidence: str) -> Evidence | None:
        """Return recorded evidence by its id, or None."""
        ...

    def record(self, command: RecordEvidence, actor: str) -> Evidence:
        """Record evidence and return it; what is recorded already is returned as it was."""
        ...
