"""Decision rights: what the plan says, and what never waits where it says nothing."""

from __future__ import annotations

from holdfast.access.model.principal import Kind, Principal, Role
from holdfast.plan.model.people import Authority
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.system import Owners, System
from holdfast.respond.model.authority import Granted, Needs, may

RESPONDER = Principal("p-00000001", Kind.PERSON, frozenset({Role.RESPONDER}))
VIEWER = Principal("p-00000002", Kind.PERSON, frozenset({Role.VIEWER}))


def plan(**authority: tuple[str, ...]) -> Plan:
    owners = Owners.model_construct(accountable="team", reviewers=(), approver="boss")
    rights = dict.fromkeys(Authority.model_fields) | authority
    system = System.model_construct(id="support", owners=owners)
    return Plan.model_construct(
        system=system, people={}, authority=Authority.model_construct(**rights) if authority else None
    )


def test_a_plan_that_says_nothing_keeps_nobody_from_containing() -> None:
    for right in ("move_to_safe", "disable"):
        assert isinstance(may(plan(), right, RESPONDER), Granted)
        assert isinstance(may(plan(roll_back=("team",)), right, RESPONDER), Granted)


def test_who_may_only_look_contains_nothing() -> None:
    assert isinstance(may(plan(), "move_to_safe", VIEWER), Needs)


def test_what_widens_and_the_plan_gives_to_nobody_is_the_approvers() -> None:
    assert may(plan(), "widen", RESPONDER) == Needs(("boss",))


def test_a_plan_that_names_who_contains_is_obeyed() -> None:
    assert may(plan(move_to_safe=("team",)), "move_to_safe", RESPONDER) == Needs(("team",))
