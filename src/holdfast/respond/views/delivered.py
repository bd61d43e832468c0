"""Who was told of an incident, and whether it arrived: the context of its page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from holdfast.kernel.sealed import Sealed
from holdfast.respond.model.deliveries.again import may_again
from holdfast.respond.model.deliveries.state import Sent, State
from holdfast.respond.model.incident.state import Incident

Unseal = Callable[[Sequence[Sealed]], Sequence[str | None]]
WHAT = {
    "page": "call",
    "ticket": "issue",
    "document": "page of the incident",
    "event": "event",
}
WORDS: dict[State, str] = {
    "waiting": "on its way",
    "delivered": "taken",
    "failed": "did not arrive",
    "withheld": "withheld: drill",
}


@dataclass(frozen=True)
class DeliveryRow:
    """One delivery.

    Attributes
    ----------
    what : str
        What was told: `call, opened`, `update u1, version 2`.
    state, words : str
        How it stands, for programs and in words.
    why : str
        Why it did not arrive, or takes longer; with what the receiver said, which is not to be trusted.
    again : bool
        Whether it may be sent again.
    """

    id: str
    route: str
    what: str
    state: State
    words: str
    asked_at: datetime
    ended_at: datetime | None
    receipt: str
    address: str
    why: str
    again: bool


@dataclass(frozen=True)
class DeliveriesPage:
    """The context of the page.

    Attributes
    ----------
    rows : sequence of DeliveryRow
        What did not arrive first, then what is on its way, then the newest.
    """

    incident: str
    drill: bool
    rows: Sequence[DeliveryRow]

    def count(self, state: State) -> int:
        """Return how many stand so."""
        return sum(row.state == state for row in self.rows)


ORDER: dict[State, int] = {"failed": 0, "waiting": 1, "delivered": 2, "withheld": 2}


def deliveries_page(incident: Incident, unseal: Unseal) -> DeliveriesPage:
    """Return the page's context."""
    every = list(incident.deliveries.by_id.values())
    told = [sent for sent in every if _said(sent) is not None]
    opened = unseal([said for sent in told if (said := _said(sent)) is not None])
    words = {
        sent.asked.delivery: "(redacted)" if text is None else text
        for sent, text in zip(told, opened, strict=True)
    }
    rows = [_row(incident, sent, words.get(sent.asked.delivery, "")) for sent in every]
    rows.sort(key=lambda row: (ORDER[row.state], -row.asked_at.timestamp()))
    return DeliveriesPage(incident.id, incident.declared.drill is not None, rows)


def _said(sent: Sent) -> Sealed | None:
    if sent.failed is not None:
        return sent.failed.said
    return sent.held_up_said if sent.state == "waiting" else None


def _row(incident: Incident, sent: Sent, why: str) -> DeliveryRow:
    asked = sent.asked
    name, _, version = asked.subject.partition("/")
    what = (
        f"update {name}, version {version}" if version else f"{WHAT.get(asked.kind, asked.kind)}, {asked.act}"
    )
    words = "takes longer" if sent.state == "waiting" and sent.held_up else WORDS[sent.state]
    return DeliveryRow(
        asked.delivery,
        asked.route,
        what,
        sent.state,
        words,
        sent.at,
        sent.ended,
        sent.receipt,
        sent.address,
        why,
        may_again(incident.deliveries, asked.delivery),
    )
