"""What the evidence commands ask of the app, which alone knows handlers, plans and engines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from holdfast.evidence.commands import Attest, ImportFiles, WithdrawAttestation

if TYPE_CHECKING:
    from holdfast.evidence.model.acted import FileImported, Signed
    from holdfast.evidence.views.kept import Kept
    from holdfast.evidence.views.listing import Listing, Row


class Services(Protocol):
    """The evidence room's work, ready to be asked for."""

    def import_files(self, command: ImportFiles) -> Sequence[FileImported]:
        """Import files; what is refused leaves no trace and does not keep the others."""
        ...

    def attest(self, command: Attest) -> Signed:
        """Sign that something is so."""
        ...

    def withdraw(self, command: WithdrawAttestation) -> Signed:
        """Take an attestation back."""
        ...

    def listing(self, plan: Path, *, everything: bool = False, stale_only: bool = False) -> Listing:
        """Return the evidence of a plan's system."""
        ...

    def show(self, plan: Path, reference: str) -> tuple[Kept, Row]:
        """Return one piece of evidence and how it stands."""
        ...


class App(Protocol):
    """What the app hands to the commands of this room."""

    @property
    def evidence(self) -> Services:
        """The evidence room's services."""
        ...
