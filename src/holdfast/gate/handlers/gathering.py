"""Measure what a plan's gates ask for and is not known yet; record nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from holdfast.evidence.commands import RecordEvidence
from holdfast.evidence.model.measured import Evidence, evidence_id
from holdfast.evidence.ports import ResultsReader
from holdfast.gate.handlers.checking import Check, check_records, checks_of
from holdfast.gate.handlers.importing import newest_of
from holdfast.gate.model.criteria import Criterion, Measured
from holdfast.gate.model.importing import Newest
from holdfast.gate.model.outcome import DataRead
from holdfast.gate.model.reading import Criteria, criteria_of
from holdfast.kernel.errors import DataError
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.views.bundle import UNVERSIONED, declared_bundle
from holdfast.plan.views.places import item_of, located
from holdfast.plan.views.sources import source_of
from holdfast.telemetry.passes import Measured as Answer
from holdfast.telemetry.passes import measure_pass
from holdfast.telemetry.ports import DataIdentity, Engine

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
    foreign : mapping from gate to Newest or None
        Of the gates on other tools' figures: the file that counts, read; None where there is no file.
    """

    criteria: Criteria
    bundle: str
    bundle_known: bool
    data: Mapping[str, DataRead]
    ids: Mapping[str, str]
    found: Mapping[str, Evidence]
    fresh: Mapping[str, RecordEvidence]
    foreign: Mapping[str, Newest | None] = field(default_factory=dict)


def gather(
    engine: Engine,
    read: ResultsReader,
    find: Find,
    loaded: LoadedPlan,
    bundle: str | None,
    say: Callable[[str], None],
    criteria: Criteria | None = None,
) -> Gathered:
    """Measure what the gates of a plan ask for and is not in the book; record nothing.

    `criteria` are the gates that are asked; without them those that guard the present stage. Whatever can
    refuse the plan or the data does so here: no fact has been written yet. What is not known is measured
    together, one query a source.

    Raises
    ------
    DataError
        The records are not there or not as the plan says.
    """
    criteria = criteria or criteria_of(loaded.plan)
    known = bundle or declared_bundle(loaded)
    version = known or UNVERSIONED
    say("reading the data")
    foreign = newest_of(read, loaded, criteria.now)
    checks = checks_of(loaded, criteria.now)
    seen = _identities(engine, loaded, criteria.now)
    ids: dict[str, str] = {}
    found: dict[str, Evidence] = {}
    wanted: dict[str, Measured] = {}
    unchecked: dict[str, Check] = {}
    rows: dict[str, int] = {}
    for criterion in criteria.now:
        measured = criterion.measured or checks.get(criterion.gate)
        if measured is None:
            continue
        key = evidence_id(
            system=loaded.plan.system.id,
            bundle=version,
            metric_digest=measured.digest,
            data_digest=seen[measured.data].digest,
            reference_digest=seen[measured.reference].digest if measured.reference else None,
        )
        ids[criterion.gate] = key
        if key in found or key in wanted or key in unchecked:
            continue
        present = find(key)
        if present is not None:
            found[key] = present
            rows[measured.data] = present.rows
            if measured.reference is not None and present.reference_rows is not None:
                rows[measured.reference] = present.reference_rows
        elif isinstance(measured, Check):
            unchecked[key] = measured
        else:
            wanted[key] = measured
    data = _read(engine, loaded, seen, rows)
    say("measuring")
    with located(loaded, [measured.id for measured in wanted.values()]):
        items = [item_of(loaded, each.id, each.data, each.by) for each in wanted.values()]
        answers = measure_pass(engine, items)
    fresh = {
        key: _command(loaded, version, measured, data, answer)
        for (key, measured), answer in zip(wanted.items(), answers, strict=True)
    }
    if unchecked:
        say("checking the records")
    for key, check in unchecked.items():
        fresh[key] = check_records(engine, loaded, version, check, data[check.data])
    return Gathered(criteria, version, known is not None, data, ids, found, fresh, foreign)


def _command(
    loaded: LoadedPlan, bundle: str, measured: Measured, data: Mapping[str, DataRead], answer: Answer
) -> RecordEvidence:
    read = data[measured.data]
    reference = data[measured.reference] if measured.reference else None
    _refuse_other(measured.data, read, answer.data)
    if measured.reference is not None and reference is not None and answer.reference is not None:
        _refuse_other(measured.reference, reference, answer.reference)
    return RecordEvidence(
        system=loaded.plan.system.id,
        bundle=bundle,
        metric=measured.id,
        metric_digest=measured.digest,
        plan_digest=loaded.digest,
        data=measured.data,
        data_digest=read.digest,
        reference_digest=reference.digest if reference else None,
        rows=read.rows,
        reference_rows=reference.rows if reference else None,
        states=answer.states,
        by=measured.by,
        notes=answer.notes,
        files=read.files,
    )


def _needed(criteria: Sequence[Criterion]) -> list[str]:
    """Return the data sources that the criteria read, each once, in order."""
    names: dict[str, None] = {}
    for criterion in criteria:
        if criterion.measured is not None:
            names.setdefault(criterion.measured.data)
            if criterion.measured.reference is not None:
                names.setdefault(criterion.measured.reference)
        if criterion.checked is not None:
            names.setdefault(criterion.checked.data)
    return list(names)


def _identities(engine: Engine, loaded: LoadedPlan, criteria: Sequence[Criterion]) -> dict[str, DataIdentity]:
    """Return which data each source is: enough to find what is in the book."""
    seen = {}
    for name in _needed(criteria):
        with located(loaded, source=name):
            seen[name] = engine.identify(source_of(loaded, name))
    return seen


def _read(
    engine: Engine, loaded: LoadedPlan, seen: Mapping[str, DataIdentity], rows: Mapping[str, int]
) -> dict[str, DataRead]:
    """Return the sources with their numbers of records; `rows` are those that the book knows.

    Data that was measured before is not opened again: the same bytes hold the same records.
    """
    read = {}
    for name, identity in seen.items():
        count = rows.get(name)
        if count is None:
            with located(loaded, source=name):
                count = engine.digest(source_of(loaded, name)).rows
        read[name] = DataRead(identity.digest, count, dict(identity.files))
    return read


def _refuse_other(name: str, read: DataRead, measured: DataIdentity) -> None:
    """Refuse data that was written anew between naming it and measuring it."""
    if read.digest != measured.digest:
        raise DataError.of(
            "HF302",
            f"data `{name}`: it changed while it was measured",
            fix="measure again when it is written completely",
        )
