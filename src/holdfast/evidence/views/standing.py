"""What people have signed and not taken back, by name: for the plan's lint and views."""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.evidence.model.attested import Attestation, fold, stream_of
from holdfast.ledger.ports import Ledger


def attestations(ledger: Ledger, system: str, names: Iterable[str]) -> dict[str, Attestation]:
    """Return the newest attestation of each name that was not taken back; an expired one included.

    Parameters
    ----------
    names : iterable of str
        `attest/<name>`, as `Planned.attestable` has them.
    """
    found = {}
    for name in names:
        signed = [one for one in fold(ledger.read(stream_of(system, name))) if one.withdrawn is None]
        if signed:
            # who signed for longest counts: a later signature of another role does not shorten an earlier one
            found[name] = max(signed, key=lambda one: (one.until, one.seq))
    return found
