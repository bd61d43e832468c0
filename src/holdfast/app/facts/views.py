"""What the ledger browser shows: facts as they are stored, of any kind, and how one led to another."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from holdfast.kernel.clock import iso, parse_iso
from holdfast.ledger.ports import Ledger

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row, Select, TableClause

PAGE = 50
DEEPEST = 40
"""Links of a chain of causes that are followed."""
MOST_EFFECTS = 100


@dataclass(frozen=True)
class Fact:
    """One fact as it is stored.

    Attributes
    ----------
    seq, stream, version, type, actor, because
        Its place, who, and what caused it.
    at : datetime
    data : str
        Its own fields as JSON, set for reading.
    schema : int
        The version of its shape.
    hash, prev : str
        The chain, in hexadecimal.
    """

    seq: int
    stream: str
    version: int
    type: str
    at: datetime
    actor: str
    because: int | None
    data: str
    schema: int
    hash: str
    prev: str

    @property
    def gist(self) -> str:
        """Its short fields in one line, to tell it from its neighbours."""
        fields = json.loads(self.data)
        short = [f"{name} {value}" for name, value in fields.items() if name != "key" and _tells(value)]
        return ", ".join(part if len(part) <= 40 else part[:39] + "…" for part in short[:4])


def _tells(value: object) -> bool:
    """Return whether a field tells a fact from its neighbours: no digest, no list, nothing that is not so."""
    if isinstance(value, str):
        return bool(value) and not value.startswith("sha256:")
    return isinstance(value, int) and value is not False


@dataclass(frozen=True)
class Asked:
    """What to look for; empty fields match everything.

    Attributes
    ----------
    stream : str
        A stream, or its beginning with `*` at the end.
    type, actor : str
    since, until : datetime or None
    before : int or None
        Only facts with a smaller number: the next page.
    """

    stream: str = ""
    type: str = ""
    actor: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


@dataclass(frozen=True)
class Story:
    """A fact with what led to it and what it led to.

    Attributes
    ----------
    causes : sequence of Fact
        The cause of it, the cause of that, and so on: the first one last.
    effects : sequence of Fact
        What it caused directly.
    last : int
        The number of the ledger's last fact.
    """

    fact: Fact
    causes: Sequence[Fact]
    effects: Sequence[Fact]
    last: int


def facts(ledger: Ledger, asked: Asked) -> Sequence[Fact]:
    """Return facts that fit, newest first: a page of them, and one more where there is a next page."""
    statement, events = _events()
    for condition in _conditions(events, asked):
        statement = statement.where(condition)
    rows = ledger.query(statement.order_by(events.c.seq.desc()).limit(PAGE + 1))
    return [_fact(row) for row in rows]


def story(ledger: Ledger, seq: int) -> Story | None:
    """Return a fact with its causes and effects; None where there is no such fact."""
    fact = _one(ledger, seq)
    if fact is None:
        return None
    causes: list[Fact] = []
    cause = fact.because
    while cause is not None and len(causes) < DEEPEST:
        found = _one(ledger, cause)
        if found is None:
            break
        causes.append(found)
        cause = found.because
    statement, events = _events()
    caused = statement.where(events.c.because == seq).order_by(events.c.seq).limit(MOST_EFFECTS)
    return Story(fact, causes, [_fact(row) for row in ledger.query(caused)], ledger.head().seq)


def kinds(ledger: Ledger) -> Sequence[str]:
    """Return the kinds of fact that the ledger holds."""
    from sqlalchemy import select

    _, events = _events()
    return sorted(str(row[0]) for row in ledger.query(select(events.c.type).distinct()))


def _one(ledger: Ledger, seq: int) -> Fact | None:
    statement, events = _events()
    rows = ledger.query(statement.where(events.c.seq == seq))
    return _fact(rows[0]) if rows else None


def _conditions(events: TableClause, asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.stream.endswith("*"):
        found.append(events.c.stream.startswith(asked.stream[:-1], autoescape=True))
    elif asked.stream:
        found.append(events.c.stream == asked.stream)
    if asked.type:
        found.append(events.c.type == asked.type)
    if asked.actor:
        found.append(events.c.actor == asked.actor)
    if asked.since is not None:
        found.append(events.c.at >= iso(asked.since))
    if asked.until is not None:
        found.append(events.c.at < iso(asked.until + timedelta(microseconds=1)))
    if asked.before is not None:
        found.append(events.c.seq < asked.before)
    return found


def _events() -> tuple[Select[Any], TableClause]:
    """Return the selection of facts as they are stored, alike on every engine."""
    from sqlalchemy import column, select, table

    names = ("seq", "stream", "version", "type", "at", "actor", "because", "body", "prev", "hash")
    events = table("events", *(column(name) for name in names))
    return select(events), events


def _fact(row: Row[Any]) -> Fact:
    body = json.loads(bytes(row.body))
    return Fact(
        seq=row.seq,
        stream=row.stream,
        version=row.version,
        type=row.type,
        at=parse_iso(row.at),
        actor=row.actor,
        because=row.because,
        data=json.dumps(body["data"], indent=2, ensure_ascii=False, sort_keys=True),
        schema=body["schema"],
        hash=bytes(row.hash).hex(),
        prev=bytes(row.prev).hex(),
    )
