"""What every engine does alike: requests become one query, and its rows become answers.

An engine says how it opens a source, how it runs a statement and how it names a query for another one to
read; the rest stands here once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from holdfast.kernel.errors import DataError, did_you_mean
from holdfast.kernel.expressions.tree import Expression
from holdfast.measure.pairs import PairedRequest
from holdfast.measure.requests import Request, SliceKey
from holdfast.measure.states import State
from holdfast.measure.vectors import Frame, VectorSums
from holdfast.telemetry.aggregates import Grouping, Window, neither_zero_nor_one
from holdfast.telemetry.checking import Checker, ColumnProblem
from holdfast.telemetry.queries.answering import answer_from, not_two_valued, too_many_slices, windows_from
from holdfast.telemetry.queries.capping import HEAD, most_frequent
from holdfast.telemetry.queries.compiling import sql_of
from holdfast.telemetry.queries.dialects import DIALECTS, Physicals
from holdfast.telemetry.queries.joining import TooManySlices, join
from holdfast.telemetry.queries.pairing import Paired, PairedSource
from holdfast.telemetry.queries.planning import Group, QueryPlan, plan_query
from holdfast.telemetry.queries.querying import union_of
from holdfast.telemetry.queries.rows import groups_of
from holdfast.telemetry.queries.translation import IBIS_TYPES, Physical, Translator, as_text, canonical_real
from holdfast.telemetry.sources import Columns, ColumnType, Source
from holdfast.telemetry.windows import Windows, window_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

COMPILED = 256
"""Queries that are kept."""
SAMPLED = 50_000
"""Records that are enough to see whether values repeat."""

_COLUMN_TYPES: Mapping[Physical, ColumnType] = {
    "whole": "number",
    "real": "number",
    "text": "text",
    "bool": "bool",
    "date": "time",
    "time": "time",
    "null": "null",
    "nested": "other",
    "vector": "vector",
}


@dataclass(frozen=True)
class Opened:
    """A source as an engine holds it: its records and its columns.

    Attributes
    ----------
    records : Translator
        Over the records that count.
    columns : mapping
        The plan's name of a column -> (our name, how it comes).
    types : mapping
        The same as the plan sees it.
    """

    records: Translator
    columns: Physicals
    types: Columns

    def held(self, source: Source) -> dict[str, tuple[str, Physical | None]]:
        """Return the columns of the records themselves, not those that are derived from them."""
        return {name: column for name, column in self.columns.items() if name not in source.derive}


class QueryEngine(ABC):
    """Answers requests by queries that Ibis writes for the engine; who inherits says how they are run.

    Attributes
    ----------
    dialect : str
        Ibis' name of the compiler.
    """

    dialect: str

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], str] = {}
        # a name that no text of the user's can hold
        self._anywhere = f"holdfast_{uuid4().hex}"
        self._values_seen: dict[tuple[str, str], int] = {}
        self._aliases = 0

    @abstractmethod
    def _open(self, source: Source) -> Opened:
        """Return a source's records; what was opened once and did not change is not opened again."""

    @abstractmethod
    def _rows(self, sql: str) -> Generator[tuple[Any, ...], None, None]:
        """Run one statement; yield its rows without holding them all."""

    @abstractmethod
    def _readable(self, source: Source) -> AbstractContextManager[None]:
        """Return a context that turns what the engine says into one line of ours."""

    @abstractmethod
    def _view(self, name: str, query: ir.Table) -> None:
        """Let later queries read this one under a name, as it is at that moment."""

    @abstractmethod
    def _kept(self, name: str, query: ir.Table) -> AbstractContextManager[None]:
        """Let queries inside the context read this one under a name; it is computed as seldom as can be."""

    @abstractmethod
    def _count(self, source: Source) -> int:
        """Return how many records count."""

    @abstractmethod
    def _refuse_changed(self, source: Source) -> None:
        """Refuse data that changed while it was read: the digest would not be of what was measured."""

    def describe(self, source: Source) -> Columns:
        """Return the source's columns as the plan sees them."""
        return self._open(source).types

    def answer(self, source: Source, requests: Sequence[Request]) -> list[Mapping[SliceKey, State]]:
        """Return one answer per request, in order, from one query."""
        if not requests:
            return []
        plan, groups = self._asked(source, requests, None)
        return answer_from(plan, groups, requests, source, self.values)

    def windows(
        self,
        source: Source,
        requests: Sequence[Request],
        every: int,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Windows:
        """Return one answer per request and window, from one query."""
        plan, groups = self._asked(source, requests, window_of(source, every, since, until))
        return windows_from(plan, groups, requests, source, self.values)

    def _asked(
        self, source: Source, requests: Sequence[Request], window: Window | None
    ) -> tuple[QueryPlan, list[Sequence[Group]]]:
        """Ask for everything in one query; return it with the groups that came back for each part."""
        opened = self._open(source)
        checker = Checker(opened.types, source.name, lambda column: self.values(source, column))
        checker.requests(requests)
        if checker.problems:
            raise DataError(checker.problems)
        plan = plan_query(requests, checker.numeric, window)
        with self._readable(source):
            groups = self._groups(source, plan.groupings, opened.records, requests)
        self._refuse_changed(source)
        return plan, groups

    def frame(self, source: Source, column: str) -> Frame | None:
        """Refuse: vectors are not measured here."""
        raise _no_vectors(source, column)

    def vectors(
        self, source: Source, column: str, frame: Frame, by: tuple[str, ...] = ()
    ) -> Mapping[SliceKey, VectorSums]:
        """Refuse: vectors are not measured here."""
        raise _no_vectors(source, column)

    def paired(self, source: PairedSource, requests: Sequence[PairedRequest]) -> Paired:
        """Return how two arms' records pair, and one answer per request over the pairs."""
        from holdfast.telemetry.queries import pairing as pairs

        opened = self._open(source.a), self._open(source.b)
        if source.key is None:
            rows = self._open(replace(source.a, where=None, columns={}, derive={})).records
            with self._readable(source.a):
                a, b, whose = pairs.in_one_row(rows, source)
                pairing = pairs.pairing_in_rows(whose, self._run)
                states = self._summed(requests, pairs.flags(requests, a, b))[1]
        else:
            for arm, found in zip((source.a, source.b), opened, strict=True):
                checker = Checker(found.types, arm.name, lambda _: ())
                checker.groupable(source.key)
                if checker.problems:
                    raise DataError(checker.problems)
            with self._readable(source.a):
                a, b, keyed = pairs.by_key(opened[0].records, opened[1].records, source.key)
                found_pairs, states = self._summed(requests, pairs.flags(requests, a, b))
                pairing = pairs.pairing_by(source.key, keyed, found_pairs, self._run)
            pairs.refuse_unpaired(source, pairing)
        for arm in (source.a, source.b):
            self._refuse_changed(arm)
        return Paired(pairing, states)

    def _summed(
        self, requests: Sequence[PairedRequest], flags: ir.Table
    ) -> tuple[int, tuple[Mapping[SliceKey, Any], ...]]:
        """Return how many pairs there are, and their sums; every pair is joined and read once."""
        import ibis

        from holdfast.telemetry.queries.pairing import states_from, sums

        name, schema = self._alias("pairs"), flags.schema()
        with self._kept(name, flags):
            table = ibis.table(schema, name=name)
            [(found,)] = self._run(table.aggregate(n=table.count()))
            states = states_from(requests, self._run(sums(requests, table))) if requests else ()
        return int(found), states

    def values(
        self, source: Source, expression: Expression, where: Expression | None = None, limit: int = 5
    ) -> list[str]:
        """Return some of the values that an expression takes, the most frequent first, as text."""
        opened = self._open(source)
        with self._readable(source):
            return self._values(opened.records, expression, where, limit)

    def _values(
        self, records: Translator, expression: Expression, where: Expression | None, limit: int
    ) -> list[str]:
        table = records.table if where is None else records.table.filter(records.condition(where))
        value = records.value(expression)
        texts = table.select(value=as_text(value))
        texts = texts.filter(texts["value"].notnull())
        counted = texts.group_by("value").aggregate(n=texts.count())
        query = counted.order_by([counted["n"].desc(), counted["value"]]).limit(limit)
        found = [str(row[0]) for row in self._run(query)]
        return [canonical_real(text) for text in found] if value.kind == "real" else found

    def repeats(self, source: Source, columns: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Return how many records have a value in each column, and how many values there are, in a sample."""
        import ibis

        opened = self._open(source)
        one_in = max(1, self._count(source) // SAMPLED)
        counts: dict[str, ir.Value] = {}
        for place, name in enumerate(columns):
            column = opened.records.groupable(name)
            value = column.value
            # whole values are drawn, not records: all records of a value are in the sample, or none
            drawn = None
            if one_in > 1:
                drawn = self._hash(column.value, as_text(column)) % ibis.literal(one_in, "int64") == 0
            counts |= {f"n{place}": value.count(where=drawn), f"d{place}": value.nunique(where=drawn)}
        with self._readable(source):
            [row] = self._run(opened.records.table.aggregate(**counts))
        return {name: (int(row[2 * at]), int(row[2 * at + 1])) for at, name in enumerate(columns)}

    def _hash(self, value: Any, text: Any) -> Any:  # noqa: ANN401 -- Ibis is loaded late
        """Return a whole number that is the same for the same value."""
        from holdfast.telemetry.queries.translation import builtin

        name = DIALECTS[self.dialect].hash
        return builtin(name, "string", "int64")(text) if name else value.hash()

    def _groups(
        self, source: Source, groupings: Sequence[Grouping], records: Translator, requests: Sequence[Request]
    ) -> list[Sequence[Group]]:
        """Run groupings in one query; return the groups of each.

        Where a column makes too many slices, the most frequent are found and the query is run over them.
        """
        seen = self._values_of(source, records, groupings)
        wanted = [
            self._capped(source, grouping, records, requests)
            if any(seen.get(name, 0) > grouping.most for name in grouping.by)
            else grouping
            for grouping in groupings
        ]
        while True:
            joined = join(wanted, seen)
            try:
                return joined.parted(self._grouped(joined.groupings, records))
            except TooManySlices as many:
                parts = joined.parts(many.part)
                if len(parts) > 1:  # as many as both columns have together may be too many
                    seen = {name: n for name, n in seen.items() if name not in wanted[parts[-1]].by}
                else:
                    wanted[parts[0]] = self._capped(source, wanted[parts[0]], records, requests)

    def _values_of(
        self, source: Source, records: Translator, groupings: Sequence[Grouping]
    ) -> dict[str, int]:
        """Return how many values the columns to slice by have at the head of a source, if it is large."""
        columns = sorted({name for grouping in groupings for name in grouping.by})
        if not columns or self._count(source) <= HEAD:
            return {}
        view = records.table.get_name()
        if any((view, name) not in self._values_seen for name in columns):
            head = records.table.limit(HEAD)
            values = Translator(head, records.columns)
            query = head.aggregate(**{
                f"v{place}": values.groupable(name).value.nunique() for place, name in enumerate(columns)
            })  # fmt: skip
            [row] = self._run(query)
            self._values_seen |= {(view, name): int(n) for name, n in zip(columns, row, strict=True)}
        return {name: self._values_seen[view, name] for name in columns}

    def _capped(
        self, source: Source, grouping: Grouping, records: Translator, requests: Sequence[Request]
    ) -> Grouping:
        """Return a grouping over its most frequent slices.

        Raises
        ------
        DataError
            HF309 where there are windows: a slice that is kept in one must be in every other.
        """
        kept = None if grouping.window else most_frequent(grouping, records, self._run)
        if kept is None:
            raise too_many_slices(source, grouping, requests)
        return replace(grouping, kept=kept)

    def _grouped(self, groupings: Sequence[Grouping], records: Translator) -> list[list[Group]]:
        """Run a union of groupings; return the groups of each.

        Raises
        ------
        TooManySlices
            One of them has more than it may have.
        """
        # closed before anything else is asked: a connection that still has rows to give answers nobody
        with closing(self._rows(self._union(groupings, records))) as rows:
            return groups_of(rows, groupings, records)

    def _union(self, groupings: Sequence[Grouping], records: Translator) -> str:
        """Return the union's SQL; who asks the same again, as a watch does, does not compile it again."""
        key = (repr(records.columns), repr(groupings))
        if key not in self._compiled:
            if len(self._compiled) >= COMPILED:
                self._compiled.clear()
            # compiled for any table of these columns: files of one source differ in nothing but their name
            anywhere = self._translator(self._anywhere, records.columns)
            self._compiled[key] = sql_of(union_of(groupings, anywhere), self.dialect)
        name = records.table.get_name()
        return self._headed(self._compiled[key].replace(self._anywhere, name), [name])

    def _sql(self, query: ir.Table) -> str:
        return self._headed(sql_of(query, self.dialect), reads(query))

    def _headed(self, sql: str, names: Sequence[str]) -> str:
        """Return a statement with whatever it needs to know the names of ours that it reads."""
        return sql

    def _run(self, query: ir.Table) -> list[tuple[Any, ...]]:
        return list(self._rows(self._sql(query)))

    def _alias(self, what: str = "") -> str:
        """Return a name that no table of the user's and no other of ours has."""
        self._aliases += 1
        return f"holdfast_{what}_{self._aliases}" if what else f"holdfast_{self._aliases}"

    def _chosen(self, source: Source, alias: str, held: Physicals) -> Opened:
        """Return the records that count, of a table of ours whose columns are the source's own.

        Raises
        ------
        DataError
            HF113: `columns`, `derive` or `where` name what is not there.
        """
        columns = dict(held)
        types = _renamed(columns, source)
        records = self._translator(alias, columns)
        checker = Checker(types, source.name, lambda column: self._values(records, column, None, 5))
        checker.source(source)
        if checker.problems:
            raise DataError(checker.problems)
        if source.derive:
            bands = {f"d{place}": records.band(cut) for place, cut in enumerate(source.derive.values())}
            columns |= {name: (f"d{place}", "text") for place, name in enumerate(source.derive)}
            records = self._named(f"{alias}_derived", records.table.mutate(**bands), columns)
        if source.where is not None:
            self._refuse_numbers(source, records, list(checker.numeric.values()))
            chosen = records.table.filter(records.condition(source.where))
            records = self._named(f"{alias}_chosen", chosen, columns)
        return Opened(records, columns, types)

    def _named(self, name: str, query: ir.Table, columns: Physicals) -> Translator:
        """Keep a query as a view, so that no part of a larger query repeats or materialises it."""
        self._view(name, query)
        return self._translator(name, columns)

    def _translator(self, table: str, columns: Physicals) -> Translator:
        """Return what turns expressions into values over a table of ours."""
        import ibis

        schema = {inner: IBIS_TYPES[kind] for inner, kind in columns.values() if kind is not None}
        known = {name: (inner, kind) for name, (inner, kind) in columns.items() if kind is not None}
        return Translator(ibis.table(schema, name=table), known, strict=DIALECTS[self.dialect].strict)

    def _refuse_numbers(self, source: Source, records: Translator, numbers: Sequence[Expression]) -> None:
        for expression in numbers:
            wrong = records.table.count(where=records.condition(neither_zero_nor_one(expression)))
            [(count,)] = self._run(records.table.aggregate(n=wrong))
            if count:
                raise not_two_valued(
                    source, expression, count, lambda _, *asked: self._values(records, *asked)
                )


def reads(query: ir.Table) -> tuple[str, ...]:
    """Return the names of ours that a query reads."""
    from ibis.expr import operations

    return tuple(dict.fromkeys(node.name for node in query.op().find(operations.UnboundTable)))


def _no_vectors(source: Source, column: str) -> DataError:
    message = f"data `{source.name}`: vectors (`{column}`) are measured in Parquet and DuckDB files only"
    return DataError.of("HF305", message, fix="export the column with its keys to Parquet")


def _renamed(columns: dict[str, tuple[str, Physical | None]], source: Source) -> dict[str, ColumnType]:
    """Give columns the plan's names; return the types of all that the plan may name, derived ones included.

    Raises
    ------
    DataError
        HF113: `columns` names what the source does not have.
    """
    own = dict(columns)
    problems = []
    for name, old in source.columns.items():
        if old in own:
            columns[name] = own[old]
        else:
            message = f"column `{old}` is not in data `{source.name}`"
            problems.append(
                ColumnProblem("HF113", message, None, did_you_mean(old, own, otherwise="it has"), old)
            )
    if problems:
        raise DataError(problems)
    types: dict[str, ColumnType] = {
        name: "other" if kind is None else _COLUMN_TYPES[kind] for name, (_, kind) in columns.items()
    }
    return {**types, **dict.fromkeys(source.derive, "text")}
