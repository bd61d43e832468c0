"""A workspace with a worker whose duties leave traces; as a program, a worker that can be killed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from ledgers import engine_of

from holdfast.app.worker.duty import Carrier, Duty
from holdfast.app.worker.working import Worker
from holdfast.kernel.clock import Clock, SystemClock
from holdfast.kernel.errors import ConflictError
from holdfast.kernel.events import Event, EventTypes, Recorded
from holdfast.ledger.ports import Ledger
from holdfast.ledger.reacting import Policy
from holdfast.ledger.urls import parse_ledger_url
from holdfast.store.opening import open_postgres, open_sqlite
from holdfast.store.store import Store
from holdfast.store.work import Deliveries, Delivery, Timer, Timers

DELAY = timedelta(milliseconds=30)


class Asked(Event):
    """Somebody asked for something."""

    n: int


class Rang(Event):
    """A timer fired."""

    timer: str


class GaveUp(Event):
    """A delivery was given up."""

    delivery: str
    why: str


def types() -> EventTypes:
    known = EventTypes()
    known.register_all([Asked, Rang, GaveUp])
    return known


def store_of(url: str) -> Store:
    where = parse_ledger_url(url, {})
    if isinstance(where, Path):
        return open_sqlite(where.with_name("store.db"))
    return open_postgres(where.sqlalchemy("postgresql+psycopg"), where.shown)


@dataclass
class Desk:
    """Ledger, store, and duties that set a timer and ask for a delivery for each `Asked`."""

    url: str
    clock: Clock
    send: Callable[[Delivery], str]
    ledger: Ledger = field(init=False)
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = engine_of(self.url, self.clock, types()).open_ledger()
        self.store = store_of(self.url)
        self.timers, self.deliveries = Timers(self.store), Deliveries(self.store)
        self.policy = Policy("remind", (Asked,), self.react)

    def react(self, recorded: Recorded) -> None:
        due = recorded.at + DELAY
        self.timers.set(self.policy.id_of(recorded, "timer"), due, "ring", recorded.stream, {})
        key = self.policy.id_of(recorded, "mail")
        self.deliveries.add(key, "pager", "mail", recorded.stream, {"seq": recorded.seq}, recorded.at)

    def ring(self, timer: Timer) -> None:
        """Record that a timer fired: its stream takes that once."""
        try:
            self.ledger.append(f"rang/{timer.id}", [Rang(timer=timer.id)], expected=0, actor="clock")
        except ConflictError:
            return

    def gave_up(self, delivery: Delivery, why: str) -> None:
        try:
            told = GaveUp(delivery=delivery.id, why=why)
            self.ledger.append(f"gave-up/{delivery.id}", [told], expected=0, actor="worker")
        except ConflictError:
            return

    def duty(self, *more: Policy) -> Duty:
        carriers = {"mail": Carrier(self.send, self.gave_up)}
        return Duty((self.policy, *more), {"ring": self.ring}, carriers)

    def worker(self, *more: Policy, lease: timedelta = timedelta(seconds=60)) -> Worker:
        return Worker(self.ledger, self.store, self.clock, [self.duty(*more)], lease)

    def rang(self) -> list[str]:
        return [each.event.timer for each in self.ledger.since(0, limit=10_000, types=["Rang"])]

    def close(self) -> None:
        self.ledger.close()
        self.store.close()


def to_file(path: Path) -> Callable[[Delivery], str]:
    """Return what delivers by appending the key to a file: a receiver that notes what came."""

    def send(delivery: Delivery) -> str:
        with path.open("a") as file:
            file.write(f"{delivery.id}\n")
        return "taken"

    return send


def main(url: str, inbox: str) -> None:
    """Work until killed, or, told to stop by the end of the input, until it has stopped."""
    desk = Desk(url, SystemClock(), to_file(Path(inbox)))
    made = desk.worker(lease=timedelta(seconds=1))
    made.start()
    sys.stdout.write("working\n")
    sys.stdout.flush()
    sys.stdin.read()
    made.stop()
    desk.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
