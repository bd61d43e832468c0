"""Which segments differ most from the rest, with a correction for having looked at many.

A segment is a value of a column, or a pair of values of two. Each is compared with all other records: the
difference of two independent samples. Of m comparisons each has its interval at confidence 1 - alpha / m
(Bonferroni), so that all intervals hold together with confidence 1 - alpha, however the segments overlap. A
segment is found where its interval leaves out zero; whichever is looked at afterwards, its interval holds.

Why not a false discovery rate. Segments overlap, so the rule would have to hold under any dependence
(Benjamini & Yekutieli 2001), at k alpha / (m (1 + 1/2 + ... + 1/m)) for k findings: stricter than
Bonferroni's alpha / m up to five findings of 200, or eight of 2,000. And people act on each finding by
itself: what is promised is the chance of any wrong line, not a share of wrong lines.

Where one segment stands out, others seem to: those that overlap with it, and on the other side those that it
is missing from. What only repeats a finding is left out (`holdfast.measure.segment_echoes`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from holdfast.measure.clusters import effective
from holdfast.measure.differences import difference_bounds, ratio_bounds
from holdfast.measure.pooled_means import mean_bounds
from holdfast.measure.segment_echoes import (
    Groupings,
    Measured,
    Segment,
    Span,
    Where,
    value_of,
    without_echoes,
    worth_of_rest,
)
from holdfast.measure.states import Floats, Moments


@dataclass(frozen=True)
class Segments:
    """What was found.

    Attributes
    ----------
    looked : int
        Comparisons: what the intervals are corrected for.
    small : int
        Segments that were too small to be compared.
    differ : int
        Segments whose interval leaves out zero, those included that only repeat another.
    found : tuple of Segment
        Those that repeat no other, the one farthest from zero first.
    nearest : Segment or None
        Where nothing was found, the one that came nearest to it.
    """

    looked: int
    small: int
    differ: int
    found: tuple[Segment, ...]
    nearest: Segment | None = None


@dataclass(frozen=True)
class _Compared:
    where: Where
    state: Measured
    rest: Measured
    worth: float


def find_segments(groupings: Groupings, *, confidence: float = 0.95, minimum: int = 30) -> Segments:
    """Return the segments that differ from the rest.

    Parameters
    ----------
    groupings : mapping
        Of one metric: every column to look at, and every pair of columns, with their slices; the slices of a
        grouping are all records. Of clustered records () is the whole: it shows whether clusters lie within
        slices, and how much a record is worth where they do not.
    confidence : float
        Of all intervals together.
    minimum : int
        Fewest records on either side of a comparison.

    References
    ----------
    Bonferroni's inequality; Miettinen & Nurminen (1985) with the skewness of Laud (2017) for rates;
    `holdfast.measure.pooled_means` for means.

    Examples
    --------
    >>> from holdfast.measure.states import Counts
    >>> by_region = {("eu",): Counts(60, 1000), ("us",): Counts(20, 1000), ("asia",): Counts(21, 1000)}
    >>> found = find_segments({("region",): by_region})
    >>> found.looked, [(each.where, round(each.ratio, 1)) for each in found.found]
    (3, [((('region', 'eu'),), 2.9)])
    >>> found.differ  # the others differ from a rest that the first is part of
    3
    >>> [round(end, 3) for end in found.found[0].interval]
    [0.021, 0.061]
    """
    compared, small = _comparisons(groupings, minimum)
    if not compared:
        return Segments(0, small, 0, ())
    alpha = (1 - confidence) / 2
    level = alpha / len(compared)
    low, high = _bounds(compared, level)
    apart = np.maximum(low, -high)
    order = sorted(range(len(compared)), key=lambda at: (-apart[at], len(compared[at].where), at))
    shown = [at for at in order if apart[at] > 0] or [at for at in order[:1] if np.isfinite(apart[at])]
    made = [_segment(compared[at], (float(low[at]), float(high[at])), level) for at in shown]
    if not made or made[0].beyond <= 0:
        return Segments(len(compared), small, 0, (), made[0] if made else None)
    return Segments(len(compared), small, len(made), tuple(without_echoes(made, groupings, level)))


def _comparisons(groupings: Groupings, minimum: int) -> tuple[list[_Compared], int]:
    """Return what is compared, and how many segments are too small for it. Sizes alone decide, no value."""
    compared: list[_Compared] = []
    small = 0
    for columns, slices in groupings.items():
        if not columns:
            continue
        keys, states = list(slices), list(slices.values())
        rests, worth = _all_but_one(states), worth_of_rest(groupings, columns)
        large = [
            at
            for at in range(len(keys))
            if min(states[at].n, rests[at].n) >= minimum and _usable(states[at], rests[at])
        ]
        small += len(keys) - len(large)
        if len(keys) == 2 and len(large) == 2:
            # each is the other's rest: one comparison, told of the smaller one
            large = [min(large, key=lambda at: states[at].n)]
        for at in large:
            where = tuple(zip(columns, keys[at], strict=True))
            compared.append(_Compared(where, states[at], rests[at], worth))
    return compared, small


def _usable(*states: Measured) -> bool:
    return not any(isinstance(state, Moments) and state.infinite for state in states)


def _all_but_one(states: Sequence[Measured]) -> list[Measured]:
    """Return, for each state, the others merged."""
    if not states:
        return []
    zero: Any = type(states[0]).zero()
    before, after = [zero], [zero]
    for state in states:
        before.append(before[-1].merge(state))
    for state in reversed(states):
        after.append(after[-1].merge(state))
    last = len(states) - 1
    return [before[at].merge(after[last - at]) for at in range(len(states))]


def _bounds(compared: Sequence[_Compared], alpha: float) -> tuple[Floats, Floats]:
    """Return the bounds of each difference, one-sided at level alpha; infinite where there are none."""
    low, high = np.full(len(compared), -np.inf), np.full(len(compared), np.inf)
    sizes: dict[int, tuple[float, float, float, float]] = {}
    for at, each in enumerate(compared):
        if isinstance(each.state, Moments) and isinstance(each.rest, Moments):
            ends = mean_bounds(each.state, each.rest, alpha)
            low[at], high[at] = (-np.inf, np.inf) if ends is None else ends
        elif (size := _sizes(each, alpha)) is not None:
            sizes[at] = size
    if sizes:
        where = list(sizes)
        k1, n1, k2, n2 = np.array(list(sizes.values())).T
        low[where], high[where] = difference_bounds(k1, n1, k2, n2, alpha, skewness=True)
    return low, high


def _sizes(each: _Compared, alpha: float) -> tuple[float, float, float, float] | None:
    """Return hits and trials of independent records on both sides; None for means and single clusters."""
    if isinstance(each.state, Moments) or isinstance(each.rest, Moments):
        return None
    mine, other = effective(each.state, alpha), effective(each.rest, alpha)
    if mine is None or other is None:
        return None
    scale = min(1.0, each.worth * each.rest.n / other[1])
    return *mine, other[0] * scale, other[1] * scale


def _segment(each: _Compared, interval: Span, alpha: float) -> Segment:
    value, other = value_of(each.state), value_of(each.rest)
    ratio, ratio_interval, sizes = None, None, _sizes(each, alpha)
    if sizes is not None:
        low, high = ratio_bounds(*sizes, alpha, skewness=True)
        ratio, ratio_interval = value / other if other > 0 else None, (float(low), float(high))
    n, others = round(each.state.n), round(each.rest.n)
    return Segment(each.where, value, other, n, others, value - other, interval, ratio, ratio_interval)
