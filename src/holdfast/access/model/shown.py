"""What doors show of themselves: links, sessions, tokens. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Door:
    """What a link opens: whom it signs in, under which name, and whether that makes the owner."""

    actor: str
    first: bool
    name: str


@dataclass(frozen=True)
class CameIn:
    """Who came in, and the secret of the new session."""

    actor: str
    secret: str


@dataclass(frozen=True)
class LinkShown:
    """A new one-time link: for whom, until when; its secret is shown this once, or was sent by mail."""

    actor: str
    secret: str
    until: datetime
    mailed_to: str = ""

    @property
    def path(self) -> str:
        """Where it leads on this server."""
        return f"/join/{self.secret}"


@dataclass(frozen=True)
class SessionShown:
    """A session, for the person whose it is."""

    ref: str
    agent: str
    started_at: datetime
    seen_at: datetime
    present: bool


@dataclass(frozen=True)
class Issued:
    """A new token: its id, and the text that is shown this once."""

    actor: str
    text: str


@dataclass(frozen=True)
class TokenShown:
    """A token in a list: never its text."""

    actor: str
    name: str
    scopes: tuple[str, ...]
    issued_at: datetime
    until: datetime
    revoked: bool
    used_on: str | None

    def state(self, now: datetime) -> str:
        """Return how it stands, in a word."""
        if self.revoked:
            return "revoked"
        return "works" if now < self.until else "ended"
