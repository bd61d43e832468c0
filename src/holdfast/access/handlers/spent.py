"""What may come once only, and is remembered until nobody would take it anyway."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from holdfast.access.handlers.room import AccessRoom
from holdfast.access.handlers.rows import insert_new
from holdfast.access.model.tokens import hashed
from holdfast.kernel.clock import iso

if TYPE_CHECKING:
    from sqlalchemy import Connection


def spend(room: AccessRoom, what: str, until: datetime) -> bool:
    """Return whether something comes for the first time; of two at once, one does."""
    from holdfast.store.tables.access import access_spent

    with room.store.writing() as connection:
        return insert_new(connection, access_spent, hash=hashed(what), ends_at=iso(until))


def purge_spent(room: AccessRoom, connection: Connection) -> None:
    """Erase what nobody would take any more, in the caller's transaction."""
    from sqlalchemy import delete

    from holdfast.store.tables.access import access_spent

    connection.execute(delete(access_spent).where(access_spent.c.ends_at <= iso(room.clock.now())))
