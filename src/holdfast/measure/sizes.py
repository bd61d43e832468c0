"""How many records it takes: before measuring, and when a verdict is still open."""

from __future__ import annotations

import math
from collections.abc import Callable

MOST = 1_000_000_000
"""More records than this are no answer."""
STEPS = 12
"""Halvings once the answer is bracketed: exact below some thousand records, to 0.03 % above."""


def zero_failure_size(rate: float, confidence: float = 0.95) -> int:
    """Return how many records without a single hit show that a rate is at most this.

    Parameters
    ----------
    rate : float
        The limit as a share, 0 < rate < 1.
    confidence : float
        As a share.

    Returns
    -------
    int
        The least n with (1 - rate)^n <= 1 - confidence: where the exact upper bound of 0 of n reaches the
        limit.

    Raises
    ------
    ValueError
        Where the limit is not between 0 and 1: no number of records shows that a rate is exactly 0.

    Examples
    --------
    >>> [zero_failure_size(rate) for rate in (0.01, 0.005, 0.001)]
    [299, 598, 2995]
    """
    if not 0 < rate < 1:
        msg = f"no number of records shows a rate of at most {rate}: expected a share between 0 and 1"
        raise ValueError(msg)
    exact = math.log(1 - confidence) / math.log1p(-rate)
    return math.ceil(exact - 1e-9)  # an exact whole number must not become the next one by rounding


def needed(decides: Callable[[float], bool], n: float, guess: float = 1.0) -> int | None:
    """Return how many further records would decide, at the present rates.

    Parameters
    ----------
    decides : callable
        Whether a factor > 1 times the present records would decide; from some factor on it stays true.
    n : float
        The present records.
    guess : float
        How many further records to try first, as a multiple of n: what a square-root law foretells.

    Returns
    -------
    int or None
        The least number found, exact where it is below some thousand; None where a thousand million would not
        do.

    Examples
    --------
    0 of 100 against a limit of 1 %: 299 records without a hit would do, so 199 more.

    >>> needed(lambda factor: 0.05 ** (1 / (100 * factor)) >= 0.99, 100)
    199
    >>> needed(lambda factor: False, 100) is None
    True
    """
    if n <= 0:
        return None
    high = min(MOST, max(1, math.ceil(n * min(guess, MOST))))
    low = 0
    while not decides(1 + high / n):
        if high >= MOST:
            return None
        low, high = high, min(MOST, 2 * high)
    if low == 0:
        # the guess was enough: look for the last power of two below it that is not
        while high > 1 and decides(1 + (high // 2) / n):
            high //= 2
        low = high // 2
    for _ in range(STEPS):
        if high - low <= 1:
            break
        middle = (low + high) // 2
        if decides(1 + middle / n):
            high = middle
        else:
            low = middle
    return high
