"""What was decided to be taken away is taken away, whoever died in between."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.evidence.events.vault import ContentRedacted, ScopeErased
from holdfast.kernel.events import Recorded
from holdfast.ledger.reacting import Policy


def forgetting_policies(carry_out: Callable[[Recorded], None]) -> tuple[Policy, ...]:
    """Return what carries out redactions and erasures.

    Parameters
    ----------
    carry_out : callable
        Takes away what a fact decided; harmless twice.
    """
    return (Policy("vault-forgetting", (ContentRedacted, ScopeErased), carry_out),)
