"""What counts say about a true divergence: how much of the measured one is noise, how far the truth may be.

The population stability index, the Jensen-Shannon divergence and the triangular one behind Cramér's V all
look like chi-squared near zero: with B cells and no drift each is a chi-squared variable with B - 1 degrees
of freedom times (1/n + 1/m) / c, and with drift d a noncentral one. So the measured figure is too large by
about (B - 1)(1/n + 1/m) / c whatever the drift, and a percentile bootstrap, which adds that bias once more,
misses nearly always when the drift is small. Bounds come from tests turned round instead
(`divergence_bounds`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from holdfast.measure.bootstrap import CHECKS, beyond, generator, multinomial
from holdfast.measure.distances import SMOOTHING, jensen_shannon_divergence, psi, triangular
from holdfast.measure.states import Floats

AMPLE = 100
"""Records in every cell of both samples from which on the large-sample law is exact enough by itself."""
SPARSE = 5
"""Expected records in a cell below which it is pooled with others for a lower bound (Cochran 1954)."""
LEAST_TAIL = 0.01
"""A tail that 1,000 draws still show; rarer ones are corrected by as much as this one."""
SEARCHES = 8
"""Halvings where cells are so few and so empty that the law is a ladder of few steps."""
LADDER = 8
"""Cells up to which one with fewer than `SPARSE` records makes such a ladder."""
STEEPEST = 500.0
"""Of logarithms of shares: steeper ones are no numbers any more."""


@dataclass(frozen=True)
class Divergence:
    """A divergence between shares that is quadratic near zero.

    Attributes
    ----------
    measured : callable
        From counts (reference, current), shape (..., cells), to the measured figure, shape (...).
    between : callable
        From shares (p, q), all above zero, to the true figure.
    slopes : callable
        From shares to the derivatives by p and by q, each of their shape.
    curvature : float
        c: the figure times c n m / (n + m) is chi-squared without drift.
    """

    measured: Callable[[Floats, Floats], Floats]
    between: Callable[[Floats, Floats], float]
    slopes: Callable[[Floats, Floats], tuple[Floats, Floats]]
    curvature: float


def _psi_slopes(p: Floats, q: Floats) -> tuple[Floats, Floats]:
    log = np.log(p / q)
    return log + 1 - q / p, 1 - p / q - log


def _jensen_shannon_slopes(p: Floats, q: Floats) -> tuple[Floats, Floats]:
    middle = (p + q) / 2
    return 0.5 * np.log2(p / middle), 0.5 * np.log2(q / middle)


def _triangular_slopes(p: Floats, q: Floats) -> tuple[Floats, Floats]:
    ratio = (p - q) / (p + q)
    return ratio - ratio**2 / 2, -ratio - ratio**2 / 2


PSI = Divergence(psi, lambda p, q: float(np.sum((q - p) * np.log(q / p))), _psi_slopes, 1.0)
JENSEN_SHANNON = Divergence(
    jensen_shannon_divergence,
    lambda p, q: float(jensen_shannon_divergence(p, q)),
    _jensen_shannon_slopes,
    8 * float(np.log(2)),
)
TRIANGULAR = Divergence(triangular, lambda p, q: float(triangular(p, q)), _triangular_slopes, 4.0)


def noise_part(divergence: Divergence, reference: Floats, current: Floats) -> float:
    """Return what chance alone adds to a measured divergence: (B - 1)(1/n + 1/m) / c over the cells in use.

    Examples
    --------
    >>> round(noise_part(PSI, np.full(20, 50.0), np.full(20, 10.0)), 3)
    0.114
    """
    cells = int(np.count_nonzero(reference + current))
    return max(cells - 1, 0) * float(1 / reference.sum() + 1 / current.sum()) / divergence.curvature


def debiased(divergence: Divergence, reference: Floats, current: Floats) -> float:
    """Return the measured divergence less what chance alone adds to it; never negative.

    Examples
    --------
    >>> debiased(PSI, np.array([50.0, 50]), np.array([49.0, 51]))
    0.0
    """
    measured = float(divergence.measured(reference, current))
    return max(0.0, measured - noise_part(divergence, reference, current))


def no_drift_p_value(divergence: Divergence, reference: Floats, current: Floats) -> float:
    """Return the chance of so large a divergence without drift.

    By the chi-squared law where every cell has `AMPLE` records, else by 2,000 draws from the pooled shares.

    Examples
    --------
    >>> no_drift_p_value(PSI, np.array([50.0, 50]), np.array([49.0, 51])) > 0.5
    True
    """
    from holdfast.measure.special import chdtrc

    held = (reference + current) > 0
    r, c = reference[held], current[held]
    measured = float(divergence.measured(r, c))
    if len(r) < 2:
        return 1.0
    pooled = (r + c) / (r.sum() + c.sum())
    if pooled.min() * min(r.sum(), c.sum()) >= AMPLE:
        size = divergence.curvature / (1 / r.sum() + 1 / c.sum())
        return float(chdtrc(len(r) - 1, measured * size))
    random = generator("no drift", [r, c])
    drawn = divergence.measured(multinomial(random, r.sum(), pooled), multinomial(random, c.sum(), pooled))
    return beyond(drawn, measured)


def divergence_bounds(
    divergence: Divergence, reference: Floats, current: Floats, alpha: float
) -> tuple[float, float]:
    """Return the lower and the upper bound of the true divergence, one-sided at level alpha each.

    The measured figure is taken as s times a noncentral chi-squared variable whose mean and variance are
    those of the measured figure near zero *and* far from it (s is the large-sample variance over four times
    the figure), and that law is solved for its noncentrality. Where a cell has fewer than `AMPLE` records the
    law is checked at each bound by 1,000 draws from shares that have this divergence (the measured shares,
    moved along their own line, the smaller sample's more), the bound is moved by what was found, and the more
    careful of the two is kept. For a lower bound sparse cells are pooled, which can only lower a divergence.
    For an upper bound, shares that agree better than chance lets them are read as agreeing as well as chance
    does.

    Uncertainty of both samples counts. Assumes independent records and bins that were fixed before the
    current records were seen.

    Parameters
    ----------
    divergence : Divergence
    reference, current : arrays, shape (cells,)
        Counts, some in each; may be real (then no draws are made).
    alpha : float
        Level of each bound.

    Returns
    -------
    (low, high) : floats

    References
    ----------
    Patnaik (1949), Biometrika 36, for noncentral chi-squared laws by their moments; Carpenter (1999), Journal
    of the Royal Statistical Society B 61, for bootstrap tests turned round.

    Examples
    --------
    >>> same = np.full(20, 50.0)
    >>> low, high = divergence_bounds(PSI, same, same, 0.05)
    >>> low, 0.02 < high < 0.06
    (0.0, True)
    """
    held = (reference + current) > 0
    if np.count_nonzero(held) < 2:
        # one cell alone says nothing about a second one: give it room
        held[np.flatnonzero(~held)[:1]] = True
        if np.count_nonzero(held) < 2:
            reference, current = np.append(reference, 0.0), np.append(current, 0.0)
            held = np.append(held, True)
    low = _Side(divergence, *_pooled(reference[held], current[held]), 1 - alpha).bound()
    high = _Side(divergence, reference[held], current[held], alpha).bound()
    return min(low, high), high


def _pooled(reference: Floats, current: Floats) -> tuple[Floats, Floats]:
    share = (reference + current) / (reference.sum() + current.sum())
    sparse = share * min(reference.sum(), current.sum()) < SPARSE
    if np.count_nonzero(sparse) < 2:
        return reference, current
    return (
        np.append(reference[~sparse], reference[sparse].sum()),
        np.append(current[~sparse], current[sparse].sum()),
    )


class _Side:
    """One bound: `tail` is the chance of a figure at most the measured one, were the bound the truth."""

    def __init__(self, divergence: Divergence, reference: Floats, current: Floats, tail: float) -> None:
        self.divergence, self.tail = divergence, tail
        self.r, self.c = reference, current
        self.n, self.m = float(reference.sum()), float(current.sum())
        cells = len(reference)
        self.p = (reference + SMOOTHING) / (self.n + SMOOTHING * cells)
        self.q = (current + SMOOTHING) / (self.m + SMOOTHING * cells)
        unit = (1 / self.n + 1 / self.m) / divergence.curvature
        self.noise = unit * (cells - 1)
        apart = divergence.between(self.p, self.q)
        by_p, by_q = divergence.slopes(self.p, self.q)
        variance = _variance(by_p, self.p) / self.n + _variance(by_q, self.q) / self.m
        # at equal shares both are zero to rounding, and the ratio is the unit
        self.scale = variance / (4 * apart) if apart > 1e-12 else unit
        self.measured = float(divergence.measured(reference, current))
        self.upper = tail < 0.5
        self.read = max(self.measured, self.noise) if self.upper else self.measured

    def bound(self) -> float:
        by_law = self._solved(self.read)
        few = min(float(self.r.min()), float(self.c.min()))
        whole = np.all(self.r == np.rint(self.r)) and np.all(self.c == np.rint(self.c))
        if few >= AMPLE or not whole or (by_law <= 0 and not self.upper):
            return by_law
        ladder = few < SPARSE and len(self.r) <= LADDER
        by_draws = self._searched(by_law) if ladder else self._moved(by_law)
        return max(by_law, by_draws) if self.upper else min(by_law, by_draws)

    def _solved(self, read: float) -> float:
        """Return the divergence at which the law gives figures of at most `read` the chance `tail`."""
        from holdfast.measure.special import chndtrinc

        found = float(chndtrinc(max(read / self.scale, 1e-12), self.noise / self.scale, self.tail))
        return found * self.scale if found > 1e-9 else 0.0

    def _moved(self, by_law: float) -> float:
        """Return the bound after one look at how figures are spread where it is the truth."""
        from holdfast.measure.special import chndtrix

        tail = min(max(self.tail, LEAST_TAIL), 1 - LEAST_TAIL)
        expected = float(chndtrix(tail, self.noise / self.scale, by_law / self.scale)) * self.scale
        seen = float(np.quantile(self._drawn(by_law), tail))
        return self._solved(max(self.read + expected - seen, 0.0))

    def _searched(self, by_law: float) -> float:
        """Return the bound by halving: with few records in a cell the figures are a ladder of few steps."""
        tail = min(max(self.tail, LEAST_TAIL), 1 - LEAST_TAIL)

        def refused(at: float) -> bool:
            drawn = self._drawn(at)
            if self.upper:
                return bool(np.mean(drawn <= self.read * (1 + 1e-9)) <= tail)
            return bool(np.mean(drawn >= self.read * (1 - 1e-9)) <= 1 - tail)

        inside, outside = by_law, by_law
        if refused(by_law):
            return by_law
        if self.upper:
            while not refused(outside):
                inside, outside = outside, 2 * outside + self.noise
                if outside > 64 * (by_law + self.noise):
                    return outside
        else:
            outside = 0.0
        for _ in range(SEARCHES):
            middle = (inside + outside) / 2
            inside, outside = (inside, middle) if refused(middle) else (middle, outside)
        return outside

    def _drawn(self, true: float) -> Floats:
        p, q = self._shares(true)
        random = generator("divergence", [self.r, self.c])
        return self.divergence.measured(
            multinomial(random, self.n, p, CHECKS),
            multinomial(random, self.m, q, CHECKS),
        )

    def _shares(self, true: float) -> tuple[Floats, Floats]:
        """Return shares with this divergence on the line through the measured ones (in logarithms)."""
        large = self.n / (self.n + self.m)
        log_p, log_q = np.log(self.p), np.log(self.q)
        centre, way = large * log_p + (1 - large) * log_q, log_q - log_p
        if float(np.abs(way).max()) < 1e-9:
            # equal shares point nowhere: every other cell grows
            way = np.where(np.arange(len(way)) % 2 == 0, 1.0, -1.0)

        def at(step: float) -> tuple[Floats, Floats]:
            p, q = np.exp(centre - step * (1 - large) * way), np.exp(centre + step * large * way)
            return p / p.sum(), q / q.sum()

        low, high, steepest = 0.0, 1.0, STEEPEST / float(way.max() - way.min())
        while self.divergence.between(*at(high)) < true and 2 * high < steepest:
            low, high = high, 2 * high
        for _ in range(25):
            middle = (low + high) / 2
            low, high = (middle, high) if self.divergence.between(*at(middle)) < true else (low, middle)
        return at(high)


def _variance(values: Floats, shares: Floats) -> float:
    return float(np.sum(shares * values**2) - np.sum(shares * values) ** 2)
