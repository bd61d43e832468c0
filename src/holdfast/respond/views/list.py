"""The list of incidents: what is open first, each with what is due next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, select

from holdfast.kernel.clock import parse_iso
from holdfast.ledger.ports import Ledger
from holdfast.respond.model.clocks import Clock, next_due
from holdfast.respond.model.incident.state import Incident
from holdfast.respond.views.index import incidents
from holdfast.respond.views.texts import Texts
from holdfast.respond.views.told.incident import clock_told
from holdfast.respond.views.told.models import IncidentRow

if TYPE_CHECKING:
    from sqlalchemy import Select

    from holdfast.evidence.ports import Vault

PAGE = 50
"""Incidents on one page of the list."""


def incident_rows(
    ledger: Ledger,
    vault: Vault,
    load: Callable[[str], Incident],
    clocks: Callable[[Incident], Sequence[Clock]],
    now: datetime,
    *,
    state: str = "",
    system: str = "",
    skip: int = 0,
    limit: int = PAGE,
) -> list[IncidentRow]:
    """Return incidents, the open ones first and of them the worst, then the newest.

    Parameters
    ----------
    state : str
        `open`, or one of the states; all, where it is empty.
    """
    found = ledger.query(_wanted(state, system).offset(skip).limit(limit))
    loaded = {row.incident: load(row.incident) for row in found}
    texts = Texts(vault)
    texts.want(*(each.declared.title for each in loaded.values()))
    texts.open()
    rows = []
    for row in found:
        incident = loaded[row.incident]
        due = next_due(clocks(incident)) if row.state != "closed" else None
        rows.append(
            IncidentRow(
                id=row.incident,
                title=texts(incident.declared.title),
                system=row.system,
                state=row.state,
                severity=row.severity,
                commander=row.commander,
                declared_at=parse_iso(row.declared_at),
                changed_at=parse_iso(row.changed_at),
                drill=row.drill,
                next=clock_told(due, now) if due else None,
            )
        )
    return rows


def _wanted(state: str, system: str) -> Select[Any]:
    table = incidents.c
    wanted = select(incidents)
    if state == "open":
        wanted = wanted.where(table.state != "closed")
    elif state:
        wanted = wanted.where(table.state == state)
    if system:
        wanted = wanted.where(table.system == system)
    closed = case((table.state == "closed", 1), else_=0)
    unknown = case((table.severity.is_(None), 1), else_=0)
    order = (closed, unknown, case((table.state == "closed", ""), else_=table.severity))
    return wanted.order_by(*order, table.year.desc(), table.number.desc())
