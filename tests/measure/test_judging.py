"""From states to a verdict."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.kernel.verdict import Verdict
from holdfast.measure.disparity import DisparityEstimator, EqualizedOddsEstimator
from holdfast.measure.estimates import Estimate
from holdfast.measure.judging import Requirement, judge
from holdfast.measure.rates import RateEstimator
from holdfast.measure.slices import Rest, rest_key
from holdfast.measure.states import ClusteredCounts, Counts, Groups
from holdfast.measure.zero_tolerance import judge_zero_tolerance

PASS, INCONCLUSIVE, FAIL = Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.FAIL
rate = RateEstimator()
at_most_5 = Requirement("<=", 0.05)
at_least_95 = Requirement(">=", 0.95)


def whole(state, requirement, **asked):
    return judge(rate, {(): state}, requirement, **asked)


class Fixed:
    """An estimator with the bounds that a test gives it."""

    def __init__(self, low, high, value=0.05):
        self.low, self.high, self.value = low, high, value

    def estimate(self, state, confidence=0.95):
        return Estimate(self.value, None, 100)

    def bounds(self, state, alpha, look=1):
        return self.low, self.high

    def scaled(self, state, factor):
        return state


@pytest.mark.parametrize(
    ("sign", "low", "high", "verdict"),
    [
        ("<=", 0.01, 0.05, PASS),
        ("<", 0.01, 0.05, INCONCLUSIVE),
        ("<", 0.01, 0.0499, PASS),
        ("<=", 0.05, 0.09, INCONCLUSIVE),
        ("<=", 0.0501, 0.09, FAIL),
        ("<", 0.05, 0.09, FAIL),
        (">=", 0.05, 0.09, PASS),
        (">", 0.05, 0.09, INCONCLUSIVE),
        (">", 0.0501, 0.09, PASS),
        (">=", 0.01, 0.05, INCONCLUSIVE),
        (">=", 0.01, 0.0499, FAIL),
        (">", 0.01, 0.05, FAIL),
    ],
)
def test_a_bound_on_the_threshold_counts_as_the_sign_says(sign, low, high, verdict):
    assert judge(Fixed(low, high), {(): Counts(5, 100)}, Requirement(sign, 0.05)).verdict is verdict


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        (Counts(0, 58), INCONCLUSIVE),
        (Counts(0, 59), PASS),
        (Counts(90, 1000), FAIL),
        (Counts(60, 1000), INCONCLUSIVE),
    ],
)
def test_a_limit_passes_fails_or_stays_open(state, verdict):
    assert whole(state, at_most_5).verdict is verdict


@given(
    st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.01, 0.99)
)
def test_hits_at_most_and_misses_at_least_are_judged_alike(drawn, threshold):
    k, n = drawn
    hits = whole(Counts(k, n), Requirement("<=", threshold)).verdict
    misses = whole(Counts(n - k, n), Requirement(">=", 1 - threshold)).verdict
    assert hits is misses


@pytest.mark.parametrize("bounds", [(math.nan, 0.01), (0.9, math.nan)])
def test_a_bound_that_is_no_number_decides_nothing(bounds):
    assert judge(Fixed(*bounds), {(): Counts(5, 100)}, at_most_5).verdict is INCONCLUSIVE


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ({}, "there are no records"),
        ({(): Counts()}, "no record is one that"),
        ({(): Counts(missing=40)}, "null or no number in all 40 records"),
        ({(): ClusteredCounts(1, 9, 1, 1, 81, 9)}, "one cluster"),
    ],
)
def test_no_evidence_is_not_a_pass(states, said):
    judgement = judge(rate, states, Requirement("<=", 1.0))
    assert judgement.verdict is INCONCLUSIVE
    assert said in judgement.reason
    assert judgement.needs is None


def test_an_open_verdict_says_how_many_more_records_would_decide_it_at_the_next_look():
    judgement = whole(Counts(207, 215), at_least_95, name="recall")
    assert judgement.verdict is INCONCLUSIVE
    more = 1 + judgement.needs / 215
    decided = whole(Counts(207 * more, 215 * more), at_least_95, look=2)
    assert decided.verdict is PASS
    one_fewer = 1 + (judgement.needs - 1) / 215
    assert whole(Counts(207 * one_fewer, 215 * one_fewer), at_least_95, look=2).verdict is INCONCLUSIVE
    assert judgement.reason == (
        f"recall is 96.3 % (207 of 215) but may be as low as 93.4 % (95 % confidence), "
        f"required >= 95.0 %: {judgement.needs:,} more records would decide at this rate"
    )


def test_an_open_verdict_on_its_way_to_fail_says_so_too():
    judgement = whole(Counts(198, 212), at_least_95)
    more = 1 + judgement.needs / 212
    assert whole(Counts(198 * more, 212 * more), at_least_95, look=2).verdict is FAIL
    assert "may be as high as" in judgement.reason


@pytest.mark.parametrize(
    ("state", "requirement"),
    [
        (Counts(212, 212), Requirement(">=", 1.0)),
        (Counts(5, 100), at_most_5),
        (Counts(5, 100), Requirement("<", 0.05)),
    ],
)
def test_where_no_number_would_decide_none_is_named(state, requirement):
    judgement = whole(state, requirement)
    assert (judgement.verdict, judgement.needs) == (INCONCLUSIVE, None)
    assert "no number of further records would decide" in judgement.reason


def test_a_decided_gate_needs_nothing():
    assert whole(Counts(0, 1000), at_most_5).needs is None
    assert whole(Counts(500, 1000), at_most_5).needs is None


def test_judging_by_point_compares_the_bare_value_and_says_so():
    judgement = whole(Counts(4, 100), at_most_5, point=True)
    assert judgement.verdict is PASS
    assert judgement.point
    assert "the bare value meets <= 5.00 %" in judgement.reason
    assert any("judge: point" in note for note in judgement.notes)
    assert whole(Counts(6, 100), at_most_5, point=True).verdict is FAIL
    assert whole(Counts(), at_most_5, point=True).verdict is INCONCLUSIVE


def test_missing_labels_are_shown_with_their_share():
    judgement = whole(Counts(0, 212, missing=12), at_most_5)
    assert judgement.missing == 12
    assert "12 of 224 records (5.36 %) are not counted: something they need is null" in judgement.notes


SLICES = {("a",): Counts(10, 1000), ("b",): Counts(20, 1000), ("c",): Counts(15, 1000)}


def test_slices_pass_together_without_correction():
    judgement = judge(rate, SLICES, Requirement("<=", 0.03), by=("lang",))
    assert judgement.verdict is PASS
    assert judgement.deciding.slice == ("b",)
    assert judgement.reason == (
        "all 3 slices pass; the closest: for lang = b, the value is 2.00 % (20 of 1,000), "
        "at most 2.89 % with 95 % confidence: meets <= 3.00 %"
    )


def test_a_slice_fails_only_with_the_correction():
    # 34 of 1,000 against 2.5 %: the lower bound is 2.52 % alone and 2.32 % among three slices
    open_ = judge(rate, {**SLICES, ("b",): Counts(34, 1000)}, Requirement("<=", 0.025), by=("lang",))
    alone = judge(rate, {("b",): Counts(34, 1000)}, Requirement("<=", 0.025), by=("lang",))
    assert (open_.verdict, alone.verdict) == (INCONCLUSIVE, FAIL)
    row = next(each for each in open_.slices if each.slice == ("b",))
    assert row.outer[0] < row.inner[0]
    assert row.outer[0] < 0.025 < row.inner[0]


def test_the_worst_slice_decides():
    judgement = judge(
        rate, {("a",): Counts(0, 1000), ("b",): Counts(100, 1000), ("c",): Counts()}, at_most_5, by=("lang",)
    )
    assert judgement.verdict is FAIL
    assert judgement.deciding.slice == ("b",)
    assert (judgement.value, judgement.n, judgement.k) == (0.1, 1000, 100)
    assert judgement.interval == judgement.deciding.outer
    assert "1 of 3 slices fails; for lang = b" in judgement.reason
    assert "corrected for 3 slices" in judgement.reason


def test_a_slice_without_evidence_keeps_the_gate_open():
    judgement = judge(rate, {("a",): Counts(0, 1000), ("b",): Counts(missing=40)}, at_most_5, by=("lang",))
    assert judgement.verdict is INCONCLUSIVE
    assert "for lang = b, no evidence" in judgement.reason


def test_open_slices_need_their_records_together():
    judgement = judge(rate, {("a",): Counts(0, 40), ("b",): Counts(0, 50)}, at_most_5, by=("lang",))
    assert judgement.needs == sum(each.needs for each in judgement.slices)


def test_the_fewest_records_that_would_fail_a_slice_decide_the_gate():
    judgement = judge(rate, {("a",): Counts(2, 100), ("b",): Counts(7, 100)}, at_most_5, by=("lang",))
    breaking = next(each for each in judgement.slices if each.slice == ("b",))
    assert judgement.needs == breaking.needs


def test_slices_below_the_major_share_are_listed_and_not_judged():
    judgement = judge(
        rate, {("a",): Counts(0, 970), ("b",): Counts(29, 30)}, at_most_5, by=("lang",), major=0.05
    )
    assert judgement.verdict is PASS
    row = next(each for each in judgement.slices if each.slice == ("b",))
    assert (row.judged, row.verdict, row.value) == (False, None, pytest.approx(29 / 30))
    assert row.inner is not None
    assert "1 slice below a share of 5.00 % listed, not judged" in judgement.notes


def test_a_share_of_exactly_the_limit_is_major():
    judgement = judge(
        rate, {("a",): Counts(0, 95), ("b",): Counts(0, 5)}, at_most_5, by=("lang",), major=0.05
    )
    assert all(each.judged for each in judgement.slices)


def test_a_major_slice_whose_labels_are_all_missing_is_not_dropped():
    judgement = judge(
        rate, {("a",): Counts(0, 500), ("b",): Counts(missing=500)}, at_most_5, by=("lang",), major=0.05
    )
    assert judgement.verdict is INCONCLUSIVE


def test_where_no_slice_is_major_nothing_is_judged():
    states = {(str(i),): Counts(0, 100) for i in range(30)}
    judgement = judge(rate, states, at_most_5, by=("tenant",), major=0.05)
    assert (judgement.verdict, judgement.deciding) == (INCONCLUSIVE, None)
    assert judgement.reason == "nothing could be judged: none of 30 slices holds 5.00 % of the records"


def test_a_slice_below_the_minimum_cannot_pass():
    judgement = judge(
        rate, {("a",): Counts(0, 1000), ("b",): Counts(0, 150)}, at_most_5, by=("lang",), minimum=200
    )
    assert (judgement.verdict, judgement.needs) == (INCONCLUSIVE, 50)
    assert "lang = b has 150 records, fewer than the minimum of 200" in judgement.reason


def test_a_slice_below_the_minimum_can_fail():
    judgement = whole(Counts(90, 150), at_most_5, minimum=200)
    assert judgement.verdict is FAIL
    assert any("fewer than the minimum of 200" in note for note in judgement.notes)


def test_an_open_slice_below_the_minimum_needs_at_least_the_minimum():
    judgement = whole(Counts(0, 50), at_most_5, minimum=2000)
    assert judgement.needs == 1950


gap = DisparityEstimator("difference", ("sex",))
at_most_10 = Requirement("<=", 0.10)


def groups(**rates):
    return Groups(({(name,): Counts(*counts) for name, counts in rates.items()},))


def test_a_gap_is_judged_over_its_groups():
    assert judge(gap, {(): groups(f=(500, 1000), m=(520, 1000))}, at_most_10).verdict is PASS
    assert judge(gap, {(): groups(f=(500, 1000), m=(700, 1000))}, at_most_10).verdict is FAIL
    assert judge(gap, {(): groups(f=(50, 100), m=(52, 100))}, at_most_10).verdict is INCONCLUSIVE


def test_a_group_without_evidence_is_named():
    judgement = judge(gap, {(): groups(f=(500, 1000), m=(520, 1000), x=(0, 0, 9))}, at_most_10)
    assert judgement.verdict is INCONCLUSIVE
    assert "no records for sex = x" in judgement.reason


def test_minor_groups_are_listed_and_shown():
    judgement = judge(gap, {(): groups(f=(500, 1000), m=(520, 1000), x=(0, 20))}, at_most_10, major=0.05)
    assert judgement.verdict is PASS
    shown = judgement.slices[0].groups
    assert [(each.group, each.judged) for each in shown] == [(("f",), True), (("m",), True), (("x",), False)]
    assert "1 group below a share of 5.00 % listed, not judged" in judgement.notes


def test_a_major_group_below_the_minimum_keeps_the_gap_open():
    judgement = judge(gap, {(): groups(f=(500, 1000), m=(500, 950))}, at_most_10, minimum=1000)
    assert (judgement.verdict, judgement.needs) == (INCONCLUSIVE, 50)
    assert "sex = m has 950 records, fewer than the minimum of 1,000" in judgement.reason


def test_the_minimum_holds_for_each_rate_of_equalized_odds():
    state = Groups(
        (
            {("f",): Counts(900, 1000), ("m",): Counts(890, 1000)},
            {("f",): Counts(10, 1000), ("m",): Counts(1, 150)},
        )
    )
    judgement = judge(EqualizedOddsEstimator(("sex",)), {(): state}, at_most_10, minimum=200)
    assert judgement.verdict is INCONCLUSIVE
    assert "sex = m has 150 records" in judgement.reason


def test_a_gap_with_one_major_group_cannot_be_judged():
    judgement = judge(gap, {(): groups(f=(500, 1000), x=(0, 20))}, at_most_10, major=0.05)
    assert judgement.verdict is INCONCLUSIVE
    assert "the only one to judge is sex = f" in judgement.reason


def test_gaps_are_judged_slice_by_slice():
    states = {("de",): groups(f=(500, 1000), m=(510, 1000)), ("fr",): groups(f=(500, 1000), m=(700, 1000))}
    judgement = judge(gap, states, at_most_10, by=("lang",))
    assert judgement.verdict is FAIL
    assert judgement.deciding.slice == ("fr",)


def test_a_ratio_of_rates_is_judged_from_below():
    four_fifths = Requirement(">=", 0.8)
    ratio = DisparityEstimator("ratio", ("sex",))
    assert judge(ratio, {(): groups(f=(480, 1000), m=(500, 1000))}, four_fifths).verdict is PASS
    assert judge(ratio, {(): groups(f=(300, 1000), m=(500, 1000))}, four_fifths).verdict is FAIL


@settings(max_examples=50)
@given(
    st.lists(
        st.integers(0, 400).flatmap(
            lambda n: st.builds(Counts, st.integers(0, n), st.just(n), st.integers(0, 9))
        ),
        max_size=5,
    ),
    st.sampled_from(["<", "<=", ">", ">="]),
    st.floats(0, 1),
    st.sampled_from([None, 0.05, 0.3]),
    st.sampled_from([None, 100]),
    st.booleans(),
)
def test_every_judgement_explains_itself(counts, sign, threshold, major, minimum, point):
    states = {(str(index),): each for index, each in enumerate(counts)}
    judgement = judge(
        rate, states, Requirement(sign, threshold), by=("lang",), major=major, minimum=minimum, point=point
    )
    judged = [each for each in judgement.slices if each.judged]
    assert judgement.verdict is max((each.verdict for each in judged), default=INCONCLUSIVE)
    assert judgement.reason
    assert all(each.reason for each in judgement.slices)
    assert (judgement.needs or 0) >= 0
    if judgement.verdict is PASS:
        assert all(judgement.requirement.holds(each.value) for each in judged)
        assert all(each.n >= (minimum or 1) for each in judged)
    for each in judged:
        if each.inner is not None:
            assert each.outer[0] <= each.inner[0] <= each.inner[1] <= each.outer[1]


def test_fifty_slices_are_judged_at_once():
    random = np.random.default_rng(3)
    states = {(str(i),): Counts(int(random.binomial(500, 0.04)), 500) for i in range(50)}
    judgement = judge(rate, states, at_most_5, by=("tenant",))
    assert len(judgement.slices) == 50


def test_a_requirement_reads_as_in_the_plan():
    assert str(Requirement("<=", 0.05)) == "<= 0.05"
    assert Requirement(">=", 0.98).words() == ">= 98.0 %"
    assert Requirement("<", 1200).words("number") == "< 1,200"


def test_words_and_needs_speak_of_the_slice_that_would_fail_first():
    states = {("a",): Counts(3, 100), ("b",): Counts(2, 100), ("c",): Counts(9, 100)}
    judged = judge(RateEstimator(), states, Requirement("<=", 0.05), by=("group",))
    assert judged.verdict is Verdict.INCONCLUSIVE
    assert judged.deciding is not None
    assert judged.deciding.slice == ("c",)
    assert judged.needs == judged.deciding.needs
    assert "group = c" in judged.reason


REST = rest_key(Rest(values=500, most=4), 1)
LOW = Requirement("<=", 0.05)


def test_the_rest_cannot_pass_for_each_of_the_slices_that_it_is_made_of():
    judged = judge(RateEstimator(), {("a",): Counts(1, 900), REST: Counts(1, 900)}, LOW, by=("person",))
    assert judged.verdict is Verdict.INCONCLUSIVE
    assert judged.needs is None
    assert "for other (500 further values of person, at most 4 records each), " in judged.reason
    assert "what holds of further values together need not hold of each" in judged.reason


def test_the_rest_can_fail():
    judged = judge(RateEstimator(), {("a",): Counts(1, 900), REST: Counts(500, 900)}, LOW, by=("person",))
    assert judged.verdict is Verdict.FAIL


def test_the_rest_is_listed_where_none_of_its_slices_would_be_judged():
    states = {("a",): Counts(1, 900), REST: Counts(1, 900)}
    judged = judge(RateEstimator(), states, LOW, by=("person",), major=0.01)
    assert judged.verdict is Verdict.PASS
    assert [each.judged for each in judged.slices] == [True, False]


def test_a_gap_with_further_groups_counted_together_does_not_pass():
    groups = {("a",): Counts(100, 900), ("b",): Counts(100, 900), REST: Counts(100, 900)}
    gap = DisparityEstimator("difference", ("person",))
    assert judge(gap, {(): Groups((groups,))}, Requirement("<=", 0.5)).verdict is Verdict.INCONCLUSIVE
    assert judge(gap, {(): Groups((groups,))}, Requirement("<=", 0.5), major=0.01).verdict is Verdict.PASS


def test_no_hit_in_the_rest_is_not_enough_trials_of_each():
    judged = judge_zero_tolerance({("a",): Counts(0, 900), REST: Counts(0, 900)}, allow=0, trials=100)
    assert (judged.verdict, judged.needs) == (Verdict.INCONCLUSIVE, None)
    assert "but not 100 trials of each" in judged.reason
