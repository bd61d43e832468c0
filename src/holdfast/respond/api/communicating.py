"""Updates, notification duties and clocks for programs, to read; acts are where all acts are."""

from __future__ import annotations

from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends

from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import Principal
from holdfast.access.requests import requires

Views = Annotated[Principal, Depends(requires(Permission.VIEW))]
Told = dict[str, Any]
"""What is told: docs/json.md describes it."""


class Work(Protocol):
    """What these routes need of the room."""

    def updates(self, incident: str, principal: Principal) -> Told:
        """Return the updates of an incident."""
        ...

    def duties(self, incident: str, principal: Principal) -> Told:
        """Return the duties of an incident."""
        ...

    def clocks(self, incident: str) -> list[Any]:
        """Return the clocks of an incident."""
        ...


def router(work: Work) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["communication"])

    @routes.get("/incidents/{incident}/updates", summary="What each audience is told")
    def updates(incident: str, principal: Views) -> Told:
        """Return drafts, versions, flags and approvals."""
        return work.updates(incident, principal)

    @routes.get("/incidents/{incident}/duties", summary="Whom to notify, by when")
    def duties(incident: str, principal: Views) -> Told:
        """Return every notification duty with how it stands. Not legal advice."""
        return work.duties(incident, principal)

    @routes.get("/incidents/{incident}/clocks", summary="What is due, the first at the front")
    def clocks(incident: str, _: Views) -> Told:
        """Return every clock of the incident that runs."""
        return {"incident": incident, "clocks": work.clocks(incident)}

    return routes
