"""Draws from a state, the same in every process: the generator is seeded from what the state contains.

A parametric bootstrap draws new states from the shares that a state shows; no row is needed. The same state
asked the same question gives the same answer to the last digit on every machine with this numpy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from holdfast.measure.states import Floats

DRAWS = 2000
"""Of a bootstrap, unless said otherwise: a 5 % tail is then known to half a percent point."""
CHECKS = 1000
"""Of draws that only place a bound: their own luck moves it both ways and misses no more often on average."""


def generator(question: str, content: Iterable[ArrayLike]) -> np.random.Generator:
    """Return a generator seeded from a question and from the numbers that it is asked about.

    Parameters
    ----------
    question : str
        What the draws are for, so that two questions about one state do not share their luck.
    content : iterable of array_like
        The state's numbers, in a fixed order.

    Examples
    --------
    >>> one, other = (generator("interval", [[3.0, 1000.0]]) for _ in range(2))
    >>> one.random() == other.random()
    True
    >>> generator("p-value", [[3.0, 1000.0]]).random() == other.random()
    False
    """
    digest = hashlib.sha256(question.encode())
    for part in content:
        array = np.ascontiguousarray(part, dtype="<f8") + 0.0  # -0.0 and 0.0 are the same number
        digest.update(str(array.shape).encode() + array.tobytes())
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest.digest()[:16], "little")))


def multinomial(random: np.random.Generator, n: float, shares: ArrayLike, draws: int = DRAWS) -> Floats:
    """Return counts of n records over cells with these shares, drawn anew.

    Parameters
    ----------
    random : Generator
        From `generator`.
    n : float
        Records of each draw; rounded.
    shares : array_like, shape (cells,)
        Non-negative; scaled to sum to one.
    draws : int
        How many.

    Returns
    -------
    array, shape (draws, cells), of whole numbers as float64

    Examples
    --------
    >>> drawn = multinomial(generator("example", [[1.0]]), 100, [0.2, 0.8], 1000)
    >>> drawn.shape, set(drawn.sum(axis=1).tolist()), bool(abs(drawn[:, 0].mean() - 20) < 1)
    ((1000, 2), {100.0}, True)
    """
    cells = np.asarray(shares, dtype=np.float64)
    return random.multinomial(round(n), cells / cells.sum(), size=draws).astype(np.float64)


def binomial(random: np.random.Generator, n: ArrayLike, rate: ArrayLike, draws: int = DRAWS) -> Floats:
    """Return hits in n trials at these rates, drawn anew: shape (draws, *shape of n and rate).

    Examples
    --------
    >>> drawn = binomial(generator("example", [[1.0]]), [10, 1000], [0.5, 0.01], 2000)
    >>> drawn.shape, bool(np.all(np.abs(drawn.mean(axis=0) - [5, 10]) < 0.5))
    ((2000, 2), True)
    """
    trials, rates = np.broadcast_arrays(np.rint(np.asarray(n)).astype(np.int64), np.asarray(rate))
    return random.binomial(trials, rates, size=(draws, *trials.shape)).astype(np.float64)


def beyond(drawn: Floats, observed: float) -> float:
    """Return the p-value of a statistic that is large when something is wrong: never zero.

    The observed value counts as one of the draws (Davison & Hinkley 1997, 4.2).

    Examples
    --------
    >>> beyond(np.arange(99.0), 95.0)
    0.05
    """
    reached = np.count_nonzero(drawn >= observed * (1 - 1e-12))
    return float((1 + reached) / (1 + drawn.size))


def level(alpha: float, look: int) -> float:
    """Return the level of one look's bounds: alpha at the first, then shares of alpha that sum to its half.

    Where a kind has no time-uniform interval, the k-th look (k >= 2) gets alpha / (k (k + 1)): over all later
    looks together a bound misses with chance at most alpha / 2.

    Examples
    --------
    >>> level(0.05, 1), round(level(0.05, 2), 6), round(sum(level(0.05, k) for k in range(2, 10_000)), 4)
    (0.05, 0.008333, 0.025)
    """
    if look < 1:
        msg = f"look {look}: the first look is 1"
        raise ValueError(msg)
    return alpha if look == 1 else alpha / (look * (look + 1))
