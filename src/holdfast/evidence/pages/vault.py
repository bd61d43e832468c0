"""The pages of the vault; their question is *can we prove it?* of one incident."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request
from starlette.responses import Response

from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import Principal
from holdfast.access.requests import principal_of, requires
from holdfast.evidence.events.vault import Act
from holdfast.evidence.ports import Desk, Vault
from holdfast.evidence.views.vault.custody import shown
from holdfast.evidence.views.vault.passing import hand_out, take_in
from holdfast.kernel.errors import HoldfastError
from holdfast.web.pages import framed, render, see_other
from holdfast.web.problems import status_of

Viewer = Annotated[Principal, Depends(requires(Permission.VIEW))]
Incident = Annotated[str, Path(pattern=r"^INC-\d{4}-\d{4,7}$")]
Report = Annotated[str, Path(pattern=r"^R-[a-z0-9]{16}$")]
ItemId = Annotated[str, Path(pattern=r"^o-[0-9a-f]{32}$")]
Text = Annotated[str, Form(max_length=20_000)]
Names = Callable[[Collection[str]], Mapping[str, str]]
PACKAGE = "holdfast.evidence"


def router(desk: Desk, vault: Vault, names: Names) -> APIRouter:
    """Return the pages."""
    routes = APIRouter()
    base = "/incidents/{incident}/vault"

    def page(request: Request, incident: str, error: HoldfastError | None = None) -> Response:
        desk.check_known(incident)
        told = shown(desk.custody(incident), vault)
        frame = framed(request, f"Vault of {incident}", "incidents")
        return render(
            PACKAGE,
            "vault.html",
            frame,
            status=status_of(error) if error else 200,
            vault=told,
            names=names(told.actors),
            error=error,
            limit=desk.limit,
        )

    def item_page(
        request: Request, incident: str, item: str, error: HoldfastError | None = None, typed: str = ""
    ) -> Response:
        custody = desk.custody(incident)
        custody.find(item)
        told = shown(custody, vault)
        row = next(row for row in told.rows if row.id == item)
        frame = framed(request, f"{row.name} · {incident}", "incidents")
        return render(
            PACKAGE,
            "vault-item.html",
            frame,
            status=status_of(error) if error else 200,
            vault=told,
            row=row,
            names=names(told.actors),
            error=error,
            typed=typed,
        )

    @routes.get("/parts/incidents/{incident}/evidence")
    def panel(request: Request, incident: Incident, _: Viewer) -> Response:
        """Show how the evidence stands, for the room of the incident."""
        desk.check_known(incident)
        told = shown(desk.custody(incident), vault)
        return render(PACKAGE, "vault-panel.html", framed(request, "Evidence"), vault=told)

    @routes.post("/report/{report}/files")
    async def to_report(request: Request, report: Report) -> Response:
        """Take a file that a reporter sends along, and thank for it."""
        try:
            row = await take_in(request, desk, vault, f"report/{report}", principal_of(request))
        except HoldfastError as error:
            if status_of(error) in {401, 403}:
                raise
            frame = framed(request, "Your report", "incidents")
            return render(
                PACKAGE,
                "sent-along.html",
                frame,
                status=status_of(error),
                report=report,
                row=None,
                error=error,
            )
        frame = framed(request, "Your report", "incidents")
        return render(PACKAGE, "sent-along.html", frame, report=report, row=row, error=None)

    @routes.get("/reports/{report}/files")
    def of_report(
        request: Request, report: Report, _: Annotated[Principal, Depends(requires(Permission.RESPOND))]
    ) -> Response:
        """Show what was sent along with a report."""
        desk.check_known(f"report/{report}")
        told = shown(desk.custody(f"report/{report}"), vault)
        frame = framed(request, f"Files of {report}", "incidents")
        return render(
            PACKAGE, "report-files.html", frame, vault=told, report=report, names=names(told.actors)
        )

    @routes.get("/reports/{report}/files/{item}")
    def given(request: Request, report: Report, item: ItemId) -> Response:
        """Show an image or a text that was sent along; anything else is saved."""
        given = desk.open(f"report/{report}", principal_of(request), item, how="viewed", original=False)
        return hand_out(given, view=True)

    @routes.get("/incidents/{incident}/evidence")
    def moved(incident: Incident) -> Response:
        """Lead to the vault: that is what its page is called."""
        return see_other(f"/incidents/{incident}/vault")

    @routes.get(base)
    def whole(request: Request, incident: Incident, _: Viewer) -> Response:
        """Show what lies in an incident's vault."""
        return page(request, incident)

    @routes.post(base)
    async def add(request: Request, incident: Incident) -> Response:
        """Take a file in; works without script."""
        from starlette.concurrency import run_in_threadpool

        try:
            row = await take_in(request, desk, vault, incident, principal_of(request))
        except HoldfastError as error:
            if status_of(error) in {401, 403}:
                raise
            return await run_in_threadpool(page, request, incident, error)
        return see_other(f"/incidents/{incident}/vault#{row.id}")

    @routes.get(base + "/{item}")
    def one(request: Request, incident: Incident, item: ItemId, _: Viewer) -> Response:
        """Show one piece of evidence with its chain of custody."""
        return item_page(request, incident, item)

    @routes.get(base + "/{item}/view")
    def view(request: Request, incident: Incident, item: ItemId, original: bool = False) -> Response:
        """Show an image or a text, in a sandbox; anything else is saved."""
        given = desk.open(incident, principal_of(request), item, how="viewed", original=original)
        return hand_out(given, view=True)

    @routes.get(base + "/{item}/content")
    def content(request: Request, incident: Incident, item: ItemId, original: bool = False) -> Response:
        """Save a content."""
        return hand_out(desk.open(incident, principal_of(request), item, how="downloaded", original=original))

    @routes.post(base + "/{item}/cover")
    def cover(
        request: Request, incident: Incident, item: ItemId, passages: Text = "", why: Text = ""
    ) -> Response:
        """Cover passages, one a line."""
        lines = [line for line in passages.splitlines() if line.strip()]
        try:
            desk.cover(incident, principal_of(request), item, lines, why)
        except HoldfastError as error:
            if status_of(error) in {401, 403}:
                raise
            return item_page(request, incident, item, error, passages)
        return see_other(f"/incidents/{incident}/vault/{item}")

    @routes.post(base + "/{item}/redact")
    def redact(request: Request, incident: Incident, item: ItemId, why: Text = "") -> Response:
        """Take a content out for good."""
        try:
            desk.redact(incident, principal_of(request), item, why)
        except HoldfastError as error:
            if status_of(error) in {401, 403}:
                raise
            return item_page(request, incident, item, error)
        return see_other(f"/incidents/{incident}/vault/{item}")

    @routes.post("/incidents/{incident}/vault-act/{act}/{step}")
    def act(request: Request, incident: Incident, act: Act, step: str, why: Text = "") -> Response:
        """Ask for, confirm or drop what takes two persons."""
        principal = principal_of(request)
        try:
            if step == "ask":
                desk.ask(incident, principal, act, why)
            elif step == "confirm":
                desk.confirm(incident, principal, act)
            else:
                desk.drop(incident, principal, act)
        except HoldfastError as error:
            if status_of(error) in {401, 403}:
                raise
            return page(request, incident, error)
        return see_other(f"/incidents/{incident}/vault")

    return routes
