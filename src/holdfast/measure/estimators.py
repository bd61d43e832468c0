"""Which estimator a metric has, and the figures of a metric without a verdict."""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.measure.estimates import Estimate, Estimator
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
from holdfast.measure.requests import SliceKey
from holdfast.measure.slices import ordered
from holdfast.measure.states import State


def estimator_of(metric: Metric) -> Estimator:
    """Return the estimator of a metric: pure functions over its state.

    Each kind's own module is loaded when a metric asks for it.

    Examples
    --------
    >>> from holdfast.kernel.expressions.tree import Column
    >>> type(estimator_of(Rate(Column("toxic")))).__name__
    'RateEstimator'
    """
    match metric:
        case Rate():
            from holdfast.measure.rates import RateEstimator

            return RateEstimator()
        case Disparity():
            from holdfast.measure.disparity import DisparityEstimator

            return DisparityEstimator(metric.form, metric.over)
        case EqualizedOdds():
            from holdfast.measure.disparity import EqualizedOddsEstimator

            return EqualizedOddsEstimator(metric.over)
        case Mean():
            from holdfast.measure.means import MeanEstimator

            return MeanEstimator()
        case Quantile():
            from holdfast.measure.quantiles import QuantileEstimator

            return QuantileEstimator(metric.q)
        case SelectiveRisk():
            from holdfast.measure.selective import SelectiveRiskEstimator

            return SelectiveRiskEstimator()
        case CalibrationError():
            from holdfast.measure.calibration import CalibrationEstimator

            return CalibrationEstimator(metric.bins)
        case Drift():
            from holdfast.measure.drift import DriftEstimator

            return DriftEstimator(metric.test)
        case EmbeddingDrift():
            from holdfast.measure.embedding import EmbeddingDriftEstimator

            return EmbeddingDriftEstimator(metric.test)
        case Agreement():
            from holdfast.measure.agreement import AgreementEstimator

            return AgreementEstimator()


def estimate_all(
    metric: Metric, states: Mapping[SliceKey, State], confidence: float = 0.95
) -> list[tuple[SliceKey, Estimate]]:
    """Return value and two-sided interval of every slice, in the slices' order.

    Examples
    --------
    >>> from holdfast.kernel.expressions.tree import Column
    >>> from holdfast.measure.states import Counts
    >>> shown = estimate_all(Rate(Column("hit")), {("b",): Counts(1, 50), ("a",): Counts(3, 1000)})
    >>> [(key, estimate.value) for key, estimate in shown]
    [(('a',), 0.003), (('b',), 0.02)]
    """
    estimator = estimator_of(metric)
    return [(key, estimator.estimate(states[key], confidence)) for key in ordered(states)]
