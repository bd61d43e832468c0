"""One-time links: made, shown, used once. Looking at one changes nothing: previews must not burn it."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from holdfast.access.events import SIGN_INS, LinkMade, PersonJoined, SignedIn, Way
from holdfast.access.handlers.names import keep_name
from holdfast.access.handlers.room import AccessRoom
from holdfast.access.handlers.sessions import start_session
from holdfast.access.model import people as model
from holdfast.access.model.people import People
from holdfast.access.model.refusing import NotFoundError, no_such
from holdfast.access.model.shown import CameIn, Door, LinkShown
from holdfast.access.model.tokens import hashed
from holdfast.kernel.clock import iso, parse_iso
from holdfast.kernel.events import Event

if TYPE_CHECKING:
    from sqlalchemy import Connection

Kind = Literal["first", "link"]
FIRST_LASTS = timedelta(hours=24)
INVITATION_LASTS = timedelta(hours=72)
ADMINS_LASTS = timedelta(hours=24)
OWN_LASTS = timedelta(minutes=15)
"""Of a link that somebody made for themselves: for another device, or by mail."""


def new_person() -> str:
    """Return a new opaque id of a person."""
    return "p-" + secrets.token_hex(4)


def first_link(room: AccessRoom) -> LinkShown | None:
    """Return a link that makes the owner; None once there is an admin."""
    if room.directory.people().admins:
        return None
    actor = new_person()
    with room.store.writing() as connection:
        secret = _add(room, connection, "first", actor, FIRST_LASTS)
    return LinkShown(actor, secret, room.clock.now() + FIRST_LASTS)


def make_link(room: AccessRoom, actor: str, by: str, lasts: timedelta, *, by_mail: bool = False) -> LinkShown:
    """Return a new link that signs a person in; that it was made is a fact.

    Raises
    ------
    NotFoundError
        HF627: there is no such person, or they may not come in.
    """
    person = room.directory.people().known(actor)
    if not person.may_come_in:
        raise no_such("active person", actor)
    with room.store.writing() as connection:
        secret = _add(room, connection, "link", actor, lasts)
        until = room.clock.now() + lasts
        room.record(SIGN_INS, by, LinkMade(person=actor, until=until, by_mail=by_mail))
    return LinkShown(actor, secret, until)


def look(room: AccessRoom, secret: str) -> Door:
    """Return what a link would open.

    Raises
    ------
    NotFoundError
        HF623: it opens nothing: never did, was used, or is over. The answer is the same.
    """
    from sqlalchemy import select

    from holdfast.store.tables.access import people
    from holdfast.store.tables.access import sign_in_links as links

    with room.store.reading() as connection:
        row = connection.execute(select(links).where(links.c.hash == hashed(secret))).first()
        actor = row.actor if row is not None else ""
        name = connection.execute(select(people.c.name).where(people.c.actor == actor)).scalar() or ""
    if row is None or row.used_at is not None or room.clock.now() >= parse_iso(row.ends_at):
        raise opens_nothing()
    _check_door(room.directory.people(), row.kind, row.actor)
    return Door(row.actor, row.kind == "first", name)


def use(room: AccessRoom, secret: str, name: str, agent: str) -> CameIn:
    """Use a link: all of it happens, or nothing does and the link still works.

    Raises
    ------
    NotFoundError
        HF623: it opens nothing; of two who use it at once, one gets this.
    InvalidError
        HF631: a name that cannot be.
    """
    from sqlalchemy import select, update

    from holdfast.store.tables.access import sign_in_links as links

    now = room.clock.now()
    with room.store.writing() as connection:
        open_now = (links.c.hash == hashed(secret)) & links.c.used_at.is_(None) & (links.c.ends_at > iso(now))
        spent = connection.execute(update(links).where(open_now).values(used_at=iso(now)))
        if spent.rowcount != 1:
            raise opens_nothing()
        row = connection.execute(select(links).where(links.c.hash == hashed(secret))).one()
        if name:
            keep_name(room, connection, row.actor, name)
        opened = start_session(room, connection, row.actor, agent)
        if row.kind == "first":
            # the others that were printed meanwhile open nothing any more
            connection.execute(update(links).where(links.c.kind == "first").values(used_at=iso(now)))
        way = _come_in(room, row.kind, row.actor)
    room.record(SIGN_INS, row.actor, SignedIn(person=row.actor, way=way))
    return CameIn(row.actor, opened)


def _come_in(room: AccessRoom, kind: str, actor: str) -> Way:
    """Record that somebody came in for the first time, in the transaction that spends the link."""

    def decide(people: People) -> list[Event]:
        _check_door(people, kind, actor)
        if kind == "first":
            return model.own(actor)
        return [] if people.known(actor).joined else [PersonJoined(person=actor, way="link")]

    room.decide_people(actor, decide)
    return "first link" if kind == "first" else "link"


def _check_door(people: People, kind: str, actor: str) -> None:
    person = people.get(actor)
    if kind == "first":
        if people.admins:
            raise opens_nothing()
    elif person is None or not person.may_come_in:
        raise opens_nothing()


def opens_nothing() -> NotFoundError:
    """Return the one answer to a link that does not work, whatever the cause."""
    return NotFoundError.of(
        "HF623",
        "this link opens nothing: it was used, replaced, is over, or was never ours",
        fix="ask an admin for another one; on the server `holdfast people link` makes one",
    )


def end_links(connection: Connection, actor: str, now: datetime) -> None:
    """Let a person's links open nothing any more, in the caller's transaction."""
    from sqlalchemy import update

    from holdfast.store.tables.access import sign_in_links as links

    unused = (links.c.actor == actor) & links.c.used_at.is_(None)
    connection.execute(update(links).where(unused).values(used_at=iso(now)))


def purge_links(room: AccessRoom, connection: Connection) -> None:
    """Erase links that are over, in the caller's transaction."""
    from sqlalchemy import delete

    from holdfast.store.tables.access import sign_in_links as links

    connection.execute(delete(links).where(links.c.ends_at <= iso(room.clock.now())))


def _add(room: AccessRoom, connection: Connection, kind: Kind, actor: str, lasts: timedelta) -> str:
    from sqlalchemy import insert

    from holdfast.store.tables.access import sign_in_links as links

    secret, now = secrets.token_urlsafe(32), room.clock.now()
    row = {
        "hash": hashed(secret),
        "kind": kind,
        "actor": actor,
        "made_at": iso(now),
        "ends_at": iso(now + lasts),
    }
    connection.execute(insert(links).values(row))
    return secret


def drop_link(room: AccessRoom, secret: str) -> None:
    """Let a link that was never handed over open nothing."""
    from sqlalchemy import delete

    from holdfast.store.tables.access import sign_in_links as links

    with room.store.writing() as connection:
        connection.execute(delete(links).where(links.c.hash == hashed(secret)))
