"""What is said and to whom: the update composer and the notification duties; forms that lose no word."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Form, Request
from pydantic import ValidationError
from starlette.responses import Response

from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import Principal
from holdfast.access.requests import requires
from holdfast.kernel.errors import ConflictError, HoldfastError, UsageError
from holdfast.respond.commands import duties as asked
from holdfast.respond.commands import updates as said
from holdfast.respond.commands.base import Command
from holdfast.respond.views.composing import Composer
from holdfast.respond.views.duties import DutiesPage
from holdfast.web.pages import framed, render, see_other
from holdfast.web.problems import status_of

PACKAGE = "holdfast.respond"
ACTOR = re.compile(r"\bp-[0-9a-f]{8}\b")
Views = Annotated[Principal, Depends(requires(Permission.VIEW))]
Text = Annotated[str, Form()]
Many = Annotated[list[str], Form()]


@dataclass(frozen=True)
class Wrong:
    """Why the last form was refused, and what was typed into it.

    Attributes
    ----------
    about : str
        The audience, duty or question that the form was about.
    typed : str
        The words, so that they are not lost.
    """

    says: str
    fix: str
    about: str = ""
    typed: str = ""


class Work(Protocol):
    """What these pages need of the room."""

    def composer(self, incident: str, principal: Principal) -> Composer:
        """Return the composer's page for a viewer."""
        ...

    def duties_page(self, incident: str, principal: Principal) -> DutiesPage:
        """Return the duties' page for a viewer."""
        ...

    def news(self, incident: str, version: int, principal: Principal) -> list[tuple[str, datetime]]:
        """Return who else changed an update or a duty after a version, and when."""
        ...

    def do(self, incident: str, command: Command, principal: Principal, expected: int | None) -> None:
        """Do an act."""
        ...


def router(work: Work) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(include_in_schema=False)
    _updates(routes, work)

    @routes.get("/parts/incidents/{incident}/communication/news")
    def news(request: Request, incident: str, principal: Views, version: int = 0) -> Response:
        found = work.news(incident, version, principal)
        frame = framed(request, "News")
        return render(PACKAGE, "communication-news.html", frame, incident=incident, news=found)

    _duties(routes, work)
    return routes


def _tried(do: Callable[[], None], about: str, typed: str) -> tuple[Wrong | None, int]:
    """Do what a form asks; return why not, and the status of the page that says so."""
    try:
        do()
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        return Wrong(f"{field}: {first['msg'].removeprefix('Value error, ')}", "", about, typed), 422
    except HoldfastError as error:
        first_problem = error.problems[0]
        if first_problem.code == "HF701":
            raise
        status = 409 if isinstance(error, ConflictError) else status_of(error)
        return Wrong(first_problem.message, first_problem.fix or "", about, typed), status
    return None, 303


def _by_name(wrong: Wrong | None, named: Callable[[str], str]) -> Wrong | None:
    """Return a refusal that calls people by their names."""
    if wrong is None:
        return None
    return replace(wrong, says=ACTOR.sub(lambda found: named(found[0]), wrong.says))


def _updates(routes: APIRouter, work: Work) -> None:
    def shown(
        request: Request, incident: str, principal: Principal, wrong: Wrong | None = None, status: int = 200
    ) -> Response:
        page = work.composer(incident, principal)
        wrong = _by_name(wrong, page.named)
        frame = framed(
            request,
            f"Updates · {incident}",
            "incidents",
            live=f"incident/{incident}",
            seq=page.seq,
            drill=page.facts.drill,
        )
        return render(PACKAGE, "composer.html", frame, status=status, page=page, wrong=wrong)

    @routes.get("/incidents/{incident}/updates")
    def composer(request: Request, incident: str, principal: Views) -> Response:
        return shown(request, incident, principal)

    @routes.post("/incidents/{incident}/updates")
    def act(
        request: Request,
        incident: str,
        principal: Views,
        does: Text = "write",
        audience: Text = "",
        update: Text = "",
        version: Text = "0",
        text: Text = "",
        because: Text = "",
        by_hand: Text = "",
        channels: Many = [],  # noqa: B006 -- FastAPI copies it
    ) -> Response:
        def command() -> Command:
            number = int(version) if version.isdecimal() and len(version) < 7 else 0
            form = {"update": update, "version": number, "because": because.strip() or None}
            match does:
                case "approve":
                    return said.ApproveUpdate.model_validate(form)
                case "refuse":
                    return said.RefuseUpdate.model_validate(form)
                case "send":
                    return said.SendUpdate.model_validate({**form, "channels": tuple(channels)})
                case "by-hand":
                    return said.SendUpdate.model_validate({**form, "by_hand": by_hand})
                case "drop":
                    return said.DropUpdate.model_validate({"update": update, "because": form["because"]})
            return said.WriteUpdate.model_validate(
                {
                    "audience": audience,
                    "text": None if does == "keep" else text,
                    "update": update or None,
                    "based_on": number,
                }
            )

        typed = text or by_hand or because
        wrong, status = _tried(lambda: work.do(incident, command(), principal, None), audience, typed)
        if wrong is not None:
            return shown(request, incident, principal, wrong, status)
        there = f"#to-{audience}" if audience.replace("-", "").isalnum() and audience.isascii() else ""
        return see_other(f"/incidents/{incident}/updates{there}")


def _duties(routes: APIRouter, work: Work) -> None:
    def shown(
        request: Request, incident: str, principal: Principal, wrong: Wrong | None = None, status: int = 200
    ) -> Response:
        page = work.duties_page(incident, principal)
        wrong = _by_name(wrong, page.named)
        title = f"Notification duties · {incident}"
        frame = framed(request, title, "incidents", live=f"incident/{incident}", seq=page.seq)
        return render(PACKAGE, "duties.html", frame, status=status, page=page, wrong=wrong)

    @routes.get("/incidents/{incident}/duties")
    def duties(request: Request, incident: str, principal: Views) -> Response:
        return shown(request, incident, principal)

    @routes.post("/incidents/{incident}/duties")
    def act(
        request: Request,
        incident: str,
        principal: Views,
        does: Text = "",
        seen: Text = "",
        regime: Many = [],  # noqa: B006 -- FastAPI copies it
        question: Text = "",
        answer: Text = "",
        owner: Text = "",
        note: Text = "",
        start: Text = "",
        at: Text = "",
        stage: Text = "",
        places: Text = "",
        zone: Text = "",
        holidays: Text = "",
    ) -> Response:
        def command() -> Command:
            words = note.strip() or None
            match does:
                case "answer":
                    return asked.AnswerDutyQuestion.model_validate(
                        {
                            "question": question,
                            "answer": answer,
                            "note": words,
                            "owner": owner.strip() or None,
                        }
                    )
                case "start":
                    return asked.RecordDutyStart.model_validate(
                        {"start": start, "happened_at": _utc(at), "note": words}
                    )
                case "places":
                    return asked.SetDutyPlaces(places=tuple(places.replace(",", " ").split()))
                case "days":
                    named = tuple(_day(each) for each in holidays.replace(",", " ").split())
                    return asked.SetDutyDays(zone=zone.strip() or "UTC", holidays=named or None)
                case "sent":
                    return asked.RecordDutySent.model_validate(
                        {
                            "regime": regime[0] if regime else "",
                            "stage": stage or None,
                            "sent_at": _utc(at) if at else None,
                            "receipt": note,
                        }
                    )
                case "reopen":
                    return asked.ReopenDuty.model_validate(
                        {"regime": regime[0] if regime else "", "because": note}
                    )
            return asked.DecideDuties.model_validate(
                {
                    "regimes": tuple(regime),
                    "decided": does.replace("-", "_"),
                    "reason": note,
                    "owner": owner.strip() or None,
                    "due_at": _utc(at) if at else None,
                }
            )

        about = question or start or (regime[0] if len(regime) == 1 else does)
        expected = int(seen) if seen.isdecimal() and len(seen) < 10 else None
        wrong, status = _tried(lambda: work.do(incident, command(), principal, expected), about, note)
        if wrong is not None:
            return shown(request, incident, principal, wrong, status)
        return see_other(f"/incidents/{incident}/duties")


def _utc(text: str) -> datetime:
    """Return what a field for date and time says: in UTC, as its label tells.

    Raises
    ------
    UsageError
        HF741: it is no time.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError.of("HF741", f"`{text[:40]}` is no time", fix="write 2026-11-21T10:30") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError.of("HF742", f"`{text[:40]}` is no day", fix="write 2026-12-25") from error
