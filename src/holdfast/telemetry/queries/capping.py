"""Slices by a column of very many values: the most frequent stay apart, all others are counted together.

Two steps, so that what is grouped stays small whatever a column holds: which slices are the most frequent
(counts alone, which an engine spills to disk where it must), and then everything else over those slices and
one for the rest. The rest's figures are those of its records, exact as any slice's.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

from holdfast.measure.slices import Rest, rest_key
from holdfast.telemetry.aggregates import Grouping, Kept
from holdfast.telemetry.queries.translation import Translator, Typed, as_text

if TYPE_CHECKING:
    import ibis.expr.types as ir

HEAD = 20_000
"""Records at the head of a source in which its columns' values are counted before anything is grouped."""
_BETWEEN, _NOTHING = "\ufdd1", "\ufdd2"
"""Between the values of a key that is one text, and for null: code points that no text may hold."""


def sliced(grouping: Grouping, records: Translator) -> tuple[Translator, dict[str, Typed]]:
    """Return the records, and what they are grouped by: the grouping's columns, or the key of the rest."""
    import ibis

    keys = {f"s{place}": records.groupable(name) for place, name in enumerate(grouping.by)}
    kept = grouping.kept
    if kept is None:
        return records, keys
    texts = [as_text(key) for key in keys.values()]
    known = _as_one(texts).isin([_one(key) for key in kept.keys])
    names = [f"kept_{name}" for name in keys]
    values = {
        name: known.ifelse(text, ibis.literal(rest, "string"))
        for name, text, rest in zip(names, texts, kept.rest, strict=True)
    }
    # computed before they are grouped by: so an engine looks a long list up in a table, not one by one
    table = records.table.mutate(**values)
    return Translator(table, records.columns), {
        key: Typed(table[name], "text") for key, name in zip(keys, names, strict=True)
    }


def _as_one(texts: Sequence[Any]) -> Any:  # noqa: ANN401 -- Ibis is loaded late
    """Return a key of several texts as one that is never null."""
    import ibis

    known = [ibis.coalesce(text, ibis.literal(_NOTHING, "string")) for text in texts]
    return reduce(lambda left, right: left.concat(_BETWEEN, right), known)


def _one(key: Sequence[str | None]) -> str:
    return _BETWEEN.join(_NOTHING if value is None else value for value in key)


def most_frequent(
    grouping: Grouping, records: Translator, run: Callable[[ir.Table], list[tuple[Any, ...]]]
) -> Kept | None:
    """Return the slices of a grouping that stay apart; None where there are no more than it may have.

    The most frequent by their records, of equally many the first in the order of their text; records without
    any value are kept in any case. The last place is the rest's.
    """
    keys = {f"s{place}": records.groupable(name) for place, name in enumerate(grouping.by)}
    groups = {name: key.value for name, key in keys.items()}
    counted = records.table.group_by(**groups).aggregate(n=records.table.count())
    [(slices,)] = run(counted.aggregate(slices=counted.count()))
    if slices <= grouping.most:
        return None
    texts = {name: as_text(Typed(counted[name], key.kind)) for name, key in keys.items()}
    told = counted.select(**texts, n=counted["n"])
    empty = reduce(operator.and_, [told[name].isnull() for name in texts])
    order = [empty.desc(), told["n"].desc(), *(told[name] for name in texts)]
    rows = run(told.order_by(order).limit(grouping.most))
    kept = tuple(tuple(row[:-1]) for row in rows[: grouping.most - 1])
    rest = Rest(int(slices) - len(kept), int(rows[-1][-1]))
    return Kept(kept, rest_key(rest, len(grouping.by)))
