"""When did a rate shift? The likeliest window, and all windows at which the shift may have begun.

For hits k_i in n_i trials, window by window, a shift at tau means one rate before window tau and another one
from it on. Given the totals on either side of the true tau, the hits of each side are drawn without
replacement: neither rate enters any more. So it is known exactly for each candidate tau how often the
likelihood ratio would be anywhere as large as its greatest observed one (Worsley 1986), and the candidates
for which that is more often than alpha are a confidence set for the onset. With L(t, s) the log likelihood
ratio of a split at t that leaves s of all hits before it, and L* the greatest observed one,

    p(tau) = P(L(t, S_t) >= L* for some t, given S_tau).

The paths S that stay where L is below L* are counted by dynamic programming, forwards and backwards, once for
all tau: where that is does not depend on tau.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from holdfast.measure.states import Counts, Floats

CELLS = 120
"""Windows are put together to so many at first; those around what is plausible are taken apart again."""
STAGES = 6
SAFETY = 0.02
"""What is taken apart is what is plausible at this part of alpha: narrower, and the set covered 3 % less."""
LATTICE = 1_200
"""Steps in which a path's distance from its mean is counted; of more hits several are one step."""
REACH = 9.0
"""Standard deviations from its mean to which a path is followed."""
HOPELESS = 35.0
"""A candidate so many nats less likely than the best one is not plausible, whatever the windows."""

Direction = Literal["up", "down"]


@dataclass(frozen=True)
class Onset:
    """Where a shift may have begun; windows count from 0, and the onset is the first shifted one.

    Attributes
    ----------
    best : int or None
        The likeliest onset; None where windows do not differ at all.
    earliest, latest : int
        The first and the last window of the confidence set. Where windows are too many to be told apart one
        by one, rounded outwards.
    located : bool
        Whether a shift is told from none at this confidence. If not, no onset can be located, and `earliest`
        and `latest` are the first and the last window that could be one.
    p_none : float
        Chance of so clear a shift at the best place if there were none.
    direction : "up", "down" or None
    before, after : Counts
        Of the windows on either side of `best`.
    confidence : float
    """

    best: int | None
    earliest: int
    latest: int
    located: bool
    p_none: float
    direction: Direction | None
    before: Counts
    after: Counts
    confidence: float

    def __str__(self) -> str:
        """Return the onset in words."""
        if not self.located or self.best is None:
            return f"no onset can be located (p = {self.p_none:.2g} without a shift)"
        between = f"between windows {self.earliest} and {self.latest} at {self.confidence:.0%}"
        return f"{self.direction} from window {self.best}, {between}"


def onset(
    k: ArrayLike,
    n: ArrayLike,
    *,
    confidence: float = 0.95,
    direction: Direction | None = None,
    before: Counts | None = None,
) -> Onset:
    """Return when a rate shifted, once, with a confidence set for the window of the onset.

    Parameters
    ----------
    k, n : array_like, shape (windows,)
        Hits and trials of each window in their order, whole numbers; windows may be empty.
    confidence : float
        Of the set.
    direction : "up", "down" or None
        Only shifts in this direction count; both where None. A set for one direction is narrower.
    before : Counts or None
        What is known of the time before the first window. Without it the first window cannot be the onset:
        nothing tells a shift there from none.

    Raises
    ------
    ValueError
        Hits that are no whole numbers or more than the trials, or no windows.

    References
    ----------
    Worsley (1986), Confidence regions and tests for a change-point in a sequence of exponential family random
    variables, Biometrika 73.

    Examples
    --------
    >>> k = [2, 1, 3, 2, 1, 2, 9, 8, 11, 7]
    >>> found = onset(k, [100] * 10)
    >>> found.best, found.earliest, found.latest, found.direction
    (6, 6, 6, 'up')
    >>> print(onset([2, 1, 3, 2, 1, 2], [100] * 6))
    no onset can be located (p = 0.99 without a shift)
    """
    hits, trials = _checked(k, n)
    windows = len(hits)
    first = 0
    if before is not None and before.n > 0:
        hits, trials, first = np.append(before.k, hits), np.append(before.n, trials), -1
    held = np.flatnonzero(trials)
    places = held + first
    series = _Series.of(hits[held], trials[held], direction)
    start = 0 if first else 1
    if series is None:
        total = Counts(float(hits.sum()), float(trials.sum()))
        start = min(start, windows - 1)
        return Onset(None, start, windows - 1, False, 1.0, None, total, Counts(), confidence)
    found = _refined(series, 1 - confidence)
    tau = found.best
    way: Direction = "up" if series.rising(tau) else "down"
    left = Counts(float(hits[held][:tau].sum()), float(trials[held][:tau].sum()))
    right = Counts(float(hits.sum()) - left.k, float(trials.sum()) - left.n)
    located = found.p_none <= 1 - confidence
    # a shift may have begun in the empty windows before the first one that shows it
    earliest = int(places[found.earliest - 1]) + 1 if located else start
    latest = int(places[found.latest]) if located else windows - 1
    best = int(places[tau])
    return Onset(best, earliest, latest, located, found.p_none, way, left, right, confidence)


def _checked(k: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    hits, trials = np.broadcast_arrays(np.asarray(k, np.float64), np.asarray(n, np.float64))
    if hits.ndim != 1 or not hits.size:
        msg = f"hits of shape {hits.shape}: one number for each window, and at least one window"
        raise ValueError(msg)
    with np.errstate(invalid="ignore"):
        whole = (hits % 1 == 0) & (trials % 1 == 0)
    sound = np.isfinite(trials) & (hits >= 0) & (hits <= trials) & whole
    if not sound.all():
        at = int(np.flatnonzero(~sound)[0])
        expected = "whole numbers, no more hits than trials"
        msg = f"{hits[at]:g} hits in {trials[at]:g} trials of window {at}: {expected}"
        raise ValueError(msg)
    return hits, trials


@dataclass(frozen=True)
class _Series:
    """Windows with trials, counted so that hits are the rarer outcome.

    `hits` and `trials` are sums before each boundary, from 0 to all, shape (windows + 1,); `sign` is 1 where
    only a rise of these hits counts, -1 where only a fall does, 0 for both; `flipped` where they are misses.
    """

    hits: Floats
    trials: Floats
    sign: int
    flipped: bool

    @staticmethod
    def of(k: Floats, n: Floats, direction: Direction | None) -> _Series | None:
        """Return None where nothing differs: no two windows, or nothing but hits or misses."""
        if len(n) < 2 or not 0 < k.sum() < n.sum():
            return None
        flipped = bool(2 * k.sum() > n.sum())
        sign = {"up": 1, "down": -1, None: 0}[direction] * (-1 if flipped else 1)
        hits, trials = (np.append(0.0, np.cumsum(each)) for each in (n - k if flipped else k, n))
        return _Series(hits, trials, sign, flipped)

    @property
    def windows(self) -> int:
        return len(self.trials) - 1

    def rising(self, tau: int) -> bool:
        """Whether the rate, as given, is higher after a boundary than before it."""
        rises = self.hits[-1] * self.trials[tau] > self.hits[tau] * self.trials[-1]
        return bool(rises) != self.flipped

    def ratio(self, s: Floats, m: Floats) -> Floats:
        """Return the log likelihood ratio of a split that leaves s hits in m trials before it."""
        from holdfast.measure.special import xlogy

        total, size = self.hits[-1], self.trials[-1]

        def likelihood(hits: Floats, trials: Floats) -> Floats:
            return np.asarray(xlogy(hits, hits / trials) + xlogy(trials - hits, 1 - hits / trials))

        whole = likelihood(np.asarray(total), np.asarray(size))
        found = likelihood(s, m) + likelihood(total - s, size - m) - whole
        if self.sign:
            found = np.where(self.sign * (total * m - s * size) > 0, found, 0.0)
        return np.asarray(np.maximum(found, 0.0))


@dataclass(frozen=True)
class _Set:
    """A confidence set in boundaries of the series."""

    best: int
    earliest: int
    latest: int
    p_none: float


def _refined(series: _Series, alpha: float) -> _Set:
    """Return the set from coarse windows, taken apart where onsets are plausible until they are single.

    For fixed windows the test of each boundary between them is exact; which ones are taken apart depends on
    the data, so that the whole is nearly so (its coverage is simulated: tests/laws).
    """
    bounds = np.unique(np.linspace(0, series.windows, min(CELLS, series.windows) + 1).round().astype(np.intp))
    p_none = math.nan
    for stage in range(1, STAGES + 1):
        p, best, p_stage = _stage(series, bounds, none=math.isnan(p_none))
        p_none = p_stage if math.isnan(p_none) else p_none
        near = np.flatnonzero(p > alpha * SAFETY)
        low, high = int(bounds[near[0] - 1]), int(bounds[near[-1] + 1])
        finer = np.linspace(low, high, min(CELLS, high - low) + 1).round().astype(np.intp)
        if stage == STAGES or p_none > alpha or near[-1] - near[0] + 2 >= len(finer) - 1:
            break
        # away from what is plausible some boundaries are enough to keep the largest ratio in sight
        outside = _thinned(bounds[: near[0]]), _thinned(bounds[near[-1] + 1 :])
        bounds = np.unique(np.concatenate([outside[0], finer, outside[1]]))
    plausible = np.flatnonzero(p > alpha)
    # an onset between two boundaries is not excluded by the plausible one of them
    earliest, latest = int(bounds[plausible[0] - 1]) + 1, int(bounds[plausible[-1] + 1]) - 1
    return _Set(int(bounds[best]), earliest, latest, p_none)


def _stage(series: _Series, bounds: np.ndarray, *, none: bool) -> tuple[Floats, int, float]:
    """Return each boundary's p-value as the onset, the best one, and the p-value of no shift."""
    s, m = series.hits[bounds], series.trials[bounds]
    ratios = np.zeros(len(bounds))
    ratios[1:-1] = series.ratio(s[1:-1], m[1:-1])
    best = max(int(ratios.argmax()), 1)
    low, high = _below(series, m, ratios[best])
    hopeful = 1 + np.flatnonzero(ratios[1:-1] >= ratios[best] - HOPELESS)
    total, size, end = s[-1], m[-1], len(m) - 1
    left = _staying(m, s, low, high, np.append(best, hopeful))
    back = size - m[::-1], total - s[::-1], total - high[::-1], total - low[::-1]
    right = _staying(*back, end - np.append(best, hopeful))[::-1]
    p = np.zeros(len(bounds))
    p[hopeful] = 1 - left[hopeful] * right[hopeful]
    p[best] = 1.0
    p_none = 1 - float(_staying(m, s, low, high, np.array([end]))[-1]) if none else math.nan
    return p, best, p_none


def _thinned(bounds: np.ndarray) -> np.ndarray:
    """Return some sixty of the boundaries, both ends among them."""
    return bounds[np.unique(np.linspace(0, len(bounds) - 1, min(len(bounds), 60)).round().astype(np.intp))]


def _below(series: _Series, m: Floats, most: float) -> tuple[Floats, Floats]:
    """Return between which hits before each boundary, both excluded, the ratio stays below `most`."""
    total, size = series.hits[-1], series.trials[-1]
    low, high = np.full(len(m), -np.inf), np.full(len(m), np.inf)
    inner, even = m[1:-1], total * m[1:-1] / size
    for ends, end in ((low, np.maximum(0.0, total - (size - inner))), (high, np.minimum(total, inner))):
        near, far = even, end
        reaches = series.ratio(end, inner) >= most - 1e-7
        for _ in range(50):
            middle = (near + far) / 2
            beyond = series.ratio(middle, inner) >= most - 1e-7
            near, far = np.where(beyond, near, middle), np.where(beyond, middle, far)
        ends[1:-1] = np.where(reaches, far, ends[1:-1])
    if most <= 1e-7:  # no split is likelier than none: every path reaches that
        low[:] = np.inf
    return low, high


def _staying(m: Floats, s: Floats, low: Floats, high: Floats, wanted: np.ndarray) -> Floats:
    """Return how often a path that leaves `s` hits at a boundary stayed between `low` and `high` before it.

    For the wanted boundaries, the first of them the one that matters most; 1 elsewhere. Given the sum the
    hits of a cell are binomial at any rate. Each boundary is counted at that one of a few rates under which
    its sum is most usual.
    """
    ends = wanted[0], wanted.max(), (wanted[0] + wanted.max()) // 2
    rates = np.unique([(s[at] + 0.5) / (m[at] + 1) for at in ends])
    apart = np.abs(s[wanted] - rates[:, None] * m[wanted]) / np.sqrt(rates * (1 - rates))[:, None]
    nearest = apart.argmin(0)
    stays = np.ones(len(m))
    for which, rate in enumerate(rates):
        mine = wanted[nearest == which]
        if len(mine):
            stays[mine] = _paths(m, s, low, high, float(rate), int(mine.max()))[mine]
    return stays


def _paths(m: Floats, s: Floats, low: Floats, high: Floats, rate: float, last: int) -> Floats:
    """Return how often a path of binomial hits stayed, for every boundary up to `last`; 0 beyond."""
    from holdfast.measure.special import gammaln

    spread = math.sqrt(m[last] * rate * (1 - rate))
    step = max(1, math.ceil(2 * REACH * spread / LATTICE))
    half = math.ceil((REACH * spread + 20) / step)
    base = m * rate if step > 1 else np.round(m * rate)

    def chances(k: Floats, n: float) -> Floats:
        """Return how likely these hits of n trials are, per step of the lattice."""
        if step == 1:
            inside = (k >= 0) & (k <= n)
            k = np.clip(k, 0, n)
            logs = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
            logs = logs + k * math.log(rate) + (n - k) * math.log1p(-rate)
            return np.where(inside, np.exp(logs), 0.0)
        variance = n * rate * (1 - rate) / step**2
        apart = (k - n * rate) / step
        if variance < 0.5:  # a cell with less spread than a step: the three steps that have its variance
            return np.where(apart == 0, 1 - variance, np.where(np.abs(apart) == 1, variance / 2, 0.0))
        return np.asarray(np.exp(-(apart**2) / (2 * variance)) / math.sqrt(2 * math.pi * variance))

    paths = np.zeros(2 * half + 1)
    paths[half] = 1.0
    lattice = np.arange(-half, half + 1.0) * step
    stays = np.zeros(len(m))
    stays[:2] = 1.0
    for at in range(1, last + 1):
        n = float(m[at] - m[at - 1])
        width = min(
            half, math.ceil((REACH * math.sqrt(n * rate * (1 - rate)) + (12 if step == 1 else 1)) / step)
        )
        moved = np.arange(-width, width + 1.0) * step
        offset = base[at] - base[at - 1] if step == 1 else n * rate
        paths = np.convolve(paths, chances(offset + moved, n))[width : width + len(lattice)]
        if at > 1:
            free = float(chances(s[at : at + 1], float(m[at]))[0])
            reached = float(np.interp(s[at] - base[at], lattice, paths))
            stays[at] = min(1.0, reached / free) if free > 0 else 0.0
        here = base[at] + lattice
        paths = np.where((here > low[at]) & (here < high[at]), paths, 0.0)
    return stays
