"""Differences, ratios and gaps against statsmodels and fairlearn."""

import numpy as np
import pytest

from holdfast.measure.differences import difference_bounds, ratio_bounds
from holdfast.measure.disparity import DisparityEstimator, EqualizedOddsEstimator
from holdfast.measure.states import Counts, Groups

SEEDS = range(25)


def table(seed):
    random = np.random.default_rng(seed)
    n = random.integers(5, 400, 2)
    k = random.integers(1, n)  # neither none nor all: see below
    return int(k[0]), int(n[0]), int(k[1]), int(n[1])


@pytest.fixture
def score_interval():
    proportion = pytest.importorskip(
        "statsmodels.stats.proportion", reason="statsmodels is an oracle, installed by the group `oracles`"
    )

    def interval(k1, n1, k2, n2, compare):
        return proportion.confint_proportions_2indep(
            k1, n1, k2, n2, method="score", compare=compare, alpha=0.05, correction=True
        )

    return interval


# Without hits, or with nothing but hits, statsmodels divides by a variance of zero: it raises, or returns an
# end that its own test statistic rejects. Those corners are held by tests/measure/test_differences.py.
@pytest.mark.parametrize("seed", SEEDS)
def test_ratios_are_those_of_statsmodels(score_interval, seed):
    low, high = ratio_bounds(*table(seed), 0.025)
    assert (float(low), float(high)) == pytest.approx(score_interval(*table(seed), "ratio"), rel=1e-6)


# statsmodels 0.14 writes `count0 * diff` where the linear coefficient of the cubic has `nobs0 * diff`, so its
# restricted rates are not the likeliest ones: off by up to 1e-2 in the bounds, and equal only where both
# rates have nothing but hits. What is compared here is the score statistic, evaluated by statsmodels at zero,
# where that term vanishes.
@pytest.mark.parametrize("seed", SEEDS)
def test_a_difference_excludes_zero_when_the_score_test_of_statsmodels_rejects_it(seed):
    proportion = pytest.importorskip(
        "statsmodels.stats.proportion", reason="statsmodels is an oracle, installed by the group `oracles`"
    )
    k1, n1, k2, n2 = table(seed)
    p_value = float(
        proportion.score_test_proportions_2indep(k1, n1, k2, n2, compare="diff", correction=True)[1]
    )
    for alpha in (p_value * 0.99, p_value * 1.01):
        low, high = difference_bounds(k1, n1, k2, n2, alpha / 2)
        assert (low > 0 or high < 0) == (alpha > p_value)


def rows(seed):
    """Return decisions, labels and groups of single records."""
    random = np.random.default_rng(seed)
    size = int(random.integers(200, 2000))
    group = random.choice(["a", "b", "c", "d"], size, p=[0.4, 0.3, 0.2, 0.1])
    label = random.random(size) < 0.4
    decision = random.random(size) < np.where(label, 0.8, 0.2) + 0.1 * (group == "c")
    return decision, label, group


def counted(hit, among, group):
    return {
        (str(name),): Counts(
            float((hit & among & (group == name)).sum()), float((among & (group == name)).sum())
        )
        for name in np.unique(group)
    }


@pytest.fixture
def fairlearn():
    return pytest.importorskip(
        "fairlearn.metrics", reason="fairlearn is an oracle, installed by the group `oracles`"
    )


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("form", ["difference", "ratio"])
def test_demographic_parity_is_that_of_fairlearn(fairlearn, seed, form):
    decision, label, group = rows(seed)
    theirs = getattr(fairlearn, f"demographic_parity_{form}")(label, decision, sensitive_features=group)
    state = Groups((counted(decision, np.ones_like(decision), group),))
    assert DisparityEstimator(form).estimate(state).value == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("seed", range(8))
def test_equalized_odds_are_those_of_fairlearn(fairlearn, seed):
    decision, label, group = rows(seed)
    theirs = fairlearn.equalized_odds_difference(label, decision, sensitive_features=group)
    state = Groups((counted(decision, label, group), counted(decision, ~label, group)))
    assert EqualizedOddsEstimator().estimate(state).value == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("seed", range(8))
def test_equal_opportunity_is_that_of_fairlearn(fairlearn, seed):
    decision, label, group = rows(seed)
    frame = fairlearn.MetricFrame(
        metrics=fairlearn.true_positive_rate, y_true=label, y_pred=decision, sensitive_features=group
    )
    state = Groups((counted(decision, label, group),))
    assert DisparityEstimator("difference").estimate(state).value == pytest.approx(
        frame.difference(), abs=1e-9
    )
    assert DisparityEstimator("ratio").estimate(state).value == pytest.approx(frame.ratio(), abs=1e-9)


def test_equal_opportunity_has_a_function_of_its_own_in_fairlearn(fairlearn):
    decision, label, group = rows(99)
    theirs = fairlearn.equal_opportunity_difference(label, decision, sensitive_features=group)
    state = Groups((counted(decision, label, group),))
    assert DisparityEstimator("difference").estimate(state).value == pytest.approx(theirs, abs=1e-9)
