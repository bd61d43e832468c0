"""Bounds of the distances that need an order."""

import numpy as np
import pytest

from holdfast.measure.ordered_distances import (
    bin_moments,
    kolmogorov_smirnov_bounds,
    no_drift_draws,
    spread,
    wasserstein_bounds,
    wasserstein_of,
)
from holdfast.measure.states import Bins

random = np.random.default_rng(10)


@pytest.mark.parametrize(
    ("values", "within"),
    [
        (random.normal(3, 2, 50_000), 0.02),
        (random.random(50_000), 0.01),
        (random.exponential(2, 50_000), 0.03),
        (random.poisson(3, 50_000), 0.02),
    ],
    ids=["normal", "even", "exponential", "whole numbers"],
)
def test_the_spread_is_that_of_the_rows(rows, values, within):
    assert spread(rows.numbers(values, values).reference) == pytest.approx(np.std(values), rel=within)


def test_a_mean_outside_its_bin_goes_to_the_edge():
    # five infinities: counted above the last edge, not summed
    mean, _ = bin_moments(Bins(np.array([1.0, 2.0]), np.array([1.0, 1, 5]), np.array([0.5, 1.5, 0])))
    assert mean.tolist() == [0.5, 1.5, 2.0]


def test_draws_without_drift_look_like_samples_without_drift(rows):
    state = rows.numbers(random.normal(size=4000), random.normal(size=1000))
    bins = state.reference.edges

    def binned(n):
        values = random.normal(size=n)
        at = np.searchsorted(bins, values, side="right")
        size = len(bins) + 1
        return Bins(bins, np.bincount(at, minlength=size).astype(float), np.bincount(at, values, size))

    real = [wasserstein_of(binned(4000), binned(1000)) for _ in range(400)]
    drawn = no_drift_draws(state.reference, state.current)
    assert np.mean(drawn) == pytest.approx(np.mean(real), rel=0.1)
    assert np.quantile(drawn, 0.95) == pytest.approx(np.quantile(real, 0.95), rel=0.1)


def test_bounds_hold_the_measured_distance(rows):
    state = rows.numbers(random.normal(size=800), random.normal(0.4, 1.2, 300))
    low, high = wasserstein_bounds(state.reference, state.current, 0.05)
    assert 0 < low < wasserstein_of(state.reference, state.current) < high


def test_equal_samples_are_no_proof_of_no_drift():
    same = np.full(10, 5.0)
    assert kolmogorov_smirnov_bounds(same, same, 0.05)[1] > 0.1


def test_full_separation_is_seen_as_such():
    low, high = kolmogorov_smirnov_bounds(np.array([200.0, 0]), np.array([0, 200.0]), 0.05)
    assert high == pytest.approx(1)
    assert low > 0.8


def test_one_cell_has_no_gap():
    assert kolmogorov_smirnov_bounds(np.array([5.0]), np.array([9.0]), 0.05) == (0, 0)
