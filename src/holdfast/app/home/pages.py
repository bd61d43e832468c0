"""The start page, and the page of what can be done."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from holdfast.access.model.permissions import Permission, permitted
from holdfast.access.model.principal import Principal
from holdfast.access.requests import requires
from holdfast.app.home.views import Home, Sources, due_of, home
from holdfast.kernel.events import Recorded
from holdfast.web.live import Told
from holdfast.web.pages import DueClock, Frame, framed, render, see_other

if TYPE_CHECKING:
    from holdfast.respond.views.told.models import IncidentRow

PACKAGE = "holdfast.app.home"
TOPIC = "home"
INCIDENT = re.compile(r"INC-\d{4}-\d{4,}", re.IGNORECASE)
Viewing = Annotated[Principal, Depends(requires(Permission.VIEW))]
ACTS = (("Decide", "decide"), ("Update", "update"), ("Hand over", "roles"), ("See what is due", "clocks"))
"""What the page of acts offers for each open incident: words, and where in its room that is done."""


@dataclass(frozen=True)
class Act:
    """Something that can be done."""

    words: str
    href: str


def home_pages(sources: Sources, now: Callable[[], datetime]) -> APIRouter:
    """Return the routes of the start page."""
    router = APIRouter()

    def _names(page: Home) -> Mapping[str, str]:
        return sources.names({row.commander for row in page.open if row.commander})

    @router.get("/")
    def start(request: Request, _: Viewing) -> Response:
        """Show whether anything is wrong, and what is due."""
        seq, page = sources.head(), home(sources, now())
        frame = framed(request, "Home", "home", live=TOPIC, seq=seq)
        return render(PACKAGE, "home.html", frame, page=page, names=_names(page))

    @router.get("/parts/home")
    def part(request: Request, _: Viewing) -> Response:
        """Return what changes of the start page."""
        page = home(sources, now())
        return render(
            PACKAGE, "home-body.html", framed(request, "Home", "home"), page=page, names=_names(page)
        )

    @router.get("/act")
    def act(request: Request, _: Viewing, q: str = "") -> Response:
        """Offer everything that can be done, without script."""
        found = INCIDENT.fullmatch(q.strip())
        rows = sources.respond.incident_rows("open")
        if found and any(row.id == found[0].upper() for row in rows):
            return see_other(f"/incidents/{found[0].upper()}")
        frame = framed(request, "Search or act")
        return render(PACKAGE, "act.html", frame, q=q[:200], acts=acts(frame, rows, q))

    return router


def acts(frame: Frame, rows: Sequence[IncidentRow], q: str) -> list[Act]:
    """Return what fits the words of a search; everything where there is none."""
    every = [Act("Declare an incident", "/incidents/new"), Act("Send in a report", "/report")]
    for row in rows:
        title = f" {row.title}" if row.title else ""
        every.append(Act(f"Open {row.id}{title}", f"/incidents/{row.id}"))
        if frame.may(Permission.RESPOND.value):
            every += [Act(f"{words} in {row.id}", f"/incidents/{row.id}#{where}") for words, where in ACTS]
    every += [Act(f"Go to: {line.name}", line.href) for line in frame.lines]
    wanted = q.lower().split()
    return [each for each in every if all(word in each.words.lower() for word in wanted)]


def clocks(sources: Sources) -> Callable[[Principal], Sequence[DueClock]]:
    """Return what gives a viewer's clocks: those of open incidents, to who may see them.

    They stand on every page and follow from facts and plans: they are computed when one of those has changed.
    """
    kept: list[tuple[object, Sequence[DueClock]]] = [(None, ())]

    def of(principal: Principal) -> Sequence[DueClock]:
        if not permitted(principal, Permission.VIEW):
            return ()
        present = (sources.head(), [id(loaded) for loaded in sources.plans().values()])
        known, due = kept[0]
        if known != present:
            due = due_of(sources.respond, sources.respond.open_incidents())
            kept[0] = (present, due)
        return due

    return of


def gauges(sources: Sources, now: Callable[[], datetime]) -> Callable[[], Mapping[str, float]]:
    """Return what gives the figures of open incidents for /metrics."""

    def of() -> Mapping[str, float]:
        incidents, present = sources.respond.open_incidents(), now()
        due = due_of(sources.respond, incidents)
        overdue = sum(1 for clock in due if clock.due <= present)
        return {"open_incidents": len(incidents), "clocks_running": len(due), "clocks_overdue": overdue}

    return of


def teller(recorded: Recorded) -> list[Told]:
    """Say what a fact is to who looks at the start page."""
    if recorded.stream.split("/", 1)[0] in {"incident", "gate", "report", "signal", "release"}:
        return [Told(TOPIC, "changed", "home,clocks")]
    return []
