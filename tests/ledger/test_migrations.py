"""Ledgers of every version that was released are brought to the present one when they are opened."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from holdfast.ledger.sqlite.schema import SCHEMA_VERSION

RELEASED = sorted((Path(__file__).parent / "released").glob("*.sql"))


@pytest.fixture(params=RELEASED, ids=lambda path: path.stem)
def released(request, workshop):
    """A ledger as a released version left it."""
    path = workshop.folder / "ledger.db"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(request.param.read_text())
    return path


def version_of(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


def test_verifying_a_released_ledger_does_not_change_it(workshop, released):
    before = released.read_bytes()
    found = workshop.engine().verify_ledger()
    assert (found.events, found.problems) == (5, ())
    assert released.read_bytes() == before


def test_opening_brings_it_to_the_present_version_and_keeps_every_fact(workshop, released):
    with workshop.engine().stored_events() as events:
        before = list(events)
    with workshop.engine().open_ledger() as ledger:
        assert [recorded.event.door for recorded in ledger.since(0, limit=9)] == [
            f"tür {n}" for n in range(1, 6)
        ]
        assert ledger.position("mail") == 3
        assert [recorded.seq for recorded in ledger.caused(4, limit=9)] == [5]
        ledger.append("door/1", [workshop.opened(door="tür 6")], expected=3, actor="g")
    assert version_of(released) == SCHEMA_VERSION
    with workshop.engine().stored_events() as events:
        assert list(events)[:5] == before
    assert workshop.engine().verify_ledger().problems == ()


def test_a_migration_that_fails_leaves_the_ledger_as_it_was(workshop, released, monkeypatch):
    from holdfast.ledger.sqlite import schema

    steps = {**schema.STEPS, 3: {"broken": "CREATE INDEX broken ON missing (seq)"}}
    monkeypatch.setattr(schema, "STEPS", steps)
    with pytest.raises(Exception, match="missing"):
        workshop.engine().open_ledger()
    assert version_of(released) == 1
    monkeypatch.undo()
    assert workshop.engine().verify_ledger().problems == ()
