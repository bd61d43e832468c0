"""An incident as a report, and whole as a file that verifies offline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import StreamingResponse

from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import Principal
from holdfast.access.requests import principal_of, requires
from holdfast.respond.views.report.gathered import Report

Incident = Annotated[str, Path(pattern=r"^INC-\d{4}-\d{4,7}$", examples=["INC-2026-0001"])]
ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {}}, "description": "The zip file."}
}


class Reports(Protocol):
    """Incidents as reports and as files."""

    def report(self, incident: str) -> Report:
        """Return everything that the report of an incident says."""
        ...

    def export(self, incident: str, principal: Principal) -> Iterator[bytes]:
        """Record the export of an incident, and return it piece by piece."""
        ...


def router(reports: Reports) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["reports"])

    @routes.get("/incidents/{incident}/report", summary="An incident as a report")
    def report(incident: Incident, _: Annotated[Principal, Depends(requires(Permission.VIEW))]) -> Report:
        """Return everything that is known of an incident, with every fact."""
        return reports.report(incident)

    @routes.post(
        "/incidents/{incident}/export",
        summary="A whole incident as a file that verifies offline",
        response_class=StreamingResponse,
        responses=ZIP,
    )
    def export(incident: Incident, request: Request) -> StreamingResponse:
        """Return the zip file; that it was given is recorded before its first byte."""
        headers = {"Content-Disposition": f'attachment; filename="{incident}.zip"'}
        pieces = reports.export(incident, principal_of(request))
        return StreamingResponse(pieces, media_type="application/zip", headers=headers)

    return routes
