"""Vaults to try, on every engine that keeps them."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.app.bootstrap import event_types
from holdfast.evidence.wiring import store_vault, vault_desk
from holdfast.kernel.clock import SetClock
from holdfast.ledger.ports import Ledger
from holdfast.ledger.sqlite.engine import SqliteEngine
from holdfast.store.opening import open_postgres, open_sqlite
from holdfast.store.store import Store

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package, and helpers serve several of them
sys.path.insert(0, str(Path(__file__).parents[2] / "engines"))

from houses import LIMIT, NOW, SCOPE, House, ScopeOpened
from servers import Server, postgres_server

DATABASES = itertools.count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    with postgres_server() as server:
        yield server


def new_database(server: Server) -> str:
    import psycopg

    name = f"vault_{next(DATABASES)}"
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return server.url("postgresql+psycopg").rsplit("/", 1)[0] + f"/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    opened: list[Store | Ledger] = []
    if request.param == "sqlite":
        opening = lambda: open_sqlite(tmp_path / "store.db")  # noqa: E731 -- the two ways side by side
    else:
        url = new_database(request.getfixturevalue("postgres"))
        opening = lambda: open_postgres(url, "postgres")  # noqa: E731 -- the two ways side by side

    def again() -> House:
        store = opening()
        types = event_types()
        types.register(ScopeOpened)
        ledger = SqliteEngine(tmp_path / "ledger.db", SetClock(NOW), types).open_ledger()
        opened.extend([store, ledger])
        if not ledger.version(f"incident/{SCOPE}"):
            ledger.append(f"incident/{SCOPE}", [ScopeOpened(scope=SCOPE)], expected=0, actor="p-res")
        key, clock = tmp_path / "key", SetClock(NOW)
        vault = store_vault(store, key, None, clock)
        desk = vault_desk(ledger, store, (key, None), clock, LIMIT)
        return House(tmp_path, store, vault, ledger, desk, again)

    yield again()
    for each in opened:
        each.close()
