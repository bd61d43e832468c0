"""Finding a form's `csrf` field in the first part of a body, without keeping the rest from whom it is for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from starlette.types import Message, Receive

FIELD = "csrf"
PEEK = 65_536
"""Bytes in which the field must stand: forms that send files have it before them."""


class Peeked:
    """A body whose beginning was looked at; it can still be read from its first byte."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._seen: list[Message] = []

    async def field(self, content_type: str) -> str:
        """Return the field; empty where the beginning of the body does not have it."""
        start, more = b"", True
        while more and len(start) < PEEK:
            message = await self._receive()
            self._seen.append(message)
            if message["type"] != "http.request":
                return ""
            start += message.get("body", b"")
            more = message.get("more_body", False)
            found = field_of(content_type, start[:PEEK], whole=not more)
            if found:
                return found
        return ""

    async def receive(self) -> Message:
        """Give what was looked at once more, then what follows."""
        return self._seen.pop(0) if self._seen else await self._receive()


def field_of(content_type: str, start: bytes, *, whole: bool) -> str:
    r"""Return the field in the beginning of a body; empty where it is not wholly there.

    Examples
    --------
    >>> field_of("application/x-www-form-urlencoded", b"csrf=abc&text=hello", whole=True)
    'abc'
    >>> field_of("application/x-www-form-urlencoded", b"csrf=ab", whole=False)
    ''
    >>> part = b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\nabc\r\n--x'
    >>> field_of("multipart/form-data; boundary=x", part, whole=False)
    'abc'
    """
    kind, _, rest = content_type.partition(";")
    match kind.strip().lower():
        case "application/x-www-form-urlencoded":
            if not whole:
                start = start.rpartition(b"&")[0]
            return dict(parse_qsl(start.decode("latin-1"))).get(FIELD, "")
        case "multipart/form-data":
            return _of_parts(rest, start)
    return ""


def _of_parts(parameters: str, start: bytes) -> str:
    boundary = re.search(r'boundary="?([^";,]{1,70})"?', parameters)
    if boundary is None:
        return ""
    for part in start.split(b"--" + boundary[1].encode("latin-1"))[1:-1]:
        head, gap, value = part.partition(b"\r\n\r\n")
        if gap and re.search(rb'name="?csrf"?\s*(;|\r|$)', head, re.IGNORECASE) and b"filename" not in head:
            return value.removesuffix(b"\r\n").decode("latin-1")
    return ""
