"""People and their rights, as the page, the command and the API show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.access.model.people import People, Person
from holdfast.access.model.permissions import ROLES, Permission
from holdfast.access.model.principal import Role

WORDS: Mapping[Permission, str] = {
    Permission.VIEW: "see incidents, plans, gates, runbooks",
    Permission.REPORT: "send in reports",
    Permission.DECLARE: "declare incidents",
    Permission.RESPOND: "work in a room",
    Permission.COMMAND: "set severity, roles and states",
    Permission.APPROVE: "approve and accept",
    Permission.READ_SENSITIVE: "open evidence",
    Permission.AUDIT: "read the ledger",
    Permission.ADMINISTER: "administer people and tokens",
}
FOR: Mapping[Role, str] = {
    Role.VIEWER: "sees",
    Role.RESPONDER: "works in incidents",
    Role.COMMANDER: "leads incidents",
    Role.APPROVER: "approves what goes outside and accepts what stays",
    Role.AUDITOR: "reads everything, changes nothing",
    Role.ADMIN: "gives roles and tokens",
}


@dataclass(frozen=True)
class PersonShown:
    """A person in a list.

    Attributes
    ----------
    state : str
        invited, active, deactivated or forgotten.
    """

    actor: str
    name: str
    mail: str
    roles: tuple[str, ...]
    groups: tuple[str, ...]
    state: str


def people_shown(people: People, names: Mapping[str, str], mails: Mapping[str, str]) -> list[PersonShown]:
    """Return everybody, those who can come in first, then by name."""
    order = {"active": 0, "invited": 1, "deactivated": 2, "forgotten": 3}
    shown = [person_shown(person, names, mails) for person in people.by_actor.values()]
    return sorted(shown, key=lambda each: (order[each.state], each.name.casefold() or each.actor, each.actor))


def person_shown(person: Person, names: Mapping[str, str], mails: Mapping[str, str]) -> PersonShown:
    """Return how one person is shown."""
    return PersonShown(
        person.actor,
        names.get(person.actor, ""),
        mails.get(person.actor, ""),
        tuple(role.value for role in Role if role in person.roles),
        tuple(sorted(person.groups)),
        state_of(person),
    )


def state_of(person: Person) -> str:
    """Return how a person stands, in a word."""
    if person.forgotten:
        return "forgotten"
    if not person.active:
        return "deactivated"
    return "active" if person.joined else "invited"


@dataclass(frozen=True)
class RoleRow:
    """A row of the table of roles: what it is for, and of each permission whether it has it."""

    role: str
    what: str
    may: tuple[bool, ...]


def role_table() -> tuple[tuple[str, ...], tuple[RoleRow, ...]]:
    """Return the permissions in words, and a row for each role."""
    rows = tuple(
        RoleRow(role.value, FOR[role], tuple(permission in ROLES[role] for permission in Permission))
        for role in Role
    )
    return tuple(WORDS[permission] for permission in Permission), rows
