"""Who works, and which policies fail: what health pages of every process read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from holdfast.kernel.clock import iso, parse_iso
from holdfast.store.leases import insert_once
from holdfast.store.store import Store


@dataclass(frozen=True)
class PolicyProblem:
    """A policy that cannot go on.

    Attributes
    ----------
    policy : str
    seq : int
        The event that it could not handle: later ones wait behind it.
    since : datetime
    attempts : int
    why : str
        The kind of error.
    """

    policy: str
    seq: int
    since: datetime
    attempts: int
    why: str


@dataclass(frozen=True)
class Working:
    """A worker's last sign of life."""

    id: str
    started: datetime
    beat: datetime
    behind: int


class PolicyProblems:
    """The policies that fail at the moment."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def failed(self, policy: str, seq: int, why: str, now: datetime) -> None:
        """Note a failed attempt."""
        from sqlalchemy import update

        from holdfast.store.tables.work import policy_problems as table

        row = {"policy": policy, "seq": seq, "since": iso(now), "attempts": 0, "why": why}
        with self._store.writing() as connection:
            insert_once(connection, table, row)
            more = {"attempts": table.c.attempts + 1, "why": why, "seq": seq}
            connection.execute(update(table).where(table.c.policy == policy).values(**more))

    def solved(self, policy: str) -> None:
        """Note that it goes on."""
        from sqlalchemy import delete

        from holdfast.store.tables.work import policy_problems as table

        with self._store.writing() as connection:
            connection.execute(delete(table).where(table.c.policy == policy))

    def every(self) -> list[PolicyProblem]:
        """Return the policies that fail, the one that fails longest first."""
        from sqlalchemy import select

        from holdfast.store.tables.work import policy_problems as table

        with self._store.reading() as connection:
            rows = connection.execute(select(table).order_by(table.c.since))
            return [
                PolicyProblem(row.policy, row.seq, parse_iso(row.since), row.attempts, row.why)
                for row in rows
            ]


class Workers:
    """Signs of life of the workers."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def beat(self, holder: str, started: datetime, now: datetime, behind: int) -> None:
        """Note that a worker lives."""
        from sqlalchemy import update

        from holdfast.store.tables.work import workers as table

        row = {"id": holder, "started_at": iso(started), "beat_at": iso(now), "behind": behind}
        with self._store.writing() as connection:
            if not connection.execute(update(table).where(table.c.id == holder).values(row)).rowcount:
                insert_once(connection, table, row)

    def leave(self, holder: str) -> None:
        """Note that a worker has ended."""
        from sqlalchemy import delete

        from holdfast.store.tables.work import workers as table

        with self._store.writing() as connection:
            connection.execute(delete(table).where(table.c.id == holder))

    def forget(self, before: datetime) -> None:
        """Forget workers that were not heard of since a time: they were killed."""
        from sqlalchemy import delete

        from holdfast.store.tables.work import workers as table

        with self._store.writing() as connection:
            connection.execute(delete(table).where(table.c.beat_at < iso(before)))

    def every(self) -> list[Working]:
        """Return the workers that have not said that they ended, the last heard of first."""
        from sqlalchemy import select

        from holdfast.store.tables.work import workers as table

        with self._store.reading() as connection:
            rows = connection.execute(select(table).order_by(table.c.beat_at.desc()))
            return [
                Working(row.id, parse_iso(row.started_at), parse_iso(row.beat_at), row.behind) for row in rows
            ]
