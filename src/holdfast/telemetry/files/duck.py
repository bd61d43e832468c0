"""The engine for files on this machine: DuckDB, in process."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from holdfast.kernel.errors import DataError
from holdfast.kernel.patterns import Detector
from holdfast.kernel.progress import hearer_now
from holdfast.measure.requests import SliceKey
from holdfast.measure.vectors import Frame, VectorSums
from holdfast.telemetry.files.identity import Digests, FileState, files_of, refuse_changed, unreadable
from holdfast.telemetry.files.ruling import keep_rules
from holdfast.telemetry.files.scanning import scan_texts, texts_of
from holdfast.telemetry.files.tables import TableReader
from holdfast.telemetry.ports import DataDigest, DataIdentity, RulesKept, Scanned
from holdfast.telemetry.queries.asking import Opened, QueryEngine
from holdfast.telemetry.rules import Rule
from holdfast.telemetry.sources import Source

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir

MEMORY_LIMIT = "1GB"
"""What DuckDB may hold before it spills to disk; a pass over five million records needs a fifth of it."""

FETCHED = 20_000
"""Rows of an answer that are held at once."""
TOLD_EVERY = 0.2
"""Seconds between two looks at how far a query is."""

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


@dataclass(frozen=True)
class _Opened(Opened):
    """A source with the files that it was made of."""

    files: tuple[FileState, ...]
    rows: int


class DuckEngine(QueryEngine):
    """Measures Parquet, CSV and DuckDB files.

    A source is opened once and kept: the second question about files that did not change does not look at
    their schema again.

    Parameters
    ----------
    threads : int or None
        As many as the machine has, where it is not said.
    """

    dialect = "duckdb"

    def __init__(self, *, threads: int | None = None) -> None:
        super().__init__()
        self._threads = threads
        self._connected: duckdb.DuckDBPyConnection | None = None
        self._opened: dict[bytes, _Opened] = {}
        self._digests = Digests()

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

    def scan(self, source: Source, detectors: Sequence[Detector]) -> Scanned:
        """Return how many records hold what the detectors look for, by column."""
        opened = self._open(source)
        held = opened.held(source)
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
        view, held = opened.records.table.get_name(), opened.held(source)
        with self._readable(source):
            kept = keep_rules(self._connection(), view, opened.rows, held, rules)
        refuse_changed(source, opened.files)
        return kept

    def frame(self, source: Source, column: str) -> Frame | None:
        """Return what a reference fixes for a column of vectors."""
        from holdfast.telemetry.files.vectors import frame_in

        opened = self._open(source)
        with self._readable(source):
            return frame_in(self._connection(), source, opened, column)

    def vectors(
        self, source: Source, column: str, frame: Frame, by: tuple[str, ...] = ()
    ) -> Mapping[SliceKey, VectorSums]:
        """Return the sums of a column of vectors in a frame, by slice."""
        from holdfast.telemetry.files.vectors import sums_in

        opened = self._open(source)
        with self._readable(source):
            sums = sums_in(self._connection(), source, opened, column, frame, by)
        refuse_changed(source, opened.files)
        return sums

    def _connection(self) -> duckdb.DuckDBPyConnection:
        if self._connected is None:
            import duckdb

            spill = Path(tempfile.gettempdir()) / f"holdfast-{os.getpid()}"
            configuration = {**_CONFIGURATION, "temp_directory": str(spill)}
            if self._threads is not None:
                configuration["threads"] = str(self._threads)
            self._connected = duckdb.connect(":memory:", config=configuration)
            self._connected.execute("SET TimeZone = 'UTC'")
            if hearer_now() is not None:
                self._connected.execute("SET enable_progress_bar = true")
                self._connected.execute("SET enable_progress_bar_print = false")
        return self._connected

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell whoever wants to know how far the query is that runs inside."""
        hear = hearer_now()
        if hear is None:
            yield
            return
        connection, done = self._connection(), Event()

        def watch() -> None:
            while not done.wait(TOLD_EVERY):
                percent = connection.query_progress()
                if percent >= 0:  # -1: no query runs
                    hear(percent / 100)

        watching = Thread(target=watch, daemon=True)
        watching.start()
        try:
            yield
        finally:
            done.set()
            watching.join()

    @contextmanager
    def _readable(self, source: Source) -> Iterator[None]:
        """Turn what DuckDB says about a file into one line of ours."""
        import duckdb

        try:
            with self._told():
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
        alias = self._alias()
        # a DuckDB file's write-ahead log is digested with it, and opened by it
        paths = [state.path for state in files if not state.path.name.endswith(".wal")]
        chosen = self._chosen(source, alias, TableReader(self._connection(), source, paths, alias).read())
        records = chosen.records
        [(rows,)] = self._run(records.table.aggregate(n=records.table.count()))
        return _Opened(records, chosen.columns, chosen.types, files, rows)

    def _view(self, name: str, query: ir.Table) -> None:
        self._connection().execute(f"CREATE TEMP VIEW {name} AS {self._sql(query)}")

    @contextmanager
    def _kept(self, name: str, query: ir.Table) -> Iterator[None]:
        self._connection().execute(f"CREATE TEMP TABLE {name} AS {self._sql(query)}")
        try:
            yield
        finally:
            self._connection().execute(f"DROP TABLE {name}")

    def _count(self, source: Source) -> int:
        return self._open(source).rows

    def _refuse_changed(self, source: Source) -> None:
        refuse_changed(source, self._opened[source.key()].files)

    def _rows(self, sql: str) -> Generator[tuple[Any, ...], None, None]:
        answer = self._connection().execute(sql)
        while rows := answer.fetchmany(FETCHED):
            yield from rows


def _refuse_elsewhere(source: Source) -> None:
    if source.kind in {"records", "ibis"}:
        fix = "files are measured here: `parquet:`, `csv:` and `duckdb:`"
        raise DataError.of("HF305", f"data `{source.name}` is `{source.kind}:`", fix=fix)


def _first_line(error: Exception) -> str:
    """Return what DuckDB says, without its kind of error, its query and its advice."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = re.sub(r"^[A-Z][A-Za-z ]+ Error: ", "", lines[0] if lines else type(error).__name__)
    advice = next((at for at, line in enumerate(lines) if line.startswith("Possible ")), 0)
    if text.startswith("CSV Error on Line") and advice > 1:
        text = f"{text.removeprefix('CSV Error on ').lower()}: {lines[advice - 1]}"
    return text if len(text) <= 200 else text[:197] + "..."
