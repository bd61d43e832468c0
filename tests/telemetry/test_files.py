"""Files: what matches, what cannot be read, and which data it was."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from holdfast.kernel.errors import DataError
from holdfast.kernel.expressions.parsing import parse
from holdfast.kernel.progress import heard_by
from holdfast.measure.requests import CountsRequest
from holdfast.telemetry.files import identity as files
from holdfast.telemetry.files.duck import DuckEngine
from holdfast.telemetry.sources import Cut, Source

HIT = CountsRequest(parse("hit"))


def refusal(engine, source):
    with pytest.raises(DataError) as caught:
        engine.answer(source, [HIT])
    (problem,) = caught.value.problems
    assert "\n" not in problem.message
    assert "Error:" not in problem.message
    return problem


def test_nothing_matches_and_the_nearest_file_is_named(engine, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "eval-1.parquet").write_bytes(b"x")
    problem = refusal(engine, Source("eval", "parquet", ("data/evall-1.parquet",), tmp_path))
    assert problem.code == "HF301"
    assert problem.message == "data `eval`: no file matches `data/evall-1.parquet`"
    assert problem.fix == "did you mean `eval-1.parquet`? If a script makes it, run that first"


def test_nothing_matches_and_the_folder_is_listed(engine, tmp_path):
    (tmp_path / "zzz").write_bytes(b"x")
    assert "holds zzz" in refusal(engine, Source("eval", "parquet", ("*.parquet",), tmp_path)).fix


def test_a_folder_that_is_not_there_is_named(engine, tmp_path):
    problem = refusal(engine, Source("eval", "parquet", ("data/eval.parquet",), tmp_path))
    assert "there is no folder `data`" in problem.fix


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty (0 bytes)"),
        (b"PAR1", "cut off"),
        (b"PAR1" + b"x" * 50, "cut off"),
        (b"PAR1" + b"x" * 50 + b"PAR1", ""),
        (b"score,label\n1,2\n", "no Parquet file"),
    ],
)
def test_what_is_no_parquet_is_refused_in_one_line(engine, tmp_path, content, says):
    (tmp_path / "eval.parquet").write_bytes(content)
    problem = refusal(engine, Source("eval", "parquet", ("eval.parquet",), tmp_path))
    assert problem.code == "HF302"
    assert says in problem.message


def test_one_cut_off_file_of_many_refuses_the_source(engine, parquet, tmp_path):
    parquet({"hit": [True]}, "eval-1")
    whole = (tmp_path / "eval-1.parquet").read_bytes()
    (tmp_path / "eval-2.parquet").write_bytes(whole[: len(whole) // 2])
    problem = refusal(engine, Source("eval", "parquet", ("eval-*.parquet",), tmp_path))
    assert "`eval-2.parquet`: it is cut off" in problem.message


def test_damage_inside_a_file_is_one_line(engine, parquet, tmp_path):
    parquet({"hit": [index % 3 == 0 for index in range(100_000)]})
    damaged = bytearray((tmp_path / "eval.parquet").read_bytes())
    damaged[4:200] = b"\xff" * 196
    (tmp_path / "eval.parquet").write_bytes(bytes(damaged))
    assert refusal(engine, Source("eval", "parquet", ("eval.parquet",), tmp_path)).code == "HF302"


def test_a_folder_is_no_file(engine, tmp_path):
    (tmp_path / "eval.parquet").mkdir()
    problem = refusal(engine, Source("eval", "parquet", ("eval.parquet",), tmp_path))
    assert (problem.code, problem.fix) == ("HF302", "write `eval.parquet/*.parquet`")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(engine, parquet, tmp_path):
    source = parquet({"hit": [True]})
    (tmp_path / "eval.parquet").chmod(0)
    assert "permission" in refusal(engine, source).message


def test_patterns_match_many_files_and_names_that_look_like_patterns(engine, tmp_path):
    folder = tmp_path / "a[1]"
    folder.mkdir()
    for name in ("e-1.parquet", "e-2.parquet", "e*[x]?.parquet"):
        pq.write_table(pa.table({"hit": [True]}), folder / name)
    whole = Source("eval", "parquet", ("e-*.parquet",), folder)
    odd = Source("eval", "parquet", ("e*[x]?.parquet",), folder)
    assert [engine.answer(source, [HIT])[0][()].n for source in (whole, odd)] == [2, 1]


def test_files_with_different_columns_are_refused(engine, parquet, tmp_path):
    parquet({"hit": [True], "extra": [1]}, "e-1")
    parquet({"hit": [True]}, "e-2")
    problem = refusal(engine, Source("eval", "parquet", ("e-*.parquet",), tmp_path))
    assert "`extra` is a column of some files and not of others" in problem.message


def test_the_digest_is_of_the_bytes_and_of_what_selects_from_them(engine, parquet, tmp_path):
    source = parquet({"hit": [True, False], "age": [10, 50]})
    digest = engine.digest(source)
    assert digest.rows == 2
    assert [path for path, _ in digest.files] == ["eval.parquet"]
    others = [
        replace(source, where=parse("hit")),
        replace(source, columns={"struck": "hit"}),
        replace(source, derive={"band": Cut("age", (30.0,))}),
    ]
    assert len({digest.digest, *(engine.digest(other).digest for other in others)}) == 4
    assert engine.digest(others[0]).rows == 1
    assert engine.digest(replace(source, name="other")).digest == digest.digest
    assert DuckEngine().digest(source) == digest


def test_the_digest_follows_the_file(engine, parquet):
    before = engine.digest(parquet({"hit": [True]}))
    after = engine.digest(parquet({"hit": [True, False]}))
    assert before.digest != after.digest
    assert after.rows == 2


def test_data_that_changes_while_it_is_measured_is_refused(engine, parquet, monkeypatch):
    source = parquet({"hit": [True]})
    groups = engine._groups

    def run_and_write(*asked):
        found = groups(*asked)
        parquet({"hit": [False, False]})
        return found

    monkeypatch.setattr(engine, "_groups", run_and_write)
    assert "changed while it was measured" in refusal(engine, source).message


@pytest.mark.parametrize("kind", ["records", "ibis"])
def test_what_this_version_cannot_measure_is_said(engine, tmp_path, kind):
    problem = refusal(engine, Source("live", kind, ("support",), tmp_path))
    assert (problem.code, problem.message) == ("HF305", f"data `live` is `{kind}:`")


@pytest.fixture
def database(tmp_path):
    with duckdb.connect(str(tmp_path / "log.duckdb")) as connection:
        connection.execute('CREATE TABLE "re;cords" AS SELECT range % 2 = 0 AS hit FROM range(10)')
        connection.execute('CREATE VIEW halves AS SELECT * FROM "re;cords" WHERE hit')
        connection.execute("CREATE SCHEMA lake; CREATE TABLE lake.other AS SELECT true AS hit")
    return Source("log", "duckdb", ("log.duckdb",), tmp_path, table="re;cords")


@pytest.mark.parametrize(
    ("table", "n"), [("re;cords", 10), ("main.re;cords", 10), ("halves", 5), ("lake.other", 1)]
)
def test_tables_and_views_of_a_duckdb_file_are_measured(engine, database, table, n):
    assert engine.answer(replace(database, table=table), [HIT])[0][()].n == n


def test_a_table_that_is_not_there_is_named(engine, database):
    problem = refusal(engine, replace(database, table="recods"))
    assert (problem.code, problem.fix) == ("HF302", "did you mean `re;cords`?")


def test_what_is_no_duckdb_file_is_refused_in_one_line(engine, tmp_path):
    (tmp_path / "log.duckdb").write_bytes(b"x" * 10_000)
    assert refusal(engine, Source("log", "duckdb", ("log.duckdb",), tmp_path, table="t")).code == "HF302"


def test_a_digest_says_how_much_of_the_file_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "READ_AT_ONCE", 4)
    path = tmp_path / "ten.csv"
    path.write_bytes(b"0123456789")
    shares = []
    with heard_by(shares.append):
        found = files.Digests().of(files.FileState.of(path))
    assert shares == [0.4, 0.8, 1.0]
    assert found == "sha256:" + hashlib.sha256(b"0123456789").hexdigest()
