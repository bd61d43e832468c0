"""An update reads what is new, restates what changed, and says both."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, timedelta

import duckdb
import pytest
from tests.telemetry.rollups.logs import BAD, BY_WORD, epoch, minute, row

from holdfast.kernel.errors import DataError
from holdfast.kernel.expressions.parsing import parse
from holdfast.kernel.progress import heard_by
from holdfast.measure.requests import CategoriesRequest, CountsRequest, MomentsRequest
from holdfast.measure.states import Counts
from holdfast.telemetry.files.duck import DuckEngine
from holdfast.telemetry.rollups import updating
from holdfast.telemetry.rollups.lags import freshness_of, label_lag
from holdfast.telemetry.rollups.reading import NotKept, kept_windows
from holdfast.telemetry.rollups.sqlite import SqliteRollups
from holdfast.telemetry.sources import Source


def test_a_new_file_is_read_alone(log, monkeypatch):
    log.write("00", row(1), row(2, bad=True))
    log.update()
    asked = []
    windows = log.engine.windows
    monkeypatch.setattr(
        log.engine, "windows", lambda source, *rest: asked.append(source.locations) or windows(source, *rest)
    )
    log.write("01", row(61), row(62, bad=True), row(62))
    told = log.update()
    assert asked == [("log-01.parquet",)]
    assert (told.added, told.records, told.late) == (("log-01.parquet",), 3, 0)
    assert told.windows_new == {epoch(61), epoch(62)}
    assert told.windows_restated == frozenset()
    assert log.kept() == log.direct()


def test_nothing_new_is_nothing_to_read(log, monkeypatch):
    log.write("00", row(1))
    log.update()
    monkeypatch.setattr(log.engine, "windows", None)
    told = log.update()
    assert (told.added, told.rewritten, told.records, told.windows_new) == ((), (), 0, frozenset())


def test_a_late_record_restates_its_window_alone(log):
    log.write("00", row(1), row(2), row(3))
    log.update()
    log.write("01", row(2, bad=True), row(61))
    told = log.update()
    assert told.windows_restated == {epoch(2)}
    assert told.windows_new == {epoch(61)}
    assert (told.records, told.late) == (2, 1)
    assert log.kept()[0][epoch(2)] == {(): Counts(1, 2)}


def test_a_late_record_where_none_was_makes_a_new_window(log):
    log.write("00", row(1), row(9))
    log.update()
    log.write("01", row(5))
    told = log.update()
    assert (told.windows_new, told.windows_restated, told.late) == ({epoch(5)}, frozenset(), 1)


def test_a_late_label_restates_its_window_alone(log):
    log.write("00", row(1, None), row(2, None), row(3))
    log.update()
    log.write("00", row(1, None), row(2, bad=True), row(3))
    told = log.update()
    assert (told.rewritten, told.windows_restated) == (("log-00.parquet",), {epoch(2)})
    assert (told.records, told.late) == (0, 0)
    assert log.kept()[0][epoch(2)] == {(): Counts(1, 1, 0)}
    assert log.kept() == log.direct()


def test_a_rewritten_file_replaces_its_contribution_and_no_other(log):
    log.write("00", row(1), row(2))
    log.write("01", row(2, bad=True))
    log.update()
    log.write("00", row(1), row(1), row(3))
    told = log.update()
    assert told.windows_restated == {epoch(1), epoch(2)}
    assert told.windows_new == {epoch(3)}
    assert log.kept() == log.direct()


def test_a_vanished_file_takes_its_contribution_away_and_that_is_said(log):
    log.write("00", row(1), row(2))
    log.write("01", row(2), row(3))
    log.update()
    log.remove("01")
    told = log.update()
    assert told.vanished == ("log-01.parquet",)
    assert (told.windows_restated, told.windows_gone) == ({epoch(2)}, {epoch(3)})
    assert log.kept() == log.direct()


def test_a_vanished_file_may_keep_its_contribution(log):
    log.write("00", row(1))
    log.write("01", row(61))
    log.update()
    before = log.kept()
    log.remove("00")
    told = log.update(keep_vanished=True)
    assert (told.vanished, log.kept()) == ((), before)


def test_all_files_gone_is_no_reason_to_forget(log):
    log.write("00", row(1))
    log.update()
    before = log.kept()
    log.remove("00")
    with pytest.raises(DataError, match="HF301"):
        log.update()
    assert log.kept() == before


def test_a_file_that_moved_is_not_read_again(log, monkeypatch):
    log.write("00", row(1))
    log.update()
    (log.folder / "log-00.parquet").rename(log.folder / "log-zz.parquet")
    monkeypatch.setattr(log.engine, "windows", None)
    told = log.update()
    assert (told.added, told.vanished, told.windows_restated) == ((), (), frozenset())
    assert len(log.kept()[0]) == 1


def test_records_from_the_future_are_counted_apart(log):
    log.now = minute(60).replace(tzinfo=UTC)
    log.write("00", row(1), row(64), row(66), row(500))
    told = log.update()
    assert (told.records, told.future) == (4, 2)  # five minutes are what a clock may be wrong


def test_records_without_a_time_are_counted_apart(log):
    log.write("00", row(1), row(None), row(None))
    told = log.update()
    assert (told.records, told.untimed) == (1, 2)
    log.write("01", row(None))
    assert log.update().untimed == 1


def test_a_source_that_does_not_say_its_time_is_refused(log):
    log.write("00", row(1))
    store = SqliteRollups(log.path)
    with pytest.raises(DataError, match="HF311"):
        updating.update(store, log.engine, replace(log.source, time=None), {BAD: ["m"]}, now=log.now)


def test_a_time_of_another_type_is_refused(log):
    log.write("00", row(1, word="2026-10-01"))
    store = SqliteRollups(log.path)
    with pytest.raises(DataError, match=r"HF113.*`word`"):
        updating.update(store, log.engine, replace(log.source, time="word"), {BAD: ["m"]}, now=log.now)


def test_a_new_metric_is_measured_on_what_is_there(log):
    log.write("00", row(1, x=1.0), row(2, x=3.0))
    log.update(BAD)
    told = log.update(BAD, MomentsRequest("x"))
    assert (told.begun, told.ended, told.windows_restated) == (("metric 1",), (), frozenset())
    assert log.kept(MomentsRequest("x")) == log.direct(MomentsRequest("x"))


def test_an_edited_metric_starts_anew_and_the_old_one_ends(log):
    log.write("00", row(1, x=1.0))
    log.update(CountsRequest(parse("x > 0")))
    told = log.update(CountsRequest(parse("x > 5")))
    assert (told.begun, told.ended) == (("metric 0",), ("metric 0",))
    assert log.kept(CountsRequest(parse("x > 5"))) == [{epoch(1): {(): Counts(0, 1)}}]


def test_another_selection_is_another_source(log):
    log.write("00", row(1, word="a"), row(2, word="b"))
    log.update()
    store = SqliteRollups(log.path)
    with pytest.raises(NotKept):
        kept_windows(store, replace(log.source, where=parse("word == 'a'")), [BAD], 60)


def test_slices_of_any_writing_come_back(log):
    words = ["ü", "", "o'hara", "日本", "🙂", 'say "x"', None, "a\nb"]
    log.write("00", *(row(place, word=word) for place, word in enumerate(words)))
    log.update(BY_WORD, CategoriesRequest("word"))
    assert log.kept(BY_WORD, CategoriesRequest("word")) == log.direct(BY_WORD, CategoriesRequest("word"))


def test_a_window_with_one_record_is_a_window(log):
    log.write("00", row(7, bad=True))
    log.update()
    assert log.kept(every=86_400) == [{epoch(0): {(): Counts(1, 1)}}]


def test_a_span_is_cut_to_the_minute(log):
    log.write("00", *(row(m) for m in range(5)))
    log.write("01", *(row(m) for m in range(3, 9)))
    log.update()
    span = {"since": minute(2), "until": minute(7)}
    assert log.kept(every=3600, **span) == log.direct(every=3600, **span)


def test_a_column_of_ids_is_refused_and_leaves_no_trace(log):
    log.write("00", *(row(1, unit=number) for number in range(2_001)))
    with pytest.raises(DataError, match="HF309"):
        log.update(CountsRequest(parse("bad"), None, ("unit",)))
    assert log.update(BAD).added == ("log-00.parquet",)


KILLED = """
import os, sys
sys.path[:0] = {path!r}
from tests.telemetry.rollups.logs import Log, BAD
from pathlib import Path
from holdfast.telemetry.rollups.sqlite import SqliteRollups

put, left = SqliteRollups.put_cells, [{after}]

def dying(*arguments):
    put(*arguments)
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), 9)

SqliteRollups.put_cells = dying
Log(Path({folder!r})).update(BAD)
"""


@pytest.mark.parametrize("after", [1, 2, 5])
def test_killed_in_the_middle_it_goes_on_from_there(log, after):
    for hour in range(3):
        log.write(f"{hour:02}", row(60 * hour), row(60 * hour + 1, bad=True))
    program = KILLED.format(after=after, folder=str(log.folder), path=sys.path)
    ended = subprocess.run([sys.executable, "-c", program], check=False)
    assert ended.returncode == -signal.SIGKILL
    told = log.update()
    assert len(told.added) == 3 - (after - 1) // 2  # two requests a file: a file is there whole or not at all
    assert log.kept() == log.direct()


def test_killed_while_it_replaces_nothing_is_counted_twice(log):
    log.write("00", row(0), row(1))
    log.write("01", row(60))
    log.update()
    before = log.kept()
    log.remove("00")  # the same records in two files from now on
    log.write("00a", row(0))
    log.write("00b", row(1))
    program = KILLED.format(after=3, folder=str(log.folder), path=sys.path)
    ended = subprocess.run([sys.executable, "-c", program], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert log.kept() == before
    log.update()
    assert log.kept() == log.direct()


TOLD = """
import sys
sys.path[:0] = {path!r}
from tests.telemetry.rollups.logs import Log, BAD
from pathlib import Path
print(len(Log(Path({folder!r})).update(BAD).windows_new))
"""


def test_two_updates_at_once_count_everything_once(log):
    for hour in range(4):
        log.write(f"{hour:02}", row(60 * hour), row(60 * hour + 1, bad=True))
    program = TOLD.format(folder=str(log.folder), path=sys.path)
    both = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) for _ in range(2)]
    assert [each.wait() for each in both] == [0, 0]
    for each in both:
        each.communicate()
    assert log.kept() == log.direct()


def test_a_full_disk_is_said_and_loses_nothing(log, monkeypatch):
    log.write("00", row(1))
    log.update()
    before = log.kept()
    log.write("01", *(row(minute_, word=f"{minute_}") for minute_ in range(60, 1000)))
    prepare = SqliteRollups._prepare

    def small(self):
        prepare(self)
        [(pages,)] = self._connection.execute("PRAGMA page_count")
        self._connection.execute(f"PRAGMA max_page_count = {pages}")

    monkeypatch.setattr(SqliteRollups, "_prepare", small)
    with pytest.raises(DataError, match=r"HF323.*full"):
        log.update(BAD, BY_WORD)
    monkeypatch.undo()
    assert log.kept() == before
    log.update(BAD, BY_WORD)
    assert log.kept(BAD, BY_WORD) == log.direct(BAD, BY_WORD)


def test_a_folder_that_cannot_be_made_is_said(log):
    log.write("00", row(1))
    log.path.parent.write_text("a file where the folder should be")
    with pytest.raises(DataError, match="HF323"):
        log.update()


def test_a_store_that_is_no_store_is_found(log):
    log.write("00", row(1))
    log.path.parent.mkdir()
    log.path.write_bytes(b"no database at all, but long enough to be taken for one" * 40)
    with pytest.raises(DataError, match=r"HF321.*--anew"):
        log.update()


def test_a_damaged_block_is_found_when_it_is_read(log):
    log.write("00", *(row(m) for m in range(50)))
    log.update()
    store = SqliteRollups(log.path)
    store._connection.execute("UPDATE blocks SET body = zeroblob(length(body))")
    store.close()
    with pytest.raises(DataError, match=r"HF321.*checksum"):
        log.kept()


def test_any_damage_to_the_file_is_refused_or_does_not_matter(log):
    log.write("00", *(row(m, word="abc"[m % 3]) for m in range(200)))
    log.update(BAD, BY_WORD)
    expected = log.kept(BAD, BY_WORD)
    whole = log.path.read_bytes()
    for at in range(0, len(whole), 2_003):
        log.path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        for beside in ("-wal", "-shm"):
            log.path.with_name(log.path.name + beside).unlink(missing_ok=True)
        try:
            assert log.kept(BAD, BY_WORD) == expected
        except (DataError, NotKept):
            continue


def test_a_newer_version_is_not_touched(log):
    log.write("00", row(1))
    log.update()
    store = SqliteRollups(log.path)
    store._connection.execute("PRAGMA user_version = 99")
    store.close()
    with pytest.raises(DataError, match="HF322"):
        log.update()


def test_how_long_labels_take_is_counted_where_the_source_says_when_they_arrived(log):
    log.write("00", *(row(m, known=minute(m + 60) if m % 2 else None) for m in range(10)))
    store = SqliteRollups(log.path)
    source = replace(log.source, labelled="known")
    updating.update(store, log.engine, source, {BAD: ["m"]}, now=log.now)
    lag = label_lag(store, store.requests(1), log.now)
    store.close()
    assert (lag.labelled, lag.unlabelled, lag.before) == (5, 5, 0)
    assert [seconds for _, seconds in lag.quantiles] == pytest.approx([3600] * 3, rel=0.01)


def test_labels_from_before_their_records_are_told(log):
    log.write("00", row(10, known=minute(5)), row(11, known=minute(11)))
    store = SqliteRollups(log.path)
    updating.update(store, log.engine, replace(log.source, labelled="known"), {BAD: ["m"]}, now=log.now)
    lag = label_lag(store, store.requests(1), log.now)
    store.close()
    assert (lag.labelled, lag.before) == (2, 1)


def test_records_still_without_a_label_are_told_by_age(log):
    log.now = minute(600).replace(tzinfo=UTC)
    log.write("00", row(590), row(300, known=minute(301)), row(310))
    store = SqliteRollups(log.path)
    updating.update(store, log.engine, replace(log.source, labelled="known"), {BAD: ["m"]}, now=log.now)
    lag = label_lag(store, store.requests(1), log.now)
    store.close()
    told = [(one.records, one.unlabelled) for one in lag.waiting if one.records]
    assert told == [(1, 1), (2, 1)]


def test_how_fresh_records_are_leaves_the_future_out(log):
    log.now = minute(100).replace(tzinfo=UTC)
    log.write("00", row(40), row(90), row(5000))
    log.update()
    store = SqliteRollups(log.path)
    fresh = freshness_of(store, store.requests(1), log.now)
    store.close()
    assert (fresh.records, fresh.future, fresh.newest) == (3, 1, epoch(90))
    assert fresh.age == timedelta(minutes=10)


def test_a_table_is_measured_by_days_and_only_the_newest_again(log):
    path = log.folder / "log.duckdb"

    def filled(*rows):
        with duckdb.connect(str(path)) as connection:
            connection.execute('CREATE TABLE IF NOT EXISTS log ("at" TIMESTAMP, bad BOOLEAN)')
            connection.executemany("INSERT INTO log VALUES (?, ?)", [(one["at"], one["bad"]) for one in rows])

    def updated(**options):
        store = SqliteRollups(log.path)
        try:
            told = updating.update(store, DuckEngine(), source, {BAD: ["m"]}, now=log.now, **options)
            kept = kept_windows(store, source, [BAD], 60).answers
        finally:
            store.close()
        assert kept == DuckEngine().windows(source, [BAD], 60).answers
        return told

    source = Source("table", "duckdb", ("log.duckdb",), log.folder, table="log", time="at")
    day = 1440
    filled(*(row(day * number) for number in range(4)), row(None))
    assert updated().added == ("2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04", "without a time")
    filled(row(3 * day + 5), row(day + 1))
    told = updated()
    assert (told.added, told.records, told.late) == ((), 2, 1)
    assert told.rewritten == ("2026-10-02", "2026-10-04")
    assert updated().rewritten == ()


def test_how_far_an_update_is_can_be_heard(log):
    for hour in range(4):
        log.write(f"{hour}", row(60 * hour))
    shares = []
    with heard_by(shares.append):
        log.update()
    assert shares[-4:] == [0, 0.25, 0.5, 0.75]  # files are digested before
