"""Public data through the product's statistics: other people's libraries must agree."""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.measure.disparity import DisparityEstimator
from holdfast.measure.rates import RateEstimator
from holdfast.measure.states import ClusteredCounts, Counts, Groups


def test_tau_bench_trials_are_worth_fewer_than_two_hundred_independent_ones(trials):
    solved = np.array(trials["solved"].to_pylist(), dtype=float)
    tasks = np.array(trials["task"].to_pylist())
    k = np.array([solved[tasks == task].sum() for task in np.unique(tasks)])
    n = np.array([(tasks == task).sum() for task in np.unique(tasks)], dtype=float)
    clustered = ClusteredCounts(k.sum(), n.sum(), len(n), float(k @ k), float(n @ n), float(k @ n))
    estimator = RateEstimator()
    together = estimator.bounds(clustered, 0.05)
    apart = estimator.bounds(Counts(k.sum(), n.sum()), 0.05)
    assert estimator.estimate(clustered).value == pytest.approx(0.420)
    assert together[0] < apart[0] - 0.01
    assert together[1] > apart[1] + 0.01


def test_tau_bench_interval_covers_what_resampled_tasks_give(trials):
    solved = np.array(trials["solved"].to_pylist(), dtype=float)
    tasks = np.array(trials["task"].to_pylist())
    k = np.array([solved[tasks == task].sum() for task in np.unique(tasks)])
    clustered = ClusteredCounts(k.sum(), 200.0, 50, float(k @ k), 50 * 16.0, float(4 * k.sum()))
    low, high = RateEstimator().bounds(clustered, 0.05)
    generator = np.random.default_rng(11)
    drawn = k[generator.integers(0, 50, (4000, 50))].mean(axis=1) / 4
    assert low == pytest.approx(np.quantile(drawn, 0.05), abs=0.025)
    assert high == pytest.approx(np.quantile(drawn, 0.95), abs=0.025)


@pytest.mark.parametrize("over", ["sex", "age_band", "both"])
@pytest.mark.parametrize("rate", ["demographic parity", "equal opportunity"])
def test_german_credit_gaps_are_fairlearn_s(credit, over, rate):
    fairlearn = pytest.importorskip(
        "fairlearn.metrics", reason="fairlearn (group `oracles`) is the oracle here"
    )
    approved, repaid = (np.array(credit[name].to_pylist()) for name in ("approved", "repaid"))
    bands = np.digitize(np.array(credit["age"].to_pylist()), [30, 50]).astype(str)
    sexes = np.array(credit["sex"].to_pylist())
    groups = {"sex": sexes, "age_band": bands, "both": np.char.add(sexes, bands)}[over]
    among = np.ones(len(groups), dtype=bool) if rate == "demographic parity" else repaid
    state = Groups(
        (
            {
                (str(group),): Counts(
                    float((approved & among & (groups == group)).sum()),
                    float((among & (groups == group)).sum()),
                )
                for group in np.unique(groups)
            },
        )
    )
    metric = fairlearn.selection_rate if rate == "demographic parity" else fairlearn.true_positive_rate
    frame = fairlearn.MetricFrame(metrics=metric, y_true=repaid, y_pred=approved, sensitive_features=groups)
    difference = DisparityEstimator("difference").estimate(state)
    assert difference.value == pytest.approx(frame.difference(), abs=1e-12)
    assert difference.interval.low <= difference.value <= difference.interval.high
    assert DisparityEstimator("ratio").estimate(state).value == pytest.approx(frame.ratio(), abs=1e-12)
