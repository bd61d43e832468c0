"""CSV without guessing: the header names the columns, and a column's type is what all of its values are.

A sniffer that looks at the first rows is wrong about the others: `yes` and `no` would become true and false,
a bad line would be skipped. Here every value is looked at, and a line that does not fit refuses the file.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.telemetry.files.identity import unreadable
from holdfast.telemetry.queries.translation import Physical
from holdfast.telemetry.sources import Source

if TYPE_CHECKING:
    import duckdb

_DELIMITERS = ",;\t|"
_DIALECT = (
    "auto_detect = false, header = true, quote = '\"', escape = '\"', skip = 0, null_padding = false,"
    " strict_mode = true, ignore_errors = false, hive_partitioning = false"
)
_PATTERNS: Sequence[tuple[Physical, str, str]] = (
    ("bool", r"true|false|True|False|TRUE|FALSE", "BOOLEAN"),
    ("whole", r"-?(0|[1-9][0-9]{0,17})", "BIGINT"),
    (
        "real",
        r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?|[-+]?(inf|Inf|Infinity)|nan|NaN",
        "DOUBLE",
    ),
    ("date", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "DATE"),
    (
        "time",
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
        r"(Z|[-+][0-9]{2}(:?[0-9]{2})?)?)?",
        "TIMESTAMPTZ",
    ),
)
"""What a column is when all of its values look like this, the first that fits; a code such as 007 is text."""


def header_of(path: Path, source: Source) -> tuple[list[str], str]:
    """Return the column names of a CSV file and what separates them.

    Raises
    ------
    DataError
        HF302: no header, a name twice or empty, or not UTF-8.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            first = opened.readline(1_000_000)
            delimiter = max(_DELIMITERS, key=first.count)
            opened.seek(0)
            names = next(csv.reader(opened, delimiter=delimiter, strict=True), [])
    except UnicodeDecodeError as error:
        raise unreadable(source, path, "it is not UTF-8", "save it as UTF-8") from error
    except csv.Error as error:
        raise unreadable(
            source, path, f"its header is no CSV: {error}", "quote names that need it"
        ) from error
    if not names or not any(name.strip() for name in names):
        raise unreadable(source, path, "it has no header", "write the columns' names into the first line")
    for name in names:
        if not name.strip():
            raise unreadable(source, path, "a column of its header has no name", "name every column")
        if sum(other.casefold() == name.casefold() for other in names) > 1:
            fix = "name every column once, in one spelling"
            raise unreadable(source, path, f"its header names `{name}` twice", fix)
    return names, delimiter


def load(
    connection: duckdb.DuckDBPyConnection, name: str, source: Source, paths: Sequence[Path]
) -> list[tuple[str, Physical]]:
    """Read CSV files into the table `name`, whose columns are c0, c1, ...; return what they are.

    Raises
    ------
    DataError
        HF302, with the line where it stands.
    """
    names, delimiter = header_of(paths[0], source)
    for path in paths[1:]:
        if header_of(path, source) != (names, delimiter):
            fix = "all files of a source have the same columns, in the same order"
            raise unreadable(source, path, f"its header is not that of `{paths[0].name}`", fix)
    fields = [f"c{place}" for place in range(len(names))]
    raw = f"{name}_text"
    columns = ", ".join(f"'{field}': 'VARCHAR'" for field in fields)
    # every name in these statements is ours
    connection.execute("SET preserve_insertion_order = true")  # a record is named by its number in the file
    try:
        connection.execute(
            f"CREATE TEMP TABLE {raw} AS FROM read_csv(?, delim = ?, {_DIALECT}, columns = {{{columns}}})",
            [[glob_escaped(path) for path in paths], delimiter],
        )
        kinds = _kinds(connection, raw, fields)
        selected = ", ".join(_typed(field, kind) for field, kind in zip(fields, kinds, strict=True))
        connection.execute(f"CREATE TEMP TABLE {name} AS SELECT {selected} FROM {raw}")  # noqa: S608
        connection.execute(f"DROP TABLE {raw}")
    finally:
        connection.execute("SET preserve_insertion_order = false")
    return list(zip(names, kinds, strict=True))


def _kinds(connection: duckdb.DuckDBPyConnection, raw: str, fields: Sequence[str]) -> list[Physical]:
    tests = [f"count({field})" for field in fields]
    for field in fields:
        for _, pattern, type_ in _PATTERNS:
            # 2026-02-30 looks like a date and is none
            tests.append(
                f"count(*) FILTER (WHERE regexp_full_match({field}, '{pattern}')"
                f" AND TRY_CAST({field} AS {type_}) IS NOT NULL)"
            )
    counts = connection.execute(f"SELECT {', '.join(tests)} FROM {raw}").fetchall()[0]  # noqa: S608
    kinds: list[Physical] = []
    for place in range(len(fields)):
        filled = counts[place]
        start = len(fields) + place * len(_PATTERNS)
        fitting = (kind for (kind, _, _), n in zip(_PATTERNS, counts[start:], strict=False) if n == filled)
        kinds.append("null" if filled == 0 else next(fitting, "text"))
    return kinds


def _typed(field: str, kind: Physical) -> str:
    types = {"null": "DOUBLE", "text": "VARCHAR", "time": "TIMESTAMPTZ"}
    type_ = types.get(kind) or next(type_ for known, _, type_ in _PATTERNS if known == kind)
    cast = f"CAST({field} AS {type_})"
    return f"{cast} AT TIME ZONE 'UTC' AS {field}" if kind == "time" else f"{cast} AS {field}"


def glob_escaped(path: Path) -> str:
    """Return a path in which DuckDB finds no pattern.

    Examples
    --------
    >>> glob_escaped(Path("data/eval[1].csv"))
    'data/eval[[]1].csv'
    """
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))
