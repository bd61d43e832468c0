"""How long intervals and verdicts take: medians of processor time, beside a peer where it is installed.

Figures to reach: 10,000 intervals from counts, and 10,000 multinomial draws, in at most 50 ms each.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from holdfast.measure.bootstrap import generator, multinomial
from holdfast.measure.differences import difference_bounds, ratio_bounds
from holdfast.measure.disparity import DisparityEstimator
from holdfast.measure.judging import Requirement, judge
from holdfast.measure.rates import RateEstimator, clopper_pearson, wilson
from holdfast.measure.sequential import one_sided_bounds
from holdfast.measure.states import Counts, Groups, State

RUNS = 9


def milliseconds(work: Callable[[], object], runs: int = RUNS) -> float:
    """Return the median processor time of a piece of work, after one run that loads what it needs."""
    work()
    taken = []
    for _ in range(runs):
        started = time.process_time()
        work()
        taken.append(1000 * (time.process_time() - started))
    return statistics.median(taken)


def line(what: str, taken: float, beside: str = "") -> None:
    print(f"{what:<58}{taken:>10.2f} ms  {beside}")


def main() -> None:
    random = np.random.default_rng(1)
    n = random.integers(50, 5000, 10_000)
    k = random.binomial(n, 0.03)
    exact = milliseconds(lambda: clopper_pearson(k, n, 0.05))
    line("exact bounds, both sides, 10,000 counts", exact, f"{exact / 50:.2f} of the 50 ms allowed")
    line("Wilson, 10,000 counts", milliseconds(lambda: wilson(k, n)))
    line("bounds for every look, 10,000 counts", milliseconds(lambda: one_sided_bounds(k, n, 0.05)))
    shares = random.dirichlet(np.ones(20))
    draws = milliseconds(lambda: multinomial(generator("bench", [shares]), 5e6, shares, 10_000))
    line("10,000 multinomial draws over 20 bins", draws, f"{draws / 50:.2f} of the 50 ms allowed")
    one, other = np.triu_indices(10, 1)
    hits, trials = random.binomial(1000, 0.4, 10), np.full(10, 1000)
    pairs = (hits[one], trials[one], hits[other], trials[other], 0.05)
    ours = milliseconds(lambda: difference_bounds(*pairs))
    line("score bounds of differences, 45 pairs", ours, _statsmodels(ours, pairs))
    line("the same, corrected for skewness", milliseconds(lambda: difference_bounds(*pairs, skewness=True)))
    line("score bounds of ratios, 45 pairs", milliseconds(lambda: ratio_bounds(*pairs)))
    groups: State = Groups(({(str(i),): Counts(float(hit), 1000.0) for i, hit in enumerate(hits)},))
    gap, limit = DisparityEstimator("difference"), Requirement("<=", 0.05)
    line(
        "a verdict on a gap over 10 groups, with what it needs",
        milliseconds(lambda: judge(gap, {(): groups}, limit)),
    )
    slices: dict[tuple[str | None, ...], State] = {
        (str(i),): Counts(float(random.binomial(500, 0.04)), 500.0) for i in range(20)
    }
    rate = RateEstimator()
    line(
        "a verdict on 20 slices of a rate, with what they need",
        milliseconds(lambda: judge(rate, slices, limit)),
    )


def _statsmodels(ours: float, pairs: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, float]) -> str:
    """Return how many times as long statsmodels takes for the same pairs, one by one as it asks for."""
    try:
        from statsmodels.stats.proportion import confint_proportions_2indep
    except ImportError:
        return "(statsmodels is not installed)"

    def theirs() -> None:
        for k1, n1, k2, n2 in zip(*pairs[:4], strict=True):
            confint_proportions_2indep(k1, n1, k2, n2, method="score", compare="diff", alpha=0.1)

    return f"statsmodels takes {milliseconds(theirs, runs=3) / ours:.0f} x as long"


if __name__ == "__main__":
    main()
