"""People: invited, given and taken roles, deactivated, forgotten."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from holdfast.access.events import SIGN_INS, SignedOut
from holdfast.access.handlers.links import end_links
from holdfast.access.handlers.names import checked_mail, checked_name, erase, keep_name
from holdfast.access.handlers.room import AccessRoom
from holdfast.access.handlers.sessions import end_all
from holdfast.access.model import people as model
from holdfast.access.model.principal import Role


def invite(
    room: AccessRoom, by: str, actor: str, roles: Iterable[Role], groups: Iterable[str], name: str, mail: str
) -> None:
    """Record that somebody is invited, and keep their name apart from it.

    Raises
    ------
    InvalidError
        HF631: a name, mail address or group that cannot be.
    """
    groups = [model.group_of(group) for group in groups]
    checked = (checked_name(name), checked_mail(mail))
    events = model.invite(actor, roles, groups)
    room.decide_people(by, lambda people: [] if people.get(actor) else events)
    if any(checked):
        with room.store.writing() as connection:
            keep_name(room, connection, actor, *checked)


def set_roles(
    room: AccessRoom, by: str, actor: str, roles: Collection[Role], groups: Collection[str]
) -> None:
    """Make a person's roles and groups exactly those that are named."""
    groups = [model.group_of(group) for group in groups]
    room.decide_people(by, lambda people: model.set_to(people, actor, roles, groups))


def give(room: AccessRoom, by: str, actor: str, roles: Collection[Role], groups: Collection[str]) -> None:
    """Give roles and groups; others stay."""
    groups = [model.group_of(group) for group in groups]
    room.decide_people(by, lambda people: model.give(people, actor, roles, groups))


def take(room: AccessRoom, by: str, actor: str, roles: Collection[Role], groups: Collection[str]) -> None:
    """Take roles and groups; others stay."""
    room.decide_people(by, lambda people: model.take(people, actor, roles, groups))


def deactivate(room: AccessRoom, by: str, actor: str) -> None:
    """Let a person in no more. The fact ends their sessions everywhere; the rows go after it."""
    room.decide_people(by, lambda people: model.deactivate(people, actor))
    with room.store.writing() as connection:
        end_all(connection, actor)
        end_links(connection, actor, room.clock.now())


def shut_out(room: AccessRoom, by: str, actor: str) -> None:
    """End all sessions and links of a person, who may come in again by a new one."""
    room.directory.people().known(actor)
    with room.store.writing() as connection:
        end_all(connection, actor)
        end_links(connection, actor, room.clock.now())
    room.record(SIGN_INS, by, SignedOut(person=actor, everywhere=True))


def reactivate(room: AccessRoom, by: str, actor: str) -> None:
    """Let a person come in again, by a new link or the identity provider."""
    room.decide_people(by, lambda people: model.reactivate(people, actor))


def forget(room: AccessRoom, by: str, actor: str) -> None:
    """Erase what is known of a person. The fact comes first; erasing can be repeated."""
    room.decide_people(by, lambda people: model.forget(people, actor))
    with room.store.writing() as connection:
        erase(connection, [actor])
