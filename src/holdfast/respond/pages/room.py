"""The room of an incident: one page that says what is so and what is next, and its forms."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import Principal
from holdfast.access.requests import requires
from holdfast.kernel.errors import ConflictError, HoldfastError, UsageError
from holdfast.respond.commands.base import Command
from holdfast.respond.pages.act_forms import filled
from holdfast.respond.pages.act_words import TITLES, choices
from holdfast.respond.views.room.room import RoomView
from holdfast.respond.views.timeline import KINDS, Row
from holdfast.web.pages import Frame, framed, render, see_other

PACKAGE = "holdfast.respond"
PANELS = frozenset({"top", "next", "roles", "work", "hypotheses", "contain", "duties", "recovery"})
"""Parts of the page that are fetched anew when something changed."""
Views = Annotated[Principal, Depends(requires(Permission.VIEW))]
Responds = Annotated[Principal, Depends(requires(Permission.RESPOND))]


@dataclass(frozen=True)
class FormView:
    """A form of an act, new or sent back.

    Attributes
    ----------
    name, title : str
        Of the act.
    key : str
        Sent back with the form: pressed twice, it is done once.
    version : int
        Of the incident that the form was made from.
    values, wrong : mapping
        What was typed, and what is wrong with it, by field.
    says, fix : str
        What is wrong with the whole: somebody else was quicker, who, when.
    """

    name: str
    title: str
    key: str
    version: int
    values: Mapping[str, Any] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    says: str = ""
    fix: str = ""

    def value(self, name: str, otherwise: str = "") -> str | Sequence[str]:
        """Return what was typed into a field; several where it takes several."""
        typed: str | Sequence[str] = self.values.get(name, otherwise)
        return typed

    def error(self, name: str) -> str:
        """Return what is wrong with a field."""
        return self.wrong.get(name, "")


@dataclass(frozen=True)
class TimelinePage:
    """A part of the time line that has a page of its own."""

    id: str
    rows: Sequence[Row]
    earlier: int | None
    kind: str

    @property
    def kinds(self) -> Sequence[str]:
        """What can be filtered by."""
        return KINDS


class Work(Protocol):
    """What these pages need of the room."""

    def shown(self, incident: str) -> RoomView:
        """Return an incident as its page shows it."""
        ...

    def timeline(self, incident: str, before: int | None, kind: str) -> tuple[Sequence[Row], int | None]:
        """Return older rows, newest first, and where those before begin."""
        ...

    def act_command(self, name: str) -> type[Command] | None:
        """Return the command of an act by its name."""
        ...

    def perform(
        self,
        incident: str,
        command: Command,
        principal: Principal,
        *,
        expected: int | None = None,
        key: str | None = None,
    ) -> object:
        """Do an act."""
        ...

    def now(self) -> datetime:
        """Return the present moment."""
        ...


def router(work: Work) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/incidents/{incident}")
    def room(request: Request, incident: str, _: Views) -> Response:
        view = work.shown(incident)
        return render(PACKAGE, "room/page.html", _frame(request, view), room=view, form=_new("", view))

    @routes.get("/incidents/{incident}/parts/{panel}")
    def part(request: Request, incident: str, panel: str, _: Views) -> Response:
        if panel not in PANELS:
            raise UsageError.of("HF701", "the room has no such part")
        view = work.shown(incident)
        return render(PACKAGE, f"room/{panel}.html", _frame(request, view), room=view)

    @routes.get("/incidents/{incident}/timeline")
    def timeline(request: Request, incident: str, _: Views, before: int = 0, kind: str = "") -> Response:
        rows, earlier = work.timeline(incident, before or None, kind if kind in KINDS else "")
        page = TimelinePage(incident, rows, earlier, kind)
        frame = framed(request, f"{incident} time line", "incidents")
        return render(PACKAGE, "room/timeline_page.html", frame, page=page)

    @routes.get("/incidents/{incident}/act/{name}")
    def act_form(request: Request, incident: str, name: str, _: Responds) -> Response:
        _known(work, name)
        view = work.shown(incident)
        form = _new(name, view, dict(request.query_params))
        return _form_page(request, view, form)

    @routes.post("/incidents/{incident}/act/{name}")
    async def act(request: Request, incident: str, name: str, principal: Responds) -> Response:
        from starlette.concurrency import run_in_threadpool

        sent = await request.form(max_files=0, max_fields=200)
        return await run_in_threadpool(_acted, work, request, incident, name, principal, sent)

    return routes


def _acted(
    work: Work, request: Request, incident: str, name: str, principal: Principal, sent: FormData
) -> Response:
    """Do what a form asks for; where that is refused, show the form again with all that was typed."""
    said = filled(_known(work, name), sent, work.now())
    version, key = str(sent.get("version", "")), str(sent.get("key", ""))
    if said.command is not None:
        try:
            expected = int(version) if version.isdigit() else None
            work.perform(incident, said.command, principal, expected=expected, key=key[:80] or None)
        except HoldfastError as error:
            return _again(work, request, incident, name, said.values, key, error)
        return see_other(f"/incidents/{incident}")
    view = work.shown(incident)
    form = FormView(name, TITLES[name], key or _key(), view.version, said.values, said.wrong)
    form = _with_whole(form)
    return _form_page(request, view, form, 422)


def _with_whole(form: FormView) -> FormView:
    whole = form.wrong.get("", "")
    return FormView(form.name, form.title, form.key, form.version, form.values, form.wrong, whole)


def _again(
    work: Work,
    request: Request,
    incident: str,
    name: str,
    values: Mapping[str, Any],
    key: str,
    error: HoldfastError,
) -> Response:
    from holdfast.web.problems import status_of

    view = work.shown(incident)
    problem = error.problems[0]
    fix = problem.fix or ""
    if isinstance(error, ConflictError):
        fix = f"{fix}. What you typed is kept below".lstrip(". ")
    says = problem.message[:1].upper() + problem.message[1:]
    form = FormView(name, TITLES[name], key or _key(), view.version, values, {}, f"{says}.", f"{fix}.")
    return _form_page(request, view, form, status_of(error))


def _known(work: Work, name: str) -> type[Command]:
    kind = work.act_command(name)
    if kind is None or name not in TITLES:
        raise UsageError.of("HF701", f"the room has no act {name[:40]!r}", fix="see what the page offers")
    return kind


def _form_page(request: Request, view: RoomView, form: FormView, status: int = 200) -> Response:
    frame = _frame(request, view, form.title, live=False)
    page = "room/form_page.html"
    return render(PACKAGE, page, frame, status=status, room=view, form=form, choices=choices(view))


def _frame(request: Request, view: RoomView, title: str = "", *, live: bool = True) -> Frame:
    named = f"{title} · {view.id}" if title else f"{view.id} {view.title}"
    topic = f"incident/{view.id}" if live else ""
    return framed(request, named, "incidents", live=topic, seq=view.seq, drill=view.told.drill is not None)


def _new(name: str, view: RoomView, values: Mapping[str, Any] | None = None) -> FormView:
    return FormView(name, TITLES.get(name, ""), _key(), view.version, values or {})


def _key() -> str:
    return secrets.token_hex(12)
