"""Gaps between groups."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.measure.disparity import (
    DisparityEstimator,
    EqualizedOddsEstimator,
    group_weights,
    restricted,
    without_evidence,
)
from holdfast.measure.states import ClusteredCounts, Counts, Groups

difference = DisparityEstimator("difference", ("sex",))
ratio = DisparityEstimator("ratio", ("sex",))


def groups(**rates):
    return Groups(({(name,): Counts(*counts) for name, counts in rates.items()},))


some = st.dictionaries(
    st.tuples(st.text(max_size=3)),
    st.integers(1, 300).flatmap(lambda n: st.builds(Counts, st.integers(0, n), st.just(n))),
    min_size=2,
    max_size=6,
).map(lambda rate: Groups((rate,)))


def test_a_gap_is_the_greatest_rate_less_the_least():
    estimate = difference.estimate(groups(f=(48, 100), m=(50, 100), x=(30, 100)))
    assert estimate.value == pytest.approx(0.2)
    assert estimate.n == 300
    assert "the gap is between sex = m (50.0 %) and sex = x (30.0 %)" in estimate.notes


def test_a_ratio_is_the_least_over_the_greatest():
    assert ratio.estimate(groups(f=(40, 100), m=(50, 100))).value == pytest.approx(0.8)


def test_equalized_odds_is_the_larger_of_the_two_gaps():
    found = {("f",): Counts(90, 100), ("m",): Counts(80, 100)}
    alarmed = {("f",): Counts(30, 100), ("m",): Counts(5, 100)}
    estimate = EqualizedOddsEstimator(("sex",)).estimate(Groups((found, alarmed)))
    assert estimate.value == pytest.approx(0.25)


@settings(max_examples=25)
@given(some)
def test_the_bounds_hold_the_gap(state):
    low, high = difference.bounds(state, 0.05)
    assert 0 <= low <= difference.estimate(state).value + 1e-9
    assert difference.estimate(state).value <= high + 1e-9
    low, high = ratio.bounds(state, 0.05)
    assert 0 <= low <= high <= 1
    value = ratio.estimate(state).value
    if value is not None:
        assert low - 1e-9 <= value <= high + 1e-9


@settings(max_examples=25)
@given(some)
def test_the_order_and_the_names_of_groups_do_not_matter(state):
    renamed = Groups(
        ({(str(i),): counts for i, counts in enumerate(reversed(list(state.counts[0].values())))},)
    )
    assert difference.bounds(renamed, 0.05) == pytest.approx(difference.bounds(state, 0.05), abs=1e-7)


@settings(max_examples=25)
@given(some, st.integers(1, 300).flatmap(lambda n: st.builds(Counts, st.integers(0, n), st.just(n))))
def test_one_group_more_never_makes_a_pass_easier(state, more):
    larger = Groups(({**state.counts[0], ("one group more",): more},))
    assert difference.bounds(larger, 0.05)[1] >= difference.bounds(state, 0.05)[1] - 1e-9
    assert ratio.bounds(larger, 0.05)[0] <= ratio.bounds(state, 0.05)[0] + 1e-9


def test_passing_needs_no_correction_and_failing_does():
    two = groups(a=(500, 1000), b=(560, 1000))
    ten = Groups(({**two.counts[0], **{(f"{i}",): Counts(530, 1000) for i in range(8)}},))
    (low, high), (many_low, many_high) = difference.bounds(two, 0.05), difference.bounds(ten, 0.05)
    assert many_high == pytest.approx(high)
    assert many_low < low


def test_no_hit_anywhere_is_not_a_gap_of_exactly_zero():
    low, high = difference.bounds(groups(f=(0, 100), m=(0, 100)), 0.05)
    assert low == 0
    assert high > 0.02


def test_no_hit_anywhere_is_no_ratio():
    estimate = ratio.estimate(groups(f=(0, 100), m=(0, 100)))
    assert estimate.value is None
    assert any("ratio of nothing" in note for note in estimate.notes)
    assert ratio.bounds(groups(f=(0, 100), m=(0, 100)), 0.05) == (0.0, 1.0)


def test_a_group_without_records_is_not_a_gap_of_zero():
    state = groups(f=(50, 100), m=(52, 100), x=(0, 0, 7))
    assert difference.bounds(state, 0.05) is None
    assert difference.lacking(state) == ["no records for sex = x"]


def test_a_group_that_only_one_rate_knows_is_named_with_the_other():
    state = Groups(({("f",): Counts(1, 2), ("m",): Counts(1, 2)}, {("f",): Counts(1, 2)}))
    assert without_evidence(state) == [(1, ("m",))]
    assert "no records for sex = m (false positive rate)" in EqualizedOddsEstimator(("sex",)).lacking(state)


def test_a_single_group_has_nothing_to_be_compared_with():
    assert difference.estimate(groups(f=(1, 9))).value is None
    assert difference.bounds(groups(f=(1, 9)), 0.05) is None
    assert difference.lacking(groups(f=(1, 9))) == [
        "a gap needs two groups; the only one to judge is sex = f"
    ]


def test_nothing_at_all_has_no_gap():
    assert difference.estimate(Groups.zero()).value is None
    assert difference.bounds(Groups.zero(), 0.05) is None
    assert EqualizedOddsEstimator().bounds(Groups.zero(2), 0.05) is None


def test_a_group_of_one_cluster_says_nothing():
    one = ClusteredCounts(k=5, n=10, clusters=1, kk=25, nn=100, kn=50)
    many = ClusteredCounts(k=50, n=1000, clusters=100, kk=500, nn=10_000, kn=500)
    state = Groups(({("f",): many, ("m",): one},))
    assert difference.bounds(state, 0.05) is None
    assert difference.lacking(state) == ["only one cluster of records for sex = m"]


def test_clustered_groups_have_wider_bounds():
    clustered = ClusteredCounts(k=500, n=1000, clusters=100, kk=4000, nn=10_000, kn=5000)
    wide = difference.bounds(Groups(({("f",): clustered, ("m",): clustered},)), 0.05)
    assert wide[1] > difference.bounds(groups(f=(500, 1000), m=(500, 1000)), 0.05)[1]


def test_later_looks_spend_less_each():
    state = groups(f=(480, 1000), m=(500, 1000))
    highs = [difference.bounds(state, 0.05, look)[1] for look in (1, 2, 3)]
    assert highs == sorted(highs)
    assert highs[0] < highs[1] < highs[2]


def test_more_records_keep_the_gap_and_narrow_the_bounds():
    state = groups(f=(480, 1000), m=(500, 1000))
    more = difference.scaled(state, 4)
    assert difference.estimate(more).value == difference.estimate(state).value
    assert difference.bounds(more, 0.05)[1] < difference.bounds(state, 0.05)[1]


def test_figures_show_every_group_and_which_were_judged():
    state = groups(f=(48, 100), m=(50, 100, 10), x=(0, 0))
    figures = difference.figures(state, 0.95, frozenset({("f",), ("m",)}))
    assert [(each.group, each.value, each.n, each.judged) for each in figures] == [
        (("f",), 0.48, 100, True),
        (("m",), 0.5, 100, True),
        (("x",), None, 0, False),
    ]
    assert [each.share for each in figures] == pytest.approx([100 / 210, 110 / 210, 0])
    assert [
        each.rate
        for each in EqualizedOddsEstimator().figures(
            Groups((*state.counts, *state.counts)), 0.95, frozenset()
        )
    ][::3] == ["true positive rate", "false positive rate"]


def test_weights_and_restriction_go_over_all_rates():
    state = Groups(({("f",): Counts(1, 2, 1), ("m",): Counts(1, 5)}, {("f",): Counts(0, 4)}))
    assert group_weights(state) == {("f",): 7, ("m",): 5}
    assert restricted(state, frozenset({("f",)})).counts == (
        {("f",): Counts(1, 2, 1)},
        {("f",): Counts(0, 4)},
    )
