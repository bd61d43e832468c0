"""The risk register as data: what can go wrong, what holds it, and where nothing does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from holdfast.kernel.figures import plural
from holdfast.plan.model.gates import Gate
from holdfast.plan.model.indicators import Indicator, RuleIndicator
from holdfast.plan.model.library.catalogue import find
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.risks import OwnControl, Risk
from holdfast.plan.views.phrases import asked, crossing, done, held
from holdfast.plan.views.promise import as_json

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
    """A control.

    Attributes
    ----------
    evidence : tuple of str
        Names of what shows that it works; of a control of the library, the phrase in which the library says
        what would.
    library : bool
        Whether it is a control of the library, which has no owner and no evidence of its own in the plan.
    """

    name: str
    layer: str
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
        count = f"{plural(len(self.risks), 'risk')}, {len(high) or 'none'} at {HIGH} or more"
        if not high:
            return f"{count}."
        if not open_:
            return f"{count}; each of those has a control in every layer."
        lack = "lacks" if len(open_) == 1 else "lack"
        return f"{count}; {len(open_)} of those {lack} a control in a layer."

    def as_json(self) -> dict[str, Any]:
        """Return the register for `--json`; `matrix[s - 1][l - 1]` holds ids at severity s, likelihood l."""
        return as_json("register", self) | {"format": 1}


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
        controls=tuple(sorted(_controls(plan), key=lambda row: (LAYERS.index(row.layer), row.name))),
        gates=tuple(_gate(gate) for gate in plan.gates),
        indicators=tuple(_indicator(indicator) for indicator in plan.indicators),
    )


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
            known = find(name)
            assert known is not None  # noqa: S101 -- a plan with an unknown name does not load
            # it acts where risks use it; the library says where it acts first of all
            layer = next((layer for layer in LAYERS if used[layer]), known.layer)
            rows.append(ControlRow(name, layer, known.kind, None, (known.evidence,), True, risks))
    return rows


def _shows(control: OwnControl) -> tuple[str, ...]:
    found = list(control.evidence)
    if control.rehearsed_within is not None:
        found.append(f"rehearsed within {control.rehearsed_within}")
    if control.attested is not None:
        found.append(f"attested by {control.attested.who} every {control.attested.every}")
    return tuple(found)


def _gate(gate: Gate) -> GateRow:
    kind, asks, on = asked(gate)
    return GateRow(gate.id, kind, asks, on, gate.blocking, gate.stage)


def _indicator(indicator: Indicator) -> IndicatorRow:
    if isinstance(indicator, RuleIndicator):
        holds = tuple(held(condition) for condition in indicator.kci)
        acts = tuple(done(action) for action in indicator.when_unmet)
        return IndicatorRow(indicator.id, crossing(indicator.kri), holds, acts)
    return IndicatorRow(indicator.id, crossing(indicator.watch), (), tuple(done(a) for a in indicator.act))
