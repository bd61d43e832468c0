"""Bounds that hold at every look at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betainc, betaln, xlog1py, xlogy

from holdfast.measure.rates import clopper_pearson
from holdfast.measure.sequential import confidence_sequence, one_sided_bounds

counts = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(0, 100, 0, 0.073284), (3, 1000, 0.000069, 0.016418), (20, 1000, 0.007326, 0.042149)],
)
def test_the_confidence_sequence_has_its_known_answers(k, n, low, high):
    found = confidence_sequence(k, n, 0.05)
    assert [float(end) for end in found] == pytest.approx([low, high], abs=5e-7)


@given(counts)
def test_at_an_end_the_mixture_against_it_is_one_over_alpha(drawn):
    k, n = drawn
    for end in confidence_sequence(k, n, 0.05):
        p = float(end)
        if 0 < p < 1:
            log_ratio = betaln(k + 1, n - k + 1) - k * np.log(p) - (n - k) * np.log1p(-p)
            assert log_ratio == pytest.approx(np.log(20), abs=1e-6)


@pytest.mark.parametrize(("k", "n"), [(0, 40), (3, 50), (10, 25), (39, 40)])
def test_at_the_one_sided_bound_the_mixture_of_all_lower_rates_is_one_over_alpha(k, n):
    p = float(one_sided_bounds(k, n, 0.05)[1])
    area = quad(lambda q: (q / p) ** k * ((1 - q) / (1 - p)) ** (n - k), 0, p, epsabs=0)[0]
    assert area / p == pytest.approx(20, rel=1e-6)


@given(counts)
def test_one_sided_bounds_mirror_hits_and_misses(drawn):
    k, n = drawn
    low, high = one_sided_bounds(k, n, 0.05)
    assert float(low) == pytest.approx(1 - float(one_sided_bounds(n - k, n, 0.05)[1]), abs=1e-12)
    assert low <= k / n <= high


@given(counts)
def test_looking_for_ever_costs_something_and_one_side_less_than_two(drawn):
    k, n = drawn
    exact, one_sided, two_sided = (
        float(method(k, n, 0.05)[1]) for method in (clopper_pearson, one_sided_bounds, confidence_sequence)
    )
    assert exact <= one_sided + 1e-12 <= two_sided + 2e-12


@given(counts)
def test_the_mixture_grows_without_turning_back_above_the_bound(drawn):
    k, n = drawn
    bound = float(one_sided_bounds(k, n, 0.05)[1])
    if bound < 1:
        p = np.linspace(bound, 1 - 1e-9, 500)[1:]
        log_ratio = betaln(k + 1, n - k + 1) + np.log(betainc(k + 1, n - k + 1, p)) - np.log(p)
        assert np.all(log_ratio - xlogy(k, p) - xlog1py(n - k, -p) >= np.log(20) - 1e-9)


def test_without_trials_nothing_is_excluded():
    for method in (confidence_sequence, one_sided_bounds):
        assert [float(end) for end in method(0, 0, 0.05)] == [0.0, 1.0]
