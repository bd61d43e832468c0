"""Plans on the server: what can go wrong, and what holds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.responses import Response

from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import Principal
from holdfast.access.requests import requires
from holdfast.plan.pages.html import known_names
from holdfast.plan.views.page import plan_page
from holdfast.web.pages import framed, kit, render, see_other

if TYPE_CHECKING:
    from holdfast.plan.model.loading import LoadedPlan
    from holdfast.plan.ports import Facts

PACKAGE = "holdfast.plan"
Viewing = Annotated[Principal, Depends(requires(Permission.VIEW))]
Plans = Callable[[], Mapping[str, "LoadedPlan"]]


def router(plans: Plans, facts: Facts, now: Callable[[], datetime]) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/plans")
    def listed(request: Request, _: Viewing) -> Response:
        """List the plans that are served; where there is one, it is meant."""
        every = plans()
        if len(every) == 1:
            return see_other(f"/plans/{next(iter(every))}")
        found = [loaded for _, loaded in sorted(every.items())]
        return render(PACKAGE, "plans.html", framed(request, "Plans", "plans"), plans=found)

    @routes.get("/plans/{system}")
    def shown(request: Request, _: Viewing, system: str) -> Response:
        """Show a plan with all of its views."""
        loaded = plans().get(system)
        if loaded is None:
            raise HTTPException(404, "no plan of this system is served")
        page = plan_page(loaded, facts.standing(loaded), now())
        kit(PACKAGE).filters.update(known_names()[0])
        frame = framed(request, f"Plan of {page.name}", "plans")
        return render(PACKAGE, "plan-framed.html", frame, page=page, **known_names()[1])

    return routes
