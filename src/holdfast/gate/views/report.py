"""From a check's outcome to the report's context."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from holdfast.gate.model.criteria import Criterion
from holdfast.gate.model.decision import Decision
from holdfast.gate.model.importing import Brought, unit_of
from holdfast.gate.model.outcome import CheckOutcome
from holdfast.gate.model.releasing import headline, next_step
from holdfast.gate.views import pictures
from holdfast.gate.views.context import DataUsed, Gate, Provenance, Report, Risk, Slice
from holdfast.gate.views.people import overrides_of, signatures_of
from holdfast.gate.views.words import tally
from holdfast.kernel.clock import iso
from holdfast.kernel.figures import plural
from holdfast.kernel.verdict import Verdict
from holdfast.measure.disparity import GroupFigure
from holdfast.measure.judgements import Judgement, Requirement, SliceJudgement
from holdfast.measure.metrics import Disparity, EqualizedOdds
from holdfast.measure.slices import label
from holdfast.plan.model import risks as planned
from holdfast.plan.model.plan import Plan
from holdfast.web.ci.finding import Finding

LOOKS_UNKNOWN = (
    "Looks unknown: only the ledger beside the plan was read. Name one that is kept between runs"
    " (--ledger or HOLDFAST_LEDGER), so that looking again is counted."
)


@dataclass(frozen=True)
class Made:
    """What a report says of its own making, beside the outcome.

    Attributes
    ----------
    looks_known : bool
        Whether the ledger was named as one that is kept.
    ledger : str
        Where it is, for people.
    seq, head : int, str
        Its newest fact and that fact's hash.
    """

    looks_known: bool
    ledger: str
    seq: int
    head: str
    actor: str
    tools: tuple[tuple[str, str], ...]


def report_of(outcome: CheckOutcome, made: Made, lint: tuple[Finding, ...] = ()) -> Report:
    """Return the context of a report; `lint` is what lint finds in the plan."""
    plan = outcome.plan.plan
    name = plan.system.name or plan.system.id
    verdicts = {decision.criterion.gate: decision.verdict for decision in outcome.decisions}
    return Report(
        system=plan.system.id,
        name=name,
        purpose=plan.system.purpose or "",
        stage=plan.system.stage or "",
        owners=_owners(plan),
        verdict=outcome.verdict,
        headline=headline(name, outcome.decisions),
        next_step=next_step(outcome.decisions, outcome.typed),
        gates=tuple(_gate(decision, outcome, made) for decision in outcome.decisions),
        risks=tuple(_risk(risk, plan, verdicts) for risk in _by_score(plan)),
        provenance=_provenance(outcome, made),
        looks="" if made.looks_known else LOOKS_UNKNOWN,
        warnings=_warnings(outcome),
        lint=lint,
    )


def gates_report_of(outcome: CheckOutcome, made: Made) -> Report:
    """Return the context of a report on some gates: it says nothing about the release."""
    report = report_of(outcome, made)
    blocking = [gate for gate in report.gates if gate.blocking]
    said = " and ".join(words for _, words in tally(report)) or "nothing blocks"
    asked = plural(len(blocking), "blocking gate")
    return replace(
        report,
        # gates that only warn stop nothing, and a release is not asked for here
        verdict=outcome.verdict if blocking else Verdict.PASS,
        headline=f"Of {asked} that {'was' if len(blocking) == 1 else 'were'} asked, {said}.",
        warnings=tuple(each for each in report.warnings if "was not asked" not in each),
    )


def _owners(plan: Plan) -> tuple[tuple[str, str], ...]:
    owners = plan.system.owners
    if owners is None:
        return ()
    named = (
        ("accountable", owners.accountable),
        ("reviewers", ", ".join(owners.reviewers)),
        ("approver", owners.approver),
    )
    return tuple((role, who) for role, who in named if who)


def _warnings(outcome: CheckOutcome) -> tuple[str, ...]:
    stage = outcome.plan.plan.system.stage
    warnings = [
        f"gate `{gate}` guards the stage {guarded} and was not asked: the system is in {stage}"
        for gate, guarded in outcome.elsewhere
    ]
    if not outcome.bundle_known:
        warnings.append(
            "the bundle is not named: all records count as those of one version of the system."
            " Say --bundle, or give the plan's card a model version"
        )
    return tuple(warnings)


def _gate(decision: Decision, outcome: CheckOutcome, made: Made) -> Gate:
    criterion, judgement = decision.criterion, decision.judgement
    requirement = criterion.requirement
    risks = tuple(risk.id for risk in outcome.plan.plan.risks if criterion.gate in risk.gates)
    gate = Gate(
        id=criterion.gate,
        kind=criterion.kind,
        verdict=decision.verdict,
        blocking=criterion.blocking,
        requirement=criterion.words,
        headline=decision.reason,
        sign=requirement.sign if requirement else None,
        threshold=requirement.threshold if requirement else None,
        confidence=criterion.confidence,
        judged_by="point" if criterion.point else "interval",
        needs=judgement.needs if judgement else None,
        notes=decision.notes,
        risks=risks,
        look=decision.look if made.looks_known else None,
        tried=decision.tried,
        corrected=decision.corrected,
        evidence=decision.evidence.id if decision.evidence else None,
        recorded=criterion.gate in outcome.recorded,
        stage=criterion.stage,
        place=outcome.plan.place(("gates", criterion.gate, "id")),
        signatures=signatures_of(decision, outcome.typed),
        overrides=overrides_of(decision, outcome.typed),
    )
    brought = outcome.brought.get(criterion.gate)
    if brought is not None and judgement is not None:
        return _imported(gate, judgement, brought)
    measured, checked = criterion.measured, criterion.checked
    if judgement is None or decision.evidence is None:
        return gate
    if checked is not None:
        return replace(
            gate,
            data=checked.data,
            value=judgement.value,
            interval=judgement.interval,
            n=judgement.n,
            k=judgement.k,
        )
    if measured is None:
        return gate
    deciding = judgement.deciding
    return replace(
        gate,
        unit=measured.unit,
        metric=measured.id,
        describes=measured.describes,
        data=measured.data,
        value=judgement.value,
        interval=judgement.interval,
        n=judgement.n,
        k=judgement.k,
        missing=judgement.missing,
        slices=_slices(criterion, judgement),
        figures=_figures(deciding),
        decided_by=label(deciding.slice, measured.by) if deciding and deciding.slice else "",
        reliability=pictures.reliabilities(measured, decision.evidence.states),
        drift=pictures.drifts(measured, decision.evidence.states),
    )


def _imported(gate: Gate, judgement: Judgement, brought: Brought) -> Gate:
    """Return a gate on another tool's figure, with that figure."""
    results, found = brought.imported.results, brought.newest.figure
    requirement = judgement.requirement
    return replace(
        gate,
        unit="share" if requirement is None else unit_of(requirement, found),
        metric=found.name,
        describes=f"{results.tool}: {results.file}",
        value=judgement.value,
        interval=judgement.interval,
        n=judgement.n,
        k=judgement.k,
        figures=_figures(judgement.deciding),
    )


def _figures(deciding: SliceJudgement | None) -> tuple[tuple[str, float], ...]:
    if deciding is None:
        return ()
    return tuple((name, value) for name, value in deciding.extra if math.isfinite(value))


def _slices(criterion: Criterion, judgement: Judgement) -> tuple[Slice, ...]:
    """Return the rows of a gate's dashboard: its slices, and for a gap the groups of each."""
    measured = criterion.measured
    assert measured is not None  # noqa: S101 -- the caller has seen to it; for the type checker
    rows: list[Slice] = []
    for each in judgement.slices:
        gap = isinstance(measured.metric, Disparity | EqualizedOdds)
        if not gap or measured.by:
            rows.append(_slice(each, measured.by, criterion.requirement))
        if isinstance(measured.metric, Disparity | EqualizedOdds):
            rows += [_group(group, each, measured.by, measured.metric.over) for group in each.groups]
    return tuple(rows)


def _slice(each: SliceJudgement, by: tuple[str, ...], requirement: Requirement | None) -> Slice:
    return Slice(
        label=label(each.slice, by),
        judged=each.judged,
        verdict=each.verdict,
        value=each.value,
        inner=each.inner,
        outer=each.outer,
        n=each.n,
        k=each.k,
        share=each.share,
        needs=each.needs,
        reason=_beyond_the_row(each, requirement),
        where=tuple(zip(by, each.slice, strict=True)),
    )


def _beyond_the_row(each: SliceJudgement, requirement: Requirement | None) -> str:
    """Return why a slice is open where its row does not show it.

    So: no evidence, too few records although the interval would pass, too few trials.
    """
    if not each.judged or each.verdict is not Verdict.INCONCLUSIVE:
        return ""
    if each.inner is None or requirement is None or requirement.met_by(each.inner):
        return each.reason
    return ""


def _group(group: GroupFigure, each: SliceJudgement, by: tuple[str, ...], over: tuple[str, ...]) -> Slice:
    where = (*zip(by, each.slice, strict=True), *zip(over, group.group, strict=True))
    words = label((*each.slice, *group.group), (*by, *over))
    return Slice(
        label=f"{group.rate}: {words}" if group.rate else words,
        judged=group.judged,
        verdict=None,
        value=group.value,
        inner=None,
        outer=group.interval,
        n=group.n,
        k=group.k,
        share=group.share,
        needs=None,
        where=where,
        group=True,
    )


def _by_score(plan: Plan) -> list[planned.Risk]:
    return sorted(plan.risks, key=lambda risk: (-risk.score, risk.id))


def _risk(risk: planned.Risk, plan: Plan, verdicts: Mapping[str, Verdict]) -> Risk:
    residual = risk.residual
    return Risk(
        id=risk.id,
        harm=risk.harm,
        category=risk.category or "",
        owner=risk.owner or "",
        stakeholders=risk.stakeholders,
        severity=risk.severity,
        likelihood=risk.likelihood,
        residual=(residual.severity, residual.likelihood) if residual else None,
        residual_because=(residual.because or "") if residual else "",
        accepted_by=residual.accepted_by if residual else None,
        accepted_until=str(residual.until) if residual and residual.until else None,
        prevent=risk.controls.prevent,
        detect=risk.controls.detect,
        respond=risk.controls.respond,
        gates=tuple((gate, verdicts.get(gate)) for gate in risk.gates),
    )


def _provenance(outcome: CheckOutcome, made: Made) -> Provenance:
    plan = outcome.plan
    return Provenance(
        plan_digest=plan.digest,
        plan_files=plan.files,
        bundle=outcome.bundle,
        bundle_known=outcome.bundle_known,
        data=tuple(
            DataUsed(
                name,
                plan.plan.data[name].describes or "",
                read.digest,
                read.rows,
                tuple(read.files.items()),
            )
            for name, read in outcome.data.items()
        )
        + _files(outcome),
        tools=made.tools,
        decided_at=outcome.at,
        actor=made.actor,
        ledger=made.ledger,
        ledger_seq=made.seq,
        ledger_head=made.head,
    )


def _files(outcome: CheckOutcome) -> tuple[DataUsed, ...]:
    """Return the files of other tools that were judged, each once."""
    shown = {}
    for brought in outcome.brought.values():
        results, path = brought.imported.results, brought.newest.path
        about = ", ".join(each for each in (results.subject, results.dataset) if each)
        ran = f"run at {iso(results.created_at)}" if results.created_at is not None else ""
        tool = f"{results.tool} {results.tool_version or ''}".strip()
        shown[brought.imported.id] = DataUsed(
            name=tool,
            description=about,
            digest=results.digest,
            rows=brought.newest.figure.n or 0,
            files=((path or results.file, results.digest),),
            note=ran,
        )
    return tuple(shown.values())
