"""Paired differences: known answers, symmetries, the edges, and the slow way over rows."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import norm, ttest_rel

from holdfast.measure.paired import (
    LINEARISED,
    TANGO,
    mcnemar,
    paired_arms,
    paired_bounds,
    paired_method,
    paired_value,
    tango_bounds,
)
from holdfast.measure.pairs import PairedClusters, PairedCounts, PairedDifferences

counts = st.integers(0, 300)


def differences(values, clusters=None):
    """Return the state of differences, summed over clusters the plain way."""
    values = np.asarray(values, dtype=float)
    labels = np.arange(len(values)) if clusters is None else np.asarray(clusters)
    sums = [(values[labels == each].sum(), float((labels == each).sum())) for each in np.unique(labels)]
    d, n = np.array(sums).T
    return PairedDifferences(
        len(values), d.sum(), 0.0, len(sums), (d * d).sum(), (n * n).sum(), (d * n).sum()
    )


def clustered(rows):
    """Return the state of rows (cluster, hit a, trial a, hit b, trial b), summed the plain way."""
    rows = np.asarray(rows, dtype=float)
    table = dict.fromkeys(
        ("both", "only_a", "only_b", "neither", "a_hits", "a_misses", "b_hits", "b_misses"), 0
    )
    names = {
        (1, 1, 1, 1): "both",
        (1, 1, 0, 1): "only_a",
        (0, 1, 1, 1): "only_b",
        (0, 1, 0, 1): "neither",
        (1, 1, 0, 0): "a_hits",
        (0, 1, 0, 0): "a_misses",
        (0, 0, 1, 1): "b_hits",
        (0, 0, 0, 1): "b_misses",
    }
    for row in rows:
        if row[2] or row[4]:
            table[names[tuple(int(x) for x in row[1:])]] += 1
    sums = np.array([rows[rows[:, 0] == each][:, 1:].sum(axis=0) for each in np.unique(rows[:, 0])])
    order = ("kaka", "kana", "kakb", "kanb", "nana", "nakb", "nanb", "kbkb", "kbnb", "nbnb")
    column = {"ka": 0, "na": 1, "kb": 2, "nb": 3}
    products = {name: float((sums[:, column[name[:2]]] * sums[:, column[name[2:]]]).sum()) for name in order}
    return PairedClusters(**table, clusters=len(sums), **products)


@pytest.mark.parametrize(
    ("only_a", "only_b", "n", "low", "high"),
    # Fagerland, Lydersen & Laake (2014), table 4: Bentur et al. (2009), from its rows' point of view
    [(7, 1, 21, -0.517, -0.026), (1, 7, 21, 0.026, 0.517)],
)
def test_published_intervals_are_reproduced(only_a, only_b, n, low, high):
    found = tango_bounds(only_a, only_b, n, 0.025)
    assert [round(float(end), 3) for end in found] == [low, high]


def restricted_score(only_a, only_b, n, difference):
    """Return Tango's statistic with the likelihood maximised numerically."""

    def against(x):
        cells = (only_a, x), (only_b, x + difference), (n - only_a - only_b, 1 - 2 * x - difference)
        return -sum(count * math.log(max(share, 1e-300)) for count, share in cells if count)

    low, high = max(0.0, -difference), (1 - difference) / 2
    x = minimize_scalar(against, bounds=(low, high), method="bounded", options={"xatol": 1e-12}).x
    variance = n * (2 * x + difference - difference**2)
    return (only_b - only_a - n * difference) / math.sqrt(variance)


@pytest.mark.parametrize(
    ("only_a", "only_b", "n"), [(7, 1, 21), (40, 20, 160), (3, 9, 60), (5, 0, 30), (30, 31, 61)]
)
def test_the_ends_are_where_the_score_says_so(only_a, only_b, n):
    z = norm.ppf(0.975)
    low, high = (float(end) for end in tango_bounds(only_a, only_b, n, 0.025))
    assert restricted_score(only_a, only_b, n, low) == pytest.approx(z, abs=1e-3)
    assert restricted_score(only_a, only_b, n, high) == pytest.approx(-z, abs=1e-3)


@given(only_a=counts, only_b=counts, rest=counts, alpha=st.sampled_from([0.001, 0.025, 0.05, 0.2]))
def test_turning_the_arms_round_turns_the_interval_round(only_a, only_b, rest, alpha):
    n = only_a + only_b + rest + 1
    low, high = tango_bounds(only_a, only_b, n, alpha)
    turned = tango_bounds(only_b, only_a, n, alpha)
    assert (float(-turned[1]), float(-turned[0])) == pytest.approx((float(low), float(high)), abs=1e-9)


@given(only_a=counts, only_b=counts, rest=counts)
def test_the_interval_holds_the_difference_and_stays_where_differences_can_be(only_a, only_b, rest):
    n = only_a + only_b + rest + 1
    low, high = (float(end) for end in tango_bounds(only_a, only_b, n, 0.025))
    assert -1 <= low <= (only_b - only_a) / n <= high <= 1
    assert high - low > 0


@pytest.mark.parametrize("n", [1, 5, 100, 10_000])
def test_pairs_without_a_difference_still_have_an_interval(n):
    z = norm.ppf(0.975)
    low, high = tango_bounds(0, 0, n, 0.025)
    assert float(high) == pytest.approx(z * z / (n + z * z)) == -float(low)


def test_a_pair_for_which_everything_differs_has_an_end_at_one():
    low, high = tango_bounds(0, 20, 20, 0.025)
    assert float(high) == pytest.approx(1.0)
    assert 0.6 < float(low) < 0.9


def test_mcnemar_is_that_of_statsmodels():
    tables = pytest.importorskip(
        "statsmodels.stats.contingency_tables", reason="statsmodels is an oracle (group `oracles`)"
    )
    for only_a, only_b in [(7, 1), (0, 0), (3, 3), (40, 20), (0, 9), (121, 59)]:
        oracle = tables.mcnemar([[10, only_a], [only_b, 12]], exact=True).pvalue
        assert mcnemar(only_a, only_b) == pytest.approx(1.0 if only_a == only_b else oracle)


@given(only_a=st.integers(0, 60), only_b=st.integers(0, 60))
def test_mcnemar_and_the_interval_seldom_disagree(only_a, only_b):
    p_value = mcnemar(only_a, only_b)
    assert 0 < p_value <= 1
    low, high = tango_bounds(only_a, only_b, only_a + only_b + 100, 0.025)
    if p_value < 0.02:
        assert low > 0 or high < 0
    if p_value > 0.2:
        assert low < 0 < high


def test_pairing_narrows_the_interval_of_alike_arms():
    from holdfast.measure.differences import difference_bounds

    pairs = PairedCounts(both=780, only_a=20, only_b=60, neither=140)
    low, high = paired_bounds(pairs, 0.025)
    apart = difference_bounds(840, 1000, 800, 1000, 0.025)
    assert high - low < 0.6 * float(apart[1] - apart[0])
    assert paired_value(pairs) == pytest.approx(0.04)
    assert paired_arms(pairs) == pytest.approx((0.80, 0.84))


def test_a_mean_of_differences_is_the_paired_t_test():
    random = np.random.default_rng(3)
    a = random.normal(5, 2, 57)
    b = a + random.normal(0.3, 1, 57)
    low, high = paired_bounds(differences(b - a), 0.025)
    oracle = ttest_rel(b, a).confidence_interval(0.95)
    assert (low, high) == pytest.approx((oracle.low, oracle.high))


def test_a_clustered_mean_is_that_of_the_cluster_totals():
    random = np.random.default_rng(4)
    labels = np.repeat(np.arange(40), 5)
    values = random.normal(0, 1, 40)[labels] + 0.01 * random.normal(size=200)
    low, high = paired_bounds(differences(values, labels), 0.025)
    # clusters of one size: the interval is that of their means
    means = values.reshape(40, 5).mean(axis=1)
    half = float(ttest_rel(means, np.zeros(40)).confidence_interval(0.95).high) - means.mean()
    assert (low, high) == pytest.approx((means.mean() - half, means.mean() + half))


@pytest.mark.parametrize(
    "state",
    [
        PairedCounts(),
        PairedClusters(),
        PairedDifferences(),
        PairedCounts(a_hits=3, a_misses=4),
        differences([0.25] * 12),
        clustered([(1, 1, 1, 0, 1), (1, 1, 1, 1, 1), (1, 0, 1, 0, 1)]),
    ],
    ids=[
        "no pairs",
        "no clusters",
        "no numbers",
        "one arm never tried",
        "twelve times the same",
        "one cluster",
    ],
)
def test_what_says_nothing_has_no_interval(state):
    assert paired_bounds(state, 0.025) is None


def test_records_that_one_arm_counts_are_seen_and_said():
    precision = PairedCounts(both=60, neither=5, a_hits=10, a_misses=12, b_hits=14, b_misses=3)
    assert paired_method(precision) == LINEARISED
    assert paired_method(PairedCounts(both=60, neither=5)) == TANGO
    assert precision.a == (70, 87)
    assert precision.b == (74, 82)
    low, high = paired_bounds(precision, 0.025)
    assert low < 74 / 82 - 70 / 87 < high


def test_clusters_of_one_record_say_what_single_pairs_of_a_precision_say():
    random = np.random.default_rng(7)
    rows = []
    for place in range(400):
        label = random.random() < 0.6
        trial_a, trial_b = (random.random(2) < (0.8 if label else 0.2)).astype(int)
        rows.append((place, label * trial_a, trial_a, label * trial_b, trial_b))
    singles = clustered(rows)
    low, high = paired_bounds(singles, 0.025)
    assert paired_bounds(singles.table, 0.025) == pytest.approx((low, high), abs=3e-3)


def test_records_that_come_in_clusters_widen_the_interval():
    random = np.random.default_rng(8)
    rows = []
    for cluster in range(60):
        a, b = random.random() < 0.7, random.random() < 0.8
        rows += [(cluster, int(a), 1, int(b), 1)] * 10
    state = clustered(rows)
    low, high = paired_bounds(state, 0.025)
    naive = paired_bounds(state.table, 0.025)
    assert high - low > 2.5 * (naive[1] - naive[0])
    assert low < paired_value(state) < high


def test_arms_that_never_differ_in_clusters_still_have_an_interval():
    state = clustered([(place // 4, 1, 1, 1, 1) for place in range(80)])
    low, high = paired_bounds(state, 0.025)
    assert low < -0.05
    assert high > 0.05
