"""Shapes of the tools' files that the small real ones do not have; written after the tools' sources."""

from __future__ import annotations

import json

import pytest

from holdfast.app.bootstrap import importers
from holdfast.evidence.views.reading import results_reader
from holdfast.kernel.errors import DataError

READ = results_reader(importers())


@pytest.fixture
def read(tmp_path):
    def reading(content, tool=None):
        path = tmp_path / "file"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return READ(tool, path)

    return reading


def figures(results):
    return {f.name: (f.k, f.n) if f.n is not None else pytest.approx(f.value) for f in results.figures}


def inspect_log(scores, reductions=(), **rest):
    task = {"task": "t", "model": "m", "created": "2026-11-20T10:00:00+02:00", "dataset": {"name": None}}
    results = {"total_samples": 4, "completed_samples": 4, "scores": scores}
    log = {"version": 2, "status": "success", "eval": task, "results": results}
    return {**log, "reductions": list(reductions), **rest}


def score(name="match", scorer="match", reducer=None, **metrics):
    held = {key: {"name": key, "value": value} for key, value in metrics.items()}
    return {"name": name, "scorer": scorer, "reducer": reducer, "scored_samples": 4, "metrics": held}


def reduced(values, scorer="match", reducer=None):
    return {"scorer": scorer, "reducer": reducer, "samples": [{"value": value} for value in values]}


def test_inspect_reducers_of_one_score_stay_apart(read):
    log = inspect_log(
        [score(reducer="mean", accuracy=0.5), score(reducer="at_least_1", accuracy=1.0)],
        [reduced([0.5, 0.5, 0.5, 0.5], reducer="mean"), reduced([1, 1, 1, 1], reducer="at_least_1")],
    )
    assert figures(read(log)) == {"match,mean/accuracy": 0.5, "match,at_least_1/accuracy": (4, 4)}


def test_inspect_scorer_of_several_scores_is_counted_for_each(read):
    values = [{"safe": 1, "kind": 0.5}, {"safe": 0, "kind": 1}]
    log = inspect_log(
        [score("safe", "judge", mean=0.5), score("kind", "judge", mean=0.75)], [reduced(values, "judge")]
    )
    assert figures(read(log)) == {"safe/mean": (1, 2), "kind/mean": 0.75}


def test_inspect_mean_that_is_not_that_of_its_samples_gets_no_counts(read):
    assert figures(read(inspect_log([score(accuracy=0.9)], [reduced([1, 1, 0, 0])]))) == {"accuracy": 0.9}


def test_inspect_without_samples_counts_only_what_can_be_zeros_and_ones(read):
    assert figures(read(inspect_log([score(accuracy=0.75, stderr=0.25)]))) == {
        "accuracy": (3, 4), "stderr": 0.25,
    }  # fmt: skip
    assert figures(read(inspect_log([score(accuracy=0.75, stderr=0.1)])))["accuracy"] == 0.75
    noted = read(inspect_log([score(accuracy=0.75)])).figure()
    assert noted.notes == ("counted from the mean and the number of samples",)


def test_inspect_of_a_newer_shape_is_read_where_it_fits_and_says_so(read):
    results = read(inspect_log([score(accuracy=0.75)], version=3))
    assert results.notes == ("the log has version 3; version 2 is what was tried",)
    assert (results.dataset, results.created_at.hour) == ("t", 8)


def test_inspect_metric_without_a_value_is_left_out_and_noted(read):
    text = json.dumps(inspect_log([score(accuracy=0.75, stderr=float("nan"))]))
    results = read(text)
    assert figures(results) == {"accuracy": (3, 4)}
    assert results.notes == ("`stderr` has no value (nan) and is left out",)


@pytest.mark.parametrize("status", ["started", "cancelled", "error"])
def test_inspect_run_that_did_not_end_is_refused(read, status):
    with pytest.raises(DataError, match=f"the run ended as `{status}`"):
        read(inspect_log([score(accuracy=1.0)], status=status))


def prompt(provider, label, passed, failed, **named):
    metrics = {"testPassCount": passed, "testFailCount": failed, "testErrorCount": 0}
    scores = {"namedScores": named, "namedScoresCount": dict.fromkeys(named, 2)}
    return {"provider": provider, "label": label, "metrics": {**metrics, **scores}}


def promptfoo(prompts, rows=(), stats=(2, 2, 0)):
    counted = dict(zip(("successes", "failures", "errors"), stats, strict=True))
    return {"evalId": "e", "results": {"version": 3, "prompts": prompts, "results": rows, "stats": counted}}


def test_promptfoo_names_what_differs(read):
    prompts = [prompt("a", "p", 1, 0), prompt("b", "p", 1, 2)]
    assert set(figures(read(promptfoo(prompts)))) == {"total", "a", "b"}
    prompts = [prompt("a", "p", 1, 1), prompt("a", "q", 1, 1)]
    assert set(figures(read(promptfoo(prompts)))) == {"total", "p", "q"}
    prompts = [prompt("a", "p", 1, 1), prompt("b", "q", 1, 1)]
    assert set(figures(read(promptfoo(prompts)))) == {"total", "a/p", "b/q"}
    assert set(figures(read(promptfoo([prompt("a", "p", 2, 2)])))) == {"total"}


def test_promptfoo_weighted_metric_is_a_mean_without_counts(read):
    rows = [
        {"success": True, "promptIdx": 0, "namedScores": {"kind": 0.5}},
        {"success": True, "promptIdx": 0, "namedScores": {"kind": 1}},
        {"success": False, "promptIdx": 0, "namedScores": {}},
        {"success": False, "promptIdx": 0, "namedScores": None},
    ]
    assert figures(read(promptfoo([prompt("a", "p", 2, 2, kind=1.5)], rows))) == {
        "total": (2, 4), "kind": 0.75,
    }  # fmt: skip


def test_promptfoo_metric_may_be_called_as_a_part_that_is_not_read(read):
    prompts = [prompt("a", "p", 2, 2, response=1, vars=2)]
    assert figures(read(promptfoo(prompts))) == {"total": (2, 4), "response": 0.5, "vars": 1.0}


def test_promptfoo_that_contradicts_its_own_rows_is_refused(read):
    rows = [{"success": False, "promptIdx": 0, "namedScores": {}}] * 4
    with pytest.raises(DataError, match="it says 2 successes, 2 failures and 0 errors, and holds 0, 4 and 0"):
        read(promptfoo([], rows))


def test_promptfoo_without_rows_gives_the_total(read):
    assert figures(read(promptfoo([], stats=(7, 2, 1)))) == {"total": (7, 10)}


def test_deepeval_test_case_without_a_verdict_did_not_pass(read):
    run = {"testCases": [{}] * 4, "conversationalTestCases": [{}], "metricsScores": []}
    results = read({**run, "testPassed": 3, "testFailed": 1})
    assert figures(results) == {"total": (3, 5)}
    assert results.figure().notes == ("did not pass, because without a verdict: 1 test case",)


def lm_eval(**tasks):
    samples = {name: {"original": 100, "effective": 10} for name in tasks}
    return {"results": tasks, "n-samples": samples, "config": {"model": "hf", "limit": None}, "date": 0.5}


def test_lm_eval_counts_known_binary_metrics_without_a_standard_error(read):
    results = read(lm_eval(t={"alias": "t", "acc,none": 0.7, "acc_stderr,none": "N/A", "f1,none": 0.7}))
    assert figures(results) == {"acc": (7, 10), "f1": 0.7}
    assert results.figures[0].notes == ("counted from the mean",)
    assert results.subject == "hf"


def test_lm_eval_never_counts_what_is_no_mean_of_zeros_and_ones(read):
    results = read(lm_eval(t={"acc,none": 0.7, "acc_stderr,none": 0.1, "word_perplexity,none": 12.5}))
    assert figures(results) == {"acc": 0.7, "acc_stderr": 0.1, "word_perplexity": 12.5}


def test_lm_eval_filters_and_tasks_are_part_of_the_name(read):
    task = {"exact_match,strict-match": 0.5, "exact_match,flexible-extract": 0.6}
    assert set(figures(read(lm_eval(gsm8k=task, other={"acc,none": 0.1})))) == {
        "gsm8k/exact_match,strict-match", "gsm8k/exact_match,flexible-extract", "other/acc",
    }  # fmt: skip


def test_lm_eval_group_without_a_sample_count_gets_no_counts(read):
    document = lm_eval(group={"acc,none": 0.5})
    document["n-samples"] = {}
    assert figures(read(document)) == {"acc": 0.5}


def test_evidently_counts_rows_only_where_it_says_how_many_there_are(read):
    share = {"metric_name": "MissingValueCount(column=a)", "value": {"count": 1, "share": 0.25}}
    rows = {"metric_name": "RowCount()", "value": 4.0}
    columns = {"metric_name": "DriftedColumnsCount(drift_share=0.5)", "value": {"count": 1, "share": 0.25}}
    name = "MissingValueCount(column=a)/share"
    assert figures(read({"metrics": [share]}))[name] == 0.25
    counted = figures(read({"metrics": [share, rows, columns]}))
    assert counted[name] == (1, 4)
    assert counted["DriftedColumnsCount(drift_share=0.5)/share"] == 0.25


def test_evidently_errors_are_no_successes_and_skipped_tests_no_trials(read):
    states = ("SUCCESS", "FAIL", "WARNING", "ERROR", "SKIPPED")
    results = read({"metrics": [], "tests": [{"status": state} for state in states], "x": "metric_name"})
    assert figures(results) == {"total": (1, 4)}
    assert results.notes == ("not tried, because skipped: 1 test",)


def test_evidently_before_0_7_is_refused_by_its_shape(read):
    old = {"version": "0.4.40", "metrics": [{"metric": "DatasetDriftMetric", "result": {}}]}
    with pytest.raises(DataError, match=r"a version before 0\.7 wrote it") as refused:
        read(old)
    assert refused.value.problems[0].code == "HF307"


NESTED = """<testsuites tests="4" failures="1">
<testsuite name="outer" tests="4" failures="1" timestamp="2026-11-20T12:00:00">
  <testsuite name="inner" tests="3" failures="1" timestamp="2026-11-20T10:00:00+02:00">
    <testcase name="a"/><testcase name="b"><failure/><error/></testcase>
    <testcase name="c"><skipped/></testcase>
  </testsuite>
  <testcase name="d"><system-out><![CDATA[<failure/>]]></system-out></testcase>
</testsuite>
<testsuite name="inner"><testcase name="e"/></testsuite>
<testsuite name="bare" tests="10" failures="1" errors="2" skipped="3"/>
</testsuites>"""


def test_junit_suites_hold_those_inside_them_and_each_case_counts_once(read):
    results = read(NESTED)
    assert figures(results) == {
        "total": (7, 11), "inner": (1, 2), "outer": (2, 3), "inner (2)": (1, 1), "bare": (4, 7),
    }  # fmt: skip
    assert results.notes == (
        "suite `bare` holds no cases: its own counts are taken",
        "not tried, because skipped: 4 cases",
    )
    assert results.created_at.isoformat() == "2026-11-20T08:00:00+00:00"


def test_junit_flaky_and_rerun_failures_are_what_the_runner_says(read):
    text = '<testsuite name="s" tests="1" failures="0"><testcase><flakyFailure/></testcase></testsuite>'
    assert figures(read(text)) == {"total": (1, 1)}
