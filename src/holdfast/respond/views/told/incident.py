"""From the state of an incident to what programs are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from holdfast.kernel.clock import parse_iso
from holdfast.plan.model.plan import Plan
from holdfast.respond.model.clocks import Clock, in_order
from holdfast.respond.model.closing import left_open
from holdfast.respond.model.incident.checked import CHECKS, HarmTest
from holdfast.respond.model.incident.state import Incident
from holdfast.respond.model.recovery import must_pass, steps_for
from holdfast.respond.model.severity.checklist import ASKED
from holdfast.respond.model.severity.deciding import judge
from holdfast.respond.model.severity.matrix import matrix_of
from holdfast.respond.model.severity.starts import STARTS
from holdfast.respond.views.texts import Texts
from holdfast.respond.views.told import models as told

if TYPE_CHECKING:  # what keeps evidence loads what measures
    from holdfast.evidence.ports import Vault


def incident_told(
    incident: Incident, plan: Plan | None, vault: Vault, clocks: Sequence[Clock], now: datetime
) -> told.IncidentTold:
    """Return an incident, whole."""
    texts = _texts(incident, vault)
    declared, kind, course = incident.declared, incident.classified, incident.course
    assert declared.at is not None  # noqa: S101 -- only an incident that exists is told
    running = [clock_told(clock, now) for clock in in_order(clocks)]
    return told.IncidentTold(
        id=incident.id,
        version=incident.version,
        title=texts(declared.title),
        account=texts(declared.account),
        system=declared.system,
        state=course.state,
        state_since=course.since or declared.at,
        severity=kind.severity.value if kind.severity else None,
        commander=incident.roles.commander,
        declared_at=declared.at,
        declared_by=declared.by,
        changed_at=incident.at or declared.at,
        drill=declared.drill,
        source=declared.source.value,
        near_miss=declared.near_miss if kind.near_miss is None else kind.near_miss,
        onset=onset_of(incident),
        plan_digest=declared.plan_digest,
        bucket=kind.bucket.value if kind.bucket else None,
        secondary=tuple(each.value for each in kind.secondary),
        mode=kind.mode,
        assessed=_severity(incident, plan),
        impact=_impact(incident, texts),
        roles=tuple(
            told.RoleTold(role=held.role, who=held.who, since=held.since, before=held.before)
            for held in incident.roles.held.values()
        ),
        both=doubled(incident),
        left_open=tuple(
            told.OpenTold(item=each.item, words=each.words) for each in left_open(incident, plan)
        ),
        frozen=course.freeze is not None,
        systems=dict(incident.work.systems),
        clocks=tuple(running),
        next=running[0] if running else None,
        **_work(incident, texts),
        **_containing(incident, texts),
        **_checks(incident, texts),
        **_course(incident, texts),
    )


def clock_told(clock: Clock, now: datetime) -> told.ClockTold:
    """Return a clock as programs are told of it."""
    return told.ClockTold(
        id=clock.id,
        kind=clock.kind,
        title=clock.title,
        due=clock.due,
        standing=clock.standing(now),
        words=clock.words(now),
    )


def onset_of(incident: Incident) -> datetime | None:
    """Return the earliest plausible onset: the statement's, else that of the declaration."""
    statement = incident.work.statement
    if statement is not None and statement.since:
        return parse_iso(statement.since)
    return incident.declared.onset


def doubled(incident: Incident) -> str | None:
    """Return who leads and debugs at a severity where two persons should, and nobody said so aloud."""
    severity, both = incident.classified.severity, incident.roles.doubled
    if severity is None or not STARTS[severity].separate or both in incident.roles.acknowledged:
        return None
    return both


def _texts(incident: Incident, vault: Vault) -> Texts:
    texts, work, course = Texts(vault), incident.work, incident.course
    texts.want(incident.declared.title, incident.declared.account)
    texts.want_all([work.statement, incident.classified.impact])
    for hypothesis in work.hypotheses.values():
        texts.want_all([hypothesis.said, hypothesis.judged])
    texts.want_all(decision.said for decision in work.decisions.values())
    texts.want_all(action.said for action in work.actions.values())
    for question in work.questions.values():
        texts.want_all([question.said, question.answered])
    texts.want_all(move.said for move in incident.contained.moves.values())
    texts.want_all(answer.said for answer in incident.checked.answers.values())
    for test in incident.checked.tests.values():
        texts.want_all([test.assembled, test.finished])
    texts.want_all(step.said for step in course.steps.values())
    texts.want_all(risk.said for risk in course.risks.values())
    return texts.open()


def _severity(incident: Incident, plan: Plan | None) -> told.SeverityTold:
    kind = incident.classified
    says = judge(kind.checklist, matrix_of(plan)).severity
    return told.SeverityTold(
        severity=kind.severity.value if kind.severity else None,
        by=kind.set_by,
        reasons=kind.reasons,
        rules_say=says.value if says else None,
        worst=kind.worst.value if kind.worst else None,
        escalated=tuple(reason for reason, _ in kind.escalated),
    )


def _impact(incident: Incident, texts: Texts) -> told.ImpactTold | None:
    impact, answers = incident.classified.impact, incident.classified.checklist
    if impact is None:
        return None
    return told.ImpactTold(
        harm=answers.harm,
        who=texts(impact.who),
        high_stakes=answers.high_stakes,
        exposure=answers.exposure,
        data_kinds=answers.data_kinds,
        people=answers.people,
        share=answers.share,
        critical_tenant=answers.critical_tenant,
        jurisdictions=answers.jurisdictions,
        legal=answers.legal,
        promises=texts(impact.promises),
        money=answers.money,
        currency=answers.currency,
        reversible=answers.reversible,
        unknown=answers.unknown,
    )


def _at(text: str | None) -> datetime | None:
    return parse_iso(text) if text else None


def _work(incident: Incident, texts: Texts) -> dict[str, Any]:
    work = incident.work
    said = work.statement
    statement = said and told.StatementTold(
        number=said.number,
        text=texts(said.text),
        who=texts(said.who),
        where=texts(said.where),
        since=_at(said.since),
        until=_at(said.until),
    )
    return {
        "statement": statement,
        "hypotheses": tuple(
            told.HypothesisTold(
                id=each.id,
                state=each.state,
                observation=texts(each.said.observation),
                explains=texts(each.said.explains),
                next_test=texts(each.said.next_test),
                containment=texts(each.said.containment),
                evidence=tuple(each.judged.evidence) if each.judged else (),
                because=texts(each.judged.because) if each.judged else None,
                by=each.proposed.actor,
                at=each.proposed.at,
            )
            for each in work.hypotheses.values()
        ),
        "decisions": tuple(
            told.DecisionTold(
                id=each.id,
                what=texts(each.said.what),
                why=texts(each.said.why),
                alternatives=texts(each.said.alternatives),
                risk=texts(each.said.risk),
                evidence=tuple(each.said.evidence),
                favours=tuple(each.said.favours),
                over=tuple(each.said.over),
                replaced_by=each.replaced_by,
                by=each.recorded.actor,
                at=each.recorded.at,
                happened_at=_at(each.said.happened_at),
            )
            for each in work.decisions.values()
        ),
        "actions": tuple(
            told.ActionTold(
                id=each.id, what=texts(each.said.what), state=each.state, owner=each.owner, due=each.due
            )
            for each in work.actions.values()
        ),
        "questions": tuple(
            told.QuestionTold(
                id=each.id,
                asks=ASKED[each.said.asks].asks if each.said.asks in ASKED else texts(each.said.text),
                owner=each.said.owner,
                answer=texts(each.answered.answer) if each.answered else None,
                answered=each.answered is not None,
            )
            for each in work.questions.values()
        ),
    }


def _containing(incident: Incident, texts: Texts) -> dict[str, Any]:
    return {
        "levers": tuple(
            told.LeverTold(
                move=each.id,
                lever=each.said.lever,
                position=each.said.position,
                scope=dict(each.said.scope),
                widens=each.said.widens,
                until=each.until,
                lasting=each.said.lasting,
                known=each.confirmed,
                metric=each.said.metric,
                because=texts(each.said.because),
                by=each.recorded.actor,
                at=each.at,
            )
            for each in incident.contained.standing
        ),
        "moves_asked": tuple(
            told.AskedTold(
                move=each.id,
                lever=each.said.lever,
                position=each.said.position,
                second=each.said.second,
                answer=each.answer,
                by=each.by,
                at=each.at,
            )
            for each in incident.contained.asked.values()
        ),
    }


def _checks(incident: Incident, texts: Texts) -> dict[str, Any]:
    answers = incident.checked.answers
    return {
        "checks": tuple(
            told.CheckTold(
                check=name,
                asks=asks,
                answer=answers[name].said.answer if name in answers else None,
                note=texts(answers[name].said.note) if name in answers else None,
                evidence=tuple(answers[name].said.evidence) if name in answers else (),
            )
            for name, asks in CHECKS.items()
        ),
        "harm_tests": tuple(_test(test, texts) for test in incident.checked.tests.values()),
    }


def _test(test: HarmTest, texts: Texts) -> told.HarmTestTold:
    made, done = test.assembled, test.finished
    return told.HarmTestTold(
        id=test.id,
        composition=texts(made.composition),
        limits=texts(made.limits),
        incident_samples=made.incident_samples,
        red_team=made.red_team,
        policy_regression=made.policy_regression,
        segments=dict(made.segments),
        result=done.result if done else None,
        harmful=done.harmful if done else None,
        n=done.n if done else None,
        interval=share_interval(done.harmful, done.n) if done else None,
        because=texts(done.because) if done else None,
    )


def share_interval(k: int | None, n: int | None) -> tuple[float, float] | None:
    """Return the interval of a share, Wilson 95 %; None where nothing was counted."""
    if k is None or not n:
        return None
    from holdfast.measure.rates import wilson  # numpy is not for a list's start

    low, high = wilson(k, n)
    return float(low), float(high)


def _course(incident: Incident, texts: Texts) -> dict[str, Any]:
    course, mode = incident.course, incident.classified.mode
    listed = {step.id: step for step in steps_for(mode)}
    rows = []
    for name in dict.fromkeys([*listed, *course.steps]):
        step, seen = listed.get(name), course.steps.get(name)
        rows.append(
            told.RecoveryTold(
                step=name,
                title=step.title if step else name,
                shows=step.shows if step else "",
                required=step is not None and must_pass(step, mode),
                result=seen.said.result if seen else None,
                evidence=tuple(seen.said.evidence) if seen else (),
                tail=texts(seen.said.tail) if seen else None,
                because=texts(seen.said.because) if seen else None,
                by=seen.by if seen else None,
            )
        )
    return {
        "recovery": tuple(rows),
        "risks": tuple(
            told.RiskTold(
                id=each.id,
                what=texts(each.said.what),
                exposed=texts(each.said.exposed),
                justified=texts(each.said.justified),
                plan=texts(each.said.plan),
                score=each.score,
                until=each.until,
                answer=each.answer,
                by=each.by,
                answered_by=each.answered_by,
            )
            for each in course.risks.values()
        ),
    }
