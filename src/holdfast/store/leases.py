"""Leases: a row is somebody's for a while, and anybody's again when that one has died.

Times are the machine's. Where its clock jumps back, leases lie further in the future than any lease may:
they count as over, so that nothing is stuck for as long as the jump.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from holdfast.kernel.clock import iso
from holdfast.store.store import Store

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Table

LEASE = timedelta(seconds=60)
"""How long a worker may take before another one takes over. It must be longer than any call to outside."""
LONGEST = timedelta(hours=1)
"""No lease and no pause lies further ahead than this."""


def new_holder() -> str:
    """Return a name for this process among all that work."""
    return f"{os.getpid()}-{secrets.token_hex(4)}"


def is_free(table: Table, now: datetime) -> ColumnElement[bool]:
    """Return the condition that nobody holds a row: no lease, one that is over, or one of a wrong clock."""
    from sqlalchemy import or_

    until: Any = table.c.leased_until
    # times are stored as text that sorts; a pause may lie an hour ahead, and a little more is no jump yet
    return or_(until.is_(None), until <= iso(now), until > iso(now + LONGEST + LEASE))


class Leases:
    """What only one worker does at a time.

    Parameters
    ----------
    store : Store
    holder : str
        This worker.
    """

    def __init__(self, store: Store, holder: str) -> None:
        self._store = store
        self._holder = holder

    def take(self, names: Iterable[str], now: datetime, lease: timedelta = LEASE) -> frozenset[str]:
        """Take or keep what is free or ours; return what is ours now."""
        from sqlalchemy import or_, select, update

        from holdfast.store.tables.work import leases

        wanted = sorted(names)
        with self._store.writing() as connection:
            known = set(connection.execute(select(leases.c.name)).scalars())
            for name in wanted:
                if name not in known:
                    insert_once(connection, leases, {"name": name})
            ours = or_(leases.c.leased_by == self._holder, is_free(leases, now))
            rows = connection.execute(
                select(leases.c.name).where(leases.c.name.in_(wanted), ours).with_for_update(skip_locked=True)
            )
            held = frozenset(rows.scalars())
            if held:
                values = {"leased_by": self._holder, "leased_until": iso(now + lease)}
                connection.execute(update(leases).where(leases.c.name.in_(sorted(held))).values(values))
        return held

    def release(self) -> None:
        """Give back everything that is ours: another worker need not wait."""
        from holdfast.store.tables.work import leases

        release(self._store, leases, self._holder)


def release(store: Store, table: Table, holder: str) -> None:
    """Give back the rows that somebody holds."""
    from sqlalchemy import update

    ours = update(table).where(table.c.leased_by == holder)
    with store.writing() as connection:
        connection.execute(ours.values(leased_by=None, leased_until=None))


def insert_once(connection: Connection, table: Table, values: dict[str, Any]) -> bool:
    """Insert a row; return False, and leave what is there, where its key is there already."""
    insert: Any
    if connection.dialect.name == "postgresql":  # each loads only its own: a command on SQLite is short
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert
    statement = insert(table).values(values).on_conflict_do_nothing()
    # an insert does not say how many rows it made; what it returns does
    return connection.execute(statement.returning(*table.primary_key)).first() is not None
