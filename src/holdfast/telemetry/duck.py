"""The engine for files on this machine: DuckDB, in process."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.kernel.errors import DataError, did_you_mean
from holdfast.kernel.expressions.tree import Expression
from holdfast.kernel.patterns import Detector
from holdfast.measure.pairs import PairedRequest, PairState
from holdfast.measure.requests import Request, SliceKey
from holdfast.measure.states import State
from holdfast.telemetry.aggregates import MOST_SLICES, Grouping, neither_zero_nor_one
from holdfast.telemetry.answering import answer_from, not_two_valued, too_many_slices
from holdfast.telemetry.checking import Checker, ColumnProblem
from holdfast.telemetry.files import Digests, FileState, files_of, refuse_changed, unreadable
from holdfast.telemetry.pairing import Paired, PairedSource
from holdfast.telemetry.planning import Group, plan_query
from holdfast.telemetry.ports import DataDigest, DataIdentity, RulesKept, Scanned
from holdfast.telemetry.querying import union_of
from holdfast.telemetry.rules import Rule
from holdfast.telemetry.ruling import keep_rules
from holdfast.telemetry.scanning import scan_texts, texts_of
from holdfast.telemetry.sources import Columns, ColumnType, Source
from holdfast.telemetry.tables import Physicals, TableReader
from holdfast.telemetry.translation import IBIS_TYPES, Physical, Translator, as_text

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir

MEMORY_LIMIT = "1GB"
"""What DuckDB may hold before it spills to disk; a pass over five million records needs a fifth of it."""

COMPILED = 256
"""Queries that are kept."""
FETCHED = 20_000
"""Rows of an answer that are held at once."""
SAMPLED = 50_000
"""Records that are enough to see whether values repeat."""

_CONFIGURATION: Mapping[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": MEMORY_LIMIT,
    # grouping by a cell of 16 bits indexes a table instead of hashing
    "perfect_ht_threshold": "17",
    # a file that was written again within the same second would be answered from the cache
    "enable_external_file_cache": "false",
    "preserve_insertion_order": "false",
}

_COLUMN_TYPES: Mapping[Physical, ColumnType] = {
    "whole": "number",
    "real": "number",
    "text": "text",
    "bool": "bool",
    "date": "time",
    "time": "time",
    "null": "null",
    "nested": "other",
}


@dataclass(frozen=True)
class _Opened:
    """A source as the engine holds it: the files it was made of, its records, its columns."""

    files: tuple[FileState, ...]
    records: Translator
    columns: Physicals
    types: Columns
    rows: int


class DuckEngine:
    """Measures Parquet, CSV and DuckDB files.

    A source is opened once and kept: the second question about files that did not change does not look at
    their schema again.

    Parameters
    ----------
    threads : int or None
        As many as the machine has, where it is not said.
    """

    def __init__(self, *, threads: int | None = None) -> None:
        self._threads = threads
        self._connected: duckdb.DuckDBPyConnection | None = None
        self._opened: dict[bytes, _Opened] = {}
        self._compiled: dict[tuple[str, str], str] = {}
        self._aliases = 0
        self._digests = Digests()

    def describe(self, source: Source) -> Columns:
        """Return the source's columns as the plan sees them."""
        return self._open(source).types

    def identify(self, source: Source) -> DataIdentity:
        """Return which data the source is at this moment; no record is read."""
        _refuse_elsewhere(source)
        return self._identity(source, files_of(source))

    def digest(self, source: Source) -> DataDigest:
        """Return which data the source is at this moment, and how many records count."""
        opened = self._open(source)
        identity = self._identity(source, opened.files)
        return DataDigest(identity.digest, identity.files, opened.rows)

    def _identity(self, source: Source, states: tuple[FileState, ...]) -> DataIdentity:
        digest, files = self._digests.source(source, states)
        refuse_changed(source, states)
        return DataIdentity(digest, files)

    def answer(self, source: Source, requests: Sequence[Request]) -> list[Mapping[SliceKey, State]]:
        """Return one answer per request, in order, from one query."""
        if not requests:
            return []
        opened = self._open(source)
        checker = Checker(opened.types, source.name, lambda column: self.values(source, column))
        checker.requests(requests)
        if checker.problems:
            raise DataError(checker.problems)
        plan = plan_query(requests, checker.numeric)
        with self._readable(source):
            groups = self._groups(source, plan.groupings, opened.records, requests)
        refuse_changed(source, opened.files)
        return answer_from(plan, groups, requests, source, self.values)

    def paired(self, source: PairedSource, requests: Sequence[PairedRequest]) -> Paired:
        """Return how two arms' records pair, and one answer per request over the pairs."""
        from holdfast.telemetry import pairing as pairs

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
        for arm, held in zip((source.a, source.b), opened, strict=True):
            refuse_changed(arm, held.files)
        return pairs.Paired(pairing, states)

    def _summed(
        self, requests: Sequence[PairedRequest], flags: ir.Table
    ) -> tuple[int, tuple[Mapping[SliceKey, PairState], ...]]:
        """Return how many pairs there are, and their sums; every pair is joined and read once."""
        import ibis

        from holdfast.telemetry.pairing import states_from, sums

        self._aliases += 1
        name, schema = f"holdfast_pairs_{self._aliases}", flags.schema()
        self._connection().execute(f"CREATE TEMP TABLE {name} AS {_sql(flags)}")
        try:
            table = ibis.table(schema, name=name)
            [(found,)] = self._run(table.aggregate(n=table.count()))
            states = states_from(requests, self._run(sums(requests, table))) if requests else ()
        finally:
            self._connection().execute(f"DROP TABLE {name}")
        return int(found), states

    def values(
        self, source: Source, expression: Expression, where: Expression | None = None, limit: int = 5
    ) -> list[str]:
        """Return some of the values that an expression takes, the most frequent first, as text."""
        opened = self._open(source)
        with self._readable(source):
            return self._values(opened.records, expression, where, limit)

    def repeats(self, source: Source, columns: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Return how many records have a value in each column, and how many values there are, in a sample."""
        import ibis

        opened = self._open(source)
        one_in = max(1, opened.rows // SAMPLED)
        counts: dict[str, ir.Value] = {}
        for place, name in enumerate(columns):
            value = opened.records.groupable(name).value
            # whole values are drawn, not records: all records of a value are in the sample, or none
            drawn = None if one_in == 1 else value.hash() % ibis.literal(one_in, "int64") == 0
            counts |= {f"n{place}": value.count(where=drawn), f"d{place}": value.nunique(where=drawn)}
        with self._readable(source):
            [row] = self._run(opened.records.table.aggregate(**counts))
        return {name: (int(row[2 * at]), int(row[2 * at + 1])) for at, name in enumerate(columns)}

    def scan(self, source: Source, detectors: Sequence[Detector]) -> Scanned:
        """Return how many records hold what the detectors look for, by column."""
        opened = self._open(source)
        held = self._held(source, opened)
        # a column that the plan renames is read once, under the plan's name
        names = {inner: name for name, (inner, _) in held.items()}
        texts = {names[inner]: texts_of(inner, kind) for inner, kind in held.values()}
        read = {name: value for name, value in texts.items() if value is not None}
        with self._readable(source):
            hits, found = scan_texts(self._connection(), opened.records.table.get_name(), read, detectors)
        refuse_changed(source, opened.files)
        others = tuple(name for name in texts if name not in read)
        return Scanned(opened.rows, hits, found, tuple(read), others)

    def keeps(self, source: Source, rules: Sequence[Rule]) -> RulesKept:
        """Return how many records break rules, and which."""
        opened = self._open(source)
        view, held = opened.records.table.get_name(), self._held(source, opened)
        with self._readable(source):
            kept = keep_rules(self._connection(), view, opened.rows, held, rules)
        refuse_changed(source, opened.files)
        return kept

    def _held(self, source: Source, opened: _Opened) -> dict[str, tuple[str, Physical | None]]:
        """Return the columns of the records themselves, not those that are derived from them."""
        return {name: column for name, column in opened.columns.items() if name not in source.derive}

    def _values(
        self, records: Translator, expression: Expression, where: Expression | None, limit: int
    ) -> list[str]:
        table = records.table if where is None else records.table.filter(records.condition(where))
        texts = table.select(value=as_text(records.value(expression)))
        texts = texts.filter(texts["value"].notnull())
        counted = texts.group_by("value").aggregate(n=texts.count())
        query = counted.order_by([counted["n"].desc(), counted["value"]]).limit(limit)
        return [str(row[0]) for row in self._run(query)]

    def _groups(
        self, source: Source, groupings: Sequence[Grouping], records: Translator, requests: Sequence[Request]
    ) -> list[list[Group]]:
        """Run a union of groupings; return the groups of each."""
        slices_of: list[set[SliceKey]] = [set() for _ in groupings]
        found: list[list[Group]] = [[] for _ in groupings]
        slices = max(len(grouping.by) for grouping in groupings)
        labels = max(len(grouping.labels) for grouping in groupings)
        cell = 1 + slices + labels
        for row in _rows(self._connection().execute(self._union(groupings, records))):
            grouping = groupings[row[0]]
            key = row[1 : 1 + len(grouping.by)]
            slices_of[row[0]].add(key)
            if len(slices_of[row[0]]) > MOST_SLICES:
                raise too_many_slices(source, grouping, requests)
            group = Group(
                key=key,
                labels=row[1 + slices : 1 + slices + len(grouping.labels)],
                cell=row[cell],
                numbers=tuple([number or 0.0 for number in row[cell + 1 : cell + 1 + grouping.width]]),
            )
            found[row[0]].append(group)
        # the engine answers in any order; evidence of the same data reads the same every time
        return [sorted(groups, key=_in_order) for groups in found]

    def _union(self, groupings: Sequence[Grouping], records: Translator) -> str:
        """Return the union's SQL; who asks the same again, as a watch does, does not compile it again."""
        key = (records.table.get_name(), repr(groupings))
        if key not in self._compiled:
            if len(self._compiled) >= COMPILED:
                self._compiled.clear()
            self._compiled[key] = _sql(union_of(groupings, records))
        return self._compiled[key]

    def _run(self, query: ir.Table) -> list[tuple[Any, ...]]:
        return self._connection().execute(_sql(query)).fetchall()

    def _connection(self) -> duckdb.DuckDBPyConnection:
        if self._connected is None:
            import duckdb

            spill = Path(tempfile.gettempdir()) / f"holdfast-{os.getpid()}"
            configuration = {**_CONFIGURATION, "temp_directory": str(spill)}
            if self._threads is not None:
                configuration["threads"] = str(self._threads)
            self._connected = duckdb.connect(":memory:", config=configuration)
            self._connected.execute("SET TimeZone = 'UTC'")
        return self._connected

    @contextmanager
    def _readable(self, source: Source) -> Iterator[None]:
        """Turn what DuckDB says about a file into one line of ours."""
        import duckdb

        try:
            yield
        except duckdb.Error as error:
            fix = "make it anew, or look at it with duckdb"
            said = _first_line(error).replace(f"{source.root}{os.sep}", "")
            if source.kind != "csv":  # of a CSV file it says line and column
                said = f"it is damaged or cut off (DuckDB: {said.rstrip('.!')})"
            raise unreadable(source, None, said, fix) from error

    def _open(self, source: Source) -> _Opened:
        _refuse_elsewhere(source)
        files = files_of(source)
        opened = self._opened.get(source.key())
        if opened is None or opened.files != files:
            with self._readable(source):
                opened = self._opened[source.key()] = self._read(source, files)
        return opened

    def _read(self, source: Source, files: tuple[FileState, ...]) -> _Opened:
        self._aliases += 1
        alias = f"holdfast_{self._aliases}"
        # a DuckDB file's write-ahead log is digested with it, and opened by it
        paths = [state.path for state in files if not state.path.name.endswith(".wal")]
        columns = dict(TableReader(self._connection(), source, paths, alias).read())
        types = _renamed(columns, source)
        records = _translator(alias, columns)
        checker = Checker(types, source.name, lambda column: self._values(records, column, None, 5))
        checker.source(source)
        if checker.problems:
            raise DataError(checker.problems)
        if source.derive:
            bands = {f"d{place}": records.band(cut) for place, cut in enumerate(source.derive.values())}
            columns |= {name: (f"d{place}", "text") for place, name in enumerate(source.derive)}
            records = self._view(f"{alias}_derived", records.table.mutate(**bands), columns)
        if source.where is not None:
            self._refuse_numbers(source, records, list(checker.numeric.values()))
            chosen = records.table.filter(records.condition(source.where))
            records = self._view(f"{alias}_chosen", chosen, columns)
        [(rows,)] = self._run(records.table.aggregate(n=records.table.count()))
        return _Opened(files, records, columns, types, rows)

    def _view(self, name: str, query: ir.Table, columns: Physicals) -> Translator:
        """Keep a query as a view, so that no part of a larger query repeats or materialises it."""
        self._connection().execute(f"CREATE TEMP VIEW {name} AS {_sql(query)}")
        return _translator(name, columns)

    def _refuse_numbers(self, source: Source, records: Translator, numbers: Sequence[Expression]) -> None:
        for expression in numbers:
            wrong = records.table.count(where=records.condition(neither_zero_nor_one(expression)))
            [(count,)] = self._run(records.table.aggregate(n=wrong))
            if count:
                raise not_two_valued(
                    source, expression, count, lambda _, *asked: self._values(records, *asked)
                )


def _rows(answer: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """Yield an answer's rows without holding them all."""
    while rows := answer.fetchmany(FETCHED):
        yield from rows


def _refuse_elsewhere(source: Source) -> None:
    if source.kind in {"records", "ibis"}:
        fix = "this version measures `parquet:`, `csv:` and `duckdb:`"
        raise DataError.of("HF305", f"data `{source.name}` is `{source.kind}:`", fix=fix)


def _in_order(group: Group) -> tuple[object, ...]:
    """Sort by slice, label and cell, null last."""
    return tuple((part is None, part or "") for part in (*group.key, *group.labels)), group.cell or 0


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


def _translator(table: str, columns: Physicals) -> Translator:
    import ibis

    schema = {inner: IBIS_TYPES[kind] for inner, kind in columns.values() if kind is not None}
    known = {name: (inner, kind) for name, (inner, kind) in columns.items() if kind is not None}
    return Translator(ibis.table(schema, name=table), known)


def _sql(query: ir.Table) -> str:
    # compiled without a connection: a connection of Ibis' own would load pandas
    return str(_compiler().to_sqlglot(query).sql("duckdb"))


@cache
def _compiler() -> Any:  # noqa: ANN401 -- Ibis is loaded late
    """Return Ibis' compiler for DuckDB without those for nineteen other engines: a tenth of a check's time.

    Their package loads all of them. It is set aside while this one is loaded, and whoever asks for it later
    gets it whole.
    """
    package = "ibis.backends.sql.compilers"
    spec = find_spec(package)
    if package in sys.modules or spec is None:
        return import_module(f"{package}.duckdb").compiler
    sys.modules[package] = module_from_spec(spec)
    try:
        return import_module(f"{package}.duckdb").compiler
    finally:
        del sys.modules[package]


def _first_line(error: Exception) -> str:
    """Return what DuckDB says, without its kind of error, its query and its advice."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = re.sub(r"^[A-Z][A-Za-z ]+ Error: ", "", lines[0] if lines else type(error).__name__)
    advice = next((at for at, line in enumerate(lines) if line.startswith("Possible ")), 0)
    if text.startswith("CSV Error on Line") and advice > 1:
        text = f"{text.removeprefix('CSV Error on ').lower()}: {lines[advice - 1]}"
    return text if len(text) <= 200 else text[:197] + "..."
