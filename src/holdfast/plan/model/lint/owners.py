"""HF107: what nobody answers for, and rights that nobody can exercise."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.plan.model.lint.layers import unowned_and_told
from holdfast.plan.model.lint.reach import reachable
from holdfast.plan.model.lint.subject import Found, Subject
from holdfast.plan.model.lint.wording import names
from holdfast.plan.model.names import ANYONE
from holdfast.plan.model.people import JointRight, Right, RightByScore
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.risks import OwnControl, Risk


def ownerless(subject: Subject) -> Iterator[Found]:
    """Yield every risk, control and component without an owner, self-approvals, and rights of nobody."""
    plan = subject.plan
    accountable = plan.system.owners.accountable if plan.system.owners is not None else None
    add = f"add `owner: {accountable}`" if accountable else "add `owner:` with one of the plan's `people`"
    for risk in plan.risks:
        if risk.owner is None:
            message = f"the risk `{risk.id}` has no owner: nobody is asked when it changes"
            yield Found(("risks", risk.id, "id"), message, add)
        yield from _own_approval(plan, risk)
    told = unowned_and_told(plan)
    for name, control in plan.controls.items():
        if isinstance(control, OwnControl) and control.owner is None and name not in told:
            message = f"the control `{name}` has no owner: nobody keeps it working"
            yield Found(("controls", name, "[key]"), message, add)
    card = plan.system.card
    for at, component in enumerate(card.components if card is not None else ()):
        if component.owner is None:
            message = f"the component `{component.id}` has no owner: nobody is asked when it fails"
            yield Found(
                ("system", "card", "components", at, "id"),
                message,
                f"add `owner: {component.on_call}`" if component.on_call else add,
            )
    yield from _idle_rights(plan)


def _own_approval(plan: Plan, risk: Risk) -> Iterator[Found]:
    accepter = risk.residual.accepted_by if risk.residual is not None else None
    if accepter is None or risk.owner is None:
        return
    theirs, owners = plan.people[accepter].members, plan.people[risk.owner].members
    same = bool(theirs) and set(theirs) <= set(owners)
    if accepter != risk.owner and not same:
        return
    by_score = plan.authority.accept_residual if plan.authority is not None else None
    approver = plan.system.owners.approver if plan.system.owners is not None else None
    others = [by_score.below_12, by_score.from_12] if by_score is not None else []
    other = next((each for each in (*others, approver) if each not in {None, risk.owner, accepter}), None)
    nobody = "nobody else has looked" if accepter == risk.owner else f"`{accepter}` is the same people"
    yield Found(
        ("risks", risk.id, "residual", "accepted_by"),
        f"`{risk.owner}` owns `{risk.id}` and accepts what stays of it: {nobody}",
        f"let somebody else accept it: `accepted_by: {other}`" if other else "let somebody else accept it",
    )


def _idle_rights(plan: Plan) -> Iterator[Found]:
    """Yield every decision right that nobody who can be reached holds."""
    if plan.authority is None:
        return
    rights = [
        (name, right)
        for name in type(plan.authority).model_fields
        if (right := getattr(plan.authority, name))
    ]
    idle = [
        (name, groups)
        for name, right in rights
        for groups in _needed(right)
        if not _any_reachable(plan, groups)
    ]
    if not plan.routes and len(idle) > 1:
        held = names([name for name, _ in idle])
        message = f"nobody who holds a decision right can be reached ({held}): the plan has no routes"
        yield Found(("authority", "[key]"), message, "add `routes:`, and a `route:` to each group")
        return
    for name, groups in idle:
        yield Found(
            ("authority", name, "[key]"),
            f"nobody who may decide `{name}` can be reached: {names(groups)} has no route",
            f"add a route to `{groups[0]}`, or give the right to a group that has one",
        )


def _needed(right: Right | RightByScore) -> list[tuple[str, ...]]:
    """Return sets of groups: of each, one must be reachable."""
    if isinstance(right, RightByScore):
        return [(right.below_12,), *([(right.from_12,)] if right.from_12 != right.below_12 else [])]
    if isinstance(right, JointRight):
        return [(right.who,), *([(right.and_,)] if right.and_ is not None else [])]
    return [right] if right else []


def _any_reachable(plan: Plan, groups: tuple[str, ...]) -> bool:
    return any(group == ANYONE or reachable(plan, group) for group in groups)
