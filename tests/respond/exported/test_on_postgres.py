"""The same on PostgreSQL: ledger, store and vault in one database, and an export that verifies."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cases import ANN, BEN, INCIDENT, Case, add, declare

from holdfast.app.bootstrap import Application
from holdfast.app.settings import read_settings
from holdfast.respond.views.exported.verify import verify

sys.path.insert(0, str(Path(__file__).parents[2] / "engines"))  # tests are no package


@pytest.fixture
def on_postgres(tmp_path: Path) -> Iterator[Case]:
    from servers import postgres_server

    with postgres_server() as server:
        settings = {
            "HOLDFAST_LEDGER": server.url("postgresql"),
            "HOLDFAST_HOME": str(tmp_path),
            "HOLDFAST_ACTOR": "p-ann",
        }
        application = Application(read_settings(settings))
        yield Case(tmp_path, application)
        application.close()


def test_evidence_is_kept_exported_and_erased_and_all_of_it_verifies(on_postgres: Case) -> None:
    case, desk = on_postgres, on_postgres.application.desk
    declare(case.application, INCIDENT)
    case.kept = add(case.application, "trace.bin", bytes(range(256)) * 9_000)
    case.covered = add(case.application, "call.txt", b"Anna Smith rang")
    desk.cover(INCIDENT, ANN, case.covered, ["Anna Smith"], "a name")
    before = verify(str(case.export()), case.key)
    assert (before.problems, before.files) == ([], 2)
    assert desk.change_master(ANN) >= 1
    desk.ask(INCIDENT, ANN, "erase", "retention ends")
    desk.confirm(INCIDENT, BEN, "erase")
    assert desk.verify() == []
    after = verify(str(case.export("after.zip")), case.key)
    assert (after.problems, after.files) == ([], 0)
