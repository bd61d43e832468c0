"""The plan's metrics and requirements as `holdfast.measure` understands them."""

from __future__ import annotations

from holdfast.kernel.errors import PlanError, did_you_mean
from holdfast.kernel.expressions.tree import Expression
from holdfast.measure import metrics as measured
from holdfast.plan.model.gates import ImportGate, MetricGate
from holdfast.plan.model.indicators import Watch
from holdfast.plan.model.metrics import (
    AgreementMetric,
    CalibrationErrorMetric,
    DisparityMetric,
    DriftMetric,
    EmbeddingDriftMetric,
    EqualizedOddsMetric,
    LabelledRateMetric,
    MeanMetric,
    Metric,
    QuantileMetric,
    RateMetric,
    SelectionRateMetric,
    SelectiveRiskMetric,
)
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.values import Sign


def definition(plan: Plan, metric_id: str) -> measured.Metric:
    """Return the definition of one of a plan's metrics.

    Raises
    ------
    PlanError
        HF502: the plan has no such metric.
    """
    if metric_id not in plan.metrics:
        fix = did_you_mean(metric_id, plan.metrics)
        raise PlanError.of("HF502", f"the plan has no metric `{metric_id}`", fix=fix)
    return _defined(plan.metrics[metric_id])


def requirement(gate: MetricGate | ImportGate) -> tuple[Sign, float] | None:
    """Return a gate's sign and threshold as numbers; None for zero tolerance, which has none.

    Examples
    --------
    >>> from holdfast.plan.model.values import bound
    >>> gate = MetricGate.model_construct(require=bound(">= 98%"))
    >>> requirement(gate)
    ('>=', 0.98)
    """
    return None if gate.require is None else (gate.require.sign, gate.require.threshold)


def slices(plan: Plan, asking: MetricGate | Watch) -> tuple[str, ...]:
    """Return the columns by which a gate is judged, or a metric watched: its own, else the metric's."""
    return plan.metrics[asking.metric].by if asking.by is None else asking.by


def expression(text: str) -> Expression:
    """Return an expression of the plan as a tree; the schema has read it once already."""
    from holdfast.kernel.expressions.parsing import parse

    return parse(text)


def _optional(text: str | None) -> Expression | None:
    return None if text is None else expression(text)


def _rate(metric: RateMetric | LabelledRateMetric | SelectionRateMetric) -> measured.Rate:
    if isinstance(metric, RateMetric):
        return measured.Rate(expression(metric.hit), _optional(metric.among))
    label = expression(metric.label) if isinstance(metric, LabelledRateMetric) else None
    return measured.named_rate(
        metric.kind,
        decision=expression(metric.decision),
        label=label,
        among=_optional(metric.among),
        abstained=metric.abstained,
    )


def _defined(metric: Metric) -> measured.Metric:
    match metric:
        case DisparityMetric():
            return measured.Disparity(_rate(metric.of), metric.over, metric.as_)
        case EqualizedOddsMetric():
            return _equalized_odds(metric)
        case SelectiveRiskMetric():
            error, answered = expression(metric.error), expression(metric.answered)
            return measured.selective_risk(error, answered, _optional(metric.among))
        case CalibrationErrorMetric():
            label, among = expression(metric.label), _optional(metric.among)
            return measured.CalibrationError(metric.score, label, metric.bins, among)
        case MeanMetric():
            return measured.Mean(metric.column)
        case QuantileMetric():
            return measured.Quantile(metric.column, metric.q)
        case DriftMetric():
            return measured.Drift(metric.column, metric.test, metric.bins)
        case AgreementMetric():
            return measured.Agreement(*metric.between)
        case EmbeddingDriftMetric():
            return measured.EmbeddingDrift(metric.column, metric.test)
        case _:
            return _rate(metric)


def _equalized_odds(metric: EqualizedOddsMetric) -> measured.EqualizedOdds:
    decision, label = expression(metric.decision), expression(metric.label)
    recall = measured.named_rate("recall", decision=decision, label=label, abstained=metric.abstained)
    false_alarms = measured.named_rate("fpr", decision=decision, label=label, abstained=metric.abstained)
    return measured.EqualizedOdds(recall, false_alarms, metric.over)
