"""What holds each risk, layer by layer, who keeps it working, and whether anything shows that it works."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from holdfast.kernel.figures import plural
from holdfast.plan.model.library.catalogue import find
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.risks import OwnControl
from holdfast.plan.model.standing import Standing
from holdfast.plan.views.evidence import Evidence, Proofs, State, worst_of
from holdfast.plan.views.promise import as_json
from holdfast.plan.views.register import HIGH, LAYERS


@dataclass(frozen=True)
class HeldBy:
    """A control with how it stands.

    Attributes
    ----------
    owner : str or None
        None where nobody keeps it working.
    library : bool
        Whether the plan only names it: its owner and its evidence are then nobody and nothing.
    evidence : tuple of Evidence
        Empty where none is named.
    state : State
        That of its worst piece of evidence; `bare` without any.
    says : str
        The state in words.
    """

    control: str
    does: str | None
    kind: str | None
    owner: str | None
    lever: str | None
    library: bool
    evidence: tuple[Evidence, ...]
    state: State
    says: str


@dataclass(frozen=True)
class CoverageRow:
    """A risk with its controls by layer; a layer with none is a gap."""

    id: str
    harm: str
    owner: str | None
    severity: int
    likelihood: int
    score: int
    prevent: tuple[HeldBy, ...]
    detect: tuple[HeldBy, ...]
    respond: tuple[HeldBy, ...]
    gates: tuple[Evidence, ...]

    def layer(self, name: str) -> tuple[HeldBy, ...]:
        """Return the controls of a layer."""
        controls: tuple[HeldBy, ...] = getattr(self, name)
        return controls

    @property
    def gaps(self) -> tuple[str, ...]:
        """Layers without a control."""
        return tuple(name for name in LAYERS if not self.layer(name))


@dataclass(frozen=True)
class Coverage:
    """Every risk by score, and the controls that no risk uses."""

    system: str
    name: str
    made: datetime
    known: bool
    risks: tuple[CoverageRow, ...]
    controls: tuple[HeldBy, ...]
    unused: tuple[str, ...]

    @property
    def headline(self) -> str:
        """How well the risks are held, in one sentence."""
        if not self.risks:
            return "No risk is registered yet, so nothing is held."
        open_ = [row for row in self.risks if row.gaps and row.score >= HIGH]
        gaps = sum(len(row.gaps) for row in self.risks)
        said = f"{plural(len(self.risks), 'risk')} x 3 layers: "
        said += f"{plural(gaps, 'place')} empty" if gaps else "no place empty"
        said += f", {len(open_)} of the risks at {HIGH} or more with one" if open_ else ""
        live = sum(control.state == "live" for control in self.controls)
        if not self.controls:
            return f"{said}; no control."
        return f"{said}; {live} of {plural(len(self.controls), 'control')} shown to work by live evidence."

    def as_json(self) -> dict[str, Any]:
        """Return the coverage for `--json`; each risk with its `gaps`."""
        told = as_json("coverage", self)
        for row, written in zip(self.risks, told["risks"], strict=True):
            written["gaps"] = list(row.gaps)
        return told


def coverage(loaded: LoadedPlan, standing: Standing, now: datetime) -> Coverage:
    """Return what holds a plan's risks, the highest score first."""
    plan = loaded.plan
    proofs = Proofs(plan, standing, now)
    held = {name: held_by(proofs, name) for name in plan.controls}
    used = {name for risk in plan.risks for layer in LAYERS for name in getattr(risk.controls, layer)}

    def controls(names: Iterable[str]) -> tuple[HeldBy, ...]:
        return tuple(held[name] for name in names)

    rows = [
        CoverageRow(
            id=risk.id,
            harm=" ".join(risk.harm.split()),
            owner=risk.owner,
            severity=risk.severity,
            likelihood=risk.likelihood,
            score=risk.score,
            prevent=controls(risk.controls.prevent),
            detect=controls(risk.controls.detect),
            respond=controls(risk.controls.respond),
            gates=proofs.of_all(risk.gates),
        )
        for risk in plan.risks
    ]
    return Coverage(
        system=plan.system.id,
        name=plan.system.name,
        made=now,
        known=standing.known,
        risks=tuple(sorted(rows, key=lambda row: (-row.score, row.id))),
        controls=tuple(held.values()),
        unused=tuple(name for name in plan.controls if name not in used),
    )


def held_by(proofs: Proofs, name: str) -> HeldBy:
    """Return one of the plan's controls with how it stands."""
    control = proofs.plan.controls[name]
    if not isinstance(control, OwnControl):
        known = find(name)
        title, kind = (None, None) if known is None else (known.title, known.kind)
        hint = "" if known is None else f"; the library would look for {known.evidence}"
        return HeldBy(name, title, kind, None, None, True, (), "bare", f"no evidence is named{hint}")
    evidence = proofs.of_control(name, control)
    state = worst_of(evidence)
    does = None if control.describes is None else " ".join(control.describes.split())
    return HeldBy(
        control=name,
        does=does,
        kind=control.kind,
        owner=control.owner,
        lever=control.lever,
        library=False,
        evidence=evidence,
        state=state,
        says=_says(evidence, state),
    )


def _says(evidence: tuple[Evidence, ...], state: State) -> str:
    if not evidence:
        return "no evidence is named"
    return "; ".join(f"{piece.name} {piece.says}" for piece in evidence if piece.state == state)
