"""Declaring an incident: at once, and once for the same wish."""

from __future__ import annotations

from holdfast.access.model.principal import Principal
from holdfast.kernel.clock import iso
from holdfast.kernel.errors import ConflictError
from holdfast.respond.commands.declaring import DeclareIncident
from holdfast.respond.events.declaring import IncidentDeclared
from holdfast.respond.handlers.acting import ATTEMPTS, Acted, Room
from holdfast.respond.model.incident.naming import incident_id, stream_of
from holdfast.respond.model.incident.state import Incident, fold


def declare(room: Room, command: DeclareIncident, principal: Principal) -> Acted:
    """Declare an incident; where the same wish declared one already, return that.

    Raises
    ------
    LedgerError
        HF403, HF404, HF405: it could not be recorded; then nothing is.
    ConflictError
        HF407: others were first, again and again.
    """
    for attempt in range(ATTEMPTS):
        year = room.clock.now().year
        highest, same = room.index.place(year, command.key)
        if same is not None:
            return Acted(room.find(same), ())
        try:
            return _append(room, command, principal, incident_id(year, highest + 1))
        except ConflictError:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError(command)  # the last attempt returned or raised


def _append(room: Room, command: DeclareIncident, principal: Principal, incident: str) -> Acted:
    loaded = room.systems.find(command.system)
    title, *account = room.vault.seal_all(incident, [command.title, *filter(None, [command.account])])
    event = IncidentDeclared(
        incident=incident,
        system=command.system,
        title=title,
        account=account[0] if account else None,
        source=command.source,
        near_miss=command.near_miss,
        onset=iso(command.onset) if command.onset else None,
        plan_digest=loaded.digest if loaded else None,
        key=command.key,
        drill=command.drill,
    )
    recorded = room.ledger.append(
        stream_of(incident), [event], expected=0, actor=principal.actor, because=command.because
    )
    return Acted(fold(Incident(incident), recorded), recorded)
