"""Is the gap between any two groups' rates above a level *now*? With a budget in time, as for rates.

Two streams are compared batch by batch by the e-variables of Turner, Ly & Grünwald (2022,
"Generic e-variables for exact sequential k-sample tests"). For a pair of rates that are further apart, chosen
before the batch is seen: the likelihood of the batch under that pair against its likelihood under the
*nearest pair that is allowed*, the one of least divergence for batches of these sizes. The allowed pairs are
a convex set, of differences as of ratios, so this is at most 1 on average under every one of them: the base
rate need not be known and may wander, only the gap counts.

The ratios of a grid of larger gaps, in both directions, of all pairs of groups feed e-detectors. What is
compared with the budget is their mean, weighed by each pair's part (`watching.parts`): a mean of such
detectors is one itself, and it is never below what a split among them would ask for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import numpy as np

from holdfast.measure.differences import restricted_difference, restricted_ratio
from holdfast.measure.requests import SliceKey
from holdfast.measure.slices import ordered
from holdfast.measure.states import Floats, Groups
from holdfast.measure.watching.clusters import as_trials
from holdfast.measure.watching.parts import part
from holdfast.measure.watching.rates import alarms_at, log_mean, waited

Form: TypeAlias = Literal["difference", "ratio"]
Group: TypeAlias = tuple[int, SliceKey]
"""Which of the rates, and which group."""
BEYOND: Floats = np.geomspace(0.01, 0.5, 8)
"""How much larger than the level the differences of the grid are."""
FURTHER: Floats = np.geomspace(1.05, 8.0, 8)
"""How many times further apart than the level the ratios of the grid are."""
MEMORY = 5_000.0
"""Trials of each group from which the base rate is guessed; older ones fade."""
MOST_GROUPS = 64
"""Groups that are paired; those that appear later are counted in `left_out`."""
_EDGE = 1e-6
"""Rates nearer to 0 or 1 would make a single record infinite evidence."""


@dataclass(frozen=True)
class GapWatch:
    """What is watched: no two groups' rates may be further apart than the level.

    Attributes
    ----------
    level : float
        The largest difference that is allowed, in [0, 1): 0.05 is five points. Of a ratio the smallest, in
        (0, 1]: 0.8 is the four-fifths rule, the lower rate over the higher.
    budget : float
        Seconds that pass on average before a false alarm, at the least.
    slices : float
        Detectors that share the budget, as of a rate's watch; a watch's own pairs of groups share its part.
    form : str
        `difference` or `ratio`.
    """

    level: float
    budget: float
    slices: float = 1
    form: Form = "difference"

    def __post_init__(self) -> None:
        if self.form == "difference" and not 0 <= self.level < 1:
            msg = f"a gap of {self.level:g}: a watched gap lies from 0 up to, but without, 1"
            raise ValueError(msg)
        if self.form == "ratio" and not 0 < self.level <= 1:
            msg = f"a ratio of {self.level:g}: the lower rate over the higher is above 0 and at most 1"
            raise ValueError(msg)
        if not (self.budget > 0 and math.isfinite(self.budget)) or not 1 <= self.slices < math.inf:
            msg = f"a budget of {self.budget:g} seconds for {self.slices:g} slices"
            raise ValueError(msg)

    @property
    def threshold(self) -> float:
        """Log of the evidence at which it alarms."""
        return alarms_at(self.budget, self.slices)


def _no_pairs() -> Floats:
    return np.zeros((0, 2, len(BEYOND)))


@dataclass(frozen=True)
class GapDetector:
    """Where a detector stands.

    Attributes
    ----------
    groups : tuple of (rate, group)
        In their order of appearance; a pair exists as soon as its later group does.
    known : int
        Groups of the first batch that had any: their pairs have equal parts.
    hits, trials : arrays of float64, shape (groups,)
        What was seen of each group, faded: the base rate is guessed from it.
    logs : array of float64, shape (pairs, 2, 8)
        Log of the evidence that the earlier group's rate is too much the higher; that the later's is.
    left_out : float
        Trials of groups beyond `MOST_GROUPS`: nothing is known about their gaps.
    """

    groups: tuple[Group, ...] = ()
    known: int = 0
    hits: Floats = field(default_factory=lambda: np.zeros(0))
    trials: Floats = field(default_factory=lambda: np.zeros(0))
    logs: Floats = field(default_factory=_no_pairs)
    seconds: float = 0.0
    left_out: float = 0.0

    @staticmethod
    def begun() -> GapDetector:
        """Return a detector that has seen nothing."""
        return GapDetector()

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The pairs of groups that have the same rate, as indices, in the order of `logs`."""
        return _pairs_of(self.groups)

    @property
    def evidence(self) -> float:
        """Log of the mean of the evidence of all pairs and directions, each with its part."""
        if not len(self.logs):
            return -math.inf
        return log_mean(self.logs - np.log(self._parts())[:, None, None]) + math.log(len(self.logs))

    @property
    def widest(self) -> tuple[Group, Group] | None:
        """The pair with the most evidence, the higher rate first; None before there is any."""
        if not len(self.logs) or np.isneginf(self.logs).all():
            return None
        weighed = np.logaddexp.reduce(self.logs, axis=2) - np.log(self._parts())[:, None]
        at, direction = np.unravel_index(int(weighed.argmax()), weighed.shape)
        one, two = (self.groups[each] for each in self.pairs[int(at)])
        return (two, one) if direction else (one, two)

    def alarmed(self, watch: GapWatch) -> bool:
        """Whether the evidence has reached the budget."""
        return self.evidence >= watch.threshold

    def _parts(self) -> Floats:
        known = len(_pairs_of(self.groups[: self.known]))
        return np.array([part(index, known) for index in range(len(self.logs))])


def _pairs_of(groups: tuple[Group, ...]) -> list[tuple[int, int]]:
    return [
        (first, second)
        for second in range(len(groups))
        for first in range(second)
        if groups[first][0] == groups[second][0]
    ]


def advance_gap(watch: GapWatch, detector: GapDetector, batch: Groups, seconds: float) -> GapDetector:
    """Return the detector after one more batch of all groups.

    A group may be absent from a batch: it then says nothing about this group's gaps. Clusters weigh as
    `watching.clusters.as_trials` has them.

    Parameters
    ----------
    batch : Groups
        Hits and trials of each group.
    seconds : float
        Time since the last batch, fixed before its hits are seen.

    Raises
    ------
    ValueError
        More hits than trials, or a time that runs backwards.

    Examples
    --------
    >>> watch = GapWatch(level=0.05, budget=90 * 86400)
    >>> detector = GapDetector.begun()
    >>> from holdfast.measure.states import Counts
    >>> even = Groups(({("north",): Counts(52, 100), ("south",): Counts(48, 100)},))
    >>> for _ in range(100):  # four points apart, which is allowed
    ...     detector = advance_gap(watch, detector, even, seconds=3600)
    >>> detector.alarmed(watch)
    False
    >>> hours, apart = 0, Groups(({("north",): Counts(60, 100), ("south",): Counts(40, 100)},))
    >>> while not detector.alarmed(watch):  # twenty points apart
    ...     detector = advance_gap(watch, detector, apart, seconds=3600)
    ...     hours += 1
    >>> hours, detector.widest
    (5, ((0, ('north',)), (0, ('south',))))
    """
    now = {
        (rate, key): as_trials(groups[key])
        for rate, groups in enumerate(batch.counts)
        for key in ordered(groups)
        if groups[key].n
    }
    for group, counts in now.items():
        if not 0 <= counts.k <= counts.n < math.inf:
            msg = f"{counts.k:g} hits in {counts.n:g} trials of group {group[1]}"
            raise ValueError(msg)
    seen = _with_new(detector, [group for group in now if group not in set(detector.groups)])
    hits, trials = (
        np.array([getattr(now.get(group), name, 0.0) for group in seen.groups], np.float64)
        for name in ("k", "n")
    )
    pairs = np.array(seen.pairs, dtype=np.intp).reshape(-1, 2)
    won = np.zeros_like(seen.logs)
    if len(pairs):
        past = seen.hits, seen.trials
        for direction, (one, two) in enumerate((pairs.T, pairs.T[::-1])):
            won[:, direction] = _log_ratios(
                watch, _Side.of(past, (hits, trials), one), _Side.of(past, (hits, trials), two)
            )
    fading = np.minimum(1.0, MEMORY / np.maximum(seen.trials + trials, 1.0))
    left = sum(counts.n for group, counts in now.items() if group not in set(seen.groups))
    return replace(
        seen,
        logs=waited(seen.logs, watch.budget, seconds) + won,
        hits=(seen.hits + hits) * fading,
        trials=(seen.trials + trials) * fading,
        seconds=seen.seconds + seconds,
        left_out=seen.left_out + left,
    )


def _with_new(detector: GapDetector, new: list[Group]) -> GapDetector:
    """Return the detector with room for the groups that appear; their pairs begin with this batch."""
    taken = tuple(new[: MOST_GROUPS - len(detector.groups)])
    if not taken:
        return detector
    groups = detector.groups + taken
    more = len(_pairs_of(groups)) - len(detector.logs)
    nothing = np.zeros(len(taken))
    return replace(
        detector,
        groups=groups,
        known=detector.known or len(groups),
        hits=np.concatenate([detector.hits, nothing]),
        trials=np.concatenate([detector.trials, nothing]),
        logs=np.concatenate([detector.logs, np.full((more, *detector.logs.shape[1:]), -np.inf)]),
    )


@dataclass(frozen=True)
class _Side:
    """One group of each pair, shape (pairs, 1): what was seen of it before, and its batch."""

    past_k: Floats
    past_n: Floats
    k: Floats
    n: Floats

    @staticmethod
    def of(past: tuple[Floats, Floats], now: tuple[Floats, Floats], at: np.ndarray) -> _Side:
        return _Side(*(each[at][:, None] for each in (*past, *now)))


def _log_ratios(watch: GapWatch, one: _Side, two: _Side) -> Floats:
    """Return the log ratio of each larger gap of one over two against the nearest allowed pair."""
    apart = (
        np.minimum(watch.level + BEYOND, 1 - _EDGE) if watch.form == "difference" else FURTHER / watch.level
    )
    # the likeliest rates so far that are so far apart; half a hit and half a miss before anything is seen
    high, low = _pair(watch.form, one.past_k + 0.5, one.past_n + 1, two.past_k + 0.5, two.past_n + 1, apart)
    high, low = (np.clip(each, _EDGE, 1 - _EDGE) for each in (high, low))
    # without one of them nothing is compared: any sizes do
    both = (one.n > 0) & (two.n > 0)
    n1, n2 = np.where(both, one.n, 1.0), np.where(both, two.n, 1.0)
    edge = watch.level if watch.form == "difference" else 1 / watch.level
    nearest_high, nearest_low = _pair(watch.form, n1 * high, n1, n2 * low, n2, np.asarray(edge))
    further = high - low > watch.level if watch.form == "difference" else high * watch.level > low
    won = _log_likelihood(one, high, nearest_high) + _log_likelihood(two, low, nearest_low)
    return np.where(both & further, won, 0.0)


def _pair(form: Form, k1: Floats, n1: Floats, k2: Floats, n2: Floats, apart: Floats) -> tuple[Floats, Floats]:
    likeliest = restricted_difference if form == "difference" else restricted_ratio
    a, m, b, n, gap = np.broadcast_arrays(k1, n1, k2, n2, apart)
    return likeliest(a, m, b, n, gap)


def _log_likelihood(group: _Side, rate: Floats, against: Floats) -> Floats:
    from holdfast.measure.special import xlog1py, xlogy

    k, misses = group.k, group.n - group.k
    return np.asarray(xlogy(k, rate) + xlog1py(misses, -rate) - xlogy(k, against) - xlog1py(misses, -against))
