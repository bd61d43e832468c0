"""Calibration: the debiased error, its bounds, and what a diagram shows."""

import numpy as np
import pytest

from holdfast.measure.calibration import (
    CalibrationEstimator,
    debiased_error,
    plain_error,
    reliability,
)
from holdfast.measure.mass_bins import MassBins, equal_mass
from holdfast.measure.rates import wilson
from holdfast.measure.states import ScoreBins

ECE = CalibrationEstimator()


def drawn(rows, n, seed, bend=lambda score: score):
    random = np.random.default_rng(seed)
    scores = random.uniform(0, 1, n)
    return rows.score_bins(scores, random.random(n) < bend(scores))


def test_the_plain_error_is_that_of_rows(rows):
    random = np.random.default_rng(5)
    scores, labels = random.random(1500), random.integers(0, 2, 1500)
    order = np.argsort(scores)
    parts = np.array_split(order, 15)
    by_rows = sum(abs(scores[part].sum() - labels[part].sum()) for part in parts) / 1500
    assert plain_error(equal_mass(rows.score_bins(scores, labels), 15)) == pytest.approx(by_rows, abs=0.003)


def test_a_calibrated_model_shows_a_plain_error_that_debiasing_takes_away(rows):
    folded = [equal_mass(drawn(rows, 221, seed)) for seed in range(300)]
    plain, debiased = (np.mean([error(each) for each in folded]) for error in (plain_error, debiased_error))
    assert plain == pytest.approx(0.083, abs=0.003)
    assert debiased < 0.3 * plain


@pytest.mark.parametrize(("n", "within"), [(500, 0.012), (5000, 0.003)])
def test_a_true_error_is_nearly_left_as_it_is(rows, n, within):
    found = [debiased_error(equal_mass(drawn(rows, n, seed, lambda s: 0.8 * s))) for seed in range(100)]
    assert np.mean(found) == pytest.approx(0.1, abs=within)


def test_a_perfect_fit_has_no_error():
    assert debiased_error(MassBins(np.array([10.0, 10]), np.array([2.0, 7]), np.array([2.0, 7]))) == 0


def test_value_lies_in_the_interval_and_the_plain_error_stands_beside_it(rows):
    estimate = ECE.estimate(drawn(rows, 400, 1, lambda s: s**2))
    assert estimate.interval.low <= estimate.value <= estimate.interval.high
    assert dict(estimate.extra)["plain ECE"] > estimate.value
    assert dict(estimate.extra)["bins"] == 15


def test_the_same_state_has_the_same_bounds(rows):
    state = drawn(rows, 221, 7)
    assert ECE.bounds(state, 0.05) == ECE.bounds(state, 0.05)


def test_luck_is_not_knowledge():
    # every bin exactly as promised: noise alone would show 8 %
    state = MassBins(np.full(15, 14.0), np.full(15, 7.0), np.full(15, 7.0))
    cells = np.zeros((3, 1000))
    cells[:, 20:1000:66] = np.array([state.n, state.score, state.label])
    low, high = ECE.bounds(ScoreBins(*cells), 0.05)
    assert low == 0
    assert high > 0.05


def test_one_wrong_bin_is_found_out():
    n = np.full(10, 500.0)
    label = 50.0 * np.arange(10) + 25
    wrong = label.copy()
    wrong[9] -= 150
    cells = np.zeros((3, 1000))
    cells[:, 50:1000:100] = np.array([n, label, wrong])
    low, high = CalibrationEstimator(10).bounds(ScoreBins(*cells), 0.05)
    assert 0.005 < low < 0.03 < high < 0.06


def test_all_labels_the_same_is_told(rows):
    assert "all labels are the same" in ECE.estimate(rows.score_bins([0.1, 0.2, 0.9], [0, 0, 0])).notes


def test_no_records_have_no_error():
    assert ECE.estimate(ScoreBins.zero()).value is None
    assert ECE.bounds(ScoreBins.zero(), 0.05) is None


def test_scores_that_are_no_probabilities_have_no_error_and_say_so(rows):
    good = rows.score_bins([0.5], [1])
    state = ScoreBins(good.n, good.score, good.label, outside=2)
    estimate = ECE.estimate(state)
    assert estimate.value is None
    assert "2 scores are no numbers from 0 to 1" in estimate.notes[0]
    assert ECE.bounds(state, 0.05) is None


@pytest.mark.parametrize("bend", [lambda s: s, lambda s: 0.8 * s], ids=["calibrated", "not"])
def test_more_records_of_the_same_kind_keep_the_value_and_narrow_the_bounds(rows, bend):
    state = drawn(rows, 300, 3, bend)
    more = ECE.scaled(state, 10.5)
    assert more.n.sum() == pytest.approx(3150)
    assert ECE.estimate(more).value == pytest.approx(ECE.estimate(state).value, abs=1e-6)
    (low, high), (more_low, more_high) = ECE.bounds(state, 0.05), ECE.bounds(more, 0.05)
    assert more_high - more_low < 0.6 * (high - low)


def test_a_diagram_shows_every_record_with_wilsons_interval(rows):
    state = drawn(rows, 1000, 2)
    shown = reliability(state, 10)
    assert sum(each.n for each in shown) == 1000
    first = shown[0]
    assert (first.low, first.high) == tuple(
        float(end) for end in wilson(round(first.rate * first.n), first.n)
    )


@pytest.mark.parametrize("bins", [0, -1])
def test_there_is_at_least_one_bin(bins):
    with pytest.raises(ValueError, match="at least one bin"):
        CalibrationEstimator(bins)
