"""Sessions: an opaque secret in a cookie, its hash in the store, an end that moves and one that does not."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from holdfast.access.events import SIGN_INS, SignedOut
from holdfast.access.handlers.room import AccessRoom
from holdfast.access.model.principal import ANONYMOUS, Kind, Principal
from holdfast.access.model.refusing import no_such
from holdfast.access.model.shown import SessionShown
from holdfast.access.model.tokens import hashed
from holdfast.access.ports import Identified
from holdfast.kernel.clock import iso, parse_iso

if TYPE_CHECKING:
    from sqlalchemy import Connection

SECRET_SIGNS = 43
"""Of 256 bits in URL-safe base64."""
COARSE = timedelta(minutes=5)
"""How often at most it is written that a session was used."""
REF_SIGNS = 16
NOBODY = Identified(ANONYMOUS)
OVER = Identified(ANONYMOUS, stale=True)


def start_session(room: AccessRoom, connection: Connection, actor: str, agent: str) -> str:
    """Begin a session in the caller's transaction; return its secret, which is new every time."""
    from sqlalchemy import insert

    from holdfast.store.tables.access import sessions

    secret, now = secrets.token_urlsafe(32), room.clock.now()
    connection.execute(
        insert(sessions).values(
            hash=hashed(secret),
            actor=actor,
            started_at=iso(now),
            seen_at=iso(now),
            ends_at=iso(now + room.rules.longest),
            agent=agent,
        )
    )
    return secret


def csrf_of(secret: str) -> str:
    """Return what the forms of a session send back: nobody who lacks the cookie's secret can make it."""
    return hmac.new(secret.encode(), b"holdfast csrf", hashlib.sha256).hexdigest()


def find_session(room: AccessRoom, secret: str) -> Identified:
    """Return whose session a cookie's secret opens, with the roles that the person has at this moment."""
    from sqlalchemy import select

    from holdfast.store.tables.access import sessions

    if len(secret) != SECRET_SIGNS or not secret.isascii():
        return OVER
    key = hashed(secret)
    with room.store.reading() as connection:
        row = connection.execute(select(sessions).where(sessions.c.hash == key)).first()
    if row is None:
        return OVER
    now, seen_at = room.clock.now(), parse_iso(row.seen_at)
    person = room.directory.people().get(row.actor)
    if now >= parse_iso(row.ends_at) or now - seen_at >= room.rules.idle:
        # what was seen to be over stays so, also when the clock jumps back
        _end(room, [key])
        return OVER
    if person is None or not person.may_come_in:
        return OVER
    if now - seen_at >= COARSE:
        _touch(room, key, now)
    principal = Principal(row.actor, Kind.PERSON, person.roles, groups=person.groups)
    return Identified(principal, csrf_of(secret), key)


def sessions_of(room: AccessRoom, actor: str, present: str = "") -> list[SessionShown]:
    """Return a person's sessions, the one used last first."""
    from sqlalchemy import select

    from holdfast.store.tables.access import sessions

    now = room.clock.now()
    with room.store.reading() as connection:
        rows = connection.execute(
            select(sessions).where(sessions.c.actor == actor).order_by(sessions.c.seen_at.desc())
        ).all()
    return [
        SessionShown(
            row.hash[:REF_SIGNS],
            row.agent,
            parse_iso(row.started_at),
            parse_iso(row.seen_at),
            row.hash == present,
        )
        for row in rows
        if now < parse_iso(row.ends_at) and now - parse_iso(row.seen_at) < room.rules.idle
    ]


def end_session(room: AccessRoom, actor: str, ref: str) -> None:
    """End one session of a person, by the reference that their page shows.

    Raises
    ------
    NotFoundError
        HF627: it is not there, or not theirs.
    """
    from sqlalchemy import delete, func

    from holdfast.store.tables.access import sessions

    with room.store.writing() as connection:
        # signs that no hash has would be a fault of the database: they are as good as any wrong one
        asked = ref if ref.isalnum() else "-"
        theirs = func.substr(sessions.c.hash, 1, REF_SIGNS) == asked
        gone = connection.execute(delete(sessions).where(sessions.c.actor == actor, theirs))
    if gone.rowcount == 0:
        raise no_such("session", ref)
    room.record(SIGN_INS, actor, SignedOut(person=actor))


def sign_out(room: AccessRoom, actor: str, session: str, *, everywhere: bool) -> None:
    """End the present session of a person, or all of them."""
    if everywhere:
        with room.store.writing() as connection:
            end_all(connection, actor)
    else:
        _end(room, [session])
    room.record(SIGN_INS, actor, SignedOut(person=actor, everywhere=everywhere))


def end_all(connection: Connection, actor: str) -> None:
    """End all sessions of a person in the caller's transaction."""
    from sqlalchemy import delete

    from holdfast.store.tables.access import sessions

    connection.execute(delete(sessions).where(sessions.c.actor == actor))


def purge_sessions(room: AccessRoom, connection: Connection) -> None:
    """Erase sessions that are over, in the caller's transaction."""
    from sqlalchemy import delete, or_

    from holdfast.store.tables.access import sessions

    now = room.clock.now()
    over = or_(sessions.c.ends_at <= iso(now), sessions.c.seen_at <= iso(now - room.rules.idle))
    connection.execute(delete(sessions).where(over))


def _end(room: AccessRoom, keys: list[str]) -> None:
    from sqlalchemy import delete

    from holdfast.store.tables.access import sessions

    with room.store.writing() as connection:
        connection.execute(delete(sessions).where(sessions.c.hash.in_(keys)))


def _touch(room: AccessRoom, key: str, now: datetime) -> None:
    from sqlalchemy import update

    from holdfast.store.tables.access import sessions

    with room.store.writing() as connection:
        connection.execute(update(sessions).where(sessions.c.hash == key).values(seen_at=iso(now)))
