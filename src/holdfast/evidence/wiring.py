"""What the app mounts of the evidence room."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.evidence.commands import Attest, ImportFiles, WithdrawAttestation
from holdfast.evidence.handlers import attesting
from holdfast.evidence.handlers.importing import read_files, record_files
from holdfast.evidence.handlers.recording import LedgerEvidence
from holdfast.evidence.model.acted import FileImported, Signed
from holdfast.evidence.model.attested import Attestation
from holdfast.evidence.model.imported import Imported
from holdfast.evidence.model.reading import Misread
from holdfast.evidence.ports import Desk, EvidenceBook, PlanFacts, PlanReader, ResultsReader, Vault
from holdfast.evidence.views.foreign_files import ForeignFile, importing
from holdfast.evidence.views.kept import Kept, Measured, attestation_of, kept, piece
from holdfast.evidence.views.listing import Listing, Row, listing_of, row_of
from holdfast.kernel.clock import Clock
from holdfast.kernel.errors import HoldfastError, UsageError
from holdfast.ledger.ports import Ledger, NamedLedger
from holdfast.store.store import Store

if TYPE_CHECKING:
    from fastapi import APIRouter

    from holdfast.ledger.reacting import Policy


def evidence_book(ledger: Ledger, tool: str) -> EvidenceBook:
    """Return the evidence that a ledger holds; `tool` is recorded as what measured or read it."""
    return LedgerEvidence(ledger, tool)


def store_vault(store: Store, key: Path, given: str | None, clock: Clock) -> Vault:
    """Return the vault in a store: texts only, for the rooms that write what people say.

    Parameters
    ----------
    key : Path
        The file of the workspace's master key.
    given : str or None
        The master key, where the environment gives it.
    """
    from holdfast.evidence.handlers.vault.keys import ScopeKeys
    from holdfast.evidence.handlers.vault.master import MasterKeys
    from holdfast.evidence.handlers.vault.texts import StoredTexts

    return StoredTexts(store, ScopeKeys(MasterKeys(key, given), clock), clock)


def vault_desk(
    ledger: Ledger, store: Store, master: tuple[Path, str | None], clock: Clock, upload_bytes: int
) -> Desk:
    """Return where evidence is handed in and out.

    Parameters
    ----------
    master : tuple of Path and (str or None)
        Where the master key is, as `store_vault` takes it.
    upload_bytes : int
        How large a file may be.
    """
    from holdfast.evidence.handlers.vault.checking import Checking
    from holdfast.evidence.handlers.vault.desk import StoredDesk
    from holdfast.evidence.handlers.vault.files import StoredFiles
    from holdfast.evidence.handlers.vault.forgetting import Forgetting
    from holdfast.evidence.handlers.vault.keys import ScopeKeys
    from holdfast.evidence.handlers.vault.master import MasterKeys
    from holdfast.evidence.handlers.vault.texts import StoredTexts

    keys = MasterKeys(*master)
    scopes = ScopeKeys(keys, clock)
    texts = StoredTexts(store, scopes, clock)
    files = StoredFiles(store, scopes, clock, upload_bytes)
    forgetting = Forgetting(store, scopes, keys, clock)
    checking = Checking(ledger, store, texts, files, forgetting, clock)
    return StoredDesk(ledger, texts, files, forgetting, checking)


def vault_policies(desk: Desk) -> tuple[Policy, ...]:
    """Return what carries out redactions and erasures, where the process died before it did."""
    from holdfast.evidence.policies.forgetting import forgetting_policies

    return forgetting_policies(desk.react)


def evidence_api(desk: Desk, vault: Vault) -> APIRouter:
    """Return the room's routes for programs, to be mounted under `/api`."""
    from holdfast.evidence.api import vault as routes

    return routes.router(desk, vault)


def evidence_pages(
    desk: Desk, vault: Vault, names: Callable[[Collection[str]], Mapping[str, str]]
) -> APIRouter:
    """Return the room's pages."""
    from holdfast.evidence.pages import vault as routes

    return routes.router(desk, vault, names)


@dataclass(frozen=True)
class EvidenceServices:
    """The evidence room's work; the app says how its outside is opened.

    Attributes
    ----------
    ledger : callable
        Takes the plan's folder.
    plan : callable
        Takes a plan's file or folder.
    read : callable
        Reads a file of another tool.
    tool : callable
        Returns what reads, with its version.
    """

    ledger: Callable[[Path], NamedLedger]
    plan: PlanReader
    read: ResultsReader
    clock: Clock
    actor: str
    tool: Callable[[], str]

    def import_files(self, command: ImportFiles) -> tuple[FileImported, ...]:
        """Import files; what is refused leaves no trace and does not keep the others."""
        planned = self.plan(command.plan).planned
        files = read_files(self.read, command)
        if not any(file.results for file in files):
            return tuple(FileImported(file.path, None, problems=file.problems) for file in files)
        with self.ledger(planned.root).open() as ledger:
            book = LedgerEvidence(ledger, self.tool())
            return record_files(book, planned, command.bundle or planned.bundle, files, self.actor)

    def attest(self, command: Attest) -> Signed:
        """Sign that something is so."""
        plan = self.plan(command.plan)
        signing, may = attesting.asked(plan, command, self.actor, self.clock)
        if command.file is not None:
            with importing(command.file, "any tool") as file:
                signing = replace(signing, file=file.name, file_digest=file.whole())
        with self.ledger(plan.planned.root).open() as ledger:
            return attesting.sign(ledger, signing, may)

    def withdraw(self, command: WithdrawAttestation) -> Signed:
        """Take an attestation back."""
        plan = self.plan(command.plan)
        with self._opened(plan, "HF603") as ledger:
            found = attestation_of(ledger, plan.planned.system, command.reference)
            return attesting.withdraw(ledger, plan, found, command.because, self.actor)

    def listing(self, plan: Path, *, everything: bool = False, stale_only: bool = False) -> Listing:
        """Return the evidence of a plan's system."""
        facts = self.plan(plan)
        named = self.ledger(facts.planned.root)
        if not named.exists:
            return Listing(facts.planned.system, (), 0, None)
        with named.open() as ledger:
            pieces = kept(ledger, facts.planned.system)
        return listing_of(
            pieces,
            facts.planned,
            self.clock.now(),
            _Lying(facts).digest,
            everything=everything,
            stale_only=stale_only,
            ledger=named.place,
        )

    def show(self, plan: Path, reference: str) -> tuple[Kept, Row]:
        """Return one piece of evidence and how it stands."""
        facts = self.plan(plan)
        with self._opened(facts, "HF502") as ledger:
            found = piece(ledger, facts.planned.system, reference)
        return found, row_of(found, facts.planned, self.clock.now(), _Lying(facts).digest)

    def _opened(self, plan: PlanFacts, code: str) -> Ledger:
        """Open a ledger that is there: looking makes none."""
        named = self.ledger(plan.planned.root)
        if not named.exists:
            message = f"there is no ledger yet at {named.place}, and so no evidence"
            raise UsageError.of(code, message, fix="`holdfast check` and `holdfast evidence` record some")
        return named.open()


class _Lying:
    """Digests of what lies there now; each source is read once."""

    def __init__(self, plan: PlanFacts) -> None:
        self._plan = plan
        self._sources: dict[str, list[str]] = {}

    def digest(self, piece: Kept) -> str | None:
        """Return a digest; "" where it is gone or cannot be read, None where nobody can know."""
        if isinstance(piece, Attestation):
            return None
        if isinstance(piece, Imported):
            return None if piece.path is None else self._file(self._plan.planned.root / piece.path)
        return self._source(piece)

    def _source(self, piece: Measured) -> str:
        name = piece.fact.source
        found = self._sources.setdefault(name, [])
        if piece.digest in found:
            return piece.digest
        try:
            for digest in self._plan.data_digests(name):
                if digest not in found:
                    found.append(digest)
                if digest == piece.digest:
                    return digest
        except HoldfastError:
            pass
        return found[0] if found else ""

    def _file(self, path: Path) -> str:
        try:
            return ForeignFile(path).whole()
        except Misread:
            return ""
