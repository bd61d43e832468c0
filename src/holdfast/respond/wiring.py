"""What the app mounts of the respond room: its facts, its tables, and its work put together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from holdfast.respond.handlers import alerting, reporting
from holdfast.respond.handlers.acting import Acted, Room
from holdfast.respond.handlers.declaring import declare

if TYPE_CHECKING:
    from fastapi import APIRouter

    from holdfast.access.model.principal import Principal
    from holdfast.ledger.ports import Projection
    from holdfast.respond.commands.declaring import DeclareIncident
    from holdfast.respond.commands.signals import AnswerReport, ReceiveReport
    from holdfast.respond.events.signals import ReportAnswered
    from holdfast.respond.model.signals.alerts import Taken
    from holdfast.respond.ports.alerts import AlertSource


def projections() -> tuple[Projection, ...]:
    """Return the tables that the room keeps in the transaction of each append."""
    from holdfast.respond.views.index import IncidentIndex
    from holdfast.respond.views.signals import SignalIndex

    return (IncidentIndex(), SignalIndex())


class RespondServices:
    """The respond room's work. Every method takes who asks; authority is asked here, not on the pages."""

    def __init__(self, room: Room, alert_sources: Mapping[str, AlertSource] | None = None) -> None:
        self.room = room
        self._alert_sources = dict(alert_sources or {})

    def declare(self, command: DeclareIncident, principal: Principal) -> Acted:
        """Declare an incident."""
        return declare(self.room, command, principal)

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

    from holdfast.respond.api import signals

    routes = APIRouter()
    routes.include_router(signals.router(services))
    return routes
