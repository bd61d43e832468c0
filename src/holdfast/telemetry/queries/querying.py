"""Groupings as one Ibis query: a row for every group of every grouping.

The query's columns are `part` (which grouping), `s0`, `s1`, ... (the slice, as text), `t0`, `t1` (labels),
`cell`, and `f0`, `f1`, ... (numbers), and where there are windows `w` (the start of one, in epoch seconds); a
grouping leaves null what it does not have. Every part reads the
records anew and only the columns that it needs: engines scan columns faster than they keep records apart.

Engines differ in how NaN compares: above all numbers, or with nothing. They agree that it is not below any.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, reduce
from typing import TYPE_CHECKING, Any

from holdfast.measure.requests import Grid
from holdfast.measure.states import GAMMA, SCORE_CELLS
from holdfast.telemetry.aggregates import (
    EXCLUDED,
    HIGH_INFINITE,
    LOG_OFFSET,
    LOW_INFINITE,
    MISSING,
    MOST_LABELS,
    NAN,
    OUTSIDE_HIGH,
    OUTSIDE_LOW,
    WINDOWS_FROM,
    Aggregate,
    Count,
    Figure,
    GridCells,
    Grouping,
    LagCells,
    LogCells,
    ScoreCells,
    Window,
)
from holdfast.telemetry.queries.capping import sliced
from holdfast.telemetry.queries.translation import Translator, Typed, as_text

if TYPE_CHECKING:
    import ibis.expr.types as ir

_LARGE = 1e8
"""From here on asinh(y) is ln(2 y) to the last digit, and y * y does not overflow below it."""
_TINY, _SMALL = 1e-150, 1e-100
"""A value below the first has a square that is none; cells of axes longer than the second do not see it."""
_HUGE, _SMALLER = 1e150, 1e-160
"""From the first on a value may have a square that no float holds; by the second it is made smaller."""
_NEAR = 10.0
"""Up to this asinh(y), that is |y| < 11,000, the plain form loses no digit that a cell could see."""


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
        if any(each.window is not None for each in groupings):
            row["w"] = grouped["w"].cast("int64") if "w" in names else ibis.null("int64")
        parts.append(grouped.select(**row))
    return parts[0] if len(parts) == 1 else ibis.union(*parts)


def _grouped(grouping: Grouping, records: Translator) -> ir.Table:
    if grouping.cluster is not None:
        return _clustered(grouping, records)
    records = _timed(grouping, records)
    if len(grouping.labels) == 1:
        return _labelled(grouping, records)
    records, keys = sliced(grouping, records)
    keys |= {f"t{place}": records.groupable(name) for place, name in enumerate(grouping.labels)}
    groups = {name: key.value for name, key in keys.items()} | _window(grouping, records)
    if grouping.cells is not None:
        groups["cell"] = _cells(grouping, records)
    figures = {f"f{place}": _aggregate(figure, records) for place, figure in enumerate(grouping.figures)}
    table = records.table
    grouped = table.group_by(**groups).aggregate(**figures) if groups else table.aggregate(**figures)
    texts = {name: as_text(Typed(grouped[name], key.kind)) for name, key in keys.items()}
    return grouped.mutate(**texts) if texts else grouped


def _timed(grouping: Grouping, records: Translator) -> Translator:
    """Return the records that happened in the windows; all, where there are none."""
    window = grouping.window
    if window is None:
        return records
    return records.over(records.table.filter(_during(window, records.moment(window.time))))


def _during(window: Window, moment: Any) -> Any:  # noqa: ANN401 -- Ibis is loaded late
    """Return whether a moment is there, and in the span that is looked at."""
    import ibis

    conditions = [moment.notnull()]
    if window.since is not None:
        conditions.append(moment >= ibis.literal(window.since, "timestamp"))
    if window.until is not None:
        conditions.append(moment < ibis.literal(window.until, "timestamp"))
    return reduce(operator.and_, conditions)


def _window(grouping: Grouping, records: Translator) -> dict[str, Any]:
    """Return the start of each record's window, in epoch seconds, to group by."""
    window = grouping.window
    return {} if window is None else {"w": _start(window, records.moment(window.time))}


def _start(window: Window, moment: Any) -> Any:  # noqa: ANN401 -- as above
    """Return the start of the window that a moment lies in: whole numbers, so that engines agree."""
    seconds = _seconds(moment)
    into = (seconds - WINDOWS_FROM) % window.every
    # what is left of a negative number has its sign
    return seconds - (into + window.every) % window.every


def _seconds(moment: Any) -> Any:  # noqa: ANN401 -- as above
    """Return a moment in whole epoch seconds."""
    # some engines count the fraction of a second in, and would round it up
    return moment.epoch_seconds().cast("float64").floor().cast("int64")


def _labelled(grouping: Grouping, records: Translator) -> ir.Table:
    """Return the most frequent labels with their counts, and in the cell EXCLUDED the others' together.

    With windows a label is as frequent as it is in all of them: what is counted apart in one is in every one.
    """
    import ibis

    records, keys = sliced(grouping, records)
    keys["t0"] = records.groupable(grouping.labels[0])
    windowed = _window(grouping, records)
    groups = {name: key.value for name, key in keys.items()} | windowed
    counted = records.table.group_by(**groups).aggregate(f0=records.table.count())
    texts = {name: as_text(Typed(counted[name], key.kind)) for name, key in keys.items()}
    counted = counted.mutate(**texts)
    slices = [name for name in texts if name != "t0"]
    often = counted["f0"]
    if windowed:
        whole = ibis.window(group_by=[counted[name] for name in texts])
        counted = counted.mutate(often=often.sum().over(whole))
        often = counted["often"]
    window = ibis.window(
        group_by=[counted[name] for name in slices] or None,
        order_by=[counted["t0"].isnull().desc(), often.desc(), counted["t0"]],
    )
    ranked = counted.mutate(place=(ibis.dense_rank() if windowed else ibis.row_number()).over(window))
    folded = ranked["place"] >= MOST_LABELS  # counted from 0
    kept = ranked.mutate(
        t0=folded.ifelse(ibis.null("string"), ranked["t0"]),
        cell=folded.ifelse(ibis.literal(EXCLUDED, "int32"), ibis.null("int32")),
    )
    return kept.group_by([*slices, *windowed, "t0", "cell"]).aggregate(f0=kept["f0"].sum())


def _clustered(grouping: Grouping, records: Translator) -> ir.Table:
    """Return the sums over clusters of what each cluster counts; a null cluster is one for every record.

    With windows a cluster is in that of its first record, whenever the others happened.
    """
    import ibis

    assert grouping.cluster is not None  # noqa: S101 -- the caller has looked
    window = grouping.window
    if window is not None:
        # a cluster's first record may lie before the span: it is found before the span is cut
        records = _timed(replace(grouping, window=Window(window.time, window.every)), records)
    records, keys = sliced(grouping, records)
    cluster = records.groupable(grouping.cluster).value
    counts: dict[str, Any] = {}
    for place, trials in enumerate(grouping.trials):
        for letter, condition in (("k", trials.hits), ("n", trials.trials), ("m", trials.missing)):
            counts[f"{letter}{place}"] = _count(records.condition(condition), records)
    groups = {name: key.value for name, key in keys.items()}
    outside = list(keys)
    if window is not None:
        moment = records.moment(window.time)
        counts["first"] = moment.min()
        groups["itself"] = cluster.isnull().ifelse(moment, ibis.null("timestamp"))
    inner = records.table.group_by(**groups, cluster=cluster).aggregate(**counts)
    if window is not None:
        inner = inner.filter(_during(window, inner["first"])).mutate(w=_start(window, inner["first"]))
        outside.append("w")
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
    outer = inner.group_by(outside).aggregate(**sums) if outside else inner.aggregate(**sums)
    texts = {name: as_text(Typed(outer[name], key.kind)) for name, key in keys.items()}
    return outer.mutate(**texts) if texts else outer


def _aggregate(aggregate: Aggregate, records: Translator) -> Any:  # noqa: ANN401 -- Ibis is loaded late
    where = None if aggregate.where is None else records.condition(aggregate.where)
    if isinstance(aggregate, Count):
        return records.table.count() if where is None else _count(where, records)
    return _figure(aggregate, records, where)


def _count(condition: Any, records: Translator) -> Any:  # noqa: ANN401 -- as above
    """Return how often a condition is true. Many aggregates with a FILTER each cost twice as much as this."""
    import ibis
    import ibis.expr.types as ir

    if isinstance(condition, ir.Scalar):  # it names no column
        return records.table.count(where=condition)
    return condition.ifelse(ibis.literal(1, "int8"), ibis.null("int8")).count()


def _figure(figure: Figure, records: Translator, where: Any) -> Any:  # noqa: ANN401 -- as above
    import ibis

    column = records.column(figure.column)
    value = column.value.cast("float64")

    def asked(condition: Any) -> Any:  # noqa: ANN401 -- as above
        return condition if where is None else where & condition

    match figure.what:
        case "known":
            return value.count() if where is None else _count(where & value.notnull(), records)
        case "nan" if column.kind != "real":
            return _count(ibis.literal(False), records)
        case "nan":
            return _count(asked(value.isnan()), records)
        case "total" if where is None:
            return value.sum()
    finite = ~(value.isnan() | value.isinf()) if column.kind == "real" else value.notnull()
    kept = asked(finite).ifelse(value, ibis.null("float64"))
    match figure.what:
        case "n":
            return kept.count()
        case "mean" | "variance" if records.strict:
            return _of_any_size(figure.what, kept)
        case "variance":
            return kept.var(how="pop")
        case _:
            name = {"total": "sum", "mean": "mean", "low": "min", "high": "max"}[figure.what]
            return getattr(kept, name)()


def _of_any_size(what: str, kept: Any) -> Any:  # noqa: ANN401 -- as above
    """Return a mean or a variance where the engine refuses squares that no float holds.

    What is huge is added up on its own, made smaller; with it the variance is infinite, as elsewhere.
    """
    import ibis

    huge, nothing = kept.abs() >= _HUGE, ibis.null("float64")
    usual = huge.ifelse(nothing, kept)
    if what == "variance":
        return ibis.cases(
            (usual.count() == kept.count(), usual.var(how="pop")),
            (kept.min() == kept.max(), 0.0),
            else_=ibis.literal(math.inf, "float64"),
        )
    n = kept.count().nullif(0).cast("float64")
    added = huge.ifelse(kept * _SMALLER, nothing).sum()
    return usual.sum().fill_null(0.0) / n + added.fill_null(0.0) / n / _SMALLER


def _cells(grouping: Grouping, records: Translator) -> Any:  # noqa: ANN401 -- as above
    import ibis

    match grouping.cells:
        case GridCells(column, grid):
            cell, kind = _on_grid(GridCells(column, grid), records), "int16"
        case LogCells(column):
            cell, kind = _on_logs(records.column(column)), "int32"
        case LagCells(begun, ended):
            lag = _seconds(records.moment(ended)) - _seconds(records.moment(begun))
            cell, kind = _on_logs(Typed(lag, "whole")), "int32"
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
    low, high, start = grid.low, grid.high, grid.low
    moved = near = _without_tiny(value, grid) if records.strict else value
    if grid.scale is not None:
        low, high = (_widened(math.sinh(end) * grid.scale, end) for end in (low, high))
        if max(abs(grid.low), abs(grid.high)) < _NEAR:
            # asinh(x / scale) + ln(scale) in its plain form, which near 0 is exact enough for both signs
            moved = (near + (near * near + grid.scale * grid.scale).sqrt()).ln()
            start = grid.low + math.log(grid.scale)
        else:
            moved = _asinh(near / grid.scale)
    per_unit = grid.cells / (grid.high - grid.low) if grid.high > grid.low else 0.0
    # most values are inside, and where they are no other case is looked at; NaN is below no number
    within = value.between(low, high)
    inside = _floor()((moved - start) * per_unit)
    return ibis.cases(
        (within, inside), *_apart(column, value), (value < low, OUTSIDE_LOW), else_=OUTSIDE_HIGH
    )


def _without_tiny(value: Any, grid: Grid) -> Any:  # noqa: ANN401 -- as above
    """Return a value as 0 where its square is too small for a float, which moves it to no other cell."""
    if grid.high - grid.low < _SMALL or (grid.scale is not None and grid.scale < _SMALL):
        return value
    return (value.abs() < _TINY).ifelse(0.0, value)


def _widened(end: float, sign: float) -> float:
    """Return an end of the axis with room for the last digit of a sinh."""
    return end + math.copysign(abs(end) * 1e-12, sign)


@cache
def _floor() -> Any:  # noqa: ANN401 -- as above
    """Return the engines' own floor, which stays a float: Ibis' casts to 64 bits, which takes time."""
    import ibis

    def floor(value: float) -> float:
        """Round down; the engine has the body."""
        raise AssertionError(value)

    return ibis.udf.scalar.builtin(floor)


def _asinh(y: Any) -> Any:  # noqa: ANN401 -- as above
    """Return asinh, which not every engine has."""
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
    inside = _floor()(value * float(SCORE_CELLS))
    cases: list[tuple[Any, int]] = [(value.isnull(), MISSING)]
    if column.kind == "real":
        cases.append((value.isnan(), OUTSIDE_LOW))
    cases += [((value < 0) | (value > 1), OUTSIDE_LOW), (records.null(cells.label), MISSING)]
    return ibis.cases(*cases, else_=inside)
