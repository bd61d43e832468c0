"""The list of incidents: what is open first, then what was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import Principal
from holdfast.access.requests import requires
from holdfast.respond.views.told.models import IncidentRow
from holdfast.web.pages import framed, render

PAGE = 50
STATES = ("open", "declared", "triaging", "contained", "recovering", "recovered", "closed")


@dataclass(frozen=True)
class IncidentsPage:
    """What the page shows.

    Attributes
    ----------
    names : mapping
        Actors -> names of those that have one.
    waiting : int
        Signals that nobody has looked at.
    following : int or None
        Where the next page begins.
    """

    rows: Sequence[IncidentRow]
    names: Mapping[str, str]
    state: str
    system: str
    waiting: int
    following: int | None

    @property
    def states(self) -> Sequence[str]:
        """What can be filtered by."""
        return STATES


class Work(Protocol):
    """What this page needs of the room."""

    def incident_rows(
        self, state: str = "", system: str = "", skip: int = 0, limit: int = 50
    ) -> Sequence[IncidentRow]:
        """Return incidents, the open ones first."""
        ...

    def waiting_signals(self) -> Sequence[object]:
        """Return what nobody has looked at."""
        ...


class Names(Protocol):
    """Who knows names."""

    def __call__(self, actors: Sequence[str], /) -> Mapping[str, str]:
        """Return the names of the actors that have one."""
        ...


def router(work: Work, names: Names) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/incidents")
    def incidents(
        request: Request,
        _: Annotated[Principal, Depends(requires(Permission.VIEW))],
        state: str = "",
        system: str = "",
        skip: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> Response:
        known = state if state in STATES else ""
        rows = work.incident_rows(known, system[:80], skip, PAGE + 1)
        leads = sorted({row.commander for row in rows if row.commander})
        following = skip + PAGE if len(rows) > PAGE else None
        page = IncidentsPage(
            rows[:PAGE], names(leads), known, system[:80], len(work.waiting_signals()), following
        )
        frame = framed(request, "Incidents", "incidents")
        return render("holdfast.respond", "incidents.html", frame, page=page)

    return routes
