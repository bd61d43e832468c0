"""Coverage of intervals of counts: rates, differences, ratios, gaps, pairs, agreement."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from bench.covers.cells import Cell, Row, cells_of
from bench.covers.scenarios import RATES, TABLES, alike, clustered_pairs, clustered_samples

from holdfast.measure.agreement import AgreementEstimator, cohen_kappa
from holdfast.measure.differences import difference_bounds, ratio_bounds
from holdfast.measure.disparity import DisparityEstimator, Form
from holdfast.measure.paired import paired_bounds, tango_bounds
from holdfast.measure.pairs import PairedCounts
from holdfast.measure.rates import RateEstimator, clopper_pearson, wilson
from holdfast.measure.sequential import confidence_sequence, one_sided_bounds
from holdfast.measure.states import AnyCounts, Counts, Floats, Groups, Pairs

NEAR = 1e-9
SIZES = (5, 30, 212, 1000)


def rates() -> Iterator[Row]:
    """Yield exact and Wilson bounds, over every sample."""
    from scipy.stats import binom

    exact: list[Cell] = []
    shown: list[Cell] = []
    for n in SIZES:
        k = np.arange(n + 1)
        for p in RATES:
            weight = binom.pmf(k, n, p)
            for bounds, cells, sided in (
                (clopper_pearson(k, n, 0.05), exact, True),
                (wilson(k, n, 0.95), shown, False),
            ):
                below, above = weight[bounds[0] > p].sum(), weight[bounds[1] < p].sum()
                cells += cells_of(_named(n, p), (below, above), None, sided=sided)
    yield Row("rate, exact bounds (verdicts)", 0.95, exact)
    yield Row("rate, Wilson (shown)", 0.95, shown)
    ample = [
        cell for cell in shown if cell.case in {_named(n, p) for n in SIZES for p in RATES if _ample(n, p)}
    ]
    yield Row("rate, Wilson (shown), 5 hits and 5 misses expected", 0.95, ample)


def _named(n: int, p: float) -> str:
    return f"n = {n}, p = {p:g}"


def _ample(n: int, p: float) -> bool:
    """Whether five hits and five misses are expected."""
    return min(n * p, n * (1 - p)) >= 5 - NEAR


def clustered(runs: int) -> Iterator[Row]:
    """Yield bounds of a rate over clustered records."""
    bounds, shown = [], []
    estimator = RateEstimator()
    for p, correlation, clusters in ((0.3, 0.3, 30), (0.1, 0.8, 100), (0.02, 0.3, 100), (0.005, 0.8, 400)):
        missed, out = np.zeros(2), np.zeros(2)
        for state in clustered_samples(p, correlation, clusters, runs, seed=11):
            found = estimator.bounds(state, 0.05)
            interval = estimator.estimate(state).interval
            assert found is not None
            assert interval is not None
            missed += [found[0] > p, found[1] < p]
            out += [interval.low > p, interval.high < p]
        case = f"{clusters} clusters, p = {p:g}, correlation {correlation:g}"
        bounds += cells_of(case, missed / runs, runs, sided=True)
        shown += cells_of(case, out / runs, runs, sided=False)
    yield Row("rate of clustered records (verdicts)", 0.95, bounds)
    yield Row("rate of clustered records, Wilson at the effective n (shown)", 0.95, shown)


def two_rates() -> Iterator[Row]:
    """Yield score bounds of differences and ratios of two rates, over every pair of samples."""
    from scipy.stats import binom

    kinds: tuple[tuple[str, Callable[..., tuple[Floats, Floats]], np.ufunc], ...] = (
        ("difference of two rates", difference_bounds, np.subtract),
        ("ratio of two rates", ratio_bounds, np.divide),
    )
    for name, bounds, of in kinds:
        verdicts: list[Cell] = []
        shown: list[Cell] = []
        ample: list[Cell] = []
        for n1, n2 in ((50, 50), (30, 100), (100, 100), (200, 50), (200, 200)):
            k1, k2 = np.meshgrid(np.arange(n1 + 1), np.arange(n2 + 1), indexing="ij")
            for alpha, cells, sided in ((0.05, verdicts, True), (0.025, shown, False)):
                low, high = bounds(k1, n1, k2, n2, alpha, skewness=True)
                for p1 in RATES[1:]:
                    one = binom.pmf(np.arange(n1 + 1), n1, p1)
                    for p2 in RATES[1:]:
                        weight = np.outer(one, binom.pmf(np.arange(n2 + 1), n2, p2))
                        true = of(p1, p2)
                        below, above = weight[low > true + NEAR].sum(), weight[high < true - NEAR].sum()
                        case = f"{n1} at {100 * p1:g} %, {n2} at {100 * p2:g} %"
                        found = cells_of(case, (below, above), None, sided=sided)
                        cells += found
                        if sided and _ample(n1, p1) and _ample(n2, p2):
                            ample += found
        yield Row(f"{name} (verdicts)", 0.95, verdicts)
        yield Row(f"{name} (verdicts), 5 hits and 5 misses expected of each", 0.95, ample)
        yield Row(f"{name} (shown)", 0.95, shown)


def gaps(runs: int) -> Iterator[Row]:
    """Yield the interval of a gap over groups."""
    random = np.random.default_rng(21)
    forms: tuple[Form, ...] = ("difference", "ratio")
    for form in forms:
        cells: list[Cell] = []
        estimator = DisparityEstimator(form)
        for rates, n in (
            ([0.5, 0.52, 0.54, 0.55], 1000),
            ([0.5] * 4, 200),
            ([0.02, 0.05, 0.03], 500),
            ([0.9, 0.7], 100),
        ):
            true = max(rates) - min(rates) if form == "difference" else min(rates) / max(rates)
            missed = np.zeros(2)
            for _ in range(runs):
                groups: dict[tuple[str | None, ...], AnyCounts] = {
                    (str(i),): Counts(float(random.binomial(n, p)), float(n)) for i, p in enumerate(rates)
                }
                found = estimator.bounds(Groups((groups,)), 0.025)
                assert found is not None
                missed += [found[0] > true + NEAR, found[1] < true - NEAR]
            shown = " ".join(f"{100 * p:g}" for p in rates)
            cells += cells_of(f"{n} a group at {shown} %", missed / runs, runs, sided=False)
        yield Row(f"gap over groups, {form}", 0.95, cells)


def paired(runs: int) -> Iterator[Row]:
    """Yield intervals of paired differences: Tango's over every table, the linearised one simulated."""
    from scipy.stats import binom

    cells: list[Cell] = []
    for n in (20, 60, 120):
        first, second = np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij")
        inside = first + second <= n
        first, second = first[inside], second[inside]
        low, high = tango_bounds(first, second, n, 0.025)
        for only_a in (0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3):
            for only_b in (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3):
                differ, true = only_a + only_b, only_b - only_a
                weight = binom.pmf(first + second, n, differ) * binom.pmf(
                    second, first + second, only_b / differ
                )
                below, above = weight[low > true + NEAR].sum(), weight[high < true - NEAR].sum()
                case = f"{n} pairs, only a {100 * only_a:g} %, only b {100 * only_b:g} %"
                cells += cells_of(case, (below, above), None, sided=False)
    yield Row("paired difference of rates, Tango", 0.95, cells)
    random, cells = np.random.default_rng(12), []
    for size in (2, 8):
        for rates in ((0.7, 0.7), (0.8, 0.6), (0.05, 0.05), (0.02, 0.06)):
            missed = np.zeros(2)
            for _ in range(runs):
                sizes = 1 + random.geometric(1 / size, 60)
                found = paired_bounds(clustered_pairs(random, sizes, rates), 0.025)
                assert found is not None
                missed += [found[0] > rates[1] - rates[0], found[1] < rates[1] - rates[0]]
            case = f"60 clusters of {size + 1}, {100 * rates[0]:g} % and {100 * rates[1]:g} %"
            cells += cells_of(case, missed / runs, runs, sided=False)
    yield Row("paired difference of rates, clusters", 0.95, cells)
    yield from _precisions(runs)


def _precisions(runs: int) -> Iterator[Row]:
    random, cells = np.random.default_rng(11), []
    for n in (60, 300):
        for rates in ((0.8, 0.8, 0.1, 0.1), (0.9, 0.7, 0.02, 0.2), (0.95, 0.95, 0.02, 0.02)):
            for correlation in (0.0, 0.7, 0.98):
                below, above = missed_precisions(random, runs, n, rates, correlation) / runs
                shown = "/".join(f"{100 * each:g}" for each in rates)
                cells += cells_of(
                    f"{n} pairs, {shown} %, correlation {correlation:g}", (below, above), runs, sided=False
                )
    yield Row("paired difference of precisions", 0.95, cells)


def missed_precisions(
    random: np.random.Generator,
    runs: int,
    n: int,
    rates: tuple[float, float, float, float],
    correlation: float,
) -> Floats:
    """Return how often each side's bound at 2.5 % of a difference of two precisions misses it.

    Parameters
    ----------
    rates : tuple
        Recall of arm a and b, then their false positive rates; three of ten records are positive.
    """
    recall_a, recall_b, false_a, false_b = rates
    positive = random.random((runs, n)) < 0.3
    yes = alike(random, (runs, n), (recall_a, recall_b), correlation)
    no = alike(random, (runs, n), (false_a, false_b), correlation)
    a, b = (np.where(positive, y, f) for y, f in zip(yes, no, strict=True))
    values = [
        0.3 * hit / (0.3 * hit + 0.7 * false) for hit, false in ((recall_a, false_a), (recall_b, false_b))
    ]
    true, missed = values[1] - values[0], np.zeros(2)
    for hit, one, other in zip(positive, a, b, strict=True):
        cells = [one & other & hit, np.zeros(n, bool), np.zeros(n, bool), one & other & ~hit]
        cells += [one & ~other & hit, one & ~other & ~hit, other & ~one & hit, other & ~one & ~hit]
        bounds = paired_bounds(PairedCounts(*(float(cell.sum()) for cell in cells)), 0.025)
        if bounds is not None:
            missed += [bounds[0] > true, bounds[1] < true]
    return missed


def agreement(runs: int) -> Iterator[Row]:
    """Yield Cohen's kappa: the interval shown, and a verdict's bounds."""
    random, shown, verdicts = np.random.default_rng(17), [], []
    for name, table in TABLES.items():
        shares = np.array(table)
        kappa = cohen_kappa(shares * 1e9)
        assert kappa is not None
        for n in (20, 50, 200, 1000):
            missed, sided = np.zeros(2), np.zeros(2)
            for drawn in random.multinomial(n, shares.ravel(), runs):
                counts = {divmod(cell, len(shares)): float(count) for cell, count in enumerate(drawn)}
                pairs = Pairs({(str(i), str(j)): count for (i, j), count in counts.items()})
                for alpha, into in ((0.025, missed), (0.05, sided)):
                    found = AgreementEstimator().bounds(pairs, alpha)
                    if found is not None:  # one label only: no kappa, and no interval that could miss
                        into += [found[0] > kappa.value, found[1] < kappa.value]
            shown += cells_of(f"{n} pairs, {name}", missed / runs, runs, sided=False)
            verdicts += cells_of(f"{n} pairs, {name}", sided / runs, runs, sided=True)
    yield Row("kappa (verdicts)", 0.95, verdicts)
    yield Row("kappa (shown)", 0.95, shown)


def sequences(runs: int) -> Iterator[Row]:
    """Yield the intervals of a rate that hold at every look: a run misses where any of its looks does."""
    looks = np.unique(np.geomspace(20, 20_000, 60).astype(int))
    random = np.random.default_rng(2)
    two, one = [], []
    for p in (0.002, 0.005, 0.05, 0.4):
        missed, sided = np.zeros(2), np.zeros(2)
        for _ in range(0, runs, 1000):
            k = random.binomial(np.diff(looks, prepend=0), p, (1000, len(looks))).cumsum(axis=1)
            low, high = confidence_sequence(k, looks, 0.05)
            missed[0] += ((low > p) | (high < p)).any(axis=1).sum()
            low, high = one_sided_bounds(k, looks, 0.05)
            sided += [(low > p).any(axis=1).sum(), (high < p).any(axis=1).sum()]
        done = -(-runs // 1000) * 1000
        two += cells_of(f"p = {p:g}", missed / done, done, sided=False)
        one += cells_of(f"p = {p:g}", sided / done, done, sided=True)
    yield Row("rate, beta-binomial sequence, at 60 looks at once (shown)", 0.95, two)
    yield Row("rate, one-sided sequence, at 60 looks at once (verdicts)", 0.95, one)
