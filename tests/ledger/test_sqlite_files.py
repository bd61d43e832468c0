"""Verifying a file: what was changed is found and named, and the file itself is left alone."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from holdfast.kernel.errors import LedgerError
from holdfast.ledger.chain import GENESIS, link


def listing(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.iterdir()}


def test_a_whole_ledger_verifies(workshop):
    workshop.made()
    found = workshop.engine().verify_ledger()
    assert (found.events, found.problems, found.notes) == (12, (), ())
    with workshop.engine().open_ledger() as ledger:
        assert found.head == ledger.head()


def test_verifying_and_exporting_leave_an_idle_file_alone(workshop):
    workshop.made()
    before = listing(workshop.folder)
    workshop.engine().verify_ledger()
    workshop.export()
    assert listing(workshop.folder) == before


def test_a_ledger_in_use_is_verified_with_what_is_still_in_its_log(workshop):
    workshop.made()
    with workshop.engine().open_ledger() as ledger:
        ledger.append("a", [workshop.opened(door="x")], expected=0, actor="g")
        assert workshop.engine().verify_ledger().events == 13
        ledger.append("a", [workshop.opened(door="y")], expected=1, actor="g")
        assert ledger.head() == workshop.engine().verify_ledger().head


def test_a_copy_with_its_log_but_without_its_index_is_left_alone(workshop, tmp_path_factory):
    copy = tmp_path_factory.mktemp("copy") / "ledger.db"
    with workshop.engine().open_ledger() as ledger:
        ledger.append("a", [workshop.opened(door="x")], expected=0, actor="g")
        shutil.copyfile(workshop.folder / "ledger.db", copy)
        shutil.copyfile(workshop.folder / "ledger.db-wal", f"{copy}-wal")
    before = listing(copy.parent)
    assert workshop.engine().verify_file(copy).events == 1
    assert listing(copy.parent) == before


def test_a_file_that_others_begin_to_write_is_read_again(workshop, monkeypatch):
    from holdfast.ledger.sqlite import files

    workshop.made()
    answers = iter([True, False])
    monkeypatch.setattr(files.Snapshot, "changed", lambda _: next(answers))
    assert workshop.engine().verify_ledger().problems == ()
    monkeypatch.setattr(files.Snapshot, "changed", lambda _: True)
    with pytest.raises(LedgerError, match="opened and closed by others"):
        workshop.engine().verify_ledger()
    with pytest.raises(LedgerError, match="began to write"):
        workshop.export()


CHANGES = {
    "UPDATE events SET actor = 'h' WHERE seq = 5": (5, "column `actor` says 'h' and the body says 'g'"),
    "UPDATE events SET at = replace(at, '2026', '2025') WHERE seq = 5": (5, "column `at` says '2025"),
    "UPDATE events SET because = 3 WHERE seq = 5": (5, "column `because` says 3 and the body says 4"),
    "UPDATE events SET because = 9 WHERE seq = 5": (5, "column `because` says 9 and the body says 4"),
    "UPDATE events SET type = 'Other' WHERE seq = 5": (5, "column `type` says 'Other'"),
    "UPDATE events SET type = CAST(type AS BLOB) WHERE seq = 5": (5, "column `type` says b'DoorOpened'"),
    "UPDATE events SET stream = 'other' WHERE seq = 5": (5, "column `stream` says 'other'"),
    "UPDATE events SET version = 77 WHERE seq = 5": (5, "column `version` says 77"),
    "UPDATE events SET body = CAST(replace(body, 'tür 4', 'tür 7') AS BLOB)": (5, "SHA-256(prev || body)"),
    "UPDATE events SET body = CAST(body AS TEXT) WHERE seq = 5": (5, "not stored as bytes"),
    "UPDATE events SET hash = zeroblob(32) WHERE seq = 5": (5, "SHA-256(prev || body)"),
    "UPDATE events SET prev = zeroblob(32) WHERE seq = 5": (5, "`prev` is not the hash"),
    "DELETE FROM events WHERE seq = 5": (5, "it is missing; the next one is #6"),
    "UPDATE events SET seq = 20 WHERE seq = 12": (12, "it is missing; the next one is #20"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_named_with_its_event(workshop, change):
    workshop.made()
    with workshop.unguarded() as connection:
        connection.execute(change)
    first = workshop.engine().verify_ledger().problems[0]
    seq, said = CHANGES[change]
    assert first.seq == seq
    assert said in first.what


def test_a_rewritten_history_that_fits_itself_is_found_by_its_columns(workshop):
    """Whoever computes all hashes anew must also have changed everything else that repeats the fact."""
    workshop.made()
    with workshop.unguarded() as connection:
        rows = connection.execute("SELECT seq, body FROM events ORDER BY seq").fetchall()
        prev = GENESIS
        for seq, body in rows:
            changed = body.replace(b'"actor":"g"', b'"actor":"h"')
            told = (changed, prev, link(prev, changed), seq)
            connection.execute("UPDATE events SET body = ?, prev = ?, hash = ? WHERE seq = ?", told)
            prev = told[2]
    first = workshop.engine().verify_ledger().problems[0]
    assert str(first) == "event #1: column `actor` says 'g' and the body says 'h'"


def test_a_replaced_event_whose_own_hash_fits_is_named(workshop):
    workshop.made()
    with workshop.unguarded() as connection:
        body = connection.execute("SELECT body FROM events WHERE seq = 5").fetchone()[0]
        told = (bytes(32), link(bytes(32), body))
        connection.execute("UPDATE events SET prev = ?, hash = ? WHERE seq = 5", told)
    first = workshop.engine().verify_ledger().problems[0]
    assert str(first) == "event #5: it does not continue the event before it: one of the two was replaced"


def test_a_removed_guard_is_found(workshop):
    workshop.made()
    with contextlib.closing(sqlite3.connect(workshop.folder / "ledger.db")) as connection, connection:
        connection.execute("DROP TRIGGER events_are_never_changed")
    (found,) = workshop.engine().verify_ledger().problems
    assert str(found).startswith("`events_are_never_changed` is not as a ledger has it")


@pytest.mark.parametrize("statement", ["UPDATE events SET actor = 'x'", "DELETE FROM events"])
def test_the_file_itself_refuses_to_change_facts(workshop, statement):
    workshop.made()
    with (
        contextlib.closing(sqlite3.connect(workshop.folder / "ledger.db")) as connection,
        pytest.raises(sqlite3.IntegrityError, match="facts are never"),
    ):
        connection.execute(statement)


def test_a_file_cut_short_says_how_far_it_can_be_read(workshop):
    path = workshop.made(events=200)
    os.truncate(path, path.stat().st_size // 2)
    found = workshop.engine().verify_ledger()
    assert found.problems
    assert found.events < 200


def test_every_flipped_bit_is_named_or_changes_no_fact(workshop):
    """A sample of all bytes of the file, with every byte of the pages that hold the events' rows."""
    path = workshop.made(events=6)
    content = path.read_bytes()
    original = workshop.export()
    draw = random.Random(7)
    first, last = content.index(b'{"actor"'), content.rindex(b'{"actor"')
    rows = set(range(min(first, last) - 120, max(first, last) + 260))
    elsewhere = set(draw.sample(range(len(content)), 400)) | set(range(100))
    full = range(len(content)) if os.environ.get("HOLDFAST_LONG") else sorted(rows | elsewhere)
    named = 0
    for place in full:
        changed = bytearray(content)
        changed[place] ^= 1 << draw.randrange(8)
        path.write_bytes(changed)
        if workshop.refused(path):
            named += 1
        else:
            assert workshop.export() == original, place
    assert named > len(rows) // 2
    assert [file.name for file in workshop.folder.iterdir()] == ["ledger.db"]
