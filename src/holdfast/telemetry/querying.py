"""Groupings as one Ibis query: a row for every group of every grouping.

The query's columns are `part` (which grouping), `s0`, `s1`, ... (the slice, as text), `t0`, `t1` (labels),
`cell`, and `f0`, `f1`, ... (numbers); a grouping leaves null what it does not have. Every part reads the
records anew and only the columns that it needs: engines scan columns faster than they keep records apart.

NaN is always asked for by `isnan` before a float is compared: engines differ in how NaN compares, and DuckDB
2.0 answers `x <= 100` from a Parquet file's least and greatest value, which leave NaN out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from holdfast.measure.states import GAMMA, SCORE_CELLS
from holdfast.telemetry.aggregates import (
    BELOW,
    EXCLUDED,
    HIGH_INFINITE,
    LOG_OFFSET,
    LOW_INFINITE,
    MISSING,
    MOST_LABELS,
    NAN,
    Aggregate,
    Count,
    Figure,
    GridCells,
    Grouping,
    LogCells,
    ScoreCells,
)
from holdfast.telemetry.translation import Translator, Typed, as_text

if TYPE_CHECKING:
    import ibis.expr.types as ir

_LARGE = 1e8
"""From here on asinh(y) is ln(2 y) to the last digit, and y * y does not overflow below it."""


def union_of(groupings: Sequence[Grouping], records: Translator) -> ir.Table:
    """Return the query whose rows are all groups of all groupings."""
    import ibis

    slices = max(len(grouping.by) for grouping in groupings)
    labels = max(len(grouping.labels) for grouping in groupings)
    numbers = max(grouping.width for grouping in groupings)
    parts: list[ir.Table] = []
    for index, grouping in enumerate(groupings):
        grouped = _grouped(grouping, records)
        names = set(grouped.columns)
        row: dict[str, Any] = {"part": ibis.literal(index, "int16")}
        for name in [f"s{place}" for place in range(slices)] + [f"t{place}" for place in range(labels)]:
            row[name] = grouped[name] if name in names else ibis.null("string")
        row["cell"] = grouped["cell"].cast("int32") if "cell" in names else ibis.null("int32")
        for name in [f"f{place}" for place in range(numbers)]:
            row[name] = grouped[name].cast("float64") if name in names else ibis.null("float64")
        parts.append(grouped.select(**row))
    return parts[0] if len(parts) == 1 else ibis.union(*parts)


def _grouped(grouping: Grouping, records: Translator) -> ir.Table:
    if grouping.cluster is not None:
        return _clustered(grouping, records)
    if len(grouping.labels) == 1:
        return _labelled(grouping, records)
    keys: dict[str, Typed] = {f"s{place}": records.groupable(name) for place, name in enumerate(grouping.by)}
    keys |= {f"t{place}": records.groupable(name) for place, name in enumerate(grouping.labels)}
    groups = {name: key.value for name, key in keys.items()}
    if grouping.cells is not None:
        groups["cell"] = _cells(grouping, records)
    figures = {f"f{place}": _aggregate(figure, records) for place, figure in enumerate(grouping.figures)}
    table = records.table
    grouped = table.group_by(**groups).aggregate(**figures) if groups else table.aggregate(**figures)
    texts = {name: as_text(Typed(grouped[name], key.kind)) for name, key in keys.items()}
    return grouped.mutate(**texts) if texts else grouped


def _labelled(grouping: Grouping, records: Translator) -> ir.Table:
    """Return the most frequent labels with their counts, and in the cell BELOW the others' together."""
    import ibis

    keys = {f"s{place}": records.groupable(name) for place, name in enumerate(grouping.by)}
    keys["t0"] = records.groupable(grouping.labels[0])
    groups = {name: key.value for name, key in keys.items()}
    counted = records.table.group_by(**groups).aggregate(f0=records.table.count())
    texts = {name: as_text(Typed(counted[name], key.kind)) for name, key in keys.items()}
    counted = counted.mutate(**texts)
    slices = [counted[name] for name in texts if name != "t0"]
    window = ibis.window(
        group_by=slices or None, order_by=[counted["t0"].isnull().desc(), counted["f0"].desc(), counted["t0"]]
    )
    ranked = counted.mutate(place=ibis.row_number().over(window))
    folded = ranked["place"] > MOST_LABELS
    kept = ranked.mutate(
        t0=folded.ifelse(ibis.null("string"), ranked["t0"]),
        cell=folded.ifelse(ibis.literal(BELOW, "int32"), ibis.null("int32")),
    )
    names = [name for name in texts if name != "t0"]
    return kept.group_by([*names, "t0", "cell"]).aggregate(f0=kept["f0"].sum())


def _clustered(grouping: Grouping, records: Translator) -> ir.Table:
    """Return the sums over clusters of what each cluster counts; a null cluster is one for every record."""
    import ibis

    assert grouping.cluster is not None  # noqa: S101 -- the caller has looked
    keys = {f"s{place}": records.groupable(name) for place, name in enumerate(grouping.by)}
    cluster = records.groupable(grouping.cluster).value
    counts: dict[str, Any] = {}
    for place, trials in enumerate(grouping.trials):
        for letter, condition in (("k", trials.hits), ("n", trials.trials), ("m", trials.missing)):
            counts[f"{letter}{place}"] = records.table.count(where=records.condition(condition))
    groups = {name: key.value for name, key in keys.items()}
    inner = records.table.group_by(**groups, cluster=cluster).aggregate(**counts)
    alone = inner["cluster"].isnull()
    sums: dict[str, Any] = {}
    for place in range(len(grouping.trials)):
        k, n, m = (inner[f"{letter}{place}"].cast("float64") for letter in "knm")
        one = (n > 0).ifelse(ibis.literal(1.0), ibis.literal(0.0))
        # the order of the fields of ClusteredCounts
        seven = (
            k,
            n,
            alone.ifelse(n, one),
            *(alone.ifelse(a, a * b) for a, b in ((k, k), (n, n), (k, n))),
            m,
        )
        sums |= {f"f{7 * place + index}": value.sum() for index, value in enumerate(seven)}
    outer = inner.group_by(list(keys)).aggregate(**sums) if keys else inner.aggregate(**sums)
    texts = {name: as_text(Typed(outer[name], key.kind)) for name, key in keys.items()}
    return outer.mutate(**texts) if texts else outer


def _aggregate(aggregate: Aggregate, records: Translator) -> Any:  # noqa: ANN401 -- Ibis is loaded late
    if isinstance(aggregate, Count):
        return records.table.count(
            where=None if aggregate.where is None else records.condition(aggregate.where)
        )
    return _figure(aggregate, records)


def _figure(figure: Figure, records: Translator) -> Any:  # noqa: ANN401 -- as above
    import ibis

    column = records.column(figure.column)
    value = column.value.cast("float64")
    where = None if figure.where is None else records.condition(figure.where)

    def also(condition: Any) -> Any:  # noqa: ANN401 -- as above
        return condition if where is None else where & condition

    match figure.what:
        case "null":
            return records.table.count(where=also(value.isnull()))
        case "nan" | "infinite" if column.kind != "real":
            return records.table.count(where=ibis.literal(False))
        case "nan":
            return records.table.count(where=also(value.isnan()))
        case "infinite":
            return records.table.count(where=also(value.isinf()))
    if figure.what == "total":
        return value.sum(where=where)
    finite = ~(value.isnan() | value.isinf()) if column.kind == "real" else value.notnull()
    if figure.what == "n":
        return records.table.count(where=also(finite))
    if figure.what == "variance":
        return value.var(how="pop", where=also(finite))
    name = {"mean": "mean", "low": "min", "high": "max"}[figure.what]
    return getattr(value, name)(where=also(finite))


def _cells(grouping: Grouping, records: Translator) -> Any:  # noqa: ANN401 -- as above
    import ibis

    match grouping.cells:
        case GridCells(column, grid):
            cell, kind = _on_grid(GridCells(column, grid), records), "int16"
        case LogCells(column):
            cell, kind = _on_logs(records.column(column)), "int32"
        case ScoreCells(score, label):
            cell, kind = _on_scores(ScoreCells(score, label), records), "int16"
        case None:
            msg = "a grouping without cells"
            raise ValueError(msg)
    if grouping.among is not None:
        among = records.condition(grouping.among)
        cell = ibis.cases((records.null(grouping.among), MISSING), (among, cell), else_=EXCLUDED)
    return cell.cast(kind)


def _apart(column: Typed, value: Any) -> list[tuple[Any, int]]:  # noqa: ANN401 -- as above
    """Return the first cases of every axis: null, then NaN and the infinities where there can be any."""
    cases: list[tuple[Any, int]] = [(value.isnull(), MISSING)]
    if column.kind == "real":
        cases += [
            (value.isnan(), NAN),
            (value == -math.inf, LOW_INFINITE),
            (value == math.inf, HIGH_INFINITE),
        ]
    return cases


def _on_grid(cells: GridCells, records: Translator) -> Any:  # noqa: ANN401 -- as above
    import ibis

    column, grid = records.column(cells.column), cells.grid
    value = column.value.cast("float64")
    moved = value if grid.scale is None else _asinh(value / grid.scale)
    per_unit = grid.cells / (grid.high - grid.low) if grid.high > grid.low else 0.0
    inside = ibis.least(((moved - grid.low) * per_unit).floor().cast("int64"), grid.cells - 1)
    # most values are inside, and where they are no other case is looked at
    within = (moved >= grid.low) & (moved <= grid.high)
    if column.kind == "real":
        within = ~value.isnan() & within
    return ibis.cases((within, inside), *_apart(column, value), (moved < grid.low, BELOW), else_=grid.cells)


def _asinh(y: Any) -> Any:  # noqa: ANN401 -- as above
    import ibis

    size = y.abs()
    grown = ibis.cases(
        (size < _LARGE, (size + (size * size + 1.0).sqrt()).ln()), else_=size.ln() + math.log(2.0)
    )
    return (y < 0).ifelse(-grown, grown)


def _on_logs(column: Typed) -> Any:  # noqa: ANN401 -- as above
    import ibis

    value = column.value.cast("float64")
    index = (value.abs().nullif(0.0).ln() / math.log(GAMMA)).ceil().cast("int64") + LOG_OFFSET
    return ibis.cases(*_apart(column, value), (value == 0, 0), (value > 0, index), else_=-index)


def _on_scores(cells: ScoreCells, records: Translator) -> Any:  # noqa: ANN401 -- as above
    import ibis

    column = records.column(cells.score)
    value = column.value.cast("float64")
    inside = ibis.least((value * float(SCORE_CELLS)).floor().cast("int64"), SCORE_CELLS - 1)
    cases: list[tuple[Any, int]] = [(value.isnull(), MISSING)]
    if column.kind == "real":
        cases.append((value.isnan(), BELOW))
    cases += [((value < 0) | (value > 1), BELOW), (records.null(cells.label), MISSING)]
    return ibis.cases(*cases, else_=inside)
