"""Vaults to try, and who tries them: what several test files share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from holdfast.access.model.principal import Kind, Principal, Role
from holdfast.evidence.ports import Desk, Vault
from holdfast.kernel.events import Event
from holdfast.ledger.ports import Ledger
from holdfast.store.store import Store

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SCOPE = "INC-2026-0001"
LIMIT = 3 * 2**20
"""How large a file may be in these tests."""


def person(name: str, *roles: Role) -> Principal:
    """Return somebody with roles."""
    return Principal(name, Kind.PERSON, frozenset(roles))


ANN = person("p-ann", Role.ADMIN, Role.RESPONDER)
BEN = person("p-ben", Role.ADMIN)
RESPONDER = person("p-res", Role.RESPONDER)
AUDITOR = person("p-aud", Role.AUDITOR)
VIEWER = person("p-view", Role.VIEWER)


class ScopeOpened(Event):
    """Something began that has a scope of its own: stands in for an incident's declaration."""

    scope: str


@dataclass(frozen=True)
class House:
    """A workspace with a vault; `again` opens it as another process does."""

    folder: Path
    store: Store
    vault: Vault
    ledger: Ledger
    desk: Desk
    again: Callable[[], House]

    @property
    def key(self) -> Path:
        return self.folder / "key"


def add(
    house, content: bytes, *, name: str = "trace.json", why: str = "it shows the harm", step: int = 70_001
):
    """Put a file into the vault in odd steps, as it comes from a network."""
    incoming = house.desk.receive(SCOPE, RESPONDER)
    for start in range(0, len(content), step):
        incoming.write(content[start : start + step])
    return house.desk.add(SCOPE, RESPONDER, incoming.finish(), kind="file", name=name, why=why)


def content_of(house, item: str, principal=RESPONDER, *, original: bool = False) -> bytes:
    return b"".join(house.desk.open(SCOPE, principal, item, how="downloaded", original=original).pieces)
