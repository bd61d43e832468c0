"""What may be decided about people, on their facts alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from holdfast.access.events import PersonJoined, RoleTaken
from holdfast.access.model import people as model
from holdfast.access.model.people import People
from holdfast.access.model.permissions import ROLES, Permission, permitted
from holdfast.access.model.principal import ANONYMOUS, Kind, Principal, Role
from holdfast.access.model.refusing import InvalidError, NotFoundError, StandingError
from holdfast.kernel.events import Event, Recorded

AT = datetime(2026, 11, 21, tzinfo=UTC)


def after(*events: Event, people: People | None = None) -> People:
    people = people or People()
    for event in events:
        version = people.version + 1
        people = model.evolve(people, Recorded(version, "s", version, AT, "p-1", None, event, "0"))
    return people


def owned() -> People:
    return after(*model.own("p-1"))


def test_the_owner_is_an_admin_with_all_roles() -> None:
    assert owned().known("p-1").roles == set(Role)
    assert [each.actor for each in owned().admins] == ["p-1"]


def test_giving_what_somebody_has_records_nothing() -> None:
    people = after(*model.invite("p-2", [Role.VIEWER], ["ops"]), people=owned())
    assert model.give(people, "p-2", [Role.VIEWER], ["ops"]) == []


def test_roles_and_groups_are_set_by_the_facts_of_the_difference() -> None:
    people = after(*model.invite("p-2", [Role.VIEWER], ["ops"]), people=owned())
    people = after(*model.set_to(people, "p-2", [Role.RESPONDER], ["legal"]), people=people)
    assert (people.known("p-2").roles, people.known("p-2").groups) == ({Role.RESPONDER}, {"legal"})


@pytest.mark.parametrize("lose", [
    lambda people: model.take(people, "p-1", [Role.ADMIN], []),
    lambda people: model.deactivate(people, "p-1"),
    lambda people: model.forget(people, "p-1"),
])  # fmt: skip
def test_the_last_admin_stays(lose) -> None:
    # who is invited but never came in could not give roles
    people = after(*model.invite("p-2", [Role.ADMIN], []), people=owned())
    with pytest.raises(StandingError, match="HF626"):
        lose(people)
    joined = after(PersonJoined(person="p-2", way="link"), people=people)
    assert lose(joined)


def test_who_is_forgotten_is_as_if_they_had_never_been() -> None:
    people = after(*model.invite("p-2", [Role.VIEWER], []), people=owned())
    people = after(*model.forget(people, "p-2"), people=people)
    with pytest.raises(NotFoundError) as gone:
        model.give(people, "p-2", [Role.ADMIN], [])
    with pytest.raises(NotFoundError) as never:
        model.give(people, "p-3", [Role.ADMIN], [])
    assert str(gone.value).replace("p-2", "p-3") == str(never.value)
    assert model.forget(people, "p-2") == []


def test_the_identity_provider_rules_only_roles_that_its_mapping_names() -> None:
    people = after(*model.invite("p-2", [Role.VIEWER, Role.APPROVER], []), people=owned())
    ruled = frozenset({Role.RESPONDER, Role.APPROVER})
    assert model.provided(people, "p-2", frozenset(), ruled) == [
        RoleTaken(person="p-2", role="approver", source="oidc")
    ]


def test_the_identity_provider_cannot_take_the_last_admin() -> None:
    events = model.provided(owned(), "p-1", frozenset(), frozenset(Role))
    assert "admin" not in {each.role for each in events if isinstance(each, RoleTaken)}


@pytest.mark.parametrize("group", ["", "two words", "<b>", "x" * 81, "../etc"])
def test_a_group_is_a_name(group: str) -> None:
    with pytest.raises(InvalidError, match="HF631"):
        model.group_of(group)


def test_a_misspelt_role_gets_the_nearest_one() -> None:
    with pytest.raises(InvalidError, match="did you mean `responder`"):
        model.role_of("responer")


def test_nobody_known_may_do_anything() -> None:
    assert not any(permitted(ANONYMOUS, permission) for permission in Permission)


def test_a_machine_may_what_its_token_says_and_nothing_else() -> None:
    machine = Principal("t-1", Kind.MACHINE, frozenset(Role), frozenset({"report"}))
    assert [each for each in Permission if permitted(machine, each)] == [Permission.REPORT]


def test_every_role_has_its_row() -> None:
    assert set(ROLES) == set(Role)
