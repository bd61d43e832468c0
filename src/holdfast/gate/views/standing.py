"""What a ledger knows of a plan's gates, for lint and views: each one's newest decision, its overrides."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from holdfast.evidence.events.measured import ResultsImported
from holdfast.evidence.model import imported, measured
from holdfast.gate.events import GateDecided
from holdfast.gate.model.criteria import Criterion
from holdfast.gate.model.looks import Look, stream_of
from holdfast.gate.model.overriding import approvers_of
from holdfast.gate.model.reading import criterion_of
from holdfast.gate.model.signoff import Signable, decide_signed
from holdfast.gate.model.state import GateState, fold
from holdfast.kernel.events import Recorded
from holdfast.kernel.verdict import Verdict
from holdfast.ledger.ports import Ledger
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.standing import Overridden, Shown
from holdfast.plan.views.bundle import declared_bundle


def gates_shown(ledger: Ledger, loaded: LoadedPlan) -> tuple[dict[str, Shown], tuple[Overridden, ...]]:
    """Return the newest decision of every gate that has one, and the overrides that were granted.

    It must be of the bundle that the plan's card names, where it names one, and of what the gate asks for
    now: a decision on another version or another threshold shows nothing about this one. Of overrides those
    are left out that stand beside a pass, or were asked for another bundle or criterion; those that have
    ended are there.
    """
    shown: dict[str, Shown] = {}
    overrides: list[Overridden] = []
    approvers = approvers_of(loaded.plan)
    bundle = declared_bundle(loaded)
    for gate in loaded.plan.gates:
        criterion = criterion_of(loaded.plan, gate)
        recorded = ledger.read(stream_of(loaded.plan.system.id, gate.id))
        state = fold(recorded)
        last = next(
            (
                look
                for look in reversed(state.history.looks)
                if bundle in (None, look.bundle) and look.criterion_digest == criterion.digest
            ),
            None,
        )
        if last is None:
            continue
        fact = next(each for each in reversed(recorded) if each.seq == last.seq)
        shown[gate.id] = _shown(ledger, criterion, state, fact)
        if last.verdict == Verdict.PASS.value:
            continue
        overrides += [
            # its last moment: a date made from it is its last day
            Overridden(gate.id, each.because, each.end - timedelta(microseconds=1), each.seq)
            for each in state.overrides
            if each.refused is None
            and approvers is not None
            and not approvers.lacking(each).groups
            and _covers(each.bundle, each.criterion_digest, last)
        ]
    return shown, tuple(overrides)


def _covers(bundle: str, criterion_digest: str, last: Look) -> bool:
    return (bundle, criterion_digest) == (last.bundle, last.criterion_digest)


def _shown(ledger: Ledger, criterion: Criterion, state: GateState, recorded: Recorded) -> Shown:
    fact = cast("GateDecided", recorded.event)
    rests_on = _rests_on(ledger, criterion, state, recorded)
    until = None
    if rests_on is not None and criterion.fresh_for is not None:
        until = rests_on + criterion.fresh_for
    return Shown(Verdict(fact.verdict), recorded.at, until, recorded.seq, fact.reason, fact.bundle)


def _rests_on(ledger: Ledger, criterion: Criterion, state: GateState, recorded: Recorded) -> datetime | None:
    """Return when the oldest thing that a decision rests on was measured or signed; None where nothing is."""
    fact = cast("GateDecided", recorded.event)
    if criterion.kind == "sign":
        asked = Signable(fact.bundle, fact.plan_digest, recorded.at)
        held = decide_signed(criterion, state.signatures, asked).signatures
        return min((each.at for each in held), default=None)
    if fact.evidence is None:
        return None
    if criterion.kind == "import":
        for each in ledger.read(imported.stream_of(fact.evidence)):
            return imported.evolve(cast("ResultsImported", each.event), each.seq, each.at).measured_at
        return None
    return next((each.at for each in ledger.read(measured.stream_of(fact.evidence))), None)
