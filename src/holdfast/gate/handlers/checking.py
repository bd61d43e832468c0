"""Check records: read the schema, ask the engine, say what it found without a value; record nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from holdfast.evidence.commands import RecordEvidence
from holdfast.gate.model.checks import FOUND
from holdfast.gate.model.criteria import Criterion
from holdfast.gate.model.detectors import DETECTORS_DIGEST, detectors_told
from holdfast.gate.model.outcome import DataRead
from holdfast.kernel.canonical import Json
from holdfast.kernel.errors import DataError, Place, PlanError, Problem
from holdfast.kernel.figures import count, plural
from holdfast.kernel.ids import digest, short
from holdfast.kernel.patterns import DETECTORS
from holdfast.measure.states import Counts
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.views.places import located
from holdfast.plan.views.sources import source_of
from holdfast.telemetry.ports import Broken, Engine, RulesKept, Scanned
from holdfast.telemetry.record_schemas import SchemaReader
from holdfast.telemetry.rules import Rule

LARGEST_SCHEMA = 1_000_000
"""Bytes."""
MOST_NOTED = 12
"""Findings that are told one by one; evidence has the count of the others."""
MOST_NAMED = 6
"""Columns that are named in a note."""


@dataclass(frozen=True)
class Check:
    """A check of a plan, ready to be asked: its schema read, or the detectors for it.

    Attributes
    ----------
    rules : tuple of Rule
        Empty where personal data is looked for.
    files : mapping from name to digest
        The schema.
    """

    gate: str
    data: str
    id: str
    definition: Json
    rules: tuple[Rule, ...] = ()
    files: Mapping[str, str] | None = None
    reference: str | None = None

    @property
    def digest(self) -> str:
        """Digest of what is checked: another schema, or other detectors, are another check."""
        return digest(self.definition)


def checks_of(loaded: LoadedPlan, criteria: Sequence[Criterion]) -> dict[str, Check]:
    """Return the checks that gates ask for, by gate, with their schemas read.

    Raises
    ------
    PlanError
        HF211: a schema that is not there. HF215: one that cannot be checked.
    """
    return {
        criterion.gate: _check(loaded, criterion) for criterion in criteria if criterion.checked is not None
    }


def _check(loaded: LoadedPlan, criterion: Criterion) -> Check:
    checked = criterion.checked
    assert checked is not None  # noqa: S101 -- the caller has seen to it; for the type checker
    if checked.schema is None:
        definition: Json = {"check": "pii", "detectors": DETECTORS_DIGEST}
        return Check(criterion.gate, checked.data, checked.name, definition)
    place = loaded.place(("gates", criterion.gate, "check", "schema"))
    raw = _read(loaded, checked.schema, place)
    content = "sha256:" + hashlib.sha256(raw).hexdigest()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fix = "save it as UTF-8"
        raise PlanError.of(
            "HF215", f"schema `{checked.schema}` is not UTF-8", place=place, fix=fix
        ) from error
    rules = SchemaReader(checked.schema, place).read(text)
    return Check(
        criterion.gate,
        checked.data,
        checked.name,
        {"check": "schema", "schema": content},
        rules,
        {checked.schema: content},
    )


def _read(loaded: LoadedPlan, name: str, place: Place) -> bytes:
    path = loaded.root / name
    try:
        if path.stat().st_size > LARGEST_SCHEMA:
            raise PlanError.of(
                "HF215", f"schema `{name}` is larger than 1 MB", place=place, fix="name the schema"
            )
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        fix = "paths start at the plan's folder"
        raise PlanError.of(
            "HF211", f"schema `{name}` cannot be read: {reason}", place=place, fix=fix
        ) from error


def check_records(
    engine: Engine, loaded: LoadedPlan, bundle: str, check: Check, read: DataRead
) -> RecordEvidence:
    """Return what a check found, to be recorded.

    Raises
    ------
    DataError
        The records are not there or changed meanwhile; HF215: a pattern that cannot be run.
    """
    source = source_of(loaded, check.data)
    with located(loaded, source=check.data), _at_the_gate(loaded, check):
        if check.rules:
            kept = engine.keeps(source, check.rules)
            state, notes = Counts(kept.wrong, kept.rows), _rules_told(check, kept)
        else:
            scanned = engine.scan(source, DETECTORS)
            state, notes = Counts(scanned.hits, scanned.rows), _scan_told(scanned)
        if engine.identify(source).digest != read.digest:
            fix = "check again when it is written completely"
            raise DataError.of("HF302", f"data `{check.data}`: it changed while it was checked", fix=fix)
    return RecordEvidence(
        system=loaded.plan.system.id,
        bundle=bundle,
        metric=check.id,
        metric_digest=check.digest,
        plan_digest=loaded.digest,
        data=check.data,
        data_digest=read.digest,
        rows=read.rows,
        states={(): state},
        notes=notes,
        files={**read.files, **(check.files or {})},
    )


@contextmanager
def _at_the_gate(loaded: LoadedPlan, check: Check) -> Iterator[None]:
    """Show a pattern that cannot be run where the plan names its schema."""
    try:
        yield
    except DataError as error:
        place = loaded.place(("gates", check.gate, "check", "schema"))
        raise DataError(
            [
                Problem(each.code, f"{check.id}, {each.message}", place, each.fix)
                if each.code == "HF215"
                else each
                for each in error.problems
            ]
        ) from error


def _rules_told(check: Check, kept: RulesKept) -> tuple[str, ...]:
    files = check.files or {}
    (name,) = files
    columns = len({rule.column for rule in check.rules if rule.column})
    asked = f"{plural(len(check.rules), 'rule')} on {plural(columns, 'column')}"
    held = f"checked: {asked}, as {name} says ({short(files[name])})"
    worst = sorted(kept.broken, key=lambda each: -each.records)
    told = [f"{FOUND}{_broken_told(each, kept)}" for each in worst[:MOST_NOTED]]
    rest = len(kept.broken) - len(told)
    more = (f"and {plural(rest, 'broken rule')} more",) if rest > 0 else ()
    idle = tuple(f"{rule}: says nothing about this column as it comes" for rule in kept.idle[:MOST_NOTED])
    return (*told, *more, *idle, held)


def _broken_told(broken: Broken, kept: RulesKept) -> str:
    if broken.rule.keyword == "additionalProperties":
        return f"{broken.rule}, but there is {_listed(kept.others)}"
    if broken.records == kept.rows:
        return f"{broken.rule}, broken by every record"
    numbers = ", ".join(count(number) for number in broken.first)
    which = f" (the first: {numbers})" if numbers else ""
    return f"{broken.rule}, broken by {plural(broken.records, 'record')}{which}"


def _scan_told(scanned: Scanned) -> tuple[str, ...]:
    names = {detector.name: detector.finds for detector in DETECTORS}
    worst = sorted(scanned.found.items(), key=lambda item: (-item[1], item[0]))
    told = [
        f"{FOUND}{names[detector]} in `{column}` ({plural(records, 'record')})"
        for (column, detector), records in worst[:MOST_NOTED]
    ]
    rest = len(worst) - len(told)
    more = (f"and {plural(rest, 'finding')} more",) if rest > 0 else ()
    return (*told, *more, _columns_told(scanned), *detectors_told())


def _columns_told(scanned: Scanned) -> str:
    if not scanned.columns:
        return "searched: nothing, for no column holds text"
    others = f"; without text and not searched: {_listed(scanned.others)}" if scanned.others else ""
    return f"searched: {_listed(scanned.columns)}{others}"


def _listed(names: Sequence[str]) -> str:
    rest = len(names) - MOST_NAMED
    return ", ".join(f"`{name}`" for name in names[:MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")
