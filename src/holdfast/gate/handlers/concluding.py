"""Record what was measured, decide every gate, record the decisions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from holdfast.evidence.commands import RecordResults
from holdfast.evidence.model.foreign import ForeignFigure
from holdfast.evidence.model.measured import Evidence
from holdfast.evidence.ports import EvidenceBook
from holdfast.gate.events import ReleaseDecided
from holdfast.gate.handlers.appending import ATTEMPTS, Decided, act
from holdfast.gate.handlers.gathering import Gathered
from holdfast.gate.model.criteria import Criterion
from holdfast.gate.model.deciding import decide, fact_of
from holdfast.gate.model.decision import Decision
from holdfast.gate.model.importing import Brought, evidence_of
from holdfast.gate.model.looks import History, compared_stream, stream_of, with_comparisons
from holdfast.gate.model.outcome import CheckOutcome
from holdfast.gate.model.overriding import Approvers, Standing, approvers_of, stands
from holdfast.gate.model.releasing import overrides_of
from holdfast.gate.model.signoff import Signable, decide_signed, decided_since
from holdfast.gate.model.state import GateState
from holdfast.gate.model.typed import Typed
from holdfast.kernel.clock import Clock
from holdfast.kernel.errors import ConflictError
from holdfast.ledger.ports import Ledger
from holdfast.plan.model.loading import LoadedPlan


@dataclass(frozen=True)
class Room:
    """What deciding works with.

    Attributes
    ----------
    actor : str
        Who acts, as an opaque id.
    tool : str
        What measures and decides, with its version.
    looks_known : bool
        Whether the ledger was named as one that is kept.
    """

    book: EvidenceBook
    ledger: Ledger
    clock: Clock
    actor: str
    tool: str
    looks_known: bool


def conclude(
    room: Room,
    loaded: LoadedPlan,
    gathered: Gathered,
    say: Callable[[str], None],
    typed: Typed,
) -> CheckOutcome:
    """Record what was measured, decide every gate, record the decisions.

    Raises
    ------
    LedgerError
        The ledger cannot be read or written.
    """
    outcome = decide_gates(room, loaded, gathered, say, typed)
    _record_release(room, loaded, outcome)
    return outcome


def decide_gates(
    room: Room, loaded: LoadedPlan, gathered: Gathered, say: Callable[[str], None], typed: Typed
) -> CheckOutcome:
    """Record what was measured, decide the gathered gates and record that, without a word on the release."""
    say("deciding")
    evidence = dict(gathered.found)
    for key, command in gathered.fresh.items():
        evidence[key] = room.book.record(command, room.actor)
    head = room.ledger.head().seq
    brought = _bring(room, loaded, gathered)
    deciding = _Deciding(room, loaded, gathered.bundle, approvers_of(loaded.plan))
    decisions = []
    for criterion in gathered.criteria.now:
        imported = brought.get(criterion.gate)
        measured = evidence.get(gathered.ids.get(criterion.gate, ""))
        rests_on = measured if imported is None else evidence_of(imported)
        found = None if imported is None else imported.newest.figure
        decisions.append(deciding.decided(criterion, rests_on, found))
    seqs = {decision.criterion.gate: seq for decision, seq in decisions}
    return CheckOutcome(
        plan=loaded,
        bundle=gathered.bundle,
        bundle_known=gathered.bundle_known,
        decisions=tuple(
            replace(decision, notes=(*decision.notes, *decided_since(decision, seqs)))
            for decision, _ in decisions
        ),
        elsewhere=gathered.criteria.elsewhere,
        data=gathered.data,
        recorded=frozenset(
            {gate for gate, key in gathered.ids.items() if key in gathered.found}
            | {gate for gate, each in brought.items() if each.imported.seq <= head}
        ),
        at=room.clock.now(),
        typed=typed,
        brought=brought,
    )


def _bring(room: Room, loaded: LoadedPlan, gathered: Gathered) -> dict[str, Brought]:
    """Record the files of other tools that count, each once, and return them by gate."""
    brought = {}
    for gate, newest in gathered.foreign.items():
        if newest is None:
            continue
        command = RecordResults(loaded.plan.system.id, gathered.bundle, loaded.digest, newest.path)
        imported = room.book.record_results(command, newest.results, room.actor)
        brought[gate] = Brought(imported, newest)
    return brought


@dataclass(frozen=True)
class _Deciding:
    """What every gate of one check is decided for alike."""

    room: Room
    loaded: LoadedPlan
    bundle: str
    approvers: Approvers | None

    def decided(
        self, criterion: Criterion, evidence: Evidence | None, found: ForeignFigure | None
    ) -> tuple[Decision, int]:
        """Decide a gate and record it, with its number; what was decided last is not recorded again."""
        system = self.loaded.plan.system.id

        def decision(state: GateState) -> Decided[Decision]:
            made = self._decision(criterion, evidence, state, found)
            fact = fact_of(made, system=system, bundle=self.bundle, plan_digest=self.loaded.digest)
            if state.history.told(fact):
                return Decided(made)
            signed = max((each.seq for each in made.signatures), default=None)
            return Decided(made, [fact], evidence.seq if evidence is not None else signed)

        done = act(self.room.ledger, stream_of(system, criterion.gate), self.room.actor, decision)
        if done.recorded:
            return done.answer, done.recorded[0].seq
        last = done.state.history.last(self.bundle)
        assert last is not None  # noqa: S101 -- what was told is there; for the type checker
        return done.answer, last.seq

    def _decision(
        self,
        criterion: Criterion,
        evidence: Evidence | None,
        state: GateState,
        found: ForeignFigure | None,
    ) -> Decision:
        now = self.room.clock.now()
        if criterion.kind == "sign":
            asked = Signable(self.bundle, self.loaded.digest, now)
            decision = decide_signed(criterion, state.signatures, asked)
        else:
            seen = looked_at(self.room.ledger, self.loaded.plan.system.id, criterion.gate, state.history)
            decision = decide(criterion, evidence, seen, self.bundle, now, found)
        gate = Standing(self.bundle, criterion.digest, decision.verdict, now, self.room.looks_known)
        stood = [stands(each, self.approvers, gate) for each in reversed(state.overrides)]
        return replace(decision, overrides=tuple(stood))


def looked_at(ledger: Ledger, system: str, gate: str, history: History) -> History:
    """Return a gate's history with the looks that comparisons of arms were."""
    return with_comparisons(history, ledger.read(compared_stream(system)), gate)


def _record_release(room: Room, loaded: LoadedPlan, outcome: CheckOutcome) -> None:
    """Record what the gates say together, unless that is what was recorded last."""
    system = loaded.plan.system.id
    stream = f"release/{system}"
    fact = ReleaseDecided(
        system=system,
        bundle=outcome.bundle,
        plan_digest=loaded.digest,
        verdict=outcome.verdict.value,
        gates={decision.criterion.gate: decision.verdict.value for decision in outcome.decisions},
        overrides={each.gate: each.id for each in overrides_of(outcome.decisions)},
        looks_known=room.looks_known,
        tool=room.tool,
    )
    for attempt in range(ATTEMPTS):
        last = next(iter(room.ledger.before(None, limit=1, stream=stream)), None)
        if last is not None and last.event == fact:
            return
        version = last.version if last is not None else 0
        try:
            room.ledger.append(stream, [fact], expected=version, actor=room.actor, because=None)
        except ConflictError:
            if attempt == ATTEMPTS - 1:
                raise
            continue
        return
