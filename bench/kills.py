"""Kill -9 of server, worker and PostgreSQL at random instants of a scripted incident, again and again.

PostgreSQL writes through to the disk; one `holdfast serve` (with its own worker) and one `holdfast worker`
share it; a client works incidents through the API and repeats each wish with the same Idempotency-Key until
it is acknowledged; a receiver on loopback takes the webhooks. At the end, when everything has settled: every
acknowledged wish is one fact, none is two, every clock was told once, every delivery arrived at least once
with one id, and the ledger verifies.

    python -m bench.kills --kills 100 [--seed 1]
"""

from __future__ import annotations

import argparse
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

HOLDFAST = str(Path(sys.executable).with_name("holdfast"))
PATIENCE = 120.0
PLAN = """\
holdfast: 1
system:
  id: support
  name: Support
  purpose: Answers customers
  owners: {{accountable: team, approver: boss}}
people: {{team: {{route: hook}}, boss: {{route: hook}}}}
routes: {{hook: {{webhook: "http://127.0.0.1:{port}/"}}}}
"""


class Receiver:
    """Takes webhooks and counts their ids."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        seen = self.seen

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", "0")))
                seen[self.headers.get("webhook-id", "")] += 1
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()


@dataclass
class Program:
    """A process of ours that is killed and started again."""

    name: str
    command: list[str]
    folder: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it is not waited for."""
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, env=self.environment, stdout=log, stderr=log
            )

    def kill(self) -> None:
        """Kill it with -9."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()


@dataclass
class Client:
    """Works incidents through, and remembers what was acknowledged."""

    url: str
    token: str
    stop: threading.Event
    acknowledged: dict[str, list[str]] = field(default_factory=dict)
    repeated: int = 0
    problems: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Work until told to stop; the incident that was begun is finished."""
        number = 0
        while not self.stop.is_set():
            number += 1
            self._one(number)

    def _one(self, number: int) -> None:
        body = {"system": "support", "title": f"Case {number}"}
        incident = str(self._until_done("/api/incidents", body, f"declare-{number}")["incident"])
        wishes = self.acknowledged.setdefault(incident, [])
        due = (datetime.now(UTC) + timedelta(seconds=3)).isoformat()
        script: list[tuple[str, Mapping[str, object]]] = [
            ("role", {"role": "commander"}),
            ("assess", {"harm": "severe", "exposure": "disclosed", "people": [5, 50]}),
            ("note", {"text": f"Note 0 of case {number}"}),
            ("note", {"text": f"Note 1 of case {number}"}),
            ("note", {"text": f"Note 2 of case {number}"}),
            ("note", {"text": f"Note 3 of case {number}"}),
            ("action", {"what": "Look again", "owner": "role:technical", "due": due}),
            ("decide", {"what": "Switch it off", "why": "It is reversible"}),
            ("contain", {"lever": "tools", "because": "Stop it", "lasting": True, "widens": False}),
            ("statement", {"text": f"Case {number}: all users since noon"}),
        ]
        for step, (name, wish) in enumerate(script):
            key = f"{number}-{step}"
            self._until_done(f"/api/incidents/{incident}/acts/{name}", wish, key)
            wishes.append(f"{name}\x1f{key}")

    def _until_done(self, path: str, body: Mapping[str, object], key: str) -> dict[str, object]:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                answer = httpx.post(self.url + path, json=body, headers=headers, timeout=15)
                if answer.status_code < 300:
                    told: dict[str, object] = answer.json()
                    return told
                if answer.status_code < 500:
                    self.problems.append(f"{path}: {answer.status_code} {answer.text[:200]}")
                    raise SystemExit(self.problems[-1])
            except httpx.TransportError:
                pass
            self.repeated += 1
            time.sleep(0.1)
        raise SystemExit(f"{path} was not answered within {PATIENCE:.0f} s")


def free_port() -> int:
    """Return a port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(found: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not found():
        if time.monotonic() > end:
            raise SystemExit(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.2)


def up(url: str) -> bool:
    """Return whether the server answers."""
    try:
        return httpx.get(f"{url}/healthz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def main() -> None:
    """Run the campaign; exit with 1 where a promise was broken."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    from tests.engines.servers import Postgres

    draw, receiver, postgres = random.Random(options.seed), Receiver(), Postgres(durable=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "holdfast.yaml").write_text(PLAN.format(port=receiver.port))
        database = postgres.start().url("postgresql")
        environment = {**os.environ, "HOLDFAST_LEDGER": database, "HOLDFAST_LOG": "warning"}
        port = free_port()
        server = Program("server", [HOLDFAST, "serve", "--port", str(port)], folder, environment)
        worker = Program("worker", [HOLDFAST, "worker"], folder, environment)
        server.start()
        url = f"http://127.0.0.1:{port}"
        until(lambda: up(url), "the server answers")
        scopes = [word for scope in ("declare", "respond", "command", "view") for word in ("--scope", scope)]
        issued = subprocess.run(
            [HOLDFAST, "token", "issue", "kills", *scopes],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        token = str(re.findall(r"\bhf_\S+", issued.stdout)[0])
        worker.start()
        stop = threading.Event()
        client = Client(url, token, stop)
        working = threading.Thread(target=client.run)
        working.start()
        killed: Counter[str] = Counter()
        for number in range(options.kills):
            time.sleep(draw.uniform(0.2, 3.0))
            target = draw.choice(["server", "worker", "postgres"])
            killed[target] += 1
            if target == "postgres":
                postgres.kill()
                postgres.start()
            else:
                program = server if target == "server" else worker
                program.kill()
                program.start()
            if number % 10 == 9:
                print(f"{number + 1} kills, {len(client.acknowledged)} incidents", flush=True)
            if not working.is_alive():
                raise SystemExit(f"the client gave up: {client.problems}")
        until(lambda: up(url), "the server answers after the last kill")
        stop.set()
        working.join(PATIENCE)
        broken = judge(client, receiver)
        verified = subprocess.run(
            [HOLDFAST, "ledger", "verify"], cwd=folder, env=environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        server.kill()
        worker.kill()
    postgres.close()
    wishes = sum(map(len, client.acknowledged.values()))
    print(
        f"{options.kills} kills ({', '.join(f'{name} {n}' for name, n in sorted(killed.items()))}):"
        f" {len(client.acknowledged)} incidents, {wishes} acts acknowledged, {client.repeated} repeated,"
        f" {len(receiver.seen)} deliveries received {sum(receiver.seen.values())} times"
    )
    print(verified.stdout.strip() or verified.stderr.strip())
    for line in [*client.problems, *broken]:
        print(f"BROKEN: {line}")
    sys.exit(1 if broken or client.problems or verified.returncode else 0)


def judge(client: Client, receiver: Receiver) -> list[str]:
    """Return which promises were broken, once everything has settled."""
    with httpx.Client(
        base_url=client.url, headers={"Authorization": f"Bearer {client.token}"}, timeout=60
    ) as api:

        def facts(incident: str) -> list[dict[str, object]]:
            found: list[dict[str, object]] = []
            while more := api.get(f"/api/incidents/{incident}/facts", params={"after": len(found)}).json():
                found += more
            return found

        def settled() -> bool:
            for incident in client.acknowledged:
                kinds = Counter(str(fact["type"]) for fact in facts(incident))
                if kinds["DeliveryAsked"] != kinds["Delivered"] + kinds["DeliveryWithheld"]:
                    return False
                if not kinds["ClockDue"]:
                    return False
            return True

        until(settled, "all deliveries delivered and all clocks told", 240)
        broken: list[str] = []
        for incident, wishes in client.acknowledged.items():
            broken += _judged(incident, wishes, facts(incident), receiver)
        titles = Counter(row["title"] for row in _every(api))
        broken += [f"declared {n} times: {title}" for title, n in titles.items() if n > 1]
        if len(titles) != len(client.acknowledged):
            broken.append(f"{len(titles)} incidents for {len(client.acknowledged)} declarations")
        return broken


def _every(api: httpx.Client) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    while more := api.get("/api/incidents", params={"skip": len(rows), "limit": 100}).json():
        rows += more
    return rows


def _judged(
    incident: str, wishes: list[str], facts: list[dict[str, object]], receiver: Receiver
) -> list[str]:
    broken: list[str] = []
    data: list[tuple[str, dict[str, object]]] = [
        (str(fact["type"]), fact["data"])  # type: ignore[misc]  # JSON of our own API
        for fact in facts
    ]
    notes = Counter(str(fact["words"]) for fact in facts if fact["type"] == "NoteAdded")
    expected = {"NoteAdded": 4, "ActionAgreed": 1, "DecisionMade": 1, "LeverActionRecorded": 1,
                "StatementMade": 1, "ImpactAssessed": 1, "RoleAssumed": 1}  # fmt: skip
    kinds = Counter(kind for kind, _ in data)
    for kind, times in expected.items():
        if kinds[kind] != times:
            broken.append(f"{incident}: {kind} is there {kinds[kind]} times, not {times}")
    if len(wishes) == 10 and any(times > 1 for times in notes.values()):
        broken.append(f"{incident}: a note is there twice")
    clocks = Counter(str(fields["clock"]) for kind, fields in data if kind == "ClockDue")
    broken += [f"{incident}: clock {clock} told {n} times" for clock, n in clocks.items() if n > 1]
    for kind, fields in data:
        if kind == "DeliveryAsked" and not receiver.seen[str(fields["delivery"])]:
            broken.append(f"{incident}: delivery {fields['delivery']} never arrived")
    ended = Counter(str(fields["delivery"]) for kind, fields in data if kind == "Delivered")
    broken += [f"{incident}: delivery {one} ended {n} times" for one, n in ended.items() if n > 1]
    return broken


if __name__ == "__main__":
    main()
