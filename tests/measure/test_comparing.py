"""The difference between two arms: paired, as two samples, or said to have no interval."""

import numpy as np
import pytest
from scipy.stats import ttest_ind

from holdfast.kernel.expressions.tree import Column
from holdfast.measure.comparing import difference_of, sample_bounds
from holdfast.measure.metrics import Mean, Quantile, Rate
from holdfast.measure.pairs import PairedCounts, PairedDifferences
from holdfast.measure.states import ClusteredCounts, Counts, LogBins, Moments

RATE = Rate(Column("hit"))


def moments(values):
    return Moments(
        len(values), values.mean(), ((values - values.mean()) ** 2).sum(), values.min(), values.max()
    )


def test_two_samples_of_numbers_are_compared_by_welch():
    random = np.random.default_rng(5)
    a, b = random.normal(5, 2, 40), random.normal(6, 0.5, 25)
    oracle = ttest_ind(b, a, equal_var=False).confidence_interval(0.95)
    assert sample_bounds(moments(a), moments(b), 0.025) == pytest.approx((oracle.low, oracle.high))


def test_records_without_a_partner_are_said_and_the_pairs_compared():
    told = difference_of(RATE, Counts(80, 100), Counts(90, 110), PairedCounts(70, 5, 8, 12))
    assert told.paired
    assert told.n == 95
    assert told.value == pytest.approx(78 / 95 - 75 / 95)
    assert told.alone == (5, 15)


def test_where_most_records_do_not_pair_the_arms_are_two_samples():
    told = difference_of(RATE, Counts(80, 100), Counts(90, 110), PairedCounts(30, 5, 5, 8))
    assert not told.paired
    assert "two samples" in told.notes[0]
    assert told.n == 210


def test_clustered_samples_are_compared_at_their_effective_sizes():
    wide = ClusteredCounts(k=50, n=100, clusters=10, kk=500, nn=1000, kn=500)
    low, high = sample_bounds(wide, wide, 0.025)
    near = sample_bounds(Counts(50, 100), Counts(50, 100), 0.025)
    assert high - low > 2 * (near[1] - near[0])


def test_a_kind_without_an_honest_interval_says_so():
    bins = LogBins({10: 50.0}, {})
    told = difference_of(Quantile("latency", 0.95), bins, bins)
    assert told.value == 0
    assert told.bounds(0.025) is None
    assert told.notes == ("no interval for the difference: compare the gates",)
    assert told.decides(0.025) is None


def test_more_pairs_of_the_same_kind_would_decide_and_no_fewer():
    told = difference_of(RATE, Counts(80, 100), Counts(84, 100), PairedCounts(78, 2, 6, 14))
    more = told.decides(0.025)
    low, _ = told.scaled(1 + more / told.n, 0.025)
    assert low > 0
    assert told.scaled(1 + (more - 1) / told.n, 0.025)[0] <= 0


def test_equal_arms_are_told_apart_by_no_number_of_records():
    told = difference_of(RATE, Counts(80, 100), Counts(80, 100), PairedCounts(75, 5, 5, 15))
    assert told.decides(0.025) is None


def test_a_margin_is_decided_by_fewer_records_than_a_difference():
    told = difference_of(RATE, Counts(80, 100), Counts(80, 100), PairedCounts(75, 5, 5, 15))
    assert told.decides(0.025, limit=-0.05) > 0


def test_means_of_pairs_are_compared_pair_by_pair():
    pairs = PairedDifferences(n=40, d=20, a=100, clusters=40, dd=60, nn=40, dn=20)
    told = difference_of(Mean("cost"), Moments(40, 2.5, 90.0), Moments(40, 3.0, 90.0), pairs)
    assert (told.a, told.b, told.value) == (2.5, 3.0, 0.5)
    assert told.p_value is None


def test_an_arm_without_records_has_no_difference():
    told = difference_of(RATE, Counts(8, 10), Counts())
    assert told.value is None
    assert told.bounds(0.025) is None
