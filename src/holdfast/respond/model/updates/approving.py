"""Whose approval an update needs, and who may give it. Pure.

What goes outside needs whom the plan's `authority` names; wherever privacy, discrimination or a contract is
touched, somebody of legal or privacy reads it too. Nobody approves what they wrote, and one person stands for
one need only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.access.model.permissions import Permission, permitted
from holdfast.access.model.principal import Principal
from holdfast.access.model.two_persons import counts_as_person, missing
from holdfast.plan.model.names import ANYONE
from holdfast.plan.model.plan import Plan
from holdfast.respond.model.authority import holders, stands_for
from holdfast.respond.model.updates.audiences import Audience
from holdfast.respond.model.updates.facts import Touches
from holdfast.respond.model.updates.state import Update

APPROVER = "approver"
"""The need where no plan names anybody: whoever has the role."""
ADVISERS = ("legal", "privacy")


@dataclass(frozen=True)
class Need:
    """One approval that is needed.

    Attributes
    ----------
    id : str
        As facts name it: `legal`, `comms or product-exec`, `approver`.
    parties : tuple of str
        Groups of the plan, any of which may give it; none: the role of an approver.
    why : str
        In words of the program.
    """

    id: str
    parties: tuple[str, ...]
    why: str


def needs(audience: Audience, plan: Plan | None, touches: Touches) -> tuple[Need, ...]:
    """Return the approvals that an update to an audience needs as things stand."""
    if audience.right is None:
        return ()
    found = _by_right(audience.right, plan, touches)
    reasons = touches.reasons()
    if reasons and not any(set(ADVISERS) & set(need.parties) for need in found):
        advisers = tuple(party for party in ADVISERS if plan is not None and party in plan.people)
        if advisers:
            found.append(Need(" or ".join(advisers), advisers, "; ".join(reasons)))
        elif not any(need.id == APPROVER for need in found):
            found.append(Need(APPROVER, (), "; ".join(reasons)))
    return tuple(found)


def _by_right(right: str, plan: Plan | None, touches: Touches) -> list[Need]:
    held = holders(plan, right, facts=touches.named())
    if held is None:
        return [Need(APPROVER, (), "it goes outside, and no plan says who approves")]
    found = []
    if ANYONE not in held.parties:
        found.append(Need(" or ".join(held.parties), held.parties, f"the plan's {right}"))
    if held.second is not None:
        found.append(Need(held.second, (held.second,), f"the plan's {right} asks for a second person"))
    return found


def may_give(need: Need, plan: Plan | None, principal: Principal) -> bool:
    """Return whether somebody may give an approval; a machine never may."""
    if not counts_as_person(principal):
        return False
    if not need.parties:
        return permitted(principal, Permission.APPROVE)
    return any(stands_for(plan, party, principal) for party in need.parties)


def lacking(update: Update, wanted: Sequence[Need]) -> tuple[Need, ...]:
    """Return the approvals that the newest version of an update has not got yet."""
    consents = {
        need: [by for by in given if by not in update.writers] for need, given in update.consents().items()
    }
    left = missing([need.id for need in wanted], consents)
    return tuple(need for need in wanted if need.id in left)
