"""The worker: policies, timers and deliveries, in threads of their own: a slow call holds up nothing else."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from holdfast.app.worker.duty import Carrier, Duty
from holdfast.app.worker.following import Following, kind_of
from holdfast.kernel.clock import Clock
from holdfast.ledger.ports import Ledger
from holdfast.respond.ports.channels import DeliveryDelayed, DeliveryRefused
from holdfast.store.leases import LEASE, LONGEST, Leases, new_holder
from holdfast.store.problems import PolicyProblems, Workers
from holdfast.store.store import Store
from holdfast.store.work import Deliveries, Delivery, Timer, Timers

LOOK = 0.25
"""Seconds between two looks of policies and deliveries for what another process asked for."""
TICK = 0.5
"""Seconds between two looks for timers that came due."""
BEAT = 5.0
PATIENCE = 2.0
"""Seconds until another try where ledger or store could not be read."""
SENDERS = 4
"""How many deliveries one worker sends at a time."""
MOST_ATTEMPTS = 12
"""After so many a delivery is given up, an hour or so after the first, and that is a fact on the page."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=15)
KEPT = timedelta(days=30)
"""How long timers that fired are kept, for people who look."""
log = logging.getLogger("holdfast.worker")


@dataclass
class Worker:
    """One worker; any number share one ledger and one store.

    Attributes
    ----------
    ledger, store, clock
        What it works on.
    duties : sequence of Duty
        What the rooms have it do.
    lease : timedelta
        How long others wait for what this one took and did not finish.
    """

    ledger: Ledger
    store: Store
    clock: Clock
    duties: Sequence[Duty]
    lease: timedelta = LEASE
    holder: str = field(default_factory=new_holder)
    _stop: threading.Event = field(default_factory=threading.Event)
    _woken: threading.Condition = field(default_factory=threading.Condition)
    _pokes: int = 0
    _threads: list[threading.Thread] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock, self._sending = threading.Lock(), 0
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="worker-sender")
        self._timers, self._deliveries = Timers(self.store, self.holder), Deliveries(self.store, self.holder)
        self._fires = {kind: fire for duty in self.duties for kind, fire in duty.timers.items()}
        self._carriers = {kind: carry for duty in self.duties for kind, carry in duty.carriers.items()}
        self._leases, self._workers = Leases(self.store, self.holder), Workers(self.store)
        policies = [policy for duty in self.duties for policy in duty.policies]
        self.following = Following(
            self.ledger, self._leases, self.clock, policies, PolicyProblems(self.store), self.lease
        )

    # Running

    def start(self) -> None:
        """Begin, each part in a thread of its own."""
        parts: list[tuple[str, Callable[[], bool], float]] = [
            ("policies", lambda: self.following.step(self._stop.is_set), LOOK),
            ("timers", self.fire_due, TICK),
            ("deliveries", self._deliver_some, LOOK),
        ]
        self._threads = [
            threading.Thread(target=self._repeat, args=part, name=f"worker-{part[0]}", daemon=True)
            for part in parts
        ]
        self._threads.append(threading.Thread(target=self._beating, name="worker-beat", daemon=True))
        for thread in self._threads:
            thread.start()

    def poke(self) -> None:
        """Look at once: this process has appended something."""
        with self._woken:
            self._pokes += 1
            self._woken.notify_all()

    def stop(self, patience: float = 10.0) -> None:
        """Finish what is begun and end; what is not finished in time is done again by whoever comes next."""
        self._stop.set()
        self.poke()
        until = monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, until - monotonic()))
        self._senders.shutdown(wait=until > monotonic(), cancel_futures=True)
        for held in (self._leases, self._timers, self._deliveries):
            held.release()  # nobody needs to wait for us
        self._workers.leave(self.holder)

    def alive(self) -> bool:
        """Return whether every part runs."""
        return bool(self._threads) and all(thread.is_alive() for thread in self._threads)

    def _repeat(self, name: str, step: Callable[[], bool], pause: float) -> None:
        while not self._stop.is_set():
            pokes = self._pokes
            try:
                more = step()
            except Exception as error:
                log.error("the worker cannot go on", exc_info=error, extra={"told": {"part": name}})
                self._stop.wait(PATIENCE)
                continue
            if not more:
                self._rest(pokes, pause)

    def _rest(self, pokes: int, pause: float) -> None:
        """Wait, unless somebody poked since a look began."""
        with self._woken:
            self._woken.wait_for(lambda: self._pokes != pokes, pause)

    def _beating(self) -> None:
        started = self.clock.now()
        while True:
            try:
                now = self.clock.now()
                self._workers.beat(self.holder, started, now, self.following.behind)
                self._workers.forget(now - timedelta(hours=1))
                self._timers.forget(now - KEPT)
            except Exception as error:
                log.error("the worker cannot say that it lives", exc_info=error)
            if self._stop.wait(BEAT):
                return

    # Timers

    def fire_due(self) -> bool:
        """Fire the timers that are due; return whether there may be more."""
        now = self.clock.now()
        due = self._timers.claim(now, lease=self.lease)
        for timer in due:
            self._fire(timer, now)
        return bool(due)

    def _fire(self, timer: Timer, now: datetime) -> None:
        fire = self._fires.get(timer.kind)
        try:
            if fire is None:
                msg = f"nobody fires timers of kind {timer.kind}"
                raise LookupError(msg)
            fire(timer)
        except Exception as error:
            # a deadline is told however often it takes: it is never given up
            told = {"timer": timer.id, "kind": timer.kind, "attempt": timer.attempts}
            log.error("a timer could not be fired", exc_info=error, extra={"told": told})
            self._timers.put_off(timer.id, now + pause_after(timer.attempts))
            return
        self._timers.done(timer, now)

    # Deliveries

    def deliver_all(self) -> int:
        """Send what is to be sent now, one after the other; return how many were tried."""
        tried = 0
        while claimed := self._deliveries.claim(self.clock.now(), lease=self.lease):
            self.send(claimed[0])
            tried += 1
        return tried

    def _deliver_some(self) -> bool:
        """Hand as many deliveries to the senders as they can take: one that is slow holds up no other."""
        with self._lock:
            free = SENDERS - self._sending
        claimed = self._deliveries.claim(self.clock.now(), free, self.lease) if free else []
        for delivery in claimed:
            with self._lock:
                self._sending += 1
            self._senders.submit(self._sent, delivery)
        return False

    def _sent(self, delivery: Delivery) -> None:
        try:
            self.send(delivery)
        except Exception as error:
            # the row keeps its lease: when that is over, it is sent again
            log.error("a delivery could not be noted", exc_info=error, extra={"told": {"id": delivery.id}})
        finally:
            with self._lock:
                self._sending -= 1
            self.poke()

    def send(self, delivery: Delivery) -> None:
        """Send one delivery that is ours, and note what came of it."""
        carrier = self._carriers.get(delivery.kind)
        if carrier is None:
            log.error("nobody carries deliveries of this kind", extra={"told": {"kind": delivery.kind}})
            self._deliveries.retry(delivery.id, self.clock.now() + LONGEST_PAUSE, "nobody carries it")
            return
        try:
            receipt = carrier.send(delivery)
        except DeliveryRefused as error:
            self._give_up(carrier, delivery, error.why)
        except DeliveryDelayed as error:
            self._later(carrier, delivery, error)
        except Exception as error:
            told: dict[str, object] = {"delivery": delivery.id, "attempt": delivery.attempts}
            log.error("a delivery failed", exc_info=error, extra={"told": told})
            self._later(carrier, delivery, DeliveryDelayed(f"a fault of ours ({kind_of(error)})"))
        else:
            self._deliveries.delivered(delivery.id, receipt)

    def _later(self, carrier: Carrier, delivery: Delivery, error: DeliveryDelayed) -> None:
        if error.tried and delivery.attempts >= MOST_ATTEMPTS:
            self._give_up(carrier, delivery, f"{error.why}; tried {delivery.attempts} times")
            return
        at = self.clock.now() + spread(delivery.attempts, error.after, tried=error.tried)
        self._deliveries.retry(delivery.id, at, error.why, tried=error.tried)

    def _give_up(self, carrier: Carrier, delivery: Delivery, why: str) -> None:
        try:
            carrier.failed(delivery, why)
        except Exception as error:
            # it must not vanish: the row stays, and giving it up is tried again
            log.error("a failure could not be recorded", exc_info=error)
            self._deliveries.retry(delivery.id, self.clock.now() + FIRST_PAUSE, why)
            return
        self._deliveries.failed(delivery.id, why)


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: twice as long each time, not all at the same moment.

    Examples
    --------
    >>> timedelta(seconds=5) <= pause_after(1) <= timedelta(seconds=6)
    True
    >>> timedelta(minutes=15) <= pause_after(40) <= timedelta(minutes=18)
    True
    """
    seconds = min(FIRST_PAUSE.total_seconds() * 2.0 ** min(attempts - 1, 20), LONGEST_PAUSE.total_seconds())
    return timedelta(seconds=seconds * random.uniform(1.0, 1.2))  # noqa: S311 -- no secret


def spread(attempts: int, after: timedelta | None, *, tried: bool) -> timedelta:
    """Return how long a delivery waits: up to twice as long each time, and never less than `after`.

    What failed together does not come back together; what waits only for its turn comes back soon.

    Examples
    --------
    >>> spread(3, timedelta(minutes=5), tried=True) >= timedelta(minutes=5)
    True
    >>> timedelta(seconds=1) <= spread(9, None, tried=False) <= timedelta(seconds=2)
    True
    """
    luck = random.random()  # noqa: S311 -- no secret
    if not tried:
        turn: timedelta = min(after or timedelta(seconds=1), LONGEST)
        return turn + timedelta(seconds=luck)
    widest: timedelta = 2 * min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    pause = max(luck * widest, timedelta(seconds=1))
    if after is None:
        return pause
    asked: timedelta = min(after, LONGEST)
    return max(pause, asked + luck * min(asked / 10, timedelta(seconds=30)))
