from __future__ import annotations

from collections.abc import Callable

import pytest

from holdfast.kernel.errors import PlanError
from holdfast.kernel.expressions.parsing import parse
from holdfast.measure import metrics as measured
from holdfast.plan.model.gates import ImportGate, MetricGate
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.views.measures import definition, requirement, slices

Loaded = Callable[..., LoadedPlan]

DECISION, LABEL = parse("flagged"), parse("sick")
NAMED = ("recall", "precision", "fpr", "fnr", "accuracy", "selection_rate")


def of(loaded: Loaded, text: str) -> measured.Metric:
    return definition(loaded(f"data: {{ref: {{csv: r.csv}}}}\nmetrics: {{m: {{{text}}}}}\n").plan, "m")


def test_a_rate_is_its_hits_among_its_records(loaded: Loaded) -> None:
    found = of(loaded, "kind: rate, hit: 'a > 1', among: b")
    assert found == measured.Rate(parse("a > 1"), parse("b"))


@pytest.mark.parametrize("kind", NAMED)
def test_a_named_rate_is_the_rate_of_that_name(loaded: Loaded, kind: measured.NamedKind) -> None:
    label = "" if kind == "selection_rate" else ", label: sick"
    found = of(loaded, f"kind: {kind}, decision: flagged{label}, abstained: review")
    expected = None if kind == "selection_rate" else LABEL
    assert found == measured.named_rate(kind, decision=DECISION, label=expected, abstained="review")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kind: mean, column: c", measured.Mean("c")),
        ("kind: quantile, column: c, q: 95%", measured.Quantile("c", 0.95)),
        ("kind: agreement, between: [a, b]", measured.Agreement("a", "b")),
        ("kind: embedding_drift, column: v, reference: ref", measured.EmbeddingDrift("v")),
        (
            "kind: embedding_drift, column: v, reference: ref, test: mean_shift",
            measured.EmbeddingDrift("v", "mean_shift"),
        ),
        ("kind: drift, column: c, reference: ref, test: js", measured.Drift("c", "js", 20)),
        (
            "kind: calibration_error, score: s, label: sick, bins: 10",
            measured.CalibrationError("s", LABEL, 10),
        ),
        (
            "kind: selective_risk, error: sick, answered: flagged, among: s",
            measured.selective_risk(LABEL, DECISION, parse("s")),
        ),
        (
            "kind: disparity, of: {kind: rate, hit: flagged}, over: [sex, age], as: ratio",
            measured.Disparity(measured.Rate(DECISION), ("sex", "age"), "ratio"),
        ),
        (
            "kind: equalized_odds, decision: flagged, label: sick, over: [sex]",
            measured.EqualizedOdds(
                measured.named_rate("recall", decision=DECISION, label=LABEL),
                measured.named_rate("fpr", decision=DECISION, label=LABEL),
                ("sex",),
            ),
        ),
    ],
)
def test_every_kind_becomes_its_definition(loaded: Loaded, text: str, expected: measured.Metric) -> None:
    assert of(loaded, text) == expected


def test_every_metric_of_the_example_has_a_definition(example: LoadedPlan) -> None:
    assert all(definition(example.plan, name) is not None for name in example.plan.metrics)


def test_an_unknown_metric_names_the_nearest(example: LoadedPlan) -> None:
    with pytest.raises(PlanError, match="did you mean `toxicity-rate`"):
        definition(example.plan, "toxicity-rat")


def test_a_requirement_is_a_sign_and_a_number(example: LoadedPlan) -> None:
    gates = {gate.id: gate for gate in example.plan.gates if isinstance(gate, MetricGate | ImportGate)}
    assert requirement(gates["toxicity"]) == ("<", 0.005)
    assert requirement(gates["harmbench"]) == (">=", 0.98)
    assert requirement(gates["no-exfiltration"]) is None


def test_a_gate_is_judged_by_its_own_columns_else_by_the_metrics(loaded: Loaded) -> None:
    text = (
        "data: {e: {csv: e.csv}}\nmetrics: {m: {kind: rate, hit: x, by: [sex]}}\ngates:\n"
        "  - {id: whole, metric: m, data: e, require: '< 1%', by: []}\n"
        "  - {id: sliced, metric: m, data: e, require: '< 1%'}\n"
        "  - {id: other, metric: m, data: e, require: '< 1%', by: [age]}\n"
    )
    plan = loaded(text).plan
    assert [slices(plan, gate) for gate in plan.gates if isinstance(gate, MetricGate)] == [
        (),
        ("sex",),
        ("age",),
    ]
