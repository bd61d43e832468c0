"""Around every request: its id, its end, the headers that keep a browser strict, one line of log."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping
from time import perf_counter
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST_SECONDS = 60.0
"""How long a request may take from its first byte to the first byte of its answer."""
POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
    "script-src 'self'; style-src 'self'"
)
STRICT: dict[bytes, bytes] = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=()",
    b"cache-control": b"no-store",
}
"""Headers of every answer that does not say otherwise itself."""
SLOWEST = 50_000.0
"""Bytes a second that a large body is waited for."""
LARGEST_BODY = 1_000_000
"""Bytes that a request may have where its address does not take more."""
Failed: TypeAlias = Callable[["Scope", Exception], "Response"]
"""Makes the answer where the application failed."""
Seen: TypeAlias = Callable[[str, str, int, float], None]
"""Takes method, route, status and seconds of an answered request."""

log = logging.getLogger("holdfast.http")


class Around:
    """The outermost layer.

    Parameters
    ----------
    app : ASGI application
    seen : callable
        Hears of every answer, for /metrics.
    failed : callable
        Makes the answer where the application failed.
    larger : mapping
        Beginnings of paths that take larger bodies, and how many bytes; one with `*` in it, which stands for
        any one part, is the whole path.
    hosts : collection of str
        The names by which this server may be called; empty for any. A page elsewhere that points its own name
        at this machine gets nothing.
    longest : float
        Seconds until a request without an answer is given up with 504.
    """

    def __init__(
        self,
        app: ASGIApp,
        seen: Seen,
        failed: Failed,
        larger: Mapping[str, int],
        hosts: Collection[str] = (),
        longest: float = LONGEST_SECONDS,
    ) -> None:
        self._app = app
        self._seen = seen
        self._failed = failed
        self._larger = dict(larger)
        self._hosts = frozenset(hosts)
        self._longest = longest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(scope, send)
        try:
            if self._hosts and _host(scope) not in self._hosts:
                await answer.refuse(421, "this server is not called that", "use the address that it printed")
            elif scope["path"].startswith("/live/"):
                await self._app(scope, receive, answer.send)
            else:
                largest = self._largest(scope["path"])
                bounded = _bounded(receive, largest)
                # a large file may take long to come in over a thin line
                more = largest / SLOWEST if largest > LARGEST_BODY else 0.0
                longest = max(self._longest, more)
                await self._in_time(self._app(scope, bounded, answer.send), answer, longest)
        except Exception as error:
            if answer.started:  # nothing can be said any more: the connection ends
                raise
            await self._failed(scope, error)(scope, receive, answer.send)
        finally:
            answer.end()
            self._seen(scope["method"], answer.route(), answer.status, answer.seconds)
            _write(scope, answer)

    def _largest(self, path: str) -> int:
        return max(
            (n for start, n in self._larger.items() if _begins(path, start)),
            default=LARGEST_BODY,
        )

    async def _in_time(self, call: Awaitable[None], answer: _Answer, longest: float) -> None:
        task = asyncio.ensure_future(call)
        try:
            done, _ = await asyncio.wait({task}, timeout=longest)
            if not done and not answer.started:
                await answer.refuse(504, "the answer took too long", "try again; look at /healthz")
            await task
        except asyncio.CancelledError:
            task.cancel()
            raise


class _Answer:
    """One answer on its way out."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._began = perf_counter()
        self.id = secrets.token_hex(8)
        self.status = 500
        self.seconds = 0.0
        self.started = False
        self._refused = False
        scope.setdefault("state", {})["request_id"] = self.id

    async def send(self, message: Message) -> None:
        """Pass a part of the answer on, with our headers; nothing more once it was given up."""
        if self._refused:
            return
        if message["type"] == "http.response.start":
            self.started = True
            self.status = message["status"]
            self.seconds = perf_counter() - self._began
            headers = list(message.get("headers", ()))
            said = {name.lower() for name, _ in headers}
            headers += [(name, value) for name, value in STRICT.items() if name not in said]
            message = {**message, "headers": [*headers, (b"x-request-id", self.id.encode())]}
        await self._send(message)

    async def refuse(self, status: int, detail: str, fix: str) -> None:
        """Answer in place of the application, in the one shape of everything that is refused."""
        body = json.dumps(
            {"type": "about:blank", "title": detail, "status": status, "fix": fix, "request": self.id}
        ).encode()
        headers = [(b"content-type", b"application/problem+json"), (b"content-length", b"%d" % len(body))]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})
        self._refused = True

    def end(self) -> None:
        """Note how long it took where no answer was given at all."""
        if not self.started:
            self.seconds = perf_counter() - self._began

    def route(self) -> str:
        """Return the pattern of the address: never what a person wrote into it."""
        route = self._scope.get("route")
        return str(getattr(route, "path", "")) if route is not None else ""


def _bounded(receive: Receive, largest: int) -> Receive:
    """Return what reads a request's body, and refuses what is too large as soon as that is known."""
    from starlette.exceptions import HTTPException

    read = 0

    async def bounded() -> Message:
        nonlocal read
        message = await receive()
        if message["type"] == "http.request":
            read += len(message.get("body", b""))
            if read > largest:
                raise HTTPException(413, f"a request may have {largest:,} bytes here")
        return message

    return bounded


def _begins(path: str, start: str) -> bool:
    if "*" not in start:
        return path.startswith(start)
    wanted, said = start.split("/"), path.split("/")
    return len(wanted) == len(said) and all(w in ("*", s) for w, s in zip(wanted, said, strict=True))


def _host(scope: Scope) -> str:
    said: str = dict(scope["headers"]).get(b"host", b"").decode("latin-1").lower()
    return said.rsplit(":", 1)[0] if not said.endswith("]") else said


def _write(scope: Scope, answer: _Answer) -> None:
    if not log.isEnabledFor(logging.INFO):
        return
    principal = scope["state"].get("principal")
    log.info(
        "request",
        extra={
            "told": {
                "request": answer.id,
                "method": scope["method"],
                "route": answer.route(),
                "status": answer.status,
                "ms": round(answer.seconds * 1000, 1),
                "actor": getattr(principal, "actor", "anonymous"),
            }
        },
    )
