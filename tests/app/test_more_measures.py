"""Kinds of metric from the plan to the report, as a user sees them."""

from __future__ import annotations

import json

RISK = '{kind: selective_risk, error: "wrong", answered: "age < 60"}'


def test_selective_risk_is_judged_and_shown_with_its_coverage(desk):
    desk.plan(metric=RISK, gate='{id: g, metric: m, data: eval, require: "<= 50%"}')
    code, out, err = desk.run("check", "--json")
    assert (code, err) == (0, "")
    (gate,) = json.loads(out)["gates"]
    # of 100 records those with age = i % 80 below 60 were answered, every tenth of them wrong
    assert (gate["value"], gate["n"], gate["k"]) == (0.1, 80, 8)
    assert gate["figures"]["coverage"] == 0.8
    assert any("80.0 % of the records were answered" in note for note in gate["notes"])
    assert "coverage 80.0 %" in " ".join(desk.run("measure", "m")[1].split())
    report = (desk.folder / ".holdfast" / "report.html").read_text(encoding="utf-8")
    assert "coverage" in report


def test_a_column_that_is_not_there_is_shown_in_its_place(desk):
    desk.plan(metric='{kind: selective_risk, error: "wrogn", answered: "age < 60"}')
    desk.refused("HF113", "wrogn", "did you mean `wrong`", "holdfast.yaml:6:37")


def test_a_ratio_of_selection_rates_says_what_the_four_fifths_rule_asks(desk):
    ratio = "{kind: disparity, of: {kind: selection_rate, decision: wrong}, over: [team], as: ratio}"
    desk.plan(metric=ratio, gate='{id: g, metric: m, data: eval, require: ">= 80%"}')
    _, out, _ = desk.run("measure", "m")
    said = " ".join(out.split())
    assert "least over greatest selection rate" in said
    assert "the four-fifths rule asks for 80 %" in said
