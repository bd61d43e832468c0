"""Decision rights: who may, by the plan's `authority`; without a plan the roles of access decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.access.model.permissions import ROLES, Permission, permitted
from holdfast.access.model.principal import Principal
from holdfast.kernel.expressions.parsing import parse
from holdfast.kernel.expressions.tree import Column, Expression, Junction, Not
from holdfast.plan.model.acting import acts_for
from holdfast.plan.model.names import ANYONE
from holdfast.plan.model.people import JointRight
from holdfast.plan.model.plan import Plan

RIGHTS: dict[str, tuple[str, Permission]] = {
    "move_to_safe": ("move a lever to its safe position", Permission.RESPOND),
    "roll_back": ("roll back", Permission.RESPOND),
    "disable": ("switch the system off", Permission.RESPOND),
    "widen": ("move a lever to a less restrictive position", Permission.COMMAND),
    "contact_vendor": ("call an outside party", Permission.RESPOND),
    "override_gate": ("release against a gate", Permission.APPROVE),
    "accept_residual": ("accept a residual risk", Permission.APPROVE),
    "approve_external": ("approve what is said outside", Permission.APPROVE),
    "notify_regulator": ("notify an authority", Permission.COMMAND),
}
"""Right -> what it allows, and the permission that gives it where no plan says who has it."""
HIGH_SCORE = 12
NEVER_WAIT = frozenset({"move_to_safe", "disable"})
"""Rights that only narrow: where a plan gives them to nobody, whoever responds has them."""


@dataclass(frozen=True)
class Granted:
    """Somebody may.

    Attributes
    ----------
    as_ : str
        The group of the plan that they act for, or the permission that gives it.
    second : str or None
        The group that must agree as well, by another person.
    """

    as_: str
    second: str | None = None


@dataclass(frozen=True)
class Needs:
    """Somebody may not; those who may."""

    parties: tuple[str, ...]


@dataclass(frozen=True)
class Held:
    """Who has a right: any of `parties`; the consent of `second` as well, where it is named."""

    parties: tuple[str, ...]
    second: str | None = None


def named(right: str) -> str:
    """Return what a right allows, in words."""
    return RIGHTS[right][0]


def stands_for(plan: Plan | None, party: str, principal: Principal) -> bool:
    """Return whether somebody acts for a group: by an admin's word, or by the plan's members."""
    if party in principal.groups:
        return True
    return plan is not None and acts_for(plan, party, principal.actor)


def holders(
    plan: Plan | None, right: str, *, facts: Mapping[str, bool] | None = None, score: int | None = None
) -> Held | None:
    """Return who has a right by the plan; None where no plan says.

    What the plan gives to nobody is the approver's; what only narrows is anybody's who responds.

    Parameters
    ----------
    facts : mapping or None
        What a right's `when` may ask: `privacy`, `discrimination`, `contract`. Where it is not known, the
        second person is asked rather than left out.
    score : int or None
        Of a residual risk; unknown counts as high.
    """
    if plan is None:
        return None
    if right == "accept_residual":
        by_score = plan.authority.accept_residual if plan.authority else None
        if by_score is not None:
            low = score is not None and score < HIGH_SCORE
            return Held((by_score.below_12 if low else by_score.from_12,))
    else:
        given = getattr(plan.authority, right) if plan.authority else None
        if isinstance(given, JointRight):
            spared = given.when is not None and _holds(parse(given.when), facts or {}) is False
            second = None if spared else given.and_
            return Held((given.who,), second)
        if given is not None:
            return Held(tuple(given))
    if right in NEVER_WAIT:
        return None
    owners = plan.system.owners
    return Held((owners.approver,)) if owners and owners.approver else None


def may(
    plan: Plan | None,
    right: str,
    principal: Principal,
    *,
    facts: Mapping[str, bool] | None = None,
    score: int | None = None,
) -> Granted | Needs:
    """Return whether somebody may use a right, and who must agree; else who may.

    Examples
    --------
    >>> may(None, "widen", Principal.local("cli-1"))
    Granted(as_='command', second=None)
    """
    held = holders(plan, right, facts=facts, score=score)
    permission = RIGHTS[right][1]
    if held is None:
        if permitted(principal, permission):
            return Granted(permission.value)
        return Needs(tuple(f"role {role.value}" for role in ROLES if permission in ROLES[role]))
    for party in held.parties:
        if party == ANYONE and permitted(principal, Permission.RESPOND):
            return Granted(ANYONE, held.second)
        if party != ANYONE and stands_for(plan, party, principal):
            return Granted(party, held.second)
    return Needs(held.parties)


def _holds(formula: Expression, facts: Mapping[str, bool]) -> bool | None:
    """Return what a formula says of the facts; None where that is not known."""
    match formula:
        case Column(name=name):
            return facts.get(name)
        case Junction(word=word, operands=operands):
            found = {_holds(operand, facts) for operand in operands}
            decisive = word == "or"
            return decisive if decisive in found else None if None in found else not decisive
        case Not(operand=operand):
            inner = _holds(operand, facts)
            return None if inner is None else not inner
        case _:
            return None
