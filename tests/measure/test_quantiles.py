"""Quantiles from log bins: within 1 % of the rows', with intervals that assume no law."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from holdfast.measure.quantiles import QuantileEstimator, order_ranks
from holdfast.measure.states import LogBins

random = np.random.default_rng(4)


@pytest.mark.parametrize("q", [0.01, 0.5, 0.95, 0.999])
@pytest.mark.parametrize(
    "values",
    [
        random.lognormal(5, 2, 3001),
        -random.lognormal(0, 1, 500),
        random.normal(0, 100, 2000).round(),
        random.choice([0.0, 0.25, 3.0], 77),
        [5.0],
    ],
    ids=["latencies", "negative", "both sides of zero", "ties", "one"],
)
def test_the_value_is_the_rows_quantile_within_one_percent(rows, values, q):
    found = QuantileEstimator(q).estimate(rows.log_bins(values)).value
    assert found == pytest.approx(np.quantile(values, q, method="inverted_cdf"), rel=0.0101, abs=1e-12)


values = st.lists(
    st.floats(-1e6, 1e6).map(lambda x: 0.0 if abs(x) < 1e-6 else x) | st.sampled_from([math.inf, -math.inf]),
    min_size=1,
    max_size=60,
)


@given(values, st.floats(0.01, 0.99))
def test_any_rows_quantile_lies_within_the_interval(rows, values, q):
    estimate = QuantileEstimator(q).estimate(rows.log_bins(values))
    true = np.sort(values)[max(math.ceil(q * len(values) - 1e-9) - 1, 0)]
    assert (
        estimate.interval.low <= true * (1 + 1e-9) if true > 0 else estimate.interval.low <= true * (1 - 1e-9)
    )
    assert estimate.interval.high >= (true * (1 - 1e-9) if true > 0 else true * (1 + 1e-9))
    assert estimate.interval.low <= estimate.value <= estimate.interval.high


@pytest.mark.parametrize("q", [0.05, 0.5, 0.95, 0.99])
@pytest.mark.parametrize("n", [1, 10, 59, 212, 5000])
def test_ranks_are_the_sharpest_that_the_binomial_law_allows(n, q):
    lower, upper = order_ranks(n, q, 0.05)
    if lower is not None:
        assert binom.cdf(lower - 1, n, q) <= 0.05 + 1e-12
    assert binom.cdf(lower or 0, n, q) > 0.05
    if upper is not None:
        assert binom.sf(upper - 1, n, q) <= 0.05 + 1e-12
    assert upper == 1 or binom.sf((upper or n + 1) - 2, n, q) > 0.05


@pytest.mark.parametrize(("n", "bounded"), [(58, False), (59, True)])
def test_a_p95_needs_59_records_for_an_upper_bound(rows, n, bounded):
    state = rows.log_bins(random.lognormal(5, 1, n))
    assert math.isfinite(QuantileEstimator(0.95).bounds(state, 0.05)[1]) is bounded


def test_infinities_are_values_and_are_told(rows):
    estimate = QuantileEstimator(0.9).estimate(rows.log_bins([1.0] * 50 + [math.inf] * 50))
    assert estimate.value == math.inf
    assert "50 records are infinite" in estimate.notes[0]


def test_nan_is_told_and_not_counted(rows):
    estimate = QuantileEstimator(0.5).estimate(rows.log_bins([2.0, math.nan]))
    assert estimate.n == 1
    assert "1 records are NaN" in estimate.notes[0]


def test_no_records_have_no_quantile():
    assert QuantileEstimator(0.5).estimate(LogBins.zero()).value is None
    assert QuantileEstimator(0.5).bounds(LogBins.zero(), 0.05) is None


@pytest.mark.parametrize("q", [0, 1, -0.5, 95, math.nan])
def test_q_is_a_share(q):
    with pytest.raises(ValueError, match="between 0 and 1"):
        QuantileEstimator(q)


def test_more_records_of_the_same_kind_keep_the_value(rows):
    state, p95 = rows.log_bins(random.lognormal(5, 1, 500)), QuantileEstimator(0.95)
    more = p95.scaled(state, 7.3)
    assert p95.estimate(more).value == p95.estimate(state).value
    (low, high), (more_low, more_high) = p95.bounds(state, 0.05), p95.bounds(more, 0.05)
    assert low < more_low < more_high < high
