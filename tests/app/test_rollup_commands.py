"""`holdfast rollup`: what is new is read, what changed is said, what is kept is shown."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from pyarrow import parquet

PLAN = """\
holdfast: 1
system: {id: assistant, name: Assistant}
data:
  live: {parquet: "live-*.parquet", time: at, labelled: known_at}
  calls: {parquet: "calls.parquet"}
metrics:
  bad-rate: {kind: rate, hit: "bad", by: [word]}
  gap: {kind: disparity, of: {kind: rate, hit: "bad"}, over: [word]}
  words: {kind: drift, column: word, reference: live}
  spare: {kind: mean, column: x}
indicators:
  - {id: bad, watch: {metric: bad-rate, data: live, window: 1h, above: 1%}, act: [], why: w, first_move: m}
  - {id: gap, watch: {metric: gap, data: live, window: 1h, above: 5%}, act: [], why: w, first_move: m}
  - {id: words, watch: {metric: words, data: live, window: 1h, above: 1}, act: [], why: w, first_move: m}
  - {id: calls, watch: {metric: bad-rate, data: calls, window: 1h, above: 1%}, act: [], why: w, first_move: m}
"""
NOW = datetime.now(UTC).replace(tzinfo=None, second=0, microsecond=0)


def hour(folder, name, ago, n=30, **more):
    at = [NOW - timedelta(hours=ago) + timedelta(minutes=minute) for minute in range(n)]
    table = {
        "at": at,
        "known_at": [
            moment + timedelta(minutes=10) if place % 3 else None for place, moment in enumerate(at)
        ],
        "bad": [place % 5 == 0 for place in range(n)],
        "word": ["ab"[place % 2] for place in range(n)],
        "x": [1.0] * n,
        **more,
    }
    parquet.write_table(pa.table(table), folder / f"{name}.parquet")


@pytest.fixture
def live(desk, tmp_path):
    (tmp_path / "holdfast.yaml").write_text(PLAN)
    hour(tmp_path, "live-00", ago=3)
    hour(tmp_path, "calls", ago=3)
    return desk


def told(desk, *arguments):
    code, out, err = desk.run("rollup", *arguments, "--json")
    assert err == ""
    return code, json.loads(out)


def test_what_the_indicators_watch_is_kept_and_what_cannot_be_is_left_out(live):
    code, answer = told(live, "update")
    assert code == 2
    [one] = answer["sources"]
    assert one["parts"]["added"] == ["live-00.parquet"]
    assert (one["records"], len(one["windows"]["new"])) == (30, 30)
    assert one["begun"] == ["bad-rate", "gap", "words"]
    [left] = answer["left_out"]
    assert (left["metric"], left["data"]) == ("bad-rate", "calls")
    assert "does not say when its records happened" in left["why"]


def test_a_new_file_is_added(live, tmp_path):
    told(live, "update")
    hour(tmp_path, "live-01", ago=2)
    _, answer = told(live, "update")
    [one] = answer["sources"]
    assert (one["parts"]["added"], one["records"], one["begun"]) == (["live-01.parquet"], 30, [])


def test_a_named_metric_is_kept_and_the_others_go_on(live):
    told(live, "update")
    code, answer = told(live, "update", "spare", "--data", "live")
    assert code == 0
    assert (answer["sources"][0]["begun"], answer["sources"][0]["ended"]) == (["spare"], [])


def test_a_metric_that_the_plan_watches_no_more_has_ended(live, tmp_path):
    told(live, "update")
    plan = (tmp_path / "holdfast.yaml").read_text()
    (tmp_path / "holdfast.yaml").write_text(plan.replace('hit: "bad", by', 'hit: "not bad", by'))
    _, answer = told(live, "update")
    assert answer["sources"][0]["ended"] == ["bad-rate"]
    _, kept = told(live, "show")
    assert [one["metrics"] for one in kept["sources"][0]["series"] if one["over"]] == [["bad-rate"]]
    told(live, "compact", "--ended")
    _, kept = told(live, "show")
    assert [one for one in kept["sources"][0]["series"] if one["over"]] == []


def test_what_is_kept_is_shown(live):
    told(live, "update")
    code, kept = told(live, "show")
    [one] = kept["sources"]
    assert (code, one["records"], one["untimed"], one["future"]) == (0, 30, 0, 0)
    assert 2 * 3600 <= one["age"] <= 4 * 3600
    lags = one["labels"]
    assert (lags["labelled"], lags["unlabelled"]) == (20, 10)
    assert lags["quantiles"][0]["seconds"] == pytest.approx(600, rel=0.01)
    assert sum(age["unlabelled"] for age in lags["waiting"]) == 10
    by = {(tuple(series["metrics"]), tuple(series["by"])): series["slices"] for series in one["series"]}
    assert by[("bad-rate", "gap"), ("word",)] == 2
    assert by[("bad-rate",), ()] == 1


def test_looking_makes_no_file(live, tmp_path):
    code, out, _ = live.run("rollup", "show")
    assert (code, "nothing is kept yet" in out) == (0, True)
    assert not (tmp_path / ".holdfast").exists()


def test_the_terminal_says_what_changed(live, tmp_path):
    live.run("rollup", "update")
    hour(tmp_path, "live-00", ago=3, bad=[True] * 30)
    (tmp_path / "live-01.parquet").write_bytes((tmp_path / "live-00.parquet").read_bytes())
    _, out, _ = live.run("rollup", "update")
    assert "1 part added, 1 part rewritten" in out
    assert "30 windows restated" in " ".join(out.split())
    assert "rewritten: live-00.parquet" in out
    _, out, _ = live.run("rollup", "update")
    assert "live: nothing new" in out


def test_the_terminal_says_what_is_kept(live):
    live.run("rollup", "update")
    _, out, _ = live.run("rollup", "show")
    for said in ("30 records in 1 part", "50% within 9.9 min", "33.3 % still without one", "(label lag)"):
        assert said in " ".join(out.split())


def test_compacting_says_what_it_came_to(live):
    live.run("rollup", "update")
    code, out, _ = live.run("rollup", "compact")
    assert (code, "cells are" in out) == (0, True)


def test_a_wrong_time_to_keep_is_refused(live, monkeypatch):
    monkeypatch.setenv("HOLDFAST_KEEP_MINUTES", "a while")
    live.refused("HF501", "HOLDFAST_KEEP_MINUTES", run=("rollup", "compact"))


def test_anew_sets_aside_what_is_kept(live, tmp_path):
    live.run("rollup", "update")
    store = tmp_path / ".holdfast" / "rollups" / "assistant.db"
    store.write_bytes(b"damaged" * 1000)
    for beside in ("-wal", "-shm"):
        store.with_name(store.name + beside).unlink(missing_ok=True)
    code, _, err = live.run("rollup", "update")
    assert (code, err.startswith("error[HF321]")) == (3, True)
    _, answer = told(live, "update", "--anew")
    assert answer["sources"][0]["records"] == 30
    assert answer["kept"]["aside"].startswith(".holdfast/rollups/assistant.db.")


def test_a_misspelt_metric_names_the_nearest(live):
    live.refused("HF502", "did you mean `spare`", run=("rollup", "update", "spar"))


def test_a_metric_on_several_sources_asks_for_one(live):
    live.refused("HF501", "say --data: `live`, `calls`", run=("rollup", "update", "spare"))


def test_a_plan_that_watches_nothing_says_so(live, tmp_path):
    (tmp_path / "holdfast.yaml").write_text(PLAN.partition("indicators:")[0])
    live.refused("HF501", "no indicator of the plan watches", run=("rollup", "update"))


def test_a_column_that_is_not_there_is_shown_where_the_plan_names_it(live, tmp_path):
    plan = (tmp_path / "holdfast.yaml").read_text()
    (tmp_path / "holdfast.yaml").write_text(plan.replace('hit: "bad", by', 'hit: "bda", by'))
    code, _, err = live.run("rollup", "update")
    assert (code, "HF113" in err, "did you mean `bad`" in err, "holdfast.yaml:7" in err) == (
        3,
        True,
        True,
        True,
    )


def test_a_named_metric_does_not_take_the_question_from_others_who_ask_it(live):
    told(live, "update")
    told(live, "update", "gap")
    _, kept = told(live, "show")
    assert ["bad-rate", "gap"] in [series["metrics"] for series in kept["sources"][0]["series"]]


def test_the_same_records_under_two_names_are_one_source(live, tmp_path):
    plan = (tmp_path / "holdfast.yaml").read_text()
    same = '  calls: {parquet: "live-*.parquet", time: at, labelled: known_at}\n'
    (tmp_path / "holdfast.yaml").write_text(plan.replace('  calls: {parquet: "calls.parquet"}\n', same))
    code, answer = told(live, "update")
    assert (code, len(answer["sources"])) == (0, 1)
    _, answer = told(live, "update")
    assert (answer["sources"][0]["begun"], answer["sources"][0]["ended"]) == ([], [])
