"""Every error of SQLite and of the file system has a meaning, and the usual ones are provoked for real."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import re
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table

from holdfast.kernel.codes import CODES
from holdfast.kernel.errors import LedgerError
from holdfast.ledger.sqlite import schema
from holdfast.ledger.sqlite.errors import MEANINGS, SYSTEM, meaning, refusal, refusing

PRIMARY = range(1, 29)
"""SQLite's primary result codes that are errors: ERROR is 1 and WARNING 28; 0, 100 and 101 are successes."""


def test_every_result_code_has_a_meaning():
    assert set(MEANINGS) == set(PRIMARY)
    assert (PRIMARY[0], PRIMARY[-1]) == (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_WARNING)


EXTENDED = {
    name: value
    for name, value in vars(sqlite3).items()
    if re.match(r"SQLITE_(IOERR|READONLY|CANTOPEN|BUSY|LOCKED|CORRUPT|CONSTRAINT|ABORT|AUTH|ERROR)_", name)
}


@pytest.mark.parametrize("name", EXTENDED)
def test_an_extended_code_means_what_its_primary_one_means(name):
    error = sqlite3.OperationalError("it failed")
    error.sqlite_errorcode = EXTENDED[name]
    assert meaning(error) is MEANINGS[getattr(sqlite3, "_".join(name.split("_")[:2]))]


def test_every_meaning_has_a_documented_code_and_says_what_to_do():
    for meant in (*MEANINGS.values(), *SYSTEM.values()):
        assert meant.code in CODES
        assert meant.message
        assert meant.fix


def test_a_refusal_says_where_what_and_what_to_do():
    problem = refusal(OSError(errno.ENOSPC, "No space left on device"), Path("facts.db")).problems[0]
    assert problem.code == "HF405"
    assert str(problem.place) == "facts.db"
    assert "No space left on device" in problem.message
    assert "make room" in problem.fix


def test_a_defect_of_the_program_passes_through():
    with pytest.raises(sqlite3.ProgrammingError), refusing(Path("facts.db")):
        sqlite3.connect(":memory:").execute("SELECT ?", ())


def test_an_unknown_error_of_the_file_system_is_one_of_the_storage():
    assert meaning(OSError(errno.EIO, "Input/output error")).code == "HF403"


# Provoked for real


def code_of(action) -> str:
    with pytest.raises(LedgerError) as refused:
        action()
    (problem,) = refused.value.problems
    assert problem.place is not None
    assert problem.fix
    return problem.code


def opening(workshop, name="ledger.db"):
    return lambda: workshop.engine(name).open_ledger()


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 4096, random.Random(3).randbytes(5000), b"SQLite format 3\x00", b"{}\n"]
)
def test_a_file_of_another_kind_is_not_a_ledger_and_is_left_alone(workshop, content):
    path = workshop.folder / "ledger.db"
    path.write_bytes(content)
    assert code_of(opening(workshop)) == "HF401"
    assert code_of(workshop.engine().verify_ledger) == "HF401"
    assert code_of(lambda: workshop.engine().verify_file(path)) == "HF401"
    assert path.read_bytes() == content
    assert [file.name for file in workshop.folder.iterdir()] == ["ledger.db"]


def test_a_folder_is_not_a_ledger(workshop):
    (workshop.folder / "ledger.db").mkdir()
    assert code_of(opening(workshop)) == "HF401"


def test_the_database_of_another_program_is_not_a_ledger(workshop):
    path = workshop.folder / "ledger.db"
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE events (seq INTEGER PRIMARY KEY)")
    before = path.read_bytes()
    assert code_of(opening(workshop)) == "HF401"
    assert path.read_bytes() == before


def test_a_newer_version_is_refused(workshop):
    path = workshop.made(events=1)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version={schema.SCHEMA_VERSION + 1}")
    assert code_of(opening(workshop)) == "HF402"
    assert code_of(workshop.engine().verify_ledger) == "HF402"


def test_verifying_what_is_not_there_does_not_make_it(workshop):
    assert code_of(workshop.engine().verify_ledger) == "HF401"
    assert code_of(lambda: workshop.engine().verify_file(workshop.folder / "other.db")) == "HF401"
    assert code_of(lambda: workshop.engine().stored_events().__enter__()) == "HF401"
    assert list(workshop.folder.iterdir()) == []


def test_a_folder_that_does_not_exist_is_not_made_for_its_children(workshop):
    assert code_of(opening(workshop, "a/b/ledger.db")) == "HF403"
    assert list(workshop.folder.iterdir()) == []


def test_the_folder_of_the_ledger_is_made(workshop):
    workshop.engine("state/ledger.db").open_ledger().close()
    assert (workshop.folder / "state" / "ledger.db").exists()


def test_a_writing_process_that_does_not_finish_locks_the_ledger(workshop):
    path = workshop.made(events=1)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert code_of(opening(workshop)) == "HF404"
        other.execute("ROLLBACK")
    assert workshop.engine().verify_ledger().events == 1


def test_a_locked_ledger_is_still_read_and_refuses_only_the_append(workshop):
    path = workshop.made(events=3)
    with workshop.engine().open_ledger() as ledger:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            append = lambda: ledger.append("a", [workshop.opened(door="x")], expected=0, actor="g")  # noqa: E731
            assert code_of(append) == "HF404"
            assert ledger.head().seq == 3
            other.execute("ROLLBACK")
        assert append()[0].seq == 4


def test_a_full_disk_refuses_the_whole_append(workshop):
    workshop.made(events=3)
    with workshop.engine().open_ledger() as ledger:
        pages = ledger._writer.execute("PRAGMA page_count").fetchone()[0]
        ledger._writer.execute(f"PRAGMA max_page_count={pages}")
        many = [workshop.opened(door="x" * 1000) for _ in range(50)]
        assert code_of(lambda: ledger.append("a", many, expected=0, actor="g")) == "HF405"
        assert ledger.head().seq == 3
        ledger._writer.execute("PRAGMA max_page_count=100000")
        assert ledger.append("a", many, expected=0, actor="g")[-1].seq == 53
    assert workshop.engine().verify_ledger().problems == ()


def test_a_disk_that_is_full_for_a_projection_refuses_the_whole_append(workshop):
    class Ballast:
        name, shape, metadata = "ballast", 1, MetaData()
        table = Table("ballast", metadata, Column("seq", Integer), Column("load", LargeBinary))

        def apply(self, connection, recorded):
            connection.execute(self.table.insert().values(seq=recorded.seq, load=bytes(100_000)))

    engine = workshop.engine()
    from dataclasses import replace

    with replace(engine, projections=(Ballast(),)).open_ledger() as ledger:
        pages = ledger._writer.execute("PRAGMA page_count").fetchone()[0]
        ledger._writer.execute(f"PRAGMA max_page_count={pages + 2}")
        append = lambda: ledger.append("a", [workshop.opened(door="x")], expected=0, actor="g")  # noqa: E731
        assert code_of(append) == "HF405"
        assert ledger.head().seq == 0


def test_a_file_opened_for_reading_only_refuses_the_append(workshop):
    path = workshop.made(events=3)
    with workshop.engine().open_ledger() as ledger:
        held, ledger._writer = ledger._writer, schema.connect(path, "ro")
        append = lambda: ledger.append("a", [workshop.opened(door="x")], expected=0, actor="g")  # noqa: E731
        assert code_of(append) == "HF403"
        ledger._writer.close()
        ledger._writer = held
        assert append()[0].seq == 4


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind the superuser")
def test_a_read_only_file_is_refused_on_opening(workshop):
    workshop.made(events=1).chmod(0o444)
    assert code_of(opening(workshop)) == "HF403"


@pytest.mark.parametrize(
    ("number", "code"), [(errno.EACCES, "HF403"), (errno.EROFS, "HF403"), (errno.ENOSPC, "HF405")]
)
def test_a_folder_that_cannot_be_written_leaves_nothing_behind(workshop, monkeypatch, number, code):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    monkeypatch.setattr(Path, "rename", refuse)
    assert code_of(opening(workshop)) == code
    assert list(workshop.folder.iterdir()) == []


def test_a_file_system_without_hard_links_keeps_a_ledger_too(workshop, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    workshop.made(events=2)
    assert workshop.engine().verify_ledger().events == 2
    assert [file.name for file in workshop.folder.iterdir()] == ["ledger.db"]


def test_a_lost_table_is_damage(workshop):
    path = workshop.made(events=1)
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE cursors")
    with workshop.engine().open_ledger() as ledger:
        assert code_of(lambda: ledger.position("mail")) == "HF406"
    assert "`cursors` is not as a ledger has it" in str(workshop.engine().verify_ledger().problems[0])
