"""Pages of the ledger browser."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.responses import Response, StreamingResponse

from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import Principal
from holdfast.access.requests import check_permitted, requires
from holdfast.app.facts.views import PAGE, Asked, Fact, Story, facts, kinds, story
from holdfast.kernel.events import Recorded
from holdfast.ledger.export import export_lines
from holdfast.ledger.verify import Verified
from holdfast.web.live import Told
from holdfast.web.pages import Frame, framed, render, rendered, see_other

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from holdfast.ledger.chain import Stored
    from holdfast.ledger.ports import Ledger

PACKAGE = "holdfast.app.facts"
TOPIC = "ledger"
OPEN = ("incident/", "runbook/", "report/", "gate/", "release/", "evidence/")
"""Streams whose facts whoever sees incidents may look at one by one; all others are the auditor's."""
Viewing = Annotated[Principal, Depends(requires(Permission.VIEW))]
Auditing = Annotated[Principal, Depends(requires(Permission.AUDIT))]
Names = Callable[[Collection[str]], Mapping[str, str]]


@dataclass(frozen=True)
class FactsPage:
    """What the list shows.

    Attributes
    ----------
    facts : sequence of Fact
        Newest first.
    next : str
        Where the next page is; empty on the last one.
    asked : Asked
        The filter.
    kinds : sequence of str
    names : mapping
        The names of actors that have one.
    live : bool
        Whether new facts appear by themselves: on the first page, without a filter.
    """

    facts: Sequence[Fact]
    next: str
    asked: Asked
    kinds: Sequence[str]
    names: Mapping[str, str]
    live: bool


@dataclass(frozen=True)
class Books:
    """What the browser reads.

    Attributes
    ----------
    ledger : Ledger
    verify : callable
        Verifies the whole ledger without changing anything.
    stored : callable
        The events as they are stored, of one moment.
    names : callable
    """

    ledger: Ledger
    verify: Callable[[], Verified]
    stored: Callable[[], AbstractContextManager[Iterator[Stored]]]
    names: Names


def ledger_pages(books: Books) -> APIRouter:
    """Return the routes of the ledger browser."""
    router = APIRouter(prefix="/ledger")

    @router.get("")
    def listed(
        request: Request,
        principal: Viewing,
        seq: int | None = None,
        stream: str = "",
        type: str = "",
        actor: str = "",
        since: str = "",
        until: str = "",
        before: int | None = None,
    ) -> Response:
        """List facts, newest first; a number leads to its fact."""
        if seq is not None:
            return see_other(f"/ledger/{seq}")
        check_permitted(principal, Permission.AUDIT)
        told = {"stream": stream, "type": type, "actor": actor, "since": since, "until": until}
        asked = Asked(stream.strip(), type, actor.strip(), moment(since), moment(until), before)
        head = books.ledger.head().seq
        page = _listed(books, asked, {name: value for name, value in told.items() if value})
        frame = framed(request, "Ledger", "ledger", live=TOPIC if page.live else "", seq=head)
        return render(PACKAGE, "facts.html", frame, page=page)

    @router.post("/verify")
    def verify(request: Request, _: Auditing) -> Response:
        """Verify the whole ledger and say what was found."""
        return render(PACKAGE, "verified.html", framed(request, "Verify", "ledger"), found=books.verify())

    @router.get("/export")
    def export(_: Auditing) -> Response:
        """Give the whole ledger as JSON lines that anybody can verify offline."""
        headers = {"Content-Disposition": 'attachment; filename="ledger.jsonl"'}
        return StreamingResponse(_lines(books), media_type="application/jsonl", headers=headers)

    @router.get("/{seq}")
    def shown(request: Request, principal: Viewing, seq: int) -> Response:
        """Show one fact, what led to it and what it led to."""
        found = story(books.ledger, seq) if 0 < seq < 2**62 else None
        if found is None:
            raise HTTPException(404, f"there is no fact #{seq}")
        if not found.fact.stream.startswith(OPEN):
            check_permitted(principal, Permission.AUDIT)
        page = framed(request, f"#{seq} {found.fact.type}", "ledger")
        return render(PACKAGE, "fact.html", page, story=found, names=_names(books, found))

    return router


def teller(recorded: Recorded) -> list[Told]:
    """Say what a fact is to who looks at the ledger."""
    return [Told(TOPIC, "row", lambda: _row(recorded))]


def _row(recorded: Recorded) -> str:
    import json

    fact = Fact(
        recorded.seq, recorded.stream, recorded.version, recorded.event.type_name(), recorded.at,
        recorded.actor, recorded.because, json.dumps(recorded.event.data()), recorded.event.SCHEMA,
        recorded.hash, "",
    )  # fmt: skip
    return rendered(PACKAGE, "row.html", Frame("", now=recorded.at), fact=fact, names={})


def _listed(books: Books, asked: Asked, told: Mapping[str, str]) -> FactsPage:
    found = facts(books.ledger, asked)
    shown = found[:PAGE]
    following = ""
    if len(found) > PAGE:
        following = "/ledger?" + urlencode({**told, "before": str(shown[-1].seq)})
    live = not told and asked.before is None
    names = books.names({fact.actor for fact in shown})
    return FactsPage(shown, following, asked, kinds(books.ledger), names, live)


def _names(books: Books, found: Story) -> Mapping[str, str]:
    return books.names({each.actor for each in (found.fact, *found.causes, *found.effects)})


def _lines(books: Books) -> Iterator[bytes]:
    with books.stored() as events:
        yield from export_lines(events)


def moment(text: str) -> datetime | None:
    """Return the moment that a form says, UTC where it says no zone; None where it says none.

    Raises
    ------
    HTTPException
        422: it is no time.
    """
    if not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise HTTPException(422, "a time is written as 2026-11-21T10:30, in UTC") from error
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
