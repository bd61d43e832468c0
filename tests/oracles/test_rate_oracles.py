"""Rates against scipy and statsmodels."""

import numpy as np
import pytest
from scipy.stats import binomtest

from holdfast.measure.rates import clopper_pearson, wilson

random = np.random.default_rng(20261121)
TABLES = [(int(random.integers(0, n + 1)), int(n)) for n in random.integers(1, 3000, 60)]
TABLES += [(0, 1), (1, 1), (0, 700), (700, 700), (1, 10**7)]


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.999])
@pytest.mark.parametrize(("name", "ours"), [("exact", clopper_pearson), ("wilson", wilson)])
def test_intervals_are_those_of_scipy(confidence, name, ours):
    for k, n in TABLES:
        theirs = binomtest(k, n).proportion_ci(confidence, method=name)
        low, high = ours(k, n, (1 - confidence) / 2 if name == "exact" else confidence)
        assert (float(low), float(high)) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@pytest.mark.parametrize(("alternative", "side"), [("less", 1), ("greater", 0)])
def test_one_sided_bounds_are_those_of_scipy(alternative, side):
    for k, n in TABLES:
        theirs = binomtest(k, n, alternative=alternative).proportion_ci(0.95)
        assert float(clopper_pearson(k, n, 0.05)[side]) == pytest.approx(theirs[side], abs=1e-9)


@pytest.mark.parametrize(("name", "ours"), [("beta", clopper_pearson), ("wilson", wilson)])
def test_intervals_are_those_of_statsmodels(name, ours):
    proportion = pytest.importorskip(
        "statsmodels.stats.proportion", reason="statsmodels is an oracle, installed by the group `oracles`"
    )
    k, n = np.array(TABLES).T
    theirs = proportion.proportion_confint(k, n, alpha=0.05, method=name)
    assert ours(k, n, 0.025 if name == "beta" else 0.95) == pytest.approx(np.array(theirs), abs=1e-9)
