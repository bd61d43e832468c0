"""Two arms' records put together, pair by pair: by a key, or because both arms stand in one row.

First every pair becomes one row of small numbers: for each request whether it is a hit and a trial of arm a
and of arm b (for a mean: the two numbers), with its slice and its cluster. Then these are summed. So records
are joined and read once, however many requests there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from holdfast.kernel.errors import DataError
from holdfast.measure.pairs import (
    PairedClusters,
    PairedCounts,
    PairedCountsRequest,
    PairedDifferences,
    PairedRequest,
    PairedValuesRequest,
    Pairing,
    PairState,
)
from holdfast.measure.requests import SliceKey
from holdfast.telemetry.aggregates import trials_of
from holdfast.telemetry.queries.translation import Translator, as_text
from holdfast.telemetry.sources import Source

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True)
class PairedSource:
    """Two arms of one data source.

    Attributes
    ----------
    a, b : Source
    key : str or None
        The column, under the plan's name, by which records pair; None where both arms stand in one row.
    """

    a: Source
    b: Source
    key: str | None

    @staticmethod
    def of(a: Source, b: Source, key: str | None) -> PairedSource | None:
        """Return the two as pairs; None where nothing says how their records pair.

        Arms that differ only in how columns are named stand in one row, and need no key.
        """
        if same_rows(a, b):
            return PairedSource(a, b, None)
        return None if key is None else PairedSource(a, b, key)


def same_rows(a: Source, b: Source) -> bool:
    """Whether two sources read the same rows and differ at most in which columns they look at."""
    return all(
        getattr(a, part) == getattr(b, part)
        for part in ("kind", "locations", "root", "table", "where", "derive")
    )


@dataclass(frozen=True)
class Paired:
    """What a paired pass brought: how records found each other, and one answer per request, in order."""

    pairing: Pairing
    states: tuple[Mapping[SliceKey, PairState], ...]


Rows = Callable[["ir.Table"], list[tuple[Any, ...]]]
"""Runs a query."""


def in_one_row(rows: Translator, source: PairedSource) -> tuple[Translator, Translator, ir.Table]:
    """Return both arms over the rows that both have, and a table of all rows: `a` and `b` say whose they are.

    Parameters
    ----------
    rows : Translator
        Over all rows, with the source's own names only.
    source : PairedSource
        Whose arms stand in one row.
    """
    import ibis

    table, named = rows.table, []
    for letter, arm in (("a", source.a), ("b", source.b)):
        columns = {**rows.columns, **{name: rows.columns[old] for name, old in arm.columns.items()}}
        bands = {f"{letter}_d{place}": cut for place, cut in enumerate(arm.derive.values())}
        inner = rows.over(table, columns)
        table = table.mutate(**{name: inner.band(cut) for name, cut in bands.items()}) if bands else table
        named.append(
            {**columns, **{name: (inner, "text") for name, inner in zip(arm.derive, bands, strict=True)}}
        )
    own = []
    for arm, columns in zip((source.a, source.b), named, strict=True):
        condition = None if arm.where is None else rows.over(table, columns).condition(arm.where)
        own.append(ibis.literal(True) if condition is None else ibis.coalesce(condition, ibis.literal(False)))
    common = table.filter(own[0] & own[1])
    whose = table.select(a=own[0].ifelse(1, 0), b=own[1].ifelse(1, 0))
    return rows.over(common, named[0]), rows.over(common, named[1]), whose


def pairing_in_rows(whose: ir.Table, run: Rows) -> Pairing:
    """Return how many rows both arms have, and how many only one: their `where` may ask different things."""
    [row] = run(whose.aggregate(a=whose["a"].sum(), b=whose["b"].sum(), both=(whose["a"] * whose["b"]).sum()))
    a, b, both = (int(number or 0) for number in row)
    return Pairing(both, only=(a - both, b - both))


def by_key(
    a: Translator, b: Translator, key: str
) -> tuple[Translator, Translator, tuple[ir.Table, ir.Table]]:
    """Return both arms over the records whose key stands once in each, and both arms' records with that key.

    The second pair of tables has a column `times`: how often the record's key stands in its arm, 0 for null.
    """
    as_words = a.groupable(key).kind != b.groupable(key).kind
    first, second = _keyed(a, key, "a", as_words=as_words), _keyed(b, key, "b", as_words=as_words)
    once = first.filter(first["times"] == 1), second.filter(second["times"] == 1)
    joined = once[0].join(once[1], once[0]["a_key"] == once[1]["b_key"], rname="{name}_of_b")
    named = [
        {name: (f"{letter}_{inner}", kind) for name, (inner, kind) in arm.columns.items()}
        for letter, arm in (("a", a), ("b", b))
    ]
    return a.over(joined, named[0]), b.over(joined, named[1]), (first, second)


def _keyed(arm: Translator, key: str, letter: str, *, as_words: bool) -> ir.Table:
    import ibis

    typed = arm.groupable(key)
    inner = sorted({name for name, _ in arm.columns.values()})
    table = arm.table.select(
        **{f"{letter}_{name}": arm.table[name] for name in inner},
        **{f"{letter}_key": as_text(typed) if as_words else typed.value},
    )
    known = table[f"{letter}_key"].notnull()
    times = table.count().over(ibis.window(group_by=[table[f"{letter}_key"]]))
    return table.mutate(times=known.ifelse(times, ibis.literal(0, "int64")))


def pairing_by(key: str, arms: tuple[ir.Table, ir.Table], pairs: int, run: Rows) -> Pairing:
    """Return how the records of two keyed arms found each other."""
    counted = []
    for table in arms:
        once, none = table["times"] == 1, table["times"] == 0
        [row] = run(table.aggregate(all=table.count(), once=once.sum(), unkeyed=none.sum()))
        counted.append(tuple(int(number or 0) for number in row))
    (all_a, once_a, none_a), (all_b, once_b, none_b) = counted
    return Pairing(
        pairs,
        only=(once_a - pairs, once_b - pairs),
        repeated=(all_a - once_a - none_a, all_b - once_b - none_b),
        unkeyed=(none_a, none_b),
        key=key,
    )


def flags(requests: Sequence[PairedRequest], a: Translator, b: Translator) -> ir.Table:
    """Return one row a pair: for each request i its numbers, its slice (`s{i}_0`, ...) and its cluster."""
    import ibis

    row: dict[str, Any] = {"one": ibis.literal(1, "int8")}
    for index, request in enumerate(requests):
        for place, name in enumerate(request.by):
            row[f"s{index}_{place}"] = as_text(a.groupable(name))
        if request.cluster is not None:
            row[f"c{index}"] = as_text(a.groupable(request.cluster))
        match request:
            case PairedCountsRequest():
                row |= _trials(index, request, a, b)
            case PairedValuesRequest():
                row |= _values(index, request, a, b)
    return a.table.select(**row)


def _trials(index: int, request: PairedCountsRequest, a: Translator, b: Translator) -> dict[str, Any]:
    import ibis

    asked = trials_of(request.hit, request.among)

    def yes(arm: Translator, condition: Any) -> Any:  # noqa: ANN401 -- Ibis is loaded late
        return ibis.coalesce(arm.condition(condition), ibis.literal(False))

    used = ~(yes(a, asked.missing) | yes(b, asked.missing))
    row = {f"m{index}": used.ifelse(0, 1).cast("int8")}
    for letter, arm in (("a", a), ("b", b)):
        row[f"k{letter}{index}"] = (used & yes(arm, asked.hits)).ifelse(1, 0).cast("int8")
        row[f"n{letter}{index}"] = (used & yes(arm, asked.trials)).ifelse(1, 0).cast("int8")
    return row


def _values(index: int, request: PairedValuesRequest, a: Translator, b: Translator) -> dict[str, Any]:
    import ibis

    numbers = [arm.column(request.column).value.cast("float64") for arm in (a, b)]
    known = numbers[0].notnull() & numbers[1].notnull()
    odd = [number.isnan() | number.isinf() for number in numbers]
    used = ibis.coalesce(known & ~(odd[0] | odd[1]), ibis.literal(False))
    nothing = ibis.literal(0.0)
    return {
        f"m{index}": known.ifelse(0, 1).cast("int8"),
        f"n{index}": used.ifelse(1, 0).cast("int8"),
        f"o{index}": (known & ~used).ifelse(1, 0).cast("int8"),
        f"d{index}": used.ifelse(numbers[1] - numbers[0], nothing),
        f"v{index}": used.ifelse(numbers[0], nothing),
    }


_TABLE = ("both", "only_a", "only_b", "neither", "a_hits", "a_misses", "b_hits", "b_misses", "missing")
_PRODUCTS = ("kaka", "kana", "kakb", "kanb", "nana", "nakb", "nanb", "kbkb", "kbnb", "nbnb")
assert tuple(entry.name for entry in fields(PairedCounts)) == _TABLE  # noqa: S101 -- one order for two lists
_VALUES = tuple(entry.name for entry in fields(PairedDifferences))


def sums(requests: Sequence[PairedRequest], pairs: ir.Table) -> ir.Table:
    """Return the query that sums the flags of all requests: a row for every slice of every request."""
    import ibis

    slices = max((len(request.by) for request in requests), default=0)
    parts: list[ir.Table] = []
    for index, request in enumerate(requests):
        summed, names = _summed(index, request, pairs)
        row: dict[str, Any] = {"part": ibis.literal(index, "int16")}
        for place in range(slices):
            own = f"s{index}_{place}"
            row[f"s{place}"] = summed[own] if place < len(request.by) else ibis.null("string")
        for place in range(len(_TABLE) + 1 + len(_PRODUCTS)):
            held = summed[names[place]].cast("float64") if place < len(names) else ibis.null("float64")
            row[f"f{place}"] = held
        parts.append(summed.select(**row))
    return parts[0] if len(parts) == 1 else ibis.union(*parts)


def _summed(index: int, request: PairedRequest, pairs: ir.Table) -> tuple[ir.Table, tuple[str, ...]]:
    keys = [f"s{index}_{place}" for place in range(len(request.by))]
    clusters = [f"c{index}"] if request.cluster is not None else []
    match request:
        case PairedCountsRequest():
            inner = _grouped(pairs, [*keys, *clusters], _cells(index, pairs))
            if not clusters:
                return inner, _TABLE
            outer = {name: inner[name].sum() for name in _TABLE} | _products(inner, clusters[0])
            return _grouped(inner, keys, outer), (*_TABLE, "clusters", *_PRODUCTS)
        case PairedValuesRequest():
            d, n = pairs[f"d{index}"], pairs[f"n{index}"]
            first = {
                "n": n.sum(),
                "d": d.sum(),
                "a": pairs[f"v{index}"].sum(),
                "dd": (d * d).sum(),
                "odd": pairs[f"o{index}"].sum(),
                "missing": pairs[f"m{index}"].sum(),
            }
            inner = _grouped(pairs, [*keys, *clusters], first)
            if not clusters:
                # every pair is a cluster of one
                alone = inner.mutate(clusters=inner["n"], nn=inner["n"], dn=inner["d"])
                return alone, _VALUES
            return _grouped(inner, keys, _of_values(inner, clusters[0])), _VALUES


def _grouped(table: ir.Table, keys: Iterable[str], sums_: Mapping[str, Any]) -> ir.Table:
    by = list(keys)
    return table.group_by(by).aggregate(**sums_) if by else table.aggregate(**sums_)


def _cells(index: int, pairs: ir.Table) -> dict[str, Any]:
    ka, na, kb, nb = (pairs[f"{name}{index}"].cast("int64") for name in ("ka", "na", "kb", "nb"))
    cells = (
        *(ka * kb, ka * (nb - kb), (na - ka) * kb, (na - ka) * (nb - kb)),
        *(ka * (1 - nb), (na - ka) * (1 - nb), kb * (1 - na), (nb - kb) * (1 - na)),
        pairs[f"m{index}"],
    )
    return {name: cell.sum() for name, cell in zip(_TABLE, cells, strict=True)}


def _products(inner: ir.Table, cluster: str) -> dict[str, Any]:
    """Return the sums over clusters; a null cluster is one of its own for every pair."""
    import ibis

    cell = {name: inner[name].cast("float64") for name in _TABLE}
    trials = cell["both"] + cell["only_a"] + cell["only_b"] + cell["neither"]
    apart = [cell["a_hits"] + cell["a_misses"], cell["b_hits"] + cell["b_misses"]]
    of = {
        "ka": cell["both"] + cell["only_a"] + cell["a_hits"],
        "na": trials + apart[0],
        "kb": cell["both"] + cell["only_b"] + cell["b_hits"],
        "nb": trials + apart[1],
    }
    hit_a, hit_b = cell["both"] + cell["only_a"], cell["both"] + cell["only_b"]
    alone = (
        *(of["ka"], of["ka"], cell["both"], hit_a),
        *(of["na"], hit_b, trials),
        *(of["kb"], of["kb"], of["nb"]),
    )
    single, counted = inner[cluster].isnull(), trials + apart[0] + apart[1]
    found = (counted > 0).ifelse(ibis.literal(1.0), ibis.literal(0.0))
    told = {"clusters": single.ifelse(counted, found).sum()}
    for name, own in zip(_PRODUCTS, alone, strict=True):
        told[name] = single.ifelse(own, of[name[:2]] * of[name[2:]]).sum()
    return told


def _of_values(inner: ir.Table, cluster: str) -> dict[str, Any]:
    import ibis

    n, d = inner["n"].cast("float64"), inner["d"]
    single = inner[cluster].isnull()
    found = (n > 0).ifelse(ibis.literal(1.0), ibis.literal(0.0))
    return {
        **{name: inner[name].sum() for name in ("n", "d", "a", "odd", "missing")},
        "clusters": single.ifelse(n, found).sum(),
        "dd": single.ifelse(inner["dd"], d * d).sum(),
        "nn": single.ifelse(n, n * n).sum(),
        "dn": single.ifelse(d, d * n).sum(),
    }


def states_from(
    requests: Sequence[PairedRequest], rows: Iterable[tuple[Any, ...]]
) -> tuple[dict[SliceKey, PairState], ...]:
    """Return one answer per request from the rows of `sums`; the whole is there also without a pair."""
    slices = max((len(request.by) for request in requests), default=0)
    answers: list[dict[SliceKey, PairState]] = [{} for _ in requests]
    for row in sorted(rows, key=lambda row: _in_order(row[: 1 + slices])):
        request = requests[row[0]]
        kind = _state_of(request)
        numbers = [float(number or 0.0) for number in row[1 + slices :]]
        state = kind(*numbers[: len(fields(kind))])
        answers[row[0]][row[1 : 1 + len(request.by)]] = state
    return tuple(answers)


def _in_order(key: tuple[Any, ...]) -> tuple[int, tuple[tuple[bool, str], ...]]:
    """Sort by request and by slice, null last: evidence of the same data reads the same every time."""
    return key[0], tuple((part is None, part or "") for part in key[1:])


def _state_of(request: PairedRequest) -> type[PairedCounts] | type[PairedClusters] | type[PairedDifferences]:
    if isinstance(request, PairedValuesRequest):
        return PairedDifferences
    return PairedCounts if request.cluster is None else PairedClusters


def refuse_unpaired(source: PairedSource, pairing: Pairing) -> None:
    """Refuse a key by which no two records pair.

    Raises
    ------
    DataError
        HF310.
    """
    if pairing.pairs or source.key is None:
        return
    named = f"data `{source.a.name}` and `{source.b.name}`"
    if source.a.name == source.b.name:
        named = f"data `{source.a.name}`"
    if sum(pairing.unkeyed) and not sum(pairing.repeated) and not sum(pairing.only):
        message, fix = f"`{source.key}` is null in every record", "name a column that every record has"
    elif sum(pairing.repeated) > sum(pairing.only):
        message = f"`{source.key}` names no record: {sum(pairing.repeated):,} share theirs with another"
        fix = "name a column whose values stand once in each arm, or leave `pair` out"
    else:
        message, fix = (
            f"no `{source.key}` is in both arms",
            "look at how each arm writes it, or leave `pair` out",
        )
    raise DataError.of("HF310", f"{named}: records pair by `{source.key}`, and {message}", fix=fix)
