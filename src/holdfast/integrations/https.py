"""Calling a foreign system over HTTP: once, within bounds of time and size, and never where it may not go.

What can go wrong on the way is a delay or a refusal, with words that hold no secret: neither the address (it
may be one) nor a header is ever told, and httpx's own log lines, which hold addresses, are kept quiet.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from holdfast.kernel.clock import Clock
from holdfast.kernel.text import cut, printable
from holdfast.plan.model.masking import masked
from holdfast.respond.ports.channels import DeliveryDelayed, DeliveryRefused
from holdfast.respond.ports.sending import Answer, Call

if TYPE_CHECKING:  # httpx takes longer to load than most commands take to run
    import httpx

LARGEST = 1 << 20
"""How many bytes of an answer are read."""
SHOWN = 300
"""How many characters of an answer are repeated."""
LONGEST_WAIT = timedelta(days=1)
"""A `Retry-After` beyond this is one that nobody meant."""
LATER = frozenset({408, 420, 425, 429})
"""What is no refusal for good: time-outs, and too many requests (Statuspage says 420)."""
METADATA = frozenset(
    ipaddress.ip_address(a)
    for a in ("169.254.169.254", "169.254.170.2", "100.100.100.200", "fd00:ec2::254", "192.0.0.192")
)
"""Where clouds tell a machine its own credentials: nothing there takes messages."""


@dataclass(frozen=True)
class Https:
    """What sends calls.

    Attributes
    ----------
    clock : Clock
        For `Retry-After` that names a moment.
    connect, read, total : float
        After how many seconds is given up: the connection, waiting for the next bytes, all of it.
    """

    clock: Clock
    connect: float = 5.0
    read: float = 10.0
    total: float = 20.0

    def send(self, call: Call) -> Answer:
        """Send one request; return the answer where it may be used.

        Raises
        ------
        DeliveryRefused
            The address may not be called, or the answer is a redirect or a status from 400 to 499.
        DeliveryDelayed
            No answer in time, or a status that says later.
        """
        where = _allowed(call.address)
        answer = self._answered(call, where)
        if answer.status < 300 or answer.status in call.looks_at:
            return answer
        said = told(answer.body, call)
        if answer.status in LATER or answer.status >= 500:
            why = f"{where} answered {answer.status}"
            after = retry_after(answer.headers, self.clock.now())
            raise DeliveryDelayed(why, after=after, said=said, status=answer.status)
        if answer.status < 400:
            host = urlsplit(answer.headers.get("location", "")).hostname or "elsewhere"
            why = f"{where} redirects to {cut(printable(host), 80)}, and no redirect is followed"
            raise DeliveryRefused(why, status=answer.status)
        raise DeliveryRefused(f"{where} answered {answer.status}", said=said, status=answer.status)

    def _answered(self, call: Call, where: _Where) -> Answer:
        """Return the answer, whatever its status is."""
        import httpx

        limits = httpx.Timeout(self.read, connect=self.connect)
        guard = _Guard(where, self.total)
        headers = {"Content-Type": call.content_type} if call.body else {}
        try:
            with httpx.Client(
                verify=self._trust, timeout=limits, headers={"User-Agent": "holdfast"}
            ) as client:
                request = client.build_request(
                    call.method,
                    call.address,
                    content=call.body or None,
                    headers={**headers, **call.headers},
                    extensions={"trace": guard.look},
                )
                try:
                    answer = _read(client.send(request, stream=True, follow_redirects=False))
                finally:
                    guard.end()
        except httpx.InvalidURL as error:
            raise DeliveryRefused(f"{where} is no address that can be called") from error
        except (httpx.HTTPError, ssl.SSLError, UnicodeError, ValueError) as error:
            raise _delayed(error, where, late=guard.late) from None  # its own words may hold the address
        if guard.late:  # an answer without a length ends well wherever it is cut off
            raise DeliveryDelayed(f"{where} did not answer in time")
        return answer

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """The certificates that are trusted; made once, because that takes longer than a call."""
        import httpx

        for name in ("httpx", "httpcore"):  # they log addresses and headers, which are secrets here
            logging.getLogger(name).setLevel(logging.WARNING)
        return httpx.create_ssl_context()


class _Guard:
    """Looks at the peer before anything is sent to it, and hangs up when the time is over."""

    def __init__(self, where: _Where, seconds: float) -> None:
        self.late = False
        self._where = where
        self._socket: Any = None
        self._timer = threading.Timer(seconds, self._hang_up)
        self._timer.daemon = True
        self._timer.start()

    def look(self, event: str, about: Mapping[str, Any]) -> None:
        """Take note of a connection, and refuse it where it leads to where nothing may be sent.

        The peer is the one that the connection has: a name cannot resolve to something else afterwards.
        """
        if event != "connection.connect_tcp.complete":
            return
        stream = about["return_value"]
        self._socket = stream.get_extra_info("socket")
        peer = _address(str(stream.get_extra_info("server_addr")[0]))
        if peer is not None and not self._where.literal and _forbidden(peer):
            stream.close()
            raise DeliveryRefused(
                f"{self._where} leads to {peer}, an address of this machine's own network segment: nothing is"
                " sent there unless the plan writes the address itself"
            )

    def end(self) -> None:
        """Stop looking."""
        self._timer.cancel()

    def _hang_up(self) -> None:
        import socket

        self.late = True
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:  # it is closed already: what was to be stopped has stopped
                return


def _read(response: httpx.Response) -> Answer:
    """Return an answer with as much of its body as may be kept, and close it."""
    try:
        body = bytearray()
        for part in response.iter_bytes(1 << 16):
            body += part
            if len(body) >= LARGEST:
                break
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, bytes(body[:LARGEST]))
    finally:
        response.close()


def _delayed(error: Exception, where: _Where, *, late: bool) -> DeliveryDelayed:
    """Return what a failure on the way means, in our own words."""
    import httpx

    if late or isinstance(error, httpx.TimeoutException):
        return DeliveryDelayed(f"{where} did not answer in time")
    if isinstance(error, httpx.ConnectError | ssl.SSLError):
        reason = "its certificate is not trusted" if "CERTIFICATE" in str(error).upper() else "no connection"
        return DeliveryDelayed(f"{where} cannot be reached: {reason}")
    return DeliveryDelayed(f"{where} broke off ({type(error).__name__})")


@dataclass(frozen=True)
class _Where:
    """Whom a call goes to.

    Attributes
    ----------
    shown : str
        Host and port, for people: no path, which may be a secret.
    literal : bool
        Whether the plan's author wrote the number itself, and no name.
    """

    shown: str
    literal: bool

    def __str__(self) -> str:
        return self.shown


def _allowed(address: str) -> _Where:
    """Return whom a call goes to, where that is allowed.

    Raises
    ------
    DeliveryRefused
        It is no http or https address, or one where machines are told their credentials.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host:
        raise DeliveryRefused("the route's address is none of http or https")
    shown = f"[{host}]" if ":" in host else host
    found = _address(host)
    if found is not None and (_plain(found) in METADATA or found.is_unspecified or found.is_multicast):
        raise DeliveryRefused(f"{shown} takes no messages: nothing is sent there")
    return _Where(cut(printable(shown), 80) + (f":{port}" if port else ""), found is not None)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.split("%", 1)[0])
    except ValueError:
        return None


def _plain(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the IPv4 address that an IPv6 one only wraps."""
    return getattr(address, "ipv4_mapped", None) or address


def _forbidden(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Return whether a name must not lead there."""
    here = _plain(address)
    return here in METADATA or here.is_link_local or here.is_unspecified or here.is_multicast


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long an answer asks to be left alone; None where it does not say, or says nonsense.

    Examples
    --------
    >>> retry_after({"retry-after": "7"}, datetime(2026, 11, 21, tzinfo=UTC))
    datetime.timedelta(seconds=7)
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return min(timedelta(seconds=int(text)), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta()), LONGEST_WAIT)


def told(body: bytes, call: Call) -> str:
    """Return what an answer says, on one line, bounded, with what is secret covered."""
    text = " ".join(body[: 4 * LARGEST // 1024].decode("utf-8", "replace").split())
    for cover in _forms(call):
        text = text.replace(cover, "********")
    return cut(masked(printable(text)), SHOWN)


def _forms(call: Call) -> list[str]:
    """Return what must not be repeated, longest first, as it may be written."""
    ways: tuple[Callable[[str], str], ...] = (str, lambda s: quote(s, safe=""), lambda s: json.dumps(s)[1:-1])
    return sorted({way(s) for s in call.secrets for way in ways if s}, key=len, reverse=True)
