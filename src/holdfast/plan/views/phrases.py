"""What gates, conditions and actions of a plan say, in words: the same in every view."""

from __future__ import annotations

import re

from holdfast.kernel.figures import plural
from holdfast.plan.model.gates import CheckGate, Gate, ImportGate, MetricGate, SchemaCheck, SignGate
from holdfast.plan.model.indicators import (
    Action,
    Condition,
    Declare,
    EvidenceHolds,
    Freeze,
    Indicator,
    LeverHolds,
    Move,
    Notify,
    Page,
    RollBack,
    RuleIndicator,
    Watch,
)


def asked(gate: Gate) -> tuple[str, str, str]:
    """Return a gate's kind, what it asks, and of what: the records, the file, nothing for signatures."""
    match gate:
        case MetricGate() if gate.require is not None:
            return "metric", f"{gate.metric} {gate.require.text}", gate.data
        case MetricGate():
            hits = "no hit" if gate.allow == 0 else f"at most {plural(gate.allow or 0, 'hit')}"
            return "zero tolerance", f"{gate.metric}: {hits} in {gate.trials:,} trials", gate.data
        case ImportGate():
            figure = gate.import_.metric or "figure"
            return "import", f"{figure} {gate.require.text}", f"{gate.import_.tool} {gate.import_.path}"
        case CheckGate(check=SchemaCheck() as check):
            return "check", f"keeps to {check.schema_}", check.data
        case CheckGate():
            return "check", "no personal data", gate.check.data
        case SignGate():
            return "sign", "signed by " + ", ".join(gate.sign), ""


_SIGNS = {">=": "at least", "<=": "at most", ">": "above", "<": "below"}


def worded(asks: str) -> str:
    """Return a requirement with its sign as words, for where signs would be markup.

    Examples
    --------
    >>> worded("recall >= 98%"), worded("toxicity < 0.5%")
    ('recall at least 98%', 'toxicity below 0.5%')
    """
    return re.sub(r"(>=|<=|>|<)\s*(?=[-\d.])", lambda found: f"{_SIGNS[found[1]]} ", asks)


def crossing(watch: Watch, side: str = "") -> str:
    """Return when a watch crosses: metric, records, level, window, budget of false alarms."""
    alarms = f", false alarms {watch.false_alarms}" if watch.false_alarms is not None else ""
    return f"{watch.metric} on {watch.data} {side}{level_of(watch)} over {watch.window}{alarms}"


def held(condition: Condition) -> str:
    """Return what must hold."""
    match condition:
        case Watch():
            return crossing(condition, "not ")
        case LeverHolds(subset_of=None):
            return f"{condition.lever} at {condition.at} or stricter"
        case LeverHolds():
            return f"{condition.lever} within [{', '.join(condition.subset_of or ())}]"
        case EvidenceHolds():
            return f"{condition.evidence} newer than {condition.newer_than}"


def done(action: Action) -> str:
    """Return what is done."""
    match action:
        case Notify():
            return f"notify {action.notify}" + (f" within {action.within}" if action.within else "")
        case Page():
            return f"page {action.page}"
        case Move():
            return f"{action.lever} to {action.to}" + (f" for {action.for_}" if action.for_ else "")
        case Freeze():
            return "freeze changes" + (f" for {action.for_}" if action.for_ else "")
        case Declare():
            return f"declare {action.incident}" + (f" with {action.runbook}" if action.runbook else "")
        case RollBack():
            return f"roll back {action.rollback}"


def watch_of(indicator: Indicator) -> Watch:
    """Return what makes an indicator cross: the KRI of a rule, the watch of a plain alert."""
    return indicator.kri if isinstance(indicator, RuleIndicator) else indicator.watch


def watches_of(indicator: Indicator) -> tuple[Watch, ...]:
    """Return every metric that an indicator watches, those of its conditions included."""
    conditions = indicator.kci if isinstance(indicator, RuleIndicator) else ()
    return (watch_of(indicator), *(one for one in conditions if isinstance(one, Watch)))


def acts_of(indicator: Indicator) -> tuple[Action, ...]:
    """Return what is done when an indicator crosses and, of a rule, a condition does not hold."""
    return indicator.when_unmet if isinstance(indicator, RuleIndicator) else indicator.act


def level_of(watch: Watch) -> str:
    """Return the bad side and its level."""
    return f"above {watch.above}" if watch.above is not None else f"below {watch.below}"
