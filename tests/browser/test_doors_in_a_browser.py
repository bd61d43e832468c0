"""Coming in, inviting and being shown out, in a real Chromium against a real server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which
from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: --group web")

HOLDFAST = str(Path(sys.executable).with_name("holdfast"))
CHROMIUM = next(filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))), None)
NEEDED = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium: apt-get install chromium")
pytestmark = NEEDED


@dataclass
class Served:
    """A server on this machine, and its first link."""

    address: str
    link: str
    home: Path

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [HOLDFAST, *words],
            env=environment(self.home),
            cwd=self.home,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "HOLDFAST_HOME": str(home), "HOLDFAST_LOG": "error"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    with subprocess.Popen(
        [HOLDFAST, "serve", "--port", "0", "--no-worker"],
        stdout=subprocess.PIPE, text=True, env=environment(tmp_path), cwd=tmp_path,
    ) as started:  # fmt: skip
        assert started.stdout is not None
        address = re.search(r"http://\S+", started.stdout.readline())
        link = re.search(r"/join/\S+", started.stdout.readline())
        assert address is not None
        assert link is not None
        yield Served(address[0], link[0], tmp_path)
        started.terminate()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def owner(chromium: Any, server: Served, **options: Any) -> Any:
    page = chromium.new_context(**options).new_page()
    page.goto(server.address + server.link)
    page.fill("input[name=name]", "Ann")
    page.click("text=Become the owner")
    return page


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_owner_invites_somebody_who_comes_in_and_is_shown_out(
    chromium: Any, server: Served, script: bool
) -> None:
    ann = owner(chromium, server, java_script_enabled=script)
    ann.goto(server.address + "/people")
    ann.click("summary:has-text('Invite somebody')")
    ann.fill("#invite input[name=name]", "Bob")
    ann.click("text=Make the link")
    link = ann.input_value("input.secret")
    bob = chromium.new_context(java_script_enabled=script).new_page()
    bob.goto(link)
    assert bob.input_value("input[name=name]") == "Bob"
    bob.click("button:has-text('Come in')")
    bob.goto(server.address + "/me")
    assert "as responder" in bob.inner_text("main")
    assert bob.goto(server.address + "/people").status == 403
    ann.goto(server.address + "/people")
    ann.click("a:has-text('Bob')")
    ann.click("summary:has-text('Deactivate')")
    ann.click("button:has-text('Deactivate')")
    bob.goto(server.address + "/me")
    assert bob.url.startswith(server.address + "/sign-in")


def test_a_command_in_another_process_shows_somebody_out_at_once(chromium: Any, server: Served) -> None:
    owner(chromium, server)
    link = server.run("people", "invite", "--name", "Bob").strip()
    bob = chromium.new_context().new_page()
    bob.goto(server.address + link)
    bob.click("button:has-text('Come in')")
    assert bob.goto(server.address + "/me").status == 200
    actor = re.search(r"(p-[0-9a-f]{8})\s+Bob", server.run("people", "list"))
    assert actor is not None
    server.run("people", "deactivate", actor[1])
    bob.goto(server.address + "/me")
    assert bob.url.startswith(server.address + "/sign-in")


def test_a_form_on_another_page_of_this_machine_signs_nobody_out(chromium: Any, server: Served) -> None:
    ann = owner(chromium, server)
    foreign = (
        f'<form method="post" action="{server.address}/sign-out"><button>Win a prize</button></form>'.encode()
    )

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(foreign)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(
        ("127.0.0.1", 0), Page
    ) as other:  # the same site, so that the cookie comes along
        threading.Thread(target=other.serve_forever, kwargs={"poll_interval": 0.01}).start()
        ann.goto(f"http://127.0.0.1:{other.server_port}/")
        ann.click("text=Win a prize")
        other.shutdown()
    assert "not sent from our own page" in ann.inner_text("main")
    assert ann.goto(server.address + "/me").status == 200
    assert ann.url == server.address + "/me"


def test_no_rule_of_accessibility_is_broken_and_nothing_is_said_to_the_console(
    chromium: Any, server: Served
) -> None:
    axe_module = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    axe, said = axe_module.Axe(), []
    page = chromium.new_page()
    page.on("console", lambda message: said.append(message.text))
    broken = {}

    def look(path: str) -> None:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            if path:
                page.goto(server.address + path)
            found = axe.run(page)
            if found.violations_count:
                broken[path, scheme] = [each["id"] for each in found.response["violations"]]

    look("/sign-in")
    look(server.link)
    page.fill("input[name=name]", "Ann")
    page.click("text=Become the owner")
    server.run("token", "issue", "alertmanager, prod")
    look("/people")
    look("/me")
    page.goto(server.address + "/people")
    page.click("a:has-text('Ann') >> nth=-1")
    page.click("summary:has-text('Forget')")
    look("")
    assert broken == {}
    assert said == []
