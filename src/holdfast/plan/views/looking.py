"""What a plan's records look like from far: columns, how many there are, how many each gate would judge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from holdfast.kernel.errors import DataError, PlanError, Problem
from holdfast.measure import metrics as measured
from holdfast.measure.metrics import ALWAYS, requests_of
from holdfast.measure.requests import CountsRequest, Request, SliceKey
from holdfast.measure.slices import label, ordered
from holdfast.measure.states import ClusteredCounts, Counts, State
from holdfast.plan.model.gates import MetricGate
from holdfast.plan.model.indicators import PlainIndicator, RuleIndicator, Watch
from holdfast.plan.model.lint.subject import Data, Trials
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.metrics import reference_of
from holdfast.plan.views.measures import definition, slices
from holdfast.plan.views.places import placed
from holdfast.plan.views.sources import source_of
from holdfast.telemetry.checking import Checker, ColumnProblem
from holdfast.telemetry.ports import Engine
from holdfast.telemetry.sources import Columns, Source

FILES = ("parquet", "csv", "duckdb")
"""Kinds of source that can be looked at from here; the others are read where they are."""


@dataclass(frozen=True)
class _Use:
    """One metric on one source: by a gate, an indicator, or as a drift's reference."""

    metric: str
    data: str
    by: tuple[str, ...]
    gate: MetricGate | None = None


@dataclass
class _Looking:
    """What has been seen so far."""

    columns: dict[str, Mapping[str, str]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    trials: dict[str, tuple[Trials, ...]] = field(default_factory=dict)
    wrong: dict[Problem, None] = field(default_factory=dict)
    unseen: dict[str, str] = field(default_factory=dict)
    elsewhere: list[str] = field(default_factory=list)


def look(engine: Engine, loaded: LoadedPlan) -> Data:
    """Return what lint wants to know of a plan's data, with one query a source; nothing is measured.

    Data that is not there is no mistake of the plan: `unseen` says why.
    """
    seen = _Looking()
    uses = list(_uses(loaded))
    for name, planned in loaded.plan.data.items():
        asked = [use for use in uses if use.data == name]
        if not asked:
            continue
        source = source_of(loaded, name)
        if source.kind not in FILES:
            seen.elsewhere.append(name)
            continue
        try:
            columns = engine.describe(source)
        except DataError as error:
            if all(isinstance(problem, ColumnProblem) for problem in error.problems):
                seen.wrong |= dict.fromkeys(placed(loaded, each, source=name) for each in error.problems)
            seen.unseen[name] = error.problems[0].message
            continue
        seen.columns[name] = {**columns, **dict.fromkeys(planned.derive, "text")}
        _count(engine, loaded, source, _checked(engine, loaded, source, columns, asked, seen), seen)
    complete = not seen.unseen and not seen.elsewhere
    wrong, elsewhere = tuple(seen.wrong), tuple(seen.elsewhere)
    return Data(seen.columns, seen.rows, seen.trials, wrong, seen.unseen, elsewhere, complete)


def _uses(loaded: LoadedPlan) -> Iterator[_Use]:
    plan = loaded.plan
    asking: list[tuple[MetricGate | Watch, MetricGate | None]] = [
        (gate, gate) for gate in plan.gates if isinstance(gate, MetricGate)
    ]
    for indicator in plan.indicators:
        if isinstance(indicator, PlainIndicator):
            asking.append((indicator.watch, None))
        elif isinstance(indicator, RuleIndicator):
            asking += [(each, None) for each in (indicator.kri, *indicator.kci) if isinstance(each, Watch)]
    for each, gate in asking:
        by = slices(plan, each)
        yield _Use(each.metric, each.data, by, gate)
        reference = reference_of(plan.metrics[each.metric])
        if reference is not None:
            yield _Use(each.metric, reference, ())


def _checked(
    engine: Engine,
    loaded: LoadedPlan,
    source: Source,
    columns: Columns,
    uses: Sequence[_Use],
    seen: _Looking,
) -> list[_Use]:
    """Note every column that is wrong; return the uses that name only right ones."""
    right = []
    for use in uses:
        try:
            metric = definition(loaded.plan, use.metric)
        except PlanError:  # a kind that this version does not measure
            continue
        checker = Checker(columns, source.name, lambda column: engine.values(source, column))
        if isinstance(metric, measured.Drift):
            for name in (metric.column, *use.by):
                checker.asked = 0
                checker.groupable(name)
        elif isinstance(metric, measured.EmbeddingDrift):
            checker.asked = 0
            checker.vector(metric.column)
            for name in use.by:
                checker.groupable(name)
        else:
            checker.requests(requests_of(metric, use.by, source.cluster))
        seen.wrong |= dict.fromkeys(placed(loaded, each, [use.metric]) for each in _of_one(checker.problems))
        if not checker.problems:
            right.append(use)
    return right


def _of_one(problems: Sequence[ColumnProblem]) -> Iterator[ColumnProblem]:
    """Yield problems as those of the only metric that was asked about, however many requests it makes."""
    for each in problems:
        asked = min(each.asked, 0)
        yield ColumnProblem(each.code, each.message, None, each.fix, each.column, each.at, each.width, asked)


def _count(engine: Engine, loaded: LoadedPlan, source: Source, uses: Sequence[_Use], seen: _Looking) -> None:
    """Count the records of a source, and those that each of its gates would judge, in one query."""
    asked: list[Request] = [CountsRequest(ALWAYS)]
    spans: dict[str, slice] = {}
    gates = {use.gate.id: use for use in uses if use.gate is not None}
    for name, use in gates.items():
        metric = definition(loaded.plan, use.metric)
        if isinstance(
            metric, measured.Rate | measured.SelectiveRisk | measured.Disparity | measured.EqualizedOdds
        ):
            wanted = requests_of(metric, use.by, None)
            spans[name] = slice(len(asked), len(asked) + len(wanted))
            asked += wanted
    try:
        answers = engine.answer(source, asked)
    except DataError:
        # labels that are no labels are for the check to refuse; how many records there are can still be told
        try:
            answers, spans = engine.answer(source, asked[:1]), {}
        except DataError as error:
            seen.unseen[source.name] = error.problems[0].message
            return
    seen.rows[source.name] = sum(_n(state) for state in answers[0].values())
    for name, span in spans.items():
        use = gates[name]
        over = use.by + _over(definition(loaded.plan, use.metric))
        gate = use.gate
        if gate is not None:
            # zero tolerance judges every slice, however small
            major = gate.major if gate.allow is None else 0.0
            seen.trials[name] = _trials(answers[span], over, major)


def _over(metric: measured.Metric) -> tuple[str, ...]:
    return metric.over if isinstance(metric, measured.Disparity | measured.EqualizedOdds) else ()


def _trials(
    answers: Sequence[Mapping[SliceKey, State]], names: tuple[str, ...], major: float
) -> tuple[Trials, ...]:
    """Return the fewest records of each judged slice, over the rates that a metric is made of."""
    weights: dict[SliceKey, float] = {}
    least: dict[SliceKey, int] = {}
    for answer in answers:
        for key, state in answer.items():
            weights[key] = weights.get(key, 0.0) + _n(state) + _missing(state)
            least[key] = min(least.get(key, _n(state)), _n(state))
    total = sum(weights.values()) or 1.0
    judged = [key for key in ordered(least) if weights[key] / total >= major]
    return tuple(Trials(label(key, names) if key else "", least[key]) for key in judged)


def _n(state: State) -> int:
    return round(state.n) if isinstance(state, Counts | ClusteredCounts) else 0


def _missing(state: State) -> float:
    return state.missing if isinstance(state, Counts | ClusteredCounts) else 0.0
