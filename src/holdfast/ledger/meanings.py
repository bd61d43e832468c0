"""What an engine's error means for a ledger: a code, and what to do, whatever the engine."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.kernel.errors import LedgerError, Place, Problem

OUTSIDE = frozenset({"HF403", "HF404", "HF405"})
"""What a projection's statement can meet that is not the projection's own mistake."""


@dataclass(frozen=True)
class Meaning:
    """What an engine's error means: a code, what is wrong and what to do."""

    code: str
    message: str
    fix: str

    def refusal(self, said: str, place: str) -> LedgerError:
        """Return the error to raise in place of the engine's, with what that one said."""
        return LedgerError([Problem(self.code, f"{self.message} ({said})", Place(place), self.fix)])


class ProjectionError(RuntimeError):
    """A projection's statement that its engine refused: the projection's own mistake."""
