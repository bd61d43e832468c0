"""What other rooms may ask of evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from holdfast.evidence.commands import RecordEvidence
from holdfast.evidence.model.foreign import ForeignResults
from holdfast.evidence.model.measured import Evidence


class EvidenceBook(Protocol):
    """Measured results, recorded once and found again."""

    def find(self, evidence: str) -> Evidence | None:
        """Return recorded evidence by its id, or None."""
        ...

    def record(self, command: RecordEvidence, actor: str) -> Evidence:
        """Record evidence and return it; what is recorded already is returned as it was."""
        ...


class Importer(Protocol):
    """Reads the files of one other tool; `holdfast.integrations` has one for each."""

    @property
    def tool(self) -> str:
        """The tool, as the plan names it."""
        ...

    def read(self, path: Path) -> ForeignResults:
        """Return what a file says.

        Raises
        ------
        DataError
            HF306 it cannot be read (missing, cut off, too large, absurd figures), HF307 it is of another tool
            or of a version that this importer does not know.
        """
        ...
