"""Quantiles from log bins: a value to 1 %, and an interval that assumes no law at all.

The interval comes from the ranks of order statistics: how many of n records fall below the true q-quantile is
binomial, whatever the column looks like. Each end is moved to its bin's own end, so that the bins' width is
never taken for knowledge.
"""

from __future__ import annotations

import math

import numpy as np

from holdfast.measure.bootstrap import level
from holdfast.measure.estimates import Estimate, Interval
from holdfast.measure.states import GAMMA, Floats, LogBins

_MIDDLE = 2 / (1 + GAMMA)
"""Of a bin's upper end: the value whose relative distance to both ends is the same."""


def ordered_bins(state: LogBins) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the bins from the least value to the greatest: cumulative counts, low ends, values, high ends.

    Examples
    --------
    >>> count, low, value, high = ordered_bins(LogBins({0: 2, 35: 1}, {}, zeros=1))
    >>> count.tolist(), value.round(3).tolist()
    ([1.0, 3.0, 4.0], [0.0, 0.99, 1.994])
    """
    rows: list[tuple[float, float, float, float]] = []
    if state.negative_infinite:
        rows.append((state.negative_infinite, -math.inf, -math.inf, -math.inf))
    for index in sorted(state.negative, reverse=True):
        end = _power(index)
        rows.append((state.negative[index], -end, -end * _MIDDLE, -end / GAMMA))
    if state.zeros:
        rows.append((state.zeros, 0.0, 0.0, 0.0))
    for index in sorted(state.positive):
        end = _power(index)
        rows.append((state.positive[index], end / GAMMA, end * _MIDDLE, end))
    if state.infinite:
        rows.append((state.infinite, math.inf, math.inf, math.inf))
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    return np.cumsum(table[:, 0]), table[:, 1], table[:, 2], table[:, 3]


def _power(index: int) -> float:
    try:
        return float(GAMMA**index)
    except OverflowError:  # the bin that holds the greatest numbers ends beyond them
        return math.inf


def order_ranks(n: float, q: float, alpha: float) -> tuple[int | None, int | None]:
    """Return the ranks (1-based) of the order statistics that bound the q-quantile, one-sided at alpha each.

    The lower rank is the greatest l with P(Binomial(n, q) <= l - 1) <= alpha, the upper one the least u with
    P(Binomial(n, q) >= u) <= alpha.

    Returns
    -------
    (lower, upper)
        None where n records cannot bound that side: q^n > alpha leaves no upper one (59 records are needed
        for q = 0.95 at 5 %).

    References
    ----------
    Clopper & Pearson (1934) turned round; Conover (1999), Practical Nonparametric Statistics, 3.2.

    Examples
    --------
    >>> order_ranks(100, 0.5, 0.025), order_ranks(58, 0.95, 0.05)[1], order_ranks(59, 0.95, 0.05)[1]
    ((40, 61), None, 59)
    """
    from holdfast.measure.special import betainc

    size = math.floor(n)
    if size < 1:
        return None, None

    def at_most(hits: int) -> float:
        """P(Binomial(size, q) <= hits)."""
        if hits < 0:
            return 0.0
        return 1.0 if hits >= size else float(betainc(size - hits, hits + 1, 1 - q))

    def at_least(hits: int) -> float:
        """P(Binomial(size, q) >= hits)."""
        if hits <= 0:
            return 1.0
        return 0.0 if hits > size else float(betainc(hits, size - hits + 1, q))

    low, beyond = 0, size + 1  # rank 0 always holds, rank size + 1 never does
    while beyond - low > 1:
        middle = (low + beyond) // 2
        low, beyond = (middle, beyond) if at_most(middle - 1) <= alpha else (low, middle)
    short, high = 0, size + 1
    while high - short > 1:
        middle = (short + high) // 2
        short, high = (short, middle) if at_least(middle) <= alpha else (middle, high)
    return low or None, high if high <= size else None


class QuantileEstimator:
    """The q-quantile over `LogBins`: the least value that at least a share q of the records do not exceed.

    Parameters
    ----------
    q : float
        As a share, 0 < q < 1.

    Examples
    --------
    >>> latencies = LogBins({230: 50.0, 265: 45.0, 300: 5.0}, {})
    >>> estimate = QuantileEstimator(0.5).estimate(latencies)
    >>> round(estimate.value, 2), round(estimate.interval.low, 2), round(estimate.interval.high, 2)
    (98.5, 97.53, 200.37)
    """

    def __init__(self, q: float) -> None:
        if not 0 < q < 1:
            msg = f"a quantile is a share between 0 and 1: got {q}"
            raise ValueError(msg)
        self.q = q

    def estimate(self, state: LogBins, confidence: float = 0.95) -> Estimate:
        """Return the quantile to a relative error of 1 % with its order-statistic interval."""
        n = round(state.n)
        notes = [f"{state.nan:.0f} records are NaN and not counted"] if state.nan else []
        if state.n <= 0:
            return Estimate(None, None, 0, notes=tuple(notes))
        if state.infinite or state.negative_infinite:
            notes.append(f"{state.infinite + state.negative_infinite:.0f} records are infinite")
        count, _, value, _ = ordered_bins(state)
        found = float(value[self._bin(count, self.q * state.n)])
        ends = self._ends(state, (1 - confidence) / 2)
        if ends is None:
            return Estimate(found, None, n, notes=tuple(notes))
        if not (math.isfinite(ends[0]) and math.isfinite(ends[1])):
            notes.append(f"{n} records do not bound this quantile on both sides")
        method = "order statistics (Conover 1999), widened to the bins' ends"
        return Estimate(found, Interval(*ends, confidence, method), n, notes=tuple(notes))

    def bounds(self, state: LogBins, alpha: float, look: int = 1) -> tuple[float, float] | None:
        """Return the one-sided bounds, infinite where n records do not bound a side."""
        return self._ends(state, level(alpha, look))

    def scaled(self, state: LogBins, factor: float) -> LogBins:
        """Return `factor` times as many records of the same distribution."""
        return LogBins(
            {index: count * factor for index, count in state.positive.items()},
            {index: count * factor for index, count in state.negative.items()},
            state.zeros * factor,
            state.infinite * factor,
            state.negative_infinite * factor,
            state.nan * factor,
            state.missing * factor,
        )

    def _ends(self, state: LogBins, alpha: float) -> tuple[float, float] | None:
        if state.n < 1:
            return None
        count, low, _, high = ordered_bins(state)
        lower, upper = order_ranks(state.n, self.q, alpha)
        return (
            -math.inf if lower is None else float(low[self._bin(count, lower)]),
            math.inf if upper is None else float(high[self._bin(count, upper)]),
        )

    @staticmethod
    def _bin(count: Floats, rank: float) -> int:
        # a rank that reaches a bin's end but for rounding must not become the next bin
        return min(int(np.searchsorted(count, rank - 1e-9 * count[-1])), len(count) - 1)
