"""What counts say about a true divergence."""

import numpy as np
import pytest
from scipy import stats

from holdfast.measure.divergences import (
    JENSEN_SHANNON,
    PSI,
    TRIANGULAR,
    debiased,
    divergence_bounds,
    no_drift_p_value,
    noise_part,
)

random = np.random.default_rng(9)
KINDS = pytest.mark.parametrize("kind", [PSI, JENSEN_SHANNON, TRIANGULAR], ids=["psi", "js", "chi2"])
EVEN = np.full(20, 0.05)


@KINDS
def test_the_noise_is_what_samples_without_drift_show(kind):
    left, right = random.multinomial(4000, EVEN, 3000), random.multinomial(1000, EVEN, 3000)
    shown = kind.measured(left.astype(float), right.astype(float))
    assert noise_part(kind, left[0], right[0]) == pytest.approx(float(shown.mean()), rel=0.03)


@KINDS
@pytest.mark.parametrize("tilt", [0.5, 2.0])
def test_debiasing_leaves_the_true_divergence(kind, tilt):
    shares = EVEN * np.exp(np.linspace(-tilt / 2, tilt / 2, 20))
    shares /= shares.sum()
    drawn = zip(random.multinomial(20_000, EVEN, 400), random.multinomial(2000, shares, 400), strict=True)
    found = np.mean([debiased(kind, left.astype(float), right.astype(float)) for left, right in drawn])
    assert found == pytest.approx(kind.between(EVEN, shares), rel=0.05)


@KINDS
def test_the_slopes_are_derivatives(kind):
    p, q = random.dirichlet(np.full(6, 3)), random.dirichlet(np.full(6, 3))
    by_p, by_q = kind.slopes(p, q)
    for cell in range(6):
        step = 1e-6 * np.eye(6)[cell]
        assert by_p[cell] - by_p[0] == pytest.approx(
            _unnormalised(kind, p, q, step, 0) - _unnormalised(kind, p, q, 1e-6 * np.eye(6)[0], 0), abs=1e-4
        )
        assert by_q[cell] - by_q[0] == pytest.approx(
            _unnormalised(kind, p, q, step, 1) - _unnormalised(kind, p, q, 1e-6 * np.eye(6)[0], 1), abs=1e-4
        )


def _unnormalised(kind, p, q, step, side):
    """Derivative along a step that is made up for evenly: only differences between cells mean anything."""
    even = step - step.sum() / 6
    moved = [(p + even, q), (p - even, q)] if side == 0 else [(p, q + even), (p, q - even)]
    return (kind.between(*moved[0]) - kind.between(*moved[1])) / 2e-6


@KINDS
def test_p_values_without_drift_are_even(kind):
    values = [
        no_drift_p_value(
            kind, random.multinomial(n, EVEN).astype(float), random.multinomial(n, EVEN).astype(float)
        )
        for n in [60, 400, 5000] * 60
    ]
    assert stats.kstest(values, "uniform").pvalue > 0.001


def test_the_p_value_of_many_records_is_that_of_chi_squared():
    left, right = np.array([5000.0, 3000, 2000]), np.array([1040.0, 560, 400])
    theirs = stats.chi2_contingency([left, right], correction=False).pvalue
    assert no_drift_p_value(TRIANGULAR, left, right) == pytest.approx(theirs, abs=0.01)


@KINDS
@pytest.mark.parametrize("n", [40, 300, 5000])
def test_bounds_hold_the_debiased_figure(kind, n):
    for tilt in (0, 1, 3):
        shares = EVEN * np.exp(np.linspace(0, tilt, 20))
        left, right = random.multinomial(n, EVEN).astype(float), random.multinomial(n, shares / shares.sum())
        low, high = divergence_bounds(kind, left, right.astype(float), 0.05)
        assert low <= debiased(kind, left, right.astype(float)) <= high


@KINDS
def test_equal_shares_are_no_proof_of_no_drift(kind):
    same = np.full(20, 10.0)
    low, high = divergence_bounds(kind, same, same, 0.05)
    assert low == 0
    assert high > noise_part(kind, same, same) / 2


@KINDS
@pytest.mark.parametrize("cells", [[50.0], [50.0, 0.0]])
def test_one_value_only_is_no_proof_either(kind, cells):
    low, high = divergence_bounds(kind, np.array(cells), np.array(cells), 0.05)
    assert low == 0
    assert high > 0.005


@KINDS
def test_the_uncertainty_of_the_reference_counts(kind):
    current = random.multinomial(5000, EVEN).astype(float)
    wide, narrow = (
        divergence_bounds(kind, random.multinomial(n, EVEN).astype(float), current, 0.05)[1]
        for n in (300, 50_000)
    )
    assert wide > 3 * narrow


@KINDS
def test_a_smaller_level_gives_wider_bounds(kind):
    left = random.multinomial(500, EVEN).astype(float)
    right = random.multinomial(500, EVEN * np.linspace(0.5, 1.5, 20)).astype(float)
    found = [divergence_bounds(kind, left, right, alpha) for alpha in (0.1, 0.01, 0.0005)]
    assert [low for low, _ in found] == sorted((low for low, _ in found), reverse=True)
    assert [high for _, high in found] == sorted(high for _, high in found)
