"""Two arms through the same gates: measure both, decide both, compare, record one fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from holdfast.evidence.model.measured import Evidence
from holdfast.evidence.ports import ResultsReader
from holdfast.gate.events import ArmsCompared
from holdfast.gate.handlers.appending import ATTEMPTS
from holdfast.gate.handlers.concluding import Room, looked_at
from holdfast.gate.handlers.gathering import Find, Gathered, gather
from holdfast.gate.model.compared import ArmOutcome, ComparisonOutcome, fact_of
from holdfast.gate.model.comparing import choose, figures_of
from holdfast.gate.model.criteria import Measured
from holdfast.gate.model.deciding import decide
from holdfast.gate.model.looks import History, compared_stream, comparisons, stream_of
from holdfast.gate.model.outcome import CheckOutcome
from holdfast.gate.model.reading import Criteria, criteria_of
from holdfast.gate.model.state import fold
from holdfast.gate.model.typed import Typed
from holdfast.kernel.errors import ConflictError, DataError, UsageError, did_you_mean
from holdfast.kernel.figures import plural
from holdfast.measure.metrics import Mean, Rate
from holdfast.measure.pairs import (
    PairedCountsRequest,
    PairedRequest,
    PairedValuesRequest,
    Pairing,
    PairState,
)
from holdfast.measure.requests import SliceKey
from holdfast.plan.model.gates import MetricGate
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.views.arms import arm_of, as_gates_do, in_arm, located_in
from holdfast.plan.views.bundle import UNVERSIONED, declared_bundle
from holdfast.plan.views.places import located
from holdfast.plan.views.sources import source_of
from holdfast.telemetry.ports import Engine
from holdfast.telemetry.queries.pairing import PairedSource


@dataclass(frozen=True)
class ArmGathered:
    """One arm, measured."""

    name: str
    plan: LoadedPlan
    gathered: Gathered


@dataclass(frozen=True)
class Weighed:
    """All that a comparison measured, before anything is recorded.

    Attributes
    ----------
    pairings : mapping from data source to how its records pair
    states : mapping from gate to its paired states
    unpaired, shared : tuple of str
        Data sources whose records nothing pairs, and those that both arms read alike.
    waiting : tuple of str
        Gates that are not measured on records.
    """

    loaded: LoadedPlan
    arms: tuple[ArmGathered, ArmGathered]
    pairings: Mapping[str, Pairing]
    states: Mapping[str, Mapping[SliceKey, PairState]]
    unpaired: tuple[str, ...]
    shared: tuple[str, ...]
    waiting: tuple[str, ...]


def two_arms(loaded: LoadedPlan, names: tuple[str, ...]) -> tuple[str, str]:
    """Return the two arms that were asked for.

    Raises
    ------
    UsageError
        HF501: the plan names no arms, or not two different ones were asked for. HF502: an unknown one.
    """
    arms = loaded.plan.arms
    if not arms:
        fix = "name its variants: `arms: {now: {}, next: {columns: {score: score_b}}}` (docs/compare.md)"
        raise UsageError.of("HF501", "the plan has no `arms`", fix=fix)
    for name in names:
        if name not in arms:
            fix = did_you_mean(name, arms, otherwise="it has")
            raise UsageError.of("HF502", f"the plan has no arm `{name}`", fix=fix)
    if len(names) != 2 or names[0] == names[1]:
        told = "one arm" if len(set(names)) == 1 else plural(len(names), "arm")
        listed = ",".join(list(arms)[:2]) if len(arms) > 1 else "the plan names only one: add the other"
        fix = f"--arms {listed}" if len(arms) > 1 else listed
        raise UsageError.of("HF501", f"{told} given: two different ones are compared", fix=fix)
    return names[0], names[1]


def weigh(
    engine: Engine,
    read: ResultsReader,
    find: Find,
    loaded: LoadedPlan,
    names: tuple[str, str],
    say: Callable[[str], None],
) -> Weighed:
    """Measure both arms and their pairs; record nothing. Whatever can refuse does so here.

    Only the gates are asked that are measured on records: what else a plan asks for is not an arm's own.

    Raises
    ------
    DataError
        The records are not there or not as the plan says; HF310: the arms cannot be compared.
    """
    plans = in_arm(loaded, names[0]), in_arm(loaded, names[1])
    asked, waiting = _criteria(plans)
    measured = [each.measured for each in asked[0].now if each.measured is not None]
    sources = dict.fromkeys(name for each in measured for name in (each.data, each.reference) if name)
    for name, plan in zip(names, plans, strict=True):
        for data in sources:
            with located_in(loaded, name, data):
                engine.describe(source_of(plan, data))
    alike = [data for data in sources if _same(plans, data)]
    if measured and len(alike) == len(sources):
        fix = f"say under `arms` what is different: `{names[1]}: {{where: ..., columns: ..., data: ...}}`"
        place = loaded.place(("arms", names[1]))
        message = f"arms `{names[0]}` and `{names[1]}` read the same records"
        raise DataError.of("HF310", message, place=place, fix=fix)
    bundles = [_bundle(loaded, name) for name in names]
    if bundles[0] == bundles[1]:
        message = f"arms `{names[0]}` and `{names[1]}` are both of the bundle `{bundles[0]}`"
        place = loaded.place(("arms", names[1], "bundle"))
        raise DataError.of("HF310", message, place=place, fix="give each the version that made its records")
    arms = []
    for name, plan, bundle, criteria in zip(names, plans, bundles, asked, strict=True):
        say(f"arm {name}: reading the data")
        gathered = gather(engine, read, find, plan, bundle, say, criteria)
        for data, held in gathered.data.items():
            if not held.rows:
                raise _no_records(loaded, name, data)
        arms.append(ArmGathered(name, plan, gathered))
    say("pairing the records")
    pairings, states, unpaired = _pairs(engine, loaded, (arms[0], arms[1]), alike)
    return Weighed(loaded, (arms[0], arms[1]), pairings, states, unpaired, tuple(alike), waiting)


def _criteria(plans: tuple[LoadedPlan, LoadedPlan]) -> tuple[tuple[Criteria, Criteria], tuple[str, ...]]:
    """Return each arm's gates that records decide in both arms, and the names of the others."""
    asked = [criteria_of(plan.plan) for plan in plans]
    decided = [{each.gate for each in criteria.now if each.measured is not None} for criteria in asked]
    common = decided[0] & decided[1]
    one, other = (
        Criteria(tuple(each for each in criteria.now if each.gate in common), criteria.elsewhere)
        for criteria in asked
    )
    return (one, other), tuple(each.gate for each in asked[0].now if each.gate not in common)


def _same(plans: tuple[LoadedPlan, LoadedPlan], data: str) -> bool:
    return source_of(plans[0], data).key() == source_of(plans[1], data).key()


def _bundle(loaded: LoadedPlan, name: str) -> str:
    arm = arm_of(loaded, name)
    if arm.bundle is not None:
        return arm.bundle
    return (declared_bundle(loaded) or UNVERSIONED) if as_gates_do(arm) else name


def _no_records(loaded: LoadedPlan, name: str, data: str) -> DataError:
    arm = arm_of(loaded, name)
    where = f" (where: {arm.where})" if arm.where is not None else ""
    message = f"arm `{name}` has no record in data `{arm.data.get(data, data)}`{where}"
    key = "where" if arm.where is not None else "data" if arm.data else None
    place = loaded.place(("arms", name, key) if key else ("arms", name))
    return DataError.of("HF310", message, place=place, fix="look at what its records say there")


def _pairs(
    engine: Engine,
    loaded: LoadedPlan,
    arms: tuple[ArmGathered, ArmGathered],
    alike: list[str],
) -> tuple[dict[str, Pairing], dict[str, Mapping[SliceKey, PairState]], tuple[str, ...]]:
    asked: dict[str, list[tuple[str, PairedRequest]]] = {}
    for criterion in arms[0].gathered.criteria.now:
        measured = criterion.measured
        if measured is not None and measured.data not in alike:
            request = _request(arms[0].plan, measured)
            if request is not None:
                asked.setdefault(measured.data, []).append((criterion.gate, request))
    pairings: dict[str, Pairing] = {}
    states: dict[str, Mapping[SliceKey, PairState]] = {}
    unpaired = []
    for data, requests in asked.items():
        a, b = (source_of(arm.plan, data) for arm in arms)
        keys = (arm.plan.plan.data[data].pair for arm in arms)
        key = next((key for key in keys if key is not None), None)
        source = PairedSource.of(a, b, key)
        if source is None:
            unpaired.append(data)
            continue
        with located(loaded, source=data):
            paired = engine.paired(source, [request for _, request in requests])
        pairings[data] = paired.pairing
        states |= {gate: found for (gate, _), found in zip(requests, paired.states, strict=True)}
    return pairings, states, tuple(unpaired)


def _request(loaded: LoadedPlan, measured: Measured) -> PairedRequest | None:
    cluster = loaded.plan.data[measured.data].cluster
    match measured.metric:
        case Rate(hit, among):
            return PairedCountsRequest(hit, among, measured.by, cluster)
        case Mean(column):
            return PairedValuesRequest(column, measured.by, cluster)
        case _:
            return None


def conclude_comparison(
    room: Room, weighed: Weighed, say: Callable[[str], None], typed: Typed
) -> ComparisonOutcome:
    """Record what was measured, decide both arms' gates, compare them, record what was found.

    Deciding records no gate and no release: the one fact is `ArmsCompared`, which later looks count.

    Raises
    ------
    LedgerError
        The ledger cannot be read or written.
    """
    say("comparing")
    evidence = [dict(arm.gathered.found) for arm in weighed.arms]
    for known, arm in zip(evidence, weighed.arms, strict=True):
        for key, command in arm.gathered.fresh.items():
            known[key] = room.book.record(command, room.actor)
    system = weighed.loaded.plan.system.id
    stream = compared_stream(system)
    for attempt in range(ATTEMPTS):
        earlier = [cast("ArmsCompared", recorded.event) for recorded in room.ledger.read(stream)]
        outcomes = [
            _arm(room, weighed, arm, known, typed) for arm, known in zip(weighed.arms, evidence, strict=True)
        ]
        outcome = _compared(room, weighed, (outcomes[0], outcomes[1]), earlier)
        fact = fact_of(outcome, looks_known=room.looks_known, tool=room.tool)
        if any(each.comparison_id == fact.comparison_id for each in earlier):
            return outcome
        try:
            room.ledger.append(stream, [fact], expected=len(earlier), actor=room.actor, because=None)
        except ConflictError:
            if attempt == ATTEMPTS - 1:
                raise
            continue
        return outcome
    raise AssertionError(stream)  # the last attempt returned or raised


def _arm(
    room: Room, weighed: Weighed, arm: ArmGathered, evidence: Mapping[str, Evidence], typed: Typed
) -> ArmOutcome:
    gathered, system = arm.gathered, weighed.loaded.plan.system.id
    decisions = tuple(
        decide(
            criterion,
            evidence.get(gathered.ids.get(criterion.gate, "")),
            _history(room, system, criterion.gate),
            gathered.bundle,
            room.clock.now(),
        )
        for criterion in gathered.criteria.now
    )
    outcome = CheckOutcome(
        plan=arm.plan,
        bundle=gathered.bundle,
        bundle_known=gathered.bundle != UNVERSIONED,
        decisions=decisions,
        elsewhere=gathered.criteria.elsewhere,
        data=gathered.data,
        recorded=frozenset(gate for gate, key in gathered.ids.items() if key in gathered.found),
        at=room.clock.now(),
        typed=typed,
    )
    return ArmOutcome(arm.name, arm_of(weighed.loaded, arm.name).describes or "", outcome)


def _history(room: Room, system: str, gate: str) -> History:
    return looked_at(room.ledger, system, gate, fold(room.ledger.read(stream_of(system, gate))).history)


def _compared(
    room: Room, weighed: Weighed, arms: tuple[ArmOutcome, ArmOutcome], earlier: list[ArmsCompared]
) -> ComparisonOutcome:
    plan = weighed.loaded.plan
    margins = {
        gate.id: gate.margin.value
        for gate in plan.gates
        if isinstance(gate, MetricGate) and gate.margin is not None
    }
    decided = arms[0].outcome.decisions, arms[1].outcome.decisions
    digests = frozenset(
        each.evidence.data_digest for decisions in decided for each in decisions if each.evidence is not None
    )
    seen = comparisons(earlier, frozenset(arm.outcome.bundle for arm in arms))
    look = seen.index(digests) + 1 if digests in seen else len(seen) + 1
    figures = figures_of(*decided, weighed.states, margins, look, frozenset(weighed.shared))
    return ComparisonOutcome(
        plan=weighed.loaded,
        arms=arms,
        figures=figures,
        choice=choose((arms[0].name, arms[1].name), *decided, figures),
        pairings=weighed.pairings,
        unpaired=weighed.unpaired,
        shared=weighed.shared,
        waiting=weighed.waiting,
        look=look,
        at=room.clock.now(),
    )
