"""Metric definitions: what is measured, as data, and what each asks of an engine.

A plan's metrics become these; `requests_of` says which states a pass must bring, `assemble` puts what it
brought together, one state per slice, for the metric's estimator (`holdfast.measure.estimators`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from holdfast.kernel.expressions.tree import Expression, IsNull, Junction, Literal_, Not
from holdfast.measure.requests import (
    MOST_GROUPS,
    MOST_SLICES,
    CountsRequest,
    LogBinsRequest,
    MomentsRequest,
    PairsRequest,
    Request,
    ScoreBinsRequest,
    SliceKey,
)
from holdfast.measure.states import Groups, Selective, State

NamedKind: TypeAlias = Literal["recall", "precision", "selection_rate", "fpr", "fnr", "accuracy"]
Abstained: TypeAlias = Literal["miss", "drop", "review"]


@dataclass(frozen=True)
class Rate:
    """k/n: records where `hit` is true, among those where `among` is (all, where it is None)."""

    hit: Expression
    among: Expression | None = None
    binary: tuple[Expression, ...] = ()


@dataclass(frozen=True)
class Mean:
    """The mean of a numeric column."""

    column: str


@dataclass(frozen=True)
class Quantile:
    """The q-quantile of a numeric column, 0 < q < 1, to a relative error of 1 %."""

    column: str
    q: float


@dataclass(frozen=True)
class Disparity:
    """The gap of a rate between the groups of the crossed columns `over`: max - min, or min / max."""

    of: Rate
    over: tuple[str, ...]
    form: Literal["difference", "ratio"] = "difference"


@dataclass(frozen=True)
class EqualizedOdds:
    """The larger of the gaps of true and false positive rate between groups."""

    true_positive: Rate
    false_positive: Rate
    over: tuple[str, ...]


@dataclass(frozen=True)
class SelectiveRisk:
    """The rate of errors among what was answered, and the rate of answers (`selective_risk` makes both)."""

    risk: Rate
    coverage: Rate


@dataclass(frozen=True)
class CalibrationError:
    """Expected calibration error of a score in [0, 1] against a two-valued label, over equal-mass bins."""

    score: str
    label: Expression
    bins: int = 15
    among: Expression | None = None


@dataclass(frozen=True)
class Drift:
    """The distance of a column from its reference. The bins are frozen with the reference."""

    column: str
    test: Literal["psi", "js", "ks", "wasserstein", "chi2"] = "psi"
    bins: int = 20


@dataclass(frozen=True)
class EmbeddingDrift:
    """The distance of a column of vectors from its reference. The frame is frozen with the reference."""

    column: str
    test: Literal["mmd", "mean_shift"] = "mmd"


@dataclass(frozen=True)
class Agreement:
    """Cohen's kappa between two verdict columns."""

    left: str
    right: str


Metric: TypeAlias = (
    Rate
    | Mean
    | Quantile
    | Disparity
    | EqualizedOdds
    | SelectiveRisk
    | CalibrationError
    | Drift
    | EmbeddingDrift
    | Agreement
)


def both(left: Expression | None, right: Expression | None) -> Expression | None:
    """Return `left and right`; None stands for no condition."""
    if left is None or right is None:
        return left if right is None else right
    return Junction("and", (left, right))


def named_rate(
    kind: NamedKind,
    *,
    decision: Expression,
    label: Expression | None,
    among: Expression | None = None,
    abstained: Abstained = "miss",
) -> Rate:
    """Return a named form of a rate as hits among records.

    A decision that is null was abstained. `miss` (the default) counts an abstained case as not found, not
    right and not selected; `drop` leaves it out; `review` says that a person takes the case, who is counted
    as right: an abstained positive is found, an abstained negative is no false alarm. Precision is about
    positive calls, of which an abstained case is none, whatever is said of abstentions. A null label is
    missing evidence: it is counted in `missing`, never as either class.

    ==============  ====================  ==================
    kind            hit                   among
    ==============  ====================  ==================
    recall          decision              label
    fnr             not decision          label
    fpr             decision              not label
    precision       label                 decision
    selection_rate  decision              (all)
    accuracy        decision == label     (all)
    ==============  ====================  ==================
    """
    if kind != "selection_rate" and label is None:
        msg = f"{kind} needs a label"
        raise ValueError(msg)
    binary = (decision,) if label is None else (decision, label)
    null = IsNull(decision)
    decided = IsNull(decision, negated=True)
    if abstained == "drop":
        among = both(among, decided)
    if kind == "precision":
        assert label is not None  # noqa: S101 -- checked above; for the type checker
        # an abstained case is no positive call: it is not among those that are right or wrong
        return Rate(label, both(among, Junction("and", (decided, decision))), binary)
    if kind == "selection_rate":
        # `review`: who was selected is not known yet, so the case is no evidence about selection
        chosen = both(among, decided) if abstained == "review" else among
        return Rate(Junction("and", (decided, decision)), chosen, binary)
    assert label is not None  # noqa: S101 -- checked above; for the type checker
    found = Junction("and", (decided, decision))
    cleared = Junction("and", (decided, Not(decision)))
    if kind == "recall":
        hit = Junction("or", (null, decision)) if abstained == "review" else found
        return Rate(hit, both(among, label), binary)
    if kind == "fnr":
        hit = cleared if abstained == "review" else Junction("or", (null, Not(decision)))
        return Rate(hit, both(among, label), binary)
    if kind == "fpr":
        return Rate(found, both(among, Not(label)), binary)
    right = Junction("or", (Junction("and", (decision, label)), Junction("and", (Not(decision), Not(label)))))
    if abstained == "review":
        # the label must be known all the same: a record without one is missing, not right
        hit_right: Expression = Junction("and", (IsNull(label, negated=True), Junction("or", (null, right))))
    else:
        hit_right = Junction("and", (decided, right))
    known = Junction("or", (label, Not(label)))
    return Rate(Junction("and", (known, hit_right)), among, binary)


def selective_risk(error: Expression, answered: Expression, among: Expression | None = None) -> SelectiveRisk:
    """Return the two rates of a selective prediction (El-Yaniv & Wiener 2010).

    The risk is the share of errors among the answered records, the coverage the share that was answered. An
    answer of which nobody knows whether it is wrong is missing from the risk, a record of which nobody knows
    whether it was answered from both.
    """
    risk = Rate(error, both(among, answered), (error, answered))
    return SelectiveRisk(risk, Rate(answered, among, (answered,)))


ALWAYS = Literal_(True)
"""A condition that every record meets."""


def requests_of(metric: Metric, by: tuple[str, ...] = (), cluster: str | None = None) -> tuple[Request, ...]:
    """Return what one pass must bring for a metric sliced by columns, in the order that `assemble` expects.

    Drift is not here: it needs its reference's grid first (`holdfast.measure.drift`).
    """
    match metric:
        case Rate():
            return (_counts(metric, by, cluster),)
        case Mean():
            return (MomentsRequest(metric.column, by),)
        case Quantile():
            return (LogBinsRequest(metric.column, by),)
        case Disparity():
            return (_counts(metric.of, by + metric.over, cluster, gap=not by),)
        case EqualizedOdds():
            over = by + metric.over
            return (
                _counts(metric.true_positive, over, cluster, gap=not by),
                _counts(metric.false_positive, over, cluster, gap=not by),
            )
        case SelectiveRisk():
            return (_counts(metric.risk, by, cluster), _counts(metric.coverage, by, cluster))
        case CalibrationError():
            return (ScoreBinsRequest(metric.score, metric.label, by, metric.among),)
        case Agreement():
            return (PairsRequest(metric.left, metric.right, by),)
        case Drift():
            msg = "a drift needs its reference's bins: ask for it by `drift_requests`"
            raise ValueError(msg)
        case EmbeddingDrift():
            msg = "vectors are summed in their reference's frame and not asked for by a request"
            raise ValueError(msg)


def _counts(rate: Rate, by: tuple[str, ...], cluster: str | None, *, gap: bool = False) -> CountsRequest:
    most = MOST_GROUPS if gap else MOST_SLICES
    return CountsRequest(rate.hit, rate.among, by, cluster, rate.binary, most)


def assemble(
    metric: Metric, by: tuple[str, ...], answers: Sequence[Mapping[SliceKey, Any]]
) -> dict[SliceKey, State]:
    """Return one state per slice from the answers to `requests_of`, in its order."""
    if isinstance(metric, SelectiveRisk):
        risk, coverage = answers
        return {key: Selective(risk[key], coverage[key]) for key in risk}
    if not isinstance(metric, Disparity | EqualizedOdds):
        return dict(answers[0])
    slices: dict[SliceKey, list[dict[SliceKey, Any]]] = {}
    for index, answer in enumerate(answers):
        for key, counts in answer.items():
            groups = slices.setdefault(key[: len(by)], [{} for _ in answers])
            groups[index][key[len(by) :]] = counts
    return {key: Groups(tuple(rates)) for key, rates in slices.items()}
