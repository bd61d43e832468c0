"""HF116: a risk of what was answered that is judged without how much was answered."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.kernel.expressions.parsing import parse
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
from holdfast.plan.model.lint.groups import judged
from holdfast.plan.model.lint.subject import Found, Subject
from holdfast.plan.model.metrics import RateMetric, SelectiveRiskMetric


def risk_without_coverage(subject: Subject) -> Iterator[Found]:
    """Yield every gate on a selective risk where nothing looks at how much is answered.

    What looks at it is a judged or watched `rate` whose hit names only columns that `answered` names.
    """
    plan = subject.plan
    rates = [plan.metrics[name] for name, _ in judged(plan)]
    looked = [_columns(parse(metric.hit)) for metric in rates if isinstance(metric, RateMetric)]
    for gate in plan.gates:
        metric = plan.metrics[gate.metric] if isinstance(gate, MetricGate) else None
        if not isinstance(metric, SelectiveRiskMetric):
            continue
        answering = _columns(parse(metric.answered))
        if not any(columns and columns <= answering for columns in looked):
            yield Found(
                ("gates", gate.id),
                f"`{gate.id}` judges the risk of what is answered, and nothing how much that is: answering"
                " less passes it",
                f'judge a rate with `hit: "{metric.answered}"` too, such as `require: ">= 80%"`',
            )


def _columns(tree: Expression) -> frozenset[str]:
    """Return the columns that an expression names."""
    match tree:
        case Column():
            return frozenset({tree.name})
        case Comparison() | Arithmetic():
            return _columns(tree.left) | _columns(tree.right)
        case Junction():
            return frozenset().union(*(_columns(operand) for operand in tree.operands))
        case Negative() | Not() | Membership() | IsNull():
            return _columns(tree.operand)
        case Literal_():
            return frozenset()
