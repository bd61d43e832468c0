"""People and tokens, for admins: who may what, invitations, tokens for machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from holdfast.access.commands import ChangeRoles, Invite, IssueToken
from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import Principal, Role
from holdfast.access.model.refusing import AccessError, NotFoundError
from holdfast.access.model.shown import Issued, LinkShown, TokenShown
from holdfast.access.requests import requires
from holdfast.access.services import Services
from holdfast.access.views.people import FOR, WORDS, PersonShown, RoleRow, role_table
from holdfast.web.pages import framed, render, see_other

PACKAGE = "holdfast.access"
Admin = Annotated[Principal, Depends(requires(Permission.ADMINISTER))]
DAYS = (("30", "30 days"), ("90", "90 days"), ("180", "half a year"), ("365", "a year"))
SCOPES = tuple((each.value, WORDS[each]) for each in Permission if each is not Permission.ADMINISTER)
ROLES = tuple((role.value, f"{role.value}: {FOR[role]}") for role in Role)


@dataclass(frozen=True)
class PeoplePage:
    """What the page shows.

    Attributes
    ----------
    may : sequence of str
        What may be allowed, in words: the columns of the table of roles.
    link, address
        An invitation that was just made, and the link as it is opened; shown this once.
    issued : Issued or None
        A token that was just issued; shown this once.
    wrong, about : str
        What could not be done, and which form it was.
    """

    people: Sequence[PersonShown]
    tokens: Sequence[TokenShown]
    now: datetime
    may: Sequence[str]
    roles: Sequence[RoleRow]
    mails: bool
    link: LinkShown | None = None
    address: str = ""
    issued: Issued | None = None
    wrong: str = ""
    about: str = ""

    @property
    def days(self) -> Sequence[tuple[str, str]]:
        """How long a token may last."""
        return DAYS

    @property
    def scopes(self) -> Sequence[tuple[str, str]]:
        """What a token may be for."""
        return SCOPES

    @property
    def role_choices(self) -> Sequence[tuple[str, str]]:
        """The roles, with what each is for."""
        return ROLES


@dataclass(frozen=True)
class PersonPage:
    """What the page of one person shows.

    Attributes
    ----------
    own : bool
        Whether the viewer looks at themselves.
    wrong : str
        What could not be done.
    """

    person: PersonShown
    own: bool
    wrong: str = ""

    @property
    def role_choices(self) -> Sequence[tuple[str, str]]:
        """The roles, with what each is for."""
        return ROLES


def pages(services: Services) -> APIRouter:
    """Return the routes."""
    routes = APIRouter()
    shown = _Shown(services)

    @routes.get("/people")
    def people(request: Request, by: Admin) -> Response:
        return shown.page(request, by)

    @routes.post("/people")
    def invite(
        request: Request,
        by: Admin,
        role: Annotated[list[str] | None, Form()] = None,
        groups: Annotated[str, Form()] = "",
        name: Annotated[str, Form()] = "",
        mail: Annotated[str, Form()] = "",
        by_mail: Annotated[str, Form()] = "",
    ) -> Response:
        command = Invite(tuple(role or ()), _words(groups), name, mail, bool(by_mail and mail.strip()))
        try:
            link = services.invite(by, command, services.base(request.state.seen))
        except AccessError as error:
            return shown.page(request, by, 422, wrong=_told(error), about="invite")
        return shown.page(request, by, link=link)

    @routes.get("/people/{actor}")
    def person(request: Request, by: Admin, actor: str) -> Response:
        return shown.person(request, by, actor)

    @routes.post("/people/{actor}/roles")
    def roles(
        request: Request,
        by: Admin,
        actor: str,
        role: Annotated[list[str] | None, Form()] = None,
        groups: Annotated[str, Form()] = "",
    ) -> Response:
        try:
            services.change_roles(by, ChangeRoles(actor, tuple(role or ()), _words(groups)))
        except NotFoundError:
            raise
        except AccessError as error:
            return shown.person(request, by, actor, 409, _told(error))
        return see_other(f"/people/{actor}")

    @routes.post("/people/{actor}/link")
    def link(request: Request, by: Admin, actor: str) -> Response:
        return shown.page(request, by, link=services.link(by, actor))

    @routes.post("/people/{actor}/{act}")
    def act(request: Request, by: Admin, actor: str, act: str) -> Response:
        acts = {
            "sign-out": services.shut_out,
            "deactivate": services.deactivate,
            "reactivate": services.reactivate,
            "forget": services.forget,
        }
        if act not in acts:
            raise NotFoundError.of(
                "HF627", f"there is no act `{act[:40]}`", fix="go back to the person's page"
            )
        try:
            acts[act](by, actor)
        except NotFoundError:
            raise
        except AccessError as error:
            return shown.person(request, by, actor, 409, _told(error))
        return see_other("/people" if act == "forget" else f"/people/{actor}")

    @routes.post("/tokens")
    def issue(
        request: Request,
        by: Admin,
        name: Annotated[str, Form()] = "",
        scope: Annotated[list[str] | None, Form()] = None,
        days: Annotated[int, Form()] = 90,
    ) -> Response:
        until = services.now() + timedelta(days=min(max(days, 0), 10_000))
        try:
            issued = services.issue(by, IssueToken(name, tuple(scope or ()), until))
        except AccessError as error:
            return shown.page(request, by, 422, wrong=_told(error), about="token")
        return shown.page(request, by, issued=issued)

    @routes.post("/tokens/{actor}/revoke")
    def revoke(by: Admin, actor: str) -> Response:
        services.revoke(by, actor)
        return see_other("/people#tokens")

    return routes


class _Shown:
    """The pages of people, as they are now."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def page(
        self,
        request: Request,
        by: Principal,
        status: int = 200,
        *,
        link: LinkShown | None = None,
        issued: Issued | None = None,
        wrong: str = "",
        about: str = "",
    ) -> Response:
        """Return everybody and every token."""
        services, (may, roles) = self._services, role_table()
        address = services.base(request.state.seen) + link.path if link is not None else ""
        page = PeoplePage(
            services.people(by),
            services.tokens(by),
            services.now(),
            may,
            roles,
            services.mails,
            link,
            address,
            issued,
            wrong,
            about,
        )
        frame = framed(request, "People and tokens", "people")
        return render(PACKAGE, "people.html", frame, status=status, page=page)

    def person(
        self, request: Request, by: Principal, actor: str, status: int = 200, wrong: str = ""
    ) -> Response:
        """Return one person, and what may be done about them."""
        found = [each for each in self._services.people(by) if each.actor == actor]
        if not found:
            raise NotFoundError.of(
                "HF627", f"there is no person `{actor[:80]}`", fix="look at the list again"
            )
        frame = framed(request, found[0].name or actor, "people")
        page = PersonPage(found[0], actor == by.actor, wrong)
        return render(PACKAGE, "person.html", frame, status=status, page=page)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _told(error: AccessError) -> str:
    first = error.problems[0]
    return f"{first.message}: {first.fix}" if first.fix else first.message
