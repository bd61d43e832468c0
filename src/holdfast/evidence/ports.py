"""What other rooms may ask of evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

from holdfast.evidence.commands import RecordEvidence, RecordResults
from holdfast.evidence.model.foreign import ForeignResults
from holdfast.evidence.model.imported import Imported
from holdfast.evidence.model.measured import Evidence
from holdfast.evidence.model.opened import Opened
from holdfast.evidence.model.planned import Planned
from holdfast.kernel.sealed import Sealed


class EvidenceBook(Protocol):
    """Measured results, recorded once and found again."""

    def find(self, evidence: str) -> Evidence | None:
        """Return recorded evidence by its id, or None."""
        ...

    def record(self, command: RecordEvidence, actor: str) -> Evidence:
        """Record evidence and return it; what is recorded already is returned as it was."""
        ...

    def find_results(self, results: str) -> Imported | None:
        """Return the recorded results of another tool by their id (`imported.results_id`), or None."""
        ...

    def record_results(self, command: RecordResults, results: ForeignResults, actor: str) -> Imported:
        """Record the results of another tool; what is recorded already is returned as it was."""
        ...


class PlanFacts(Protocol):
    """One plan, as far as evidence goes: the app fulfils it, for plan and evidence do not know each other."""

    @property
    def planned(self) -> Planned:
        """What the plan says of evidence."""
        ...

    def check_acting(self, role: str, actor: str) -> None:
        """Refuse an actor who does not act for a role.

        Raises
        ------
        UsageError
            HF601.
        """
        ...

    def data_digests(self, source: str) -> Iterator[str]:
        """Yield the digests of a data source's records as they lie there now.

        The plan's own first, then those of its arms, each of which may read other records.

        Raises
        ------
        HoldfastError
            There is no such source, or it cannot be read.
        """
        ...


PlanReader: TypeAlias = Callable[[Path], PlanFacts]
"""Reads the plan in a file or a folder. It raises PlanError."""


class Importer(Protocol):
    """Reads the files of one other tool; `holdfast.integrations` has one for each."""

    @property
    def tool(self) -> str:
        """The tool, as the plan names it."""
        ...

    def recognises(self, head: bytes) -> bool:
        """Whether a file that begins so is likely one of this tool."""
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


ResultsReader: TypeAlias = Callable[[str | None, Path], ForeignResults]
"""Reads a file of the named tool, or of the one that its content tells where None is named.

It raises DataError: HF306, HF307.
"""


class Vault(Protocol):
    """Where the words and files lie that must not stand in facts: sealed, and forgotten when told so."""

    def seal(self, scope: str, text: str) -> Sealed:
        """Keep a text under the key of a scope, and return what a fact may hold of it.

        Parameters
        ----------
        scope : str
            Whose key: an incident's id, `report/R-...`, or `workspace`. It is made where there is none yet.

        Raises
        ------
        LedgerError
            HF403, HF404, HF405: it could not be kept; nothing is half-written.
        UsageError
            HF770: the scope's key has been erased. HF773: the text is too long.
        """
        ...

    def seal_all(self, scope: str, texts: Sequence[str]) -> list[Sealed]:
        """Keep several texts in one transaction, which costs about as much as one; see `seal`."""
        ...

    def unseal(self, texts: Sequence[Sealed]) -> list[str | None]:
        """Return the texts in the order asked; None for one that was redacted or whose key was erased.

        Raises
        ------
        LedgerError
            HF771: one of them is not what the fact committed to, or not in the vault. HF772: the master key
            is not the right one.
        """
        ...

    def read(self, texts: Sequence[Sealed]) -> list[Opened]:
        """Return how each text is found, in the order asked; nothing that is damaged is refused."""
        ...
