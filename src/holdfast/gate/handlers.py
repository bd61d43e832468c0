"""Load, decide, append: a check from the plan to the recorded decisions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from holdfast.evidence.commands import RecordEvidence
from holdfast.evidence.model import Evidence, evidence_id
from holdfast.evidence.ports import EvidenceBook
from holdfast.gate.events import GateDecided, ReleaseDecided
from holdfast.gate.model.criteria import Criterion, Measured
from holdfast.gate.model.deciding import Decision, decide, fact_of
from holdfast.gate.model.looks import History, fold, stream_of
from holdfast.gate.model.outcome import CheckOutcome, DataRead
from holdfast.gate.model.reading import criteria_of
from holdfast.kernel.clock import Clock
from holdfast.kernel.errors import ConflictError
from holdfast.ledger.ports import Ledger
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.views.sources import source_of
from holdfast.telemetry.passes import Item, measure_pass
from holdfast.telemetry.ports import Engine

ATTEMPTS = 5
"""How often a decision is made again when another process appended to the gate's stream first."""
UNVERSIONED = "unversioned"
"""The bundle of a plan whose card names no version: all its records count as those of one bundle."""


@dataclass(frozen=True)
class Room:
    """What the handlers work with.

    Attributes
    ----------
    actor : str
        Who acts, as an opaque id.
    tool : str
        What measures and decides, with its version.
    looks_known : bool
        Whether the ledger was named as one that is kept.
    """

    engine: Engine
    book: EvidenceBook
    ledger: Ledger
    clock: Clock
    actor: str
    tool: str
    looks_known: bool


def check(room: Room, loaded: LoadedPlan, bundle: str | None, say: Callable[[str], None]) -> CheckOutcome:
    """Measure every gate of a plan, decide, and record evidence and decisions.

    Everything that can refuse (columns, types, files) does so before the first fact is appended.

    Raises
    ------
    DataError
        The records are not there or not as the plan says.
    LedgerError
        The ledger cannot be read or written.
    """
    criteria = criteria_of(loaded.plan)
    known = bundle or declared_bundle(loaded)
    version = known or UNVERSIONED
    say("reading the data")
    data = _read(room, loaded, criteria.now)
    say("measuring")
    evidence, recorded = _evidence(room, loaded, criteria.now, version, data)
    say("deciding")
    decisions = tuple(_decided(room, loaded, each, evidence.get(each.gate), version) for each in criteria.now)
    outcome = CheckOutcome(
        plan=loaded,
        bundle=version,
        bundle_known=known is not None,
        decisions=decisions,
        elsewhere=criteria.elsewhere,
        data=data,
        recorded=recorded,
        at=room.clock.now(),
    )
    _record_release(room, loaded, outcome)
    return outcome


def declared_bundle(loaded: LoadedPlan) -> str | None:
    """Return `name@version` of the plan's card; None where it names no version."""
    card = loaded.plan.system.card
    model = card.model if card is not None else None
    if model is None or model.version is None:
        return None
    return f"{model.name}@{model.version}" if model.name else model.version


def _needed(criteria: Sequence[Criterion]) -> list[str]:
    """Return the data sources that the criteria read, each once, in order."""
    names: dict[str, None] = {}
    for criterion in criteria:
        if criterion.measured is not None:
            names.setdefault(criterion.measured.data)
            if criterion.measured.reference is not None:
                names.setdefault(criterion.measured.reference)
    return list(names)


def _read(room: Room, loaded: LoadedPlan, criteria: Sequence[Criterion]) -> dict[str, DataRead]:
    read = {}
    for name in _needed(criteria):
        digest = room.engine.digest(source_of(loaded, name))
        read[name] = DataRead(digest.digest, digest.rows, dict(digest.files))
    return read


def _evidence(
    room: Room,
    loaded: LoadedPlan,
    criteria: Sequence[Criterion],
    bundle: str,
    data: dict[str, DataRead],
) -> tuple[dict[str, Evidence], frozenset[str]]:
    """Return the evidence of each measured gate, and the gates whose evidence was recorded before.

    What is in the book already is taken from there; the rest is measured together, one query a source, and
    then recorded.
    """
    system = loaded.plan.system.id
    found: dict[str, Evidence] = {}
    wanted: dict[str, tuple[Criterion, Measured]] = {}
    ids: dict[str, str] = {}
    for criterion in criteria:
        measured = criterion.measured
        if measured is None:
            continue
        key = evidence_id(
            system=system,
            bundle=bundle,
            metric_digest=measured.digest,
            data_digest=data[measured.data].digest,
            reference_digest=data[measured.reference].digest if measured.reference else None,
        )
        ids[criterion.gate] = key
        if key in found or key in wanted:
            continue
        present = room.book.find(key)
        if present is not None:
            found[key] = present
        else:
            wanted[key] = (criterion, measured)
    recorded = frozenset(gate for gate, key in ids.items() if key in found)
    answers = measure_pass(room.engine, [item_of(loaded, measured) for _, measured in wanted.values()])
    # every metric is measured before the first fact is written: an error above leaves nothing behind
    for (key, (_, measured)), answer in zip(wanted.items(), answers, strict=True):
        read = data[measured.data]
        found[key] = room.book.record(
            RecordEvidence(
                system=system,
                bundle=bundle,
                metric=measured.id,
                metric_digest=measured.digest,
                plan_digest=loaded.digest,
                data=measured.data,
                data_digest=read.digest,
                reference_digest=data[measured.reference].digest if measured.reference else None,
                rows=read.rows,
                states=answer.states,
                by=measured.by,
                notes=answer.notes,
                files=read.files,
            ),
            room.actor,
        )
    return {gate: found[key] for gate, key in ids.items()}, recorded


def item_of(loaded: LoadedPlan, measured: Measured) -> Item:
    """Return what a pass is asked for."""
    return Item(
        measured.metric,
        source_of(loaded, measured.data),
        measured.by,
        source_of(loaded, measured.reference) if measured.reference else None,
        measured.id,
    )


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
