"""Incidents as reports, and whole as files that verify offline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.kernel.errors import LedgerError

if TYPE_CHECKING:
    from fastapi import APIRouter

    from holdfast.access.model.principal import Principal
    from holdfast.evidence.ports import Desk
    from holdfast.kernel.events import Recorded
    from holdfast.ledger.ports import LedgerEngine
    from holdfast.ledger.reacting import Policy
    from holdfast.respond.ports.snapshots import Snapshots
    from holdfast.respond.views.report.gathered import Names, Report
    from holdfast.respond.wiring.room import RespondServices


class ReportServices:
    """Incidents as reports, and whole as files that verify offline.

    Parameters
    ----------
    secrets : Path
        The folder of the key that signs.
    names : callable
        The names of actors.
    """

    def __init__(
        self, services: RespondServices, engine: LedgerEngine, secrets: Path, desk: Desk, names: Names
    ) -> None:
        self._services, self._engine, self._secrets = services, engine, secrets
        self._desk, self._names = desk, names

    def report(self, incident: str) -> Report:
        """Return everything that the report of an incident says."""
        from holdfast.respond.views.report.gathered import gather

        room = self._services.room
        found = room.find(incident)
        told = self._services.incident_told(incident)
        return gather(told, found, room.ledger, room.vault, self._desk, self._names, room.clock.now())

    def files(self, incident: str) -> Mapping[str, bytes]:
        """Return the report in every form, by the names that the export gives them.

        What is damaged is exported as damaged; a report cannot be made of it, and that is told in its place.
        """
        try:
            report = self.report(incident)
        except LedgerError as error:
            return {"incident-is-damaged.txt": f"{error}\n".encode()}
        return {f"incident.{form}": self.written(report, form) for form in ("html", "json", "pdf")}

    def written(self, report: Report, form: str) -> bytes:
        """Return a report as `html`, `json` or `pdf`."""
        if form == "json":
            return (report.model_dump_json(indent=2) + "\n").encode()
        from holdfast.respond.pages.report import report_html, report_pdf
        from holdfast.respond.views.report.document import document

        made = document(report)
        return report_pdf(made) if form == "pdf" else report_html(made).encode()

    def export(self, incident: str, principal: Principal) -> Iterator[bytes]:
        """Record the export of an incident, and return it piece by piece."""
        from holdfast.ledger.checkpoints.keeping import Signer
        from holdfast.respond.views.exported.making import Export

        room = self._services.room
        room.find(incident)
        export = Export(self._engine, Signer(self._secrets), self._desk, room.clock, self.files)
        return export.make(incident, principal)


class SnapshotServices:
    """Snapshots of systems into the vaults of their incidents."""

    def __init__(self, services: RespondServices, desk: Desk, snapshots: Snapshots) -> None:
        from holdfast.respond.handlers.snapshotting import Snapshotting

        self._taking = Snapshotting(services.room, desk, snapshots)

    def take(self, incident: str, principal: Principal, why: str) -> str:
        """Take a snapshot because somebody asks; return its id in the vault."""
        return self._taking.take(incident, principal, why).id

    def policies(self) -> tuple[Policy, ...]:
        """Return what takes a snapshot at each declaration."""
        from holdfast.access.model.principal import Principal
        from holdfast.respond.events.declaring import IncidentDeclared
        from holdfast.respond.policies.snapshotting import snapshot_policies

        def take(recorded: Recorded) -> None:
            if isinstance(recorded.event, IncidentDeclared):
                worker = Principal.worker(policy.actor)
                self._taking.at_declaration(recorded.event.incident, recorded, worker)

        (policy,) = snapshot_policies(take)
        return (policy,)


def report_api(reports: ReportServices) -> APIRouter:
    """Return the routes of reports and exports, to be mounted under `/api`."""
    from holdfast.respond.api import reports as routes

    return routes.router(reports)


def report_pages(reports: ReportServices) -> APIRouter:
    """Return the pages of reports and exports."""
    from holdfast.respond.pages import reports as routes

    return routes.router(reports)
