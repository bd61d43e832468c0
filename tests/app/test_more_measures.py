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


def segmented(desk, **columns):
    """Write a plan, and 100 records of which team `b` is wrong far more often."""
    desk.records(wrong=[i % 2 == 1 and i % 10 > 2 for i in range(100)], **columns)
    desk.plan()
    return desk


def test_segments_that_differ_are_shown_with_the_rest_and_what_was_looked_at(desk):
    code, out, err = segmented(desk).run("measure", "m", "--segments")
    said = " ".join(out.split())
    assert (code, err) == (0, "")
    # `label` says the same as `team`: one of the two is kept
    assert (
        "Looked at 3 segments of 2 columns: 3 differ from the rest after correction; 2 of those only" in said
    )
    assert "label = 0 0 % 80.0 % -80.0 %" in said
    assert "corrected for 3 comparisons (Bonferroni)" in said
    assert "columns: label, team" in said
    assert "words (one value)" in said
    assert "score (100 values)" in said


def test_segments_where_nothing_differs_say_so_and_how_far_the_nearest_may_be(desk):
    desk.records(wrong=[i < 10 for i in range(100)])
    desk.plan()
    said = " ".join(desk.run("measure", "m", "--segments", "--minimum", "20")[1].split())
    assert "none differs from the rest after correction" in said
    assert "nearest: " in said
    assert "within its interval it may differ all the same" in said


def test_a_named_number_is_cut_at_its_quartiles(desk):
    said = " ".join(
        segmented(desk).run("measure", "m", "--segments-over", "age", "--minimum", "10")[1].split()
    )
    assert "columns: age band" in said


def test_segments_as_json(desk):
    import json

    code, out, _ = segmented(desk).run("measure", "m", "--segments", "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["looked"], told["differ"], told["correction"]) == (3, 3, "bonferroni")
    (segment,) = told["segments"]
    assert segment["segment"] == {"label": "0"}
    assert (segment["value"], segment["rest"], segment["n"], segment["rest_n"]) == (0, 0.8, 50, 50)
    assert segment["interval"][0] < -0.8 < segment["interval"][1] < 0
    assert told["provenance"]["data"][0]["rows"] == 100


def test_segments_are_drawn_as_how_far_they_are_from_the_rest(desk):
    code, out, err = segmented(desk).run("measure", "m", "--segments", "--picture", "segments.html")
    assert (code, err) == (0, "")
    assert "picture segments.html" in out
    page = (desk.folder / "segments.html").read_text(encoding="utf-8")
    assert "m on eval: difference from the rest" in page
    assert "label = 0" in page


def test_segments_show_themselves_in_a_notebook(desk):
    import holdfast

    segmented(desk)
    told = holdfast.Plan(desk.folder).segments("m")
    assert repr(told).startswith("m of eval: Looked at 3 segments of 2 columns")
    assert [each.where for each in told.found] == [(("label", "0"),)]
    assert "difference from the rest" in told._repr_html_()
    assert told.to_dict()["looked"] == 3


def test_segments_over_time_are_refused(desk):
    desk.plan()
    desk.refused("HF501", "all records", run=("measure", "m", "--segments", "--every", "1d"))


def test_segments_of_a_column_that_is_not_there(desk):
    segmented(desk).refused("HF113", "taem", "did you mean", run=("measure", "m", "--segments-over", "taem"))


def test_segments_slice_by_themselves(desk):
    desk.plan()
    desk.refused("HF501", "segments slice by themselves", run=("measure", "m", "--segments", "--by", "team"))


def test_segments_of_a_gap_are_those_of_its_rate_and_say_so(desk):
    gap = "{kind: disparity, of: {kind: selection_rate, decision: wrong}, over: [team]}"
    desk.records(wrong=[i % 2 == 1 and i % 10 > 2 for i in range(100)])
    desk.plan(metric=gap, gate='{id: g, metric: m, data: eval, require: "<= 50%"}')
    said = " ".join(desk.run("measure", "m", "--segments")[1].split())
    assert "selection rate of `wrong`, the rate of this gap" in said
    assert "label = 0 0 % 80.0 %" in said


def test_segments_of_a_quantile_are_refused(desk):
    desk.plan(metric="{kind: quantile, column: score, q: 0.95}", gate="{id: s, sign: [x]}\npeople: {x: {}}")
    desk.refused("HF501", "rate or a mean", run=("measure", "m", "--data", "eval", "--segments"))


EMBEDDING = "{kind: embedding_drift, column: v, reference: then}"


def embedded(desk, shift, metric=EMBEDDING, require="<= 0.1"):
    """Write vectors now and then, and a plan that compares them."""
    import numpy as np

    random = np.random.default_rng(1)
    desk.records(v=random.normal(shift, 1, (100, 4)).tolist())
    desk.records("then.parquet", v=random.normal(0, 1, (100, 4)).tolist())
    data = "{parquet: eval.parquet}\n  then: {parquet: then.parquet}"
    desk.plan(data=data, metric=metric, gate=f'{{id: g, metric: m, data: eval, require: "{require}"}}')


def test_vectors_that_drifted_fail_their_gate_and_the_report_shows_both_figures(desk):
    embedded(desk, 1.0)
    code, out, err = desk.run("check", "--json")
    assert (code, err) == (1, "")
    (gate,) = json.loads(out)["gates"]
    assert 0.1 < gate["interval"][0] < gate["value"]
    assert gate["figures"]["p-value"] < 0.001
    assert 0.8 < gate["figures"]["mean shift"] < 1.2
    report = (desk.folder / ".holdfast" / "report.html").read_text(encoding="utf-8")
    assert "MMD of the vectors" in report
    assert "no-drift expectation" in report


def test_vectors_that_did_not_drift_pass(desk):
    embedded(desk, 0.0, require="<= 0.3")
    assert desk.run()[0] == 0


def test_the_mean_shift_can_be_judged_by_slice(desk):
    embedded(desk, 1.0, EMBEDDING.replace("then}", "then, test: mean_shift, by: [team]}"))
    said = " ".join(desk.run("measure", "m")[1].split())
    assert "mean shift of the vectors `v` from then" in said
    assert "team = a" in said
    assert "MMD" in said


def test_what_was_recorded_of_vectors_is_judged_again_without_reading_them(desk):
    embedded(desk, 0.0, require="<= 0.3")
    first = json.loads(desk.run("check", "--json")[1])["gates"][0]
    again = json.loads(desk.run("check", "--json")[1])["gates"][0]
    assert again["value"] == first["value"]
    assert again["evidence"] == first["evidence"]


def test_a_column_of_text_is_no_column_of_vectors(desk):
    embedded(desk, 0.0, EMBEDDING.replace("column: v", "column: team"))
    desk.refused("HF113", "`team` of data", "is text", "holdfast.yaml")


def test_vectors_of_another_model_are_refused(desk):
    embedded(desk, 0.0)
    desk.records("then.parquet", v=[[1.0, 2.0]] * 100)
    desk.refused("HF312", "vectors of 4 numbers, others have 2")


def test_a_reference_that_the_plan_lacks_is_named(desk):
    desk.plan(metric="{kind: embedding_drift, column: v, reference: tehn}")
    assert "tehn" in desk.refused("HF206")
