"""The rows that a union of groupings brought back, as the groups of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from holdfast.measure.requests import SliceKey
from holdfast.measure.slices import is_rest
from holdfast.telemetry.aggregates import Grouping
from holdfast.telemetry.queries.joining import TooManySlices
from holdfast.telemetry.queries.planning import Group, in_order
from holdfast.telemetry.queries.translation import Translator, canonical_real


def groups_of(
    rows: Iterable[tuple[Any, ...]], groupings: Sequence[Grouping], records: Translator
) -> list[list[Group]]:
    """Return the groups of each grouping, in order.

    Raises
    ------
    TooManySlices
        One of them has more than it may have; no further row is read.
    """
    slices_of: list[set[SliceKey]] = [set() for _ in groupings]
    found: list[list[Group]] = [[] for _ in groupings]
    slices = max(len(grouping.by) for grouping in groupings)
    labels = max(len(grouping.labels) for grouping in groupings)
    cell = 1 + slices + labels
    reals = [_reals(grouping, slices, records) for grouping in groupings]
    for told in rows:
        row = _with_reals(told, reals[told[0]]) if reals[told[0]] else told
        grouping = groupings[row[0]]
        key = tuple(row[1 : 1 + len(grouping.by)])
        slices_of[row[0]].add(key)
        if len(slices_of[row[0]]) > grouping.most:
            raise TooManySlices(row[0])
        group = Group(
            key=key,
            labels=tuple(row[1 + slices : 1 + slices + len(grouping.labels)]),
            cell=row[cell],
            numbers=tuple([number or 0.0 for number in row[cell + 1 : cell + 1 + grouping.width]]),
            window=None if grouping.window is None else row[-1],
        )
        found[row[0]].append(group)
    # the engine answers in any order; evidence of the same data reads the same every time
    return [sorted(groups, key=in_order) for groups in found]


def _reals(grouping: Grouping, slices: int, records: Translator) -> tuple[int, ...]:
    """Return the places in a row where a real number stands as text."""
    places = {
        **{1 + place: name for place, name in enumerate(grouping.by)},
        **{1 + slices + place: name for place, name in enumerate(grouping.labels)},
    }
    return tuple(place for place, name in places.items() if records.columns[name][1] == "real")


def _with_reals(row: tuple[Any, ...], places: Sequence[int]) -> tuple[Any, ...]:
    """Return a row with real numbers written the same whichever engine wrote them."""
    told = list(row)
    for place in places:
        if told[place] is not None and not is_rest(told[place]):
            told[place] = canonical_real(told[place])
    return tuple(told)
