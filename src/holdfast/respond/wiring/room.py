"""What the app mounts of the respond room: its facts, its tables, and its work put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from holdfast.respond.handlers import alerting, reporting
from holdfast.respond.handlers.acting import Acted, Names, Room
from holdfast.respond.handlers.acts import BY_NAME, TABLE, perform
from holdfast.respond.handlers.declaring import declare
from holdfast.respond.model.incident.naming import stream_of
from holdfast.respond.views.communications import Communications
from holdfast.respond.wiring.showing import Showing

if TYPE_CHECKING:
    from fastapi import APIRouter

    from holdfast.access.model.principal import Principal
    from holdfast.evidence.ports import Vault
    from holdfast.kernel.clock import Clock
    from holdfast.ledger.ports import Ledger, Projection
    from holdfast.plan.model.plan import Plan
    from holdfast.respond.commands.base import Command
    from holdfast.respond.commands.declaring import DeclareIncident
    from holdfast.respond.commands.signals import AnswerReport, ReceiveReport
    from holdfast.respond.events.signals import ReportAnswered
    from holdfast.respond.model.clocks import Clock as Deadline
    from holdfast.respond.model.incident.state import Incident
    from holdfast.respond.model.signals.alerts import Taken
    from holdfast.respond.model.signals.told import SignalTold
    from holdfast.respond.ports.alerts import AlertSource
    from holdfast.respond.ports.systems import Systems
    from holdfast.respond.views.offers import Offer
    from holdfast.respond.views.told.facts import FactTold
    from holdfast.respond.views.told.models import IncidentRow, IncidentTold
    from holdfast.respond.wiring.runbooks import IncidentRunbooks


def projections() -> tuple[Projection, ...]:
    """Return the tables that the room keeps in the transaction of each append."""
    from holdfast.respond.views.index import IncidentIndex
    from holdfast.respond.views.signals import SignalIndex

    return (IncidentIndex(), SignalIndex())


def room_of(ledger: Ledger, vault: Vault, clock: Clock, systems: Systems, names: Names | None = None) -> Room:
    """Return the room on a ledger that keeps `projections`."""
    from holdfast.respond.views.index import LedgerIndex

    room = Room(ledger, vault, clock, systems, LedgerIndex(ledger))
    return room if names is None else replace(room, names=names)


class RespondServices:
    """The respond room's work. Every method takes who asks; authority is asked here, not on the pages."""

    def __init__(self, room: Room, alert_sources: Mapping[str, AlertSource] | None = None) -> None:
        self.room = room
        self._alert_sources = dict(alert_sources or {})
        self.communications = Communications(self._with_plan, room.clock, room.vault, self.perform, room.name)

    @cached_property
    def runbooks(self) -> IncidentRunbooks:
        """Following runbooks inside incidents."""
        from holdfast.respond.wiring.runbooks import IncidentRunbooks

        return IncidentRunbooks(self.room)

    def declare(self, command: DeclareIncident, principal: Principal) -> Acted:
        """Declare an incident."""
        return declare(self.room, command, principal)

    def declared(self, command: DeclareIncident, principal: Principal) -> str:
        """Declare an incident; return its id."""
        return declare(self.room, command, principal).incident.id

    def now(self) -> datetime:
        """Return the present moment."""
        return self.room.clock.now()

    def named_systems(self) -> Sequence[tuple[str, str]]:
        """Return ids and names of the systems that have a plan."""
        plans = self.room.systems.every()
        return [(system, plan.plan.system.name or system) for system, plan in sorted(plans.items())]

    def open_incidents(self) -> Sequence[str]:
        """Return the incidents that are open, the latest first."""
        return self.room.index.open_now()

    def waiting_signals(self) -> Sequence[SignalTold]:
        """Return what came in and nobody has looked at, in words, the oldest first."""
        from holdfast.respond.views.signals import in_words, waiting

        return in_words(self.room.ledger, self.room.vault, waiting(self.room.ledger))

    def latest_signals(self) -> Sequence[SignalTold]:
        """Return what came in lately and what became of it, in words, the newest first."""
        from holdfast.respond.views.signals import in_words, latest

        told = in_words(self.room.ledger, self.room.vault, latest(self.room.ledger, limit=50))
        return [signal for signal in told if signal.fate]

    def acts(self) -> Sequence[type[Command]]:
        """Return the commands of all acts of an incident."""
        return [each.command for each in TABLE]

    def act_command(self, name: str) -> type[Command] | None:
        """Return the command of an act by its name."""
        return BY_NAME[name].command if name in BY_NAME else None

    def perform(
        self,
        incident: str,
        command: Command,
        principal: Principal,
        *,
        expected: int | None = None,
        key: str | None = None,
    ) -> Acted:
        """Do an act; `expected` is the version that a form was made from, `key` the wish's own."""
        return perform(self.room, incident, command, principal, expected=expected, key=key)

    def offers(self, incident: str, principal: Principal) -> tuple[dict[str, Offer], dict[str, Offer]]:
        """Return which acts and which decision rights somebody has in an incident, and who has the others."""
        from holdfast.respond.views.offers import acts_offered, rights_offered

        plan = self._plan(self.room.find(incident))
        acts = [(each.command.NAME, each.permission) for each in TABLE]
        return acts_offered(acts, principal), rights_offered(plan, principal)

    def clocks(self, incident: Incident) -> Sequence[Deadline]:
        """Return the clocks of an incident that run, what is due first at the front."""
        from holdfast.respond.model.running import clocks_of

        return clocks_of(incident, self._plan(incident))

    def incident_told(self, incident: str) -> IncidentTold:
        """Return an incident, whole, as programs are told of it."""
        from holdfast.respond.views.told.incident import incident_told

        found = self.room.find(incident)
        return incident_told(
            found, self._plan(found), self.room.vault, self.clocks(found), self.room.clock.now()
        )

    def facts_told(self, incident: str, after: int = 0, limit: int = 200) -> Sequence[FactTold]:
        """Return facts of an incident after a version, oldest first."""
        from holdfast.respond.views.told.facts import facts_told

        stream = stream_of(self.room.find(incident).id)
        return facts_told(self.room.ledger.read(stream, after)[:limit], self.room.vault)

    def incident_rows(
        self, state: str = "", system: str = "", skip: int = 0, limit: int = 50
    ) -> Sequence[IncidentRow]:
        """Return incidents, the open ones first, each with what is due next."""
        from holdfast.respond.views.list import incident_rows

        room, now = self.room, self.room.clock.now()
        return incident_rows(
            room.ledger,
            room.vault,
            room.load,
            self.clocks,
            now,
            state=state,
            system=system,
            skip=skip,
            limit=limit,
        )

    def _with_plan(self, incident: str) -> tuple[Incident, Plan | None]:
        found = self.room.find(incident)
        return found, self._plan(found)

    def _plan(self, incident: Incident) -> Plan | None:
        loaded = self.room.systems.find(incident.declared.system)
        return loaded.plan if loaded is not None else None

    def alert_source(self, name: str) -> AlertSource | None:
        """Return a monitoring system by its name."""
        return self._alert_sources.get(name)

    def take_alerts(
        self, source: str, headers: Mapping[str, str], body: bytes, principal: Principal
    ) -> Taken:
        """Record and route the alerts of a webhook."""
        alerts = self._alert_sources[source].read(headers, body)
        return alerting.take_alerts(self.room, source, alerts, principal)

    def receive(self, command: ReceiveReport, principal: Principal) -> str:
        """Record a report; return its id."""
        return reporting.receive(self.room, command, principal)

    def answer(self, command: AnswerReport, principal: Principal) -> ReportAnswered:
        """Say what becomes of a report."""
        return reporting.answer(self.room, command, principal)


def respond_api(services: RespondServices) -> APIRouter:
    """Return the room's routes for programs, to be mounted under `/api`."""
    from fastapi import APIRouter

    from holdfast.respond.api import communicating, incidents, runbooks, signals

    routes = APIRouter()
    routes.include_router(signals.router(services))
    routes.include_router(incidents.router(services))
    routes.include_router(runbooks.router(services.runbooks))
    routes.include_router(communicating.router(services.communications))
    return routes


def respond_pages(services: RespondServices, names: Names | None = None) -> APIRouter:
    """Return the room's pages."""
    from fastapi import APIRouter

    from holdfast.respond.pages import (
        communicating,
        declaring,
        delivering,
        listing,
        room,
        runbooks,
        signals,
    )
    from holdfast.respond.wiring.working import ToldServices

    routes = APIRouter()
    routes.include_router(listing.router(services, names or services.room.names))
    for page in (declaring, signals):
        routes.include_router(page.router(services))
    routes.include_router(runbooks.router(services.runbooks))
    routes.include_router(communicating.router(services.communications))
    routes.include_router(delivering.router(ToldServices(services.room)))
    routes.include_router(room.router(Showing(services.room, names)))
    return routes
