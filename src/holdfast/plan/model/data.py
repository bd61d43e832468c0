"""Where records come from."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, Tag

from holdfast.plan.model.base import ByKey, Part
from holdfast.plan.model.formulas import Formula
from holdfast.plan.model.refusals import refuse
from holdfast.plan.model.secrets import Address
from holdfast.plan.model.values import Number
from holdfast.plan.model.words import ColumnName, DataPath, Keyed, Label, Name, Prose, Some

Unit: TypeAlias = Literal["interactions", "tool_calls", "conversations", "reports"]


def _ascending(cuts: tuple[float, ...]) -> tuple[float, ...]:
    if any(low >= high for low, high in pairwise(cuts)):
        raise refuse(
            "HF203", "the cuts do not ascend", "write them from the lowest to the highest, each once"
        )
    return cuts


class Cut(Part):
    """A column of bands, cut from a numeric one."""

    cut: ColumnName = Field(description="The numeric column that is cut.")
    at: Annotated[tuple[Number, ...], Some, AfterValidator(_ascending)] = Field(
        description="Where: a band reaches from one cut up to, but without, the next."
    )


class Source(Part):
    """What every source of records may say."""

    where: Formula | None = Field(None, description="Which of its records count.")
    cluster: ColumnName | None = Field(
        None,
        description="The column of what records belong together by (conversation, tenant, patient):"
        " records of one cluster are not independent, and intervals account for it.",
    )
    pair: ColumnName | None = Field(
        None,
        description="The column that names a record: records of two arms with the same value are a pair, and"
        " `holdfast compare` compares them pair by pair. Arms in one row pair by themselves.",
    )
    time: ColumnName | None = Field(
        None,
        description="The column of when a record happened: a time, or a day. What is watched, measured by"
        " window or rolled up needs it.",
    )
    labelled: ColumnName | None = Field(
        None, description="The column of when a record's label arrived: how long labels take is a figure."
    )
    unit: Unit = Field("interactions", description="What one record is.")
    columns: Annotated[dict[ColumnName, ColumnName], Keyed] = Field(
        {}, description="The plan's name of a column -> the source's."
    )
    derive: Annotated[dict[ColumnName, Annotated[Cut, Keyed]], Keyed] = Field(
        {}, description="Columns that are made from others."
    )
    describes: Prose | None = Field(None, description="What the records are, for the report.")


class ParquetSource(Source):
    """Parquet files."""

    parquet: DataPath = Field(description="A path or a pattern, from the plan's folder.")


class CsvSource(Source):
    """CSV files with a header."""

    csv: DataPath = Field(description="A path or a pattern, from the plan's folder.")


class DuckDbSource(Source):
    """A table in a DuckDB file."""

    duckdb: DataPath = Field(description="The file, from the plan's folder.")
    table: Label = Field(description="The table or view.")


class RecordsSource(Source):
    """What Holdfast itself ingested of a system."""

    records: Name = Field(description="The system's id.")


class IbisSource(Source):
    """A table in a database or a warehouse."""

    ibis: Address = Field(description="The connection; `$NAME` where it carries a secret.")
    table: Label = Field(description="The table, with its catalog and schema.")


DataSource: TypeAlias = Annotated[
    Annotated[ParquetSource, Tag("@parquet")]
    | Annotated[CsvSource, Tag("@csv")]
    | Annotated[DuckDbSource, Tag("@duckdb")]
    | Annotated[RecordsSource, Tag("@records")]
    | Annotated[IbisSource, Tag("@ibis")],
    ByKey("a data source", "parquet", "csv", "duckdb", "records", "ibis"),
]
