"""A server that is killed while it answers: what it acknowledged is there, and nothing is there twice."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

HOLDFAST = str(Path(sys.executable).with_name("holdfast"))
KILLS = 4


pytestmark = pytest.mark.long
"""Half a minute; `python -m bench.kills` does the same a hundred times, with the database too."""


def run(folder: Path, *words: str) -> str:
    done = subprocess.run([HOLDFAST, *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def start(folder: Path) -> tuple[subprocess.Popen[str], str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
    started = subprocess.Popen(
        [HOLDFAST, "serve", "--port", "0"],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert started.stdout is not None
    return started, re.search(r"http://\S+", started.stdout.readline())[0]


def declare_until_it_dies(url: str, token: str, names: list[str], told: dict[str, str]) -> None:
    """Declare incidents, each under a key of its own; note those that were acknowledged."""
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=url, headers=headers, timeout=20) as client:
        for name in names:
            body, key = {"system": "sorter", "title": name}, {"Idempotency-Key": name}
            try:
                answer = client.post("/api/incidents", json=body, headers=key)
            except httpx.HTTPError:
                return
            assert answer.status_code == 201, answer.text
            told[name] = answer.json()["incident"]


def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(tmp_path: Path) -> None:
    token = re.search(r"\bhf_\S+", run(tmp_path, "token", "issue", "t", "--scope", "declare"))[0]
    chance, told = random.Random(11), dict[str, str]()
    for turn in range(KILLS):  # each declares for so long, then dies
        server, url = start(tmp_path)
        before = dict(told)
        # what was asked for and not acknowledged is asked for again, under the same key
        names = [f"turn-{turn - 1}-{n}" for n in range(100)] * (turn > 0)
        names = [name for name in names if name not in told][:20] + [f"turn-{turn}-{n}" for n in range(100)]
        client = threading.Thread(target=declare_until_it_dies, args=(url, token, names, told))
        client.start()
        client.join(chance.uniform(0.5, 1.5))  # the instant at which it dies
        server.kill()
        client.join(30)
        server.communicate()
        assert set(before) <= set(told)
    assert len(set(told.values())) == len(told) > KILLS
    server, url = start(tmp_path)
    reader = re.search(r"\bhf_\S+", run(tmp_path, "token", "issue", "r", "--scope", "view"))[0]
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {reader}"}, timeout=20) as look:
        for name, incident in told.items():
            assert look.get(f"/api/incidents/{incident}").json()["title"] == name
    server.terminate()
    server.communicate()
    assert server.returncode == 0
    facts = run(tmp_path, "ledger", "export")
    keys = re.findall(r"api:[\w-]+:(turn-\d+-\d+)", facts)
    assert len(keys) == len(set(keys))
    assert set(told) <= set(keys)
    run(tmp_path, "ledger", "verify")
