"""What may be asked of access."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Invite:
    """Invite somebody: the names of roles and groups, and how they are called and written to, where known."""

    roles: tuple[str, ...]
    groups: tuple[str, ...] = ()
    name: str = ""
    mail: str = ""
    by_mail: bool = False


@dataclass(frozen=True)
class ChangeRoles:
    """Make somebody's roles and groups exactly these."""

    actor: str
    roles: tuple[str, ...]
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class IssueToken:
    """Issue a token for a machine."""

    name: str
    scopes: tuple[str, ...]
    until: datetime
