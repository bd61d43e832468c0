"""Drift of a column: values, what stands beside them, and what is told."""

import numpy as np
import pytest
from scipy import stats

from holdfast.measure.distances import psi
from holdfast.measure.drift import DriftEstimator, cells_of, drift_requests, drifted
from holdfast.measure.metrics import Drift
from holdfast.measure.requests import CategoriesRequest, Grid, GridRequest, MomentsRequest
from holdfast.measure.states import Bins, Categories, Drifted, IncompatibleStates

random = np.random.default_rng(11)
TESTS = ["psi", "js", "chi2", "ks", "wasserstein"]
LANGUAGES = Categories({"en": 700, "fr": 200, "de": 100})


@pytest.mark.parametrize("test", TESTS)
def test_a_column_is_not_apart_from_itself(rows, test):
    values = random.normal(size=2000)
    estimate = DriftEstimator(test).estimate(rows.numbers(values, values))
    assert estimate.value == 0
    assert estimate.interval.low == 0
    assert dict(estimate.extra)["p-value"] == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("test", TESTS)
def test_a_shifted_column_is_found(rows, test):
    estimate = DriftEstimator(test).estimate(
        rows.numbers(random.normal(size=3000), random.normal(1, 1, 1000))
    )
    assert 0 < estimate.interval.low < estimate.value < estimate.interval.high
    assert dict(estimate.extra)["p-value"] < 0.001


@pytest.mark.parametrize("test", TESTS)
def test_the_same_state_has_the_same_figures(rows, test):
    state = rows.numbers(random.normal(size=300), random.normal(size=200))
    assert DriftEstimator(test).estimate(state) == DriftEstimator(test).estimate(state)


def test_the_plain_index_stands_beside_the_debiased_one(rows):
    state = rows.numbers(random.normal(size=500), random.normal(size=500))
    estimate = DriftEstimator("psi").estimate(state)
    extra = dict(estimate.extra)
    assert extra["plain PSI"] == float(psi(*cells_of(state)))
    assert estimate.value == pytest.approx(max(0, extra["plain PSI"] - extra["no-drift expectation"]))
    assert extra["no-drift expectation"] == pytest.approx(19 * (1 / 500 + 1 / 500))


def test_chi_squared_and_its_freedom_stand_beside_cramers_v():
    now = Categories({"en": 300, "fr": 150, "de": 50})
    extra = dict(DriftEstimator("chi2").estimate(drifted(LANGUAGES, now)).extra)
    theirs = stats.chi2_contingency([[700, 200, 100], [300, 150, 50]], correction=False)
    assert (extra["chi-squared"], extra["degrees of freedom"]) == pytest.approx(
        (theirs.statistic, theirs.dof)
    )
    assert extra["p-value"] == pytest.approx(theirs.pvalue, abs=0.002)


def test_the_order_of_labels_does_not_matter():
    now = {"fr": 150, "de": 50, "en": 300}
    estimates = {
        DriftEstimator("js").estimate(drifted(LANGUAGES, Categories(dict(order)))).value
        for order in (now.items(), reversed(now.items()))
    }
    assert len(estimates) == 1


def test_a_new_label_is_drift():
    now = Categories({"en": 500, "fr": 150, "de": 70, "it": 280})
    assert DriftEstimator("psi").bounds(drifted(LANGUAGES, now), 0.05)[0] > 0.2


@pytest.mark.parametrize("field", ["nan", "missing"])
@pytest.mark.parametrize("test", ["psi", "js", "chi2", "ks"])
def test_nan_and_null_are_bins_of_their_own(test, field):
    then = Bins(np.array([0.5]), np.array([500.0, 500.0]), np.array([100.0, 400.0]))
    now = Bins(np.array([0.5]), np.array([250.0, 250.0]), np.array([50.0, 200.0]), **{field: 500})
    assert DriftEstimator(test).bounds(drifted(then, now), 0.05)[0] > 0.2


def test_wasserstein_has_no_place_for_null_and_says_so():
    then = Bins(np.array([0.5]), np.array([500.0, 500.0]), np.array([100.0, 400.0]))
    now = Bins(np.array([0.5]), np.array([250.0, 250.0]), np.array([50.0, 200.0]), missing=500)
    estimate = DriftEstimator("wasserstein").estimate(drifted(then, now))
    assert estimate.value == 0
    assert "0.0% of the reference, 50.0% now" in estimate.notes[0]


def test_all_null_now_is_drift_for_psi_and_no_evidence_for_wasserstein():
    then = Bins(np.array([0.5]), np.array([500.0, 500.0]), np.array([100.0, 400.0]))
    now = Bins(np.array([0.5]), np.zeros(2), np.zeros(2), missing=1000)
    assert DriftEstimator("psi").estimate(drifted(then, now)).value > 5
    estimate = DriftEstimator("wasserstein").estimate(drifted(then, now))
    assert estimate.value is None
    assert estimate.notes == ("the current records hold no values",)
    assert DriftEstimator("wasserstein").bounds(drifted(then, now), 0.05) is None


@pytest.mark.parametrize("test", ["psi", "js", "chi2"])
@pytest.mark.parametrize("states", [(Categories.zero(), LANGUAGES), (LANGUAGES, Categories.zero())])
def test_nothing_on_one_side_is_no_evidence(test, states):
    estimate = DriftEstimator(test).estimate(drifted(*states))
    assert estimate.value is None
    assert "no values" in estimate.notes[0]
    assert DriftEstimator(test).bounds(drifted(*states), 0.05) is None


@pytest.mark.parametrize("test", ["ks", "wasserstein"])
def test_categories_have_no_order(test):
    estimate = DriftEstimator(test).estimate(drifted(LANGUAGES, LANGUAGES))
    assert estimate.value is None
    assert "use psi, js or chi2" in estimate.notes[0]
    with pytest.raises(ValueError, match="use psi, js or chi2"):
        drift_requests(Drift("language", test), numeric=False)


def test_few_records_are_told(rows):
    notes = DriftEstimator("psi").estimate(rows.numbers(random.normal(size=60), random.normal(size=60))).notes
    assert notes == ("only 60 records in 20 bins: noise hides small drifts",)


def test_a_constant_column_that_moves_is_drift(rows):
    state = rows.numbers(np.full(300, 3.0), np.full(200, 4.0))
    assert DriftEstimator("psi").bounds(state, 0.05)[0] > 1
    assert DriftEstimator("ks").estimate(state).value == 1
    assert DriftEstimator("wasserstein").estimate(state).value == pytest.approx(1)


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("shift", [0.0, 0.3])
def test_more_records_of_the_same_kind_keep_the_value(rows, test, shift):
    state, estimator = (
        rows.numbers(random.normal(size=4000), random.normal(shift, 1, 400)),
        DriftEstimator(test),
    )
    more = estimator.scaled(state, 5.5)
    assert cells_of(more)[1].sum() == pytest.approx(2200)
    assert estimator.estimate(more).value == pytest.approx(
        estimator.estimate(state).value, rel=1e-6, abs=1e-9
    )
    (low, high), (more_low, more_high) = (estimator.bounds(each, 0.05) for each in (state, more))
    assert more_high - more_low < high - low


def test_more_records_of_categories_keep_their_labels():
    more = DriftEstimator("psi").scaled(drifted(LANGUAGES, Categories({"en": 50, "it": 50}, missing=10)), 3.0)
    assert sum(more.current.counts.values()) + more.current.missing == pytest.approx(330)


def test_requests_go_from_moments_to_the_grid():
    grid = Grid(0, 1)
    assert drift_requests(Drift("x"), numeric=True) == MomentsRequest("x")
    assert drift_requests(Drift("x"), numeric=True, grid=grid, by=("g",)) == GridRequest("x", grid, ("g",))
    assert drift_requests(Drift("x", "js"), numeric=False, by=("g",)) == CategoriesRequest("x", ("g",))


def test_only_like_is_compared_with_like():
    bins = Bins.zero(np.array([1.0]))
    with pytest.raises(IncompatibleStates):
        drifted(bins, LANGUAGES)
    with pytest.raises(IncompatibleStates):
        drifted(bins, Bins.zero(np.array([2.0])))
    with pytest.raises(IncompatibleStates):
        cells_of(Drifted(bins, LANGUAGES))


def test_an_unknown_test_is_refused():
    with pytest.raises(ValueError, match="expected one of psi"):
        DriftEstimator("hellinger")
