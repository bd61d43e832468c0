"""The risk register as data: what can go wrong, what holds it, and where nothing does."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

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
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.risks import OwnControl, Risk

HIGH = 12
"""A score from which a risk needs a control in every layer."""
LAYERS = ("prevent", "detect", "respond")


@dataclass(frozen=True)
class RiskRow:
    """A risk with what holds it.

    Attributes
    ----------
    score : int
        R = S x L.
    controls : mapping
        Layer -> names of controls.
    gaps : tuple of str
        Layers without a control.
    residual : str
        The score that stays, who accepted it and until when; empty where nobody did.
    """

    id: str
    harm: str
    category: str | None
    owner: str | None
    severity: int
    likelihood: int
    score: int
    controls: dict[str, tuple[str, ...]]
    gaps: tuple[str, ...]
    gates: tuple[str, ...]
    indicators: tuple[str, ...]
    residual: str


@dataclass(frozen=True)
class ControlRow:
    """A control: `layer` is None where only the library or no risk says it."""

    name: str
    layer: str | None
    kind: str | None
    owner: str | None
    evidence: tuple[str, ...]
    library: bool
    risks: tuple[str, ...]


@dataclass(frozen=True)
class GateRow:
    """A gate in words."""

    id: str
    kind: str
    asks: str
    on: str
    blocking: bool
    stage: str | None


@dataclass(frozen=True)
class IndicatorRow:
    """An indicator in words: *if* it crosses, *then* this must hold, *else* act."""

    id: str
    crosses: str
    holds: tuple[str, ...]
    acts: tuple[str, ...]


@dataclass(frozen=True)
class Register:
    """Everything that `holdfast plan show` shows."""

    system: str
    name: str
    stage: str | None
    digest: str
    files: tuple[str, ...]
    risks: tuple[RiskRow, ...]
    matrix: tuple[tuple[tuple[str, ...], ...], ...]
    controls: tuple[ControlRow, ...]
    gates: tuple[GateRow, ...]
    indicators: tuple[IndicatorRow, ...]

    @property
    def headline(self) -> str:
        """The register in one sentence."""
        if not self.risks:
            return "No risk is registered yet."
        high = [row for row in self.risks if row.score >= HIGH]
        open_ = [row for row in high if row.gaps]
        count = f"{_count(len(self.risks), 'risk')}, {len(high) or 'none'} at {HIGH} or more"
        if not high:
            return f"{count}."
        if not open_:
            return f"{count}; each of those has a control in every layer."
        lack = "lacks" if len(open_) == 1 else "lack"
        return f"{count}; {len(open_)} of those {lack} a control in a layer."

    def as_json(self) -> dict[str, Any]:
        """Return the register for `--json`; `matrix[s - 1][l - 1]` holds ids at severity s, likelihood l."""
        return {"format": 1, "headline": self.headline, **asdict(self)}


def register(loaded: LoadedPlan) -> Register:
    """Return a plan's register, risks by score and then by id."""
    plan = loaded.plan
    rows = sorted((_risk(risk) for risk in plan.risks), key=lambda row: (-row.score, row.id))
    matrix = tuple(
        tuple(
            tuple(row.id for row in rows if (row.severity, row.likelihood) == (severity, likelihood))
            for likelihood in range(1, 6)
        )
        for severity in range(1, 6)
    )
    return Register(
        system=plan.system.id,
        name=plan.system.name,
        stage=plan.system.stage,
        digest=plan.digest,
        files=loaded.files,
        risks=tuple(rows),
        matrix=matrix,
        controls=tuple(sorted(_controls(plan), key=lambda row: (_layer_rank(row.layer), row.name))),
        gates=tuple(_gate(gate) for gate in plan.gates),
        indicators=tuple(_indicator(indicator) for indicator in plan.indicators),
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _layer_rank(layer: str | None) -> int:
    return LAYERS.index(layer) if layer in LAYERS else len(LAYERS)


def _risk(risk: Risk) -> RiskRow:
    controls = {layer: tuple(getattr(risk.controls, layer)) for layer in LAYERS}
    residual = ""
    if risk.residual is not None:
        stays = risk.residual
        by = f", accepted by {stays.accepted_by}" if stays.accepted_by else ", accepted by nobody"
        residual = f"{stays.score}{by}" + (f" until {stays.until.isoformat()}" if stays.until else "")
    return RiskRow(
        id=risk.id,
        harm=" ".join(risk.harm.split()),
        category=risk.category,
        owner=risk.owner,
        severity=risk.severity,
        likelihood=risk.likelihood,
        score=risk.score,
        controls=controls,
        gaps=tuple(layer for layer in LAYERS if not controls[layer]),
        gates=risk.gates,
        indicators=risk.indicators,
        residual=residual,
    )


def _controls(plan: Plan) -> list[ControlRow]:
    rows = []
    for name, control in plan.controls.items():
        used = {
            layer: [risk.id for risk in plan.risks if name in getattr(risk.controls, layer)]
            for layer in LAYERS
        }
        risks = tuple(dict.fromkeys(risk for ids in used.values() for risk in ids))
        if isinstance(control, OwnControl):
            rows.append(
                ControlRow(name, control.layer, control.kind, control.owner, _shows(control), False, risks)
            )
        else:
            # a control of the library acts where risks use it, until the library itself says where
            layer = next((layer for layer in LAYERS if used[layer]), None)
            rows.append(ControlRow(name, layer, None, None, (), True, risks))
    return rows


def _shows(control: OwnControl) -> tuple[str, ...]:
    found = list(control.evidence)
    if control.rehearsed_within is not None:
        found.append(f"rehearsed within {control.rehearsed_within}")
    if control.attested is not None:
        found.append(f"attested by {control.attested.who} every {control.attested.every}")
    return tuple(found)


def _gate(gate: Gate) -> GateRow:
    def row(kind: str, asks: str, on: str) -> GateRow:
        return GateRow(gate.id, kind, asks, on, gate.blocking, gate.stage)

    match gate:
        case MetricGate() if gate.require is not None:
            return row("metric", f"{gate.metric} {gate.require.text}", gate.data)
        case MetricGate():
            hits = "no hit" if gate.allow == 0 else f"at most {_count(gate.allow or 0, 'hit')}"
            return row("zero tolerance", f"{gate.metric}: {hits} in {gate.trials:,} trials", gate.data)
        case ImportGate():
            figure = gate.import_.metric or "figure"
            return row("import", f"{figure} {gate.require.text}", f"{gate.import_.tool} {gate.import_.path}")
        case CheckGate(check=SchemaCheck() as check):
            return row("check", f"keeps to {check.schema_}", check.data)
        case CheckGate():
            return row("check", "no personal data", gate.check.data)
        case SignGate():
            return row("sign", "signed by " + ", ".join(gate.sign), "")


def _watch(watch: Watch, side: str = "") -> str:
    level = side + (f"above {watch.above}" if watch.above is not None else f"below {watch.below}")
    alarms = f", false alarms {watch.false_alarms}" if watch.false_alarms is not None else ""
    return f"{watch.metric} on {watch.data} {level} over {watch.window}{alarms}"


def _condition(condition: Condition) -> str:
    match condition:
        case Watch():
            return _watch(condition, "not ")
        case LeverHolds(subset_of=None):
            return f"{condition.lever} at {condition.at} or stricter"
        case LeverHolds():
            return f"{condition.lever} within [{', '.join(condition.subset_of or ())}]"
        case EvidenceHolds():
            return f"{condition.evidence} newer than {condition.newer_than}"


def _action(action: Action) -> str:
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


def _indicator(indicator: Indicator) -> IndicatorRow:
    if isinstance(indicator, RuleIndicator):
        holds = tuple(_condition(condition) for condition in indicator.kci)
        acts = tuple(_action(action) for action in indicator.when_unmet)
        return IndicatorRow(indicator.id, _watch(indicator.kri), holds, acts)
    return IndicatorRow(indicator.id, _watch(indicator.watch), (), tuple(_action(a) for a in indicator.act))
