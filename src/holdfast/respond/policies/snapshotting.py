"""What the system was like when the incident was declared is kept before anybody changes it."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.kernel.events import Recorded
from holdfast.ledger.reacting import Policy
from holdfast.respond.events.declaring import IncidentDeclared


def snapshot_policies(take: Callable[[Recorded], None]) -> tuple[Policy, ...]:
    """Return what takes a snapshot at each declaration.

    Parameters
    ----------
    take : callable
        Takes it for the incident that a fact declares; harmless twice.
    """
    return (Policy("incident-snapshot", (IncidentDeclared,), take),)
