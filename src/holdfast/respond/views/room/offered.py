"""What a plan has to contain an incident with, beside where each lever stands by what was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.access.model.permissions import ROLES
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.plan import Plan
from holdfast.respond.model.authority import HIGH_SCORE, RIGHTS, holders
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


@dataclass(frozen=True)
class RightHeld:
    """Who has a decision right.

    Attributes
    ----------
    words : str
        What it allows.
    parties : tuple of str
        Groups of the plan; or roles of access, where no plan says.
    second : str or None
        The group that must consent as well.
    """

    words: str
    parties: tuple[str, ...]
    second: str | None = None


CONTAINING = ("disable", "roll_back", "widen", "accept_residual", "approve_external", "notify_regulator")
"""The rights that a room is asked about; to safe moves whoever works in it, unless a plan says."""


def rights_held(plan: Plan | None) -> list[RightHeld]:
    """Return who may do what, so that nobody negotiates it at two in the morning."""
    held = []
    for right in CONTAINING:
        words, needed = RIGHTS[right]
        roles = tuple(role.value for role in ROLES if needed in ROLES[role])
        low, found = holders(plan, right, score=0), holders(plan, right)
        parties, second = (found.parties, found.second) if found else (roles, None)
        if low and found and low != found:
            held.append(RightHeld(f"{words} below {HIGH_SCORE}", low.parties))
            words = f"{words} from {HIGH_SCORE}"
        held.append(RightHeld(words, parties, second))
    return held


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
