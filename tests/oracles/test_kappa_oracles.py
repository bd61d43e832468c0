"""Agreement against scikit-learn and statsmodels."""

import numpy as np
import pytest

from holdfast.measure.agreement import cohen_kappa

random = np.random.default_rng(12)
TABLES = [random.integers(0, 60, (size, size)).astype(float) for size in (2, 2, 3, 5, 8) for _ in range(4)]


@pytest.mark.parametrize("table", TABLES)
def test_the_value_is_that_of_scikit_learn(table):
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is an oracle, not a dependency")
    left, right = (np.repeat(side.ravel(), table.ravel().astype(int)) for side in np.indices(table.shape))
    assert cohen_kappa(table).value == pytest.approx(metrics.cohen_kappa_score(left, right))


@pytest.mark.parametrize("table", TABLES)
def test_value_and_error_are_those_of_statsmodels(table):
    rater = pytest.importorskip(
        "statsmodels.stats.inter_rater", reason="statsmodels is an oracle, not a dependency"
    )
    theirs = rater.cohens_kappa(table)
    kappa = cohen_kappa(table)
    assert (kappa.value, kappa.error) == pytest.approx((theirs.kappa, theirs.std_kappa))
