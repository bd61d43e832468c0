"""How long drift takes from states: 13 columns with distance, p-value and bounds, beside scipy on the rows.

Figure to reach: 13 columns well under 300 ms, whatever the number of records.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np
from scipy import stats

from holdfast.measure.drift import DriftEstimator, Test, drifted, fold, freeze, grid_for
from holdfast.measure.requests import Grid
from holdfast.measure.states import Drifted, Floats, GridCounts, Moments

COLUMNS = 13
RUNS = 5


def milliseconds(work: Callable[[], object], runs: int = RUNS) -> float:
    """Return the median time of a piece of work, after one run that loads what it needs."""
    work()
    taken = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - started))
    return statistics.median(taken)


def counted(values: Floats, grid: Grid) -> GridCounts:
    """Return values on a grid of equal cells, as an engine returns them."""
    cell = np.clip((values - grid.low) / (grid.high - grid.low) * grid.cells, -1, grid.cells).astype(int) + 1
    counts = np.bincount(cell, minlength=grid.cells + 2).astype(np.float64)
    return GridCounts(
        grid, counts, np.bincount(cell, weights=values, minlength=grid.cells + 2).astype(np.float64)
    )


def state_of(reference: Floats, current: Floats) -> Drifted:
    """Return the drift of one column, folded into 20 bins."""
    mean = float(reference.mean())
    low, high = float(reference.min()), float(reference.max())
    grid = grid_for(Moments(len(reference), mean, float(((reference - mean) ** 2).sum()), low, high))
    frozen = freeze(counted(reference, grid))
    return drifted(frozen, fold(counted(current, grid), frozen))


def judged(test: Test, states: Sequence[Drifted]) -> None:
    estimator = DriftEstimator(test)
    for state in states:
        estimator.estimate(state)
        estimator.bounds(state, 0.05)


def beside(test: Test, rows: Sequence[tuple[Floats, Floats]]) -> float | None:
    """Return what scipy takes over the rows for the same distance and p-value, without an interval."""
    if test == "ks":
        return milliseconds(lambda: [stats.ks_2samp(*pair, method="asymp") for pair in rows], 3)
    if test == "wasserstein":
        return milliseconds(lambda: [stats.wasserstein_distance(*pair) for pair in rows], 3)
    return None


def main() -> None:
    random = np.random.default_rng(1)
    print(f"{COLUMNS} columns: distance, p-value, display interval and one-sided bounds, from states")
    for n, m in ((142_000, 40_000), (5_000, 1_000), (1_000, 300)):
        rows = [(random.normal(size=n), random.normal(0.02 * column, 1, m)) for column in range(COLUMNS)]
        states = [state_of(*pair) for pair in rows]
        tests: tuple[Test, ...] = ("psi", "js", "chi2", "ks", "wasserstein")
        for test in tests:
            taken = milliseconds(lambda test=test, states=states: judged(test, states))  # type: ignore[misc]
            theirs = beside(test, rows)
            ratio = (
                ""
                if theirs is None
                else f"  scipy on rows, no interval {theirs:8.1f} ms: {theirs / taken:.1f} x"
            )
            print(f"{n:>8} against {m:>6}  {test:<12}{taken:>8.1f} ms{ratio}")


if __name__ == "__main__":
    main()
