"""How many wrong attempts are looked at; a true secret is never refused for the wrong ones of others.

Secrets have 256 bits: nobody guesses one, however often. The limit spares the server and tells people
early; it counts by address class, so that a stranger's attempts neither lock an account nor slow its owner.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING

from holdfast.access.handlers.room import AccessRoom
from holdfast.access.handlers.rows import insert_or_change
from holdfast.access.model.addresses import address_digest
from holdfast.access.model.refusing import TooManyError
from holdfast.kernel.clock import iso

if TYPE_CHECKING:
    from sqlalchemy import Connection

SPAN = timedelta(minutes=10)
"""Attempts and denials are counted in spans of this length."""
WRONG = 30
"""Wrong attempts of one address class in a span that get an answer of their own."""
MAILS = 3
"""Links by mail to one account in a span: who asks for more gets the same answer and no mail."""


def span_of(now: datetime) -> str:
    """Return the span of time that a moment is in.

    Examples
    --------
    >>> span_of(datetime(2026, 11, 21, 9, 58, 3, tzinfo=UTC))
    '2026-11-21T09:50:00.000000Z'
    """
    seconds = int(SPAN.total_seconds())
    return iso(datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC))


def count_wrong(room: AccessRoom, address: str) -> None:
    """Count a wrong attempt.

    Raises
    ------
    TooManyError
        HF625: there were too many from there in this span; it is not counted any further.
    """
    if not counted(room, "from " + address_digest(room.key, address), WRONG):
        now = room.clock.now()
        error = TooManyError.of(
            "HF625",
            "too many wrong attempts from your address",
            fix="wait some minutes; what is true still works",
        )
        error.retry_seconds = ceil(SPAN.total_seconds() - now.timestamp() % SPAN.total_seconds())
        raise error


def counted(room: AccessRoom, subject: str, limit: int) -> bool:
    """Count one more of something in this span; return whether that is within the limit."""
    from sqlalchemy import select

    from holdfast.store.tables.access import access_attempts as attempts

    span = span_of(room.clock.now())
    wanted = select(attempts.c.count).where(attempts.c.subject == subject, attempts.c.span == span)
    with room.store.reading() as connection:  # who is over the limit costs a read and no write
        if (connection.execute(wanted).scalar() or 0) >= limit:
            return False
    with room.store.writing() as connection:
        more = {"count": attempts.c.count + 1}
        insert_or_change(connection, attempts, more, subject=subject, span=span, count=1)
        return int(connection.execute(wanted).scalar_one()) <= limit


def purge_attempts(room: AccessRoom, connection: Connection) -> None:
    """Erase what was counted in other spans, in the caller's transaction."""
    from sqlalchemy import delete

    from holdfast.store.tables.access import access_attempts as attempts

    connection.execute(delete(attempts).where(attempts.c.span != span_of(room.clock.now())))
