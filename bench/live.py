"""Many open pages of one room: from the append of a fact to the row on the screen, and what a page costs.

A real `holdfast serve` in a process of its own; viewers in another, each with a connection of its own, as browsers
have them; and a third that appends facts to the ledger. A viewer's row is received when its last byte is there. Clocks
are compared on one machine.

`python -m bench.live` writes what it found; `--viewers 200 --rate 10 --seconds 20`.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
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


async def watch(host: str, cookie: str, topic: str, arrived: list[tuple[int, float]]) -> None:
    """Open one page's stream and note when each row is there."""
    name, _, port = host.partition(":")
    reader, writer = await asyncio.open_connection(name, int(port), limit=1 << 20)
    extra = f"Cookie: {cookie}\r\n" if cookie else ""
    writer.write(
        f"GET /live/{topic}?after=0 HTTP/1.1\r\nHost: {host}\r\n{extra}Accept: text/event-stream\r\n\r\n".encode()
    )
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


async def viewers(host: str, cookie: str, topic: str, count: int) -> None:
    """Be many viewers until the input ends; then tell what arrived when."""
    arrived: list[tuple[int, float]] = []
    tasks = [asyncio.create_task(watch(host, cookie, topic, arrived)) for _ in range(count)]
    await asyncio.to_thread(sys.stdin.read)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    print(json.dumps(arrived), flush=True)
