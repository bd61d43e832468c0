"""What the plan's room needs from outside and the app fulfils."""

from __future__ import annotations

from typing import Protocol

from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.standing import Standing


class Facts(Protocol):
    """The ledger's facts about a plan."""

    def standing(self, loaded: LoadedPlan) -> Standing:
        """Return what is known of the plan's evidence; looking makes no ledger."""
        ...
