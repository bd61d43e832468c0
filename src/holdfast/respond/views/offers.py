"""Which acts somebody may do now, and who may do those that they may not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.access.model.permissions import ROLES, Permission, permitted
from holdfast.access.model.principal import Principal
from holdfast.plan.model.plan import Plan
from holdfast.respond.model.authority import RIGHTS, Granted, Needs, may


@dataclass(frozen=True)
class Offer:
    """An act or a decision right, and whether somebody has it.

    Attributes
    ----------
    may : bool
        Whether who asks may.
    others : tuple of str
        Who may, where they may not: groups of the plan, or roles of access.
    second : str or None
        The group that must consent as well.
    """

    name: str
    may: bool
    others: tuple[str, ...] = ()
    second: str | None = None


def rights_offered(plan: Plan | None, principal: Principal, *, score: int | None = None) -> dict[str, Offer]:
    """Return every decision right, and whether somebody has it; else who."""
    offers = {}
    for right in RIGHTS:
        answer = may(plan, right, principal, score=score)
        if isinstance(answer, Needs):
            offers[right] = Offer(right, may=False, others=answer.parties)
        elif isinstance(answer, Granted):
            offers[right] = Offer(right, may=True, second=answer.second)
    return offers


def acts_offered(acts: Sequence[tuple[str, Permission]], principal: Principal) -> dict[str, Offer]:
    """Return every act by its name, and whether somebody may ask for it; else the roles that may."""
    return {
        name: Offer(name, permitted(principal, needed), _roles(needed))
        if not permitted(principal, needed)
        else Offer(name, may=True)
        for name, needed in acts
    }


def _roles(needed: Permission) -> tuple[str, ...]:
    return tuple(role.value for role in ROLES if needed in ROLES[role])
