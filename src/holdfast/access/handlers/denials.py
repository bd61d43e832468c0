"""Denied attempts, counted in the store and recorded once a span: brute force cannot fill the chain."""

from __future__ import annotations

import secrets
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from holdfast.access.events import DENIALS, AccessDenied
from holdfast.access.handlers.limits import span_of
from holdfast.access.handlers.room import AccessRoom
from holdfast.access.handlers.rows import insert_or_change
from holdfast.access.model.addresses import address_digest
from holdfast.kernel.clock import iso, parse_iso
from holdfast.kernel.errors import ConflictError

if TYPE_CHECKING:
    from sqlalchemy import Connection

MOST = 200
"""Different ones in a span; those that come later are counted together."""
MANY = "many"
WRITE_SECONDS = 1.0
"""How long further ones of the same kind are counted in memory before they are written."""
RECORDER = "policy:denials"


class _Denial(NamedTuple):
    span: str
    who: str
    wanted: str
    address: str


class _Count(NamedTuple):
    times: int
    first_at: str
    last_at: str


class Denials:
    """What one process has seen denied. The first of a kind is written at once, further ones every second."""

    def __init__(self, room: AccessRoom) -> None:
        self._room = room
        self._lock = threading.Lock()
        self._waiting: dict[_Denial, _Count] = {}
        self._written: dict[_Denial, float] = {}
        self._span = ""

    def note(self, who: str, wanted: str, address: str) -> None:
        """Count an attempt that was denied."""
        now = self._room.clock.now()
        one = _Denial(span_of(now), who, wanted, address_digest(self._room.key, address))
        with self._lock:
            before = self._waiting.get(one)
            count, first = (before.times, before.first_at) if before else (0, iso(now))
            self._waiting[one] = _Count(count + 1, first, iso(now))
            last = self._written.get(one)
            due = last is None or time.monotonic() - last >= WRITE_SECONDS
            turned, self._span = self._span not in ("", one.span), one.span
        if due:
            self.write()
        if turned:
            self.record()

    def write(self) -> None:
        """Write what was counted in memory."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
            moment = time.monotonic()
            if len(self._written) > MOST * 10:
                self._written.clear()
            self._written.update(dict.fromkeys(waiting, moment))
        if not waiting:
            return
        try:
            with self._room.store.writing() as connection:
                for one, count in waiting.items():
                    _add(connection, one, count)
        except BaseException:
            with self._lock:  # a store that cannot be written now loses no count
                for one, count in waiting.items():
                    later = self._waiting.get(one)
                    self._waiting[one] = _sum(count, later) if later else count
                    self._written.pop(one, None)
            raise

    def record(self) -> None:
        """Record the spans that are over as facts, each count once, whoever does it and wherever they die."""
        from sqlalchemy import select, update

        from holdfast.store.tables.access import access_denials as denials

        self.write()
        over = (denials.c.batch == "") & (denials.c.span != span_of(self._room.clock.now()))
        with self._room.store.writing() as connection:
            connection.execute(update(denials).where(over).values(batch=secrets.token_hex(8)))
            batches = connection.execute(select(denials.c.batch).where(denials.c.batch != "").distinct())
            names = list(batches.scalars())
        for batch in names:
            self._record(batch)

    def _record(self, batch: str) -> None:
        from sqlalchemy import delete, select

        from holdfast.store.tables.access import access_denials as denials

        ordered = select(denials).where(denials.c.batch == batch).order_by(denials.c.first_at, denials.c.who)
        with self._room.store.reading() as connection:
            rows = connection.execute(ordered).all()
        events = [
            AccessDenied(
                who=row.who,
                wanted=row.wanted,
                address=row.address,
                count=row.count,
                first_at=parse_iso(row.first_at),
                last_at=parse_iso(row.last_at),
            )
            for row in rows
        ]
        if events:
            # a conflict: another process was first, or one died between recording and erasing
            with suppress(ConflictError):
                self._room.ledger.append(f"{DENIALS}/{batch}", events, expected=0, actor=RECORDER)
        with self._room.store.writing() as connection:
            connection.execute(delete(denials).where(denials.c.batch == batch))


def _sum(one: _Count, other: _Count) -> _Count:
    return _Count(one.times + other.times, min(one.first_at, other.first_at), max(one.last_at, other.last_at))


def _add(connection: Connection, one: _Denial, count: _Count) -> None:
    from sqlalchemy import func, select

    from holdfast.store.tables.access import access_denials as denials

    present = (denials.c.span == one.span) & (denials.c.batch == "")
    same = present & (denials.c.who == one.who) & (denials.c.wanted == one.wanted)
    there = connection.execute(select(denials.c.count).where(same, denials.c.address == one.address)).scalar()
    if there is None:
        different = connection.execute(select(func.count()).select_from(denials).where(present)).scalar_one()
        if different >= MOST:
            one = _Denial(one.span, MANY, MANY, MANY)
    insert_or_change(
        connection,
        denials,
        {"count": denials.c.count + count.times, "last_at": count.last_at},
        **one._asdict(),
        batch="",
        count=count.times,
        first_at=count.first_at,
        last_at=count.last_at,
    )
