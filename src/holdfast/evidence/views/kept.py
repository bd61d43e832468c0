"""What the ledger keeps of evidence: all of it, or one piece by its number or id."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from holdfast.evidence.events.measured import EVENTS, EvidenceRecorded, ResultsImported
from holdfast.evidence.model import imported
from holdfast.evidence.model.attested import Attestation, fold
from holdfast.evidence.model.imported import Imported
from holdfast.kernel.errors import UsageError
from holdfast.kernel.events import Recorded
from holdfast.kernel.text import cut, printable
from holdfast.ledger.ports import Ledger

BATCH = 1000
SHORTEST = 6
"""Characters of an id that are enough to name it."""


@dataclass(frozen=True)
class Measured:
    """A metric that was measured, as it was recorded."""

    seq: int
    measured_at: datetime
    fact: EvidenceRecorded

    @property
    def id(self) -> str:
        """Its id."""
        return self.fact.evidence_id

    @property
    def bundle(self) -> str:
        """The version of the system that made the records."""
        return self.fact.bundle

    @property
    def digest(self) -> str:
        """The digest of the records."""
        return self.fact.data_digest


Kept: TypeAlias = Measured | Imported | Attestation
"""One piece of evidence."""


def kept(ledger: Ledger, system: str) -> tuple[Kept, ...]:
    """Return all evidence of a system, oldest first; withdrawn attestations included."""
    found: list[Kept] = []
    signed: list[Recorded] = []
    for recorded in _facts(ledger):
        fact = recorded.event
        if getattr(fact, "system", None) != system:
            continue
        if isinstance(fact, EvidenceRecorded):
            found.append(Measured(recorded.seq, recorded.at, fact))
        elif isinstance(fact, ResultsImported):
            found.append(imported.evolve(fact, recorded.seq, recorded.at))
        else:
            signed.append(recorded)
    return tuple(sorted((*found, *fold(signed)), key=lambda one: one.seq))


def piece(ledger: Ledger, system: str, reference: str) -> Kept:
    """Return one piece of evidence by its number in the ledger, its id or the beginning of its id.

    Raises
    ------
    UsageError
        HF502: there is none, or there are several.
    """
    found = _named(kept(ledger, system), reference)
    if len(found) == 1:
        return found[0]
    if found:
        message = f"{len(found)} pieces of evidence have an id that begins with `{reference}`"
        raise UsageError.of("HF502", message, fix="write more of it, or the number")
    message = f"the ledger has no evidence `{_short(reference)}` of this system"
    raise UsageError.of("HF502", message, fix="`holdfast evidence list` shows numbers")


def attestation_of(ledger: Ledger, system: str, reference: str) -> Attestation:
    """Return one attestation.

    Raises
    ------
    UsageError
        HF603: there is none, or it is other evidence.
    """
    found = _named(kept(ledger, system), reference)
    if len(found) == 1 and isinstance(found[0], Attestation):
        return found[0]
    if found:
        message = f"`{_short(reference)}` is no single attestation"
        fix = "measured and imported results are not taken back: newer ones take their place"
        raise UsageError.of("HF603", message, fix=fix)
    message = f"the ledger has no attestation `{_short(reference)}` of this system"
    raise UsageError.of("HF603", message, fix="`holdfast evidence list` shows numbers")


def _named(pieces: tuple[Kept, ...], reference: str) -> list[Kept]:
    number = reference.removeprefix("#")
    if number.isascii() and number.isdigit():
        found = [one for one in pieces if str(one.seq) == number]
        if found:
            return found
    enough = len(reference) >= SHORTEST
    return [one for one in pieces if one.id == reference or (enough and one.id.startswith(reference))]


def _short(text: str) -> str:
    return printable(cut(text, 80))


def _facts(ledger: Ledger) -> Iterator[Recorded]:
    types = {kind.type_name() for kind in EVENTS}
    seq = 0
    while batch := ledger.since(seq, limit=BATCH, types=types):
        yield from batch
        seq = batch[-1].seq
