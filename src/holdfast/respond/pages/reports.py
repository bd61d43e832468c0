"""The report of an incident and its export, for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response, StreamingResponse

from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import Principal
from holdfast.access.requests import principal_of, requires
from holdfast.respond.pages.report import report_policy
from holdfast.respond.views.report.gathered import Report

Incident = Annotated[str, Path(pattern=r"^INC-\d{4}-\d{4,7}$")]
Viewer = Annotated[Principal, Depends(requires(Permission.VIEW))]
MEDIA = {"pdf": "application/pdf", "json": "application/json", "html": "text/html; charset=utf-8"}


class Reports(Protocol):
    """Incidents as reports and as files."""

    def report(self, incident: str) -> Report:
        """Return everything that the report of an incident says."""
        ...

    def written(self, report: Report, form: str) -> bytes:
        """Return a report as `html`, `json` or `pdf`."""
        ...

    def export(self, incident: str, principal: Principal) -> Iterator[bytes]:
        """Record the export of an incident, and return it piece by piece."""
        ...


def router(reports: Reports) -> APIRouter:
    """Return the pages."""
    routes = APIRouter()

    @routes.get("/incidents/{incident}/report")
    def read(incident: Incident, _: Viewer) -> Response:
        """Show the report: the same file that can be saved."""
        return written(incident, "html")

    @routes.get("/incidents/{incident}/report.{form}")
    def saved(
        incident: Incident, form: Annotated[str, Path(pattern="^(html|pdf|json)$")], _: Viewer
    ) -> Response:
        """Save the report."""
        answer = written(incident, form)
        answer.headers["Content-Disposition"] = f'attachment; filename="{incident}.{form}"'
        return answer

    @routes.post("/incidents/{incident}/export")
    def export(incident: Incident, request: Request) -> Response:
        """Save the whole incident as a file that verifies offline."""
        headers = {"Content-Disposition": f'attachment; filename="{incident}.zip"'}
        pieces = reports.export(incident, principal_of(request))
        return StreamingResponse(pieces, media_type="application/zip", headers=headers)

    def written(incident: str, form: str) -> Response:
        content = reports.written(reports.report(incident), form)
        # it stands alone, with a style of its own and nothing else
        return Response(content, media_type=MEDIA[form], headers={"Content-Security-Policy": report_policy()})

    return routes
