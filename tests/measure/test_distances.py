"""Distances between counts, against scipy and against the rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import jensenshannon

from holdfast.measure.distances import (
    chi,
    chi_squared,
    jensen_shannon,
    jensen_shannon_divergence,
    kolmogorov_smirnov,
    psi,
    triangular,
    wasserstein,
)

random = np.random.default_rng(8)
TABLES = [(random.multinomial(n, p), random.multinomial(m, q)) for n, m, p, q in [
    (500, 300, np.full(20, 0.05), random.dirichlet(np.full(20, 5))),
    (40, 4000, [0.7, 0.2, 0.05, 0.05, 0], [0.5, 0.2, 0.1, 0.1, 0.1]),
    (100, 100, [0.5, 0.5], [0.4, 0.6]),
]]  # fmt: skip
SYMMETRIC = [psi, jensen_shannon, chi, kolmogorov_smirnov]
counts = st.lists(st.integers(0, 500), min_size=2, max_size=8).filter(any)
pairs = st.integers(2, 8).flatmap(
    lambda cells: st.tuples(*[st.lists(st.integers(0, 500), min_size=cells, max_size=cells).filter(any)] * 2)
)
PAIRS_OF_ROWS = {
    "shift": (random.normal(0, 1, 20_000), random.normal(0.3, 1, 8000)),
    "spread": (random.normal(0, 1, 20_000), random.normal(0, 1.4, 8000)),
    "whole numbers": (random.poisson(4, 20_000), random.poisson(5, 8000)),
    "heavy tail": (random.exponential(1, 20_000), random.exponential(1.3, 8000)),
    "far from zero": (1.7e9 + 1000 * random.random(20_000), 1.7e9 + 1000 * random.random(8000) ** 1.3),
    "another place": (random.random(20_000), 5 + random.random(8000)),
}


@pytest.mark.parametrize(("reference", "current"), TABLES)
def test_jensen_shannon_is_that_of_scipy(reference, current):
    assert float(jensen_shannon(reference, current)) == pytest.approx(jensenshannon(reference, current, 2))


@pytest.mark.parametrize(("reference", "current"), TABLES)
def test_chi_squared_is_that_of_scipy(reference, current):
    held = reference + current > 0
    theirs = stats.chi2_contingency(np.array([reference, current])[:, held], correction=False)
    statistic, freedom = chi_squared(reference, current)
    assert (float(statistic), float(freedom)) == pytest.approx((theirs.statistic, theirs.dof))


def test_chi_is_cramers_v_for_samples_of_one_size():
    table = np.array([[30, 50, 20], [10, 60, 30]])
    assert float(chi(*table)) == pytest.approx(stats.contingency.association(table, method="cramer"))


@pytest.mark.parametrize(("reference", "current"), TABLES)
def test_psi_is_the_textbook_sum_where_every_cell_has_many(reference, current):
    reference, current = 1e6 * (reference + 1.0), 1e6 * (current + 1.0)
    p, q = reference / reference.sum(), current / current.sum()
    assert float(psi(reference, current)) == pytest.approx(float(np.sum((q - p) * np.log(q / p))), rel=1e-4)


def test_psi_of_an_empty_cell_is_finite_and_counts_it():
    assert 0 < float(psi([100, 0], [90, 10])) < 1
    assert float(psi([100, 0], [50, 50])) > float(psi([100, 0], [90, 10]))


@given(counts)
def test_nothing_is_apart_from_itself(cells):
    for distance in (*SYMMETRIC, jensen_shannon_divergence, triangular):
        assert float(distance(cells, cells)) == pytest.approx(0, abs=1e-7)


@given(pairs)
def test_the_two_sides_may_be_swapped(pair):
    left, right = pair
    for distance in SYMMETRIC:
        assert float(distance(left, right)) == pytest.approx(float(distance(right, left)), abs=1e-7)


@given(pairs, st.randoms(use_true_random=False))
def test_the_order_of_categories_does_not_matter(pair, shuffler):
    order = list(range(len(pair[0])))
    shuffler.shuffle(order)
    shuffled = [[side[i] for i in order] for side in pair]
    for distance in (psi, jensen_shannon, chi):
        assert float(distance(*pair)) == pytest.approx(float(distance(*shuffled)), abs=1e-7)


@given(pairs)
def test_cells_empty_on_both_sides_change_nothing(pair):
    wider = [[*side, 0, 0] for side in pair]
    for distance in SYMMETRIC:
        assert float(distance(*pair)) == pytest.approx(float(distance(*wider)), abs=1e-12)


@given(pairs)
def test_bounded_distances_stay_in_their_range(pair):
    for distance in (jensen_shannon, chi, kolmogorov_smirnov):
        assert 0 <= float(distance(*pair)) <= 1 + 1e-9


def test_many_tables_at_once_are_the_same_as_one_by_one():
    left, right = random.integers(0, 50, (2, 30, 6)) + 1
    for distance in SYMMETRIC:
        together = distance(left, right)
        assert together == pytest.approx([float(distance(a, b)) for a, b in zip(left, right, strict=True)])


@pytest.mark.parametrize("name", PAIRS_OF_ROWS)
def test_the_gap_is_that_of_the_rows_but_for_a_bin(rows, name):
    reference, current = PAIRS_OF_ROWS[name]
    state = rows.numbers(reference, current)
    ours = float(kolmogorov_smirnov(state.reference.counts, state.current.counts))
    theirs = stats.ks_2samp(reference, current).statistic
    assert theirs - 0.052 <= ours <= theirs + 1e-9


@pytest.mark.parametrize("name", PAIRS_OF_ROWS)
def test_wasserstein_is_that_of_the_rows(rows, name):
    reference, current = PAIRS_OF_ROWS[name]
    then, now = (state := rows.numbers(reference, current)).reference, state.current
    ours = float(wasserstein(then.edges, then.counts, then.sums, now.counts, now.sums))
    theirs = stats.wasserstein_distance(reference, current)
    assert ours == pytest.approx(theirs, rel=0.005)
    assert ours <= theirs * (1 + 1e-6)


def test_a_pure_shift_is_exact_with_any_bins():
    values = random.normal(size=500)

    def halves(x):
        above = (x >= 0.3).astype(int)
        return np.bincount(above, minlength=2), np.bincount(above, weights=x, minlength=2)

    assert float(wasserstein([0.3], *halves(values), *halves(values + 0.25))) == pytest.approx(0.25)
