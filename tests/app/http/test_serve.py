"""The real process: it says where it is, answers, streams, and stops when told to."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from holdfast.app.http.running import listen

HOLDFAST = str(Path(sys.executable).with_name("holdfast"))


@pytest.fixture
def server(tmp_path):
    environment = {**os.environ, "HOLDFAST_HOME": str(tmp_path), "HOLDFAST_LOG": "info"}
    with subprocess.Popen(
        [HOLDFAST, "serve", "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=tmp_path,
    ) as started:  # fmt: skip
        try:
            line = started.stdout.readline()
            url = re.search(r"http://127\.0\.0\.1:\d+", line)
            assert url, line + started.stderr.read()
            started.url = url[0]
            yield started
        finally:
            started.kill()


def holdfast(home: Path, *words: str) -> str:
    """Run a command on the server's own machine."""
    environment = {**os.environ, "HOLDFAST_HOME": str(home)}
    done = subprocess.run(
        [HOLDFAST, *words], env=environment, cwd=home, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_the_first_start_prints_a_link_that_makes_the_owner_and_the_second_does_not(server, tmp_path):
    link = re.search(r"/join/\S+", server.stdout.readline())
    with httpx.Client(base_url=server.url, headers={"accept": "text/html"}) as browser:
        assert browser.get("/people").headers["location"] == "/sign-in?next=%2Fpeople"
        assert browser.get("/people", headers={"host": "evil.example"}).status_code == 421
        assert "Become the owner" in browser.get(link[0]).text
        assert browser.post(link[0], data={"name": "Ann"}).status_code == 303
        assert "Ann" in browser.get("/people").text
        security = browser.get("/people").headers
    assert "default-src 'self'" in security["content-security-policy"]
    assert "frame-ancestors 'none'" in security["content-security-policy"]
    assert security["x-content-type-options"] == "nosniff"
    assert security["referrer-policy"] == "same-origin"
    assert "Ann" in holdfast(tmp_path, "people", "list")
    environment = {**os.environ, "HOLDFAST_HOME": str(tmp_path)}
    with subprocess.Popen(
        [HOLDFAST, "serve", "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=tmp_path,
    ) as again:  # fmt: skip
        assert "is ready" in again.stdout.readline()
        again.terminate()
        assert again.stdout.read() == ""


def test_it_says_where_it_is_and_answers_there(server):
    assert httpx.get(f"{server.url}/api/openapi.json").status_code == 200


@pytest.mark.parametrize("way", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_told_even_with_an_open_stream(server, way, tmp_path):
    token = holdfast(tmp_path, "token", "issue", "a test", "--scope", "view").strip()
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.stream("GET", f"{server.url}/live/home", timeout=20, headers=headers) as stream:
        lines = stream.iter_lines()
        assert next(lines) == "retry: 1000"
        server.send_signal(way)
        assert server.wait(20) == 0
        assert [line for line in lines if line.startswith("event: row")] == []  # it comes to its end


def test_a_port_that_is_taken_is_refused_with_what_to_do(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = subprocess.run(
            [HOLDFAST, "serve", "--port", str(port)],
            capture_output=True, text=True, check=False, cwd=tmp_path,
        )  # fmt: skip
    assert told.returncode == 3
    assert "HF644" in told.stderr
    assert "--port 0" in told.stderr


def test_answers_leave_at_once():
    # asyncio turns Nagle's waiting off only where the socket names its protocol; 40 ms an answer otherwise
    with listen("127.0.0.1", 0) as made:
        assert made.proto == socket.IPPROTO_TCP
