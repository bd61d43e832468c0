"""What people have signed and not taken back, by name: for the plan's lint and views."""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.evidence.model.attested import Attestation, fold, stream_of, under
from holdfast.evidence.model.planned import Attestable
from holdfast.ledger.ports import Ledger


def attestations(ledger: Ledger, system: str, attestable: Mapping[str, Attestable]) -> dict[str, Attestation]:
    """Return of each name the attestation that counts for longest; an expired one where none counts.

    Those that were taken back are left out, and those of roles that the plan no longer asks. Where the plan's
    rhythm became shorter, so did they.
    """
    found = {}
    for name, may in attestable.items():
        kept = [one for one in fold(ledger.read(stream_of(system, name))) if one.withdrawn is None]
        signed = [taken for one in kept if (taken := under(one, may)) is not None]
        if signed:
            found[name] = max(signed, key=lambda one: (one.until, one.seq))
    return found
