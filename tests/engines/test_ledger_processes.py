"""Several processes on one ledger, and processes that die in the middle."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from ticking import APPENDING, Ticked

from holdfast.kernel.events import EventTypes


def start(url: str, stream: str, count: int, expecting: bool = False) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-c",
        APPENDING,
        url,
        stream,
        str(count),
        "expecting" if expecting else "",
        str(Path(__file__).parent),
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ)


@pytest.fixture
def place(place):
    types = EventTypes()
    types.register(Ticked)
    return place.knowing(types)


@pytest.mark.parametrize("attempt", range(3))
def test_a_killed_process_loses_nothing_that_it_acknowledged(place, attempt):
    survives = random.Random(attempt).randrange(1, 500)
    process = start(place.url, "ticks", 1000)
    acknowledged = [int(process.stdout.readline()) for _ in range(survives)]
    process.send_signal(signal.SIGKILL)
    rest = process.communicate()[0].split()
    assert process.returncode == -signal.SIGKILL
    acknowledged += [int(line) for line in rest]
    # the crashed file as it lies there, with its log, then as the next process opens it
    assert place.access().verify_ledger().problems == ()
    with place.open() as ledger:
        present = [recorded.seq for recorded in ledger.since(0, limit=2000)]
        assert present[: len(acknowledged)] == acknowledged
        # at most the one that was being appended was recorded without being acknowledged
        assert len(present) - len(acknowledged) in (0, 1)
        ledger.append("ticks", [Ticked(n=0)], expected=len(present), actor="p")
    assert place.access().verify_ledger().events == len(present) + 1


def test_two_processes_leave_no_hole_and_report_conflicts(place):
    processes = [start(place.url, "shared", 60, expecting=True) for _ in range(2)]
    outputs = [process.communicate()[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    seqs = [int(line) for output in outputs for line in output[:-2]]
    assert sorted(seqs) == list(range(1, 121))
    with place.open() as ledger:
        assert [recorded.version for recorded in ledger.read("shared")] == list(range(1, 121))
    assert place.access().verify_ledger().problems == ()


def test_processes_that_make_the_same_ledger_at_once_share_it(place):
    processes = [start(place.url, f"s{n}", 3) for n in range(3)]
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert place.access().verify_ledger().events == 9
    if place.engine == "sqlite":
        assert [file.name for file in Path(place.url).parent.iterdir()] == ["ledger.db"]
