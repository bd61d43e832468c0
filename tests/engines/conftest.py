"""The engines that keep ledgers, and those that measure records (`places`)."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from holdfast.kernel.clock import SetClock
from holdfast.kernel.events import EventTypes
from holdfast.ledger.ports import Ledger, LedgerAccess, Projection
from holdfast.ledger.sqlite.engine import SqliteEngine

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package, and two files serve several of them

from places import PLACES, place_of
from places import Place as Measuring
from servers import Server, clickhouse_server, needs_spark, postgres_server

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """Where one ledger is kept; opening again opens the same one."""

    folder: Path
    engine: str
    types: EventTypes
    clock: SetClock
    projections: Sequence[Projection] = ()

    def knowing(self, types: EventTypes, *projections: Projection) -> Place:
        return replace(self, types=types, projections=projections)

    def access(self) -> LedgerAccess:
        return {"sqlite": SqliteEngine}[self.engine](
            self.folder / "ledger.db", self.clock, self.types, self.projections, timedelta(seconds=30)
        )

    def open(self) -> Ledger:
        return self.access().open_ledger()

    def tamper(self, statement: str, *parameters: Any) -> None:
        """Change what is stored behind the ledger's back."""
        import contextlib
        import sqlite3

        with contextlib.closing(sqlite3.connect(self.folder / "ledger.db")) as connection, connection:
            connection.execute("DROP TRIGGER events_are_never_changed")
            connection.execute("DROP TRIGGER events_are_never_deleted")
            connection.execute(statement, parameters)


@pytest.fixture(params=["sqlite"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return Place(tmp_path, request.param, EventTypes(), SetClock(START))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def clickhouse() -> Iterator[Server]:
    with clickhouse_server() as server:
        yield server


@pytest.fixture(scope="session")
def spark() -> Iterator[None]:
    """Spark of this process, started by the first question and shared by all tests of the run."""
    needs_spark()
    from holdfast.telemetry.warehouses.spark_session import end_spark

    with pytest.MonkeyPatch.context() as patch:
        # a run is too short for Java's second compiler to pay
        patch.setenv("SPARK_SUBMIT_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        yield
        end_spark()


@pytest.fixture(params=PLACES)
def measuring(request: pytest.FixtureRequest) -> Iterator[Measuring]:
    """Every engine that measures records, in turn."""
    place = place_of(request.param, request)
    yield place
    place.close()
