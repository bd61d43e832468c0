"""Who acts for whom: which actor may sign, approve or attest as a role of the plan."""

from __future__ import annotations

from holdfast.kernel.errors import UsageError
from holdfast.plan.model.names import ANYONE
from holdfast.plan.model.plan import Plan


def acts_for(plan: Plan, role: str, actor: str) -> bool:
    """Return whether an actor acts for a role: as one of its members, else by being called as the role is.

    Examples
    --------
    >>> from holdfast.plan.model.people import Person
    >>> plan = Plan.model_construct(people={"safety": Person(members=("u-17",)), "privacy": Person()})
    >>> acts_for(plan, "safety", "u-17"), acts_for(plan, "safety", "safety"), acts_for(plan, "safety", "u-9")
    (True, False, False)
    >>> acts_for(plan, "privacy", "privacy"), acts_for(plan, "anyone", "u-9")
    (True, True)
    """
    if role == ANYONE:
        return True
    group = plan.people.get(role)
    if group is None or not group.members:
        return actor == role
    return actor in group.members


def check_acting(plan: Plan, role: str, actor: str) -> None:
    """Refuse an actor who does not act for a role.

    Raises
    ------
    UsageError
        HF601, with what to write into the plan.
    """
    if acts_for(plan, role, actor):
        return
    group = plan.people.get(role)
    if group is not None and group.members:
        fix = f"somebody of people.{role}.members does, or the plan names `{actor}` there"
    else:
        fix = f"name who does in the plan: `people: {{{role}: {{members: [{actor}]}}}}`"
    raise UsageError.of("HF601", f"`{actor}` (HOLDFAST_ACTOR) does not act for `{role}`", fix=fix)
