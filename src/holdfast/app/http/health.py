"""How the server does: whether facts can be read and written, whether somebody works, how far behind."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Literal, TypeAlias

from holdfast.kernel.canonical import Json
from holdfast.store.problems import PolicyProblem, PolicyProblems, Workers, Working
from holdfast.store.work import Deliveries, Timers

if TYPE_CHECKING:
    from holdfast.app.bootstrap import Application
    from holdfast.web.live import Hub

Standing: TypeAlias = Literal["pass", "warn", "fail"]
KEPT_SECONDS = 2.0
"""For how long an answer is given again: who asks often must not make work."""
SILENT = timedelta(seconds=30)
"""A worker that was not heard of for so long is counted as dead."""
LATE = timedelta(minutes=1)
"""A timer that should have fired so long ago has nobody who fires it."""
FAR_BEHIND = 1_000
log = logging.getLogger("holdfast.http")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    name : str
    standing : str
        `pass`, `warn` (it works, and somebody should look), `fail` (it does not).
    says : str
    figure : float or None
    """

    name: str
    standing: Standing
    says: str
    figure: float | None = None


@dataclass(frozen=True)
class Health:
    """What was found."""

    findings: tuple[Finding, ...]
    head: int = 0
    workers: tuple[Working, ...] = ()
    failing: tuple[PolicyProblem, ...] = ()
    deliveries: Mapping[str, int] = field(default_factory=dict)
    overdue: timedelta = timedelta()

    @property
    def standing(self) -> Standing:
        """The worst of what was found."""
        found = {finding.standing for finding in self.findings}
        return "fail" if "fail" in found else "warn" if "warn" in found else "pass"

    def json(self) -> dict[str, Json]:
        """Return it for programs."""
        return {
            "status": self.standing,
            "checks": {
                each.name: {"status": each.standing, "says": each.says}
                | ({} if each.figure is None else {"figure": each.figure})
                for each in self.findings
            },
        }


class HealthOf:
    """Looks at a running server; one look serves who asks within two seconds."""

    def __init__(self, application: Application, hub: Hub, following: Callable[[], str]) -> None:
        self._application = application
        self._hub = hub
        self._following = following
        self._lock = threading.Lock()
        self._kept: tuple[float, Health] | None = None

    def __call__(self) -> Health:
        """Return how the server does."""
        with self._lock:
            if self._kept is None or monotonic() - self._kept[0] > KEPT_SECONDS:
                self._kept = (monotonic(), self._look())
            return self._kept[1]

    def _look(self) -> Health:
        try:
            head = self._application.ledger.head().seq
            # the smallest true write: a cursor of our own that stays where it is
            self._application.ledger.advance("health", 0, 0)
            ledger = Finding("ledger", "pass", "facts can be read and written", head)
        except Exception as error:
            log.exception("the ledger cannot be read or written")
            return Health((Finding("ledger", "fail", f"not readable or not writable: {_code(error)}"),))
        try:
            return self._with_store(ledger, head)
        except Exception as error:
            log.exception("the store cannot be read or written")
            return Health((ledger, Finding("store", "fail", f"not readable: {_code(error)}")), head)

    def _with_store(self, ledger: Finding, head: int) -> Health:
        store, now = self._application.store, self._application.clock.now()
        workers = tuple(each for each in Workers(store).every() if abs(now - each.beat) < SILENT)
        failing = tuple(PolicyProblems(store).every())
        deliveries = Deliveries(store).counts()
        due = Timers(store).next_due()
        overdue = max(timedelta(), now - due) if due is not None else timedelta()
        findings = (
            ledger,
            Finding("store", "pass", "can be read"),
            _worker(workers),
            _policies(failing),
            _timers(overdue),
            _deliveries(deliveries),
            _live(self._following(), head - self._hub.reached),
        )
        return Health(findings, head, workers, failing, deliveries, overdue)


def _worker(workers: tuple[Working, ...]) -> Finding:
    if not workers:
        return Finding(
            "worker", "fail", "nobody works: start `holdfast worker`, or `holdfast serve` with one"
        )
    behind = min(each.behind for each in workers)
    if behind > FAR_BEHIND:
        return Finding("worker", "warn", f"policies are {behind:,} events behind", behind)
    return Finding("worker", "pass", f"{len(workers)} at work", behind)


def _policies(failing: tuple[PolicyProblem, ...]) -> Finding:
    if not failing:
        return Finding("policies", "pass", "none fails", 0)
    told = "; ".join(
        f"`{each.policy}` fails at event {each.seq} ({each.why}), {each.attempts} times" for each in failing
    )
    return Finding("policies", "warn", told, len(failing))


def _timers(overdue: timedelta) -> Finding:
    seconds = round(overdue.total_seconds(), 1)
    if overdue > LATE:
        return Finding(
            "timers", "fail", f"the oldest that should have fired waits for {seconds:,.0f} s", seconds
        )
    return Finding("timers", "pass", "none is late", seconds)


def _deliveries(counts: Mapping[str, int]) -> Finding:
    failed = counts.get("failed", 0)
    says = f"{counts.get('waiting', 0)} waiting, {failed} given up"
    return Finding("deliveries", "warn" if failed else "pass", says, failed)


def _live(problem: str, behind: int) -> Finding:
    if problem:
        return Finding("live", "warn", f"open pages are not told what happens: {problem}", max(0, behind))
    return Finding("live", "pass", "open pages are told what happens", max(0, behind))


def _code(error: Exception) -> str:
    problems = getattr(error, "problems", None)
    return problems[0].code if problems else type(error).__name__
