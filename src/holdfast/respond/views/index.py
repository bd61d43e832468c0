"""The table of incidents, kept in the transaction of each append: numbers, lists, what is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Column, Integer, MetaData, Table, Text, func, insert, null, select, update

from holdfast.kernel.clock import iso
from holdfast.kernel.events import Event, Recorded
from holdfast.ledger.ports import Ledger
from holdfast.respond.events.classifying import SeveritySet
from holdfast.respond.events.course import IncidentClosed, IncidentRecovered, IncidentReopened, StateMoved
from holdfast.respond.events.declaring import IncidentDeclared
from holdfast.respond.events.roles import RoleAssumed, RoleHandedOver, RoleLeft
from holdfast.respond.ports.index import Place

if TYPE_CHECKING:
    from sqlalchemy import Connection

metadata = MetaData()
incidents = Table(
    "respond_incidents",
    metadata,
    Column("incident", Text, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("system", Text, nullable=False),
    Column("declared_at", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("severity", Text),
    Column("commander", Text),
    Column("closed_at", Text),
    Column("key", Text, index=True),
    Column("drill", Text),
)


class IncidentIndex:
    """The projection: one row an incident. No text that a person wrote stands in it."""

    name = "respond_incidents"
    shape = 2
    metadata = metadata

    def apply(self, connection: Connection, recorded: Recorded) -> None:
        """Take a fact into account."""
        if not recorded.stream.startswith("incident/"):
            return
        event, at = recorded.event, iso(recorded.at)
        if isinstance(event, IncidentDeclared):
            _, year, number = event.incident.split("-")
            connection.execute(
                insert(incidents).values(
                    incident=event.incident,
                    year=int(year),
                    number=int(number),
                    system=event.system,
                    declared_at=at,
                    changed_at=at,
                    seq=recorded.seq,
                    version=recorded.version,
                    state="declared",
                    key=event.key,
                    drill=event.drill,
                )
            )
            return
        connection.execute(
            update(incidents)
            .where(incidents.c.incident == recorded.stream.removeprefix("incident/"))
            .values(changed_at=at, seq=recorded.seq, version=recorded.version, **_changed(event, at))
        )


def _changed(event: Event, at: str) -> dict[str, str | None]:
    """Return the columns that a fact sets besides its own place."""
    match event:
        case StateMoved():
            return {"state": event.after}
        case IncidentRecovered():
            return {"state": "recovered"}
        case IncidentClosed():
            return {"state": "closed", "closed_at": at}
        case IncidentReopened():
            return {"state": "triaging", "closed_at": None}
        case SeveritySet():
            return {"severity": event.severity.value}
        case RoleAssumed(role="commander") | RoleHandedOver(role="commander"):
            return {"commander": event.who}
        case RoleLeft(role="commander"):
            return {"commander": None}
        case _:
            return {}


class LedgerIndex:
    """The table of incidents in a ledger that keeps `IncidentIndex`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def place(self, year: int, key: str | None) -> Place:
        """Return a year's highest number and what a wish declared before.

        One statement, so of one moment: two processes with the same wish must not each find no other.
        """
        highest = func.coalesce(
            select(func.max(incidents.c.number)).where(incidents.c.year == year).scalar_subquery(), 0
        )
        declared = select(incidents.c.incident).where(incidents.c.key == key).limit(1).scalar_subquery()
        same = null() if key is None else declared  # no wish is like no other
        (found,) = self._ledger.query(select(highest.label("highest"), same.label("same")))
        return Place(found.highest, found.same)

    def open_of(self, system: str) -> list[str]:
        """Return the incidents of a system that are not closed, the latest first; drills are none."""
        named = select(incidents.c.incident).where(
            incidents.c.system == system, incidents.c.state != "closed", incidents.c.drill.is_(None)
        )
        rows = self._ledger.query(named.order_by(incidents.c.year.desc(), incidents.c.number.desc()))
        return [row[0] for row in rows]

    def is_open(self, incident: str) -> bool:
        """Return whether there is such an incident, and it is not closed."""
        named = select(incidents.c.state).where(incidents.c.incident == incident)
        return any(row[0] != "closed" for row in self._ledger.query(named))

    def last_of(self, system: str) -> str | None:
        """Return the latest incident of a system, closed ones too; None where it never had any."""
        named = select(incidents.c.incident).where(incidents.c.system == system, incidents.c.drill.is_(None))
        rows = self._ledger.query(named.order_by(incidents.c.year.desc(), incidents.c.number.desc()).limit(1))
        return rows[0][0] if rows else None

    def open_now(self) -> list[str]:
        """Return the incidents that are not closed, the latest first; drills too."""
        named = select(incidents.c.incident).where(incidents.c.state != "closed")
        rows = self._ledger.query(named.order_by(incidents.c.year.desc(), incidents.c.number.desc()))
        return [row[0] for row in rows]
