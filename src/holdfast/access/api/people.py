"""Who asks, people and tokens, for programs. A machine never gets the permission to administer: people do."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from holdfast.access.commands import ChangeRoles, Invite, IssueToken
from holdfast.access.model.permissions import Permission, permitted
from holdfast.access.model.principal import Kind, Principal
from holdfast.access.model.refusing import UnknownPersonError
from holdfast.access.requests import principal_of, requires
from holdfast.access.services import Services

Admin = Annotated[Principal, Depends(requires(Permission.ADMINISTER))]


class Me(BaseModel):
    """Who asks, as Holdfast knows them."""

    actor: str = Field(description="The opaque id that facts hold.", examples=["p-1f3870be"])
    kind: str = Field(description="person or machine.", examples=["person"])
    roles: list[str] = Field(description="Of a person.", examples=[["responder"]])
    groups: list[str] = Field(description="For which of the plan's people they act.", examples=[["oncall"]])
    permissions: list[str] = Field(description="What they may.", examples=[["view", "respond"]])


class PersonOut(BaseModel):
    """A person."""

    actor: str = Field(examples=["p-1f3870be"])
    name: str = Field(examples=["Ann"])
    mail: str = Field(examples=["ann@example.org"])
    roles: list[str] = Field(examples=[["responder"]])
    groups: list[str] = Field(examples=[["oncall"]])
    state: str = Field(description="active, invited, deactivated or forgotten.", examples=["active"])


class InviteIn(BaseModel):
    """Somebody to invite."""

    model_config = ConfigDict(extra="forbid")

    roles: list[str] = Field(max_length=10, examples=[["responder"]])
    groups: list[str] = Field([], max_length=100, examples=[["oncall"]])
    name: str = Field("", max_length=200, examples=["Ann"])
    mail: str = Field("", max_length=254, examples=["ann@example.org"])
    by_mail: bool = Field(False, description="Send the link instead of returning it.")


class LinkOut(BaseModel):
    """A one-time link."""

    actor: str = Field(examples=["p-1f3870be"])
    link: str = Field(description="Shown this once; empty where it was sent by mail.")
    until: datetime


class RolesIn(BaseModel):
    """Roles and groups that a person is to have, exactly."""

    model_config = ConfigDict(extra="forbid")

    roles: list[str] = Field(max_length=10, examples=[["responder", "commander"]])
    groups: list[str] = Field([], max_length=100, examples=[["oncall"]])


class TokenIn(BaseModel):
    """A token to issue."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=200, examples=["alertmanager, prod"])
    scopes: list[str] = Field(max_length=20, examples=[["report"]])
    until: AwareDatetime = Field(description="At most 366 days from now, with a time zone.")


class TokenOut(BaseModel):
    """A new token."""

    actor: str = Field(examples=["t-1f3870be"])
    token: str = Field(description="Shown this once.")


class TokenListed(BaseModel):
    """A token in the list."""

    actor: str
    name: str
    scopes: list[str]
    until: datetime
    state: str = Field(description="works, ended or revoked.")
    used_on: str | None = Field(description="The day on which it was used last, in UTC.")


def api(services: Services) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["access"])

    @routes.get("/me")
    def me(request: Request) -> Me:
        """Return who asks."""
        principal = principal_of(request)
        if principal.kind is Kind.ANONYMOUS:
            raise UnknownPersonError.of("HF621", "nobody is signed in", fix="sign in, or send a token")
        return Me(
            actor=principal.actor,
            kind=principal.kind.value,
            roles=sorted(principal.roles),
            groups=sorted(principal.groups),
            permissions=[each.value for each in Permission if permitted(principal, each)],
        )

    @routes.get("/people")
    def people(by: Admin) -> list[PersonOut]:
        """Return everybody, those who can come in first."""
        return [PersonOut(**_fields(each)) for each in services.people(by)]

    @routes.post("/people", status_code=201)
    def invite(request: Request, by: Admin, body: InviteIn) -> LinkOut:
        """Invite somebody."""
        command = Invite(tuple(body.roles), tuple(body.groups), body.name, body.mail, body.by_mail)
        base = services.base(request.state.seen)
        link = services.invite(by, command, base)
        return LinkOut(actor=link.actor, link=base + link.path if link.secret else "", until=link.until)

    @routes.put("/people/{actor}/roles", status_code=204)
    def roles(by: Admin, actor: str, body: RolesIn) -> Response:
        """Make somebody's roles and groups exactly these."""
        services.change_roles(by, ChangeRoles(actor, tuple(body.roles), tuple(body.groups)))
        return Response(status_code=204)

    @routes.post("/people/{actor}/sign-out", status_code=204)
    def sign_out(by: Admin, actor: str) -> Response:
        """End all sessions and links of somebody."""
        services.shut_out(by, actor)
        return Response(status_code=204)

    @routes.post("/people/{actor}/deactivate", status_code=204)
    def deactivate(by: Admin, actor: str) -> Response:
        """Let somebody in no more; their sessions end at once."""
        services.deactivate(by, actor)
        return Response(status_code=204)

    @routes.post("/people/{actor}/reactivate", status_code=204)
    def reactivate(by: Admin, actor: str) -> Response:
        """Let somebody come in again."""
        services.reactivate(by, actor)
        return Response(status_code=204)

    @routes.post("/people/{actor}/forget", status_code=204)
    def forget(by: Admin, actor: str) -> Response:
        """Erase name, address and identity of somebody; facts keep the opaque id."""
        services.forget(by, actor)
        return Response(status_code=204)

    @routes.get("/tokens")
    def tokens(by: Admin) -> list[TokenListed]:
        """Return all tokens; never their text."""
        now = services.now()
        return [
            TokenListed(
                actor=each.actor,
                name=each.name,
                scopes=list(each.scopes),
                until=each.until,
                state=each.state(now),
                used_on=each.used_on,
            )
            for each in services.tokens(by)
        ]

    @routes.post("/tokens", status_code=201)
    def issue(by: Admin, body: TokenIn) -> TokenOut:
        """Issue a token for a machine."""
        issued = services.issue(by, IssueToken(body.name, tuple(body.scopes), body.until))
        return TokenOut(actor=issued.actor, token=issued.text)

    @routes.delete("/tokens/{actor}", status_code=204)
    def revoke(by: Admin, actor: str) -> Response:
        """Take a token out of use."""
        services.revoke(by, actor)
        return Response(status_code=204)

    return routes


def _fields(person: Any) -> dict[str, Any]:  # noqa: ANN401 -- a dataclass on its way into a model
    from dataclasses import asdict

    return {**asdict(person), "roles": list(person.roles), "groups": list(person.groups)}
