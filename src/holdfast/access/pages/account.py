"""One's own account: name, sessions, another device, signing out everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from holdfast.access.model.principal import Kind, Principal
from holdfast.access.model.refusing import InvalidError, UnknownPersonError
from holdfast.access.model.shown import LinkShown, SessionShown
from holdfast.access.requests import principal_of
from holdfast.access.services import Services
from holdfast.access.views.people import PersonShown
from holdfast.web.pages import framed, render, see_other

PACKAGE = "holdfast.access"


@dataclass(frozen=True)
class AccountPage:
    """What the page shows.

    Attributes
    ----------
    provider : str
        The identity provider's name, where one is set up.
    link : LinkShown or None
        A link for another device that was just made; shown this once.
    address : str
        The link as it is opened, with our address.
    """

    person: PersonShown
    sessions: Sequence[SessionShown]
    provider: str
    link: LinkShown | None = None
    address: str = ""
    wrong: str = ""


def signed_in(request: Request) -> Principal:
    """Return the person who is signed in; a machine has no account."""
    principal = principal_of(request)
    if principal.kind is not Kind.PERSON:
        raise UnknownPersonError.of("HF621", "nobody is signed in", fix="sign in")
    return principal


Person = Annotated[Principal, Depends(signed_in)]


def pages(services: Services) -> APIRouter:
    """Return the routes."""
    routes = APIRouter()

    def shown(
        request: Request, who: Principal, status: int = 200, link: LinkShown | None = None, wrong: str = ""
    ) -> Response:
        oidc = services.rules.oidc
        page = AccountPage(
            services.shown(who.actor),
            services.sessions(who, request.state.session),
            oidc.name if oidc is not None else "",
            link,
            services.base(request.state.seen) + link.path if link is not None else "",
            wrong,
        )
        frame = framed(request, "Your account", "me")
        return render(PACKAGE, "account.html", frame, status=status, page=page)

    @routes.get("/me")
    def account(request: Request, who: Person) -> Response:
        return shown(request, who)

    @routes.post("/me")
    def rename(
        request: Request, who: Person, name: Annotated[str, Form()] = "", mail: Annotated[str, Form()] = ""
    ) -> Response:
        try:
            services.rename(who, name, mail)
        except InvalidError as error:
            return shown(request, who, 422, wrong=error.problems[0].message)
        return see_other("/me")

    @routes.post("/me/link")
    def link(request: Request, who: Person) -> Response:
        return shown(request, who, link=services.own_link(who))

    @routes.post("/me/sessions/{ref}/end")
    def end(who: Person, ref: str) -> Response:
        services.end_session(who, ref)
        return see_other("/me")

    return routes
