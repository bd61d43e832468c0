"""Find and read what another tool measured, for the gates that ask for it; record nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from holdfast.evidence.model.foreign import ForeignResults
from holdfast.evidence.model.planned import inside
from holdfast.evidence.ports import ResultsReader
from holdfast.gate.model.criteria import Criterion, Foreign
from holdfast.gate.model.importing import Newest
from holdfast.kernel.errors import DataError, Problem
from holdfast.plan.model.loading import LoadedPlan
from holdfast.telemetry.files.identity import matches

MOST_FILES = 1000
LONG_AGO = datetime.min.replace(tzinfo=UTC)


def newest_of(
    read: ResultsReader, loaded: LoadedPlan, criteria: Iterable[Criterion]
) -> dict[str, Newest | None]:
    """Return for each gate on another tool's figure the newest file that its pattern matches, read.

    The newest is the one whose tool ran last by its own word. Where files do not say when, those that do are
    newer, and among the others the last by name is: the time at which a file was written or copied says
    nothing about the run.

    Raises
    ------
    DataError
        HF306, HF307: a file that matches cannot be read, or too many match, so nobody knows which is the
        newest. HF308: the newest has no such figure.
    """
    files: dict[tuple[str, str], list[tuple[Path, ForeignResults]]] = {}
    found: dict[str, Newest | None] = {}
    for criterion in criteria:
        foreign = criterion.foreign
        if foreign is None:
            continue
        key = (foreign.tool, foreign.pattern)
        if key not in files:
            files[key] = [(path, read(foreign.tool, path)) for path in _paths(loaded, criterion, foreign)]
        found[criterion.gate] = _newest(loaded, criterion, foreign, files[key])
    return found


def _paths(loaded: LoadedPlan, criterion: Criterion, foreign: Foreign) -> list[Path]:
    place = loaded.place(("gates", criterion.gate, "import", "path"))
    try:
        paths = sorted(matches(loaded.root, foreign.pattern))
    except (OSError, ValueError) as error:
        reason = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
        message = f"`{foreign.pattern}` cannot be looked for: {reason.lower()}"
        raise DataError.of("HF306", message, place=place, fix="name files that can be read") from error
    if len(paths) > MOST_FILES:
        message = f"`{foreign.pattern}` matches {len(paths):,} files"
        fix = f"narrow the pattern: at most {MOST_FILES:,}, because each is read for its time"
        raise DataError.of("HF306", message, place=place, fix=fix)
    return paths


def _newest(
    loaded: LoadedPlan, criterion: Criterion, foreign: Foreign, read: list[tuple[Path, ForeignResults]]
) -> Newest | None:
    if not read:
        return None
    path, results = max(read, key=lambda each: _age(*each))
    try:
        figure = results.figure(foreign.metric)
    except DataError as error:
        key = "metric" if foreign.metric is not None else "tool"
        place = loaded.place(("gates", criterion.gate, "import", key))
        told = [(each, f"{each.message} ({results.file})") for each in error.problems]
        raise DataError([Problem(each.code, said, place, each.fix) for each, said in told]) from error
    return Newest(results, figure, inside(path, loaded.root), len(read))


def _age(path: Path, results: ForeignResults) -> tuple[bool, datetime, str]:
    return results.created_at is not None, results.created_at or LONG_AGO, str(path)
