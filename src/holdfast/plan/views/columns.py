"""Which columns a plan's gates need of a data source, and of which type: what a file must have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.kernel.expressions.tree import (
    Arithmetic,
    Column,
    Comparison,
    Expression,
    IsNull,
    Junction,
    Literal_,
    Membership,
    Negative,
    Not,
)
from holdfast.plan.model.gates import MetricGate
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
    NamedRateMetric,
    QuantileMetric,
    RateMetric,
    SelectiveRiskMetric,
)
from holdfast.plan.model.plan import Plan
from holdfast.plan.views.measures import expression, slices

YES_NO, NUMBER, TEXT, SHARE, ANY = "true or false", "number", "text", "number from 0 to 1", "any"
VECTOR = "list of numbers"
TIME = "time"
MOST = 8
"""Columns that one line names."""
STRENGTH = (ANY, TEXT, NUMBER, SHARE, YES_NO, VECTOR, TIME)
"""Where a column is used in several ways, the later word says more of it."""


@dataclass(frozen=True)
class NeededColumn:
    """A column that a data source must have.

    Attributes
    ----------
    type : str
        In words: `true or false`, `number`, `text`, `number from 0 to 1`; `any` where its use tells nothing.
    gates : tuple of str
        Gates that need it.
    """

    name: str
    type: str
    gates: tuple[str, ...]


def columns_of(plan: Plan, source: str) -> tuple[NeededColumn, ...]:
    """Return the columns that the gates on a source need, in the order in which the plan uses them.

    Columns that the source itself derives or renames are told as the file has them.
    """
    data = plan.data[source]
    types: dict[str, str] = {}
    gates: dict[str, list[str]] = {}
    for gate in plan.gates:
        if not isinstance(gate, MetricGate) or gate.data != source:
            continue
        used = [*_of_metric(plan.metrics[gate.metric]), *((column, TEXT) for column in slices(plan, gate))]
        for name, kind in used:
            _note(types, name, kind)
            gates.setdefault(name, []).append(gate.id)
    if data.where is not None:
        for name, kind in _of(expression(data.where), YES_NO):
            _note(types, name, kind)
    for column, kind in ((data.cluster, ANY), (data.time, TIME), (data.labelled, TIME)):
        if column is not None:
            _note(types, column, kind)
    found: dict[str, NeededColumn] = {}
    for name, kind in types.items():
        cut = data.derive.get(name)
        held = (cut.cut, NUMBER) if cut is not None else (name, kind)
        written = data.columns.get(held[0], held[0])
        found.setdefault(written, NeededColumn(written, held[1], tuple(dict.fromkeys(gates.get(name, ())))))
    return tuple(found.values())


def columns_in_words(plan: Plan, source: str) -> str:
    """Return the columns that the gates on a source need, in one line; empty where no gate measures it."""
    needed = [column for column in columns_of(plan, source) if column.gates or column.type == ANY]
    if not any(column.gates for column in needed):
        return ""
    told = [f"`{column.name}`" + (f" ({column.type})" if column.type != ANY else "") for column in needed]
    more = f" and {len(told) - MOST} more" if len(told) > MOST else ""
    return f"{'column' if len(told) == 1 else 'columns'} {', '.join(told[:MOST])}{more}"


def _note(types: dict[str, str], name: str, kind: str) -> None:
    types[name] = max(types.get(name, ANY), kind, key=STRENGTH.index)


def _of_metric(metric: Metric) -> Iterator[tuple[str, str]]:
    match metric:
        case RateMetric():
            yield from _of(expression(metric.hit), YES_NO)
        case NamedRateMetric() | EqualizedOddsMetric():
            yield from _of(expression(metric.decision), YES_NO)
        case SelectiveRiskMetric():
            yield from _of(expression(metric.error), YES_NO)
            yield from _of(expression(metric.answered), YES_NO)
        case DisparityMetric():
            yield from _of_metric(metric.of)
        case CalibrationErrorMetric():
            yield metric.score, SHARE
        case MeanMetric() | QuantileMetric():
            yield metric.column, NUMBER
        case DriftMetric():
            yield metric.column, ANY
        case EmbeddingDriftMetric():
            yield metric.column, VECTOR
        case AgreementMetric():
            yield from ((column, ANY) for column in metric.between)
    if isinstance(metric, LabelledRateMetric | EqualizedOddsMetric | CalibrationErrorMetric):
        yield from _of(expression(metric.label), YES_NO)
    among = getattr(metric, "among", None)
    if among is not None:
        yield from _of(expression(among), YES_NO)
    if isinstance(metric, DisparityMetric | EqualizedOddsMetric):
        yield from ((column, TEXT) for column in metric.over)


def _of(tree: Expression, kind: str) -> Iterator[tuple[str, str]]:
    """Yield the columns of an expression, each with the type that its place asks for."""
    match tree:
        case Column():
            yield tree.name, kind
        case Comparison():
            for one, other in ((tree.left, tree.right), (tree.right, tree.left)):
                yield from _of(one, _type_of(other))
        case Arithmetic():
            yield from _of(tree.left, NUMBER)
            yield from _of(tree.right, NUMBER)
        case Negative():
            yield from _of(tree.operand, NUMBER)
        case Junction():
            for operand in tree.operands:
                yield from _of(operand, YES_NO)
        case Not():
            yield from _of(tree.operand, YES_NO)
        case Membership():
            yield from _of(tree.operand, _type_of(tree.among[0]))
        case IsNull():
            yield from _of(tree.operand, ANY)


def _type_of(tree: Expression) -> str:
    """Return the type of what a column is compared with."""
    match tree:
        case Literal_(value=bool()):
            return YES_NO
        case Literal_(value=int() | float()) | Arithmetic() | Negative():
            return NUMBER
        case Literal_(value=str()):
            return TEXT
    return ANY
