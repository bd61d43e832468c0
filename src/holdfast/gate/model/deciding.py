"""The decision: a criterion, the evidence and the gate's history in; a verdict with its reasons out. Pure."""

from __future__ import annotations

from datetime import datetime

from holdfast.evidence.model.foreign import ForeignFigure
from holdfast.evidence.model.measured import Evidence
from holdfast.gate.events import GateDecided
from holdfast.gate.model.checks import decide_check
from holdfast.gate.model.criteria import Criterion
from holdfast.gate.model.decision import Decision
from holdfast.gate.model.importing import awaited, judge_bare, unit_of
from holdfast.gate.model.looks import History
from holdfast.kernel.figures import plural
from holdfast.kernel.ids import derived
from holdfast.kernel.verdict import Verdict
from holdfast.measure.estimators import estimator_of
from holdfast.measure.judgements import Judgement
from holdfast.measure.judging import judge
from holdfast.measure.rates import RateEstimator
from holdfast.measure.zero_tolerance import judge_zero_tolerance


def decide(
    criterion: Criterion,
    evidence: Evidence | None,
    history: History,
    bundle: str,
    now: datetime,
    found: ForeignFigure | None = None,
) -> Decision:
    """Return the decision of one gate for one bundle; `found` is the figure of a gate that imports one."""
    if criterion.checked is not None and evidence is not None:
        return decide_check(criterion, evidence, history, bundle, now)
    if evidence is None or (criterion.measured is None and found is None):
        return Decision(criterion, Verdict.INCONCLUSIVE, awaited(criterion) or "there is no evidence")
    look = history.look_at(bundle, evidence.data_digest)
    if criterion.kind == "zero tolerance":
        return _zero_tolerance(criterion, evidence, history, bundle, look)
    tried = history.tried(bundle)
    judgement = _judge(criterion, evidence, criterion.confidence, look, found)
    verdict, reason = judgement.verdict, judgement.reason
    notes: tuple[str, ...] = (*judgement.notes, *evidence.notes)
    if look > 1:
        notes = (*notes, f"look {look} at this bundle: the interval holds at every look at once")
    if evidence.stale(now, criterion.fresh_for):
        verdict = max(verdict, Verdict.INCONCLUSIVE)
        days = (now - evidence.measured_at).days
        reason = f"the evidence is {plural(days, 'day')} old and stale: bring newer records ({reason})"
    corrected = None
    if tried > 1 and not criterion.point:
        # as many tries as bundles: the verdict that a union bound over them would give
        confidence = 1 - (1 - criterion.confidence) / tried
        corrected = _judge(criterion, evidence, confidence, look, found).verdict
    return Decision(criterion, verdict, reason, judgement, evidence, look, tried, corrected, notes)


def _judge(
    criterion: Criterion, evidence: Evidence, confidence: float, look: int, found: ForeignFigure | None
) -> Judgement:
    measured = criterion.measured
    assert criterion.requirement is not None  # noqa: S101 -- the caller has seen to it; for the type checker
    if found is not None and not evidence.states:
        return judge_bare(criterion, found, unit_of(criterion.requirement, found))
    return judge(
        RateEstimator() if measured is None else estimator_of(measured.metric),
        evidence.states,
        criterion.requirement,
        confidence=confidence,
        look=look,
        by=() if measured is None else measured.by,
        major=criterion.major,
        minimum=criterion.minimum,
        point=criterion.point,
        name=_name(criterion, found),
        unit="share" if measured is None else measured.unit,
    )


def _name(criterion: Criterion, found: ForeignFigure | None) -> str:
    if criterion.measured is not None:
        return criterion.measured.id
    return found.name if found is not None else criterion.gate


def _zero_tolerance(
    criterion: Criterion, evidence: Evidence, history: History, bundle: str, look: int
) -> Decision:
    allow = criterion.allow or 0
    by = criterion.measured.by if criterion.measured is not None else ()
    judgement = judge_zero_tolerance(evidence.states, allow, criterion.trials or 0, criterion.confidence, by)
    verdict, reason = judgement.verdict, judgement.reason
    earlier = history.worst_hits(bundle, evidence.data_digest)
    if verdict is not Verdict.FAIL and earlier is not None and earlier > allow:
        # a hit that was found is not unfound by looking elsewhere
        verdict = Verdict.FAIL
        reason = f"an earlier look at this bundle found {plural(earlier, 'hit')}; now: {reason}"
    notes = (*judgement.notes, *evidence.notes)
    return Decision(criterion, verdict, reason, judgement, evidence, look, history.tried(bundle), None, notes)


def fact_of(decision: Decision, *, system: str, bundle: str, plan_digest: str) -> GateDecided:
    """Return the fact that records a decision."""
    criterion, evidence, judgement = decision.criterion, decision.evidence, decision.judgement
    parts = (
        system,
        criterion.gate,
        bundle,
        criterion.digest,
        evidence.id if evidence else "",
        decision.verdict.value,
        str(decision.look or 0),
        *(signature.id for signature in decision.signatures),
    )
    ends = judgement.interval if judgement is not None else None
    return GateDecided(
        decision_id=derived("decision", *parts),
        system=system,
        gate=criterion.gate,
        bundle=bundle,
        plan_digest=plan_digest,
        criterion_digest=criterion.digest,
        evidence=evidence.id if evidence else None,
        data_digest=evidence.data_digest if evidence else None,
        verdict=decision.verdict.value,
        reason=decision.reason,
        value=finite(judgement.value) if judgement is not None else None,
        interval=None if ends is None else (finite(ends[0]), finite(ends[1])),
        n=int(judgement.n) if judgement is not None else 0,
        k=None if judgement is None or judgement.k is None else int(judgement.k),
        needs=judgement.needs if judgement is not None else None,
        look=decision.look or 1,
        blocking=criterion.blocking,
    )


def finite(value: float | None) -> float | None:
    """Return a figure as canonical JSON can hold it: what is not finite is null."""
    return None if value is None or value != value or abs(value) == float("inf") else float(value)
