"""Record what was measured, decide every gate, record the decisions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from holdfast.evidence.model.measured import Evidence
from holdfast.evidence.ports import EvidenceBook
from holdfast.gate.events import GateDecided, ReleaseDecided
from holdfast.gate.handlers.gathering import Gathered
from holdfast.gate.model.criteria import Criterion
from holdfast.gate.model.deciding import Decision, decide, fact_of
from holdfast.gate.model.looks import History, fold, stream_of
from holdfast.gate.model.outcome import CheckOutcome
from holdfast.kernel.clock import Clock
from holdfast.kernel.errors import ConflictError
from holdfast.ledger.ports import Ledger
from holdfast.plan.model.loading import LoadedPlan

ATTEMPTS = 5
"""How often a decision is made again when another process appended to the gate's stream first."""


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


def conclude(room: Room, loaded: LoadedPlan, gathered: Gathered, say: Callable[[str], None]) -> CheckOutcome:
    """Record what was measured, decide every gate, record the decisions.

    Raises
    ------
    LedgerError
        The ledger cannot be read or written.
    """
    say("deciding")
    evidence = dict(gathered.found)
    for key, command in gathered.fresh.items():
        evidence[key] = room.book.record(command, room.actor)
    decisions = []
    for criterion in gathered.criteria.now:
        rests_on = evidence.get(gathered.ids.get(criterion.gate, ""))
        decisions.append(_decided(room, loaded, criterion, rests_on, gathered.bundle))
    outcome = CheckOutcome(
        plan=loaded,
        bundle=gathered.bundle,
        bundle_known=gathered.bundle_known,
        decisions=tuple(decisions),
        elsewhere=gathered.criteria.elsewhere,
        data=gathered.data,
        recorded=frozenset(gate for gate, key in gathered.ids.items() if key in gathered.found),
        at=room.clock.now(),
    )
    _record_release(room, loaded, outcome)
    return outcome


def _decided(
    room: Room, loaded: LoadedPlan, criterion: Criterion, evidence: Evidence | None, bundle: str
) -> Decision:
    """Decide a gate and record it; what was decided just so before is not recorded again."""
    system = loaded.plan.system.id
    stream = stream_of(system, criterion.gate)
    for attempt in range(ATTEMPTS):
        history = load_history(room.ledger, stream)
        decision = decide(criterion, evidence, history, bundle, room.clock.now())
        fact = fact_of(decision, system=system, bundle=bundle, plan_digest=loaded.digest)
        if fact.decision_id in history.decisions:
            return decision
        try:
            because = evidence.seq if evidence is not None else None
            room.ledger.append(stream, [fact], expected=history.version, actor=room.actor, because=because)
        except ConflictError:
            if attempt == ATTEMPTS - 1:
                raise
            continue
        return decision
    raise AssertionError(stream)  # the last attempt returned or raised


def load_history(ledger: Ledger, stream: str) -> History:
    """Return the earlier decisions of a gate."""
    return fold(cast("GateDecided", recorded.event) for recorded in ledger.read(stream))


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
        looks_known=room.looks_known,
        tool=room.tool,
    )
    earlier = room.ledger.read(stream)
    if not earlier or earlier[-1].event != fact:
        room.ledger.append(stream, [fact], expected=None, actor=room.actor, because=None)
