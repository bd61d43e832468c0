"""Grids and frozen bins: nothing is split, nothing is lost, and the bins stay."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.measure.grids import finer, fold, freeze, grid_edges, grid_for
from holdfast.measure.requests import Grid
from holdfast.measure.states import Bins, GridCounts, IncompatibleStates, Moments, Range

random = np.random.default_rng(6)
numbers = st.lists(st.floats(-1e9, 1e9).map(lambda x: round(x, 3)), min_size=1, max_size=80)


@given(numbers, numbers, st.integers(1, 25))
def test_folding_keeps_counts_and_sums(rows, reference, current, bins):
    grid = grid_for(rows.moments(reference))
    frozen = freeze(rows.grid_counts(reference, grid), bins)
    folded = fold(rows.grid_counts(current, grid), frozen)
    assert 1 <= len(frozen.counts) <= bins
    for state, values in ((frozen, reference), (folded, current)):
        assert state.counts.sum() == len(values)
        assert state.sums.sum() == pytest.approx(sum(values), rel=1e-9, abs=1e-3)


@given(numbers)
def test_the_reference_folds_into_its_own_bins_as_it_was_frozen(rows, reference):
    counted = rows.grid_counts(reference, grid_for(rows.moments(reference)))
    frozen = freeze(counted)
    again = fold(counted, frozen)
    assert again.counts.tolist() == frozen.counts.tolist()
    assert again.sums.tolist() == frozen.sums.tolist()


@pytest.mark.parametrize(
    "values",
    [random.normal(0, 1, 20_000), random.lognormal(0, 2, 20_000), 1.7e9 + random.random(20_000)],
    ids=["normal", "heavy tail", "far from zero"],
)
def test_bins_are_quantiles_of_the_reference(rows, values):
    frozen = freeze(rows.grid_counts(values, grid_for(rows.moments(values))))
    assert len(frozen.counts) == 20
    assert np.abs(frozen.counts - 1000).max() < 100


def test_edges_separate_the_rows_as_they_say(rows):
    values = random.normal(50, 10, 5000)
    frozen = freeze(rows.grid_counts(values, grid_for(rows.moments(values))))
    by_rows = np.bincount(np.searchsorted(frozen.edges, values, side="right"), minlength=20)
    assert np.abs(by_rows - frozen.counts).max() <= 1  # a value that is an edge but for its last digit


def test_a_constant_column_has_room_on_both_sides(rows):
    frozen = freeze(rows.grid_counts([7.0] * 50, grid_for(rows.moments([7.0] * 50))))
    assert sorted(frozen.counts.tolist()) == [0, 0, 50]
    elsewhere = fold(rows.grid_counts([7.1, 6.9, 7.0], grid_for(rows.moments([7.0] * 50))), frozen)
    assert elsewhere.counts.tolist() == [1, 1, 1]


def test_a_frequent_value_has_a_bin_of_its_own(rows):
    values = np.concatenate([np.zeros(600), random.uniform(-1, 1, 400)])
    frozen = freeze(rows.grid_counts(values, grid_for(rows.moments(values))))
    assert frozen.counts.max() == pytest.approx(600, abs=3)


def test_whole_numbers_keep_a_bin_each(rows):
    values = np.repeat(np.arange(10.0), 30)
    counts = freeze(rows.grid_counts(values, grid_for(rows.moments(values)))).counts
    assert counts[counts > 0].tolist() == [30] * 10


def test_an_empty_reference_is_one_empty_bin():
    frozen = freeze(GridCounts.zero(grid_for(Range.zero())))
    assert (frozen.counts.tolist(), len(frozen.edges)) == ([0], 0)


def test_nan_and_null_go_along():
    state = GridCounts(Grid(0, 1, 2), np.array([0, 1.0, 1, 0]), np.zeros(4), nan=3, missing=4)
    assert (freeze(state).nan, fold(state, freeze(state)).missing) == (3, 4)


def test_values_outside_the_references_range_go_to_the_outer_bins(rows):
    grid = Grid(0.0, 1.0, 100)
    frozen = freeze(rows.grid_counts(random.random(1000), grid))
    folded = fold(rows.grid_counts([-5.0, 9.0], grid), frozen)
    assert folded.counts[[0, -1]].tolist() == [1, 1]
    assert folded.sums[[0, -1]].tolist() == [-5, 9]


def test_bins_of_another_grid_are_refused():
    state = GridCounts.zero(Grid(0, 1, 10))
    with pytest.raises(IncompatibleStates, match="another grid"):
        fold(state, Bins.zero(np.array([0.55])))


def test_an_edge_that_differs_in_its_last_digit_is_the_same():
    grid = Grid(-5.0, 9.0, 1000, 0.001)
    edges = grid_edges(grid)[[1, 500, 999]]
    counts = np.arange(1002.0)
    folded = fold(GridCounts(grid, counts, counts), Bins.zero(np.nextafter(edges, np.inf)))
    assert folded.counts.tolist() == fold(GridCounts(grid, counts, counts), Bins.zero(edges)).counts.tolist()


def test_a_code_among_ages_does_not_hide_the_ages(rows):
    ages = np.concatenate([random.integers(18, 90, 950).astype(float), np.full(50, 999999.0)])
    assert len(freeze(rows.grid_counts(ages, grid_for(rows.moments(ages)))).counts) > 15


def test_a_crowd_that_the_moments_hide_is_found_on_a_finer_grid(rows):
    ages = np.concatenate([random.integers(18, 90, 800).astype(float), np.full(200, 999999.0)])
    first = rows.grid_counts(ages, grid_for(rows.moments(ages)))
    assert np.count_nonzero(freeze(first).counts) == 2
    better = finer(first)
    assert better is not None
    assert np.count_nonzero(freeze(rows.grid_counts(ages, better)).counts) > 15


def test_a_grid_that_tells_values_apart_needs_no_finer_one(rows):
    values = random.normal(size=1000)
    assert finer(rows.grid_counts(values, grid_for(rows.moments(values)))) is None


@pytest.mark.parametrize(
    ("low", "high"), [(1e300, 1.5e300), (-1.7e308, 1.7e308), (1e9, 1e9 + 1e-6), (5e-324, 1e-323)]
)
def test_a_grid_over_extreme_numbers_has_ascending_edges(low, high):
    edges = grid_edges(grid_for(Moments(10, low / 2 + high / 2, 0.0, low, high)))
    assert np.isfinite(edges[1:-1]).all()
    assert (np.diff(edges) >= 0).all()


def test_there_is_at_least_one_bin():
    with pytest.raises(ValueError, match="at least one bin"):
        freeze(GridCounts.zero(Grid(0, 1, 10)), 0)
