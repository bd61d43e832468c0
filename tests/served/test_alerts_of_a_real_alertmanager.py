"""Debian's Alertmanager sends a real alert, and a room is there within the minute."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from tests.served.conftest import Served

PROGRAM = next(filter(None, map(shutil.which, ("prometheus-alertmanager", "alertmanager"))), None)
CONFIGURATION = """
route: {{receiver: holdfast, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
receivers:
  - name: holdfast
    webhook_configs:
      - url: {url}/api/hooks/alertmanager
        http_config: {{authorization: {{credentials: {token}}}}}
"""


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def alertmanager(served: Served, tmp_path: Path) -> Iterator[httpx.Client]:
    if PROGRAM is None:
        pytest.skip("no Alertmanager on the path: Debian's package is prometheus-alertmanager")
    file, port = tmp_path / "alertmanager.yaml", free_port()
    file.write_text(CONFIGURATION.format(url=served.url, token=served.token("report")))
    with subprocess.Popen(
        [
            PROGRAM,
            f"--config.file={file}",
            f"--storage.path={tmp_path / 'alerts'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as started:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
                within(30, lambda: answers(client))
                yield client
        finally:
            started.terminate()
            started.wait(30)


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/-/ready").status_code == 200
    except httpx.TransportError:
        return False


def within(seconds: float, found) -> object:
    """Wait until something is so; the other program has its own clock."""
    end = time.monotonic() + seconds
    while not (told := found()):
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.05)
    return told


def fire(alertmanager: httpx.Client, name: str, *, over: bool = False, **labels: str) -> None:
    now = datetime.now(UTC)
    alert = {
        "labels": {"alertname": name, "system": "support", "severity": "critical", **labels},
        "annotations": {"summary": "Injected <b>tool</b> calls", "description": "5 % since 10:30"},
        "startsAt": (now - timedelta(minutes=5)).isoformat(),
        "endsAt": (now if over else now + timedelta(hours=1)).isoformat(),
    }
    answer = alertmanager.post("/api/v2/alerts", json=[alert])
    assert answer.status_code == 200, answer.text


def test_a_real_alert_opens_a_room_and_others_of_the_system_join_it(
    served: Served, alertmanager: httpx.Client
) -> None:
    rooms = lambda: json.loads(served.run("incident", "list", "--json"))  # noqa: E731 -- asked again and again
    fire(alertmanager, "InjectionSurge", region="eu")
    within(60, rooms)
    fire(alertmanager, "RefusalRate")
    with served.client("view") as client:
        told = within(
            60,
            lambda: [
                fact
                for fact in client.get("/api/incidents/INC-2026-0001/facts").json()
                if fact["type"] == "SignalAttached"
            ][1:],
        )
        assert told
        (incident,) = client.get("/api/incidents").json()
    assert incident["system"] == "support"
    assert incident["title"] == "Injected <b>tool</b> calls"


def test_an_alert_without_a_token_is_refused_and_records_nothing_but_that(served: Served) -> None:
    body = {"version": "4", "groupKey": "{}", "alerts": []}
    answer = httpx.post(f"{served.url}/api/hooks/alertmanager", json=body, timeout=30)
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("application/problem+json")
