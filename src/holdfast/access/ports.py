"""What access needs from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from holdfast.access.model.addresses import Seen
from holdfast.access.model.principal import Principal


class Mailer(Protocol):
    """Sends a mail to one person now. What it says may open a door: it is kept nowhere."""

    def send(self, to: str, subject: str, text: str) -> None:
        """Hand the mail over, or raise what refuses it."""
        ...


@dataclass(frozen=True)
class Identified:
    """Who sent a request.

    Attributes
    ----------
    csrf : str
        What this session's forms send back; empty where there is no session.
    session : str
        The session's hash; empty where there is none.
    stale : bool
        Whether the request brought a session that is over, so that its cookie can go.
    """

    principal: Principal
    csrf: str = ""
    session: str = ""
    stale: bool = False


class Doorkeeper(Protocol):
    """What the middleware asks of access."""

    def by_token(self, token: str, seen: Seen) -> Identified:
        """Return whose token it is; raise HF621 or HF625 where it opens nothing."""
        ...

    def by_cookie(self, secret: str) -> Identified:
        """Return whose session it is; nobody's is anonymous."""
        ...

    def denied(self, who: str, wanted: str, address: str) -> None:
        """Count an attempt that was denied."""
        ...

    def tend(self) -> None:
        """Record denials whose span is over, and erase what is over."""
        ...

    def close(self) -> None:
        """Write what is counted in memory."""
        ...


class Names(Protocol):
    """What a page asks to show people instead of ids."""

    def names_of(self, actors: set[str]) -> Mapping[str, str]:
        """Return the names of those who have one."""
        ...
