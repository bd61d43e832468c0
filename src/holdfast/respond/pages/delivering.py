"""Who was told of an incident, and whether it arrived; what did not is sent again from here."""

from __future__ import annotations

from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import Principal
from holdfast.access.requests import requires
from holdfast.respond.views.delivered import DeliveriesPage
from holdfast.web.pages import framed, render, see_other

PACKAGE = "holdfast.respond"
Views = Annotated[Principal, Depends(requires(Permission.VIEW))]
Responds = Annotated[Principal, Depends(requires(Permission.RESPOND))]


class Work(Protocol):
    """What this page needs of the room."""

    def deliveries_page(self, incident: str) -> DeliveriesPage:
        """Return the page's context."""
        ...

    def tell_again(self, incident: str, delivery: str, principal: Principal) -> None:
        """Ask for a delivery anew."""
        ...


def router(work: Work) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/incidents/{incident}/deliveries")
    def deliveries(request: Request, incident: str, principal: Views) -> Response:
        page = work.deliveries_page(incident)
        frame = framed(
            request, f"Who was told · {incident}", "incidents", live=f"incident/{incident}", drill=page.drill
        )
        return render(PACKAGE, "deliveries.html", frame, page=page)

    @routes.post("/incidents/{incident}/deliveries")
    def again(incident: str, principal: Responds, delivery: Annotated[str, Form()] = "") -> Response:
        work.tell_again(incident, delivery, principal)
        return see_other(f"/incidents/{incident}/deliveries")

    return routes
