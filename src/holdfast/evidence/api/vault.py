"""The evidence of an incident, for programs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import Principal
from holdfast.access.requests import principal_of, requires
from holdfast.evidence.ports import Desk, Vault
from holdfast.evidence.views.vault.custody import shown
from holdfast.evidence.views.vault.passing import KINDS, hand_out, row_of, take_in
from holdfast.evidence.views.vault.promise import row_json, vault_json

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Viewer = Annotated[Principal, Depends(requires(Permission.VIEW))]
Incident = Annotated[str, Path(pattern=r"^INC-\d{4}-\d{4,7}$", examples=["INC-2026-0001"])]
Report = Annotated[str, Path(pattern=r"^R-[a-z0-9]{16}$", examples=["R-k3v9q2m7x4c8b1nz"])]
ItemId = Annotated[str, Path(pattern=r"^o-[0-9a-f]{32}$", examples=["o-4b825dc642cb6eb9a060e54bf8d69288"])]
UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["why", "file"],
                    "properties": {
                        "why": {"type": "string", "example": "It shows what the customer saw."},
                        "kind": {"type": "string", "enum": list(KINDS), "default": "file"},
                        "file": {"type": "string", "format": "binary"},
                    },
                }
            }
        },
    }
}


class Reason(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid")
    why: Words = Field(description="Others will ask later.", examples=["Counsel asked for it."])


class Covering(Reason):
    """Which passages are covered, and why."""

    passages: Annotated[list[Words], Field(min_length=1, max_length=200)] = Field(
        description="As they stand in the text; every place where one stands is covered.",
        examples=[["Anna Smith"]],
    )


def router(desk: Desk, vault: Vault) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["evidence"])
    base = "/incidents/{incident}/evidence"

    @routes.get(base, summary="What lies in an incident's vault")
    def listing(incident: Incident, _: Viewer) -> dict[str, Any]:
        """List the evidence of an incident, each piece with its chain of custody."""
        desk.check_known(incident)
        return vault_json(shown(desk.custody(incident), vault))

    @routes.post(base, status_code=201, summary="Add a file", openapi_extra=UPLOAD)
    async def add(incident: Incident, request: Request) -> dict[str, Any]:
        """Take a file in. It is sealed as it comes, and never lies anywhere in the clear."""
        return row_json(await take_in(request, desk, vault, incident, principal_of(request)))

    @routes.post(
        "/reports/{report}/files", status_code=201, summary="A file to a report", openapi_extra=UPLOAD
    )
    async def to_report(report: Report, request: Request) -> dict[str, Any]:
        """Take a screenshot or a transcript that a reporter sends along; who has the receipt may add."""
        row = await take_in(request, desk, vault, f"report/{report}", principal_of(request))
        return {"id": row.id, "name": row.name, "size": row.size, "digest": row.digest}

    @routes.get("/reports/{report}/files", summary="The files of a report")
    def of_report(
        report: Report, _: Annotated[Principal, Depends(requires(Permission.RESPOND))]
    ) -> dict[str, Any]:
        """List what was sent along with a report."""
        desk.check_known(f"report/{report}")
        return vault_json(shown(desk.custody(f"report/{report}"), vault))

    @routes.get("/reports/{report}/files/{item}/content", summary="Download a file of a report")
    def content_of_report(
        report: Report,
        item: ItemId,
        principal: Annotated[Principal, Depends(requires(Permission.READ_SENSITIVE))],
    ) -> StreamingResponse:
        """Download what was sent along; recorded before the first byte."""
        return hand_out(desk.open(f"report/{report}", principal, item, how="downloaded", original=False))

    @routes.get(base + "/{item}", summary="One piece of evidence")
    def one(incident: Incident, item: ItemId, _: Viewer) -> dict[str, Any]:
        """Return what is known of a piece of evidence; its content is another address."""
        return row_json(row_of(desk, vault, incident, item))

    @routes.get(base + "/{item}/content", summary="Download a piece of evidence")
    def content(
        incident: Incident,
        item: ItemId,
        principal: Annotated[Principal, Depends(requires(Permission.READ_SENSITIVE))],
        original: bool = False,
    ) -> StreamingResponse:
        """Download the content, or its redacted view where it has one; recorded before the first byte."""
        return hand_out(desk.open(incident, principal, item, how="downloaded", original=original))

    @routes.post(base + "/{item}/cover", summary="Cover passages of a text")
    def cover(incident: Incident, item: ItemId, sent: Covering, request: Request) -> dict[str, Any]:
        """Show the text with covers from now on. The original stays for those who audit."""
        desk.cover(incident, principal_of(request), item, sent.passages, sent.why)
        return row_json(row_of(desk, vault, incident, item))

    @routes.post(base + "/{item}/redact", summary="Take a content out for good")
    def redact(incident: Incident, item: ItemId, sent: Reason, request: Request) -> dict[str, Any]:
        """Redact a piece of evidence: its content goes, the facts about it stay."""
        desk.redact(incident, principal_of(request), item, sent.why)
        return row_json(row_of(desk, vault, incident, item))

    @routes.post("/incidents/{incident}/vault/{act}", summary="Ask for a hold, its lifting or an erasure")
    def ask(
        incident: Incident, act: Literal["hold", "lift", "erase"], sent: Reason, request: Request
    ) -> dict[str, Any]:
        """Ask; a second person confirms. A hold that is asked for holds at once."""
        return vault_json(shown(desk.ask(incident, principal_of(request), act, sent.why), vault))

    @routes.post("/incidents/{incident}/vault/{act}/{answer}", summary="Confirm or drop what was asked")
    def answered(
        incident: Incident,
        act: Literal["hold", "lift", "erase"],
        answer: Literal["confirm", "drop"],
        request: Request,
    ) -> dict[str, Any]:
        """Confirm what another person asked for, or drop it."""
        doing = desk.confirm if answer == "confirm" else desk.drop
        return vault_json(shown(doing(incident, principal_of(request), act), vault))

    return routes
