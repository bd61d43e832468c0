"""What measuring needs of an engine, and what it says about the data it has read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from holdfast.kernel.expressions.tree import Expression
from holdfast.kernel.patterns import Detector
from holdfast.measure.pairs import PairedRequest
from holdfast.measure.requests import Request, SliceKey
from holdfast.measure.states import State
from holdfast.measure.vectors import Frame, VectorSums
from holdfast.telemetry.queries.pairing import Paired, PairedSource
from holdfast.telemetry.rules import Rule
from holdfast.telemetry.sources import Columns, Source
from holdfast.telemetry.windows import Windows


@dataclass(frozen=True)
class DataIdentity:
    """Which data a source is, known without reading a record.

    Attributes
    ----------
    digest : str
        `sha256:` and 64 hexadecimal digits, over the files' digests and everything that selects from them:
        where, columns, derive, table.
    files : tuple of (path, digest)
        The path as the plan's folder sees it, with `/`; the digest is over the file's bytes.
    """

    digest: str
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DataDigest(DataIdentity):
    """Which data a figure rests on.

    Attributes
    ----------
    rows : int
        Records that count, after `where`.
    """

    rows: int


@dataclass(frozen=True)
class Scanned:
    """How many records of a source hold what detectors look for; no value of a record is kept.

    Attributes
    ----------
    rows, hits : int
        Records; those of them in which something was found.
    found : mapping from (column, detector) to int
        Records in which it was found there; only what was found at least once.
    columns, others : tuple of str
        Columns that hold text, also inside lists and structs, and were read; those that hold none.
    """

    rows: int
    hits: int
    found: Mapping[tuple[str, str], int]
    columns: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True)
class Broken:
    """A rule that records break.

    Attributes
    ----------
    rule : Rule
    records : int
        How many.
    first : tuple of int
        Numbers of the first ones, from 1, among the records that count; empty where all of them break it.
    """

    rule: Rule
    records: int
    first: tuple[int, ...] = ()


@dataclass(frozen=True)
class RulesKept:
    """How records keep to rules; no value of a record is kept.

    Attributes
    ----------
    rows, wrong : int
        Records; those of them that break at least one rule.
    broken : tuple of Broken
        Rules that are broken, in their order.
    idle : tuple of Rule
        Rules that say nothing about the column as it comes: a length of a number.
    others : tuple of str
        Columns that are there and that no rule allows.
    """

    rows: int
    wrong: int
    broken: tuple[Broken, ...]
    idle: tuple[Rule, ...]
    others: tuple[str, ...] = ()


class Engine(Protocol):
    """Answers requests about a source's records, in one query for all of them."""

    def describe(self, source: Source) -> Columns:
        """Return the source's columns as the plan sees them: renamed and derived.

        Raises
        ------
        DataError
            HF301, HF302, HF305: no such data. HF113: `columns`, `derive` or `where` name what is not there.
        """
        ...

    def identify(self, source: Source) -> DataIdentity:
        """Return which data the source is at this moment; whether it can be measured is not looked at.

        Raises
        ------
        DataError
            HF301, HF302, HF305: no such data.
        """
        ...

    def digest(self, source: Source) -> DataDigest:
        """Return which data the source is at this moment, and how many records count."""
        ...

    def answer(self, source: Source, requests: Sequence[Request]) -> list[Mapping[SliceKey, State]]:
        """Return one answer per request, in order.

        An answer to a request that is not sliced has the key (), also where there are no records.

        Raises
        ------
        DataError
            HF113 (with a `ColumnProblem` per mistake), HF303, HF304, or as for `describe`.
        """
        ...

    def windows(
        self,
        source: Source,
        requests: Sequence[Request],
        every: int,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Windows:
        """Return one answer per request and window of time, in one query.

        Parameters
        ----------
        source : Source
            It says its `time`.
        every : int
            Seconds of a window: minutes, hours, days or weeks. Windows begin as the calendar's in UTC do.
        since, until : datetime, optional
            From when on, and up to but without when, records count; naive is UTC.

        Raises
        ------
        DataError
            HF311: the source does not say its `time`. Or as for `answer`.
        """
        ...

    def frame(self, source: Source, column: str) -> Frame | None:
        """Return what a reference fixes for a column of vectors; None where it holds none that is usable.

        Raises
        ------
        DataError
            HF113: the column holds no vectors. HF312: vectors of different lengths. HF305: the engine does
            not measure vectors.
        """
        ...

    def vectors(
        self, source: Source, column: str, frame: Frame, by: tuple[str, ...] = ()
    ) -> Mapping[SliceKey, VectorSums]:
        """Return the sums of a column of vectors in a frame, by slice; () is there also without records.

        Raises
        ------
        DataError
            As for `frame`; HF309: more slices than anybody can judge.
        """
        ...

    def paired(self, source: PairedSource, requests: Sequence[PairedRequest]) -> Paired:
        """Return how two arms' records pair, and one answer per request over the pairs.

        Both arms have been asked the same of their own records before: columns and values are right.

        Raises
        ------
        DataError
            HF113: an arm lacks the key. HF310: no two records pair by it.
        """
        ...

    def values(
        self, source: Source, expression: Expression, where: Expression | None = None, limit: int = 5
    ) -> list[str]:
        """Return some of the values that an expression takes, the most frequent first, as text.

        For messages and for the look of a source; nothing is judged on them. Null is no value.
        """
        ...

    def repeats(self, source: Source, columns: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Return how many records have a value in each column, and how many values there are.

        A sample of the values is enough: only the ratio is looked at.
        """
        ...

    def scan(self, source: Source, detectors: Sequence[Detector]) -> Scanned:
        """Return how many records hold what the detectors look for, by column.

        Raises
        ------
        DataError
            As for `describe`.
        """
        ...

    def keeps(self, source: Source, rules: Sequence[Rule]) -> RulesKept:
        """Return how many records break rules, and which.

        Raises
        ------
        DataError
            HF215: a pattern that the engine cannot run. Or as for `describe`.
        """
        ...
