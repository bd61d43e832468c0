"""The difference between two arms on one metric: from their states, paired where their records pair.

Every difference is b - a, in the metric's unit. A kind without an honest interval for the difference says so:
its gates can be compared, its figures only be shown.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from holdfast.measure.clusters import effective
from holdfast.measure.differences import difference_bounds
from holdfast.measure.estimators import estimator_of
from holdfast.measure.metrics import Mean, Metric, Rate
from holdfast.measure.paired import mcnemar, paired_arms, paired_bounds, paired_method
from holdfast.measure.pairs import PairedCounts, PairedDifferences, PairState, scaled_pairs
from holdfast.measure.sizes import needed
from holdfast.measure.states import ClusteredCounts, Counts, Moments, State

MINORITY = 0.5
"""Where less than this share of an arm's trials is in pairs, the arms are taken for two samples."""
NO_INTERVAL = "no interval for the difference: compare the gates"
Ends = tuple[float, float] | None


@dataclass(frozen=True)
class Difference:
    """Arm b against arm a.

    Attributes
    ----------
    a, b : float or None
        The arms' values: of the pairs where `paired`, else of all their records.
    value : float or None
        b - a.
    n : int
        Pairs; where the arms are two samples, the records of both.
    paired : bool
    bounds : callable
        Takes a level; returns the lower and the upper one-sided bound of the difference, or None.
    scaled : callable
        Takes a factor and a level; the bounds with so many times the pairs, or records, of the same kind.
    method : str
        How the interval is made, with its source; empty where there is none.
    p_value : float or None
        McNemar's exact one, where it applies.
    alone : (int, int)
        Of a paired difference: records that an arm's gate counts and that are in no complete pair.
    notes : tuple of str
        What a careful reader must know.
    """

    a: float | None
    b: float | None
    value: float | None
    n: int
    paired: bool
    bounds: Callable[[float], Ends]
    scaled: Callable[[float, float], Ends]
    method: str = ""
    p_value: float | None = None
    alone: tuple[int, int] = (0, 0)
    notes: tuple[str, ...] = ()

    def decides(self, alpha: float, limit: float = 0.0) -> int | None:
        """Return how many further pairs or records would tell the difference from a limit, at these rates.

        None where no number would, and where the bounds at level alpha tell it already.
        """
        ends = self.bounds(alpha)
        if self.value is None or ends is None or ends[0] > limit or ends[1] < limit:
            return None
        distance = abs(self.value - limit)
        if distance <= 1e-12:
            return None
        above = self.value > limit
        end = ends[0] if above else ends[1]
        guess = (abs(end - self.value) / distance) ** 2 - 1

        def told(factor: float) -> bool:
            later = self.scaled(factor, alpha)
            return later is not None and (later[0] > limit if above else later[1] < limit)

        return needed(told, self.n, guess if math.isfinite(guess) and guess > 0 else 1.0)


def comparable(metric: Metric) -> bool:
    """Whether the difference between two arms has an interval: rates and means."""
    return isinstance(metric, Rate | Mean)


def difference_of(metric: Metric, a: State, b: State, pairs: PairState | None = None) -> Difference:
    """Return the difference between two arms.

    Parameters
    ----------
    metric : Metric
    a, b : State
        Of the same slice of each arm.
    pairs : PairState or None
        Of the same slice, where the arms' records pair.

    Examples
    --------
    >>> from holdfast.kernel.expressions.tree import Column
    >>> arms = Counts(80, 100), Counts(87, 100)
    >>> told = difference_of(Rate(Column("hit")), *arms, PairedCounts(78, 2, 9, 11))
    >>> round(told.value, 6), [round(end, 4) for end in told.bounds(0.025)], told.decides(0.025)
    (0.07, [0.006, 0.1459], None)
    >>> apart = difference_of(Rate(Column("hit")), *arms)
    >>> [round(end, 4) for end in apart.bounds(0.025)], apart.decides(0.025)
    ([-0.034, 0.1748], 234)
    """
    if pairs is not None and comparable(metric):
        told = _paired(pairs, a, b)
        if told is not None:
            return told
        return _apart(metric, a, b, ("most records do not pair: the arms are taken for two samples",))
    return _apart(metric, a, b)


def _paired(pairs: PairState, a: State, b: State) -> Difference | None:
    """Return the difference on the pairs; None where they are the smaller part of an arm's records."""
    values = paired_arms(pairs)
    if isinstance(pairs, PairedDifferences):
        held = pairs.n, pairs.n
        n, p_value = pairs.n, None
    else:
        held = (pairs.a[1], pairs.b[1]) if isinstance(pairs, PairedCounts) else _trials(pairs.table)
        table = pairs if isinstance(pairs, PairedCounts) else pairs.table
        n = table.trials + table.apart
        exact = isinstance(pairs, PairedCounts) and not pairs.apart
        p_value = mcnemar(table.only_a, table.only_b) if exact else None
    wanted = _records(a), _records(b)
    if any(of < MINORITY * all_ for of, all_ in zip(held, wanted, strict=True)):
        return None
    return Difference(
        a=None if values is None else values[0],
        b=None if values is None else values[1],
        value=None if values is None else values[1] - values[0],
        n=round(n),
        paired=True,
        bounds=lambda alpha: paired_bounds(pairs, alpha),
        scaled=lambda factor, alpha: paired_bounds(scaled_pairs(pairs, factor), alpha),
        method=paired_method(pairs),
        p_value=p_value,
        alone=(max(round(wanted[0] - held[0]), 0), max(round(wanted[1] - held[1]), 0)),
    )


def _trials(table: PairedCounts) -> tuple[float, float]:
    return table.a[1], table.b[1]


def _records(state: State) -> float:
    return state.n if isinstance(state, Counts | ClusteredCounts | Moments) else 0.0


def _apart(metric: Metric, a: State, b: State, notes: tuple[str, ...] = ()) -> Difference:
    """Return the difference of two samples."""
    estimator = estimator_of(metric)
    one, other = estimator.estimate(a), estimator.estimate(b)
    known = one.value is not None and other.value is not None
    method = ""
    if isinstance(metric, Rate):
        method = "Miettinen & Nurminen (1985), corrected for skewness (Laud 2017), of two samples"
    if isinstance(metric, Mean):
        method = "Welch's t (1947) of two samples"
    return Difference(
        a=one.value,
        b=other.value,
        value=other.value - one.value if one.value is not None and other.value is not None else None,
        n=one.n + other.n,
        paired=False,
        bounds=lambda alpha: sample_bounds(a, b, alpha) if known else None,
        scaled=lambda factor, alpha: (
            sample_bounds(estimator.scaled(a, factor), estimator.scaled(b, factor), alpha) if known else None
        ),
        method=method if known else "",
        notes=notes if comparable(metric) else (NO_INTERVAL,),
    )


def sample_bounds(a: State, b: State, alpha: float) -> Ends:
    """Return the bounds of b - a for two samples, one-sided at level alpha each; None for other kinds.

    References
    ----------
    Miettinen & Nurminen (1985); Welch (1947), Biometrika 34.

    Examples
    --------
    >>> [round(end, 4) for end in sample_bounds(Moments(10, 5.0, 36.0), Moments(40, 6.0, 39.0), 0.025)]
    [-0.4496, 2.4496]
    """
    if isinstance(a, Counts | ClusteredCounts) and isinstance(b, Counts | ClusteredCounts):
        first, second = effective(a, alpha), effective(b, alpha)
        if first is None or second is None:
            return None
        low, high = difference_bounds(*second, *first, alpha, skewness=True)
        return float(low), float(high)
    if isinstance(a, Moments) and isinstance(b, Moments):
        return _welch(a, b, alpha)
    return None


def _welch(a: Moments, b: Moments, alpha: float) -> Ends:
    from holdfast.measure.special import stdtrit

    if min(a.n, b.n) < 2 or a.infinite or b.infinite or not (math.isfinite(a.m2) and math.isfinite(b.m2)):
        return None
    parts = [each.m2 / (each.n - 1) / each.n for each in (a, b)]
    variance = sum(parts)
    if variance <= 0:
        return None
    degrees = (
        variance
        * variance
        / sum(part * part / (each.n - 1) for part, each in zip(parts, (a, b), strict=True))
    )
    half = float(stdtrit(degrees, 1 - alpha)) * math.sqrt(variance)
    apart = b.mean - a.mean
    return apart - half, apart + half
