"""Segments that only repeat another one: overlaps, and the other side of a difference.

A pair stays only if it adds to its parts: it differs from what is left of each of them that was found on its
side. Then segments are taken in the order of their distance from zero, and one stays only if it differs also
without the records of those before it, which are left out on both sides.

All of this is judged at the corrected level too: what is left could be shown without the others. What cannot
be told apart from the slices that were counted (three columns at once) stays.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeAlias

from holdfast.measure.clusters import effective
from holdfast.measure.differences import normal_quantile
from holdfast.measure.requests import SliceKey
from holdfast.measure.states import ClusteredCounts, Counts, Moments

Measured: TypeAlias = Counts | ClusteredCounts | Moments
Where: TypeAlias = tuple[tuple[str, str | None], ...]
Span: TypeAlias = tuple[float, float]
Groupings: TypeAlias = Mapping[tuple[str, ...], Mapping[SliceKey, Measured]]
"""Columns -> their slices: one column, or two crossed."""


@dataclass(frozen=True)
class Segment:
    """A segment against all other records.

    Attributes
    ----------
    where : tuple of (column, value)
        One column, or two.
    value, rest : float
        Of the segment, and of all other records.
    n, others : int
        Records of both.
    difference : float
        The segment's value less the rest's.
    interval : (low, high)
        Of the difference; all segments' intervals hold together.
    ratio : float or None
        The segment's value by the rest's; None for a mean, and where the rest has no hit.
    ratio_interval : (low, high) or None
        Of the ratio, at the same confidence.
    """

    where: Where
    value: float
    rest: float
    n: int
    others: int
    difference: float
    interval: Span
    ratio: float | None = None
    ratio_interval: Span | None = None

    @property
    def beyond(self) -> float:
        """How far the nearer bound of the difference is from zero; 0 where the interval holds zero."""
        return max(self.interval[0], -self.interval[1], 0.0)


MOST_KEPT = 50
"""Segments that are kept: whoever has more of them asks a narrower question."""


def without_echoes(differing: Sequence[Segment], groupings: Groupings, alpha: float) -> list[Segment]:
    """Return the segments that repeat no other, in order.

    Parameters
    ----------
    differing : sequence of Segment
        The one farthest from zero first.
    groupings : mapping
        What they were found in.
    alpha : float
        One-sided level of each comparison.
    """
    parents = {each.where[0]: each for each in differing if len(each.where) == 1}
    before: list[Segment] = []
    kept: list[Segment] = []
    for each in differing:
        parts = [parents[part] for part in each.where if part in parents and len(each.where) > 1]
        if not all(
            _stands(each, part, groupings, alpha)
            for part in parts
            if (part.difference > 0) == (each.difference > 0)
        ):
            continue
        if all(_stands(each, other, groupings, alpha) for other in before):
            kept.append(each)
            if len(kept) == MOST_KEPT:
                break
        before.append(each)
    return kept


def _within(inner: Segment, outer: Segment) -> bool:
    return inner.where != outer.where and set(outer.where) <= set(inner.where)


def _stands(each: Segment, other: Segment, groupings: Groupings, alpha: float) -> bool:
    """Whether a segment differs, on its side, also without another's records."""
    columns = _columns_of_both(each, other, groupings)
    if columns is None:
        return True
    slices, mine, theirs = groupings[columns], _holds(each, columns), _holds(other, columns)
    if _within(each, other):
        left = _merged(state for key, state in slices.items() if theirs(key) and not mine(key))
        segment = _merged(state for key, state in slices.items() if mine(key))
    else:
        segment = _merged(state for key, state in slices.items() if mine(key) and not theirs(key))
        left = _merged(state for key, state in slices.items() if not mine(key) and not theirs(key))
    if segment is None or left is None or min(segment.n, left.n) <= 0:
        return False
    apart = _standard_errors(segment, left, worth_of_rest(groupings, columns), alpha)
    return (apart if each.difference > 0 else -apart) > normal_quantile(alpha)


def _columns_of_both(each: Segment, other: Segment, groupings: Groupings) -> tuple[str, ...] | None:
    """Return the grouping in which both segments can be told apart; None where there is none."""
    needed = {column for column, _ in (*each.where, *other.where)}
    return next((columns for columns in groupings if set(columns) == needed), None)


def _holds(segment: Segment, columns: tuple[str, ...]) -> Callable[[SliceKey], bool]:
    places = [(columns.index(column), value) for column, value in segment.where]
    return lambda key: all(key[place] == value for place, value in places)


def _merged(states: Iterable[Measured]) -> Measured | None:
    """Return states of one kind merged; None where there are none."""
    found: list[Any] = list(states)
    return reduce(lambda left, right: left.merge(right), found) if found else None


def _standard_errors(segment: Measured, rest: Measured, worth: float, alpha: float) -> float:
    """Return by how many standard errors a segment is above the rest; 0 where that cannot be said."""
    apart = value_of(segment) - value_of(rest)
    if isinstance(segment, Moments) or isinstance(rest, Moments):
        pairs = [(each.m2, each.n) for each in (segment, rest) if isinstance(each, Moments) and each.n > 1]
        variance = sum(m2 / (n - 1) / n for m2, n in pairs) if len(pairs) == 2 else 0.0
    else:
        mine, other = effective(segment, alpha), effective(rest, alpha)
        if mine is None or other is None:
            return 0.0
        sizes = mine[1], min(other[1], worth * rest.n)
        rate = (segment.k + rest.k) / (segment.n + rest.n)
        variance = rate * (1 - rate) * (1 / sizes[0] + 1 / sizes[1])
    return apart / math.sqrt(variance) if variance > 0 else 0.0


def worth_of_rest(groupings: Groupings, columns: tuple[str, ...]) -> float:
    """Return how many independent records one record of a rest is worth at most.

    1 where records are independent, or each cluster lies in one slice: the slices say it themselves. Where
    clusters are spread over slices, what the whole says.
    """
    whole = groupings.get((), {}).get(())
    if not isinstance(whole, ClusteredCounts) or whole.n <= 0:
        return 1.0
    pieces = sum(
        state.clusters for state in groupings[columns].values() if isinstance(state, ClusteredCounts)
    )
    if pieces <= whole.clusters:
        return 1.0
    size = effective(whole, 0.025)
    return 1.0 if size is None else size[1] / whole.n


def value_of(state: Measured) -> float:
    """Return the rate or the mean."""
    return state.mean if isinstance(state, Moments) else state.k / state.n
