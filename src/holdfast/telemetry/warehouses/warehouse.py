"""The engine for a user's own database or warehouse: whatever runs SQL and gives rows back.

A driver answers the small port `Warehouse`; everything else is the same for all of them. Nothing is created
there: what DuckDB keeps as views stands before every query as `WITH name AS (...)`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from holdfast.kernel.canonical import Json
from holdfast.kernel.errors import DataError, did_you_mean
from holdfast.kernel.ids import digest
from holdfast.kernel.patterns import Detector
from holdfast.telemetry.ports import DataDigest, DataIdentity, RulesKept, Scanned
from holdfast.telemetry.queries.asking import Opened, QueryEngine, reads
from holdfast.telemetry.queries.compiling import sql_of
from holdfast.telemetry.queries.dialects import DIALECTS
from holdfast.telemetry.rules import Rule
from holdfast.telemetry.sources import Source
from holdfast.telemetry.warehouses.addresses import Address

if TYPE_CHECKING:
    import ibis.expr.types as ir

Trouble: TypeAlias = Literal["driver", "java", "unreachable", "login", "slow", "lost", "absent", "query"]
"""What goes wrong: no driver is installed; nobody answers; the user is refused; no answer came in time; the
connection ended in the middle; no such table; the statement was refused."""


class Warehouse(Protocol):
    """A connection to a database or warehouse. All errors of its driver become `WarehouseError`.

    Attributes
    ----------
    dialect : str
        Ibis' name of the compiler: `postgres`, `clickhouse`, `pyspark`.
    """

    dialect: str

    def columns(self, table: str) -> list[tuple[str, str]]:
        """Return a table's columns in order: name, and the engine's own name of its type.

        Raises
        ------
        WarehouseError
            `absent`, with the tables that are there.
        """
        ...

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Run one statement; yield its rows as plain Python values, without holding them all."""
        ...

    def close(self) -> None:
        """End the connection."""
        ...


class WarehouseError(Exception):
    """What a warehouse's driver says.

    Attributes
    ----------
    trouble : str
    said : str
        One line, without what must not be shown; for `driver` the extra that installs it.
    known : tuple of str
        For `absent`: the tables that are there.
    """

    def __init__(self, trouble: Trouble, said: str = "", known: Iterable[str] = ()) -> None:
        super().__init__(f"{trouble}: {said}")
        self.trouble = trouble
        self.said = said
        self.known = tuple(known)


SCHEMES = ("postgres", "clickhouse", "spark")
"""The schemes of addresses whose tables are measured."""


def no_such_scheme(source: Source, address: Address) -> DataError:
    """Return the error of an address that no engine of this version speaks to."""
    message = f"data `{source.name}`: no engine of this version reads `{address.scheme}://`"
    fix = f"it reads {', '.join(f'{scheme}://' for scheme in SCHEMES)}, and files (`parquet:`, `csv:`)"
    return DataError.of("HF305", message, fix=fix)


def parts_of(table: str) -> tuple[str, ...]:
    """Return a table's name with its schema and catalog, as they are in the plan; quotes hold a dot together.

    Examples
    --------
    >>> parts_of('lake.ai.records'), parts_of('ai."odd.name"')
    (('lake', 'ai', 'records'), ('ai', 'odd.name'))
    """
    found = re.findall(r'"((?:[^"]|"")+)"|`([^`]+)`|([^."`]+)', table)
    return tuple(quoted.replace('""', '"') or other or plain for quoted, other, plain in found)


def first_line(error: BaseException) -> str:
    """Return the first line of what a driver says, cut where it is long."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = (lines[0] if lines else type(error).__name__).rstrip(".")
    return said if len(said) <= 300 else said[:297] + "..."


class WarehouseEngine(QueryEngine):
    """Measures tables where they are.

    Which data a table is, is told by a fingerprint: one query counts the records that the source chooses and
    adds up a hash of each.

    Parameters
    ----------
    connect : callable
        Opens the warehouse; called when the first question is asked.
    dialect : str
        Ibis' name of the compiler.
    place : str
        The address without user and password: part of what the data are.
    shown : str
        What messages call the address.
    limit : float
        After how many seconds the driver gives up, for messages.
    said : Path or None
        A file to which each statement is added, with how many rows came back and how long that took.
    """

    def __init__(
        self,
        connect: Callable[[], Warehouse],
        dialect: str,
        place: str,
        shown: str,
        limit: float,
        said: Path | None = None,
    ) -> None:
        super().__init__()
        self._said = said
        self.dialect = dialect
        self._connect = connect
        self._place, self._shown, self._limit = place, shown, limit
        self._connected: Warehouse | None = None
        self._opened: dict[bytes, Opened] = {}
        self._heads: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._seen: dict[bytes, tuple[int, str]] = {}

    def close(self) -> None:
        """End the connection; the next question opens another one."""
        if self._connected is not None:
            self._connected.close()
            self._connected = None

    def identify(self, source: Source) -> DataIdentity:
        """Return which data the source is at this moment, from one query over its records."""
        self._opened.pop(source.key(), None)  # its columns may be others by now
        self._seen[source.key()] = self._fingerprint(source)
        return DataIdentity(self._digest_of(source), ())

    def digest(self, source: Source) -> DataDigest:
        """Return which data the source is, and how many records count."""
        rows = self._count(source)
        return DataDigest(self._digest_of(source), (), rows)

    def _digest_of(self, source: Source) -> str:
        rows, fingerprint = self._seen[source.key()]
        columns: list[Json] = [
            [name, kind] for name, (_, kind) in sorted(self._open(source).held(source).items())
        ]
        return digest(
            {
                **source.selection(),
                "place": self._place,
                "held": columns,
                "rows": rows,
                "fingerprint": fingerprint,
            }
        )

    def _fingerprint(self, source: Source) -> tuple[int, str]:
        opened = self._open(source)
        inner = {name for name, kind in opened.held(source).values() if kind is not None}
        dialect = DIALECTS[self.dialect]
        columns = ", ".join(dialect.hashed.format(name) for name in sorted(inner))
        told = dialect.fingerprint.format(columns) if inner else "0"
        name = opened.records.table.get_name()
        query = f"SELECT count(*), {told} FROM {name}"  # noqa: S608 -- names are ours
        with self._readable(source):
            [(rows, fingerprint)] = list(self._rows(self._headed(query, [name])))
        return int(rows), str(fingerprint)

    def _count(self, source: Source) -> int:
        if source.key() not in self._seen:
            self._seen[source.key()] = self._fingerprint(source)
        return self._seen[source.key()][0]

    def _refuse_changed(self, source: Source) -> None:
        before = self._seen.get(source.key())
        if before is None or self._fingerprint(source) == before:
            return
        message = f"data `{source.name}`: `{source.table}` changed while it was measured"
        fix = "choose by `where:` records that do not change any more, such as those before today"
        raise DataError.of("HF302", message, fix=fix)

    def scan(self, source: Source, detectors: Sequence[Detector]) -> Scanned:
        """Refuse to look for personal data: texts would have to leave the database."""
        raise self._files_only(source, "personal data is looked for")

    def keeps(self, source: Source, rules: Sequence[Rule]) -> RulesKept:
        """Refuse to check rules: their patterns are those of DuckDB."""
        raise self._files_only(source, "a schema is checked")

    def _files_only(self, source: Source, what: str) -> DataError:
        message = f"data `{source.name}`: {what} in files, and this is a table at `{self._shown}`"
        return DataError.of("HF305", message, fix="export its records to Parquet and name that in `data:`")

    def _open(self, source: Source) -> Opened:
        opened = self._opened.get(source.key())
        if opened is None:
            table = source.table or ""
            with self._readable(source):
                columns = self._warehouse().columns(table)
                dialect = DIALECTS[self.dialect]
                origin = ".".join(dialect.quoted(part) for part in parts_of(table))
                held, query = dialect.named(columns, origin)
                alias = self._alias()
                self._heads[alias] = dialect.view.format(alias, query), ()
                opened = self._opened[source.key()] = self._chosen(source, alias, held)
        return opened

    def _view(self, name: str, query: ir.Table) -> None:
        self._head(name, query, DIALECTS[self.dialect].view)

    @contextmanager
    def _kept(self, name: str, query: ir.Table) -> Iterator[None]:
        self._head(name, query, DIALECTS[self.dialect].kept)
        try:
            yield
        finally:
            del self._heads[name]

    def _head(self, name: str, query: ir.Table, form: str) -> None:
        self._heads[name] = form.format(name, sql_of(query, self.dialect)), reads(query)

    def _headed(self, sql: str, names: Sequence[str]) -> str:
        """Return a query after those that it reads, each once and after those that it reads in turn."""
        needed: dict[str, str] = {}

        def add(name: str) -> None:
            text, reads = self._heads[name]
            for other in reads:
                add(other)
            needed.setdefault(name, text)

        for name in names:
            add(name)
        heads = f"WITH {', '.join(needed.values())}"
        return f"{heads}, {sql.removeprefix('WITH ')}" if sql.startswith("WITH ") else f"{heads} {sql}"

    def _rows(self, sql: str) -> Generator[tuple[Any, ...], None, None]:
        started, rows = time.perf_counter(), 0
        for row in self._warehouse().rows(sql):
            rows += 1
            yield row
        if self._said is not None:
            took = f"{rows:,} rows from {self._shown} in {time.perf_counter() - started:.2f} s"
            with self._said.open("a", encoding="utf-8") as file:
                file.write(f"-- {took}\n{sql};\n\n")

    def _warehouse(self) -> Warehouse:
        if self._connected is None:
            self._connected = self._connect()
        return self._connected

    @contextmanager
    def _readable(self, source: Source) -> Iterator[None]:
        try:
            yield
        except WarehouseError as error:
            if error.trouble in {"lost", "slow"}:  # nothing more comes from this connection
                self.close()
            raise self._told(source, error) from error

    def _told(self, source: Source, error: WarehouseError) -> DataError:
        """Return what went wrong in a line of ours, and what to do."""
        at, said = f"`{self._shown}`", f" ({error.said})" if error.said else ""
        match error.trouble:
            case "driver":
                message, fix = f"the driver for {at} is not installed", f"pip install '{error.said}'"
            case "java":
                message = f"{at} needs Java 17 on this machine{said}"
                fix = "install it, such as openjdk-17-jre-headless, or set JAVA_HOME"
            case "unreachable":
                message, fix = f"{at} cannot be reached{said}", "start it, or correct the address"
            case "login":
                message, fix = f"{at} refuses to let this user in{said}", "correct user, password or database"
            case "slow":
                message = f"{at} did not answer within {self._limit:g} seconds{said}"
                fix = "choose fewer records by `where:`, or raise HOLDFAST_ENGINE_SECONDS"
            case "lost":
                message, fix = f"the connection to {at} ended in the middle{said}", "measure again"
            case "absent":
                message = f"{at} has no table `{source.table}`"
                fix = did_you_mean(source.table or "", error.known, otherwise="it has")
            case "query":
                message, fix = (
                    f"{at} refused the query{said}",
                    "look at the table and at what the user may do",
                )
        code = {"driver": "HF305", "java": "HF305", "absent": "HF332", "query": "HF332"}.get(
            error.trouble, "HF331"
        )
        return DataError.of(code, f"data `{source.name}`: {message}", fix=fix)
