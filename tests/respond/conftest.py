"""A room to act in: a real ledger and a real store in a folder, a clock that stands still, no plan."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from holdfast.access.model.principal import Principal
from holdfast.kernel.clock import SetClock
from holdfast.kernel.events import EventTypes
from holdfast.kernel.sealed import Sealed, commitment_of
from holdfast.ledger.sqlite.ledger import SqliteLedger
from holdfast.plan.model.loading import LoadedPlan
from holdfast.respond.events.every import EVENTS
from holdfast.respond.handlers.acting import Room
from holdfast.respond.views.index import LedgerIndex
from holdfast.respond.wiring.room import projections

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


class OpenVault:
    """A vault that keeps texts in memory."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def seal(self, scope: str, text: str) -> Sealed:
        name, salt = secrets.token_hex(8), secrets.token_bytes(16)
        self.texts[name] = text
        return Sealed(id=name, commitment=commitment_of(salt, text.encode()))

    def seal_all(self, scope: str, texts: Sequence[str]) -> list[Sealed]:
        return [self.seal(scope, text) for text in texts]

    def unseal(self, texts: Sequence[Sealed]) -> list[str | None]:
        return [self.texts.get(each.id) for each in texts]


class Plans:
    """Systems with plans, by id."""

    def __init__(self, plans: Mapping[str, LoadedPlan] | None = None) -> None:
        self.plans = dict(plans or {})

    def find(self, system: str) -> LoadedPlan | None:
        return self.plans.get(system)

    def every(self) -> Mapping[str, LoadedPlan]:
        return self.plans


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def ledger(tmp_path: Path, clock: SetClock) -> Iterator[SqliteLedger]:
    types = EventTypes()
    types.register_all(EVENTS)
    path = tmp_path / "ledger.db"
    with SqliteLedger(path, clock=clock, types=types, projections=projections()) as opened:
        yield opened


@pytest.fixture
def vault() -> OpenVault:
    return OpenVault()


@pytest.fixture
def room(ledger: SqliteLedger, vault: OpenVault, clock: SetClock) -> Room:
    return Room(ledger, vault, clock, Plans(), LedgerIndex(ledger))


@pytest.fixture
def ana() -> Principal:
    return Principal.local("p-0000ana1")
