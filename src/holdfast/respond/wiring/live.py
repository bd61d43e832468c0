"""What an event is to those who look at a room: a row of its time line, and the panels that changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from holdfast.web.live import Told

if TYPE_CHECKING:
    from holdfast.evidence.ports import Vault
    from holdfast.kernel.events import Recorded
    from holdfast.web.live import Teller

ROOMS = ("incident/", "vault/INC-", "runbook/INC-")
"""Streams whose facts stand in a room."""
EVERY = "top,next,clocks"
PANELS: Mapping[str, str] = {
    "state": "contain,recovery,duties",
    "severity": "roles,duties",
    "role": "roles",
    "hypothesis": "hypotheses,duties",
    "decision": "work",
    "action": "work",
    "lever": "contain,duties",
    "check": "hypotheses,duties",
    "update": "duties",
    "duty": "duties",
    "clock": "duties",
    "signal": "roles",
    "evidence": "evidence",
}
"""What a row is about -> the panels that it changes, besides those that every row does."""


def room_teller(vault: Vault, names: Callable[[Collection[str]], Mapping[str, str]]) -> Teller:
    """Return what tells the viewers of rooms; a row is rendered once, for all of them."""

    def tell(recorded: Recorded) -> list[Told]:
        topic = _topic(recorded.stream)
        if topic is None:
            return []
        from holdfast.respond.views.timeline import told

        panels = PANELS.get(told(recorded)[0])
        changed = f"{EVERY},{panels}" if panels else EVERY
        return [
            Told(topic, "row", lambda: _row(recorded, vault, names)),
            Told(topic, "changed", changed),
        ]

    return tell


def _topic(stream: str) -> str | None:
    if not stream.startswith(ROOMS):
        return None
    return f"incident/{stream.split('/')[1]}"


def _row(recorded: Recorded, vault: Vault, names: Callable[[Collection[str]], Mapping[str, str]]) -> str:
    from holdfast.respond.views.timeline import rows_of
    from holdfast.web.pages import Frame, rendered

    (row,) = rows_of([recorded], vault, lambda actor: names([actor]).get(actor, actor))
    return rendered("holdfast.respond", "room/row.html", Frame("", now=recorded.at), row=row)
