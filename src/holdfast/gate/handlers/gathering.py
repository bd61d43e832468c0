"""Measure what a plan's gates ask for and is not known yet; record nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from holdfast.evidence.commands import RecordEvidence
from holdfast.evidence.model.measured import Evidence, evidence_id
from holdfast.gate.model.criteria import Criterion, Measured
from holdfast.gate.model.outcome import DataRead
from holdfast.gate.model.reading import Criteria, criteria_of
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.views.places import item_of, located
from holdfast.plan.views.sources import source_of
from holdfast.telemetry.passes import Measured as Answer
from holdfast.telemetry.passes import measure_pass
from holdfast.telemetry.ports import Engine

UNVERSIONED = "unversioned"
"""The bundle of a plan whose card names no version: all its records count as those of one bundle."""
Find = Callable[[str], Evidence | None]
"""Looks evidence up by its id."""


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
