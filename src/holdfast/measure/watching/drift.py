"""Has a column drifted further from its reference than allowed, *now*? With a budget in time, as for rates.

Records fall into the reference's cells: its frozen bins with NaN and null, or its labels with all others and
null. Each alternative is a bet on shares of the cells that is fair under everything allowed
(`watching.allowed`) and fixed before the batch is seen; its evidence grows by M <- (M + w) times the bets'
product over the batch's records, as of a rate. What is compared with the budget is a weighted mean of

- *the usual ways to drift*: each cell gains, numbers move up or down, to the middle or to the ends; a little
  and a lot further than allowed (two fifths of the weight);
- *what was learnt*: the shares of the last 300, 3,000 and 30,000 records (two fifths);
- *the batch itself*: its likelihood under a Dirichlet mixture over its likelihood under the likeliest allowed
  shares (universal inference; Wasserman, Ramdas & Balakrishnan 2020), so that a large first batch that is
  wrong is found at once (a fifth). This one takes the records of a batch to be drawn alike; the others let
  shares wander within what is allowed from record to record.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal, TypeAlias

import numpy as np

from holdfast.measure.states import Bins, Categories, Drifted, Floats, IncompatibleStates
from holdfast.measure.watching.allowed import DIVERGENCES, Allowed, log_bets, reference_radius
from holdfast.measure.watching.rates import alarms_at, waited

Shares: TypeAlias = Literal["psi", "js", "chi2"]
MEMORIES: Floats = np.array([300.0, 3_000.0, 30_000.0])
"""Records from which shares are learnt; older ones fade."""
PRIOR = 30.0
"""Records that the reference counts for in what is learnt."""
WEIGHTS = (0.4, 0.4, 0.2)
"""Of the usual ways, of what was learnt, of the batch itself."""
FURTHER = ((1.5, 0.05), (4.0, 0.2))
"""How far the usual ways lead: so many times the level, and so much of PSI more."""


@dataclass(frozen=True)
class DriftWatch:
    """What is watched: a column's distance from its reference.

    Attributes
    ----------
    level : float
        The largest distance that is allowed, as the test measures it: 0.1 of PSI. With 0 the column must have
        the very distribution of the reference; at scale everything differs a little, and that alarms.
    budget, slices : float
        As of a rate's watch.
    test : str
        `psi`, `js` or `chi2`.
    reference : Bins, Categories or None
        The frozen reference. None where each batch brings it (`Drifted`): then the first one counts.
    risk : float
        Chance that the reference, being a sample, is so unlucky that the budget does not hold for it.
    """

    level: float
    budget: float
    slices: float = 1
    test: Shares = "psi"
    reference: Bins | Categories | None = None
    risk: float = 0.01

    def __post_init__(self) -> None:
        if self.test not in DIVERGENCES:
            msg = f"no drift of `{self.test}` is watched: expected one of {', '.join(DIVERGENCES)}"
            raise ValueError(msg)
        most = math.inf if self.test == "psi" else 1
        if not 0 <= self.level < most:
            msg = f"a distance of {self.level:g}: it is 0 or more" + ("" if most > 1 else ", and below 1")
            raise ValueError(msg)
        if not (self.budget > 0 and math.isfinite(self.budget)) or not 1 <= self.slices < math.inf:
            msg = f"a budget of {self.budget:g} seconds for {self.slices:g} slices"
            raise ValueError(msg)
        if not 0 < self.risk < 1:
            msg = f"a risk of {self.risk:g}: it lies between 0 and 1"
            raise ValueError(msg)

    @property
    def threshold(self) -> float:
        """Log of the evidence at which it alarms."""
        return alarms_at(self.budget, self.slices)

    @property
    def divergence(self) -> float:
        """The level as a divergence: the Jensen-Shannon distance and Cramér's V are roots of theirs."""
        return self.level if self.test == "psi" else self.level**2


@dataclass(frozen=True)
class DriftDetector:
    """Where a detector stands.

    Attributes
    ----------
    reference : Bins, Categories or None
        What the batches are compared with; None before the first one where the watch has none.
    past : array of float64, shape (3, cells)
        What was seen, faded by each memory.
    logs : array of float64
        Log of the evidence of each alternative: the usual ways, what was learnt, the batch itself.
    """

    reference: Bins | Categories | None = None
    past: Floats = field(default_factory=lambda: np.zeros((len(MEMORIES), 0)))
    logs: Floats = field(default_factory=lambda: np.zeros(0))
    seconds: float = 0.0

    @staticmethod
    def begun(watch: DriftWatch) -> DriftDetector:
        """Return a detector that has seen nothing."""
        return DriftDetector() if watch.reference is None else _laid(watch, watch.reference)

    @property
    def evidence(self) -> float:
        """Log of the weighted mean of the evidence."""
        if not len(self.logs):
            return -math.inf
        usual = len(self.logs) - len(MEMORIES) - 1
        sizes = (usual, len(MEMORIES), 1)
        weights = np.concatenate([np.full(n, w / n) for n, w in zip(sizes, WEIGHTS, strict=True)])
        return float(np.logaddexp.reduce(self.logs + np.log(weights)))

    def alarmed(self, watch: DriftWatch) -> bool:
        """Whether the evidence has reached the budget."""
        return self.evidence >= watch.threshold


def advance_drift(
    watch: DriftWatch, detector: DriftDetector, batch: Bins | Categories | Drifted | None, seconds: float
) -> DriftDetector:
    """Return the detector after one more batch.

    Parameters
    ----------
    batch : Bins, Categories, Drifted or None
        The new records in the reference's bins or by category; `Drifted` brings the reference with it.
    seconds : float
        Time since the last batch, fixed before its records are seen.

    Raises
    ------
    IncompatibleStates
        Other bins than the reference's, or another reference than before.
    ValueError
        No reference, one without records, or a time that runs backwards.

    Examples
    --------
    >>> reference = Categories({"en": 7_000.0, "fr": 3_000.0})
    >>> watch = DriftWatch(level=0.1, budget=90 * 86_400, reference=reference)
    >>> detector = DriftDetector.begun(watch)
    >>> for _ in range(24):  # a PSI of 0.04, which is allowed
    ...     detector = advance_drift(watch, detector, Categories({"en": 61.0, "fr": 39.0}), seconds=3600)
    >>> detector.alarmed(watch)
    False
    >>> hours = 0
    >>> while not detector.alarmed(watch):  # a new language
    ...     detector = advance_drift(watch, detector, Categories({"en": 60.0, "it": 40.0}), seconds=3600)
    ...     hours += 1
    >>> hours
    1
    """
    current = batch.current if isinstance(batch, Drifted) else batch
    if isinstance(batch, Drifted):
        if detector.reference is None:
            detector = _laid(watch, batch.reference)
        elif not _same(detector.reference, batch.reference):
            msg = "the reference is not the one that this watch began with: begin anew with the new one"
            raise IncompatibleStates(msg)
    if detector.reference is None:
        if current is None:
            return replace(detector, seconds=detector.seconds + seconds)
        msg = "a drift without a reference: give the watch one, or batches that bring it"
        raise ValueError(msg)
    counts = cells(detector.reference, current)
    allowed = _allowed(watch, cells(detector.reference, detector.reference))
    learnt = detector.past + PRIOR * allowed.centre
    bets, _ = log_bets(allowed, learnt / learnt.sum(1, keepdims=True))
    won = np.concatenate(
        [_usual_bets(watch, detector.reference) @ counts, bets @ counts, [_itself(allowed, counts)]]
    )
    past = detector.past + counts
    fading = np.minimum(1.0, MEMORIES / np.maximum(past.sum(1), 1.0))
    return replace(
        detector,
        past=past * fading[:, None],
        logs=waited(detector.logs, watch.budget, seconds) + won,
        seconds=detector.seconds + seconds,
    )


def cells(reference: Bins | Categories, state: Bins | Categories | None) -> Floats:
    """Return a state's counts in the cells of a reference; labels that it does not have are others.

    Raises
    ------
    IncompatibleStates
        Other bins, or bins against categories.
    ValueError
        Counts that are negative or no numbers.

    Examples
    --------
    >>> cells(Categories({"b": 2, "a": 1}), Categories({"a": 4, "new": 3}, other=1, missing=5)).tolist()
    [4.0, 0.0, 4.0, 5.0]
    """
    counts = _counts(reference, state)
    if not (np.isfinite(counts).all() and (counts >= 0).all()):
        msg = f"counts by cell of {counts.tolist()}: each is a number of records"
        raise ValueError(msg)
    return counts


def _counts(reference: Bins | Categories, state: Bins | Categories | None) -> Floats:
    match reference, state:
        case Bins(), None:
            return np.zeros(len(reference.counts) + 2)
        case Bins(), Bins():
            Bins.zero(reference.edges).merge(Bins.zero(state.edges))  # raises for different edges
            return np.concatenate([state.counts, [state.nan, state.missing]])
        case Categories(), None | Categories():
            found = state or Categories.zero()
            labels = sorted(reference.counts)
            others = found.other + sum(n for name, n in found.counts.items() if name not in reference.counts)
            named = [found.counts.get(name, 0.0) for name in labels]
            return np.array([*named, others, found.missing], dtype=np.float64)
    msg = f"a drift of {type(state).__name__} from {type(reference).__name__}"
    raise IncompatibleStates(msg)


def _same(one: Bins | Categories, other: Bins | Categories) -> bool:
    if isinstance(one, Bins) and isinstance(other, Bins):
        return np.array_equal(one.edges, other.edges) and np.array_equal(cells(one, one), cells(other, other))
    return one == other


def _laid(watch: DriftWatch, reference: Bins | Categories) -> DriftDetector:
    """Return a detector at this reference that has seen nothing."""
    counts = cells(reference, reference)
    if not counts.sum() > 0:
        msg = "the reference holds no records: nothing can drift from it"
        raise ValueError(msg)
    alternatives = len(_usual_bets(watch, reference)) + len(MEMORIES) + 1
    return DriftDetector(reference, np.zeros((len(MEMORIES), len(counts))), np.full(alternatives, -np.inf))


def _allowed(watch: DriftWatch, counts: Floats) -> Allowed:
    divergence = DIVERGENCES[watch.test]
    radius = reference_radius(float(counts.sum()), len(counts), watch.risk)
    return Allowed(counts, divergence, watch.divergence, radius)


def _usual_bets(watch: DriftWatch, reference: Bins | Categories) -> Floats:
    """Return the bets on the usual ways to drift: they rest on the reference alone."""
    counts = cells(reference, reference)
    return _bets_on_usual_ways(
        replace(watch, budget=1.0, slices=1, reference=None), counts.tobytes(), isinstance(reference, Bins)
    )


@lru_cache(maxsize=512)
def _bets_on_usual_ways(watch: DriftWatch, counts: bytes, ordered: bool) -> Floats:
    allowed = _allowed(watch, np.frombuffer(counts))
    ways = _usual_ways(allowed.centre, ordered=ordered)
    curvature = allowed.divergence.curvature
    bets = []
    for times, more in FURTHER:
        suspected = _as_far(allowed, ways, times * allowed.distance + more / curvature)
        bets.append(log_bets(allowed, suspected)[0])
    return np.concatenate(bets)


def _usual_ways(centre: Floats, *, ordered: bool) -> Floats:
    """Return where shares usually go: all to one cell; numbers up, down, inwards, outwards."""
    one = np.eye(len(centre)) * (1 - 1e-9) + 1e-9 / len(centre)
    if not ordered:
        return one
    ranks = np.cumsum(centre) - centre / 2 - 0.5
    ranks[-2:] = 0.0  # NaN and null have no place among the numbers
    slopes = np.stack([3 * ranks, -3 * ranks, -12 * np.abs(ranks), 12 * np.abs(ranks)])
    tilted = centre * np.exp(slopes)
    return np.concatenate([one, tilted / tilted.sum(1, keepdims=True)])


def _as_far(allowed: Allowed, towards: Floats, distance: float) -> Floats:
    """Return the shares at this distance from the reference on the way to each row, or the row if nearer."""
    centre = allowed.centre
    low, high = np.zeros((len(towards), 1)), np.ones((len(towards), 1))
    for _ in range(40):
        middle = (low + high) / 2
        far = allowed.divergence.between(middle * towards + (1 - middle) * centre, centre) > distance
        low, high = np.where(far[:, None], low, middle), np.where(far[:, None], middle, high)
    return np.asarray(low * towards + (1 - low) * centre)


def _itself(allowed: Allowed, counts: Floats) -> float:
    """Return the log of a batch's mixture likelihood over a bound of its likelihood under what is allowed."""
    from holdfast.measure.special import gammaln

    n, size = float(counts.sum()), len(counts)
    if not n:
        return 0.0
    # p, smoothed by one record, is at least n / (n + 1) of the batch's own shares; for every allowed q
    # sum c log q <= sum c log q* + n log <c / n, q / q*>, and <p, q / q*> is at most the support function
    p = (counts + allowed.centre) / (n + 1)
    bets = log_bets(allowed, p[None])[0][0]
    likeliest = counts @ (np.log(p) - bets) + n * math.log1p(1 / n)
    mixture = gammaln(size / 2) - gammaln(n + size / 2) + np.sum(gammaln(counts + 0.5) - gammaln(0.5))
    return float(mixture - likeliest)
