"""Vaults to try, on every engine that keeps them."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from holdfast.evidence.ports import Vault
from holdfast.evidence.wiring import store_vault
from holdfast.kernel.clock import SetClock
from holdfast.store.opening import open_postgres, open_sqlite
from holdfast.store.store import Store

sys.path.insert(0, str(Path(__file__).parents[2] / "engines"))  # tests are no package

from servers import Server, postgres_server

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DATABASES = itertools.count()


@dataclass(frozen=True)
class House:
    """A workspace with a vault; `again` opens it as another process does."""

    folder: Path
    store: Store
    vault: Vault
    again: Callable[[], House]

    @property
    def key(self) -> Path:
        return self.folder / "key"


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
    opened: list[Store] = []
    if request.param == "sqlite":
        opening = lambda: open_sqlite(tmp_path / "store.db")  # noqa: E731 -- the two ways side by side
    else:
        url = new_database(request.getfixturevalue("postgres"))
        opening = lambda: open_postgres(url, "postgres")  # noqa: E731 -- the two ways side by side

    def again() -> House:
        opened.append(opening())
        return House(
            tmp_path, opened[-1], store_vault(opened[-1], tmp_path / "key", None, SetClock(NOW)), again
        )

    yield again()
    for store in opened:
        store.close()
