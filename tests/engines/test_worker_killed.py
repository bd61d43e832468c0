"""Real workers that are killed at any instant: nothing is lost, nothing is visible twice."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from worked import Asked, Desk, to_file

from holdfast.kernel.clock import SystemClock

SCRIPT = Path(__file__).with_name("worked.py")
KILLS = 5
PATIENCE = 60.0


@contextmanager
def worker_process(url: str, inbox: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, SCRIPT, url, inbox],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={"PYTHONPATH": str(SCRIPT.parent)},
    ) as started:  # fmt: skip
        try:
            yield started
        finally:
            started.kill()


def finished(desk: Desk, asked: int) -> bool:
    return (
        len(desk.rang()) == asked
        and desk.deliveries.counts() == {"delivered": asked}
        and desk.timers.waiting() == []
    )


def wait_until_finished(desk: Desk, asked: int) -> None:
    until = time.monotonic() + PATIENCE
    while not finished(desk, asked):
        assert time.monotonic() < until, (len(desk.rang()), desk.deliveries.counts(), desk.timers.waiting())
        time.sleep(0.02)  # another process works: there is nothing here to wait on


def test_killed_at_any_instant_it_loses_nothing_and_does_nothing_visible_twice(place, tmp_path):
    inbox = tmp_path / "inbox"
    desk = Desk(place.url, SystemClock(), to_file(inbox))
    chance = random.Random(7)
    asked = 0
    for _ in range(KILLS):
        with worker_process(place.url, inbox) as worker:
            assert worker.stdout.readline() == "working\n"
            for _ in range(8):
                desk.ledger.append(f"asked/{asked}", [Asked(n=asked)], expected=0, actor="p")
                asked += 1
            time.sleep(chance.uniform(0.0, 0.2))  # the instant at which it dies
            worker.kill()
    with worker_process(place.url, inbox):
        wait_until_finished(desk, asked)
    keys = inbox.read_text().split()
    assert len(set(keys)) == asked
    assert set(keys) == {
        desk.policy.id_of(each, "mail") for each in desk.ledger.since(0, limit=999, types=["Asked"])
    }
    assert len(set(desk.rang())) == len(desk.rang()) == asked
    desk.close()


def test_two_workers_share_and_do_nothing_twice(place, tmp_path):
    inbox = tmp_path / "inbox"
    desk = Desk(place.url, SystemClock(), to_file(inbox))
    with worker_process(place.url, inbox) as one, worker_process(place.url, inbox) as other:
        for each in (one, other):
            assert each.stdout.readline() == "working\n"
        for n in range(30):
            desk.ledger.append(f"asked/{n}", [Asked(n=n)], expected=0, actor="p")
        wait_until_finished(desk, 30)
    keys = inbox.read_text().split()
    assert len(keys) == len(set(keys)) == 30
    assert len(set(desk.rang())) == len(desk.rang()) == 30
    desk.close()
