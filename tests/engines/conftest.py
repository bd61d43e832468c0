"""The engines that keep ledgers, and those that measure records (`places`)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from holdfast.kernel.clock import SetClock
from holdfast.kernel.events import EventTypes

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package, and three files serve several of them

from ledgers import Place as Keeping
from ledgers import made_database
from places import PLACES, place_of
from places import Place as Measuring
from servers import Server, clickhouse_server, needs_spark, postgres_server

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Keeping:
    """Every engine that keeps ledgers, in turn."""
    if request.param == "sqlite":
        return Keeping(str(tmp_path / "ledger.db"), EventTypes(), SetClock(START))
    server = request.getfixturevalue("postgres")
    return Keeping(made_database(server), EventTypes(), SetClock(START), server)


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
