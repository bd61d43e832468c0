"""Runbooks on the server: the shelf, one on its page, and following one inside an incident."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import Principal
from holdfast.access.requests import requires
from holdfast.kernel.errors import ConflictError, HoldfastError, UsageError
from holdfast.respond.commands.runbooks import AbandonRunbook, DoStep, SkipStep, StartRunbook, TakeBranch
from holdfast.respond.views.runbooks.following import RunRow, RunView
from holdfast.respond.views.runbooks.sheet import Sheet, sheet_of
from holdfast.respond.views.runbooks.shelf import Row
from holdfast.respond.views.runbooks.work import Following
from holdfast.web.pages import framed, render, see_other

PACKAGE = "holdfast.respond"
Text = Annotated[str, Form()]
Views = Annotated[Principal, Depends(requires(Permission.VIEW))]
Responds = Annotated[Principal, Depends(requires(Permission.RESPOND))]


@dataclass(frozen=True)
class ShelfPage:
    """Every runbook.

    Attributes
    ----------
    systems : sequence of pairs
        Ids and names of the systems with a plan.
    system : str
        Whose plan is looked at; empty for the library alone.
    """

    rows: Sequence[Row]
    systems: Sequence[tuple[str, str]]
    system: str


@dataclass(frozen=True)
class RunsPage:
    """The runs of an incident, and the runbooks that may be followed.

    Attributes
    ----------
    mode : str
        The failure mode that the incident was classified as; its runbooks come first.
    wrong, fix : str
        Why the last wish was refused, and what to do.
    """

    incident: str
    runs: Sequence[RunRow]
    shelf: Sequence[Row]
    mode: str = ""
    wrong: str = ""
    fix: str = ""


@dataclass(frozen=True)
class PanelPage:
    """What the incident's own page shows of its runbooks.

    Attributes
    ----------
    runs : sequence of RunView
        Those that are followed.
    fits : sequence of Row
        Those that answer the failure mode of the classification.
    """

    incident: str
    runs: Sequence[RunView]
    fits: Sequence[Row]


@dataclass(frozen=True)
class RunPage:
    """A run.

    Attributes
    ----------
    wrong, fix : str
        Why the last wish was refused, and what to do.
    kept : str
        What was typed and not taken.
    alone : bool
        Whether it is a page of its own, and no panel of another.
    """

    run: RunView
    wrong: str = ""
    fix: str = ""
    kept: str = ""
    alone: bool = True

    @property
    def levers(self) -> Sequence[tuple[str, str]]:
        """What may be chosen to be moved."""
        return [("", "choose one"), *((lever, lever) for lever in self.run.levers)]


class Work(Following, Protocol):
    """What these pages need of the room."""

    def systems(self) -> Sequence[tuple[str, str]]:
        """Return ids and names of the systems that have a plan."""
        ...

    def system_of(self, incident: str) -> str:
        """Return the system of an incident."""
        ...

    def mode_of(self, incident: str) -> str | None:
        """Return the failure mode that an incident was classified as."""
        ...

    def named(self, words: str) -> str:
        """Return words in which actors are told by their names."""
        ...

    def seen(self) -> int:
        """Return the seq of the last fact that there is."""
        ...


def router(work: Work) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/runbooks")
    def shelf(request: Request, _: Views, system: str = "") -> Response:
        systems = work.systems()
        chosen = system if system in dict(systems) else (systems[0][0] if len(systems) == 1 else "")
        page = ShelfPage(work.shelf(chosen or None), systems, chosen)
        return render(PACKAGE, "runbooks.html", framed(request, "Runbooks", "runbooks"), page=page)

    @routes.get("/runbooks/{name}")
    def one(request: Request, _: Views, name: str, system: str = "") -> Response:
        found = work.find(name, system or None)
        sheet: Sheet = sheet_of(found.loaded.runbook, found.origin)
        asked = f"?system={quote(system)}" if system else ""
        return render(
            PACKAGE,
            "runbook.html",
            framed(request, sheet.title, "runbooks"),
            sheet=sheet,
            name=found.name,
            asked=asked,
        )

    @routes.get("/incidents/{incident}/runbooks")
    def runs(request: Request, _: Views, incident: str) -> Response:
        return _runs(request, work, incident)

    @routes.post("/incidents/{incident}/runbooks")
    def start(
        request: Request, principal: Responds, incident: str, runbook: Text = "", again: Text = ""
    ) -> Response:
        try:
            run = work.start(StartRunbook(incident, runbook, again=again == "yes"), principal)
        except (ConflictError, UsageError) as error:
            return _runs(request, work, incident, error)
        return see_other(f"/incidents/{incident}/runbooks/{run.number}")

    @routes.get("/incidents/{incident}/runbooks/{number}")
    def look(request: Request, _: Views, incident: str, number: int) -> Response:
        return _run(request, work, incident, number)

    @routes.get("/parts/incidents/{incident}/runbooks")
    def panel(request: Request, _: Views, incident: str) -> Response:
        """Return what the incident's own page shows of its runbooks."""
        mode = work.mode_of(incident) or ""
        going_on = [work.look(incident, row.number) for row in work.rows(incident) if row.state == "open"]
        fits = [row for row in work.shelf(work.system_of(incident)) if mode and row.failure_mode == mode]
        page = PanelPage(incident, going_on, [row for row in fits if not row.problem])
        return render(PACKAGE, "room/runbooks.html", framed(request, incident, "incidents"), page=page)

    @routes.get("/parts/incidents/{incident}/runbooks/{number}")
    def part(request: Request, _: Views, incident: str, number: int) -> Response:
        """Return the panel alone, for the page that shows it among others."""
        page = RunPage(work.look(incident, number), alone=False)
        return render(PACKAGE, "runbook-panel.html", framed(request, incident, "incidents"), page=page)

    @routes.get("/parts/incidents/{incident}/runbooks/{number}/news")
    def news(request: Request, _: Views, incident: str, number: int, version: int = 0) -> Response:
        """Say who went on since a version of the run; a form that somebody fills in is left alone."""
        page = RunPage(work.look(incident, number))
        frame = framed(request, incident, "incidents")
        return render(PACKAGE, "runbook-news.html", frame, page=page, version=version)

    @routes.post("/incidents/{incident}/runbooks/{number}/steps/{step}")
    def step(
        request: Request,
        principal: Responds,
        incident: str,
        number: int,
        step: str,
        does: Text = "done",
        note: Text = "",
        lever: Text = "",
        scope_name: Text = "",
        scope: Text = "",
    ) -> Response:
        said = note.strip()
        try:
            match does.split(":", 1):
                case ["skip"]:
                    work.skip_step(SkipStep(incident, number, step, said), principal)
                case ["branch", branch]:
                    work.take_branch(TakeBranch(incident, number, step, branch, said or None), principal)
                case [word]:
                    command = DoStep(
                        incident,
                        number,
                        step,
                        said or None,
                        helped={"helped": True, "not-helped": False}.get(word),
                        lever=lever or None,
                        scope={scope_name: scope.strip()} if scope_name and scope.strip() else {},
                        by_hand=word == "by-hand",
                    )
                    work.do_step(command, principal)
        except (ConflictError, UsageError) as error:
            return _run(request, work, incident, number, error, said)
        return see_other(f"/incidents/{incident}/runbooks/{number}")

    @routes.post("/incidents/{incident}/runbooks/{number}/abandon")
    def abandon(
        request: Request, principal: Responds, incident: str, number: int, note: Text = ""
    ) -> Response:
        try:
            work.abandon(AbandonRunbook(incident, number, note), principal)
        except (ConflictError, UsageError) as error:
            return _run(request, work, incident, number, error, note)
        return see_other(f"/incidents/{incident}/runbooks")

    return routes


def _runs(request: Request, work: Work, incident: str, error: HoldfastError | None = None) -> Response:
    says, fix = _words(work, error)
    seen, mode = work.seen(), work.mode_of(incident) or ""
    shelf = sorted(work.shelf(work.system_of(incident)), key=lambda row: not mode or row.failure_mode != mode)
    page = RunsPage(incident, work.rows(incident), shelf, mode, says, fix)
    topic = f"incident/{incident}"
    frame = framed(request, f"{incident}: runbooks", "incidents", live=topic, seq=seen)
    return render(PACKAGE, "incident-runbooks.html", frame, status=_status(error), page=page)


def _run(
    request: Request,
    work: Work,
    incident: str,
    number: int,
    error: HoldfastError | None = None,
    kept: str = "",
) -> Response:
    says, fix = _words(work, error)
    seen = work.seen()
    page = RunPage(work.look(incident, number), says, fix, kept)
    topic = f"incident/{incident}"
    frame = framed(request, f"{incident}: {page.run.title}", "incidents", live=topic, seq=seen)
    return render(PACKAGE, "incident-runbook.html", frame, status=_status(error), page=page)


def _words(work: Work, error: HoldfastError | None) -> tuple[str, str]:
    if error is None:
        return "", ""
    wrong = error.problems[0]
    return work.named(wrong.message), work.named(wrong.fix or "")


def _status(error: HoldfastError | None) -> int:
    if error is None:
        return 200
    return 409 if isinstance(error, ConflictError) else 422
