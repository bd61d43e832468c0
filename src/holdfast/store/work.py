"""Timers and deliveries: what is to be done at a time or outside, kept until it is done.

A row is claimed with a lease, done, and marked. Who dies in between loses the lease, and another worker does
it again: so what is done must be harmless twice. Bodies hold ids only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from holdfast.kernel.canonical import Json
from holdfast.kernel.clock import iso, parse_iso
from holdfast.store.leases import LEASE, LONGEST, insert_once, is_free, new_holder, release
from holdfast.store.store import Store

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row, Table


@dataclass(frozen=True)
class Timer:
    """Something that is due at a time.

    Attributes
    ----------
    id : str
        Derived from what it is about: set twice, it is one.
    due : datetime
    kind : str
        Who fires it: a name in the worker's table.
    subject : str
        The stream that it is about.
    body : mapping
        Ids only.
    attempts : int
        How often firing it has been begun.
    """

    id: str
    due: datetime
    kind: str
    subject: str
    body: Mapping[str, Json]
    attempts: int = 0


@dataclass(frozen=True)
class Delivery:
    """Something to tell somebody outside.

    Attributes
    ----------
    id : str
        The key by which the receiver knows it again.
    route : str
        Which way it goes.
    kind : str
        Who carries it: a name in the worker's table.
    subject : str
        The stream that it is about.
    body : mapping
        Ids only: what is sent is rendered when it is sent.
    attempts : int
        How often sending it has been begun.
    state : str
        `waiting`, `delivered` or `failed`.
    said : str
        The receipt, or why the last attempt did not succeed.
    next : datetime
        When it is tried next.
    """

    id: str
    route: str
    kind: str
    subject: str
    body: Mapping[str, Json]
    attempts: int
    state: str
    said: str
    next: datetime


class Timers:
    """What is due at a time.

    Parameters
    ----------
    store : Store
    holder : str, optional
        This worker.
    """

    def __init__(self, store: Store, holder: str | None = None) -> None:
        self._store = store
        self._holder = holder or new_holder()

    def set(self, id: str, due: datetime, kind: str, subject: str, body: Mapping[str, Json]) -> None:
        """Set a timer, or move one that has not fired. One that has stays so: facts start clocks anew."""
        from sqlalchemy import select, update

        from holdfast.store.tables.work import timers

        told = {"due_at": iso(due), "kind": kind, "subject": subject, "body": _json(body)}
        with self._store.writing() as connection:
            if insert_once(connection, timers, {"id": id, **told, "attempts": 0}):
                return
            present = connection.execute(select(timers.c.due_at).where(timers.c.id == id)).scalar()
            if present == told["due_at"]:
                return
            moved = update(timers).where(timers.c.id == id, timers.c.done_at.is_(None))
            connection.execute(moved.values(**told, leased_until=None, leased_by=None))

    def cancel(self, id: str) -> None:
        """Take a timer away; harmless where there is none."""
        from sqlalchemy import delete

        from holdfast.store.tables.work import timers

        with self._store.writing() as connection:
            connection.execute(delete(timers).where(timers.c.id == id, timers.c.done_at.is_(None)))

    def claim(self, now: datetime, limit: int = 20, lease: timedelta = LEASE) -> list[Timer]:
        """Return timers that are due and nobody's, the longest due first; they are ours for a while."""
        from holdfast.store.tables.work import timers

        due = [timers.c.done_at.is_(None), timers.c.due_at <= iso(now)]
        return [
            _timer(row, 1)
            for row in _claimed(self._store, timers, timers.c.due_at, due, now, limit, lease, self._holder)
        ]

    def done(self, timer: Timer, now: datetime) -> None:
        """Note that a timer has fired; one that was moved meanwhile is still to fire."""
        from sqlalchemy import update

        table = _timers()
        fired = update(table).where(table.c.id == timer.id, table.c.due_at == iso(timer.due))
        with self._store.writing() as connection:
            connection.execute(fired.values(done_at=iso(now), leased_until=None, leased_by=None))

    def put_off(self, id: str, until: datetime) -> None:
        """Leave a timer alone until a time: firing it failed."""
        _update(self._store, _timers(), id, {"leased_until": iso(until), "leased_by": None})

    def release(self) -> None:
        """Give back what this worker took and did not finish."""
        release(self._store, _timers(), self._holder)

    def next_due(self) -> datetime | None:
        """Return when the next timer is due that has not fired; None where there is none."""
        from sqlalchemy import func, select

        table = _timers()
        with self._store.reading() as connection:
            found = connection.execute(select(func.min(table.c.due_at)).where(table.c.done_at.is_(None)))
            first: str | None = found.scalar()
        return parse_iso(first) if first else None

    def waiting(self, subject: str | None = None) -> list[Timer]:
        """Return the timers that have not fired, the next first; of one subject where it is named."""
        from sqlalchemy import select

        table = _timers()
        statement = select(table).where(table.c.done_at.is_(None)).order_by(table.c.due_at)
        if subject is not None:
            statement = statement.where(table.c.subject == subject)
        with self._store.reading() as connection:
            return [_timer(row) for row in connection.execute(statement)]

    def forget(self, before: datetime) -> int:
        """Take away timers that fired before a time; return how many. Their facts stand in the ledger."""
        from sqlalchemy import delete

        table = _timers()
        with self._store.writing() as connection:
            return connection.execute(delete(table).where(table.c.done_at < iso(before))).rowcount


class Deliveries:
    """What is to be told outside.

    Parameters
    ----------
    store : Store
    holder : str, optional
        This worker.
    """

    def __init__(self, store: Store, holder: str | None = None) -> None:
        self._store = store
        self._holder = holder or new_holder()

    def add(
        self,
        id: str,
        route: str,
        kind: str,
        subject: str,
        body: Mapping[str, Json],
        at: datetime,
    ) -> bool:
        """Ask for a delivery from a time on; return False where the same one was asked for before."""
        from holdfast.store.tables.work import deliveries

        row = {
            "id": id,
            "route": route,
            "kind": kind,
            "subject": subject,
            "body": _json(body),
            "next_at": iso(at),
            "attempts": 0,
            "state": "waiting",
        }
        with self._store.writing() as connection:
            return insert_once(connection, deliveries, row)

    def claim(self, now: datetime, limit: int = 1, lease: timedelta = LEASE) -> list[Delivery]:
        """Return deliveries that wait and are nobody's, the longest waiting first; ours for a while."""
        from sqlalchemy import or_

        from holdfast.store.tables.work import deliveries as table

        # what waits longer than any pause was put off by a clock that went wrong
        ready = or_(table.c.next_at <= iso(now), table.c.next_at > iso(now + LONGEST + LEASE))
        due = [table.c.state == "waiting", ready]
        rows = _claimed(self._store, table, table.c.next_at, due, now, limit, lease, self._holder)
        return [_delivery(row, 1) for row in rows]

    def delivered(self, id: str, receipt: str) -> None:
        """Note that it was taken."""
        self._close(id, "delivered", receipt)

    def retry(self, id: str, at: datetime, why: str, *, tried: bool = True) -> None:
        """Try it again at a time; what was not tried does not count among the attempts."""
        table = _deliveries()
        values = {"next_at": iso(at), "said": why, "leased_until": None, "leased_by": None}
        counted = {} if tried else {"attempts": table.c.attempts - 1}
        _update(self._store, table, id, values | counted)

    def failed(self, id: str, why: str) -> None:
        """Give it up."""
        self._close(id, "failed", why)

    def again(self, id: str, now: datetime) -> bool:
        """Try once more what was given up, because somebody asks; return whether there was such a one."""
        from sqlalchemy import update

        table = _deliveries()
        failed = update(table).where(table.c.id == id, table.c.state == "failed")
        with self._store.writing() as connection:
            values = {"state": "waiting", "attempts": 0, "next_at": iso(now)}
            return bool(connection.execute(failed.values(values)).rowcount)

    def release(self) -> None:
        """Give back what this worker took and did not finish."""
        release(self._store, _deliveries(), self._holder)

    def counts(self) -> dict[str, int]:
        """Return how many there are in each state."""
        from sqlalchemy import func, select

        table = _deliveries()
        with self._store.reading() as connection:
            rows = connection.execute(select(table.c.state, func.count()).group_by(table.c.state))
            return {str(state): int(n) for state, n in rows}

    def of(self, subject: str) -> list[Delivery]:
        """Return all of one subject, the oldest first."""
        from sqlalchemy import select

        table = _deliveries()
        with self._store.reading() as connection:
            rows = connection.execute(
                select(table).where(table.c.subject == subject).order_by(table.c.next_at)
            )
            return [_delivery(row) for row in rows]

    def _close(self, id: str, state: str, said: str) -> None:
        values = {"state": state, "said": said[:500], "leased_until": None, "leased_by": None}
        _update(self._store, _deliveries(), id, values)


def _claimed(
    store: Store,
    table: Table,
    order: ColumnElement[Any],
    due: Iterable[ColumnElement[bool]],
    now: datetime,
    limit: int,
    lease: timedelta,
    holder: str,
) -> list[Row[Any]]:
    from sqlalchemy import select, update

    ready = select(table).where(*due, is_free(table, now)).order_by(order).limit(limit)
    with store.reading() as connection:  # most looks find nothing: they need not wait for who writes
        if connection.execute(ready).first() is None:
            return []
    with store.writing() as connection:
        rows = list(connection.execute(ready.with_for_update(skip_locked=True)))
        ids = [row.id for row in rows]
        if ids:
            values = {"leased_until": iso(now + lease), "leased_by": holder}
            taken = update(table).where(table.c.id.in_(ids))
            connection.execute(taken.values(**values, attempts=table.c.attempts + 1))
    return rows


def _update(store: Store, table: Table, id: str, values: Mapping[str, Any]) -> None:
    from sqlalchemy import update

    with store.writing() as connection:
        connection.execute(update(table).where(table.c.id == id).values(dict(values)))


def _timers() -> Table:
    from holdfast.store.tables.work import timers

    return timers


def _deliveries() -> Table:
    from holdfast.store.tables.work import deliveries

    return deliveries


def _json(body: Mapping[str, Json]) -> str:
    return json.dumps(dict(body), sort_keys=True)


def _timer(row: Row[Any], more: int = 0) -> Timer:
    due, body = parse_iso(row.due_at), json.loads(row.body)
    return Timer(row.id, due, row.kind, row.subject, body, row.attempts + more)


def _delivery(row: Row[Any], more: int = 0) -> Delivery:
    return Delivery(
        row.id,
        row.route,
        row.kind,
        row.subject,
        json.loads(row.body),
        row.attempts + more,
        row.state,
        row.said or "",
        parse_iso(row.next_at),
    )
