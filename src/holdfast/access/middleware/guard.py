"""What stands before every request: for which host it is, who sends it, whether a form is our own."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.access.middleware.cookies import session_cookie
from holdfast.access.middleware.forms import Peeked
from holdfast.access.middleware.sending import Sending
from holdfast.access.model.addresses import Seen, is_loopback, seen
from holdfast.access.model.principal import ANONYMOUS
from holdfast.access.model.refusing import DeniedError, MisdirectedError
from holdfast.access.model.rules import Rules
from holdfast.access.ports import Doorkeeper, Identified
from holdfast.kernel.errors import HoldfastError, LedgerError
from holdfast.web.problems import answered, refusal_of

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
OPEN = ("/static/",)
"""What anybody may have and what nobody need be asked for."""
TEND_SECONDS = 60.0
NOBODY = Identified(ANONYMOUS)
log = logging.getLogger("holdfast.access")


@dataclass(frozen=True)
class Guard:
    """The middleware, without the application behind it."""

    rules: Rules
    doorkeeper: Doorkeeper

    def __call__(self, app: ASGIApp) -> Guarded:
        """Stand before an application."""
        return Guarded(app, self.rules, self.doorkeeper)


class Guarded:
    """An application behind access, as ASGI. What is no HTTP is not let in."""

    def __init__(self, app: ASGIApp, rules: Rules, doorkeeper: Doorkeeper) -> None:
        self._app = app
        self._rules = rules
        self._doorkeeper = doorkeeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await self._living(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:  # no page of ours opens a socket
            await send({"type": "websocket.close", "code": 1008})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.datastructures import Headers
        from starlette.requests import Request

        headers = Headers(scope=scope)
        found = self._seen(scope, headers)
        scope.setdefault("state", {}).update(principal=ANONYMOUS, csrf="", session="", seen=found)
        sending = Sending(send, scope, found)
        try:
            known, receive = await self._checked(scope, receive, headers, found)
        except HoldfastError as error:
            if isinstance(error, LedgerError):
                log.error("who asks cannot be found out: %s", error)
            else:
                await self._count(getattr(error, "who", ANONYMOUS.actor), _wanted_of(error), found)
            await answered(Request(scope), refusal_of(error))(scope, receive, sending.plain)
            return

        async def count() -> None:
            await self._count(known.principal.actor, scope["state"].get("wanted") or "other", found)

        sending.known(known, self._still(scope, headers, known), count)
        try:
            await self._app(scope, receive, sending.guarded)
        finally:
            sending.close()

    async def _checked(
        self, scope: Scope, receive: Receive, headers: Headers, found: Seen
    ) -> tuple[Identified, Receive]:
        """Return who asks, and the body as it can still be read; refuse what is not to come in."""
        if scope["path"].startswith(OPEN):
            return NOBODY, receive
        if not self._rules.answers(found.host):
            raise MisdirectedError.of(
                "HF620",
                f"this server does not answer for the host `{found.host[:80]}`",
                fix="use its own address; other names are set by HOLDFAST_URL and HOLDFAST_HOSTS",
            )
        token = bearer(headers)
        if token is not None:
            machine = await asyncio.to_thread(self._doorkeeper.by_token, token, found)
            scope["state"]["principal"] = machine.principal
            return machine, receive
        secret = cookie(headers, session_cookie(found))
        known = await asyncio.to_thread(self._doorkeeper.by_cookie, secret) if secret else NOBODY
        scope["state"].update(principal=known.principal, csrf=known.csrf, session=known.session)
        if scope["method"] not in SAFE:
            receive = await self._check_form(receive, headers, found, known)
        return known, receive

    async def _check_form(
        self, receive: Receive, headers: Headers, found: Seen, known: Identified
    ) -> Receive:
        """Refuse what another site's page sent in somebody's name."""
        if not same_origin(headers, found, self._rules):
            raise foreign_form(known)
        if not known.csrf:
            return receive
        peeked = Peeked(receive)
        sent = headers.get("x-csrf-token") or await peeked.field(headers.get("content-type", ""))
        if not hmac.compare_digest(sent.encode(), known.csrf.encode()):
            raise foreign_form(known)
        return peeked.receive

    def _seen(self, scope: Scope, headers: Headers) -> Seen:
        client = scope.get("client")
        return seen(
            client[0] if client else "",
            scope.get("scheme", "http"),
            headers.get("host", ""),
            headers.getlist("x-forwarded-for"),
            headers.getlist("x-forwarded-proto"),
            self._rules.proxies,
        )

    def _still(self, scope: Scope, headers: Headers, known: Identified) -> Callable[[], bool]:
        """Return what tells, while a stream lasts, whether its reader may still come in."""
        found = self._seen(scope, headers)
        secret, token = cookie(headers, session_cookie(found)), bearer(headers)

        def may() -> bool:
            try:
                if token is not None:
                    again = self._doorkeeper.by_token(token, found)
                else:
                    again = self._doorkeeper.by_cookie(secret) if secret else NOBODY
            except HoldfastError:
                return False
            return again.principal == known.principal

        return may

    async def _count(self, who: str, wanted: str, found: Seen) -> None:
        try:
            await asyncio.to_thread(self._doorkeeper.denied, who, wanted, found.address)
        except HoldfastError as error:
            # the answer is the same; the count waits in memory until the store can be written
            log.error("a denied attempt cannot be counted now: %s", error)

    async def _living(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tend the house every minute while the application lives, and once more at its end."""
        tending: list[asyncio.Task[None]] = []

        async def told() -> Message:
            message = await receive()
            if message["type"] == "lifespan.startup":
                tending.append(asyncio.create_task(self._tend()))
            elif tending:
                tending.pop().cancel()
                await asyncio.to_thread(self._quietly, self._doorkeeper.close)
            return message

        await self._app(scope, told, send)

    async def _tend(self) -> None:
        while True:
            await asyncio.to_thread(self._quietly, self._doorkeeper.tend)
            await asyncio.sleep(TEND_SECONDS)

    def _quietly(self, work: Callable[[], None]) -> None:
        try:
            work()
        except HoldfastError as error:  # a locked store: the next minute does it
            log.error("access could not be tended: %s", error)


def bearer(headers: Headers) -> str | None:
    """Return the token that a request brings, or None."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


def cookie(headers: Headers, name: str) -> str:
    """Return a cookie's value; empty where there is none."""
    from starlette.requests import cookie_parser

    return cookie_parser("; ".join(headers.getlist("cookie"))).get(name, "")


def same_origin(headers: Headers, found: Seen, rules: Rules) -> bool:
    """Return whether an unsafe request comes from a page of ours, or from no page at all.

    Browsers say with every form from where it is. What says nothing is no browser.
    """
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or origin in (found.origin, rules.origin)


def foreign_form(known: Identified) -> DeniedError:
    """Return the refusal of a form that is not from our own page in this session."""
    error = DeniedError.of(
        "HF624",
        "this form was not sent from our own page in your present session",
        fix="load the page again and send it from there; nothing was changed",
    )
    error.who, error.wanted = known.principal.actor, "form"
    return error


def check_tls(found: Seen) -> None:
    """Refuse to sign in where others could listen.

    Raises
    ------
    DeniedError
        HF628: it is neither TLS nor this machine.
    """
    if found.scheme != "https" and not is_loopback(found.host):
        raise DeniedError.of(
            "HF628",
            "signing in over a network needs TLS",
            fix="put a proxy with TLS in front, and set HOLDFAST_URL and HOLDFAST_TRUSTED_PROXIES",
        )


def _wanted_of(error: HoldfastError) -> str:
    if isinstance(error, MisdirectedError):
        return "host"
    return str(getattr(error, "wanted", "token"))
