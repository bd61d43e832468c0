"""Coming in and going out: the sign-in page, one-time links, the identity provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form, Request
from starlette.responses import RedirectResponse, Response

from holdfast.access.middleware.cookies import end_cookie, oidc_cookie, session_cookie, set_cookie
from holdfast.access.model.addresses import Seen
from holdfast.access.model.agents import agent_words
from holdfast.access.model.paths import own_path
from holdfast.access.model.principal import Kind
from holdfast.access.model.refusing import InvalidError
from holdfast.access.model.shown import CameIn, Door
from holdfast.access.requests import principal_of
from holdfast.access.services import Services
from holdfast.web.pages import framed, render, see_other

PACKAGE = "holdfast.access"


@dataclass(frozen=True)
class SignInPage:
    """What the sign-in page shows.

    Attributes
    ----------
    next : str
        Where somebody goes from there.
    provider : str
        The identity provider's name; empty where there is none.
    mails : bool
        Whether links can be sent by mail.
    mailed : bool
        Whether one was just asked for.
    empty : bool
        Whether nobody is owner yet.
    """

    next: str
    provider: str
    mails: bool
    mailed: bool
    empty: bool


@dataclass(frozen=True)
class JoinPage:
    """What the page of a one-time link shows."""

    door: Door
    secret: str
    name: str
    wrong: str = ""


def pages(services: Services) -> APIRouter:
    """Return the routes."""
    routes = APIRouter()

    @routes.get("/sign-in")
    def sign_in(request: Request, next: str = "/") -> Response:
        wanted = own_path(next)
        if principal_of(request).kind is Kind.PERSON:
            return see_other(wanted)
        return _sign_in(request, services, wanted)

    @routes.post("/sign-in/mail")
    def mail(request: Request, later: BackgroundTasks, mail: Annotated[str, Form()] = "") -> Response:
        # after the answer: neither its words nor its time tell whether anybody has this address
        later.add_task(services.mail_own_link, _seen(request), mail)
        return _sign_in(request, services, "/", mailed=True)

    @routes.get("/join/{secret}")
    def look(request: Request, secret: str) -> Response:
        door = services.look(secret, _seen(request))
        page = JoinPage(door, secret, door.name)
        return render(PACKAGE, "join.html", framed(request, "Come in"), page=page)

    @routes.post("/join/{secret}")
    def use(request: Request, secret: str, name: Annotated[str, Form()] = "") -> Response:
        door = services.look(secret, _seen(request))
        wrong = "" if name.strip() or door.name else "Say what others call you."
        if not wrong:
            try:
                came = services.use(secret, name, _agent(request), _seen(request))
            except InvalidError as error:
                wrong = error.problems[0].message
            else:
                return _welcome(request, services, came, "/")
        page = JoinPage(door, secret, name, wrong)
        return render(PACKAGE, "join.html", framed(request, "Come in"), status=422, page=page)

    @routes.get("/sign-in/provider")
    def provider(request: Request, next: str = "/") -> Response:
        return _to_provider(request, services, next, "")

    @routes.get("/sign-in/return")
    def returned(request: Request) -> Response:
        seen, said = _seen(request), dict(request.query_params)
        kept = request.cookies.get(oidc_cookie(seen), "")
        request.state.wanted = "sign-in"
        came, wanted = services.finish_oidc(seen, kept, said, _agent(request), principal_of(request))
        answer = _welcome(request, services, came, wanted)
        answer.headers.append("set-cookie", end_cookie(oidc_cookie(seen), seen))
        return answer

    @routes.get("/me/connect")
    def connect(request: Request) -> Response:
        principal = principal_of(request)
        if principal.kind is not Kind.PERSON:
            return see_other("/sign-in")
        return _to_provider(request, services, "/me", principal.actor)

    @routes.post("/sign-out")
    def sign_out(request: Request, everywhere: Annotated[str, Form()] = "") -> Response:
        principal = principal_of(request)
        if principal.kind is Kind.PERSON:
            services.sign_out(principal, request.state.session, everywhere=bool(everywhere))
        answer = see_other("/sign-in")
        answer.headers.append("set-cookie", end_cookie(session_cookie(_seen(request)), _seen(request)))
        return answer

    return routes


def _sign_in(request: Request, services: Services, wanted: str, *, mailed: bool = False) -> Response:
    oidc = services.rules.oidc
    page = SignInPage(wanted, oidc.name if oidc is not None else "", services.mails, mailed, services.empty)
    return render(PACKAGE, "sign-in.html", framed(request, "Sign in"), page=page)


def _to_provider(request: Request, services: Services, wanted: str, connect: str) -> Response:
    seen = _seen(request)
    address, kept = services.begin_oidc(seen, wanted, connect)
    answer = RedirectResponse(address, 303)
    answer.headers.append("set-cookie", set_cookie(oidc_cookie(seen), kept, seen, services.oidc_lasts))
    return answer


def _welcome(request: Request, services: Services, came: CameIn, wanted: str) -> Response:
    """Give the new session to the browser; one that it had before ends."""
    seen, principal = _seen(request), principal_of(request)
    if principal.kind is Kind.PERSON:
        services.sign_out(principal, request.state.session, everywhere=False)
    answer = see_other(wanted)
    cookie = set_cookie(session_cookie(seen), came.secret, seen, services.rules.longest)
    answer.headers.append("set-cookie", cookie)
    return answer


def _seen(request: Request) -> Seen:
    seen: Seen = request.state.seen
    return seen


def _agent(request: Request) -> str:
    return agent_words(request.headers.get("user-agent", ""))
