"""Many open pages of one room: from the append of a fact to the row on the screen, and what a page costs.

A real `holdfast serve` in a process of its own; viewers in another, each with a connection of its own, as
browsers have them; and a third that appends facts. A row is received when its last byte is there. All clocks
are those of one machine. Memory is what the server holds for itself alone, before and after the viewers came.

    python -m bench.live --viewers 200 --rate 10 --seconds 20
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOLDFAST = str(Path(sys.executable).with_name("holdfast"))
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
TARGET_MS, TARGET_KB, TARGET_READY = 250.0, 60.0, 2.0


def start(folder: Path) -> tuple[subprocess.Popen[str], str, float]:
    """Start a server; return it, its address and the seconds until it said that it is ready."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [HOLDFAST, "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=folder,
        env={**ENVIRONMENT, "HOLDFAST_HOME": str(folder), "HOLDFAST_LOG": "error"},
    )
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"http://(\S+)", line)
        if found:
            return process, found[1].rstrip("/"), time.perf_counter() - began
    raise SystemExit("the server did not start")


def memory_kb(pid: int) -> int:
    """Return the private memory of a process."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(n) for n in re.findall(r"Private_(?:Clean|Dirty):\s+(\d+)", text))


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def watch(host: str, token: str, topic: str, after: int, arrived: list[tuple[int, float]]) -> None:
    """Open one page's stream and note when each row is there."""
    name, _, port = host.partition(":")
    reader, writer = await asyncio.open_connection(name, int(port), limit=1 << 20)
    extra = f"Authorization: Bearer {token}\r\n" if token else ""
    asked = f"GET /live/{topic}?after={after} HTTP/1.1\r\nHost: {host}\r\n{extra}Accept: text/event-stream"
    writer.write(f"{asked}\r\n\r\n".encode())
    status = await reader.readline()
    if b" 200 " not in status:
        raise SystemExit(f"a viewer was refused: {status.decode().strip()}")
    print("open", flush=True)
    seq = 0
    while line := await reader.readline():
        if line.startswith(b"id: "):
            seq = int(line[4:])
        elif line == b"\n" and seq:
            arrived.append((seq, time.time()))
            seq = 0


async def viewers(host: str, token: str, topic: str, after: int, count: int) -> None:
    """Be many viewers until the input ends; then tell what arrived when."""
    arrived: list[tuple[int, float]] = []
    tasks = [asyncio.create_task(watch(host, token, topic, after, arrived)) for _ in range(count)]
    await asyncio.to_thread(sys.stdin.read)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    print(json.dumps(arrived), flush=True)


APPENDING = """
import json, sys, time
from holdfast.access.model.principal import Principal
from holdfast.app.bootstrap import Application
from holdfast.app.settings import read_settings
from holdfast.respond.commands.declaring import DeclareIncident
from holdfast.respond.commands.working import AddNote

home, count, pause = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
room = Application(read_settings({"HOLDFAST_HOME": home})).respond
who = Principal.local("p-00000001")
incident = room.declared(DeclareIncident(system="sorter", title="Wrong refunds", key="bench"), who)
told, begun = [], time.monotonic()
for n in range(count):
    time.sleep(max(0.0, begun + n * pause - time.monotonic()))
    note = AddNote(text=f"What somebody noticed, in a line or two: {n}. " + "x" * 120)
    made = room.perform(incident, note, who)
    told.append((made.recorded[0].seq, time.time()))
print(json.dumps(told))
"""


def measure(count: int, rate: float, seconds: float, topic: str) -> dict[str, float]:
    """Run one measurement on a server of its own."""
    with tempfile.TemporaryDirectory() as home:
        server, host, ready = start(Path(home))
        try:
            token = issued(home)
            # what a server keeps of facts and templates is no viewer's: one comes in and hears as much before
            append(home, 1, 0.0)
            one = come(host, token, topic, 0, 1)
            warm = append(home, int(rate * seconds), 0.02)
            one.communicate("")
            time.sleep(1.0)
            before = memory_kb(server.pid)
            watchers = come(host, token, topic, warm[-1][0], count)
            time.sleep(2.0)
            idle = memory_kb(server.pid)
            used, began = cpu_seconds(server.pid), time.perf_counter()
            appended = dict(append(home, int(rate * seconds), 1 / rate))
            time.sleep(1.0)
            busy = (cpu_seconds(server.pid) - used) / (time.perf_counter() - began)
            after = memory_kb(server.pid)
            arrived = json.loads(watchers.communicate("")[0].splitlines()[-1])
        finally:
            server.terminate()
            server.wait()
    took = sorted(1000 * (at - appended[seq]) for seq, at in arrived if seq in appended)
    expected = count * len(appended)
    return {
        "ready s": ready,
        "rows missing": expected - len(took),
        "p50 ms": statistics.median(took),
        "p99 ms": took[int(0.99 * (len(took) - 1))],
        "most ms": took[-1],
        "KB a viewer, idle": (idle - before) / count,
        "KB a viewer, after": (after - before) / count,
        "server, of one core": busy,
    }


def issued(home: str) -> str:
    """Return a token that may look."""
    command = [HOLDFAST, "token", "issue", "bench", "--scope", "view", "--scope", "audit"]
    environment = {**ENVIRONMENT, "HOLDFAST_HOME": home}
    told = subprocess.run(command, capture_output=True, check=True, text=True, env=environment, cwd=home)
    return told.stdout.strip()


def come(host: str, token: str, topic: str, after: int, count: int) -> subprocess.Popen[str]:
    """Let viewers come in, in a process of their own; return it when all of them hear."""
    command = [sys.executable, "-m", "bench.live", "--watch", host, "--topic", topic]
    command += ["--viewers", str(count), "--after", str(after)]
    environment = {**ENVIRONMENT, "BENCH_TOKEN": token}
    watchers = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )
    assert watchers.stdout is not None
    for _ in range(count):
        if watchers.stdout.readline() != "open\n":
            raise SystemExit("a viewer did not come in")
    return watchers


def append(home: str, count: int, pause: float) -> list[tuple[int, float]]:
    """Append facts from a process of its own; return seq and time of each."""
    command = [sys.executable, "-c", APPENDING, home, str(count), str(pause)]
    told = subprocess.run(command, capture_output=True, check=True, text=True, env=ENVIRONMENT, cwd=ROOT)
    return [(seq, at) for seq, at in json.loads(told.stdout)]


def main() -> None:
    """Measure and print one line a run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--viewers", type=int, default=200)
    parser.add_argument("--rate", type=float, default=10.0, help="facts a second")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--topic", default="incident/INC-2026-0001")
    parser.add_argument("--watch", help=argparse.SUPPRESS)
    parser.add_argument("--after", type=int, default=0, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.watch:
        asyncio.run(viewers(told.watch, os.environ["BENCH_TOKEN"], told.topic, told.after, told.viewers))
        return
    print(
        f"{told.viewers} viewers, {told.rate:g} facts/s, {told.seconds:g} s; targets: p99 {TARGET_MS:g} ms, ",
        end="",
    )
    print(f"{TARGET_KB:g} KB a viewer, ready in {TARGET_READY:g} s")
    for _ in range(told.runs):
        found = measure(told.viewers, told.rate, told.seconds, told.topic)
        print("; ".join(f"{name} {value:.3g}" for name, value in found.items()), flush=True)


if __name__ == "__main__":
    main()
