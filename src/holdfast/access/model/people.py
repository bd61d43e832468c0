"""Who there is and what they may: the facts of people, folded, and what may be decided on them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from holdfast.access.events import (
    GroupGiven,
    GroupTaken,
    PersonDeactivated,
    PersonForgotten,
    PersonInvited,
    PersonJoined,
    PersonReactivated,
    RoleGiven,
    RoleTaken,
)
from holdfast.access.model.principal import Role
from holdfast.access.model.refusing import InvalidError, StandingError, no_such
from holdfast.kernel.errors import did_you_mean
from holdfast.kernel.events import Event, Recorded

GROUP = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$")


@dataclass(frozen=True)
class Person:
    """One person.

    Attributes
    ----------
    actor : str
        The opaque id that facts hold.
    joined : bool
        Whether they came in at least once.
    active : bool
        Whether they may come in.
    forgotten : bool
        Whether their name is erased.
    """

    actor: str
    roles: frozenset[Role] = frozenset()
    groups: frozenset[str] = frozenset()
    joined: bool = False
    active: bool = True
    forgotten: bool = False

    @property
    def may_come_in(self) -> bool:
        """Whether a session of theirs counts."""
        return self.active and not self.forgotten


@dataclass(frozen=True)
class People:
    """Everybody, at one version of the stream."""

    by_actor: Mapping[str, Person] = field(default_factory=dict)
    version: int = 0

    def get(self, actor: str) -> Person | None:
        """Return a person, or None."""
        return self.by_actor.get(actor)

    def known(self, actor: str) -> Person:
        """Return a person who is there and not forgotten.

        Raises
        ------
        NotFoundError
            HF627.
        """
        person = self.by_actor.get(actor)
        if person is None or person.forgotten:
            raise no_such("person", actor)
        return person

    @property
    def admins(self) -> list[Person]:
        """Those who can give roles now: active admins who came in at least once."""
        return [
            each
            for each in self.by_actor.values()
            if Role.ADMIN in each.roles and each.may_come_in and each.joined
        ]


def evolve(people: People, recorded: Recorded) -> People:
    """Return the people with one more fact."""
    event = recorded.event
    actor = getattr(event, "person", None)
    if actor is None:
        return replace(people, version=recorded.version)
    person = _changed(people.by_actor.get(actor) or Person(actor), event)
    return People({**people.by_actor, actor: person}, recorded.version)


def _changed(person: Person, event: Event) -> Person:
    match event:
        case PersonJoined():
            return replace(person, joined=True)
        case RoleGiven():
            return replace(person, roles=person.roles | {Role(event.role)})
        case RoleTaken():
            return replace(person, roles=person.roles - {Role(event.role)})
        case GroupGiven():
            return replace(person, groups=person.groups | {event.group})
        case GroupTaken():
            return replace(person, groups=person.groups - {event.group})
        case PersonDeactivated():
            return replace(person, active=False)
        case PersonReactivated():
            return replace(person, active=True)
        case PersonForgotten():
            # roles go, too: nobody who is forgotten comes back under this id
            return replace(person, active=False, forgotten=True, roles=frozenset(), groups=frozenset())
    return person


def role_of(text: str) -> Role:
    """Return the role that is named.

    Raises
    ------
    InvalidError
        HF631: there is none of that name.
    """
    try:
        return Role(text)
    except ValueError as error:
        raise InvalidError.of(
            "HF631",
            f"there is no role `{text[:40]}`",
            fix=did_you_mean(text[:40], [role.value for role in Role]),
        ) from error


def group_of(text: str) -> str:
    """Return the name of one of the plan's people, as it may stand in a fact.

    Raises
    ------
    InvalidError
        HF631: it cannot be such a name.
    """
    if not GROUP.fullmatch(text):
        raise InvalidError.of(
            "HF631", f"`{text[:40]}` cannot be a group", fix="a group is a name of the plan's `people:`"
        )
    return text


def invite(actor: str, roles: Iterable[Role], groups: Iterable[str]) -> list[Event]:
    """Return the facts of inviting somebody."""
    events: list[Event] = [PersonInvited(person=actor)]
    events += [RoleGiven(person=actor, role=role.value) for role in sorted(set(roles))]
    return events + [GroupGiven(person=actor, group=group) for group in sorted(set(groups))]


def own(actor: str) -> list[Event]:
    """Return the facts of the first start's link being used: the owner is an admin with all roles."""
    given = [RoleGiven(person=actor, role=role.value, source="first link") for role in Role]
    return [PersonInvited(person=actor), *given, PersonJoined(person=actor, way="first link")]


def give(people: People, actor: str, roles: Iterable[Role], groups: Iterable[str]) -> list[Event]:
    """Return the facts of giving roles and groups; nothing for those that a person has."""
    person = people.known(actor)
    events: list[Event] = [
        RoleGiven(person=actor, role=role.value) for role in sorted(set(roles) - person.roles)
    ]
    return events + [GroupGiven(person=actor, group=each) for each in sorted(set(groups) - person.groups)]


def take(people: People, actor: str, roles: Iterable[Role], groups: Iterable[str]) -> list[Event]:
    """Return the facts of taking roles and groups; nothing for those that a person does not have.

    Raises
    ------
    StandingError
        HF626: nobody would be left who can give roles.
    """
    person = people.known(actor)
    taken = set(roles) & person.roles
    if Role.ADMIN in taken:
        _somebody_else(people, actor)
    events: list[Event] = [RoleTaken(person=actor, role=role.value) for role in sorted(taken)]
    return events + [GroupTaken(person=actor, group=each) for each in sorted(set(groups) & person.groups)]


def set_to(people: People, actor: str, roles: Iterable[Role], groups: Iterable[str]) -> list[Event]:
    """Return the facts that make a person's roles and groups exactly those that are named."""
    person, wanted, acting = people.known(actor), set(roles), set(groups)
    given = give(people, actor, wanted, acting)
    return given + take(people, actor, person.roles - wanted, person.groups - acting)


def provided(people: People, actor: str, roles: frozenset[Role], ruled: frozenset[Role]) -> list[Event]:
    """Return the facts that make a person's roles those that the identity provider says.

    Parameters
    ----------
    ruled : frozenset of Role
        Roles that the mapping speaks of; others stay as admins left them. The last admin stays one.
    """
    person = people.known(actor)
    gone = (person.roles & ruled) - roles
    if [each.actor for each in people.admins] == [actor]:
        gone -= {Role.ADMIN}
    given = [RoleGiven(person=actor, role=each.value, source="oidc") for each in sorted(roles - person.roles)]
    return [*given, *(RoleTaken(person=actor, role=each.value, source="oidc") for each in sorted(gone))]


def deactivate(people: People, actor: str) -> list[Event]:
    """Return the fact of deactivating a person; nothing where they are."""
    person = people.known(actor)
    _somebody_else(people, actor)
    return [PersonDeactivated(person=actor)] if person.active else []


def reactivate(people: People, actor: str) -> list[Event]:
    """Return the fact of letting a person come in again; nothing where they may."""
    return [] if people.known(actor).active else [PersonReactivated(person=actor)]


def forget(people: People, actor: str) -> list[Event]:
    """Return the fact of forgetting a person; nothing where it was recorded: erasing can be repeated."""
    person = people.get(actor)
    if person is not None and person.forgotten:
        return []
    people.known(actor)
    _somebody_else(people, actor)
    return [PersonForgotten(person=actor)]


def _somebody_else(people: People, actor: str) -> None:
    """Refuse to lose the last admin."""
    if [each.actor for each in people.admins] == [actor]:
        raise StandingError.of(
            "HF626",
            f"`{actor}` is the only admin who can come in",
            fix="make somebody else admin first, and let them come in once",
        )
