"""Every kind of metric that a plan may have is measured, judged and reported, also by group and in time."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import numpy as np
import pytest

from holdfast.plan.model.metrics import KINDS

DECIDED = "decision: decided, label: label"
PLANNED = {
    "rate": '{kind: rate, hit: "wrong"}',
    "recall": f"{{kind: recall, {DECIDED}}}",
    "precision": f"{{kind: precision, {DECIDED}}}",
    "selection_rate": "{kind: selection_rate, decision: decided}",
    "fpr": f"{{kind: fpr, {DECIDED}}}",
    "fnr": f"{{kind: fnr, {DECIDED}}}",
    "accuracy": f"{{kind: accuracy, {DECIDED}}}",
    "mean": "{kind: mean, column: score}",
    "quantile": "{kind: quantile, column: score, q: 0.5}",
    "disparity": "{kind: disparity, of: {kind: selection_rate, decision: decided}, over: [team], as: ratio}",
    "equalized_odds": f"{{kind: equalized_odds, {DECIDED}, over: [team]}}",
    "selective_risk": '{kind: selective_risk, error: "wrong", answered: "age < 60"}',
    "calibration_error": "{kind: calibration_error, score: score, label: label}",
    "drift": "{kind: drift, column: score, reference: then, test: ks}",
    "embedding_drift": "{kind: embedding_drift, column: v, reference: then}",
    "agreement": "{kind: agreement, between: [team, other]}",
    "label_lag": "{kind: label_lag}",
    "freshness": "{kind: freshness}",
}
TIMED = {"label_lag", "freshness"}
"""Kinds about time itself: their own tests hold them (tests/watch, tests/telemetry)."""
NOT_BY_GROUP = {"disparity", "equalized_odds"}
"""Kinds that are about groups already."""


@pytest.fixture
def kind_of(desk):
    random = np.random.default_rng(1)
    columns = {
        "decided": [i % 3 == 0 for i in range(100)],
        "label": [i % 3 == 0 or i % 7 == 0 for i in range(100)],
        "other": ["ab"[i % 2 if i % 9 else 0] for i in range(100)],
        "v": random.normal(0, 1, (100, 3)).tolist(),
        "at": [datetime(2026, 11, 1) + timedelta(hours=i) for i in range(100)],  # noqa: DTZ001 -- UTC
    }
    desk.records(**columns)
    desk.records("then.parquet", **columns)

    def plan(kind, by=""):
        data = "{parquet: eval.parquet, time: at}\n  then: {parquet: then.parquet}"
        metric = PLANNED[kind].removesuffix("}") + by + "}"
        desk.plan(data=data, metric=metric, gate='{id: g, metric: m, data: eval, require: ">= 0.01"}')
        return desk

    return plan


def test_every_kind_is_tried():
    assert set(KINDS) <= set(PLANNED)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - TIMED))
def test_a_kind_is_measured_judged_and_reported(kind_of, kind):
    desk = kind_of(kind)
    code, out, err = desk.run("check", "--json")
    assert (code in {0, 1, 2}, err) == (True, "")
    (gate,) = json.loads(out)["gates"]
    assert gate["value"] is not None
    assert gate["interval"] is not None
    assert gate["n"] > 0
    report = (desk.folder / ".holdfast" / "report.html").read_text(encoding="utf-8")
    assert gate["reason"][:20] in report.replace("\u00a0", " ")


@pytest.mark.parametrize("kind", sorted(set(KINDS) - TIMED - NOT_BY_GROUP))
def test_a_kind_is_measured_by_group(kind_of, kind):
    code, out, err = kind_of(kind, ", by: [label]").run("measure", "m", "--json")
    assert (code, err) == (0, "")
    results = json.loads(out)["results"]
    assert [result["slice"] for result in results] == [{"label": "false"}, {"label": "true"}]
    assert sum(result["n"] for result in results) > 0


@pytest.mark.parametrize("kind", sorted(set(KINDS) - TIMED))
def test_a_kind_is_measured_day_by_day_or_says_why_not(kind_of, kind):
    code, _, err = kind_of(kind).run("measure", "m", "--every", "1d")
    if kind == "embedding_drift":
        assert code == 3
        assert "error[HF305]" in err
        assert "not window by window" in err
    else:
        assert (code, err) == (0, "")
