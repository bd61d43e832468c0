"""What a plan has to contain an incident with, beside where each lever stands by what was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.plan.model.loading import LoadedPlan
from holdfast.respond.views.told.models import IncidentTold, LeverTold


@dataclass(frozen=True)
class LeverOffered:
    """A lever of the plan.

    Attributes
    ----------
    moves : sequence of LeverTold
        Where it was put in this incident, one for each scope; empty where nobody moved it.
    safe : bool
        Whether the plan's safe mode has it.
    """

    id: str
    kind: str
    moves: Sequence[LeverTold]
    safe: bool


def levers_offered(plan: LoadedPlan | None, told: IncidentTold) -> list[LeverOffered]:
    """Return the levers of a plan, those that were moved first; and moved ones that no plan knows."""
    planned = dict(plan.plan.levers) if plan is not None else {}
    in_safe_mode = set(plan.plan.safe_mode) if plan is not None else set()
    names = [*dict.fromkeys([*(each.lever for each in told.levers), *planned])]
    offered = [
        LeverOffered(
            name,
            str(getattr(planned.get(name), "kind", "by hand")).replace("_", " "),
            [each for each in told.levers if each.lever == name],
            name in in_safe_mode,
        )
        for name in names
    ]
    return sorted(offered, key=lambda lever: (not lever.moves, not lever.safe))
