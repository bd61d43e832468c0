"""Deliveries: a thousand signed events to a receiver on loopback, from facts that ask for them to receipts.

Beside it the same events sent by bare httpx, one after the other, to the same receiver: what is left is
what it costs to claim, compose, unseal, record and close each. The receiver is a process of its own,
verifies every signature, and counts the ids that it has seen: at least once, and here exactly once.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import chdir
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from holdfast.access.model.principal import Principal
from holdfast.app.bootstrap import Application
from holdfast.app.settings import read_settings
from holdfast.app.worker.duties import make_worker
from holdfast.integrations.webhook import signature
from holdfast.kernel.events import Event
from holdfast.respond.commands.declaring import DeclareIncident
from holdfast.respond.events.deliveries import DeliveryAsked
from holdfast.respond.handlers.acting import act
from holdfast.store.work import Deliveries

DELIVERIES, INCIDENTS = 1_000, 10
KEY = "whsec_YmVuY2htYXJr"
PLAN = """
holdfast: 1
system: {{id: shop, name: Shop, purpose: Sells things}}
people: {{ml: {{route: hook}}}}
routes: {{hook: {{webhook: "{url}", sign_with: $BENCH_KEY}}}}
"""


def receive(pipe: Connection) -> None:
    """Take events until told to end; tell how many there were, and how many different ones."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            id_, at = self.headers["webhook-id"], self.headers["webhook-timestamp"]
            good = self.headers["webhook-signature"] == signature(KEY, id_, at, body)
            seen.append(id_)
            self.send_response(204 if good else 401)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pipe.send(server.server_address[1])
    pipe.recv()
    pipe.send((len(seen), len(set(seen))))


def ours(folder: Path, url: str) -> tuple[float, float]:
    """Return the seconds and the processor seconds of all deliveries."""
    (folder / "holdfast.yaml").write_text(PLAN.format(url=url))
    ana = Principal.local("p-0000ana1")
    with chdir(folder):
        application = Application(read_settings({}))
        room = application.respond.room
        for number in range(INCIDENTS):
            command = DeclareIncident(
                system="shop", title=f"Wrong refunds {number}", account="Ticket 7 says so"
            )
            incident = application.respond.declare(command, ana).incident.id
            asked: Sequence[Event] = [
                DeliveryAsked(
                    delivery=f"{incident}-{each}",
                    system="shop",
                    route="hook",
                    kind="event",
                    act="opened",
                    subject="incident",
                    thing=f"{incident}/{each}",
                )
                for each in range(DELIVERIES // INCIDENTS)
            ]
            act(room, incident, ana, lambda _, asked=asked: asked)  # type: ignore[misc]  # bound now, not later
        worker, rows = make_worker(application), Deliveries(application.store)
        begun, busy = time.perf_counter(), time.process_time()
        worker.start()
        while rows.counts().get("delivered", 0) < DELIVERIES:
            time.sleep(0.05)
        taken = time.perf_counter() - begun, time.process_time() - busy
        worker.stop()
        application.close()
    return taken


def bare(url: str) -> tuple[float, float]:
    """Return the same of bare httpx: a connection for each, as deliveries have."""
    import httpx

    trust = httpx.create_ssl_context()
    begun, busy = time.perf_counter(), time.process_time()
    for number in range(DELIVERIES):
        now, body = str(int(time.time())), b'{"title": "Wrong refunds", "text": "Ticket 7 says so"}' * 12
        headers = {
            "webhook-id": f"bare-{number}",
            "webhook-timestamp": now,
            "webhook-signature": signature(KEY, f"bare-{number}", now, body),
        }
        httpx.post(url, content=body, headers=headers, verify=trust).raise_for_status()
    return time.perf_counter() - begun, time.process_time() - busy


def main() -> None:
    """Print the figures."""
    os.environ["BENCH_KEY"] = KEY
    here, there = get_context("spawn").Pipe()
    receiver = get_context("spawn").Process(target=receive, args=(there,), daemon=True)
    receiver.start()
    url = f"http://127.0.0.1:{here.recv()}/in"
    with tempfile.TemporaryDirectory() as folder:
        seconds, busy = ours(Path(folder), url)
    others, theirs = bare(url)
    here.send("end")
    came, different = here.recv()
    receiver.join(5)
    print(
        f"{DELIVERIES} deliveries: {seconds:.1f} s, {DELIVERIES / seconds:.0f}/s, {busy:.1f} s of processor"
    )
    print(f"bare httpx, one after the other: {others:.1f} s, {theirs:.1f} s of processor")
    print(f"ratio: {seconds / others:.2f} x by the clock, {busy / theirs:.2f} x of processor")
    print(f"came: {came - DELIVERIES}, different ones: {different - DELIVERIES}")


if __name__ == "__main__":
    main()
