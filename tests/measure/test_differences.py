"""Two rates compared: score bounds of difference and ratio."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize_scalar
from scipy.special import ndtri, xlogy

from holdfast.measure.differences import difference_bounds, ratio_bounds

some = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
skewness = pytest.mark.parametrize("skewness", [False, True])
methods = pytest.mark.parametrize("method", [difference_bounds, ratio_bounds])


@pytest.mark.parametrize(
    ("k1", "n1", "k2", "n2", "low", "high"),
    [(56, 70, 48, 80, 0.0528, 0.3382), (9, 10, 3, 10, 0.1700, 0.8406)],
)
def test_differences_published_for_this_method_are_reproduced(k1, n1, k2, n2, low, high):
    # Newcombe (1998), Statistics in Medicine 17, table II: Miettinen-Nurminen
    found = difference_bounds(k1, n1, k2, n2, 0.025)
    assert [float(end) for end in found] == pytest.approx([low, high], abs=6e-5)


def brute_force_bound(k1, n1, k2, n2, alpha):
    """Return the upper bound of p1 - p2 by maximising the likelihood numerically at every difference."""
    total, z = n1 + n2, ndtri(1 - alpha)

    def score(difference):
        lowest, highest = max(0.0, -difference), min(1.0, 1 - difference)

        def loss(p2):
            p1 = min(max(p2 + difference, 0.0), 1.0)
            return -(xlogy(k1, p1) + xlogy(n1 - k1, 1 - p1) + xlogy(k2, p2) + xlogy(n2 - k2, 1 - p2))

        p2 = minimize_scalar(loss, bounds=(lowest, highest), method="bounded", options={"xatol": 1e-13}).x
        p1 = p2 + difference
        variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * total / (total - 1)
        return (k1 / n1 - k2 / n2 - difference) / math.sqrt(variance) + z

    return brentq(score, k1 / n1 - k2 / n2, 1 - 1e-9)


@pytest.mark.parametrize(
    ("k1", "n1", "k2", "n2"), [(56, 70, 48, 80), (3, 30, 20, 100), (1, 9, 5, 200), (45, 50, 3, 40)]
)
def test_the_closed_form_is_the_greatest_likelihood(k1, n1, k2, n2):
    assert float(difference_bounds(k1, n1, k2, n2, 0.05)[1]) == pytest.approx(
        brute_force_bound(k1, n1, k2, n2, 0.05), abs=1e-6
    )


def test_all_against_none_is_as_far_from_certain_as_by_hand():
    # the restricted rates are (1 + d) / 2 and (1 - d) / 2, so (1 - d)^2 = z^2 (1 - d^2) / 19
    low, high = (float(end) for end in difference_bounds(10, 10, 0, 10, 0.025))
    z2 = ndtri(0.975) ** 2 / 19
    assert (low, high) == pytest.approx(((1 - z2) / (1 + z2), 1.0))


def test_no_hit_in_either_is_not_a_difference_of_exactly_zero():
    low, high = (float(end) for end in difference_bounds(0, 100, 0, 100, 0.05))
    # by hand: with p2 = 0 and p1 = d the score is d / sqrt(d (1 - d) / 100 * 200 / 199)
    z2 = ndtri(0.95) ** 2 * 200 / 199
    assert high == pytest.approx(z2 / (100 + z2), abs=1e-9)
    assert low == pytest.approx(-high, abs=1e-12)


@methods
@skewness
@settings(max_examples=30)
@given(one=some, other=some, alpha=st.sampled_from([0.001, 0.025, 0.05]))
def test_bounds_hold_what_was_observed_and_widen_with_confidence(method, skewness, one, other, alpha):
    (k1, n1), (k2, n2) = one, other
    low, high = method(k1, n1, k2, n2, alpha, skewness=skewness)
    wider_low, wider_high = method(k1, n1, k2, n2, alpha / 5, skewness=skewness)
    assert not np.isnan([low, high]).any()
    assert wider_low <= low + 1e-9
    assert wider_high >= high - 1e-9
    if method is difference_bounds:
        assert -1 <= low <= k1 / n1 - k2 / n2 + 1e-9
        assert k1 / n1 - k2 / n2 - 1e-9 <= high <= 1
    elif k2:
        assert 0 <= low <= k1 / n1 / (k2 / n2) * (1 + 1e-9) <= high * (1 + 1e-8)


@skewness
@settings(max_examples=30)
@given(one=some, other=some)
def test_exchanging_the_two_turns_the_bounds_round(skewness, one, other):
    low, high = difference_bounds(*one, *other, 0.05, skewness=skewness)
    turned_low, turned_high = difference_bounds(*other, *one, 0.05, skewness=skewness)
    assert float(low) == pytest.approx(-float(turned_high), abs=1e-7)
    assert float(high) == pytest.approx(-float(turned_low), abs=1e-7)
    ratio_low, _ = ratio_bounds(*one, *other, 0.05, skewness=skewness)
    turned_low, turned_high = ratio_bounds(*other, *one, 0.05, skewness=skewness)
    if turned_high < np.inf:
        assert float(ratio_low * turned_high) == pytest.approx(1, rel=1e-6)


def test_without_hits_a_ratio_is_open_on_that_side():
    assert float(ratio_bounds(0, 50, 10, 50, 0.05)[0]) == 0.0
    assert math.isinf(float(ratio_bounds(10, 50, 0, 50, 0.05)[1]))
    assert [float(end) for end in ratio_bounds(0, 50, 0, 50, 0.05)] == [0.0, math.inf]


def test_nothing_but_hits_in_both_is_a_ratio_near_one():
    low, high = (float(end) for end in ratio_bounds(154, 154, 184, 184, 0.025))
    assert 0.97 < low < 1 < high < 1.03


@methods
def test_real_counts_lie_between_their_whole_neighbours(method):
    bounds = [float(method(k, 50.5, 10.25, 40.75, 0.05)[1]) for k in (20, 20.5, 21)]
    assert bounds == sorted(bounds)


@methods
def test_bounds_are_vectorised_over_pairs(method):
    k, n = np.array([3, 50, 0, 20]), np.array([10, 100, 30, 20])
    together = np.array(method(k, n, k[::-1], n[::-1], 0.05))
    alone = [method(*each, 0.05) for each in zip(k, n, k[::-1], n[::-1], strict=True)]
    assert together == pytest.approx(np.array(alone).T, abs=1e-12)
