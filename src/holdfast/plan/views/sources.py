"""The plan's data sources as `holdfast.telemetry` reads them."""

from __future__ import annotations

from holdfast.kernel.errors import PlanError, did_you_mean
from holdfast.plan.model.data import (
    CsvSource,
    DataSource,
    DuckDbSource,
    IbisSource,
    ParquetSource,
    RecordsSource,
)
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.views.measures import expression
from holdfast.telemetry.sources import Cut, Source, SourceKind


def source_of(loaded: LoadedPlan, name: str) -> Source:
    """Return one of a plan's data sources.

    Raises
    ------
    PlanError
        HF502: the plan has no such source.
    """
    known = loaded.plan.data
    if name not in known:
        fix = did_you_mean(name, known)
        raise PlanError.of("HF502", f"the plan has no data source `{name}`", fix=fix)
    source = known[name]
    kind, location, table = _where_it_is(source)
    return Source(
        name=name,
        kind=kind,
        locations=(location,),
        root=loaded.root,
        table=table,
        where=None if source.where is None else expression(source.where),
        columns=dict(source.columns),
        derive={derived: Cut(cut.cut, cut.at) for derived, cut in source.derive.items()},
        cluster=source.cluster,
        time=source.time,
        labelled=source.labelled,
    )


def _where_it_is(source: DataSource) -> tuple[SourceKind, str, str | None]:
    match source:
        case ParquetSource():
            return "parquet", source.parquet, None
        case CsvSource():
            return "csv", source.csv, None
        case DuckDbSource():
            return "duckdb", source.duckdb, source.table
        case RecordsSource():
            return "records", source.records, None
        case IbisSource():
            return "ibis", source.ibis, source.table
