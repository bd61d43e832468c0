"""What is measured."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, Tag

from holdfast.plan.model.base import ByKind, Part
from holdfast.plan.model.formulas import Formula
from holdfast.plan.model.names import DataName
from holdfast.plan.model.refusals import refuse
from holdfast.plan.model.values import Count, InnerShare, Number
from holdfast.plan.model.words import ColumnName, Prose, Several, Some

Abstained: TypeAlias = Literal["miss", "drop", "review"]
NamedKind: TypeAlias = Literal["recall", "precision", "selection_rate", "fpr", "fnr", "accuracy"]
EmbeddingTest: TypeAlias = Literal["mmd", "mean_shift"]
DriftTest: TypeAlias = Literal["psi", "js", "ks", "wasserstein", "chi2"]
RATE_KINDS = ("rate", "recall", "precision", "selection_rate", "fpr", "fnr", "accuracy")
KINDS = (
    *RATE_KINDS,
    "mean",
    "quantile",
    "disparity",
    "equalized_odds",
    "selective_risk",
    "calibration_error",
    "drift",
    "embedding_drift",
    "agreement",
)


def _distinct(columns: tuple[str, ...]) -> tuple[str, ...]:
    for index, column in enumerate(columns):
        if column in columns[:index]:
            raise refuse("HF203", f"the column `{column}` is named twice", "name it once")
    return columns


def _two(columns: tuple[str, ...]) -> tuple[str, ...]:
    if len(columns) != 2 or columns[0] == columns[1]:
        raise refuse("HF203", f"an agreement is between two columns, here are {len(set(columns))}")
    return columns


def _ordered(ends: tuple[float, ...]) -> tuple[float, ...]:
    if len(ends) != 2 or not ends[0] < ends[1]:
        raise refuse("HF203", "values lie between two numbers, the least and the greatest", "such as [0, 1]")
    return ends


Between: TypeAlias = Annotated[tuple[Number, ...], Some, AfterValidator(_ordered)]
By: TypeAlias = Annotated[tuple[ColumnName, ...], Several, AfterValidator(_distinct)]
Over: TypeAlias = Annotated[tuple[ColumnName, ...], Some, AfterValidator(_distinct)]


class MetricPart(Part):
    """What every metric may say."""

    by: By = Field((), description="Columns to slice by; several are crossed.")
    describes: Prose | None = Field(None, description="What it measures, for the report.")


class RateMetric(MetricPart):
    """k/n: the share of records where `hit` is true."""

    kind: Literal["rate"] = Field(description="A rate.")
    hit: Formula = Field(description="Which records count as hits.")
    among: Formula | None = Field(None, description="Which records are looked at; all, where it is not said.")


class NamedRateMetric(MetricPart):
    """A named form of a rate over a two-valued decision and its label."""

    kind: NamedKind = Field(description="Which of them.")
    decision: Formula = Field(description="What the system decided, true or false.")
    among: Formula | None = Field(None, description="Which records are looked at; all, where it is not said.")
    abstained: Abstained = Field(
        "miss",
        description="A record without a decision is a `miss`, is dropped (`drop`), or goes to a person who is"
        " counted as right (`review`).",
    )


class LabelledRateMetric(NamedRateMetric):
    """A named rate that needs to know what was right."""

    kind: Literal["recall", "precision", "fpr", "fnr", "accuracy"] = Field(description="Which of them.")
    label: Formula = Field(description="What was right, true or false; a null label is missing evidence.")


class RecallMetric(LabelledRateMetric):
    """Of what was positive, the share that was found."""

    kind: Literal["recall"] = Field(description="True positive rate, sensitivity.")


class PrecisionMetric(LabelledRateMetric):
    """Of what was found, the share that was positive."""

    kind: Literal["precision"] = Field(description="Positive predictive value.")


class FprMetric(LabelledRateMetric):
    """Of what was negative, the share that was found all the same: false alarms."""

    kind: Literal["fpr"] = Field(description="False positive rate.")


class FnrMetric(LabelledRateMetric):
    """Of what was positive, the share that was missed."""

    kind: Literal["fnr"] = Field(description="False negative rate.")


class AccuracyMetric(LabelledRateMetric):
    """The share of decisions that were right."""

    kind: Literal["accuracy"] = Field(description="Accuracy.")


class SelectionRateMetric(NamedRateMetric):
    """The share that was selected."""

    kind: Literal["selection_rate"] = Field(description="Selection rate; its gap is demographic parity.")


class MeanMetric(MetricPart):
    """The mean of a numeric column."""

    kind: Literal["mean"] = Field(description="A mean.")
    column: ColumnName = Field(description="The numeric column.")
    between: Between | None = Field(
        None,
        description="The least and the greatest value that there can be: a mean is watched between them.",
    )


class QuantileMetric(MetricPart):
    """A quantile of a numeric column, to a relative error of 1 %."""

    kind: Literal["quantile"] = Field(description="A quantile.")
    column: ColumnName = Field(description="The numeric column.")
    q: InnerShare = Field(description="Which: 0.95 is the 95th percentile.")


_Rates: TypeAlias = (
    Annotated[RateMetric, Tag("@rate")]
    | Annotated[RecallMetric, Tag("@recall")]
    | Annotated[PrecisionMetric, Tag("@precision")]
    | Annotated[SelectionRateMetric, Tag("@selection_rate")]
    | Annotated[FprMetric, Tag("@fpr")]
    | Annotated[FnrMetric, Tag("@fnr")]
    | Annotated[AccuracyMetric, Tag("@accuracy")]
)


def _whole(rate: MetricPart) -> MetricPart:
    if rate.by:
        raise refuse(
            "HF203", "the rate of a disparity is not sliced", "move `by` to the disparity", into="by"
        )
    return rate


AnyRate: TypeAlias = Annotated[_Rates, ByKind("a rate", *RATE_KINDS), AfterValidator(_whole)]


class DisparityMetric(MetricPart):
    """The gap of a rate between groups."""

    kind: Literal["disparity"] = Field(description="A gap between groups.")
    of: AnyRate = Field(
        description="The rate. Of recall: equal opportunity; of selection_rate: demographic parity."
    )
    over: Over = Field(description="The columns of the groups; several are crossed.")
    as_: Literal["difference", "ratio"] = Field(
        "difference",
        alias="as",
        description="The largest minus the smallest, or the smallest by the largest.",
    )


class EqualizedOddsMetric(MetricPart):
    """The larger of the gaps of true and false positive rate between groups."""

    kind: Literal["equalized_odds"] = Field(description="Equalized odds difference.")
    decision: Formula = Field(description="What the system decided, true or false.")
    label: Formula = Field(description="What was right, true or false.")
    over: Over = Field(description="The columns of the groups; several are crossed.")
    abstained: Abstained = Field(
        "miss", description="What a record without a decision is: `miss`, `drop` or `review`."
    )


class SelectiveRiskMetric(MetricPart):
    """The error of what was answered, with the share that was answered beside it."""

    kind: Literal["selective_risk"] = Field(description="Error of what was not abstained.")
    error: Formula = Field(description="Which answers are wrong.")
    answered: Formula = Field(description="Which records were answered and not abstained.")
    among: Formula | None = Field(None, description="Which records are looked at; all, where it is not said.")


class CalibrationErrorMetric(MetricPart):
    """The expected calibration error of a score, debiased."""

    kind: Literal["calibration_error"] = Field(description="Expected calibration error.")
    score: ColumnName = Field(description="The column of the score, a probability.")
    label: Formula = Field(description="What was right, true or false.")
    bins: Count = Field(15, description="How many bins of equal mass.")
    among: Formula | None = Field(None, description="Which records are looked at; all, where it is not said.")


class DriftMetric(MetricPart):
    """The distance of a column from its reference."""

    kind: Literal["drift"] = Field(description="A distance between then and now.")
    column: ColumnName = Field(description="The column.")
    reference: DataName = Field(description="The data that it is compared with; its bins are frozen.")
    test: DriftTest = Field("psi", description="The distance.")
    bins: Count = Field(20, description="How many bins of equal mass the reference has.")


class EmbeddingDriftMetric(MetricPart):
    """The distance of a column of vectors from its reference."""

    kind: Literal["embedding_drift"] = Field(description="A shift of embeddings.")
    column: ColumnName = Field(description="The column of vectors, all of one length.")
    reference: DataName = Field(description="The data that it is compared with.")
    test: EmbeddingTest = Field(
        "mmd",
        description="What is judged: `mmd` sees changes of any kind, `mean_shift` those of the mean. The"
        " other one stands beside it.",
    )


class AgreementMetric(MetricPart):
    """Cohen's kappa between two verdicts on the same records."""

    kind: Literal["agreement"] = Field(description="Agreement between reviewers.")
    between: Annotated[tuple[ColumnName, ...], Several, AfterValidator(_two)] = Field(
        description="The two columns of verdicts."
    )


Metric: TypeAlias = Annotated[
    _Rates
    | Annotated[MeanMetric, Tag("@mean")]
    | Annotated[QuantileMetric, Tag("@quantile")]
    | Annotated[DisparityMetric, Tag("@disparity")]
    | Annotated[EqualizedOddsMetric, Tag("@equalized_odds")]
    | Annotated[SelectiveRiskMetric, Tag("@selective_risk")]
    | Annotated[CalibrationErrorMetric, Tag("@calibration_error")]
    | Annotated[DriftMetric, Tag("@drift")]
    | Annotated[EmbeddingDriftMetric, Tag("@embedding_drift")]
    | Annotated[AgreementMetric, Tag("@agreement")],
    ByKind("a metric", *KINDS),
]


def reference_of(metric: Part) -> str | None:
    """Return the data that a metric is compared with; None for a metric that stands by itself."""
    return metric.reference if isinstance(metric, DriftMetric | EmbeddingDriftMetric) else None


def is_share(metric: Part) -> bool:
    """Return whether a metric's values lie in [0, 1] by definition."""
    return isinstance(
        metric,
        RateMetric
        | NamedRateMetric
        | DisparityMetric
        | EqualizedOddsMetric
        | SelectiveRiskMetric
        | CalibrationErrorMetric,
    )
