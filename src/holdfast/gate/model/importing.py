"""A gate on another tool's figure: what was found, and how it is judged. Pure.

With its counts a figure is a rate like any other, with an interval at every look. Without counts it has none:
then the verdict is at most inconclusive, unless the gate says that the bare value is to be compared.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.evidence.model.foreign import ForeignFigure, ForeignResults
from holdfast.evidence.model.imported import Imported
from holdfast.evidence.model.measured import Evidence
from holdfast.gate.model.criteria import Criterion
from holdfast.kernel.figures import Unit, count, figure
from holdfast.kernel.verdict import Verdict
from holdfast.measure.judgements import Judgement, Requirement, SliceJudgement
from holdfast.measure.states import Counts

WRITES: Mapping[str, str] = {
    "inspect": "inspect eval TASK --log-format json --log-dir FOLDER",
    "garak": "garak --report_prefix PREFIX",
    "promptfoo": "promptfoo eval -o FILE.json",
    "deepeval": "DEEPEVAL_RESULTS_FOLDER=FOLDER deepeval test run TESTS",
    "lm-eval": "lm_eval --output_path FOLDER",
    "evidently": "Report(...).run(...).save_json(FILE)",
    "junit": "pytest --junitxml FILE.xml",
}
"""The command of each tool that writes the file which is read: docs/importers.md says more."""


@dataclass(frozen=True)
class Newest:
    """The file that counts, read.

    Attributes
    ----------
    path : str or None
        From the plan's folder; None where it lies elsewhere.
    of : int
        How many files the pattern matches.
    """

    results: ForeignResults
    figure: ForeignFigure
    path: str | None
    of: int


@dataclass(frozen=True)
class Brought:
    """The file that counts, recorded."""

    imported: Imported
    newest: Newest


def evidence_of(brought: Brought) -> Evidence:
    """Return an imported figure as evidence: its counts, where it has them, are the state of a rate."""
    imported, figure_ = brought.imported, brought.newest.figure
    counted = figure_.n is not None and figure_.k is not None
    return Evidence(
        id=imported.id,
        seq=imported.seq,
        measured_at=imported.measured_at,
        bundle=imported.bundle,
        data_digest=imported.results.digest,
        rows=figure_.n or 0,
        reference_rows=None,
        states={(): Counts(float(figure_.k or 0), float(figure_.n or 0))} if counted else {},
        notes=(*_of_file(brought), *figure_.notes, *imported.results.notes),
    )


def _of_file(brought: Brought) -> list[str]:
    results, newest = brought.imported.results, brought.newest
    subject = f" of {results.subject}" if results.subject else ""
    dataset = f" on {results.dataset}" if results.dataset else ""
    ran = f", run on {results.created_at.date()}" if results.created_at is not None else ""
    of = f", the newest of {count(newest.of)}" if newest.of > 1 else ""
    notes = [f"{results.tool}'s figure `{newest.figure.name}`{subject}{dataset}{ran}: {results.file}{of}"]
    if results.created_at is None:
        notes.append("the file does not say when the tool ran: its age counts from the import")
    said = newest.figure
    if said.n and said.k is not None and not math.isclose(said.k / said.n, said.value, abs_tol=5e-4):
        value = figure(said.value, "number")
        notes.append(f"{results.tool} says {value}; judged is {count(said.k)} of {count(said.n)}")
    return notes


def unit_of(requirement: Requirement, found: ForeignFigure) -> Unit:
    """Return how a figure is written: as a share where it counts something, or looks like one."""
    if found.n is not None:
        return "share"
    return "share" if all(0 <= each <= 1 for each in (found.value, requirement.threshold)) else "number"


def judge_bare(criterion: Criterion, found: ForeignFigure, unit: Unit) -> Judgement:
    """Return the judgement of a figure without counts: by its bare value where the gate asks for that."""
    requirement = criterion.requirement
    assert requirement is not None  # noqa: S101 -- the schema demands it of the gate; for the type checker
    said = f"{found.name} is {figure(found.value, unit, beside=requirement.threshold)}"
    required = requirement.words(unit)
    notes: tuple[str, ...] = ()
    if criterion.point:
        verdict = Verdict.PASS if requirement.holds(found.value) else Verdict.FAIL
        verb = "meets" if verdict is Verdict.PASS else "breaks"
        reason = f"{said}: the bare value {verb} {required}"
        notes = (
            "judged by the bare value, as the gate asks (`judge: point`), not by its interval",
            "the file has no counts for it: nobody knows how far it may be off",
        )
    else:
        verdict = Verdict.INCONCLUSIVE
        reason = (
            f"{said} but has no interval, required {required}: the file has no counts for it, so nobody knows"
            " how far it may be off (`judge: point` compares the bare value)"
        )
    whole = SliceJudgement(
        slice=(),
        judged=True,
        verdict=verdict,
        value=found.value,
        inner=None,
        outer=None,
        n=0,
        reason=reason,
    )
    return Judgement(
        verdict=verdict,
        requirement=requirement,
        confidence=criterion.confidence,
        slices=(whole,),
        deciding=whole,
        reason=reason,
        notes=notes,
        point=criterion.point,
    )


def awaited(criterion: Criterion) -> str:
    """Return what a gate without a file waits for: which pattern, and which command writes one."""
    foreign = criterion.foreign
    if foreign is None:
        return criterion.waits_for
    command = WRITES[foreign.tool]
    return f"no file matches `{foreign.pattern}`: `{command}` writes one"
