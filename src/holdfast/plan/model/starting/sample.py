"""Made-up records for a plan that has none yet: the same every time, and marked as made up in every row."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

Value: TypeAlias = "bool | int | float | str | None"
SEED = 20260101


def sample_csv(told: Mapping[str, Any]) -> str:
    """Return the made-up records that a template's `sample.toml` describes, as CSV.

    Parameters
    ----------
    told : mapping
        `rows`, and `columns` in order: each a mapping with one way of making values, see `column`.
    """
    rows = int(told["rows"])
    columns: dict[str, list[Value]] = {}
    for name, how in told["columns"].items():
        # each column has its own stream: a new one changes no other
        columns[name] = column(how, rows, columns, random.Random(f"{SEED}/{name}"))  # noqa: S311 -- no secret
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*(map(_cell, values) for values in columns.values()), strict=True))
    return text.getvalue()


def column(
    how: Mapping[str, Any], rows: int, made: Mapping[str, list[Value]], draw: random.Random
) -> list[Value]:
    """Return the values of one column.

    Parameters
    ----------
    how : mapping
        `always`: one value. `numbered`, `rows_each`: ids. `choice`: values by weight. `share` (with `among`):
        true in exactly that share of the rows (in which another column is true). `between`: numbers, whole
        where both bounds are; with `or` and `share`, in exactly that share from the other range. `same_as`:
        another column. `u_shaped`: scores that are mostly near 0 or 1. `true_with`: true with the probability
        that another column holds. `decided_by`, `false_below`, `true_from`: a decision by thresholds, null
        between them.
    made : mapping
        Columns that are there already.
    """
    return list(_values(how, rows, made, draw))


def _values(
    how: Mapping[str, Any], rows: int, made: Mapping[str, list[Value]], draw: random.Random
) -> Iterator[Value]:
    match how:
        case {"always": value}:
            yield from [value] * rows
        case {"numbered": lead, "rows_each": each}:
            yield from (f"{lead}{index // each + 1:05}" for index in range(rows))
        case {"choice": weights}:
            yield from draw.choices(list(weights), list(weights.values()), k=rows)
        case {"between": inside, "or": outside, "share": share}:
            hits = _hits(range(rows), share, draw)
            yield from (_number(outside if index in hits else inside, draw) for index in range(rows))
        case {"between": bounds}:
            yield from (_number(bounds, draw) for _ in range(rows))
        case {"share": share, "among": other}:
            hits = _hits([index for index, held in enumerate(made[other]) if held], share, draw)
            yield from (index in hits for index in range(rows))
        case {"share": share}:
            hits = _hits(range(rows), share, draw)
            yield from (index in hits for index in range(rows))
        case {"same_as": other}:
            yield from made[other]
        case {"u_shaped": _}:
            yield from (round(draw.betavariate(0.25, 0.6), 4) for _ in range(rows))
        case {"true_with": other}:
            yield from (draw.random() < float(score or 0) for score in made[other])
        case {"decided_by": other, "false_below": low, "true_from": high}:
            for score in made[other]:
                yield None if low <= float(score or 0) < high else float(score or 0) >= high
        case _:
            raise ValueError(f"no way of making values: {dict(how)}")


def _hits(among: range | list[int], share: float, draw: random.Random) -> frozenset[int]:
    return frozenset(draw.sample(among, round(share * len(among))))


def _number(bounds: list[float], draw: random.Random) -> float:
    low, high = bounds
    if isinstance(low, int) and isinstance(high, int):
        return draw.randint(low, high)
    return round(draw.uniform(low, high), 4)


def _cell(value: Value) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
