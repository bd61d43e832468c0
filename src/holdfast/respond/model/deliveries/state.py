"""The deliveries of one incident, as its facts say they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, TypeAlias

from holdfast.kernel.clock import parse_iso
from holdfast.kernel.events import Recorded
from holdfast.kernel.sealed import Sealed
from holdfast.respond.events.deliveries import (
    Delivered,
    DeliveryAsked,
    DeliveryFailed,
    DeliveryHeldUp,
    DeliveryWithheld,
    Kind,
)

State: TypeAlias = Literal["waiting", "delivered", "failed", "withheld"]


@dataclass(frozen=True)
class Sent:
    """One delivery.

    Attributes
    ----------
    asked : DeliveryAsked
    at : datetime
        When it was asked for.
    seq : int
        The number of the fact that asked for it.
    state : str
        `waiting` until it ended.
    held_up, held_up_said : bool, Sealed or None
        Whether it was told that it takes longer, and why.
    receipt, address : str
        What the receiver answered.
    failed : DeliveryFailed or None
        Why it was given up.
    ended : datetime or None
    """

    asked: DeliveryAsked
    at: datetime
    seq: int
    state: State = "waiting"
    held_up: bool = False
    held_up_said: Sealed | None = None
    receipt: str = ""
    address: str = ""
    failed: DeliveryFailed | None = None
    ended: datetime | None = None

    @property
    def happened(self) -> datetime:
        """When what it tells happened."""
        return parse_iso(self.asked.happened_at) if self.asked.happened_at is not None else self.at


@dataclass(frozen=True)
class Deliveries:
    """All of an incident's, by id, in the order in which they were asked for."""

    by_id: Mapping[str, Sent] = field(default_factory=dict)

    def evolve(self, recorded: Recorded) -> Deliveries:
        """Take a fact into account; what ended stays as it ended."""
        event, at = recorded.event, recorded.at
        if isinstance(event, DeliveryAsked):
            if event.delivery in self.by_id:
                return self
            return Deliveries({**self.by_id, event.delivery: Sent(event, at, recorded.seq)})
        if not isinstance(event, Delivered | DeliveryFailed | DeliveryWithheld | DeliveryHeldUp):
            return self
        known = self.by_id.get(event.delivery)
        if known is None or known.state != "waiting":
            return self
        match event:
            case Delivered():
                now = replace(
                    known, state="delivered", receipt=event.receipt, address=event.address, ended=at
                )
            case DeliveryFailed():
                now = replace(known, state="failed", failed=event, ended=at)
            case DeliveryWithheld():
                now = replace(known, state="withheld", ended=at)
            case DeliveryHeldUp():
                now = replace(known, held_up=True, held_up_said=event.said)
        return Deliveries({**self.by_id, event.delivery: now})

    def known_as(self, system: str, route: str, thing: str) -> str:
        """Return what the receiver calls a thing: of the last receipt; empty before the first one."""
        receipts = [s.receipt for s in self._of(system, route, thing) if s.state == "delivered"]
        return receipts[-1] if receipts else ""

    def first_of(self, delivery: str) -> bool:
        """Return whether nothing that was asked earlier for the same thing by the same route still waits.

        What is told must be told in order: a resolution before its alarm would leave the alarm open.
        """
        sent = self.by_id[delivery]
        asked = sent.asked
        mine = self._of(asked.system, asked.route, asked.thing)
        return not any(other.state == "waiting" and other.seq < sent.seq for other in mine)

    def waiting(self) -> list[Sent]:
        """Return what has not ended."""
        return [sent for sent in self.by_id.values() if sent.state == "waiting"]

    def things(self) -> set[tuple[str, str, Kind, str]]:
        """Return what was told of: system, route, kind and thing."""
        return {(s.asked.system, s.asked.route, s.asked.kind, s.asked.thing) for s in self.by_id.values()}

    def _of(self, system: str, route: str, thing: str) -> Iterable[Sent]:
        wanted = (system, route, thing)
        return (s for s in self.by_id.values() if (s.asked.system, s.asked.route, s.asked.thing) == wanted)
