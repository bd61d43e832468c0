"""Declaring an incident: one page, one minute, no question that must be answered but one."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import Principal
from holdfast.access.requests import requires
from holdfast.respond.commands.declaring import DeclareIncident
from holdfast.respond.model.signals.alerts import UNASSIGNED, slug
from holdfast.web.pages import framed, render, see_other

PACKAGE = "holdfast.respond"
Declares = Annotated[Principal, Depends(requires(Permission.DECLARE))]
BEGAN = (
    ("", "I do not know"),
    ("0", "Just now"),
    ("15", "Within the last quarter of an hour"),
    ("60", "Within the last hour"),
    ("240", "Within the last four hours"),
    ("1440", "Within the last day"),
    ("10080", "Within the last week"),
)
"""Minutes before now, and how a person says it; the room lets it be said to the minute."""


@dataclass(frozen=True)
class DeclarePage:
    """What the page shows.

    Attributes
    ----------
    systems : sequence of (str, str)
        Ids and names of the systems that have a plan.
    open : sequence of str
        Incidents that are open: perhaps it is one of them.
    key : str
        Sent back with the form: pressed twice, it declares once.
    """

    systems: Sequence[tuple[str, str]]
    open: Sequence[str]
    key: str
    title: str = ""
    system: str = ""
    account: str = ""
    began: str = ""
    near_miss: bool = False
    wrong: str = ""

    @property
    def began_options(self) -> Sequence[tuple[str, str]]:
        """What may be said of when it began."""
        return BEGAN


class Work(Protocol):
    """What these pages need of the room."""

    def named_systems(self) -> Sequence[tuple[str, str]]:
        """Return ids and names of the systems that have a plan."""
        ...

    def open_incidents(self) -> Sequence[str]:
        """Return the incidents that are open, the latest first."""
        ...

    def declared(self, command: DeclareIncident, principal: Principal) -> str:
        """Declare an incident; return its id."""
        ...

    def now(self) -> datetime:
        """Return the present moment."""
        ...


def router(work: Work) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(include_in_schema=False)

    def shown(request: Request, page: DeclarePage, status: int = 200) -> Response:
        frame = framed(request, "Declare an incident", "incidents")
        return render(PACKAGE, "declare.html", frame, status=status, page=page)

    @routes.get("/incidents/new")
    def form(request: Request, _: Declares, system: str = "") -> Response:
        systems = work.named_systems()
        only = systems[0][0] if len(systems) == 1 else ""
        known = system if system in dict(systems) else only
        page = DeclarePage(systems, work.open_incidents(), secrets.token_hex(12), system=known)
        return shown(request, page)

    @routes.post("/incidents")
    def declare(
        request: Request,
        principal: Declares,
        title: Annotated[str, Form()] = "",
        system: Annotated[str, Form()] = "",
        account: Annotated[str, Form()] = "",
        began: Annotated[str, Form()] = "",
        near_miss: Annotated[str, Form()] = "",
        key: Annotated[str, Form()] = "",
    ) -> Response:
        line = " ".join(title.split())
        if not line or len(line) > 300:
            wrong = "Say in one line what happens." if not line else "At most 300 signs: the rest goes below."
            page = DeclarePage(
                work.named_systems(),
                work.open_incidents(),
                key or secrets.token_hex(12),
                title,
                system,
                account,
                began,
                bool(near_miss),
                wrong,
            )
            return shown(request, page, 422)
        command = DeclareIncident(
            system=slug(system) or UNASSIGNED,
            title=line,
            account=account.strip() or None,
            onset=_onset(began, work.now()),
            near_miss=bool(near_miss),
            key=f"form-{principal.actor}-{key}" if key else None,
        )
        return see_other(f"/incidents/{work.declared(command, principal)}")

    return routes


def _onset(began: str, now: datetime) -> datetime | None:
    known = {value for value, _ in BEGAN if value}
    return now - timedelta(minutes=int(began)) if began in known else None
