"""What channels that speak HTTP need: one request sent, once, within bounds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol
from urllib.parse import parse_qsl, urlsplit

from holdfast.kernel.canonical import Json


@dataclass(frozen=True, repr=False)
class Call:
    """One request. It does not show itself: its address and headers may be secrets.

    Attributes
    ----------
    method : str
        GET, POST, ...
    address : str
        http or https.
    body : bytes
        As it is sent.
    headers : mapping
        Further headers, authorization among them.
    secrets : tuple of str
        What is covered wherever the answer repeats it.
    looks_at : frozenset of int
        Statuses from 400 on that the channel judges itself; all others are refused or delayed for it.
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    address: str
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    looks_at: frozenset[int] = frozenset()


@dataclass(frozen=True, repr=False)
class Answer:
    """What came back: at most a megabyte of it."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Json:
        """Return the body as JSON; None where it is none."""
        try:
            found: Json = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return found

    def member(self, *path: str | int) -> Json:
        """Return what stands at a path of the body's JSON; None where nothing does."""
        here = self.json()
        for step in path:
            if isinstance(here, dict) and isinstance(step, str):
                here = here.get(step)
            elif isinstance(here, list) and isinstance(step, int) and -len(here) <= step < len(here):
                here = here[step]
            else:
                return None
        return here

    def text(self, *path: str | int) -> str:
        """Return the text that stands at a path of the body's JSON; empty where none does."""
        found = self.member(*path)
        return found if isinstance(found, str) else ""


def secrets_of(address: str) -> tuple[str, ...]:
    """Return what must not be repeated of an address that is a secret: all, and each of its longer parts.

    Examples
    --------
    >>> secrets_of("https://hooks.example/T0/4f8a2c9e?sig=7d1b3f5a")
    ('https://hooks.example/T0/4f8a2c9e?sig=7d1b3f5a', '/T0/4f8a2c9e', 'sig=7d1b3f5a', '4f8a2c9e', '7d1b3f5a')
    """
    parts = urlsplit(address)
    words = [*parts.path.split("/"), *(value for _, value in parse_qsl(parts.query))]
    whole = (address, parts.path if len(parts.path) > 1 else "", parts.query, parts.password or "")
    return tuple(filter(None, whole)) + tuple(word for word in words if len(word) >= 6)


class Sender(Protocol):
    """What sends a request and reads the answer, within bounds of time and size; follows no redirect."""

    def send(self, call: Call) -> Answer:
        """Send one request; return the answer where its status is below 300 or one that the call looks at.

        Raises
        ------
        DeliveryRefused
            The address may not be called, or the answer is a redirect or a status from 400 to 499.
        DeliveryDelayed
            No answer in time, or status 408, 425, 429 or from 500 on.
        """
        ...
