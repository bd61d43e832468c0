"""What people are called and where they are written to: rows that change, and that can be erased."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from holdfast.access.handlers.room import AccessRoom
from holdfast.access.handlers.rows import insert_or_change
from holdfast.access.model.refusing import InvalidError
from holdfast.kernel.clock import iso

if TYPE_CHECKING:
    from sqlalchemy import Connection

LONGEST_NAME = 80
LONGEST_MAIL = 254


def names_of(room: AccessRoom, actors: Collection[str]) -> Mapping[str, str]:
    """Return the names of those who have one."""
    from sqlalchemy import select

    from holdfast.store.tables.access import machine_tokens, people

    if not actors:
        return {}
    found: dict[str, str] = {}
    with room.store.reading() as connection:
        for table in (people, machine_tokens):
            rows = connection.execute(
                select(table.c.actor, table.c.name).where(table.c.actor.in_(list(actors)))
            )
            found.update({row.actor: row.name for row in rows})
    return found


def mails_of(room: AccessRoom) -> Mapping[str, str]:
    """Return the mail addresses of all people who have one."""
    from sqlalchemy import select

    from holdfast.store.tables.access import people

    with room.store.reading() as connection:
        rows = connection.execute(select(people.c.actor, people.c.mail).where(people.c.mail.is_not(None)))
        return {row.actor: row.mail for row in rows}


def rename(room: AccessRoom, actor: str, name: str, mail: str) -> None:
    """Keep another name and mail address of a person."""
    room.directory.people().known(actor)
    with room.store.writing() as connection:
        keep_name(room, connection, actor, checked_name(name), checked_mail(mail))


def keep_name(
    room: AccessRoom, connection: Connection, actor: str, name: str, mail: str | None = None
) -> None:
    """Keep a person's name in the caller's transaction; a mail address of None stays what it was."""
    from holdfast.store.tables.access import people

    name = checked_name(name)
    change: dict[str, str | None] = {"name": name} if mail is None else {"name": name, "mail": mail or None}
    created = iso(room.clock.now())
    insert_or_change(
        connection, people, change, actor=actor, name=name, mail=mail or None, created_at=created
    )


def checked_name(name: str) -> str:
    """Return a name in one line.

    Raises
    ------
    InvalidError
        HF631: it is too long, or has signs that do not show.
    """
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME or not name.isprintable():
        fix = f"at most {LONGEST_NAME} characters, in one line"
        raise InvalidError.of("HF631", "that cannot be a name", fix=fix)
    return name


def checked_mail(mail: str) -> str:
    """Return a mail address as it was written, or nothing.

    Raises
    ------
    InvalidError
        HF631: it cannot be one.
    """
    mail = mail.strip()
    name, at, host = mail.rpartition("@")
    plain = mail.isascii() and mail.isprintable() and not set(mail) & set(' <>,;:"\\')
    if mail and not (plain and name and at and host and len(mail) <= LONGEST_MAIL):
        raise InvalidError.of("HF631", "that cannot be a mail address", fix="give one, such as a@example.org")
    return mail


def erase(connection: Connection, actors: Collection[str]) -> None:
    """Erase all rows about people, in the caller's transaction."""
    from sqlalchemy import delete

    from holdfast.store.tables.access import identities, people, sessions, sign_in_links

    for table in (people, identities, sessions, sign_in_links):
        connection.execute(delete(table).where(table.c.actor.in_(list(actors))))


def actors_with(room: AccessRoom, mail: str) -> list[tuple[str, str]]:
    """Return who has a mail address, whatever its case, and the address as it is kept.

    Only the kept one is ever written to: signs that only look alike may be another's address.
    """
    wanted = mail.strip().casefold()
    return [(actor, each) for actor, each in mails_of(room).items() if each.casefold() == wanted]
