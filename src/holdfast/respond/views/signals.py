"""What came in, as a list: reports that nobody looked at yet, alerts that go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, select, update

from holdfast.kernel.clock import iso, parse_iso
from holdfast.kernel.events import Recorded
from holdfast.kernel.sealed import Sealed
from holdfast.ledger.ports import Ledger
from holdfast.respond.events.signals import (
    AlertFired,
    AlertResolved,
    ReportAnswered,
    ReportReceived,
    SignalAttached,
)
from holdfast.respond.model.signals.alerts import alert_in_words
from holdfast.respond.model.signals.told import SignalTold

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

    from holdfast.evidence.ports import Vault

metadata = MetaData()
signals = Table(
    "respond_signals",
    metadata,
    Column("signal", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("system", Text),
    Column("at", Text, nullable=False, index=True),
    Column("ended_at", Text),
    Column("seq", Integer, nullable=False),
    Column("answer", Text),
    Column("incident", Text, index=True),
)


class SignalIndex:
    """The projection: one row a report or alert. No text that a person wrote stands in it."""

    name = "respond_signals"
    shape = 1
    metadata = metadata

    def apply(self, connection: Connection, recorded: Recorded) -> None:
        """Take a fact into account."""
        match recorded.event:
            case ReportReceived() as event:
                row = {"kind": "report", "origin": event.reporter, "name": "", "system": event.system}
                values = {**row, "signal": event.report, "at": iso(recorded.at), "seq": recorded.seq}
                connection.execute(insert(signals).values(**values))
            case AlertFired() as event:
                row = {"kind": "alert", "origin": event.source, "name": event.name, "system": event.system}
                values = {**row, "signal": event.alert, "at": iso(recorded.at), "seq": recorded.seq}
                connection.execute(insert(signals).values(**values))
            case AlertResolved() as event:
                self._change(connection, event.alert, ended_at=event.ended_at)
            case ReportAnswered() as event:
                self._change(connection, event.report, answer=event.answer, incident=event.incident)
            case SignalAttached() as event:
                self._change(connection, event.signal, incident=event.incident)

    def _change(self, connection: Connection, signal: str, **values: str | None) -> None:
        connection.execute(update(signals).where(signals.c.signal == signal).values(**values))


@dataclass(frozen=True)
class Signal:
    """A report or an alert in a list.

    Attributes
    ----------
    kind : str
        report or alert.
    origin : str
        Who reports, or which monitoring system.
    name : str
        The alert's name; empty for a report.
    seq : int
        The fact that it came in.
    answer : str or None
        What became of a report.
    incident : str or None
        Which incident has it.
    """

    id: str
    kind: str
    origin: str
    name: str
    system: str | None
    at: datetime
    ended_at: datetime | None
    seq: int
    answer: str | None
    incident: str | None


def waiting(ledger: Ledger, *, limit: int = 200) -> Sequence[Signal]:
    """Return what nobody has looked at yet, the oldest first: it waits longest."""
    nobody = (signals.c.incident.is_(None), signals.c.answer.is_(None), signals.c.ended_at.is_(None))
    return _told(ledger, select(signals).where(*nobody).order_by(signals.c.at).limit(limit))


def latest(ledger: Ledger, *, incident: str | None = None, limit: int = 200) -> Sequence[Signal]:
    """Return what came in, the newest first; only what an incident has, where one is named."""
    statement = select(signals).order_by(signals.c.at.desc()).limit(limit)
    return _told(ledger, statement if incident is None else statement.where(signals.c.incident == incident))


def _told(ledger: Ledger, statement: Select[Any]) -> Sequence[Signal]:
    return [
        Signal(
            row.signal,
            row.kind,
            row.origin,
            row.name,
            row.system,
            parse_iso(row.at),
            parse_iso(row.ended_at) if row.ended_at else None,
            row.seq,
            row.answer,
            row.incident,
        )
        for row in ledger.query(statement)
    ]


def in_words(ledger: Ledger, vault: Vault, came_in: Sequence[Signal]) -> Sequence[SignalTold]:
    """Return signals as people read them; what was said is opened in one go."""
    sealed = [_said(ledger, signal) for signal in came_in]
    texts = dict(zip((each.id for each in came_in), vault.unseal(sealed), strict=True))
    return [_one_told(signal, texts[signal.id]) for signal in came_in]


def _said(ledger: Ledger, signal: Signal) -> Sealed:
    (recorded,) = ledger.since(signal.seq - 1, limit=1)
    event = recorded.event
    assert isinstance(event, ReportReceived | AlertFired)  # noqa: S101 -- the table was made from these
    return event.what if isinstance(event, ReportReceived) else event.words


def _one_told(signal: Signal, words: str | None) -> SignalTold:
    if signal.kind == "report":
        article = "An" if signal.origin[0] in "aeo" else "A"
        who = "Somebody reports" if signal.origin == "other" else f"{article} {signal.origin} reports"
    else:
        who = f"{signal.origin.capitalize()}: {signal.name}"
        words = alert_in_words(words) if words is not None else None
    fates = {"declared": f"declared {signal.incident}", "attached": f"joined {signal.incident}"}
    fate = fates.get(signal.answer or "", f"joined {signal.incident}" if signal.incident else "")
    if signal.answer == "dismissed":
        fate = "put aside"
    elif not fate and signal.ended_at is not None:
        fate = "ended by itself"
    return SignalTold(signal.id, signal.kind, who, signal.system, signal.at, words, fate, signal.incident)
