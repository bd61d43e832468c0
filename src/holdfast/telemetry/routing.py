"""Each source is measured where it is: files by one engine, tables by that of their database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from holdfast.kernel.errors import DataError
from holdfast.kernel.expressions.tree import Expression
from holdfast.kernel.patterns import Detector
from holdfast.measure.pairs import PairedRequest
from holdfast.measure.requests import Request, SliceKey
from holdfast.measure.states import State
from holdfast.measure.vectors import Frame, VectorSums
from holdfast.telemetry.ports import DataDigest, DataIdentity, Engine, RulesKept, Scanned
from holdfast.telemetry.queries.pairing import Paired, PairedSource
from holdfast.telemetry.rules import Rule
from holdfast.telemetry.sources import Columns, Source
from holdfast.telemetry.windows import Windows


class RoutedEngine:
    """Answers by the engine of each source.

    Parameters
    ----------
    files : callable
        Makes the engine for files, when the first one is asked for.
    tables : callable
        Makes the engine for a table's address; each address is asked for once.
    """

    def __init__(self, files: Callable[[], Engine], tables: Callable[[Source], Engine]) -> None:
        self._files, self._tables = files, tables
        self._engines: dict[tuple[str, ...], Engine] = {}

    def _of(self, source: Source) -> Engine:
        where = source.locations if source.kind == "ibis" else ()
        if where not in self._engines:
            self._engines[where] = self._tables(source) if where else self._files()
        return self._engines[where]

    def describe(self, source: Source) -> Columns:
        """Return the source's columns as the plan sees them."""
        return self._of(source).describe(source)

    def identify(self, source: Source) -> DataIdentity:
        """Return which data the source is at this moment."""
        return self._of(source).identify(source)

    def digest(self, source: Source) -> DataDigest:
        """Return which data the source is at this moment, and how many records count."""
        return self._of(source).digest(source)

    def answer(self, source: Source, requests: Sequence[Request]) -> list[Mapping[SliceKey, State]]:
        """Return one answer per request, in order."""
        return self._of(source).answer(source, requests)

    def windows(
        self,
        source: Source,
        requests: Sequence[Request],
        every: int,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Windows:
        """Return one answer per request and window of time, in one query."""
        return self._of(source).windows(source, requests, every, since, until)

    def frame(self, source: Source, column: str) -> Frame | None:
        """Return what a reference fixes for a column of vectors."""
        return self._of(source).frame(source, column)

    def vectors(
        self, source: Source, column: str, frame: Frame, by: tuple[str, ...] = ()
    ) -> Mapping[SliceKey, VectorSums]:
        """Return the sums of a column of vectors in a frame, by slice."""
        return self._of(source).vectors(source, column, frame, by)

    def paired(self, source: PairedSource, requests: Sequence[PairedRequest]) -> Paired:
        """Return how two arms' records pair, and one answer per request over the pairs.

        Raises
        ------
        DataError
            HF310: the arms are in different places, and records are not carried from one to the other.
        """
        engine = self._of(source.a)
        if engine is not self._of(source.b):
            message = f"data `{source.a.name}` and `{source.b.name}` are in different places"
            fix = "bring both arms' records into one database, or export both to Parquet"
            raise DataError.of("HF310", message, fix=fix)
        return engine.paired(source, requests)

    def values(
        self, source: Source, expression: Expression, where: Expression | None = None, limit: int = 5
    ) -> list[str]:
        """Return some of the values that an expression takes, the most frequent first, as text."""
        return self._of(source).values(source, expression, where, limit)

    def repeats(self, source: Source, columns: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Return how many records have a value in each column, and how many values there are."""
        return self._of(source).repeats(source, columns)

    def scan(self, source: Source, detectors: Sequence[Detector]) -> Scanned:
        """Return how many records hold what the detectors look for, by column."""
        return self._of(source).scan(source, detectors)

    def keeps(self, source: Source, rules: Sequence[Rule]) -> RulesKept:
        """Return how many records break rules, and which."""
        return self._of(source).keeps(source, rules)
