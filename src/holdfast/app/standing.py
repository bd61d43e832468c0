"""What the ledger knows of a plan's evidence, put together from the rooms that keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.app.planned import attestable
from holdfast.evidence.model.attested import Attestation
from holdfast.evidence.views.standing import attestations
from holdfast.gate.views.standing import gates_shown
from holdfast.kernel.text import cut
from holdfast.kernel.verdict import Verdict
from holdfast.plan.model.standing import Shown, Standing

if TYPE_CHECKING:
    from holdfast.ledger.ports import NamedLedger
    from holdfast.plan.model.loading import LoadedPlan

LONGEST = 200
"""Characters of what was seen that a line of a view shows."""


def standing_of(loaded: LoadedPlan, named: NamedLedger) -> Standing:
    """Return what is known; looking makes no ledger."""
    if not named.exists:
        return Standing()
    plan = loaded.plan
    with named.open() as ledger:
        signed = attestations(ledger, plan.system.id, attestable(plan))
        gates, overrides = gates_shown(ledger, loaded)
    attested = {name: shown(one) for name, one in signed.items()}
    return Standing(shown={**gates, **attested}, overrides=overrides, known=True)


def shown(one: Attestation) -> Shown:
    """Return an attestation as the plan's views and lint take it."""
    says = f"{one.role} saw: {' '.join(one.seen.split())}"
    return Shown(Verdict.PASS, one.at, one.ends, one.seq, cut(says, LONGEST))
