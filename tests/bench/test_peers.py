"""The bench beside other programs: its medians and ratios, what it compares, what it writes."""

from __future__ import annotations

import json
import math
import sys

import pytest
from bench.peers.__main__ import from_kept, keep
from bench.peers.agreement import Agreement, agreements, compare, relative
from bench.peers.environments import peers, versions_in
from bench.peers.figures import Run, middle, ratio
from bench.peers.page import Compared, page
from bench.peers.processes import Failed, environment, last_line, run
from bench.peers.scopes import SCOPES


def run_of(work: float, peak: float = 100.0) -> Run:
    return Run(work, work, 0.0, 1.0, work + 1, work + 1, peak, 0.5)


def found(work=40.0, peak=900.0, agreed=()) -> Compared:
    theirs, ours = (run_of(work, peak),), (run_of(1.0, 200.0),)
    return Compared(SCOPES[0], 1000, 500, "2026-11-21", theirs, ours, tuple(agreed))


def test_a_ratio_is_that_of_the_medians_with_the_range_over_neighbours():
    theirs, ours = [run_of(each) for each in (10, 30, 20)], [run_of(each) for each in (1, 2, 4)]
    assert middle(theirs, "work_s") == 20
    assert str(ratio(theirs, ours, "work_s")) == "10.0 x (5.00 to 15.0)"


@pytest.mark.parametrize(("theirs", "ours"), [(0, 0), (2, 1)])
def test_a_ratio_needs_as_many_runs_of_ours_as_of_the_peer(theirs, ours):
    with pytest.raises(ValueError, match="runs of the peer beside"):
        ratio([run_of(1)] * theirs, [run_of(1)] * ours, "work_s")


def test_every_scope_has_an_environment_and_its_words():
    import tomllib

    from bench.peers.environments import HERE

    words = tomllib.loads((HERE / "words.toml").read_text())
    assert {scope.peer for scope in SCOPES} == set(peers())
    assert set(words) == {scope.name for scope in SCOPES}
    assert all(set(each) == {"theirs", "ours", "apart"} for each in words.values())


def test_an_environment_without_its_reason_is_refused():
    with pytest.raises(ValueError, match=r"\[some\] needs `requires` and `why`"):
        peers('[some]\nrequires = ["some"]')


def test_versions_are_read_from_what_is_installed():
    folders = ["alibi_detect-0.13.0.dist-info", "Foo.Bar-1.0.post1.dist-info", "no_version.dist-info"]
    assert versions_in(folders) == {"alibi-detect": "0.13.0", "foo-bar": "1.0.post1"}


def test_what_a_peer_prints_before_its_figures_is_passed_over():
    assert last_line('a warning\n{"not": "this"}\n{"work_s": 1.5}\n', "it") == {"work_s": 1.5}


@pytest.mark.parametrize("said", ["", "only words", "[1]", '{"a": 1}\nand words'])
def test_a_peer_that_says_no_figures_has_failed(said):
    with pytest.raises(Failed, match="`it` ended without a line of JSON"):
        last_line(said, "it")


def test_a_process_is_measured_from_outside():
    code = "import json, sys; held = bytearray(64 << 20); print(json.dumps({'given': sys.stdin.read()}))"
    told = run([sys.executable, "-c", code], given="figures")
    assert told.said == {"given": "figures"}
    assert told.peak_mb > 64
    assert told.wall_s > 0


def test_a_process_that_fails_says_how():
    with pytest.raises(Failed, match=r"(?s)ended with 3:.*the reason"):
        run([sys.executable, "-c", "import sys; sys.stderr.write('the reason'); sys.exit(3)"])


def test_a_peer_gets_none_of_our_variables_and_reports_to_nobody(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    given = environment(MORE="1")
    assert "PYTHONDONTWRITEBYTECODE" not in given
    assert given["DO_NOT_TRACK"] == given["MORE"] == "1"


def test_no_answer_in_common_is_no_agreement():
    nothing = compare(
        "values", {"a": math.nan, "b": None}, {"a": 1.0, "b": 1.0, "c": 1.0}, "abc", allowed=1.0
    )
    assert nothing.compared == 0
    assert not nothing.holds


def test_answers_agree_up_to_what_is_allowed():
    near = compare("values", {"a": 100.0, "b": 0.0}, {"a": 101.0, "b": 0.0}, "ab", relative, 0.01)
    assert near.holds
    assert near.furthest == pytest.approx(1 / 101)
    assert not compare("values", {"a": 100.0}, {"a": 102.0}, "a", relative, 0.01).holds


def test_what_is_only_shown_claims_nothing():
    assert compare("values", {"a": 1.0}, {"a": 9.0}, "a").holds


def test_rates_of_groups_must_be_equal():
    name = "rate/sex/female/recall"
    assert [each.holds for each in agreements("fairlearn", {name: 0.5}, {name: 0.5})] == [True, False]
    assert not agreements("fairlearn", {name: 0.5}, {name: 0.5001})[0].holds


def test_only_columns_without_empty_bins_must_agree_in_the_peers_own_bins():
    counts = {"n0": [[5, 5], [4, 6]], "n1": [[0, 10], [4, 6]]}
    told = agreements("evidently", {}, {}, ({"n0": 0.04, "n1": 9.0}, counts, {"n0": 0.04, "n1": 1.0}))
    assert [(each.compared, each.holds) for each in told[-2:]] == [(1, True), (1, True)]


def test_what_is_kept_comes_back(tmp_path, monkeypatch):
    monkeypatch.setattr("bench.peers.__main__.KEPT", tmp_path)
    whole = found(agreed=[Agreement("rates", 2, 0.0, 1e-12)])
    keep(whole)
    assert from_kept(json.loads((tmp_path / "evidently-1000.json").read_text())) == whole


def test_the_page_says_where_a_figure_was_not_reached():
    reached = page([found()], {}, peers(), "two cores")
    assert "## What was not reached\n\nNothing." in reached
    missed = page([found(19.0, 500.0)], {}, peers(), "two cores")
    assert "- evidently, 1,000 beside 500: speed, 19.0 x (19.0 to 19.0) instead of 20 x" in missed
    assert "- evidently, 1,000 beside 500: memory, 2.50 x (2.50 to 2.50) instead of 3 x" in missed


def test_the_page_says_where_answers_differ():
    assert "| **no** |" in page([found(agreed=[Agreement("rates", 2, 0.1, 0.0)])], {}, peers(), "two cores")
