"""A source of records as the plan describes it: pure data, independent of any engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Literal, TypeAlias

from holdfast.kernel.canonical import Json, canonical
from holdfast.kernel.expressions.encoding import to_json
from holdfast.kernel.expressions.tree import Expression

SourceKind: TypeAlias = Literal["parquet", "csv", "duckdb", "records", "ibis"]
ColumnType: TypeAlias = Literal["number", "text", "bool", "time", "null", "vector", "other"]
"""What a column holds; `null` is a column without a single value, which fits wherever a value is needed."""
Columns: TypeAlias = Mapping[str, ColumnType]


@dataclass(frozen=True)
class Cut:
    """A column of bands, cut from a numeric one.

    Attributes
    ----------
    column : str
        The numeric column.
    at : tuple of float
        Where, ascending: a band reaches from one cut up to, but without, the next.
    """

    column: str
    at: tuple[float, ...]

    def bands(self) -> tuple[str, ...]:
        """Return the bands' names, from the lowest.

        Examples
        --------
        >>> Cut("age", (30, 50.5)).bands()
        ('under 30', '30 to under 50.5', '50.5 and over')
        """
        ends = [f"{cut:.15g}" for cut in self.at]
        between = [f"{low} to under {high}" for low, high in pairwise(ends)]
        return (f"under {ends[0]}", *between, f"{ends[-1]} and over")


@dataclass(frozen=True)
class Source:
    """Where records come from, and which of them count.

    Attributes
    ----------
    name : str
        The plan's name of it.
    kind : str
        Parquet, CSV, a DuckDB table, or `ibis` for a table in a database or warehouse; `records` is read in
        plans and not measured yet.
    locations : tuple of str
        Paths or patterns, from `root`; of `ibis` the address.
    root : Path
        The plan's folder.
    table : str or None
        The table or view, in a DuckDB file or a database.
    where : Expression or None
        Which records count.
    columns : mapping
        The plan's name of a column -> the source's.
    derive : mapping
        Name -> how it is cut from another column.
    cluster : str or None
        The column by whose value records belong together.
    time, labelled : str or None
        The columns of when a record happened, and of when its label arrived.
    """

    name: str
    kind: SourceKind
    locations: tuple[str, ...]
    root: Path
    table: str | None = None
    where: Expression | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    derive: Mapping[str, Cut] = field(default_factory=dict)
    cluster: str | None = None
    time: str | None = None
    labelled: str | None = None

    def selection(self) -> dict[str, Json]:
        """Return what decides which values are measured, apart from the files themselves, as JSON."""
        derived: dict[str, Json] = {
            name: {"cut": cut.column, "at": list(cut.at)} for name, cut in sorted(self.derive.items())
        }
        renamed: dict[str, Json] = dict(sorted(self.columns.items()))
        return {
            "kind": self.kind,
            "table": self.table,
            "where": None if self.where is None else to_json(self.where),
            "columns": renamed,
            "derive": derived,
        }

    def key(self) -> bytes:
        """Return the same bytes for sources with the same records, whatever they are called."""
        return canonical({**self.selection(), "root": str(self.root), "locations": self.locations})
