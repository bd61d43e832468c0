"""A server as people run it, in a folder of its own, and the browsers that come to it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

HOLDFAST = str(Path(sys.executable).with_name("holdfast"))
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass
class Served:
    """A running server.

    Attributes
    ----------
    url : str
        Where it is.
    folder : Path
        Where it was started; its state lies in `.holdfast`.
    first_link : str
        What makes the owner, once.
    """

    url: str
    folder: Path
    first_link: str

    def run(self, *words: str) -> str:
        """Run a command in the server's folder."""
        done = subprocess.run(
            [HOLDFAST, *words], cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def link_for(self, name: str, *roles: str) -> str:
        """Invite somebody; return their link."""
        given = [word for role in roles for word in ("--role", role)]
        said = self.run("people", "invite", "--name", name, *given)
        return self.url + re.search(r"/join/[\w-]+", said)[0]

    def token(self, *scopes: str) -> str:
        """Issue a token for a machine."""
        said = self.run("token", "issue", "test", *(word for scope in scopes for word in ("--scope", scope)))
        return re.search(r"\bhf_\S+", said)[0]

    def client(self, *scopes: str) -> httpx.Client:
        """Return what speaks to the API with a token."""
        headers = {"Authorization": f"Bearer {self.token(*scopes)}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
    with subprocess.Popen(
        [HOLDFAST, "serve", "--port", "0"],
        cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as started:  # fmt: skip
        assert started.stdout is not None
        try:
            said = started.stdout.readline() + started.stdout.readline()
            url, link = re.search(r"http://127\.0\.0\.1:\d+", said), re.search(r"http://\S+/join/\S+", said)
            assert url is not None, said
            assert link is not None, said
            yield Served(url[0], tmp_path, link[0])
        finally:
            started.terminate()
            started.wait(30)


@pytest.fixture(scope="module")  # its driver keeps an event loop: tests of other modules have their own
def chromium() -> Iterator[Browser]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (group web)")
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.skip(f"no browser to come with: none of {', '.join(CHROMIUM)} is on the path")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


def come_in(chromium: Browser, link: str, name: str | None = None) -> BrowserContext:
    """Use a one-time link in a browser of its own; a script that fails fails the test."""
    context = chromium.new_context()
    context.set_default_timeout(20_000)
    context.on("weberror", lambda error: pytest.fail(f"a script failed: {error.error}"))
    page = context.new_page()
    page.goto(link)
    if name is not None and page.locator("input[name=name]").count():
        page.fill("input[name=name]", name)
    page.locator("main button").first.click()
    page.wait_for_url(lambda url: "/join/" not in url)
    return context
