"""Carry what is to be delivered: compose, send, record what came of it. At least once, with the same key.

The worker claims a delivery, calls `send`, and closes its row; it tries again what is delayed, and calls
`failed` for what it gives up. Who dies between sending and recording sends again with the same key; who
dies between recording and closing the row finds the fact and sends nothing.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeAlias

from holdfast.access.model.principal import Principal
from holdfast.kernel.events import Event
from holdfast.kernel.text import cut, printable
from holdfast.respond.events.deliveries import (
    Delivered,
    DeliveryAsked,
    DeliveryFailed,
    DeliveryHeldUp,
    DeliveryWithheld,
)
from holdfast.respond.handlers.acting import Room, act
from holdfast.respond.model.deliveries.circuits import Circuit
from holdfast.respond.model.deliveries.state import Sent
from holdfast.respond.model.incident.state import Incident
from holdfast.respond.ports.channels import (
    Channels,
    DeliveryDelayed,
    DeliveryError,
    DeliveryRefused,
    Message,
    Receipt,
)
from holdfast.respond.ports.wording import web_address

IN_ORDER = timedelta(seconds=2)
"""How long a message waits for the one before it."""
AT_ONCE = 3
"""How many messages of one process wait for one receiver: fewer than the worker sends at a time."""
HELD_UP, LATE = 3, timedelta(minutes=2)
"""After how many attempts, or how long, it is said that a message takes longer."""
GIVES_UP = timedelta(hours=2)
"""How long a message waits for a receiver that answers nobody, or for a worker that runs."""
URGENT = frozenset({"page", "update", "statuspage"})
"""What wakes or tells people: hours later it does harm. A ticket or a document is as good as before."""
RECEIPT = 300
WORKER = Principal.worker("deliver")

Compose: TypeAlias = Callable[[Incident, DeliveryAsked], Message]
Ending: TypeAlias = Delivered | DeliveryFailed | DeliveryWithheld | DeliveryHeldUp


class Waiting(Protocol):
    """A delivery that is the worker's for a while: `store.work.Delivery`."""

    @property
    def id(self) -> str:
        """Its id: the key that the receiver sees."""
        ...

    @property
    def subject(self) -> str:
        """The stream in which it was asked for."""
        ...

    @property
    def attempts(self) -> int:
        """How often it was taken up, this time included."""
        ...


@dataclass
class Circuits:
    """The routes of one process; a worker elsewhere finds out by itself."""

    known: dict[tuple[str, str], Circuit] = field(default_factory=dict)
    flying: Counter[tuple[str, str]] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def sending(self, system: str, route: str, now: datetime) -> Iterator[None]:
        """Hold a place among those who send by a route.

        Raises
        ------
        DeliveryDelayed
            The receiver failed several times in a row, or asked for a pause; or so many wait for it already
            that the worker would have nobody left for other receivers.
        """
        with self.lock:
            circuit = self.known.get((system, route), Circuit())
            if circuit.until is not None and circuit.blocked(now):
                pause = circuit.until - now
                raise DeliveryDelayed("the receiver is left alone for a while", after=pause, tried=False)
            if self.flying[system, route] >= AT_ONCE:
                raise DeliveryDelayed("others wait for the receiver's answer", tried=False)
            self.flying[system, route] += 1
        try:
            yield
        finally:
            with self.lock:
                self.flying[system, route] -= 1

    def failed(self, system: str, route: str, now: datetime, after: timedelta | None) -> None:
        """Take note of a failure."""
        with self.lock:
            self.known[system, route] = self.known.get((system, route), Circuit()).failed(now, after)

    def answered(self, system: str, route: str) -> None:
        """Take note that the receiver answers."""
        with self.lock:
            self.known[system, route] = Circuit()


@dataclass(frozen=True)
class Courier:
    """What carries deliveries of incidents.

    Attributes
    ----------
    room : Room
    channels : Channels
        The routes of the plans.
    compose : callable
        Makes the message of a delivery from the incident as it stands now.
    """

    room: Room
    channels: Channels
    compose: Compose
    circuits: Circuits = field(default_factory=Circuits)

    def send(self, row: Waiting) -> str:
        """Send one delivery once, and record what came of it; return its receipt.

        Raises
        ------
        DeliveryRefused
            It would not be taken if it were sent again; that is recorded already.
        DeliveryDelayed
            It may be taken later.
        """
        incident = self.room.find(row.subject.removeprefix("incident/"))
        sent = incident.deliveries.by_id.get(row.id)
        if sent is None:
            raise DeliveryRefused("no fact asks for it")
        if sent.state != "waiting":
            return sent.receipt or sent.state  # the process died before the row was closed
        if not incident.deliveries.first_of(row.id):
            why = "an earlier message of the same thing is on its way"
            raise DeliveryDelayed(why, after=IN_ORDER, tried=False)
        if incident.declared.drill is not None:
            withheld = DeliveryWithheld(delivery=row.id, route=sent.asked.route, because="drill")
            self._record(incident.id, withheld, sent)
            return "withheld: drill"
        waited = self.room.clock.now() - sent.happened
        if sent.asked.kind in URGENT and row.attempts <= 1 and not sent.held_up and waited >= GIVES_UP:
            why = (
                "no worker ran when it happened: it would come too late; send it again where it still matters"
            )
            late = DeliveryDelayed(why)
            self._record(incident.id, self._given_up(incident.id, sent, row, late, "gave_up"), sent)
            raise DeliveryRefused(why)
        return self._sent(incident, sent, row)

    def _sent(self, incident: Incident, sent: Sent, row: Waiting) -> str:
        """Send it now, unless the receiver is left alone."""
        asked, now = sent.asked, self.room.clock.now()
        try:
            with self.circuits.sending(asked.system, asked.route, now):
                taken = self._tried(incident, sent, row, now)
        except DeliveryDelayed as error:
            late = row.attempts >= HELD_UP or now - sent.at >= LATE
            if not error.tried and now - sent.at >= GIVES_UP:
                raise self._given_up_waiting(incident.id, sent, row, error) from None
            if late and not sent.held_up:
                self._record(incident.id, self._held_up(incident.id, sent, row, error), sent)
            raise
        self._record(incident.id, taken, sent)
        return taken.receipt

    def _given_up_waiting(
        self, incident: str, sent: Sent, row: Waiting, error: DeliveryDelayed
    ) -> DeliveryRefused:
        """Record that a message was given up that never had its turn."""
        self._record(incident, self._given_up(incident, sent, row, error, "gave_up"), sent)
        return DeliveryRefused(f"{error.why}, for {GIVES_UP.total_seconds() / 3600:.0f} hours")

    def _tried(self, incident: Incident, sent: Sent, row: Waiting, now: datetime) -> Delivered:
        """Send it, and return what is to be recorded where it is taken."""
        asked = sent.asked
        try:
            channel = self.channels.channel(asked.system, asked.route)
            receipt = channel.send(self.compose(incident, asked), row.id)
        except DeliveryRefused as error:
            self.circuits.answered(asked.system, asked.route)  # what was wrong is this message
            self._record(incident.id, self._given_up(incident.id, sent, row, error, "refused"), sent)
            raise
        except DeliveryDelayed as error:
            self.circuits.failed(asked.system, asked.route, now, error.after)
            raise
        self.circuits.answered(asked.system, asked.route)
        return _taken(row, asked.route, receipt)

    def failed(self, row: Waiting, why: str) -> None:
        """Record that a delivery was given up; harmless where that, or another end, is recorded."""
        incident = self.room.find(row.subject.removeprefix("incident/"))
        sent = incident.deliveries.by_id.get(row.id)
        if sent is not None and sent.state == "waiting":
            given_up = self._given_up(incident.id, sent, row, DeliveryDelayed(why), "gave_up")
            self._record(incident.id, given_up, sent)

    def _given_up(
        self,
        incident: str,
        sent: Sent,
        row: Waiting,
        error: DeliveryError,
        reason: Literal["refused", "gave_up"],
    ) -> DeliveryFailed:
        return DeliveryFailed(
            delivery=row.id,
            route=sent.asked.route,
            reason=reason,
            attempts=row.attempts,
            status=error.status,
            # a receiver may repeat what a person wrote
            said=self.room.vault.seal(incident, str(error)),
        )

    def _held_up(self, incident: str, sent: Sent, row: Waiting, error: DeliveryError) -> DeliveryHeldUp:
        return DeliveryHeldUp(
            delivery=row.id,
            route=sent.asked.route,
            attempts=row.attempts,
            status=error.status,
            said=self.room.vault.seal(incident, str(error)),
        )

    def _record(self, incident: str, fact: Ending, sent: Sent) -> None:
        """Record how a delivery goes on, unless it has ended meanwhile."""

        def decide(state: Incident) -> list[Event]:
            return [fact] if state.deliveries.by_id[fact.delivery].state == "waiting" else []

        act(self.room, incident, WORKER, decide, because=sent.seq)


def _taken(row: Waiting, route: str, receipt: Receipt) -> Delivered:
    return Delivered(
        delivery=row.id,
        route=route,
        receipt=cut(printable(receipt.id), RECEIPT),
        address=receipt.address if web_address(receipt.address) and len(receipt.address) <= 500 else "",
        repeated=receipt.repeated,
        attempts=row.attempts,
    )
