"""A file's own columns under names of ours (c0, c1, ...), in the few types that measuring knows.

No name that a file brought is part of another query than the one that gives it ours, where it is quoted.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.kernel.errors import did_you_mean
from holdfast.telemetry.files.delimited import glob_escaped, load
from holdfast.telemetry.files.identity import unreadable
from holdfast.telemetry.queries.dialects import DUCKDB, Physicals
from holdfast.telemetry.sources import Source

if TYPE_CHECKING:
    import duckdb


class TableReader:
    """Reads a source's files into a view (or, for CSV, a table) of a connection."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, source: Source, paths: Sequence[Path], alias: str
    ) -> None:
        self.connection = connection
        self.source = source
        self.paths = paths
        self.alias = alias

    def read(self) -> Physicals:
        """Make the view and return its columns.

        Raises
        ------
        DataError
            HF302: a table that is not there, or CSV that does not parse.
        duckdb.Error
            On a file that DuckDB refuses.
        """
        if self.source.kind == "csv":
            loaded = load(self.connection, self.alias, self.source, self.paths)
            return {name: (f"c{place}", kind) for place, (name, kind) in enumerate(loaded)}
        if self.source.kind == "duckdb":
            return self._view(self._table())
        files = ", ".join(text(glob_escaped(path)) for path in self.paths)
        self._same_columns()
        # Parquet files may keep silent about NaN, and DuckDB would believe that there is none
        return self._view(f"read_parquet([{files}], can_have_nan = true)")

    def _view(self, origin: str) -> Physicals:
        described = self.connection.execute(f"DESCRIBE SELECT * FROM {origin}").fetchall()  # noqa: S608
        columns, query = DUCKDB.named([(name, type_) for name, type_, *_ in described], origin)
        self.connection.execute(f"CREATE TEMP VIEW {self.alias} AS {query}")
        return columns

    def _same_columns(self) -> None:
        """Refuse files that do not have the same columns: what one lacks would look like missing values."""
        first: list[str] = []
        for path in self.paths:
            origin = f"read_parquet([{text(glob_escaped(path))}])"
            described = self.connection.execute(f"DESCRIBE SELECT * FROM {origin}").fetchall()  # noqa: S608
            names = [row[0] for row in described]
            first = first or names
            different = sorted(set(first) ^ set(names))
            if different:
                reason = f"`{different[0]}` is a column of some files and not of others"
                fix = "write all files of a source with the same columns, or name them as two sources"
                raise unreadable(self.source, path, reason, fix)

    def _table(self) -> str:
        database = DUCKDB.quoted(f"{self.alias}_file")
        self.connection.execute(f"ATTACH {text(str(self.paths[0]))} AS {database} (READ_ONLY, TYPE duckdb)")
        wanted = self.source.table or ""
        known = {
            row[0]
            if row[1] == "main"
            else f"{row[1]}.{row[0]}": f"{DUCKDB.quoted(row[1])}.{DUCKDB.quoted(row[0])}"
            for row in self.connection.execute(
                "SELECT table_name, table_schema FROM information_schema.tables WHERE table_catalog = $1",
                [f"{self.alias}_file"],
            ).fetchall()
        }
        found = known.get(wanted) or known.get(wanted.removeprefix("main."))
        if found is None:
            fix = did_you_mean(wanted, known, otherwise="it has")
            raise unreadable(self.source, self.paths[0], f"it has no table `{wanted}`", fix)
        return f"{database}.{found}"


def text(value: str) -> str:
    """Return a text as SQL writes it.

    Examples
    --------
    >>> print(text("it's"))
    'it''s'
    """
    return "'" + value.replace("'", "''") + "'"
