"""A plan as the evidence room needs it: the two know nothing of each other, the app knows both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from holdfast.evidence.model.planned import ATTEST, Attestable, Planned, Resting
from holdfast.gate.model.criteria import Checked
from holdfast.plan.model.acting import check_acting
from holdfast.plan.model.gates import CheckGate, Gate, ImportGate, MetricGate, SchemaCheck
from holdfast.plan.model.indicators import EvidenceHolds, RuleIndicator
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.plan import Plan
from holdfast.plan.model.risks import OwnControl
from holdfast.plan.views.bundle import UNVERSIONED, declared_bundle
from holdfast.plan.views.evidence import proofs_of
from holdfast.plan.views.measures import slices
from holdfast.plan.views.reading import read_plan

if TYPE_CHECKING:
    from holdfast.telemetry.ports import Engine


class EvidencePlan:
    """A plan that was read, as far as evidence goes; fulfils `holdfast.evidence.ports.PlanFacts`."""

    def __init__(self, loaded: LoadedPlan, engine: Callable[[], Engine]) -> None:
        self._loaded = loaded
        self._engine = engine

    @classmethod
    def read(cls, path: Path, engine: Callable[[], Engine]) -> Self:
        """Return the plan in a file or a folder."""
        return cls(read_plan(path), engine)

    @cached_property
    def planned(self) -> Planned:
        """What the plan says of evidence."""
        loaded = self._loaded
        plan = loaded.plan
        return Planned(
            system=plan.system.id,
            bundle=declared_bundle(loaded) or UNVERSIONED,
            digest=loaded.digest,
            root=loaded.root,
            attestable=attestable(plan),
            called=_called(plan),
            gates=tuple(resting(plan, gate) for gate in plan.gates),
        )

    def check_acting(self, role: str, actor: str) -> None:
        """Refuse an actor who does not act for a role."""
        check_acting(self._loaded.plan, role, actor)

    def data_digests(self, source: str) -> Iterator[str]:
        """Yield the digests of a data source's records as they lie there now: the plan's, then its arms'."""
        from holdfast.plan.views.arms import in_arm
        from holdfast.plan.views.sources import source_of

        engine = self._engine()
        yield engine.digest(source_of(self._loaded, source)).digest
        for arm in self._loaded.plan.arms:
            yield engine.digest(source_of(in_arm(self._loaded, arm), source)).digest


def resting(plan: Plan, gate: Gate) -> Resting:
    """Return a gate with the evidence that it rests on."""
    fresh_for = gate.fresh_for.delta if gate.fresh_for is not None else None
    if isinstance(gate, MetricGate):
        by = slices(plan, gate)
        return Resting(gate.id, fresh_for, metric=gate.metric, source=gate.data, by=by)
    if isinstance(gate, CheckGate):
        asked = gate.check
        checked = Checked(asked.data, asked.schema_ if isinstance(asked, SchemaCheck) else None)
        return Resting(gate.id, fresh_for, metric=checked.name, source=asked.data)
    if isinstance(gate, ImportGate):
        return Resting(gate.id, fresh_for, tool=gate.import_.tool, pattern=gate.import_.path)
    return Resting(gate.id, fresh_for)


def attestable(plan: Plan) -> dict[str, Attestable]:
    """Return what people sign under a plan: `attest/<name>` -> who, and for how long.

    Of a control that is attested and of a review the plan says who, and they alone sign; where several name
    the same, each of theirs may, and the shortest rhythm counts. Other evidence any group of the plan signs.
    """
    found: dict[str, Attestable] = {}
    for proof, who, every in _asked(plan):
        before = found.get(proof)
        roles = dict.fromkeys((*(before.roles if before else ()), who))
        lasts = min(every, before.every) if before and before.every else every
        found[proof] = Attestable(tuple(roles), lasts)
    for name in _free(plan):
        found.setdefault(name, Attestable(tuple(plan.people)))
    return found


def _asked(plan: Plan) -> Iterator[tuple[str, str, timedelta]]:
    """Yield what the plan asks somebody to sign: the name, who, and how long it lasts."""
    for name, control in plan.controls.items():
        if isinstance(control, OwnControl) and control.attested is not None:
            for proof in _signed(name, control):
                yield proof, control.attested.who, control.attested.every.delta
    for review in plan.reviews:
        yield f"{ATTEST}{review.id}", review.who, review.every.delta


def _called(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Return by what other names than its own something is signed: control or review -> `attest/...`."""
    called: dict[str, tuple[str, ...]] = {one.id: (f"{ATTEST}{one.id}",) for one in plan.reviews}
    for name, control in plan.controls.items():
        if isinstance(control, OwnControl) and (proofs := _signed(name, control)):
            called[name] = tuple(dict.fromkeys((*called.get(name, ()), *proofs)))
    return called


def _signed(name: str, control: OwnControl) -> tuple[str, ...]:
    return tuple(proof for proof in proofs_of(name, control) if proof.startswith(ATTEST))


def _free(plan: Plan) -> Iterator[str]:
    """Yield every `attest/...` that the plan names as evidence."""
    for control in plan.controls.values():
        if isinstance(control, OwnControl):
            yield from (name for name in control.evidence if name.startswith(ATTEST))
    for claim in plan.claims:
        yield from (name for name in claim.evidence if name.startswith(ATTEST))
    for indicator in plan.indicators:
        if isinstance(indicator, RuleIndicator):
            held = (part.evidence for part in indicator.kci if isinstance(part, EvidenceHolds))
            yield from (name for name in held if name.startswith(ATTEST))
