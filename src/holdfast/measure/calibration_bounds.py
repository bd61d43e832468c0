"""Bounds of the true expected calibration error, from what noise and the worst case leave open."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from holdfast.measure.bootstrap import DRAWS, binomial, generator
from holdfast.measure.mass_bins import MassBins
from holdfast.measure.states import Floats

Bools: TypeAlias = NDArray[np.bool_]

SURE = 4.0
"""A bin's gap of more standard errors than this certainly has the sign that it shows."""
SEARCHES = 9
"""Halvings of a bracket of the least favourable gap: to a five-hundredth of its width."""


def error_bounds(folded: MassBins, alpha: float) -> tuple[float, float]:
    """Return the lower and the upper bound of the true ECE over these bins, one-sided at level alpha each.

    A percentile bootstrap of a figure that is biased upwards misses far more often than it says; these bounds
    invert tests instead, each at the case that makes its mistake most likely:

    - *lower*: an absolute value of a sum is at most the sum of the absolute values, so the plain ECE is at
      most the true one plus the noise's own; the bound takes the (1 - alpha)-quantile of that away.
    - *upper*: of all gaps with a given true ECE, those spread over the bins in proportion to their noise make
      the plain ECE least. The bound is the true ECE of the largest such gaps for which a plain ECE as small
      as the observed one still has a chance of alpha, by 2,000 binomial draws. An ECE that is smaller than
      noise alone makes it is read as if it were just that: luck is not knowledge.

    Bins whose gap exceeds `SURE` standard errors have a known sign and no bias; they enter as they are.
    Assumes independent records.

    Parameters
    ----------
    folded : MassBins
        With at least one bin.
    alpha : float
        Level of each bound.

    Returns
    -------
    (low, high) : floats in [0, 1]

    Examples
    --------
    >>> noise = MassBins(np.full(4, 50.0), np.full(4, 20.0), np.array([17.0, 24, 21, 18]))
    >>> low, high = error_bounds(noise, 0.05)
    >>> low, 0.08 < high < 0.12
    (0.0, True)
    """
    weight, gap = folded.weight, folded.gap
    # one hit and one miss more than were seen: 0 of 6 is no certainty
    rate = (folded.label + 1) / (folded.n + 2)
    error = np.sqrt(rate * (1 - rate) / folded.n)
    sure = np.abs(gap) > SURE * error
    plain = float(weight @ np.abs(gap))
    scale = weight * error
    noise = generator("calibration", [folded.n, folded.score, folded.label]).standard_normal(
        (DRAWS, len(gap))
    )
    signed = noise[:, sure] @ scale[sure]
    unsure = noise[:, ~sure]
    low = plain - float(np.quantile(signed + np.abs(unsure) @ scale[~sure], 1 - alpha))
    known = float(weight[sure] @ np.abs(gap[sure]))
    if sure.all():
        high = known - float(np.quantile(signed, alpha))
    else:
        observed = max(plain - known, float(scale[~sure].sum()) * math.sqrt(2 / math.pi))

        def short(spread: float) -> bool:
            """Whether gaps of `spread` standard errors make so small an ECE with a chance below alpha."""
            drawn = signed + np.abs(unsure + spread) @ scale[~sure]
            return bool(np.quantile(drawn, alpha) > observed)

        most = 1.0
        while not short(most):
            most *= 2
        spread = least(short, 0.0, most, 30)
        high = known + spread * float(scale[~sure].sum())
        if _whole(folded.n) and _whole(folded.label):
            high = max(high, _exact_upper(folded, sure, error, spread, observed + known, alpha))
    return max(0.0, low), min(1.0, max(high, 0.0))


def _whole(counts: Floats) -> bool:
    # what more records would show is asked with parts of records: there the normal law does
    return bool(np.all(counts == np.rint(counts)))


def _exact_upper(
    folded: MassBins, sure: Bools, error: Floats, spread: float, observed: float, alpha: float
) -> float:
    """Return the upper bound with binomial labels, near where the normal law put it."""
    rate, promised, gap = folded.label / folded.n, folded.promised, folded.gap
    # towards the gap that was seen; where noise hides its sign, to the side that has more room
    sign = np.where(np.abs(gap) > error, np.sign(gap), np.where(promised < 0.5, 1.0, -1.0))
    likely = (folded.label + 1) / (folded.n + 2)
    content = [folded.n, folded.score, folded.label]

    def true_rates(spread: float) -> Floats:
        return np.where(sure, likely, np.clip(promised + sign * spread * error, 0, 1))

    def short(spread: float) -> bool:
        seen = binomial(generator("calibration, labels", content), folded.n, true_rates(spread)) / folded.n
        known = np.abs(gap) + np.sign(gap) * (seen - likely)
        part = np.where(sure, known, np.abs(seen - promised))
        return bool(np.quantile(part @ folded.weight, alpha) > observed)

    found = least(short, 0.5 * spread, 1.5 * spread, SEARCHES)
    true = np.where(sure, np.abs(rate - promised), np.abs(true_rates(found) - promised))
    return float(folded.weight @ true)


def least(holds: Callable[[float], bool], low: float, high: float, steps: int) -> float:
    """Return the least number between two for which something holds that goes on holding beyond it.

    Examples
    --------
    >>> round(least(lambda x: x * x >= 2, 0.0, 2.0, 40), 6)
    1.414214
    """
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
