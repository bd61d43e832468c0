"""The plan on one page: top risks, a control in each layer, gates, live alerts, first steps, who answers.

Everything is read from the plan and its runbook files. What they do not say is None or empty here, and the
page says that it is missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from holdfast.kernel.figures import plural
from holdfast.plan.model.indicators import Declare, Indicator, Page
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.risks import OwnControl, Risk
from holdfast.plan.model.standing import Standing
from holdfast.plan.views.evidence import Proofs, State, proofs_of
from holdfast.plan.views.phrases import acts_of, asked, level_of, watch_of
from holdfast.plan.views.promise import as_json
from holdfast.plan.views.register import HIGH, LAYERS
from holdfast.plan.views.runbooks import Runbook, runbook

MOST_RISKS = 3
MOST_STEPS = 3
MOST_GATES = 6
MOST_ALERTS = 4
DECIDED: dict[State, str] = {
    "live": "passes",
    "open": "open",
    "stale": "stale",
    "bare": "not yet",
    "failing": "fails",
}
"""What is said of a gate in each state of its evidence."""


@dataclass(frozen=True)
class Held:
    """What one layer has against a risk.

    Attributes
    ----------
    control : str or None
        The control that is shown; None is a gap.
    shown_by : tuple of str
        Names of its evidence.
    others : int
        Further controls of the risk in this layer.
    library : bool
        Whether it is one of the built-in library, which says nothing of owner and evidence.
    """

    layer: str
    control: str | None
    does: str | None
    owner: str | None
    shown_by: tuple[str, ...]
    others: int
    library: bool


@dataclass(frozen=True)
class TopRisk:
    """One of the risks with the highest score."""

    id: str
    harm: str
    severity: int
    likelihood: int
    score: int
    harms: tuple[str, ...]
    owner: str | None
    layers: tuple[Held, ...]
    gates: tuple[str, ...]
    residual: str | None
    accepted_by: str | None
    accepted_until: str | None
    because: str | None


@dataclass(frozen=True)
class GateLine:
    """A gate: what must be met, and what is known of it."""

    id: str
    asks: str
    on: str
    blocking: bool
    stage: str | None
    state: State
    says: str


@dataclass(frozen=True)
class AlertLine:
    """A live alert: when it crosses, and who is woken and does what first.

    Attributes
    ----------
    pages : tuple of str
        Who is woken; empty where nobody is.
    reached : tuple of str
        Those of `pages` who have a route.
    """

    id: str
    crosses: str
    window: str
    pages: tuple[str, ...]
    reached: tuple[str, ...]
    first_move: str | None
    risks: tuple[str, ...]


@dataclass(frozen=True)
class Brief:
    """The plan on one page.

    Attributes
    ----------
    system : str
        Name of the system.
    line : str or None
        What it does, in one line.
    risks : tuple of TopRisk
        At most three, by score; `registered` is how many there are.
    gates, alerts : tuple
        Those that matter most; `more_gates` and `more_alerts` name the rest.
    runbook : Runbook or None
        With at most three steps; None where neither the top risks' indicators nor the plan name one.
    runbook_for : str or None
        The risk that it answers; None where no risk leads to it.
    owner, reviewers, approver
        Who answers.
    """

    system: str
    id: str
    line: str | None
    stage: str | None
    users: tuple[str, ...]
    out_of_scope: tuple[str, ...]
    digest: str
    made: datetime
    registered: int
    high: int
    risks: tuple[TopRisk, ...]
    gates: tuple[GateLine, ...]
    more_gates: tuple[str, ...]
    alerts: tuple[AlertLine, ...]
    more_alerts: tuple[str, ...]
    runbook: Runbook | None
    runbook_for: str | None
    runbook_steps: int
    owner: str | None
    reviewers: tuple[str, ...]
    approver: str | None

    @property
    def missing(self) -> tuple[str, ...]:
        """What the page would need and the plan does not say, one phrase each."""
        return tuple(_missing(self))

    def as_json(self) -> dict[str, Any]:
        """Return the page for `--json`."""
        return as_json("brief", self) | {"missing": list(self.missing)}


def brief(loaded: LoadedPlan, standing: Standing, now: datetime) -> Brief:
    """Return a plan on one page."""
    plan, system = loaded.plan, loaded.plan.system
    top = sorted(plan.risks, key=lambda risk: (-risk.score, risk.id))[:MOST_RISKS]
    proofs = Proofs(plan, standing, now)
    gates = sorted(plan.gates, key=lambda gate: (not gate.blocking, not _guards(top, gate.id)))
    alerts = sorted(plan.indicators, key=lambda indicator: _rank(top, indicator.id))
    answers, chosen = _runbook(loaded, top)
    owners = system.owners
    return Brief(
        system=system.name,
        id=system.id,
        line=None if system.purpose is None else " ".join(system.purpose.split()),
        stage=system.stage,
        users=system.users,
        out_of_scope=system.out_of_scope,
        digest=plan.digest,
        made=now,
        registered=len(plan.risks),
        high=sum(risk.score >= HIGH for risk in plan.risks),
        risks=tuple(_top(plan, risk) for risk in top),
        gates=tuple(_gate(proofs, gate.id) for gate in gates[:MOST_GATES]),
        more_gates=tuple(gate.id for gate in gates[MOST_GATES:]),
        alerts=tuple(_alert(plan, indicator) for indicator in alerts[:MOST_ALERTS]),
        more_alerts=tuple(indicator.id for indicator in alerts[MOST_ALERTS:]),
        runbook=None if chosen is None else _first_steps(chosen),
        runbook_for=answers,
        runbook_steps=0 if chosen is None else len(chosen.steps),
        owner=None if owners is None else owners.accountable,
        reviewers=() if owners is None else owners.reviewers,
        approver=None if owners is None else owners.approver,
    )


def _guards(risks: Iterable[Risk], gate: str) -> bool:
    return any(gate in risk.gates for risk in risks)


def _rank(risks: list[Risk], indicator: str) -> int:
    return next((i for i, risk in enumerate(risks) if indicator in risk.indicators), len(risks))


def _top(plan: Plan, risk: Risk) -> TopRisk:
    stays = risk.residual
    return TopRisk(
        id=risk.id,
        harm=" ".join(risk.harm.split()),
        severity=risk.severity,
        likelihood=risk.likelihood,
        score=risk.score,
        harms=risk.stakeholders,
        owner=risk.owner,
        layers=tuple(_held(plan, layer, getattr(risk.controls, layer)) for layer in LAYERS),
        gates=risk.gates,
        residual=None if stays is None else f"{stays.score} (S {stays.severity} x L {stays.likelihood})",
        accepted_by=None if stays is None else stays.accepted_by,
        accepted_until=None if stays is None or stays.until is None else stays.until.isoformat(),
        because=None if stays is None or stays.because is None else " ".join(stays.because.split()),
    )


def _held(plan: Plan, layer: str, names: tuple[str, ...]) -> Held:
    if not names:
        return Held(layer, None, None, None, (), 0, library=False)
    # of several the one that something shows: a name alone can not be tested
    chosen = next((name for name in names if _shown_by(plan, name)), names[0])
    control = plan.controls[chosen]
    own = isinstance(control, OwnControl)
    does = control.describes if isinstance(control, OwnControl) else None
    owner = control.owner if isinstance(control, OwnControl) else None
    return Held(layer, chosen, does, owner, _shown_by(plan, chosen), len(names) - 1, library=not own)


def _shown_by(plan: Plan, name: str) -> tuple[str, ...]:
    control = plan.controls[name]
    return proofs_of(name, control) if isinstance(control, OwnControl) else ()


def _gate(proofs: Proofs, name: str) -> GateLine:
    gate = next(gate for gate in proofs.plan.gates if gate.id == name)
    _, asks, on = asked(gate)
    evidence = proofs.of(name)
    return GateLine(name, asks, on, gate.blocking, gate.stage, evidence.state, evidence.says)


def _alert(plan: Plan, indicator: Indicator) -> AlertLine:
    watch = watch_of(indicator)
    pages = tuple(dict.fromkeys(act.page for act in acts_of(indicator) if isinstance(act, Page)))
    return AlertLine(
        id=indicator.id,
        crosses=f"{watch.metric} {level_of(watch)}",
        window=str(watch.window),
        pages=pages,
        reached=tuple(name for name in pages if name in plan.people and plan.people[name].route is not None),
        first_move=None if indicator.first_move is None else " ".join(indicator.first_move.split()),
        risks=tuple(risk.id for risk in plan.risks if indicator.id in risk.indicators),
    )


def _runbook(loaded: LoadedPlan, top: list[Risk]) -> tuple[str | None, Runbook | None]:
    """Return the runbook of the first of the top risks that leads to one, else the plan's first."""
    plan = loaded.plan
    by_id = {indicator.id: indicator for indicator in plan.indicators}
    for risk in top:
        for name in risk.indicators:
            for action in acts_of(by_id[name]):
                if isinstance(action, Declare) and action.runbook is not None:
                    return risk.id, runbook(loaded, action.runbook)
    first = next(iter(plan.runbooks), None)
    return None, None if first is None else runbook(loaded, first)


def _first_steps(full: Runbook) -> Runbook:
    return replace(full, steps=full.steps[:MOST_STEPS])


def _missing(page: Brief) -> Iterable[str]:
    if page.line is None:
        yield "what the system is for"
    if not page.risks:
        yield "risks"
    for risk in page.risks:
        if not risk.harms:
            yield f"who is harmed by {risk.id}"
        for held in risk.layers:
            if held.control is None:
                yield f"a control to {held.layer} {risk.id}"
        if risk.residual is None:
            yield f"the residual risk of {risk.id}"
        elif risk.accepted_by is None:
            yield f"who accepts the residual risk of {risk.id}"
    if not page.gates:
        yield "gates"
    if not page.alerts:
        yield "live alerts"
    yield from (f"somebody to wake for {alert.id}" for alert in page.alerts if not alert.pages)
    if page.runbook is None:
        yield "a runbook"
    elif page.runbook.problem is not None:
        yield f"the steps of the runbook {page.runbook.name}"
    elif page.runbook_steps < MOST_STEPS:
        yield f"{plural(MOST_STEPS - page.runbook_steps, 'first step')} of the runbook {page.runbook.name}"
    for role, who in (("an owner", page.owner), ("an approver", page.approver)):
        if who is None:
            yield role
    if not page.reviewers:
        yield "reviewers"
