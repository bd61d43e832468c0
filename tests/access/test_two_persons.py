"""Two persons are two persons: nobody consents to what they asked for, and a machine consents to nothing."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.access.model.principal import ANONYMOUS, Kind, Principal
from holdfast.access.model.refusing import StandingError
from holdfast.access.model.two_persons import check_consent, missing, persons_among, two_persons


def test_somebody_else_consents() -> None:
    check_consent(Principal("p-2", Kind.PERSON), asked_by="p-1", act="the update")


def test_who_asked_does_not_consent() -> None:
    with pytest.raises(StandingError, match="`p-1` asked for the update"):
        check_consent(Principal("p-1", Kind.PERSON), asked_by="p-1", act="the update")


@pytest.mark.parametrize(
    "nobody",
    [Principal("t-1", Kind.MACHINE), Principal.worker("policy:pager"), ANONYMOUS],
    ids=lambda p: p.actor,
)
def test_what_is_no_person_does_not_consent(nobody: Principal) -> None:
    with pytest.raises(StandingError, match="is no person"):
        check_consent(nobody, asked_by="p-1", act="the update")


def test_one_person_with_two_roles_counts_once() -> None:
    assert missing(["privacy", "legal"], {"privacy": ["p-1"], "legal": ["p-1"]}) == ("legal",)


def test_who_can_stand_for_two_roles_stands_where_nobody_else_can() -> None:
    assert missing(["privacy", "legal"], {"privacy": ["p-1", "p-2"], "legal": ["p-1"]}) == ()


def test_the_consent_of_who_asked_counts_for_nothing() -> None:
    assert missing(["legal"], {"legal": ["p-1"]}, asked_by="p-1") == ("legal",)


def test_machines_and_policies_are_nobodys_second_person() -> None:
    assert persons_among(["p-1", "t-1", "policy:pager", "clock", "anonymous", "p-1"]) == {"p-1"}
    assert not two_persons("p-1", "t-1")


ROLES = ["legal", "privacy", "security"]


@given(st.dictionaries(st.sampled_from(ROLES), st.sets(st.sampled_from(["p-1", "p-2", "p-3", "t-1"]))))
def test_as_few_roles_are_missing_as_any_way_of_giving_persons_to_them_leaves(consents) -> None:
    persons = ["p-1", "p-2", "p-3"]
    best = max(
        sum(person in consents.get(role, ()) for role, person in zip(ROLES, order, strict=True))
        for order in permutations(persons)
    )
    assert len(missing(ROLES, consents)) == len(ROLES) - best
