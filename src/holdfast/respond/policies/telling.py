"""When something happened that others must know, it is asked to be told; what is asked is put on its way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from holdfast.kernel.canonical import Json
from holdfast.kernel.events import Event, Recorded
from holdfast.ledger.reacting import Policy
from holdfast.respond.events.deliveries import DeliveryAsked

CARRIED = "incident"
"""The kind of the worker's deliveries that `Courier` carries."""


class Add(Protocol):
    """Puts a delivery on its way: `store.work.Deliveries.add`."""

    def __call__(
        self,
        id: str,
        route: str,
        kind: str,
        subject: str,
        body: Mapping[str, Json],
        at: datetime,
    ) -> bool:
        """Ask for a delivery from a time on; return False where the same one was asked for before."""
        ...


def telling_policies(
    triggers: tuple[type[Event], ...], ask: Callable[[Recorded], None], add: Add
) -> tuple[Policy, ...]:
    """Return what makes deliveries of facts, and what puts deliveries on their way.

    Parameters
    ----------
    triggers : tuple of type
        The facts that others are told of.
    ask : callable
        Records what a fact asks to be delivered; harmless twice.
    add : Add
    """

    def queue(recorded: Recorded) -> None:
        event = recorded.event
        if isinstance(event, DeliveryAsked):
            route = f"{event.system}/{event.route}"
            add(event.delivery, route, CARRIED, recorded.stream, {"seq": recorded.seq}, recorded.at)

    return (
        Policy("tell-others", triggers, ask),
        Policy("send-deliveries", (DeliveryAsked,), queue),
    )
