"""What other rooms may ask of evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from holdfast.evidence.commands import RecordEvidence, RecordResults
from holdfast.evidence.model.foreign import ForeignResults
from holdfast.evidence.model.imported import Imported
from holdfast.evidence.model.measured import Evidence
from holdfast.evidence.model.opened import Opened
from holdfast.evidence.model.planned import Planned
from holdfast.kernel.sealed import Sealed

if TYPE_CHECKING:
    from holdfast.access.model.principal import Principal
    from holdfast.evidence.events.vault import Act, Kind
    from holdfast.evidence.model.vault.custody import Custody, Item
    from holdfast.evidence.model.vault.findings import Finding
    from holdfast.evidence.model.vault.given import Given, Kept, Proof, Shipped
    from holdfast.kernel.events import Recorded


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


class Incoming(Protocol):
    """A file that comes into the vault, sealed piece by piece."""

    def write(self, data: bytes) -> None:
        """Take more of the file.

        Raises
        ------
        UsageError
            HF773: it is too large by now; HF779: it is a bomb.
        """
        ...

    def finish(self) -> Kept:
        """Keep the file; it is no evidence yet until `Desk.add` records it."""
        ...

    def abort(self) -> None:
        """Leave nothing of it; harmless where it is whole or gone already."""
        ...


class Desk(Protocol):
    """Where evidence is handed in and out: every act is a fact, and asks whether its actor may.

    Every method may raise DeniedError (HF622), LedgerError (HF403 to HF406, HF771, HF772) and UsageError with
    the codes that it names.
    """

    @property
    def limit(self) -> int:
        """How many bytes a file may have."""
        ...

    def check_known(self, scope: str) -> None:
        """Refuse a scope that nothing is known of; HF776."""
        ...

    def custody(self, scope: str) -> Custody:
        """Return what lies in a scope and what was done to it."""
        ...

    def receive(self, scope: str, principal: Principal, announced: int | None = None) -> Incoming:
        """Begin to take a file; HF773 where it was announced as too large, HF770 in an erased scope."""
        ...

    def add(
        self,
        scope: str,
        principal: Principal,
        kept: Kept,
        *,
        kind: Kind,
        name: str,
        why: str,
        because: int | None = None,
    ) -> Item:
        """Record as evidence what came in whole; HF778 where no reason is given."""
        ...

    def open(self, scope: str, principal: Principal, item: str, *, how: str, original: bool) -> Given:
        """Hand out a piece of evidence, and record that it was; HF776, HF778."""
        ...

    def ask(self, scope: str, principal: Principal, act: Act, why: str) -> Custody:
        """Ask for a hold, its lifting or an erasure; HF777, HF775, HF770."""
        ...

    def confirm(self, scope: str, principal: Principal, act: Act) -> Custody:
        """Confirm what another person asked for, and carry it out; HF777, HF605."""
        ...

    def drop(self, scope: str, principal: Principal, act: Act) -> Custody:
        """Withdraw or refuse what was asked for; HF777."""
        ...

    def cover(
        self, scope: str, principal: Principal, target: str, passages: Sequence[str], why: str
    ) -> Custody:
        """Cover passages of a text: a fact's, or a file of text; HF774, HF778."""
        ...

    def redact(self, scope: str, principal: Principal, target: str, why: str) -> Custody:
        """Take a content out for good; HF775 while a hold stands."""
        ...

    def proofs(self, texts: Sequence[Sealed]) -> list[Proof | None]:
        """Return what shows that sealed texts are what facts committed to; None where nothing is left."""
        ...

    def hand_over(self, scope: str, principal: Principal) -> Custody:
        """Record that somebody is given all of a scope, and return it; HF776."""
        ...

    def ship(self, scope: str, item: str) -> Shipped:
        """Return a piece of evidence for an export that was recorded before."""
        ...

    def verify(self) -> Sequence[Finding]:
        """Compare facts and store, carry out what a dead process left, and return what does not fit."""
        ...

    def react(self, recorded: Recorded) -> None:
        """Carry out what a fact decided; harmless twice."""
        ...

    def change_master(self, principal: Principal) -> int:
        """Wrap all keys by a new master key; return how many there are."""
        ...
