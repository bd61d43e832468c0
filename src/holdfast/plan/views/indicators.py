"""What is watched and why there: from a tolerance over its risks to key risk and key control indicators.

A tolerance is made operational by thresholds on what can be measured: a KRI rises with the risk, a KCI shows
that the mitigation works, and a rule joins them: if the KRI crosses, then the KCIs must hold, else act
(Campos et al. 2025, arXiv 2502.06656).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from holdfast.kernel.figures import plural
from holdfast.plan.model.indicators import EvidenceHolds, Indicator, LeverHolds, Page, RuleIndicator, Watch
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.risks import Tolerance
from holdfast.plan.model.standing import Standing
from holdfast.plan.views.evidence import Evidence, Proofs
from holdfast.plan.views.phrases import acts_of, done, held, level_of, watch_of
from holdfast.plan.views.promise import as_json


@dataclass(frozen=True)
class ToleranceRow:
    """How much is tolerated, and what watches that it stays so.

    Attributes
    ----------
    budget : float or None
        The tolerated share.
    indicators : tuple of str
        Those of its risks.
    gap : str
        What is missing between the tolerance and an indicator; empty where nothing is.
    """

    id: str
    statement: str
    set_by: str | None
    reviewed: str | None
    budget: float | None
    risks: tuple[str, ...]
    indicators: tuple[str, ...]
    gap: str


@dataclass(frozen=True)
class Control:
    """A KCI: what must hold when the KRI crosses.

    Attributes
    ----------
    kind : str
        metric, lever or evidence.
    holds : str
        What must hold, in words.
    """

    kind: str
    of: str
    holds: str


@dataclass(frozen=True)
class WatchedRow:
    """An indicator, from where it comes to what it does.

    Attributes
    ----------
    kind : str
        `rule` (a KRI with its KCIs) or `alert` (a plain one).
    tolerances : tuple of str
        Those whose risks it watches; empty where none leads to it.
    slices : tuple of str or None
        The columns that it is watched by; None where the metric says.
    gaps : tuple of str
        What a good indicator says and this one does not.
    """

    id: str
    kind: str
    tolerances: tuple[str, ...]
    risks: tuple[str, ...]
    metric: str
    data: str
    level: str
    window: str
    false_alarms: str | None
    slices: tuple[str, ...] | None
    kci: tuple[Control, ...]
    when_met: tuple[str, ...]
    acts: tuple[str, ...]
    pages: tuple[str, ...]
    why: str | None
    first_move: str | None
    owner: str | None
    state: Evidence
    gaps: tuple[str, ...]


@dataclass(frozen=True)
class Indicators:
    """Every indicator: first those that a tolerance leads to, in the tolerances' order."""

    system: str
    name: str
    made: datetime
    known: bool
    tolerances: tuple[ToleranceRow, ...]
    indicators: tuple[WatchedRow, ...]

    @property
    def headline(self) -> str:
        """What is watched, in one sentence."""
        if not self.indicators and not self.tolerances:
            return "Nothing is watched, and no tolerance says how much would be too much."
        rules = sum(row.kind == "rule" for row in self.indicators)
        lost = sum(not row.tolerances for row in self.indicators)
        blind = sum(bool(row.gap) for row in self.tolerances)
        said = f"{plural(len(self.indicators), 'indicator')}, {rules or 'none'} of them a KRI with a rule"
        said += f"; no tolerance leads to {lost} of them" if lost else ""
        if not self.tolerances:
            return f"{said}; the plan says no tolerance."
        if not blind:
            return f"{said}; each tolerance is watched."
        return f"{said}; {plural(blind, 'tolerance')} not watched in full."

    def as_json(self) -> dict[str, Any]:
        """Return the table for `--json`."""
        return as_json("indicators", self)


def indicators(loaded: LoadedPlan, standing: Standing, now: datetime) -> Indicators:
    """Return what a plan watches."""
    plan = loaded.plan
    proofs = Proofs(plan, standing, now)
    tolerances = tuple(_tolerance(plan, one) for one in plan.tolerance)
    rows = [_watched(proofs, one, tolerances) for one in plan.indicators]
    order = {one.id: place for place, one in enumerate(tolerances)}
    rows.sort(key=lambda row: min((order[one] for one in row.tolerances), default=len(order)))
    return Indicators(plan.system.id, plan.system.name, now, standing.known, tolerances, tuple(rows))


def _tolerance(plan: Plan, one: Tolerance) -> ToleranceRow:
    risks = [risk for risk in plan.risks if risk.id in one.risks]
    watched = tuple(dict.fromkeys(name for risk in risks for name in risk.indicators))
    blind = [risk.id for risk in risks if not risk.indicators]
    gap = ""
    if not one.risks:
        gap = "it names no risk"
    elif not watched:
        gap = "none of its risks has an indicator"
    elif blind:
        gap = f"no indicator watches {', '.join(blind)}"
    return ToleranceRow(
        id=one.id,
        statement=" ".join(one.statement.split()),
        set_by=one.set_by,
        reviewed=None if one.reviewed is None else one.reviewed.isoformat(),
        budget=one.budget,
        risks=one.risks,
        indicators=watched,
        gap=gap,
    )


def _watched(proofs: Proofs, one: Indicator, tolerances: tuple[ToleranceRow, ...]) -> WatchedRow:
    watch = watch_of(one)
    rule = isinstance(one, RuleIndicator)
    pages = tuple(dict.fromkeys(act.page for act in acts_of(one) if isinstance(act, Page)))
    return WatchedRow(
        id=one.id,
        kind="rule" if rule else "alert",
        tolerances=tuple(row.id for row in tolerances if one.id in row.indicators),
        risks=tuple(risk.id for risk in proofs.plan.risks if one.id in risk.indicators),
        metric=watch.metric,
        data=watch.data,
        level=level_of(watch),
        window=str(watch.window),
        false_alarms=None if watch.false_alarms is None else str(watch.false_alarms),
        slices=watch.by,
        kci=tuple(map(_control, one.kci)) if isinstance(one, RuleIndicator) else (),
        when_met=tuple(map(done, one.when_met)) if isinstance(one, RuleIndicator) else (),
        acts=tuple(map(done, acts_of(one))),
        pages=pages,
        why=None if one.why is None else " ".join(one.why.split()),
        first_move=None if one.first_move is None else " ".join(one.first_move.split()),
        owner=one.owner,
        state=proofs.of(one.id),
        gaps=tuple(_gaps(one)),
    )


def _control(condition: Watch | LeverHolds | EvidenceHolds) -> Control:
    match condition:
        case Watch():
            return Control("metric", condition.metric, held(condition))
        case LeverHolds():
            return Control("lever", condition.lever, held(condition))
        case EvidenceHolds():
            return Control("evidence", condition.evidence, held(condition))


def _gaps(one: Indicator) -> list[str]:
    found = []
    if isinstance(one, RuleIndicator) and not one.kci:
        found.append("no KCI: nothing has to hold when it crosses")
    if not acts_of(one):
        found.append("nothing is done when it crosses")
    if one.why is None:
        found.append("no reason for its threshold")
    if one.first_move is None:
        found.append("no first move")
    return found
