"""What engines write differently: the types of columns, names in quotes, and a fingerprint of records.

Everything else that a query says is the same for all of them (`querying`, `translation`), and Ibis writes it
in each engine's words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from holdfast.telemetry.queries.translation import Physical

Physicals: TypeAlias = Mapping[str, tuple[str, Physical | None]]
"""The source's name of a column -> (our name, how it comes); None where it cannot be measured."""


@dataclass(frozen=True)
class Dialect:
    """How one engine speaks.

    Attributes
    ----------
    sqlglot : str
        The name that sqlglot writes it by.
    types : sequence of (pattern, kind, template)
        The engine's name of a type (the whole of it, in any case) -> how it comes, and how it is read: `{}`
        stands for the column. A type that no pattern fits cannot be measured.
    quote : str
        What encloses a name.
    view : str
        How a query under a name is put before another one, never computed on its own: `{0}` is the name,
        `{1}` the query.
    kept : str
        The same for one that several parts read and that is computed once, where the engine can.
    hash : str
        The function that makes a whole number of a text, for drawing values; where it is empty, Ibis knows.
    fingerprint : str
        One number over all records, whatever their order: `{}` stands for the columns, separated by commas.
    hashed : str
        How a column, `{}`, stands among them: where nulls are passed over, their places must tell.
    strict : bool
        Whether a product or quotient that is too small or too large for a float is refused.
    """

    sqlglot: str
    types: Sequence[tuple[str, Physical, str]]
    quote: str = '"'
    view: str = "{0} AS ({1})"
    kept: str = "{0} AS ({1})"
    hash: str = ""
    fingerprint: str = ""
    hashed: str = "{}"
    strict: bool = False

    def read_as(self, type_: str) -> tuple[Physical | None, str]:
        """Return how a column of the engine's type comes, and the template that reads it."""
        for pattern, kind, template in self.types:
            if re.fullmatch(pattern, type_, re.DOTALL | re.IGNORECASE):
                return kind, template
        return None, ""

    def named(self, columns: Sequence[tuple[str, str]], origin: str) -> tuple[Physicals, str]:
        """Return an origin's columns under names of ours (c0, c1, ...), and the query that names them so."""
        held: dict[str, tuple[str, Physical | None]] = {}
        selected: list[str] = []
        for place, (name, type_) in enumerate(columns):
            kind, template = self.read_as(type_)
            held[name] = (f"c{place}", kind)
            if kind is not None:
                selected.append(f"{template.format(self.quoted(name))} AS c{place}")
        return held, f"SELECT {', '.join(selected) or 'NULL AS nothing'} FROM {origin}"  # noqa: S608 -- quoted

    def quoted(self, name: str) -> str:
        """Return a name as the engine writes it.

        Examples
        --------
        >>> print(DUCKDB.quoted('a"b; drop'))
        "a""b; drop"
        """
        return self.quote + name.replace(self.quote, self.quote * 2) + self.quote


DUCKDB = Dialect(
    "duckdb",
    (
        (r"(TINY|SMALL|BIG)INT|INTEGER|U(TINY|SMALL)INT|UINTEGER", "whole", "CAST({} AS BIGINT)"),
        (r"FLOAT|DOUBLE|U?HUGEINT|UBIGINT|DECIMAL\(.*\)", "real", "CAST({} AS DOUBLE)"),
        (r"BOOLEAN", "bool", "{}"),
        (r"VARCHAR|ENUM\(.*\)|UUID", "text", "CAST({} AS VARCHAR)"),
        (r"DATE", "date", "{}"),
        (
            r"TIMESTAMP WITH TIME ZONE|TIMESTAMPTZ(_NS)?",
            "time",
            "CAST(CAST({} AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS TIMESTAMP)",
        ),
        (r"TIMESTAMP(_S|_MS|_NS)?", "time", "CAST({} AS TIMESTAMP)"),
        (r"\"?NULL\"?", "null", "CAST(NULL AS DOUBLE)"),
        (r"(FLOAT|DOUBLE)\[\d*\]", "vector", "{}"),
        (r"(U?(TINY|SMALL|BIG)INT|U?INTEGER|DECIMAL\(\d+,\d+\))\[\d*\]", "vector", "CAST({} AS DOUBLE[])"),
        (r".*\b(VARCHAR|JSON)\b.*", "nested", "CAST({} AS VARCHAR)"),
    ),
)

POSTGRES = Dialect(
    "postgres",
    (
        (r"smallint|integer|bigint|oid", "whole", "CAST({} AS bigint)"),
        (r"real|double precision|numeric(\(.*\))?", "real", "CAST({} AS double precision)"),
        (r"boolean", "bool", "{}"),
        # compared and ordered by bytes, as everywhere else, whatever the database's language is
        (
            r"text|character( varying)?(\(.*\))?|bpchar|name|citext|uuid|enum|inet|cidr",
            "text",
            'CAST({} AS text) COLLATE "C"',
        ),
        (r"date", "date", "{}"),
        (r"timestamp(\(\d\))? with time zone", "time", "CAST({} AT TIME ZONE 'UTC' AS timestamp)"),
        (r"timestamp(\(\d\))? without time zone", "time", "CAST({} AS timestamp)"),
        (r"jsonb?|xml|text\[\]|character varying(\(.*\))?\[\]", "nested", "CAST({} AS text)"),
    ),
    view="{0} AS NOT MATERIALIZED ({1})",
    kept="{0} AS MATERIALIZED ({1})",
    hash="hashtext",
    fingerprint="sum(CAST(hash_record_extended(ROW({}), 0) AS numeric))",
    strict=True,
)


def _wrapped(pattern: str) -> str:
    """Return a pattern of a ClickHouse type that also fits where it may be null or few values repeat."""
    return rf"(?:LowCardinality\()?(?:Nullable\()?(?:{pattern})\)*"


CLICKHOUSE = Dialect(
    "clickhouse",
    (
        (_wrapped(r"U?Int(8|16|32)|Int64"), "whole", "CAST({} AS Nullable(Int64))"),
        (
            _wrapped(r"B?Float(16|32|64)|UInt64|U?Int(128|256)|Decimal\w*\(.*\)"),
            "real",
            "CAST({} AS Nullable(Float64))",
        ),
        (_wrapped(r"Bool"), "bool", "CAST({} AS Nullable(Bool))"),
        (
            _wrapped(r"String|FixedString\(\d+\)|Enum(8|16)\(.*\)|UUID|IPv[46]"),
            "text",
            "CAST(toString({}) AS Nullable(String))",
        ),
        (_wrapped(r"Date(32)?"), "date", "CAST({} AS Nullable(Date32))"),
        (_wrapped(r"DateTime(64)?(\(.*\))?"), "time", "toDateTime64({}, 6, 'UTC')"),
        (_wrapped(r"Nothing"), "null", "CAST(NULL AS Nullable(Float64))"),
        (r"(Array|Map|Tuple|Nested)\(.*String.*\)|JSON(\(.*\))?", "nested", "toString({})"),
    ),
    quote="`",
    hash="cityHash64",
    fingerprint="sum(cityHash64(tuple({})))",
)

SPARK = Dialect(
    "pyspark",
    (
        (r"tinyint|smallint|int|bigint", "whole", "CAST({} AS BIGINT)"),
        (r"float|double|decimal\(.*\)", "real", "CAST({} AS DOUBLE)"),
        (r"boolean", "bool", "{}"),
        (r"(string|varchar\(\d+\)|char\(\d+\))( collate \w+)?", "text", "CAST({} AS STRING)"),
        (r"date", "date", "{}"),
        # the session's time zone is UTC, so both kinds come as the same clock
        (r"timestamp(_ntz|_ltz)?", "time", "CAST({} AS TIMESTAMP)"),
        (r"void", "null", "CAST(NULL AS DOUBLE)"),
        (r"(array|struct|map)<.*\bstring\b.*>|variant", "nested", "CAST({} AS STRING)"),
    ),
    quote="`",
    hash="xxhash64",
    fingerprint="sum(CAST(xxhash64({}) AS DECIMAL(20, 0)))",
    hashed="{0}, {0} IS NULL",
)

DIALECTS: Mapping[str, Dialect] = {
    "duckdb": DUCKDB,
    "postgres": POSTGRES,
    "clickhouse": CLICKHOUSE,
    "pyspark": SPARK,
}
"""Ibis' name of an engine's compiler -> how it speaks."""
