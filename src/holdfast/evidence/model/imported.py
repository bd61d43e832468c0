"""Results of other tools as they are kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from holdfast.evidence.commands import RecordResults
from holdfast.evidence.events.measured import ResultsImported
from holdfast.evidence.model.foreign import ForeignFigure, ForeignResults
from holdfast.kernel.ids import derived, digest


@dataclass(frozen=True)
class Imported:
    """One file of another tool, as the ledger holds it.

    Attributes
    ----------
    seq : int
        Its number in the ledger.
    imported_at : datetime
        When it was recorded, aware UTC.
    path : str or None
        Where the file lay, from the plan's folder; None where it lay elsewhere.
    """

    id: str
    seq: int
    imported_at: datetime
    system: str
    bundle: str
    results: ForeignResults
    path: str | None

    @property
    def digest(self) -> str:
        """The digest of the file."""
        return self.results.digest

    @property
    def measured_at(self) -> datetime:
        """When the tool ran; when it was imported, where the file does not say or says a later time."""
        created = self.results.created_at
        return self.imported_at if created is None else min(created, self.imported_at)

    def stale(self, now: datetime, fresh_for: timedelta | None) -> bool:
        """Whether it is older than it may be: counted from the run, not from the import."""
        return fresh_for is not None and now - self.measured_at > fresh_for


def results_id(system: str, bundle: str, results: ForeignResults) -> str:
    """Return the id under which a file's results are recorded: the same for the same file read again.

    What was read is part of it, so that a later version which reads more of a file can record that.
    """
    said = digest([_figure(figure) for figure in results.figures])
    return derived("results", system, bundle, results.tool, results.digest, said)


def stream_of(results: str) -> str:
    """Return the stream that holds one import: one event long, for ever."""
    return f"results/{results}"


def decide(command: RecordResults, results: ForeignResults, reader: str) -> ResultsImported:
    """Return the fact that a command asks for."""
    return ResultsImported(
        results_id=results_id(command.system, command.bundle, results),
        system=command.system,
        bundle=command.bundle,
        plan_digest=command.plan_digest,
        tool=results.tool,
        tool_version=results.tool_version,
        file=results.file,
        path=command.path,
        digest=results.digest,
        subject=results.subject,
        dataset=results.dataset,
        created_at=results.created_at,
        figures=[_figure(figure) for figure in results.figures],
        notes=list(results.notes),
        reader=reader,
    )


def evolve(fact: ResultsImported, seq: int, at: datetime) -> Imported:
    """Return the results that a recorded fact is."""
    results = ForeignResults(
        tool=fact.tool,
        tool_version=fact.tool_version,
        file=fact.file,
        digest=fact.digest,
        subject=fact.subject,
        dataset=fact.dataset,
        created_at=fact.created_at,
        figures=tuple(
            ForeignFigure(**{**figure, "notes": tuple(figure["notes"])}) for figure in fact.figures
        ),
        notes=tuple(fact.notes),
    )
    return Imported(fact.results_id, seq, at, fact.system, fact.bundle, results, fact.path)


def _figure(figure: ForeignFigure) -> dict[str, Any]:
    return {**asdict(figure), "notes": list(figure.notes)}
