"""A check, from files on disk to verdict, facts and report, as its user runs it."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from holdfast.app.bootstrap import Application
from holdfast.app.cli import run
from holdfast.app.settings import Settings
from holdfast.gate.commands import CheckRelease
from holdfast.kernel.clock import SetClock
from holdfast.kernel.verdict import Verdict

PLAN = """
holdfast: 1
system:
  id: sorter
  name: Sorter
  stage: evaluation
  card: {model: {name: m, version: "1"}}
data: {eval: {csv: eval.csv}}
metrics:
  errors: {kind: rate, hit: "wrong"}
  leaks: {kind: rate, hit: "leaked"}
gates:
  - {id: errors, metric: errors, data: eval, require: "<= 10%"}
"""


class Project:
    """A plan with its records in a folder, checked through the application with a clock that stands still."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = SetClock(datetime(2026, 11, 21, 9, tzinfo=UTC))
        self.plan(PLAN)

    def plan(self, text: str) -> None:
        (self.folder / "holdfast.yaml").write_text(text)

    def records(self, *, n: int, wrong: int = 0, leaked: int = 0) -> None:
        with (self.folder / "eval.csv").open("w", newline="") as file:
            out = csv.writer(file)
            out.writerow(["wrong", "leaked"])
            out.writerows([[str(i < wrong).lower(), str(i < leaked).lower()] for i in range(n)])

    @property
    def ledger(self) -> Path:
        return self.folder / ".holdfast" / "ledger.db"

    def app(self) -> Application:
        return Application(Settings(str(self.ledger), None, "tester"), self.clock)

    def check(self, bundle: str | None = None):
        report = self.app().gate.check(CheckRelease(self.folder, bundle), lambda _: None)
        return report, {gate.id: gate for gate in report.gates}

    def facts(self) -> list[str]:
        with self.app().open_ledger() as ledger:
            return [type(recorded.event).__name__ for recorded in ledger.since(0, limit=1000)]


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


@pytest.mark.parametrize(
    ("n", "wrong", "verdict"),
    [(500, 10, Verdict.PASS), (100, 9, Verdict.INCONCLUSIVE), (500, 200, Verdict.FAIL)],
)
def test_a_gate_is_decided_by_its_whole_interval(project, n, wrong, verdict):
    project.records(n=n, wrong=wrong)
    report, gates = project.check()
    assert report.verdict is verdict
    assert gates["errors"].value == wrong / n
    assert (gates["errors"].n, gates["errors"].k) == (n, wrong)


def test_an_inconclusive_gate_says_how_many_records_would_decide(project):
    project.records(n=100, wrong=5)
    _, gates = project.check()
    assert gates["errors"].verdict is Verdict.INCONCLUSIVE
    needs = gates["errors"].needs
    project.records(n=100 + needs, wrong=round(0.05 * (100 + needs)))
    _, gates = project.check()
    assert gates["errors"].verdict is Verdict.PASS


def test_a_check_records_evidence_decision_and_release(project):
    project.records(n=500, wrong=10)
    project.check()
    assert project.facts() == ["EvidenceRecorded", "GateDecided", "ReleaseDecided"]


def test_every_decision_leads_back_to_its_evidence(project):
    project.records(n=500, wrong=10)
    project.check()
    with project.app().open_ledger() as ledger:
        evidence, decision, _ = ledger.since(0, limit=10)
    assert decision.because == evidence.seq
    assert decision.event.evidence == evidence.event.evidence_id


def test_the_same_data_again_returns_what_was_recorded(project):
    project.records(n=100, wrong=5)
    first, _ = project.check()
    facts = project.facts()
    second, gates = project.check()
    assert project.facts() == facts
    assert gates["errors"].recorded
    assert second.gates[0].interval == first.gates[0].interval


def test_more_data_for_the_same_bundle_pays_for_having_looked(project):
    project.records(n=100, wrong=5)
    project.check()
    project.records(n=300, wrong=18)
    _, again = project.check()
    _, afresh = project.check("another")
    assert (again["errors"].look, afresh["errors"].look) == (2, 1)
    assert again["errors"].interval[1] > afresh["errors"].interval[1]


def test_bundles_that_were_tried_are_counted(project):
    project.records(n=100, wrong=7)
    for bundle in ("b1", "b2", "b3"):
        _, gates = project.check(bundle)
    assert gates["errors"].tried == 3
    assert gates["errors"].corrected is not None


def test_a_pass_that_many_tries_would_not_give_is_told(project):
    project.records(n=200, wrong=19)
    for number in range(20):
        project.check(f"b{number}")
    project.records(n=500, wrong=38)
    _, gates = project.check("b21")
    assert gates["errors"].verdict is Verdict.PASS
    assert gates["errors"].corrected is Verdict.INCONCLUSIVE


ZERO = PLAN.replace(
    '{id: errors, metric: errors, data: eval, require: "<= 10%"}',
    "{id: leaks, metric: leaks, data: eval, allow: 0, trials: 100}",
)


@pytest.mark.parametrize(
    ("n", "leaked", "verdict"),
    [(100, 0, Verdict.PASS), (99, 0, Verdict.INCONCLUSIVE), (5000, 1, Verdict.FAIL)],
)
def test_zero_tolerance(project, n, leaked, verdict):
    project.plan(ZERO)
    project.records(n=n, leaked=leaked)
    _, gates = project.check()
    assert gates["leaks"].verdict is verdict


def test_a_hit_is_not_unfound_by_looking_elsewhere(project):
    project.plan(ZERO)
    project.records(n=1000, leaked=1)
    project.check()
    project.records(n=2000, leaked=0)
    _, gates = project.check()
    assert gates["leaks"].verdict is Verdict.FAIL
    assert "earlier look" in gates["leaks"].headline
    _, gates = project.check("mended")
    assert gates["leaks"].verdict is Verdict.PASS


def test_warning_gates_do_not_stop_a_release(project):
    project.plan(PLAN + '  - {id: warns, metric: errors, data: eval, require: "<= 1%", blocking: false}\n')
    project.records(n=500, wrong=25)
    report, gates = project.check()
    assert gates["warns"].verdict is Verdict.FAIL
    assert report.verdict is Verdict.PASS


def test_a_plan_without_a_blocking_gate_does_not_pass(project):
    project.plan(PLAN.split("gates:")[0])
    project.records(n=500)
    report, _ = project.check()
    assert report.verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    "gate",
    [
        "{id: g, sign: [safety]}",
        '{id: g, import: {tool: garak, path: "x.jsonl"}, require: ">= 98%"}',
        "{id: g, check: {pii: none, data: live}}",
        '{id: g, metric: errors, data: live, require: "<= 1%"}',
    ],
)
def test_what_cannot_be_measured_here_is_inconclusive_and_says_why(project, gate):
    text = PLAN.split("gates:")[0].replace("eval.csv}}", "eval.csv}, live: {records: sorter}}")
    project.plan(f"{text}people: {{safety: {{}}}}\ngates: [{gate}]\n")
    project.records(n=500)
    report, gates = project.check()
    assert report.verdict is Verdict.INCONCLUSIVE
    assert gates["g"].headline


def test_a_gate_of_another_stage_is_not_asked(project):
    project.plan(PLAN + '  - {id: later, metric: errors, data: eval, require: "<= 1%", stage: canary}\n')
    project.records(n=500, wrong=10)
    report, gates = project.check()
    assert "later" not in gates
    assert any("`later` guards the stage canary" in warning for warning in report.warnings)


def test_stale_evidence_does_not_pass(project):
    from datetime import timedelta

    project.plan(PLAN.replace('require: "<= 10%"', 'require: "<= 10%", fresh_for: 30d'))
    project.records(n=500, wrong=10)
    assert project.check()[0].verdict is Verdict.PASS
    project.clock.advance(timedelta(days=31))
    report, gates = project.check()
    assert report.verdict is Verdict.INCONCLUSIVE
    assert "stale" in gates["errors"].headline


def test_wrong_input_leaves_nothing_behind(project, capsys):
    project.records(n=10)
    project.plan(PLAN.replace('"wrong"', '"wrnog"'))
    assert run(["check", str(project.folder)]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error[HF113]")
    assert "holdfast.yaml:10:" in err
    assert "`wrong`" in err
    assert sorted(path.name for path in project.folder.rglob("*")) == ["eval.csv", "holdfast.yaml"]


def test_the_exit_code_is_the_verdict(project, capsys):
    for n, wrong, code in ((500, 10, 0), (500, 200, 1), (100, 9, 2)):
        project.records(n=n, wrong=wrong)
        arguments = ["--ledger", str(project.folder / f"{code}.db"), "check", str(project.folder)]
        assert run(arguments) == code
    assert "INCONCLUSIVE" in capsys.readouterr().out


def test_the_json_is_as_promised(project, capsys):
    project.records(n=100, wrong=5)
    assert run(["check", str(project.folder), "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert set(told) >= {"verdict", "gates", "lint", "report"}
    (gate,) = told["gates"]
    assert set(gate) >= {"id", "verdict", "value", "interval", "n", "needs", "override"}
    assert (told["verdict"], gate["value"], gate["n"], gate["override"]) == ("inconclusive", 0.05, 100, None)
    assert Path(told["report"]).read_text().startswith("<!doctype html>")


def test_without_a_named_ledger_looks_are_unknown(project, capsys, monkeypatch):
    monkeypatch.delenv("HOLDFAST_LEDGER", raising=False)
    project.records(n=500, wrong=10)
    run(["check", str(project.folder), "--json"])
    assert "Looks unknown" in json.loads(capsys.readouterr().out)["looks"]
    run(["--ledger", str(project.ledger), "check", str(project.folder), "--json"])
    assert json.loads(capsys.readouterr().out)["looks"] is None


def test_measure_shows_an_interval_and_records_nothing(project, capsys):
    project.records(n=1000, wrong=3)
    assert run(["measure", "errors", "--plan", str(project.folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (result,) = told["results"]
    assert (result["value"], result["k"], result["n"]) == (0.003, 3, 1000)
    assert [round(end, 6) for end in result["interval"]] == [0.001021, 0.008783]
    assert not project.ledger.exists()


def test_measure_names_the_nearest_metric(project, capsys):
    assert run(["measure", "erors", "--plan", str(project.folder)]) == 3
    assert "did you mean `errors`?" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_stops_before_any_fact(project, capsys):
    project.records(n=500)
    (project.folder / "taken").mkdir()
    assert run(["check", str(project.folder), "--report", str(project.folder / "taken")]) == 3
    assert "error[HF503]" in capsys.readouterr().err
    assert not project.ledger.exists()


MEAN = (
    PLAN.split("metrics:")[0]
    + """metrics: {cost: {kind: mean, column: cost}}
gates: [{id: cost, metric: cost, data: eval, require: "<= 10"}]
"""
)


def test_an_infinite_value_is_no_evidence_of_a_small_mean(project):
    project.plan(MEAN)
    (project.folder / "eval.csv").write_text("cost\n" + "1.5\n2.5\n" * 50 + "inf\n")
    report, gates = project.check()
    assert report.verdict is Verdict.INCONCLUSIVE
    assert gates["cost"].value is None


DRIFT = (
    PLAN.split("metrics:")[0].replace("eval.csv}}", "eval.csv}, then: {csv: then.csv}}")
    + """
metrics: {moved: {kind: drift, column: x, reference: then}}
gates: [{id: moved, metric: moved, data: eval, require: "<= 0.1"}]
"""
)


def test_a_reference_without_a_value_decides_no_drift(project):
    project.plan(DRIFT)
    for name in ("eval", "then"):
        (project.folder / f"{name}.csv").write_text("x,y\n" + ",1\n" * 200)
    report, gates = project.check()
    assert report.verdict is Verdict.INCONCLUSIVE
    assert gates["moved"].value is None


def test_a_report_is_never_written_over_a_plan_or_data(project, capsys):
    project.records(n=500)
    for name in ("holdfast.yaml", "eval.csv"):
        before = (project.folder / name).read_bytes()
        assert run(["check", str(project.folder), "--report", str(project.folder / name)]) == 3
        assert "never overwritten" in capsys.readouterr().err
        assert (project.folder / name).read_bytes() == before


def test_two_reports_cannot_share_a_file(project, capsys):
    project.records(n=500)
    page = str(project.folder / "r.html")
    assert run(["check", str(project.folder), "--report", page, "--markdown", page]) == 3
    assert "error[HF503]" in capsys.readouterr().err
