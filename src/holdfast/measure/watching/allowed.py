"""Bets that shares have moved further than allowed: fair under every distribution that is allowed.

What is allowed is a convex set C of shares q over the cells: those within a distance t of a reference r that
is itself only known from the frequencies f of m records,

    C = {q : there is an r with D(q, r) <= t and KL(f || r) <= rho},

with D the divergence behind the population stability index, the Jensen-Shannon distance or Cramér's V. Each
is convex in both arguments, so C is convex; rho is so large that the true reference is inside with the chance
that is asked for, whatever its shares and however small m (Agrawal 2020, theorem 1.2).

A bet is a score s > 0 of each cell. Divided by its support function h(s), the largest mean that an allowed q
gives it, the score of a record is at most 1 on average under every q in C: an e-variable for each record,
whatever the sizes of batches, and q may wander within C. The best score for a suspected p is p over its
nearest allowed q (Grünwald, de Heide & Koolen 2024); here the best of a row of mixtures of p and the
reference stands for that q (in trials it lost some hundredths of the growth). However rough the choice is,
h is a bound from above by weak duality at any multipliers (Ben-Tal et al. 2013), so that a search which
stopped too soon costs power and never the promise.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from holdfast.measure.states import Floats

MIXED: Floats = np.array([0.05, 0.15, 0.3, 0.5, 0.7, 0.9])
"""Shares of the suspected distribution in the mixtures that are tried as the nearest allowed one."""
STEPS = 15
SHORTER = 4
HALVINGS = 40
_TINY = 1e-12


@dataclass(frozen=True)
class FDivergence:
    """D(q, r) = sum of r f(q / r), with f convex and 0 at 1 (Csiszár 1967).

    Attributes
    ----------
    f, second : callable
        f(u) and its second derivative.
    at_slope : callable
        The u > 0 at which the first derivative is y; for y below `steepest`, its limit for large u.
    curvature : float
        Near zero the population stability index is about so many times D.
    """

    f: Callable[[Floats], Floats]
    second: Callable[[Floats], Floats]
    at_slope: Callable[[Floats], Floats]
    steepest: float
    curvature: float

    def between(self, shares: Floats, reference: Floats) -> Floats:
        """Return D of each row of shares from the reference."""
        return np.asarray(self.f(np.maximum(shares / reference, _TINY)) @ reference)


def _psi_at(y: Floats) -> Floats:
    from holdfast.measure.special import wrightomega

    # log u + 1 - 1/u = y: with w = 1/u, w + log w = 1 - y
    return np.asarray(1 / wrightomega(1 - y))


def _js_at(y: Floats) -> Floats:
    power = np.exp2(2 * y)
    return np.asarray(power / (2 - power))


DIVERGENCES = {
    "psi": FDivergence(lambda u: (u - 1) * np.log(u), lambda u: 1 / u + 1 / u**2, _psi_at, math.inf, 1.0),
    "js": FDivergence(
        lambda u: 0.5 * (np.log2(2 / (1 + u)) + u * np.log2(2 * u / (1 + u))),
        lambda u: 0.5 / math.log(2) / (u * (1 + u)),
        _js_at,
        0.5,
        8 * math.log(2),
    ),
    "chi2": FDivergence(
        lambda u: 0.5 * (1 - u) ** 2 / (1 + u),
        lambda u: 4 / (1 + u) ** 3,
        lambda y: 2 / np.sqrt(1 - 2 * y) - 1,
        0.5,
        4.0,
    ),
}
"""Of the drift tests that are divergences of shares (`measure.divergences`)."""


def reference_radius(records: float, cells: int, risk: float) -> float:
    """Return rho: KL(f || r) of the frequencies of so many records exceeds it with chance at most `risk`.

    For every r: P(m KL >= g) <= e^-g (e g / (B - 1))^(B - 1) where g > B - 1.

    References
    ----------
    Agrawal (2020), Finite-sample concentration of the multinomial in relative entropy.

    Examples
    --------
    >>> round(reference_radius(10_000, 22, 0.01), 4), reference_radius(0, 22, 0.01)
    (0.0038, inf)
    """
    if records <= 0:
        return math.inf
    free = max(cells - 1, 1)
    wanted = math.log(1 / risk)
    low, high = float(free), 10 * (free + wanted)
    for _ in range(60):
        middle = (low + high) / 2
        short = middle - free * (1 + math.log(middle / free)) < wanted
        low, high = (middle, high) if short else (low, middle)
    return high / records


@dataclass(frozen=True)
class Allowed:
    """The allowed distributions.

    Attributes
    ----------
    counts : array, shape (cells,)
        Of the reference.
    divergence : FDivergence
    distance : float
        t, in the divergence's own unit; 0 allows the reference alone.
    radius : float
        rho; 0 takes the reference's frequencies for the truth.
    """

    counts: Floats
    divergence: FDivergence
    distance: float
    radius: float

    @property
    def centre(self) -> Floats:
        """The reference's shares with half a record in each cell: none is zero."""
        smoothed = self.counts + 0.5
        return np.asarray(smoothed / smoothed.sum())

    def highest(self, scores: Floats) -> Floats:
        """Return a bound from above of the mean that an allowed distribution gives to each row of scores."""
        if self.distance <= 0:
            return self._highest_of_references(scores)
        with np.errstate(all="ignore"):
            slope, level = _multipliers(scores, self.centre, self.divergence, self.distance)
            won = scores - level
            u = np.maximum(self.divergence.at_slope(won / slope), _TINY)
            bound = slope * self.distance + level
            found = bound[:, 0] + self._highest_of_references(u * won - slope * self.divergence.f(u))
        # where the search left the numbers nothing is known, and infinity is a bound
        return np.where(np.isfinite(found), found, np.inf)

    def _highest_of_references(self, scores: Floats) -> Floats:
        """Return the largest mean over the references alone.

        max <r, v> over KL(f || r) <= rho is the minimum over k >= max v of k - e^-rho prod (k - v)^f (Honda
        & Takemura 2010); any k gives a bound.
        """
        top = scores.max(1, keepdims=True)
        held = self.counts > 0
        shares = self.counts[held] / self.counts.sum()
        below = (top - scores)[:, held]
        width = np.maximum(top - scores.min(1, keepdims=True), 1e-12 * np.abs(top) + 1e-200)
        low, high = np.full_like(top, -30.0), np.full_like(top, 30.0)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            apart = below + width * np.exp(middle)
            falling = np.log((1 / apart) @ shares) + np.log(apart) @ shares > self.radius
            low = np.where(falling[:, None], middle, low)
            high = np.where(falling[:, None], high, middle)
        beyond = width * np.exp(high)
        mean = np.exp(np.log(below + beyond) @ shares - self.radius)
        return np.asarray((top + beyond)[:, 0] - mean)


def _multipliers(
    scores: Floats, reference: Floats, divergence: FDivergence, distance: float
) -> tuple[Floats, Floats]:
    """Return slope and level, shape (rows, 1), near the minimum of the dual of <q, s> over D(q, r) <= t.

    Newton's steps on slope t + level + sum of r (u (s - level) - slope f(u)), u being where f' is
    (s - level) / slope; a step that does not lower it is shortened.
    """

    def dual(slope: Floats, level: Floats) -> tuple[Floats, Floats, Floats]:
        y = (scores - level) / slope
        u = np.maximum(divergence.at_slope(y), _TINY)
        value = (
            slope * distance + level + (u * (scores - level) - slope * divergence.f(u)) @ reference[:, None]
        )
        possible = (slope > 0) & (y < divergence.steepest).all(1, keepdims=True) & np.isfinite(value)
        return np.where(possible, value, np.inf), u, y

    level = scores @ reference[:, None]
    second = float(divergence.second(np.array(1.0)))
    spread = np.sqrt(np.maximum((scores - level) ** 2 @ reference[:, None], 1e-300))
    slope = spread / math.sqrt(2 * distance * second)
    if math.isfinite(divergence.steepest):
        level = np.maximum(level, scores.max(1, keepdims=True) - 0.9 * divergence.steepest * slope)
    value, u, y = dual(slope, level)
    for _ in range(STEPS):
        by_slope = distance - divergence.f(u) @ reference[:, None]
        by_level = 1 - u @ reference[:, None]
        weights = reference / (divergence.second(u) * slope)
        a, b, c = ((weights * y**power).sum(1, keepdims=True) for power in (2, 1, 0))
        size = a * c - b * b + 1e-12 * a * c
        steps = (b * by_level - c * by_slope) / size, (b * by_slope - a * by_level) / size
        before = value
        for halved in range(SHORTER):
            tried = slope + steps[0] / 3**halved, level + steps[1] / 3**halved
            now, *there = dual(*tried)
            better = now < value
            slope, level = np.where(better, tried[0], slope), np.where(better, tried[1], level)
            value = np.where(better, now, value)
            u, y = np.where(better, there[0], u), np.where(better, there[1], y)
            if (value < before).all():
                break
        if (before - value <= 1e-7 * np.abs(value)).all():
            break
    return slope, level


def log_bets(allowed: Allowed, suspected: Floats) -> tuple[Floats, Floats]:
    """Return what a record in each cell adds to the log evidence, and the growth that is expected of it.

    Parameters
    ----------
    suspected : array, shape (rows, cells)
        Shares that the records are suspected to have, all above 0.

    Returns
    -------
    (bets, growth) : arrays, shape (rows, cells) and (rows,)
        Nothing is bet on what is allowed or not told from it: 0 everywhere.

    Examples
    --------
    >>> allowed = Allowed(np.array([5_000.0, 5_000.0]), DIVERGENCES["psi"], 0.1, 0.0)
    >>> bets, growth = log_bets(allowed, np.array([[0.9, 0.1], [0.51, 0.49]]))
    >>> bets.round(2).tolist(), growth.round(2).tolist()
    ([[0.33, -1.38], [0.0, 0.0]], [0.16, 0.0])
    """
    p = suspected[:, None, :]
    scores = p / (MIXED[:, None] * p + (1 - MIXED[:, None]) * allowed.centre)
    rows = scores.reshape(-1, scores.shape[-1])
    bets = np.log(scores) - np.log(allowed.highest(rows)).reshape(*scores.shape[:2], 1)
    growth = (p * bets).sum(-1)
    best = growth.argmax(1)
    at = np.arange(len(best))
    grows = growth[at, best] > 0
    return np.where(grows[:, None], bets[at, best], 0.0), np.where(grows, growth[at, best], 0.0)
