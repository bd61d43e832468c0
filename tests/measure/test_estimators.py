"""Every metric has its estimator."""

from typing import get_args

import pytest

from holdfast.kernel.expressions.tree import Column
from holdfast.measure.estimators import estimate_all, estimator_of
from holdfast.measure.metrics import (
    Agreement,
    CalibrationError,
    Disparity,
    Drift,
    EmbeddingDrift,
    EqualizedOdds,
    Mean,
    Metric,
    Quantile,
    Rate,
    SelectiveRisk,
)
from holdfast.measure.states import Counts

HIT = Rate(Column("hit"))
METRICS = {
    "RateEstimator": HIT,
    "MeanEstimator": Mean("cost"),
    "QuantileEstimator": Quantile("latency", 0.95),
    "DisparityEstimator": Disparity(HIT, ("sex",)),
    "EqualizedOddsEstimator": EqualizedOdds(HIT, HIT, ("sex",)),
    "SelectiveRiskEstimator": SelectiveRisk(HIT, HIT),
    "CalibrationEstimator": CalibrationError("score", Column("label")),
    "DriftEstimator": Drift("length"),
    "EmbeddingDriftEstimator": EmbeddingDrift("vector"),
    "AgreementEstimator": Agreement("one", "other"),
}


def test_every_kind_of_metric_is_tried_here():
    assert {type(metric) for metric in METRICS.values()} == set(get_args(Metric))


@pytest.mark.parametrize(("name", "metric"), METRICS.items(), ids=list(METRICS))
def test_a_metric_has_its_estimator(name, metric):
    assert type(estimator_of(metric)).__name__ == name


def test_an_estimator_knows_what_its_metric_says():
    gap = estimator_of(Disparity(HIT, ("sex", "age"), form="ratio"))
    assert (gap.form, gap.over) == ("ratio", ("sex", "age"))


def test_all_slices_are_estimated_in_order():
    shown = estimate_all(HIT, {(None,): Counts(1, 2), ("b",): Counts(), ("a",): Counts(3, 1000)}, 0.9)
    assert [key for key, _ in shown] == [("a",), ("b",), (None,)]
    assert [estimate.value for _, estimate in shown] == [0.003, None, 0.5]
    assert shown[0][1].interval.confidence == 0.9
