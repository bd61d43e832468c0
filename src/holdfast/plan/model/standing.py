"""What the ledger knows of a plan's evidence at one moment, as the plan's own views and lint need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from holdfast.kernel.verdict import Verdict


@dataclass(frozen=True)
class Shown:
    """The newest fact behind one name of evidence: a gate, an indicator, `drill/...` or `attest/...`.

    Attributes
    ----------
    verdict : Verdict
        What it showed. A signed attestation and a passed drill are passes.
    at : datetime
        When it was recorded, aware UTC.
    until : datetime or None
        When it goes stale; None where nothing says so.
    seq : int
        Its number in the ledger.
    says : str
        One line: the gate's reason, what was attested.
    bundle : str or None
        The version of the system that it was shown for.
    """

    verdict: Verdict
    at: datetime
    until: datetime | None
    seq: int
    says: str
    bundle: str | None = None

    def stale(self, now: datetime) -> bool:
        """Whether it counted once and no longer does."""
        return self.until is not None and now > self.until


@dataclass(frozen=True)
class Overridden:
    """An override of a gate, in force or not.

    Attributes
    ----------
    until : datetime
        Its end.
    """

    gate: str
    because: str
    until: datetime
    seq: int


@dataclass(frozen=True)
class Standing:
    """All that is known: empty where there is no ledger.

    Attributes
    ----------
    shown : mapping from a name of evidence to its newest fact
        Only names for which there is a fact.
    overrides : tuple of Overridden
        Granted and not withdrawn, expired ones included.
    known : bool
        Whether there was a ledger to look into.
    """

    shown: Mapping[str, Shown] = field(default_factory=dict)
    overrides: tuple[Overridden, ...] = ()
    known: bool = False
