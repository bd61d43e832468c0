"""The room under load: declaring, a long incident, a storm of alerts; on SQLite and PostgreSQL.

A real `holdfast serve` in a process of its own on one core where the machine lets one choose; clients in this
one, over loopback, each request answered before the next of the same connection. Every fact is on the disk
when it is acknowledged (synchronous=FULL; PostgreSQL with fsync).

    python -m bench.rooms [--engine sqlite|postgres] [--declare 300] [--events 5000] [--webhooks 1000]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

HOLDFAST = str(Path(sys.executable).with_name("holdfast"))
CLEAN = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
DECLARE_MS, ROOM_MS, STORM_SECONDS = 50.0, 150.0, 60.0


def quantile(values: Sequence[float], q: float) -> float:
    """Return the smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


@contextmanager
def serving(folder: Path, environment: dict[str, str], *, one_core: bool) -> Iterator[str]:
    """Run a server in a folder; yield its address."""
    core = ["taskset", "-c", "1"] if one_core and Path("/usr/bin/taskset").exists() else []
    with subprocess.Popen(
        [*core, HOLDFAST, "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=folder,
        env={**environment, "HOLDFAST_LOG": "error"},
    ) as process:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        if found is None:
            raise SystemExit("the server did not start")
        try:
            yield found[0]
        finally:
            process.terminate()


def token(folder: Path, environment: dict[str, str], *scopes: str) -> str:
    """Issue a token for this bench."""
    asked = [word for scope in scopes for word in ("--scope", scope)]
    done = subprocess.run(
        [HOLDFAST, "token", "issue", "bench", *asked],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return str(re.findall(r"\bhf_\S+", done.stdout)[0])


def declare(client: httpx.Client, many: int) -> list[float]:
    """Declare incidents one after the other; return the milliseconds of each."""
    took = []
    for number in range(many + 20):
        began = time.perf_counter()
        body = {"system": "support", "title": f"Case {number}", "account": "One reproducible trace"}
        client.post("/api/incidents", json=body).raise_for_status()
        took.append((time.perf_counter() - began) * 1000)
    return took[20:]  # the first ones load code


def fill(client: httpx.Client, events: int) -> str:
    """Make an incident of many facts; return its id."""
    made = client.post("/api/incidents", json={"system": "triage", "title": "A long night"}).json()
    incident, act = made["incident"], f"/api/incidents/{made['incident']}/acts"
    for number in range(events - 1):
        name, body = ACTS[number % len(ACTS)]
        filled = {key: value.format(n=number) for key, value in body.items()}
        client.post(f"{act}/{name}", json=filled).raise_for_status()
    return str(incident)


LATER = "2026-12-24T12:00:00Z"
ACTS: tuple[tuple[str, dict[str, str]], ...] = (
    *[("note", {"text": "Somebody saw something worth a line, number {n}"})] * 14,
    ("decide", {"what": "Do the thing number {n}", "why": "It is reversible and quick"}),
    ("action", {"what": "Look at sample {n}", "owner": "role:technical", "due": LATER}),
    ("hypothesis", {"observation": "Seen {n}", "explains": "It may be {n}", "next_test": "Replay {n}"}),
    ("question", {"text": "What of {n}?", "owner": "role:privacy"}),
    ("system", {"system": "upstream-{n}", "how": "upstream"}),
    ("statement", {"text": "About {n} people since 10:30 UTC"}),
)


def look(client: httpx.Client, incident: str, times: int) -> tuple[float, list[float], int]:
    """Return the milliseconds of the first look, of the ones after it, and the bytes of the page."""
    took, size = [], 0
    for _ in range(times + 1):
        began = time.perf_counter()
        answer = client.get(f"/incidents/{incident}", headers={"Accept": "text/html"})
        answer.raise_for_status()
        took.append((time.perf_counter() - began) * 1000)
        size = len(answer.content)
    return took[0], took[1:], size


def storm(url: str, secret: str, many: int, connections: int = 4) -> float:
    """Send webhooks of Alertmanager, each a group of its own of two hundred rules; return the seconds."""

    def send(part: Sequence[int]) -> None:
        headers = {"Authorization": f"Bearer {secret}"}
        with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
            for number in part:
                client.post("/api/hooks/alertmanager", content=webhook(number)).raise_for_status()

    threads = [
        threading.Thread(target=send, args=(range(first, many, connections),)) for first in range(connections)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def webhook(number: int) -> bytes:
    """Return a request of Alertmanager with an alert of its own."""
    rule = f"Rule{number % 200}"
    alert = {
        "status": "firing",
        "labels": {"alertname": rule, "system": f"system-{number % 20}", "tenant": f"t{number}"},
        "annotations": {"summary": f"{rule} fires", "description": "More than it should"},
        "startsAt": "2026-11-21T10:30:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "fingerprint": f"{number:016x}",
    }
    body = {"version": "4", "groupKey": f"{{}}:{{alertname={rule}}}", "status": "firing", "alerts": [alert]}
    return json.dumps(body).encode()


def run(engine: str, options: argparse.Namespace, environment: dict[str, str], folder: Path) -> None:
    """Measure one engine and print it."""
    with serving(folder, environment, one_core=True) as url:
        secret = token(folder, environment, "declare", "respond", "command", "view", "report")
        headers = {"Authorization": f"Bearer {secret}"}
        with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
            took = declare(client, options.declare)
            p99 = quantile(took, 0.99)
            print(
                f"{engine}: declare p50 {statistics.median(took):.1f} ms, p99 {p99:.1f} ms of {len(took)}"
                f" (target <= {DECLARE_MS:.0f}): {'held' if p99 <= DECLARE_MS else 'MISSED'}"
            )
            incident = fill(client, options.events)
            _, warm, size = look(client, incident, 30)
            print(
                f"{engine}: room of {options.events:,} events p50 {statistics.median(warm):.0f} ms, p95"
                f" {quantile(warm, 0.95):.0f} ms, {size / 1000:.0f} kB (target <= {ROOM_MS:.0f}):"
                f" {'held' if statistics.median(warm) <= ROOM_MS else 'MISSED'}"
            )
            before = len(signals(client))
            seconds = storm(url, secret, options.webhooks)
            alerts = len(signals(client)) - before
            print(
                f"{engine}: {options.webhooks:,} webhooks in {seconds:.1f} s on one core,"
                f" {options.webhooks / seconds * 60:,.0f} a minute, {alerts:,} alerts attached, 20 systems"
                f" (target: {options.webhooks:,} within {STORM_SECONDS:.0f} s, none lost):"
                f" {'held' if seconds <= STORM_SECONDS and alerts == options.webhooks else 'MISSED'}"
            )
    with (  # a process that has folded nothing yet
        serving(folder, environment, one_core=True) as url,
        httpx.Client(base_url=url, headers=headers, timeout=60) as client,
    ):
        client.get("/incidents/INC-2026-0001", headers={"Accept": "text/html"}).raise_for_status()
        first, _, _ = look(client, incident, 0)
        print(f"{engine}: the same room, folded for the first time in a process: {first:.0f} ms")


def signals(client: httpx.Client) -> list[str]:
    """Return the alerts that are attached to incidents."""
    found = []
    for row in client.get("/api/incidents?limit=100&state=open").json():
        after = 0
        while facts := client.get(f"/api/incidents/{row['id']}/facts?after={after}&limit=200").json():
            found += [fact["data"]["signal"] for fact in facts if fact["type"] == "SignalAttached"]
            after = facts[-1]["version"]
    return found


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engine", choices=("sqlite", "postgres"), action="append")
    parser.add_argument("--declare", type=int, default=300)
    parser.add_argument("--events", type=int, default=5_000)
    parser.add_argument("--webhooks", type=int, default=1_000)
    options = parser.parse_args()
    for engine in options.engine or ("sqlite", "postgres"):
        with tempfile.TemporaryDirectory() as folder:
            if engine == "sqlite":
                run(engine, options, CLEAN, Path(folder))
                continue
            from tests.engines.servers import Postgres

            server = Postgres(durable=True)
            try:
                url = server.start().url("postgresql")
                run(engine, options, {**CLEAN, "HOLDFAST_LEDGER": url}, Path(folder))
            finally:
                server.close()


if __name__ == "__main__":
    main()
