"""What lint says of the plan that a check decided by: with what the check has read already, nothing more."""

from __future__ import annotations

from holdfast.gate.model.decision import Decision
from holdfast.gate.model.outcome import CheckOutcome
from holdfast.measure.slices import label
from holdfast.plan.model.lint.subject import Data, Trials
from holdfast.plan.model.metrics import DisparityMetric, EqualizedOddsMetric
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.standing import Standing
from holdfast.plan.views.linting import lint_report
from holdfast.web.ci.finding import Finding


def lint_of(outcome: CheckOutcome, standing: Standing) -> tuple[Finding, ...]:
    """Return what lint finds in the plan of a check: it changes no verdict.

    No data is looked at again: the check has refused wrong columns, and its judgements say how many records
    each slice has.
    """
    trials = {
        decision.criterion.gate: _trials(decision, outcome.plan.plan)
        for decision in outcome.decisions
        if decision.judgement is not None and decision.judgement.slices
    }
    rows = {name: read.rows for name, read in outcome.data.items()}
    return lint_report(outcome.plan, outcome.at, standing, Data(rows=rows, trials=trials)).findings


def _trials(decision: Decision, plan: Plan) -> tuple[Trials, ...]:
    """Return the records of each judged slice; of a gap, the fewest of each judged group over its rates."""
    measured, judgement = decision.criterion.measured, decision.judgement
    if measured is None or judgement is None:
        return ()
    metric = plan.metrics[measured.id]
    over = metric.over if isinstance(metric, DisparityMetric | EqualizedOddsMetric) else ()
    least: dict[str, int] = {}
    for each in judgement.slices:
        sizes = [(group.group, over, group.n) for group in each.groups if group.judged]
        for key, names, n in sizes or ([(each.slice, measured.by, each.n)] if each.judged else []):
            named = label(key, names) if key else ""
            least[named] = min(least.get(named, n), n)
    return tuple(Trials(named, n) for named, n in least.items())
