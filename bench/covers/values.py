"""Coverage of intervals of values and distributions: means, quantiles, calibration, drift."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from bench.covers.cells import Row, cells_of
from bench.covers.scenarios import COLUMNS, MODELS, SCORES, SHAPES, SHARES, Draw, binned, moments, scored

from holdfast.measure.calibration_bounds import error_bounds
from holdfast.measure.divergences import JENSEN_SHANNON, PSI, TRIANGULAR, divergence_bounds
from holdfast.measure.means import MeanEstimator
from holdfast.measure.ordered_distances import (
    kolmogorov_smirnov_bounds,
    wasserstein_bounds,
    wasserstein_of,
)
from holdfast.measure.quantiles import QuantileEstimator
from holdfast.measure.states import GAMMA, LogBins
from holdfast.measure.watching.means import Bounds, MeanSequence, widen

NEAR = 1e-12
NORMAL: dict[str, tuple[Draw, float]] = {
    "normal": (lambda random, size: random.normal(5, 2, size), 5.0),
    "even": (lambda random, size: random.random(size), 0.5),
    "waiting times": (lambda random, size: random.exponential(1, size), 1.0),
    "lognormal": (lambda random, size: random.lognormal(0, 1, size), float(np.exp(0.5))),
}
"""Columns and their means."""


def means(runs: int) -> Iterator[Row]:
    """Yield Student's interval on columns with ever longer tails, and the empirical Bernstein bounds."""
    random, mild, tailed, bounded = np.random.default_rng(31), [], [], []
    for name, (draw, true) in NORMAL.items():
        for n in (10, 30, 100, 1000):
            missed = np.zeros(2)
            for _ in range(runs):
                found = MeanEstimator().bounds(moments(draw(random, n)), 0.025)
                if found is not None:
                    missed += [found[0] > true, found[1] < true]
            cells = cells_of(f"n = {n}, {name}", missed / runs, runs, sided=False)
            if name in ("normal", "even"):
                mild += cells
            else:
                tailed += cells
    for name, draw in SHAPES.items():
        for n in (10, 100, 1000):
            missed = np.zeros(2)
            for _ in range(runs):
                found = MeanEstimator(0, 1).bounds(moments(draw(random, n)), 0.05)
                assert found is not None
                missed += [found[0] > 0.1, found[1] < 0.1]
            bounded += cells_of(f"n = {n}, {name}", missed / runs, runs, sided=True)
    yield Row("mean, Student's t, short tails", 0.95, mild)
    yield Row("mean, Student's t, long tails", 0.95, tailed)
    yield Row("mean of bounded values, empirical Bernstein (verdicts)", 0.95, bounded)


def mean_sequences(runs: int) -> Iterator[Row]:
    """Yield the interval of a bounded mean that holds at every look: a run misses where any look does."""
    random, cells = np.random.default_rng(2), []
    for name, draw in SHAPES.items():
        missed = 0
        for _ in range(runs):
            seen, ever = MeanSequence(Bounds(0, 1), alpha=0.05), False
            for size in (1, 3, 50, 50, 200, 7, 400, 400):
                seen = widen(seen, moments(draw(random, size)))
                low, high = seen.interval
                ever = ever or not low <= 0.1 <= high
            missed += ever
        cells += cells_of(name, (missed / runs, 0.0), runs, sided=False)
    yield Row("mean of bounded values, sequence, at 8 looks at once (shown)", 0.95, cells)


def quantiles(runs: int) -> Iterator[Row]:
    """Yield order-statistic intervals through the log bins."""
    from scipy.stats import norm

    random, cells = np.random.default_rng(18), []
    for q in (0.05, 0.5, 0.95):
        true = float(np.exp(norm.ppf(q)))
        for n in (30, 100, 1000):
            missed = np.zeros(2)
            for values in random.lognormal(0, 1, (runs, n)):
                index, count = np.unique(
                    np.ceil(np.log(values) / np.log(GAMMA)).astype(int), return_counts=True
                )
                state = LogBins(dict(zip(index.tolist(), count.astype(float).tolist(), strict=True)), {})
                found = QuantileEstimator(q).bounds(state, 0.025)
                assert found is not None
                missed += [found[0] > true, found[1] < true]
            cells += cells_of(f"n = {n}, q = {q:g}", missed / runs, runs, sided=False)
    yield Row("quantile, order statistics", 0.95, cells)


def calibration(runs: int) -> Iterator[Row]:
    """Yield the interval of the calibration error."""
    random, cells = np.random.default_rng(13), []
    for n in (100, 1000):
        for scores, draw in SCORES.items():
            for name, model in MODELS.items():
                missed = np.zeros(2)
                for _ in range(runs):
                    folded, true = scored(random, draw, model, n)
                    low, high = error_bounds(folded, 0.025)
                    missed += [low > true + NEAR, high < true]
                cells += cells_of(f"n = {n}, scores {scores}, {name}", missed / runs, runs, sided=False)
    yield Row("calibration error", 0.95, cells)


def divergences(runs: int) -> Iterator[Row]:
    """Yield the intervals of PSI, Jensen-Shannon and chi-squared distances."""
    sizes = ((100, 100), (300, 300), (5000, 300), (300, 5000), (50_000, 5000))
    for name, kind in (("PSI", PSI), ("Jensen-Shannon", JENSEN_SHANNON), ("chi-squared", TRIANGULAR)):
        random, cells = np.random.default_rng(14), []
        for n, m in sizes:
            for drift, (p, q) in SHARES.items():
                true, missed = kind.between(p, q), np.zeros(2)
                for _ in range(runs):
                    reference, current = random.multinomial(n, p), random.multinomial(m, q)
                    low, high = divergence_bounds(kind, reference.astype(float), current.astype(float), 0.025)
                    missed += [low > true + NEAR, high < true]
                cells += cells_of(f"{n} against {m}, {drift}", missed / runs, runs, sided=False)
        yield Row(f"drift, {name}", 0.95, cells)


def ordered(runs: int) -> Iterator[Row]:
    """Yield the intervals of Kolmogorov-Smirnov and Wasserstein distances."""
    random, gaps, areas = np.random.default_rng(16), [], []
    for drift, (before, after) in COLUMNS.items():
        many = before(random, 400_000)
        edges = np.quantile(many, np.arange(1, 20) / 20)
        then, now = binned(edges, many), binned(edges, after(random, 400_000))
        gap = float(np.max(np.abs(np.cumsum(then.counts - now.counts)))) / 400_000
        true = (0.0, 0.0) if drift == "none" else (gap, wasserstein_of(then, now))
        for n, m in ((200, 200), (5000, 300), (2000, 2000)):
            missed = np.zeros(4)
            for _ in range(runs):
                reference, current = binned(edges, before(random, n)), binned(edges, after(random, m))
                low, high = kolmogorov_smirnov_bounds(reference.counts, current.counts, 0.025)
                least, most = wasserstein_bounds(reference, current, 0.025)
                missed += [low > true[0] + NEAR, high < true[0], least > true[1] + NEAR, most < true[1]]
            case = f"{n} against {m}, {drift}"
            gaps += cells_of(case, missed[:2] / runs, runs, sided=False)
            areas += cells_of(case, missed[2:] / runs, runs, sided=False)
    yield Row("drift, Kolmogorov-Smirnov", 0.95, gaps)
    yield Row("drift, Wasserstein", 0.95, areas)
