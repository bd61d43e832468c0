"""What an act came to, before it is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from holdfast.evidence.model.attested import Attestation
from holdfast.evidence.model.foreign import ForeignResults
from holdfast.evidence.model.imported import Imported
from holdfast.kernel.errors import Problem


@dataclass(frozen=True)
class FileRead:
    """One file as it was named: what it says, or why not.

    Attributes
    ----------
    results : ForeignResults or None
        None where the file is refused.
    """

    path: Path
    results: ForeignResults | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class FileImported:
    """One file as it was named, and what became of it.

    Attributes
    ----------
    imported : Imported or None
        None where the file was refused.
    recorded : bool
        Whether a fact was recorded now; False where it had been before.
    """

    path: Path
    imported: Imported | None
    recorded: bool = False
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Signed:
    """What signing, or taking back, came to.

    Attributes
    ----------
    recorded : bool
        Whether a fact was recorded; False where the same signature stood already.
    """

    attestation: Attestation
    recorded: bool
