"""Ledgers, reports and settings that cannot be used: one clear error, and nothing is half-written."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from functools import partial

import pytest

from holdfast.ledger.sqlite import schema
from holdfast.ledger.sqlite.engine import SqliteEngine

CHECK = ("--ledger", "l.db", "check")
OTHER_GATE = '{id: other, metric: m, data: eval, require: "<= 40%"}'


@pytest.fixture
def desk(desk):
    desk.plan()
    return desk


@pytest.fixture
def kept(desk):
    """Return a desk with a ledger, and a plan that asks it to record more."""
    code, _, _ = desk.run(*CHECK)
    assert code == 0
    desk.plan(gate=OTHER_GATE)
    return desk


def another_database(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (x)")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.write_bytes(bytes(range(256)) * 9), "it is not a SQLite file"),
        (lambda path: path.write_bytes(b""), "it is empty"),
        (lambda path: path.mkdir(), "it is a folder"),
        (another_database, "it is a SQLite file of another program"),
    ],
    ids=["bytes", "empty", "folder", "another database"],
)
@pytest.mark.parametrize(
    "command", [["check"], ["ledger", "verify"], ["ledger", "export"], ["ledger", "rebuild"]]
)
def test_a_file_that_is_no_ledger(desk, make, said, command):
    make(desk.folder / "l.db")
    desk.refused("HF401", said, "point `--ledger` at a ledger", run=("--ledger", "l.db", *command))


@pytest.mark.parametrize("command", ["verify", "export", "rebuild"])
def test_no_ledger_yet(desk, command):
    desk.refused("HF401", "there is no ledger", "the first check makes it", run=("ledger", command))


def test_a_file_to_verify_that_is_not_there(desk):
    desk.refused("HF401", "empty or not there", "  gone.db", run=("ledger", "verify", "gone.db"))


def test_a_ledger_of_a_newer_version(kept):
    with closing(sqlite3.connect("l.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
    kept.refused("HF402", "version 99", "knows up to 2", "update this installation", run=CHECK)


def test_a_ledger_that_is_cut_off(kept):
    whole = (kept.folder / "l.db").read_bytes()
    kept.text(whole[:6000], "l.db")
    kept.refused("HF406", "damaged", "holdfast ledger verify", run=CHECK)


def test_a_ledger_locked_by_another_process(kept, monkeypatch):
    hasty = partial(SqliteEngine, patience=timedelta(milliseconds=20))
    monkeypatch.setattr("holdfast.ledger.sqlite.engine.SqliteEngine", hasty)
    with closing(sqlite3.connect("l.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        kept.refused("HF404", "locked by another process; nothing more was recorded", "try again", run=CHECK)
        other.execute("ROLLBACK")
    assert kept.run(*CHECK)[0] == 0


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everything")
def test_a_ledger_that_may_only_be_read(kept):
    (kept.folder / "l.db").chmod(0o444)
    code, out, err = kept.run(*CHECK)
    assert (code, out) == (3, "")
    assert err.startswith("error[HF403]: the ledger cannot be written; nothing more was recorded")


def test_a_ledger_on_a_disk_that_may_only_be_read(kept, monkeypatch):
    connect = schema.connect

    def reading(path, mode, *rest):
        connection = connect(path, mode, *rest)
        connection.execute("PRAGMA query_only = 1")
        return connection

    monkeypatch.setattr(schema, "connect", reading)
    kept.refused(
        "HF403", "cannot be written; nothing more was recorded", "correct the permissions", run=CHECK
    )


def full_disk(monkeypatch):
    connect = schema.connect

    def small(path, mode, *rest):
        connection = connect(path, mode, *rest)
        connection.execute("PRAGMA max_page_count = 1")  # no page more than there are
        return connection

    monkeypatch.setattr(schema, "connect", small)


def test_no_room_for_a_new_ledger(desk, monkeypatch):
    full_disk(monkeypatch)
    desk.refused("HF405", "no room to write to the ledger; nothing more was recorded", "make room", run=CHECK)


def test_no_room_for_more_facts(kept, monkeypatch):
    kept.plan(gate="\n  - ".join(OTHER_GATE.replace("other", f"other-{place}") for place in range(20)))
    with monkeypatch.context() as patched:
        full_disk(patched)
        kept.refused("HF405", "nothing more was recorded", "acknowledged before is safe", run=CHECK)
    # what was acknowledged stays, whole; with room again, the check goes on from there
    assert kept.run("--ledger", "l.db", "ledger", "verify")[0] == 0
    assert kept.run(*CHECK)[0] == 0


@pytest.mark.parametrize(
    ("ledger", "code", "words"),
    [
        ("mysql://user:secret@host/facts", "HF501", ["in SQLite and PostgreSQL, not in `mysql`"]),
        ("postgresql://user:secret@127.0.0.1:1/facts", "HF403", ["cannot be reached", "refused"]),
        (":memory:", "HF501", ["names no file"]),
        ("sqlite://host/l.db", "HF501", ["names a host"]),
        ("no/where/l.db", "HF403", ["No such file or directory", "  no/where/l.db"]),
        ("eval.parquet/l.db", "HF403", ["Not a directory"]),
        ("x" * 300, "HF403", ["File name too long"]),
    ],
)
def test_a_ledger_where_there_can_be_none(desk, ledger, code, words):
    err = desk.refused(code, *words, run=("--ledger", ledger, "check"))
    assert "secret" not in err


@pytest.mark.parametrize("option", ["--report", "--markdown"])
@pytest.mark.parametrize(
    ("path", "said"),
    [
        (".", "it is a folder: give the name of a file"),
        ("eval.parquet/r.html", "`eval.parquet` is a file, not a folder"),
        ("x" * 300, "file name too long"),
    ],
)
def test_a_report_that_cannot_be_written(desk, option, path, said):
    desk.refused("HF503", f"cannot write `{path}`", said, run=("check", option, path))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_report_into_a_folder_without_permission(desk):
    (desk.folder / "locked").mkdir(mode=0o500)
    desk.refused("HF503", "permission denied", run=("check", "--report", "locked/deep/r.html"))


def test_a_report_into_a_folder_that_is_made(desk):
    code, _, _ = desk.run("check", "--report", "new/deep/r.html")
    assert code == 0
    assert (desk.folder / "new/deep/r.html").stat().st_size > 1000
    assert not [name for name in desk.files() if name.endswith(".tmp")]


def test_a_wrong_plan_makes_no_folder_for_its_report(desk):
    desk.plan(gate="{id: g}")
    desk.refused("HF213", run=("check", "--report", "new/deep/r.html"))


def test_an_export_that_cannot_be_written(kept):
    arguments = ("--ledger", "l.db", "ledger", "export", "--output", "no/where/facts.jsonl")
    kept.refused("HF503", "cannot be written", "no/where/facts.jsonl", run=arguments)


@pytest.mark.parametrize("actor", ["Jane Doe", "x" * 81, "a/b", "é"])
def test_an_actor_that_is_no_opaque_id(desk, monkeypatch, actor):
    monkeypatch.setenv("HOLDFAST_ACTOR", actor)
    desk.refused("HF501", "HOLDFAST_ACTOR is", "letters, digits and -_.:@")


def test_a_state_folder_that_is_a_file(desk, monkeypatch):
    monkeypatch.setenv("HOLDFAST_HOME", "eval.parquet")
    desk.refused("HF503", "`eval.parquet` is a file, not a folder")


def test_a_state_folder_is_made_however_deep(desk, monkeypatch):
    monkeypatch.setenv("HOLDFAST_HOME", "state/of/mine")
    assert desk.run("check", "--report", "r.html")[0] == 0
    assert (desk.folder / "state/of/mine/ledger.db").exists()


@pytest.mark.parametrize("bundle", ["", " ", "one\ntwo", "x" * 201])
def test_a_bundle_that_facts_should_not_carry(desk, bundle):
    desk.refused("HF501", "--bundle is", "at most 200 characters", run=("check", "--bundle", bundle))
