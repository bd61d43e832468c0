"""A plan, a measurement, a check and its report in a notebook."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

import holdfast
from holdfast.kernel.errors import PlanError, UsageError

PLAN = """
holdfast: 1
system: {id: sorter, name: "Sorter <b>bold</b>", card: {model: {name: m, version: "1"}}}
data: {eval: {csv: eval.csv}}
metrics: {errors: {kind: rate, hit: "wrong", by: [team]}}
risks:
  - {id: lost-letters, harm: "Letters reach <script>nobody</script>", severity: 4, likelihood: 3}
gates:
  - {id: errors, metric: errors, data: eval, require: "<= 20%", by: []}
arms:
  one: {bundle: m@1, columns: {wrong: wrong_1}}
  two: {bundle: m@2, columns: {wrong: wrong_2}}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "holdfast.yaml").write_text(PLAN)
    lines = ["wrong,team,wrong_1,wrong_2"]
    for at in range(400):
        said = (at % 10 == 0, "<i>a</i>" if at % 2 else "", at % 4 == 0, at % 40 == 0)
        lines.append(",".join(str(each).lower() for each in said))
    (tmp_path / "eval.csv").write_text("\n".join(lines) + "\n")
    return tmp_path


@pytest.fixture
def plan(folder):
    return holdfast.Plan(folder, ledger=str(folder / "ledger.db"))


def test_a_plan_shows_its_register(plan):
    assert (plan.metrics, plan.gates) == (("errors",), ("errors",))
    assert plan.digest.startswith("sha256:")
    assert "1 risk, 1 at 12 or more" in repr(plan)
    shown = plan._repr_html_()
    assert "lost-letters" in shown
    assert "<script>" not in shown
    assert "<b>" not in shown


def test_a_wrong_plan_is_told_where_it_is_named(tmp_path):
    (tmp_path / "holdfast.yaml").write_text("holdfast: 1\nsistem: {id: s, name: S}\n")
    with pytest.raises(PlanError, match="did you mean `system`"):
        holdfast.Plan(tmp_path)


def test_a_measurement_is_recorded_nowhere(plan, folder):
    whole = plan.measure("errors", by=[])
    assert whole.value == 0.1
    low, high = whole.interval
    assert low < 0.1 < high
    sliced = plan.measure("errors")
    assert (sliced.value, sliced.interval) == (None, None)
    assert sorted((each.n, each.k) for each in sliced.results) == [(200, 0), (200, 40)]
    assert sliced.to_dict()["metric"] == "errors"
    assert "10.0 %" in repr(whole)
    assert "<i>" not in sliced._repr_html_()
    assert not (folder / "ledger.db").exists()


def test_a_check_is_neither_true_nor_false(plan):
    check = plan.check()
    assert (check.verdict, check.passed) == ("pass", True)
    assert check.gates["errors"].n == 400
    assert check.to_dict()["verdict"] == "pass"
    assert "may ship" in repr(check)
    with pytest.raises(TypeError, match=r"ask `\.verdict` or `\.passed`"):
        bool(check)


def test_a_check_in_a_notebook_is_the_fact_that_the_command_line_finds(plan, folder):
    plan.check()
    app = holdfast.Plan(folder, ledger=str(folder / "ledger.db"))._app
    with app.open_ledger() as ledger:
        before = ledger.head()
        plan.check()
        assert ledger.head() == before


def test_a_report_stands_in_a_frame_and_is_saved_whole(plan, folder):
    report = plan.check().report
    assert report.save(folder / "report.html").read_text() == report.html
    shown = report._repr_html_()
    assert shown.startswith("<iframe")
    assert shown.count("<") == 2  # the page is an attribute: nothing of it is a tag of the notebook
    with pytest.raises(UsageError, match="HF503"):
        report.save(folder / "holdfast.yaml")


def test_two_arms_are_compared_on_the_same_records(plan):
    compared = plan.compare("one", "two")
    assert compared.chosen == "two"
    assert compared.to_dict()["chosen"] == "two"
    assert "two" in repr(compared)
    assert compared.report.html.startswith("\n<!doctype html>") or "<!doctype html>" in compared.report.html
    with pytest.raises(UsageError, match="HF"):
        plan.compare("one", "three")


def test_lint_says_what_it_finds_and_where(plan):
    linted = plan.lint()
    assert not linted.clean
    assert "HF102" in {each.code for each in linted.findings}
    assert linted.to_dict()["clean"] is False
    assert "HF102" in repr(linted)
    assert len(plan.lint(data=False).findings) <= len(linted.findings)


def test_the_plan_s_page_is_whole(plan):
    assert "lost-letters" in plan.page.html
    assert "<script>nobody" not in plan.page.html


def test_what_is_shown_carries_its_style_and_fetches_nothing(plan):
    for shown in (plan, plan.measure("errors"), plan.check(), plan.lint(), plan.compare("one", "two")):
        html = shown._repr_html_()
        assert html.startswith('<div class="holdfast"><style>')
        assert "http" not in html.replace("http://www.w3.org/2000/svg", "")
        assert ":root" not in html


def test_importing_holdfast_loads_nothing_else():
    code = "import holdfast, sys; print([name for name in sys.modules if name.startswith('holdfast.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert set(holdfast.__all__) <= set(dir(holdfast))
    with pytest.raises(AttributeError, match="no attribute 'Plans'"):
        _ = holdfast.Plans


def test_a_measurement_draws_itself(plan):
    pytest.importorskip("altair", reason="pictures need the group `charts`: uv sync --group charts")
    shown = plan.measure("errors").picture._repr_html_()
    assert "<svg" in shown
    assert "<i>a</i>" not in shown
    assert "20.0 %" in shown


def test_a_metric_over_time_tells_its_alarm_and_shows_its_picture(folder):
    pytest.importorskip("altair", reason="pictures need the group `charts`: uv sync --group charts")
    (folder / "holdfast.yaml").write_text(PLAN.replace("{csv: eval.csv}", "{csv: eval.csv, time: at}"))
    lines = ["wrong,team,at"]
    for hour in range(24):
        lines += [
            f"{str(at % 10 == 0 or hour > 12).lower()},a,2026-11-21T{hour:02}:{at:02}:00" for at in range(40)
        ]
    (folder / "eval.csv").write_text("\n".join(lines) + "\n")
    plan = holdfast.Plan(folder, ledger=str(folder / "ledger.db"))
    told = plan.over_time(
        "errors", every=timedelta(hours=1), above=0.2, false_alarm_every=timedelta(days=90), by=[]
    )
    (line,) = told.lines
    assert told.alarmed
    assert line.alarm == datetime(2026, 11, 21, 14, tzinfo=UTC)
    assert "ALARM: errors above 20.0 % at 2026-11-21 14:00 UTC" in repr(told)
    assert "<svg" in told._repr_html_()
    assert told.to_dict()["lines"]
    assert not (folder / "ledger.db").exists()
