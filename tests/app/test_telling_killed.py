"""A worker that is killed with -9 while it tells others: everything arrives, and ends as one fact."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integrations.receivers.base import Reply, Seen
from tests.integrations.receivers.webhook import Hook

from holdfast.access.model.principal import Principal
from holdfast.app.bootstrap import Application
from holdfast.app.settings import read_settings
from holdfast.respond.commands.declaring import DeclareIncident
from holdfast.respond.events.deliveries import Delivered, DeliveryAsked
from holdfast.respond.handlers.acting import act

HERE = Path(__file__).parent
INCIDENT = "INC-2026-0001"
DELIVERIES, KILLED_AFTER = 30, (4, 15)
PLAN = """
holdfast: 1
system: {{id: shop, name: Shop, purpose: Sells things}}
people: {{ml: {{route: hook}}}}
routes: {{hook: {{webhook: "{url}/in"}}}}
"""


class Counting(Hook):
    """Tells when so many requests have come."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.wanted, self.reached = 0, threading.Event()

    def answer(self, seen: Seen) -> Reply:
        self.ids[seen.json["id"]] += 1
        if sum(self.ids.values()) >= self.wanted:
            self.reached.set()
        return super().answer(seen)

    def wait_for(self, requests: int) -> None:
        self.reached.clear()
        self.wanted = requests
        if sum(self.ids.values()) < requests:
            assert self.reached.wait(60)


@pytest.fixture
def hook() -> Iterator[Counting]:
    hook = Counting()
    yield hook
    hook.close()


def test_a_worker_that_is_killed_loses_no_message_and_records_none_twice(
    hook: Counting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "holdfast.yaml").write_text(PLAN.format(url=hook.url))
    application, ana = Application(read_settings({})), Principal.local("p-0000ana1")
    application.respond.declare(DeclareIncident(system="shop", title="Wrong refunds"), ana)
    asked = [
        DeliveryAsked(
            delivery=f"d{n}",
            system="shop",
            route="hook",
            kind="event",
            act="opened",
            subject="incident",
            thing=f"{INCIDENT}/{n}",
        )
        for n in range(DELIVERIES)
    ]
    act(application.respond.room, INCIDENT, ana, lambda _: asked)
    for requests in KILLED_AFTER:
        worker = _started()
        hook.wait_for(requests)
        _kill(worker)
    worker = _started()
    try:
        assert _all_recorded(application)
    finally:
        _kill(worker)
    assert set(hook.ids) == {f"d{n}" for n in range(DELIVERIES)}
    recorded = Counter(fact.delivery for fact in _delivered(application))
    assert set(recorded.values()) == {1}
    application.close()


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(HERE / "telling_worker.py")], stdin=subprocess.PIPE)


def _kill(worker: subprocess.Popen[bytes]) -> None:
    worker.kill()
    worker.wait()
    assert worker.stdin is not None
    worker.stdin.close()


def _delivered(application: Application) -> list[Delivered]:
    events = (recorded.event for recorded in application.ledger.read(f"incident/{INCIDENT}"))
    return [event for event in events if isinstance(event, Delivered)]


def _all_recorded(application: Application) -> bool:
    """Wait until every delivery has its fact; a worker elsewhere records them."""
    pause = threading.Event()
    for _ in range(600):
        if len(_delivered(application)) >= DELIVERIES:
            return True
        pause.wait(0.1)
    return False
