"""Incidents for programs: declare, list, read, act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal, Protocol

from fastapi import APIRouter, Depends, Header, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import Principal
from holdfast.access.requests import requires
from holdfast.kernel.canonical import Json
from holdfast.respond.commands.base import Command, Slug, Words
from holdfast.respond.commands.declaring import DeclareIncident
from holdfast.respond.model.incident.refusing import StaleError
from holdfast.respond.views.offers import Offer
from holdfast.respond.views.told.facts import FactTold
from holdfast.respond.views.told.models import IncidentRow, IncidentTold

Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]
Views = Annotated[Principal, Depends(requires(Permission.VIEW))]


class NewIncident(BaseModel):
    """What happens. Only the title is needed; all else can be said later."""

    model_config = ConfigDict(extra="forbid")
    title: Words = Field(description="What happens, in a line.", examples=["Refunds that nobody asked for"])
    system: Slug = Field("unassigned", description="Id of the system.", examples=["support-assistant"])
    account: Words | None = Field(None, description="What was seen: one trace, or one credible report.")
    near_miss: bool = Field(False, description="Whether a control caught it before it did harm.")
    onset: AwareDatetime | None = Field(None, description="The earliest plausible onset, with its time zone.")


class Acted(BaseModel):
    """What an act recorded, and where the incident stands after it."""

    incident: str = Field(examples=["INC-2026-0001"])
    version: int = Field(description="Of the incident after the act: send it with the next form.")
    state: str = Field(examples=["triaging"])
    severity: str | None = Field(examples=["SEV-2"])
    recorded: tuple[int, ...] = Field(
        description="The seqs of the facts; empty where nothing changed or the same wish was done before.",
        examples=[[41]],
    )


class OfferTold(BaseModel):
    """Whether somebody may do something, and who may."""

    model_config = ConfigDict(from_attributes=True)
    may: bool
    others: tuple[str, ...] = Field(description="Who may, where who asks may not.")
    second: str | None = Field(description="The group that must consent as well.")


class Offers(BaseModel):
    """What who asks may do here."""

    acts: dict[str, OfferTold]
    rights: dict[str, OfferTold]


class ActedWork(Protocol):
    """What an act did, as the room returns it."""

    @property
    def incident(self) -> Any: ...  # noqa: ANN401, D102 -- the state of an incident

    @property
    def recorded(self) -> Sequence[Any]: ...  # noqa: D102 -- facts


class Work(Protocol):
    """What these routes need of the room."""

    def declare(self, command: DeclareIncident, principal: Principal) -> ActedWork:
        """Declare an incident."""
        ...

    def incident_rows(self, state: str, system: str, skip: int, limit: int) -> Sequence[IncidentRow]:
        """Return incidents, the open ones first."""
        ...

    def incident_told(self, incident: str) -> IncidentTold:
        """Return an incident, whole."""
        ...

    def facts_told(self, incident: str, after: int, limit: int) -> Sequence[FactTold]:
        """Return facts of an incident, oldest first."""
        ...

    def offers(self, incident: str, principal: Principal) -> tuple[dict[str, Offer], dict[str, Offer]]:
        """Return which acts and which rights somebody has."""
        ...

    def acts(self) -> Sequence[type[Command]]:
        """Return the commands of all acts."""
        ...

    def perform(
        self,
        incident: str,
        command: Command,
        principal: Principal,
        *,
        expected: int | None = None,
        key: str | None = None,
    ) -> ActedWork:
        """Do an act."""
        ...


def router(work: Work) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["incidents"])

    @routes.post("/incidents", status_code=201, summary="Declare an incident")
    def declare(
        sent: NewIncident,
        principal: Annotated[Principal, Depends(requires(Permission.DECLARE))],
        key: Key = None,
    ) -> Acted:
        """Declare at once; with an Idempotency-Key, sent twice it is declared once."""
        command = DeclareIncident(
            system=sent.system,
            title=sent.title,
            account=sent.account,
            near_miss=sent.near_miss,
            onset=sent.onset,
            key=f"api:{principal.actor}:{key}" if key else None,
        )
        return _acted(work.declare(command, principal))

    @routes.get("/incidents", summary="Incidents, the open ones first")
    def listed(
        _: Views,
        state: Literal[
            "", "open", "declared", "triaging", "contained", "recovering", "recovered", "closed"
        ] = "",
        system: Annotated[str, Query(max_length=80)] = "",
        skip: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> list[IncidentRow]:
        """Return a page of the list, each with what is due next."""
        return list(work.incident_rows(state, system, skip, limit))

    @routes.get("/incidents/{incident}", summary="An incident, whole")
    def read(incident: str, _: Views) -> IncidentTold:
        """Return where everything stands."""
        return work.incident_told(incident)

    @routes.get("/incidents/{incident}/facts", summary="The time line of an incident")
    def facts(
        incident: str,
        _: Views,
        after: Annotated[int, Query(ge=0, le=10**9)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    ) -> list[FactTold]:
        """Return its facts after a version, oldest first."""
        return list(work.facts_told(incident, after, limit))

    @routes.get("/incidents/{incident}/offers", summary="What you may do in it, and who may do the rest")
    def offers(incident: str, principal: Views) -> Offers:
        """Return acts and decision rights."""
        acts, rights = work.offers(incident, principal)
        return Offers(
            acts={name: OfferTold.model_validate(each) for name, each in acts.items()},
            rights={name: OfferTold.model_validate(each) for name, each in rights.items()},
        )

    for command in work.acts():
        routes.add_api_route(
            f"/incidents/{{incident}}/acts/{command.NAME}",
            _route(work, command),
            methods=["POST"],
            summary=(command.__doc__ or "").split("\n")[0],
            operation_id=f"incident_{command.NAME.replace('-', '_')}",
            responses={
                403: {"description": "Somebody else may; the answer names them."},
                404: {"description": "There is no such incident."},
                409: {"description": "The incident does not allow it now, or your form is stale."},
            },
        )
    return routes


def _route(work: Work, command: type[Command]) -> Callable[..., Acted]:
    """Return the route of one act: its body is the command itself."""

    def act(
        incident: str,
        sent: Command,
        principal: Views,
        version: Annotated[
            int | None,
            Query(
                ge=0,
                le=10**9,
                description="Of the incident that your form was made from.",
            ),
        ] = None,
        key: Key = None,
    ) -> Acted:
        try:
            return _acted(work.perform(incident, sent, principal, expected=version, key=key))
        except StaleError as stale:
            stale.more = _both(work, incident, sent, stale)
            raise

    act.__doc__ = command.__doc__
    # FastAPI reads what a body is from the annotation, which is text in this file
    act.__annotations__["sent"] = command
    return act


def _both(work: Work, incident: str, sent: Command, stale: StaleError) -> dict[str, Json]:
    """Return what both sides wrote: nothing that somebody typed is lost."""
    theirs = work.facts_told(incident, stale.version - 1, 1) if stale.version else ()
    return {
        "changed": {"what": stale.subject, "by": stale.by, "at": stale.at.isoformat(), "fact": stale.event},
        "theirs": theirs[0].model_dump(mode="json") if theirs else None,
        "yours": sent.model_dump(mode="json", exclude_none=True),
    }


def _acted(acted: ActedWork) -> Acted:
    incident = acted.incident
    severity = incident.classified.severity
    return Acted(
        incident=incident.id,
        version=incident.version,
        state=incident.course.state,
        severity=severity.value if severity else None,
        recorded=tuple(each.seq for each in acted.recorded),
    )
