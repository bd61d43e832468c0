"""What others saw: reports that wait for an answer, alerts, and the form on which somebody reports."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Protocol, cast

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import Principal
from holdfast.access.requests import requires
from holdfast.respond.commands.signals import AnswerReport, ReceiveReport
from holdfast.respond.events.signals import ReportAnswered
from holdfast.respond.model.signals.alerts import slug
from holdfast.respond.model.signals.told import SignalTold
from holdfast.web.pages import framed, render, see_other

PACKAGE = "holdfast.respond"
REPORTERS = (
    ("employee", "I work here"),
    ("customer", "A customer told me, or I am one"),
    ("partner", "A partner told me, or I am one"),
    ("other", "Somebody else"),
)


@dataclass(frozen=True)
class SignalsPage:
    """What the page shows.

    Attributes
    ----------
    waiting : sequence of SignalTold
        What nobody has looked at, the oldest first.
    lately : sequence of SignalTold
        What came in lately, the newest first.
    open : sequence of str
        Incidents that a report can join.
    """

    waiting: Sequence[SignalTold]
    lately: Sequence[SignalTold]
    open: Sequence[str]


@dataclass(frozen=True)
class ReportPage:
    """What the form for reporting shows."""

    systems: Sequence[tuple[str, str]]
    key: str
    what: str = ""
    system: str = ""
    reporter: str = "employee"
    contact: str = ""
    wrong: str = ""

    @property
    def reporters(self) -> Sequence[tuple[str, str]]:
        """Who may have seen it."""
        return REPORTERS


class Work(Protocol):
    """What these pages need of the room."""

    def named_systems(self) -> Sequence[tuple[str, str]]:
        """Return ids and names of the systems that have a plan."""
        ...

    def open_incidents(self) -> Sequence[str]:
        """Return the incidents that are open, the latest first."""
        ...

    def waiting_signals(self) -> Sequence[SignalTold]:
        """Return what nobody has looked at, in words."""
        ...

    def latest_signals(self) -> Sequence[SignalTold]:
        """Return what came in lately, in words."""
        ...

    def receive(self, command: ReceiveReport, principal: Principal) -> str:
        """Record a report."""
        ...

    def answer(self, command: AnswerReport, principal: Principal) -> ReportAnswered:
        """Say what becomes of a report."""
        ...


def router(work: Work) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/signals")
    def signals(request: Request, _: Annotated[Principal, Depends(requires(Permission.RESPOND))]) -> Response:
        page = SignalsPage(work.waiting_signals(), work.latest_signals(), work.open_incidents())
        return render(PACKAGE, "signals.html", framed(request, "Signals", "incidents"), page=page)

    @routes.post("/signals/{report}/answer")
    def answer(
        report: str,
        principal: Annotated[Principal, Depends(requires(Permission.DECLARE))],
        does: Annotated[str, Form()],
        incident: Annotated[str, Form()] = "",
        reason: Annotated[str, Form()] = "",
    ) -> Response:
        command = {
            "declare": AnswerReport(report),
            "attach": AnswerReport(report, incident=incident),
            # an empty reason is refused below, never taken for a wish to declare
            "dismiss": AnswerReport(report, dismissed_because=reason.strip()),
        }[does if does in ("declare", "attach") else "dismiss"]
        made = work.answer(command, principal)
        return see_other(f"/incidents/{made.incident}" if made.incident else "/signals")

    @routes.get("/report")
    def form(request: Request, _: Annotated[Principal, Depends(requires(Permission.REPORT))]) -> Response:
        page = ReportPage(work.named_systems(), secrets.token_hex(12))
        return render(PACKAGE, "report.html", framed(request, "Report something", "incidents"), page=page)

    @routes.post("/report")
    def report(
        request: Request,
        principal: Annotated[Principal, Depends(requires(Permission.REPORT))],
        what: Annotated[str, Form()] = "",
        system: Annotated[str, Form()] = "",
        reporter: Annotated[str, Form()] = "employee",
        contact: Annotated[str, Form()] = "",
        key: Annotated[str, Form()] = "",
    ) -> Response:
        frame = framed(request, "Report something", "incidents")
        if not what.strip() or len(what) > 20_000:
            said = "Say what you saw." if not what.strip() else "At most 20,000 signs."
            again = key or secrets.token_hex(12)
            page = ReportPage(work.named_systems(), again, what, system, reporter, contact, said)
            return render(PACKAGE, "report.html", frame, status=422, page=page)
        by = reporter if reporter in dict(REPORTERS) else "other"
        command = ReceiveReport(
            what=what.strip(),
            reporter=cast(Literal["customer", "employee", "partner", "other"], by),
            system=slug(system) or None,
            contact=contact.strip()[:500] or None,
            key=f"form-{key}" if key else None,
        )
        return render(PACKAGE, "reported.html", frame, report=work.receive(command, principal))

    return routes
