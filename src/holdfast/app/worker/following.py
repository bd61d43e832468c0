"""Policies: each follows the ledger from its own cursor; one that fails waits there and holds up no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic

from holdfast.kernel.clock import Clock
from holdfast.kernel.errors import ConflictError, HoldfastError
from holdfast.kernel.events import Recorded
from holdfast.ledger.ports import Ledger
from holdfast.ledger.reacting import Policy
from holdfast.store.leases import LEASE, Leases
from holdfast.store.problems import PolicyProblems

BATCH = 100
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds after which a policy that failed tries its event again; twice as long each time, up to a minute."""
FAR = 5_000
"""Events that were looked at without need to act before the cursor is moved for them."""
log = logging.getLogger("holdfast.worker")


@dataclass
class Follower:
    """One policy with its place in the ledger."""

    policy: Policy
    ledger: Ledger
    clock: Clock
    problems: PolicyProblems
    stored: int = -1
    """Where the cursor stands in the ledger; -1 before it was read."""
    seen: int = 0
    """Up to where there is nothing more to do; ahead of the cursor where nothing concerned the policy."""
    attempts: int = 0
    not_before: float = 0.0

    def begin(self) -> None:
        """Take over: another worker may have gone on."""
        self.stored = self.seen = self.ledger.position(self.policy.name)
        self.attempts, self.not_before = 0, 0.0

    def step(self, stopping: Callable[[], bool]) -> bool:
        """Handle what is new; return whether there may be more."""
        if monotonic() < self.not_before:
            return False
        head = self.ledger.head().seq
        if head <= self.seen:
            return False
        events = self.ledger.since(self.seen, limit=BATCH, types=self.policy.type_names)
        for recorded in events:
            if stopping() or not self._handle(recorded):
                return False
        if len(events) < BATCH:
            self.seen = max(self.seen, head)
            if self.seen - self.stored >= FAR:
                self._move(self.seen)
        return len(events) == BATCH

    def _handle(self, recorded: Recorded) -> bool:
        try:
            self.policy.react(recorded)
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is noted, logged and tried again
            self._failed(recorded, error)
            return False
        if self.attempts:
            self.problems.solved(self.policy.name)
            self.attempts = 0
        return self._move(recorded.seq)

    def _move(self, seq: int) -> bool:
        try:
            self.ledger.advance(self.policy.name, seq, self.stored)
        except ConflictError:
            # another worker has the policy now: what we did, it asked for, too, under the same ids
            self.begin()
            return False
        self.stored = self.seen = seq
        return True

    def _failed(self, recorded: Recorded, error: Exception) -> None:
        self.attempts += 1
        self.not_before = monotonic() + min(FIRST_PAUSE * 2 ** (self.attempts - 1), LONGEST_PAUSE)
        why = kind_of(error)
        told = {"policy": self.policy.name, "seq": recorded.seq, "attempt": self.attempts, "why": why}
        log.error("a policy failed", exc_info=error, extra={"told": told})
        self.problems.failed(self.policy.name, recorded.seq, why, self.clock.now())


def kind_of(error: Exception) -> str:
    """Return what kind of error it is, with its code: its words may hold what a person wrote.

    Examples
    --------
    >>> kind_of(ZeroDivisionError("secret"))
    'ZeroDivisionError'
    """
    code = f" {error.problems[0].code}" if isinstance(error, HoldfastError) and error.problems else ""
    return type(error).__name__ + code


@dataclass
class Following:
    """All policies of this worker: it acts for those whose lease it holds."""

    ledger: Ledger
    leases: Leases
    clock: Clock
    policies: Sequence[Policy]
    problems: PolicyProblems
    lease: timedelta = LEASE
    _followers: dict[str, Follower] = field(default_factory=dict)
    _held: frozenset[str] = frozenset()
    _renew_at: float = 0.0

    def step(self, stopping: Callable[[], bool]) -> bool:
        """Let each policy go on; return whether any may have more to do."""
        self._hold()
        more = False
        for name in sorted(self._held):
            more = self._followers[name].step(stopping) or more
        return more

    @property
    def behind(self) -> int:
        """How many events the slowest policy that is ours has still to see."""
        seen = [self._followers[name].seen for name in self._held]
        return max(0, self.ledger.head().seq - min(seen)) if seen else 0

    def _hold(self) -> None:
        if monotonic() < self._renew_at or not self.policies:
            return
        held = self.leases.take(
            [f"policy:{each.name}" for each in self.policies], self.clock.now(), self.lease
        )
        for policy in self.policies:
            if f"policy:{policy.name}" in held and policy.name not in self._held:
                follower = Follower(policy, self.ledger, self.clock, self.problems)
                follower.begin()
                self._followers[policy.name] = follower
        self._held = frozenset(name.removeprefix("policy:") for name in held)
        renew = self.lease.total_seconds() / 3
        # what is not ours yet is asked for soon: its worker may have ended
        self._renew_at = monotonic() + (renew if len(held) == len(self.policies) else min(renew, 5.0))
