"""Load, decide, append: a check from the plan to the recorded decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
from holdfast.gate.model.reading import Criteria, criteria_of
from holdfast.kernel.clock import Clock
from holdfast.kernel.errors import ConflictError
from holdfast.ledger.ports import Ledger
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.views.places import item_of, located
from holdfast.plan.views.sources import source_of
from holdfast.telemetry.passes import Measured as Answer
from holdfast.telemetry.passes import measure_pass
from holdfast.telemetry.ports import Engine

ATTEMPTS = 5
"""How often a decision is made again when another process appended to the gate's stream first."""
UNVERSIONED = "unversioned"
"""The bundle of a plan whose card names no version: all its records count as those of one bundle."""


Find = Callable[[str], Evidence | None]
"""Looks evidence up by its id."""


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


@dataclass(frozen=True)
class Gathered:
    """All that a check measured or found, before anything is recorded.

    Attributes
    ----------
    ids : mapping from gate to evidence id
        Of the gates that are measured.
    found : mapping from evidence id to evidence
        What was in the book already.
    fresh : mapping from evidence id to command
        What was measured now and is to be recorded.
    """

    criteria: Criteria
    bundle: str
    bundle_known: bool
    data: Mapping[str, DataRead]
    ids: Mapping[str, str]
    found: Mapping[str, Evidence]
    fresh: Mapping[str, RecordEvidence]


def gather(
    engine: Engine, find: Find, loaded: LoadedPlan, bundle: str | None, say: Callable[[str], None]
) -> Gathered:
    """Measure what the gates of a plan ask for and is not in the book; record nothing.

    Whatever can refuse the plan or the data does so here: no fact has been written yet. What is not known is
    measured together, one query a source.

    Raises
    ------
    DataError
        The records are not there or not as the plan says.
    """
    criteria = criteria_of(loaded.plan)
    known = bundle or declared_bundle(loaded)
    version = known or UNVERSIONED
    say("reading the data")
    data = _read(engine, loaded, criteria.now)
    ids: dict[str, str] = {}
    found: dict[str, Evidence] = {}
    wanted: dict[str, Measured] = {}
    for criterion in criteria.now:
        measured = criterion.measured
        if measured is None:
            continue
        key = evidence_id(
            system=loaded.plan.system.id,
            bundle=version,
            metric_digest=measured.digest,
            data_digest=data[measured.data].digest,
            reference_digest=data[measured.reference].digest if measured.reference else None,
        )
        ids[criterion.gate] = key
        if key in found or key in wanted:
            continue
        present = find(key)
        if present is None:
            wanted[key] = measured
        else:
            found[key] = present
    say("measuring")
    with located(loaded, [measured.id for measured in wanted.values()]):
        items = [item_of(loaded, each.id, each.data, each.by) for each in wanted.values()]
        answers = measure_pass(engine, items)
    fresh = {
        key: _command(loaded, version, measured, data, answer)
        for (key, measured), answer in zip(wanted.items(), answers, strict=True)
    }
    return Gathered(criteria, version, known is not None, data, ids, found, fresh)


def _command(
    loaded: LoadedPlan, bundle: str, measured: Measured, data: Mapping[str, DataRead], answer: Answer
) -> RecordEvidence:
    read = data[measured.data]
    return RecordEvidence(
        system=loaded.plan.system.id,
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
    )


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


def _read(engine: Engine, loaded: LoadedPlan, criteria: Sequence[Criterion]) -> dict[str, DataRead]:
    read = {}
    for name in _needed(criteria):
        with located(loaded, source=name):
            digest = engine.digest(source_of(loaded, name))
        read[name] = DataRead(digest.digest, digest.rows, dict(digest.files))
    return read


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
