"""What goes out: with headers, to the sign-in page where nobody is known, no longer than its reader may."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import quote

from holdfast.access.middleware.cookies import end_cookie, session_cookie
from holdfast.access.model.addresses import Seen
from holdfast.access.ports import Identified

if TYPE_CHECKING:
    from starlette.types import Message, Scope, Send

CHECK_SECONDS = 2.0
"""How long a stream goes on after its reader was signed out elsewhere."""
UNKNOWN, DENIED = 401, 403
TLS_ONLY = "max-age=31536000"


class Sending:
    """The answer to one request."""

    def __init__(self, send: Send, scope: Scope, seen: Seen) -> None:
        self._send = send
        self._scope = scope
        self._seen = seen
        self._known: Identified | None = None
        self._still: Callable[[], bool] | None = None
        self._count: Callable[[], Awaitable[None]] | None = None
        self._watch: asyncio.Task[None] | None = None
        self._instead = False
        self._ended = False

    def known(
        self, known: Identified, still: Callable[[], bool], count: Callable[[], Awaitable[None]]
    ) -> None:
        """Note whose request it is, what tells whether they may still come in, and what counts a denial."""
        self._known, self._still, self._count = known, still, count

    async def plain(self, message: Message) -> None:
        """Send a message; over TLS it says that there is no other way."""
        from starlette.datastructures import MutableHeaders

        if message["type"] == "http.response.start" and self._seen.scheme == "https":
            MutableHeaders(scope=message)["strict-transport-security"] = TLS_ONLY
        await self._send(message)

    async def guarded(self, message: Message) -> None:
        """Send a message of the application."""
        if message["type"] == "http.response.start":
            await self._start(message)
        elif message["type"] == "http.response.body" and not self._instead:
            await self._body(message)

    async def _start(self, message: Message) -> None:
        from starlette.datastructures import MutableHeaders

        if message["status"] in (UNKNOWN, DENIED) and self._count is not None:
            await self._count()  # before the answer: what was answered was counted
        headers = MutableHeaders(scope=message)
        if headers.get("content-type", "").startswith("text/event-stream"):
            self._watch = asyncio.create_task(self._watching())
        if message["status"] == UNKNOWN and self._page_asked():
            await self._to_sign_in()
            return
        if self._known is not None and self._known.stale and "set-cookie" not in headers:
            headers.append("set-cookie", end_cookie(session_cookie(self._seen), self._seen))
        await self.plain(message)

    async def _body(self, message: Message) -> None:
        if not self._ended:
            await self._send(message)

    async def _watching(self) -> None:
        """End a stream once its reader may not come in any more, also one that is silent."""
        while self._still is not None:
            await asyncio.sleep(CHECK_SECONDS)
            if not await asyncio.to_thread(self._still):
                self._ended = True
                await self._send({"type": "http.response.body", "body": b"", "more_body": False})
                return

    def close(self) -> None:
        """Note that the application is done with the answer."""
        if self._watch is not None:
            self._watch.cancel()

    def _page_asked(self) -> bool:
        from starlette.datastructures import Headers

        asked = Headers(scope=self._scope)
        whole = "text/html" in asked.get("accept", "") and "hx-request" not in asked
        return self._scope["method"] == "GET" and whole and not self._scope["path"].startswith("/api")

    async def _to_sign_in(self) -> None:
        """Send somebody whom nobody knows to the page where they sign in, and from there back."""
        self._instead = True
        path, query = self._scope["path"], self._scope.get("query_string", b"").decode("latin-1")
        wanted = quote(path + ("?" + query if query else ""), safe="")
        headers = [
            (b"location", f"/sign-in?next={wanted}".encode("ascii")),
            (b"content-length", b"0"),
            (b"set-cookie", end_cookie(session_cookie(self._seen), self._seen).encode("latin-1")),
        ]
        await self.plain({"type": "http.response.start", "status": 303, "headers": headers})
        await self._send({"type": "http.response.body", "body": b""})
