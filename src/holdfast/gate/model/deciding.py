"""The decision: a criterion, the evidence and the gate's history in; a verdict with its reasons out. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from holdfast.evidence.model.measured import Evidence
from holdfast.gate.events import GateDecided
from holdfast.gate.model.criteria import Criterion
from holdfast.gate.model.looks import History
from holdfast.kernel.figures import count, plural
from holdfast.kernel.ids import derived
from holdfast.kernel.verdict import Verdict, worst
from holdfast.measure.estimators import estimator_of
from holdfast.measure.judgements import Judgement
from holdfast.measure.judging import judge
from holdfast.measure.zero_tolerance import judge_zero_tolerance


@dataclass(frozen=True)
class Decision:
    """A gate as it was decided.

    Attributes
    ----------
    judgement : Judgement or None
        The figures; None where there was nothing to judge.
    look : int or None
        Which look at this bundle it is; None where there is no evidence.
    tried : int
        Bundles tried since the gate last passed, this one included.
    corrected : Verdict or None
        What the number of tried bundles would ask for; None where this is the only one.
    """

    criterion: Criterion
    verdict: Verdict
    reason: str
    judgement: Judgement | None = None
    evidence: Evidence | None = None
    look: int | None = None
    tried: int = 1
    corrected: Verdict | None = None
    notes: tuple[str, ...] = ()


def decide(
    criterion: Criterion, evidence: Evidence | None, history: History, bundle: str, now: datetime
) -> Decision:
    """Return the decision of one gate for one bundle."""
    if criterion.measured is None or evidence is None:
        return Decision(criterion, Verdict.INCONCLUSIVE, criterion.waits_for or "there is no evidence")
    look = history.look_at(bundle, evidence.data_digest)
    if criterion.kind == "zero tolerance":
        return _zero_tolerance(criterion, evidence, history, bundle, look)
    tried = history.tried(bundle)
    judgement = _judge(criterion, evidence, criterion.confidence, look)
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
        corrected = _judge(criterion, evidence, confidence, look).verdict
    return Decision(criterion, verdict, reason, judgement, evidence, look, tried, corrected, notes)


def _judge(criterion: Criterion, evidence: Evidence, confidence: float, look: int) -> Judgement:
    measured = criterion.measured
    assert measured is not None  # noqa: S101 -- the caller has seen to it; for the type checker
    assert criterion.requirement is not None  # noqa: S101 -- as above
    return judge(
        estimator_of(measured.metric),
        evidence.states,
        criterion.requirement,
        confidence=confidence,
        look=look,
        by=measured.by,
        major=criterion.major,
        minimum=criterion.minimum,
        point=criterion.point,
        name=measured.id,
        unit=measured.unit,
    )


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


def release(decisions: tuple[Decision, ...]) -> Verdict:
    """Return the worst verdict of the blocking gates; without any, inconclusive: nothing says yes."""
    return worst(decision.verdict for decision in decisions if decision.criterion.blocking)


def headline(name: str, decisions: tuple[Decision, ...]) -> str:
    """Return the verdict of a release in one sentence."""
    blocking = [decision for decision in decisions if decision.criterion.blocking]
    total = len(blocking)
    failed = [decision for decision in blocking if decision.verdict is Verdict.FAIL]
    undecided = [decision for decision in blocking if decision.verdict is Verdict.INCONCLUSIVE]
    if not blocking:
        return f"{name} has no blocking gate: nothing says that it may ship."
    if failed:
        return f"{name} must not ship: {_of(failed, total)} {_verb(failed, 'fails', 'fail')}."
    if undecided:
        return f"{name} may not ship yet: {_of(undecided, total)} cannot be decided."
    some = {1: "the one blocking gate passes", 2: "both blocking gates pass"}
    gates = some.get(total, f"all {total} blocking gates pass")
    return f"{name} may ship: {gates}."


def _of(some: list[Decision], total: int) -> str:
    if total == 1:
        return "its one blocking gate"
    return f"{count(len(some))} of {total} blocking gates"


def _verb(some: list[Decision], one: str, many: str) -> str:
    return one if len(some) == 1 else many


def next_step(decisions: tuple[Decision, ...]) -> str:
    """Return what to do now, in one sentence: the most pressing thing first."""
    blocking = [decision for decision in decisions if decision.criterion.blocking]
    failed = [decision.criterion.gate for decision in blocking if decision.verdict is Verdict.FAIL]
    if failed:
        return f"Fix what {_names(failed)} found, or change the system; then check again."
    undecided = [decision for decision in blocking if decision.verdict is Verdict.INCONCLUSIVE]
    waiting = [decision for decision in undecided if decision.judgement and decision.judgement.needs]
    if waiting:
        most = max(waiting, key=lambda decision: _needs(decision))
        also = f" ({len(waiting)} gates wait for records; this one for the most)" if len(waiting) > 1 else ""
        return f"For `{most.criterion.gate}`, bring {_records(most)}{also}."
    if undecided:
        return f"See why {_names([decision.criterion.gate for decision in undecided])} cannot be decided."
    warned = [
        d.criterion.gate for d in decisions if not d.criterion.blocking and d.verdict is not Verdict.PASS
    ]
    if warned:
        return f"It may ship; look at {_names(warned)}, which only warn."
    if not blocking:
        return "Give the plan a gate that a release must pass."
    return "Ship, and keep watching."


def _needs(decision: Decision) -> int:
    return (decision.judgement.needs or 0) if decision.judgement is not None else 0


def _records(decision: Decision) -> str:
    """Return what a gate waits for: records that it counts, and how many that makes in all."""
    needs, judgement, evidence = _needs(decision), decision.judgement, decision.evidence
    if judgement is None or evidence is None or len(judgement.slices) != 1:
        return plural(needs, "more record")
    if not 0 < judgement.n < evidence.rows:
        return plural(needs, "more record")
    in_all = math.ceil(needs * evidence.rows / judgement.n)
    share = f"{count(judgement.n)} of {count(evidence.rows)} here"
    return f"{count(needs)} more of the records that it counts ({share}), about {count(in_all)} in all"


def _names(gates: list[str]) -> str:
    quoted = [f"`{gate}`" for gate in gates[:3]]
    rest = len(gates) - len(quoted)
    return ", ".join(quoted) + (f" and {rest} more" if rest else "")
