"""A house to be let into: stores and ledgers on both engines, a server on loopback, what a browser does."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from ledgers import engine_of, made_database
from servers import Server

from holdfast.access.commands import Invite, IssueToken
from holdfast.access.events import EVENTS
from holdfast.access.model.addresses import Seen
from holdfast.access.model.principal import Kind, Principal, Role
from holdfast.access.model.rules import Rules
from holdfast.access.wiring import AccessServices
from holdfast.kernel.clock import SetClock
from holdfast.kernel.events import EventTypes
from holdfast.ledger.ports import Ledger
from holdfast.store.opening import open_postgres, open_sqlite
from holdfast.store.store import Store

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ADMIN = Principal("cli-admin", Kind.LOCAL, frozenset(Role))
HERE = Seen("127.0.0.1", "http", "127.0.0.1", "127.0.0.1:4653")
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class SentMail:
    """A mail route that keeps what it was given; `broken` refuses it."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.broken = False
        self._changed = threading.Condition()

    def send(self, to: str, subject: str, text: str) -> None:
        if self.broken:
            raise OSError("the mail server does not answer")
        with self._changed:
            self.sent.append((to, text))
            self._changed.notify_all()

    def arrived(self, count: int) -> bool:
        """Wait until so many mails were sent: what is sent after an answer comes when it comes."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.sent) >= count, 30)

    def link(self) -> str:
        found = re.search(r"/join/\S+", self.sent[-1][1])
        assert found is not None
        return found[0]


@dataclass(frozen=True)
class House:
    """A workspace: opening it again is another process on the same store and ledger."""

    open_store: Callable[[], Store]
    open_ledger: Callable[[], Ledger]
    clock: SetClock
    opened: list[Any]
    dialect: str

    def services(self, rules: Rules | None = None, mailer: SentMail | None = None) -> AccessServices:
        store, ledger = self.open_store(), self.open_ledger()
        self.opened.extend([store, ledger])
        return AccessServices(store, ledger, self.clock, rules or Rules(), mailer)

    def close(self) -> None:
        for each in self.opened:
            each.close()


def house_of(dialect: str, tmp_path: Path, server: Server | None) -> House:
    types, clock = EventTypes(), SetClock(START)
    types.register_all(EVENTS)
    if server is None:
        path = tmp_path / "ledger.db"
        return House(
            lambda: open_sqlite(tmp_path / "store.db", patience=2.0),
            lambda: engine_of(str(path), clock, types).open_ledger(),
            clock,
            [],
            dialect,
        )
    url = made_database(server)
    return House(
        lambda: open_postgres(url.replace("postgresql://", "postgresql+psycopg://"), "tests"),
        lambda: engine_of(url, clock, types).open_ledger(),
        clock,
        [],
        dialect,
    )


def came_in(services: AccessServices, *roles: str, name: str = "Ann") -> tuple[str, str]:
    """Invite somebody and let them in; return their id and their session's secret."""
    link = services.invite(ADMIN, Invite(roles), "http://127.0.0.1")
    came = services.use(link.secret, name, "Firefox on Linux", HERE)
    return came.actor, came.secret


def issued(services: AccessServices, *scopes: str, days: int = 90) -> Any:
    from datetime import timedelta

    until = services.now() + timedelta(days=days)
    return services.issue(ADMIN, IssueToken("a machine", scopes, until))


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve an application on loopback; yield its address."""
    made = socket.socket()
    made.bind(("127.0.0.1", 0))
    made.listen(128)
    config = uvicorn.Config(
        app, log_config=None, access_log=False, proxy_headers=False, ws="none", loop="asyncio"
    )
    server = uvicorn.Server(config)
    ready = threading.Event()
    startup = server.startup

    async def told(*arguments: Any, **named: Any) -> None:
        await startup(*arguments, **named)
        ready.set()

    server.startup = told  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, kwargs={"sockets": [made]})
    thread.start()
    assert ready.wait(30)
    yield f"http://127.0.0.1:{made.getsockname()[1]}"
    server.should_exit = True
    thread.join(30)
    made.close()


class Browser:
    """What a browser does: cookies, where a form is from, and the hidden field of the last page."""

    def __init__(self, address: str, headers: dict[str, str] | None = None) -> None:
        self.address = address
        self.client = httpx.Client(
            base_url=address, headers={"User-Agent": AGENT, **(headers or {})}, timeout=60
        )
        self.csrf = ""

    def get(self, path: str, **more: Any) -> httpx.Response:
        answer = self.client.get(path, headers={"Accept": "text/html", **more.pop("headers", {})}, **more)
        self._remember(answer)
        return answer

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
        headers = {
            "Accept": "text/html",
            "Origin": self.address,
            "Sec-Fetch-Site": "same-origin",
            **more.pop("headers", {}),
        }
        sent = {"csrf": self.csrf, **(data or {})}
        answer = self.client.post(path, data=sent, headers=headers, **more)
        self._remember(answer)
        return answer

    def _remember(self, answer: httpx.Response) -> None:
        found = (
            re.search(r'name="csrf" value="([^"]*)"', answer.text)
            if "html" in answer.headers.get("content-type", "")
            else None
        )
        if found is not None:
            self.csrf = found[1]

    @property
    def cookie(self) -> str:
        return next(
            (
                each.value or ""
                for each in self.client.cookies.jar
                if each.name.endswith(tuple("0123456789t"))
            ),
            "",
        )

    def close(self) -> None:
        self.client.close()


@dataclass
class Site:
    """A server, and browsers that visit it."""

    address: str
    services: AccessServices
    app: Any
    house: House
    browsers: list[Browser]

    def browser(self, headers: dict[str, str] | None = None) -> Browser:
        made = Browser(self.address, headers)
        self.browsers.append(made)
        return made

    def signed_in(self, *roles: str, name: str = "Ann") -> Browser:
        """Return a browser of somebody who came in by a link, with the page of their account open."""
        link = self.services.invite(ADMIN, Invite(roles), self.address)
        browser = self.browser()
        browser.get(link.path)
        assert browser.post(link.path, {"name": name}).status_code == 303
        assert browser.get("/me").status_code == 200
        return browser
