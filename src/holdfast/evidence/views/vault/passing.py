"""Evidence that passes the door of the server: a form that brings it, an answer that hands it out."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, get_args

from holdfast.evidence.events.vault import Kind
from holdfast.evidence.model.vault.names import attachment
from holdfast.evidence.views.vault.custody import Row, shown
from holdfast.kernel.errors import UsageError
from holdfast.web.downloads import OCTETS, send_content
from holdfast.web.uploads import receive

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import StreamingResponse

    from holdfast.access.model.principal import Principal
    from holdfast.evidence.model.vault.given import Given
    from holdfast.evidence.ports import Desk, Vault

KINDS: tuple[str, ...] = get_args(Kind)


async def take_in(request: Request, desk: Desk, vault: Vault, scope: str, principal: Principal) -> Row:
    """Take a form with a file in, sealed as it comes; return the new piece of evidence."""
    from starlette.concurrency import run_in_threadpool

    form = await receive(request, desk.limit, lambda: desk.receive(scope, principal))
    kind = form.fields.get("kind") or "file"
    if kind not in KINDS:
        raise UsageError.of("HF643", f"`kind` is {kind[:40]!r}", fix=f"expected one of {', '.join(KINDS)}")

    def record() -> Row:
        why, name = form.fields.get("why", ""), form.filename
        item = desk.add(scope, principal, form.whole, kind=cast("Kind", kind), name=name, why=why)
        return row_of(desk, vault, scope, item.id)

    return await run_in_threadpool(record)


def row_of(desk: Desk, vault: Vault, scope: str, item: str) -> Row:
    """Return one piece of evidence in words.

    Raises
    ------
    UsageError
        HF776: there is none of this id.
    """
    custody = desk.custody(scope)
    custody.find(item)
    return next(row for row in shown(custody, vault).rows if row.id == item)


def hand_out(given: Given, *, view: bool = False) -> StreamingResponse:
    """Return a content as an answer: saved, or where it may be shown, shown in a sandbox."""
    media = given.shown_as if view and given.shown_as is not None else OCTETS
    disposition = attachment(given.name, "attachment" if media == OCTETS else "inline")
    return send_content(given.pieces, given.size, disposition, media)
