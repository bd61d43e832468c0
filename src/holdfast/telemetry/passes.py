"""A pass: everything that metrics ask of their sources, in one query a source."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from holdfast.kernel.errors import DataError, Problem
from holdfast.kernel.expressions.tree import Column
from holdfast.measure.metrics import (
    Disparity,
    Drift,
    EmbeddingDrift,
    EqualizedOdds,
    Metric,
    assemble,
    requests_of,
)
from holdfast.measure.requests import Request, SliceKey
from holdfast.measure.slices import rest_of
from holdfast.measure.states import Groups, State
from holdfast.telemetry.checking import ColumnProblem, at_column
from holdfast.telemetry.drifts import DriftAsked, DriftPlanned, drift_states, plan_drifts
from holdfast.telemetry.embeddings import EmbeddingAsked, embedding_states
from holdfast.telemetry.ports import DataDigest, Engine
from holdfast.telemetry.reference_times import earlier_note
from holdfast.telemetry.sources import Source

REPEATS = 1.5
"""Records per value from which a column that names a unit is taken for a cluster."""
_UNITS = re.compile(
    r"(^|.*_)(conversation|session|patient|user|customer|tenant|household|account)(s|_?id|_?key)?", re.I
)
_IDS = re.compile(r".*_id", re.I)
_FEW = 10
"""An *_id with fewer values than this names a kind (a model, a language), not a unit."""


IDS = 100
"""A column with so many more values than slices is taken for an id."""


@dataclass(frozen=True)
class Item:
    """A metric to be measured on a source.

    Attributes
    ----------
    metric : Metric
    source : Source
    by : tuple of str
        The columns to slice by.
    reference : Source or None
        What a drift is measured against.
    name : str
        The metric's id, for whoever reads the answer.
    """

    metric: Metric
    source: Source
    by: tuple[str, ...] = ()
    reference: Source | None = None
    name: str = ""


@dataclass(frozen=True)
class Measured:
    """What a pass brought for an item.

    Attributes
    ----------
    states : mapping
        One state per slice; () is the whole where nothing slices.
    data : DataDigest
        Which data that was.
    reference : DataDigest or None
        Which data it was compared with.
    notes : tuple of str
        What a careful reader must know about the data.
    """

    states: Mapping[SliceKey, State]
    data: DataDigest
    reference: DataDigest | None = None
    notes: tuple[str, ...] = ()


@dataclass
class _Asked:
    """What one source is asked for: requests of several items, in order."""

    source: Source
    requests: list[Request] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)

    def add(self, item: int, requests: Sequence[Request]) -> slice:
        start = len(self.requests)
        self.requests.extend(requests)
        self.owners.extend([item] * len(requests))
        return slice(start, len(self.requests))


def measure_pass(engine: Engine, items: Sequence[Item]) -> list[Measured]:
    """Measure all items together: one query for each source, and one before it for a drift's range.

    Parameters
    ----------
    engine : Engine
    items : sequence of Item
        Any number of metrics on any number of sources.

    Returns
    -------
    list of Measured
        One for each item, in order.

    Raises
    ------
    DataError
        Everything that is wrong with the columns (HF113, `ColumnProblem`s that say which item asked), or
        the first thing that is wrong with the records (HF301 to HF305).
    """
    digests = {item.source.key(): engine.digest(item.source) for item in items}
    digests |= {item.reference.key(): engine.digest(item.reference) for item in items if item.reference}
    drifts = plan_drifts(engine, _drifts(items))
    asked: dict[bytes, _Asked] = {}
    places: list[slice] = []
    for index, item in enumerate(items):
        wanted = _wanted(item, drifts.get(index))
        places.append(asked.setdefault(item.source.key(), _Asked(item.source)).add(index, wanted))
    answers = _answers(engine, asked)
    notes = {key: cluster_notes(engine, one.source) for key, one in asked.items()}
    early = {
        (item.source.key(), item.reference.key()): earlier_note(engine, item.source, item.reference)
        for item in items
        if item.reference is not None
    }
    measured: list[Measured] = []
    for index, item in enumerate(items):
        key = item.source.key()
        found, planned = answers[key][places[index]], drifts.get(index)
        if isinstance(item.metric, EmbeddingDrift):
            whole = embedding_states(engine, _embedding(index, item))
        else:
            whole = (
                assemble(item.metric, item.by, found) if planned is None else drift_states(planned, found[0])
            )
        reference = digests[item.reference.key()] if item.reference else None
        older = early[key, item.reference.key()] if item.reference else ()
        said = (*notes[key], *older, *_rest_notes(item, whole, index))
        measured.append(Measured(whole, digests[key], reference, said))
    return measured


def _rest_notes(item: Item, states: Mapping[SliceKey, State], index: int) -> tuple[str, ...]:
    """Return a note where there are more slices, or groups of a gap, than are kept apart.

    Raises
    ------
    DataError
        HF309 where slices that are not kept apart would be missing in others: of a drift, whose reference
        keeps others, and of a gap within slices.
    """
    groups = {key for state in states.values() if isinstance(state, Groups) for key in _groups_of(state)}
    rest = next((rest for key in (*states, *groups) if (rest := rest_of(key)) is not None), None)
    if rest is None:
        return ()
    over = item.metric.over if isinstance(item.metric, Disparity | EqualizedOdds) else ()
    by, kept = (item.by, len(states)) if item.by else (over, len(groups))
    named = " and ".join(f"`{name}`" for name in by)
    many = f"{named} {'has' if len(by) == 1 else 'have together'} {rest.values + kept - 1:,} values"
    if item.by and (over or isinstance(item.metric, Drift)):
        message = f"data `{item.source.name}`: {many}, more than {kept:,} that could be compared"
        fix = "slice by columns of few values; cut numbers into bands with `derive:`"
        raise DataError([at_column("HF309", message, fix, Column(by[-1], -1), index)])
    ids = ": it looks like an id" if rest.values > IDS * kept else ""
    apart = f"the {kept - 1:,} most frequent stand for themselves"
    return (
        f"data `{item.source.name}`: {many}{ids}; {apart},"
        f" {rest.values:,} further ones are counted together as `other`",
    )


def _groups_of(state: Groups) -> set[SliceKey]:
    return {key for rate in state.counts for key in rate}


def _wanted(item: Item, planned: DriftPlanned | None) -> tuple[Request, ...]:
    """Return what an item asks of its source's query; embeddings are read by themselves."""
    if isinstance(item.metric, EmbeddingDrift):
        return ()
    return requests_of(item.metric, item.by, item.source.cluster) if planned is None else (planned.request,)


def _embedding(index: int, item: Item) -> EmbeddingAsked:
    assert isinstance(item.metric, EmbeddingDrift)  # noqa: S101 -- the caller has looked
    return EmbeddingAsked(item.metric, item.source, _compared_with(item), item.by, index)


def _compared_with(item: Item) -> Source:
    if item.reference is None:
        msg = f"a drift without a reference: {item.metric}"
        raise ValueError(msg)
    return item.reference


def _drifts(items: Sequence[Item]) -> dict[int, DriftAsked]:
    found: dict[int, DriftAsked] = {}
    for index, item in enumerate(items):
        if isinstance(item.metric, Drift):
            found[index] = DriftAsked(item.metric, item.source, _compared_with(item), item.by)
    return found


def _answers(engine: Engine, asked: Mapping[bytes, _Asked]) -> dict[bytes, list[Mapping[SliceKey, State]]]:
    """Ask every source; report all mistakes in columns together, each with the item that made it."""
    answers: dict[bytes, list[Mapping[SliceKey, State]]] = {}
    problems: dict[Problem, None] = {}
    for key, one in asked.items():
        try:
            answers[key] = engine.answer(one.source, one.requests)
        except DataError as error:
            found = [problem for problem in error.problems if isinstance(problem, ColumnProblem)]
            if len(found) < len(error.problems):
                raise
            problems |= dict.fromkeys(replace(problem, asked=one.owners[problem.asked]) for problem in found)
    if problems:
        raise DataError(list(problems))
    return answers


def cluster_notes(engine: Engine, source: Source) -> tuple[str, ...]:
    """Return a note where records visibly belong together and the plan does not say so."""
    if source.cluster is not None:
        return ()
    named = [name for name, kind in engine.describe(source).items() if kind in {"text", "number"}]
    units = [name for name in named if _UNITS.fullmatch(name)]
    candidates = units + [name for name in named if _IDS.fullmatch(name) and name not in units]
    repeats = engine.repeats(source, candidates) if candidates else {}
    for name in candidates:
        records, values = repeats[name]
        if values and records / values >= REPEATS and (name in units or values >= _FEW):
            return (
                f"data `{source.name}`: records look clustered by `{name}`"
                f" ({records / values:.1f} records each): say `cluster: {name}`, or intervals are too narrow",
            )
    return ()
