"""The risk of what was answered, and how much that was."""

from __future__ import annotations

import pytest

from holdfast.measure.judging import Requirement, judge
from holdfast.measure.rates import RateEstimator
from holdfast.measure.selective import SelectiveRiskEstimator
from holdfast.measure.states import ClusteredCounts, Counts, Selective

RISK = SelectiveRiskEstimator()


def test_the_risk_is_the_rate_of_errors_among_answers_and_judged_like_one():
    state = Selective(Counts(3, 400, missing=5), Counts(405, 1000))
    assert RISK.estimate(state).value == 3 / 400
    assert RISK.bounds(state, 0.05) == RateEstimator().bounds(Counts(3, 400), 0.05)
    assert RISK.bounds(state, 0.05, look=2) == RateEstimator().bounds(Counts(3, 400), 0.05, 2)


def test_coverage_stands_beside_it_with_its_interval():
    estimate = RISK.estimate(Selective(Counts(3, 400), Counts(400, 1000)), confidence=0.9)
    ends = RateEstimator().estimate(Counts(400, 1000), 0.9).interval
    assert estimate.extra == (("coverage", 0.4), ("coverage low", ends.low), ("coverage high", ends.high))
    assert "40.0 % of the records were answered" in estimate.notes[-1]


def test_nothing_answered_is_no_evidence_and_says_how_much_was_asked():
    state = Selective(Counts(), Counts(0, 50))
    judged = judge(RISK, {(): state}, Requirement("<=", 0.1), name="risk")
    assert judged.verdict.value == "inconclusive"
    assert dict(RISK.estimate(state).extra)["coverage"] == 0


def test_nothing_asked_is_nothing():
    assert RISK.estimate(Selective.zero()).value is None
    assert RISK.bounds(Selective.zero(), 0.05) is None


def test_a_slice_that_answers_little_still_has_the_share_of_what_was_asked():
    states = {
        ("a",): Selective(Counts(0, 10), Counts(10, 900)),
        ("b",): Selective(Counts(0, 90), Counts(90, 100)),
    }
    judged = judge(RISK, states, Requirement("<=", 0.5), by=("team",), major=0.5)
    assert [each.share for each in judged.slices] == [0.9, 0.1]
    assert [each.judged for each in judged.slices] == [True, False]


@pytest.mark.parametrize("factor", [0.5, 3])
def test_more_records_keep_risk_and_coverage(factor):
    state = Selective(ClusteredCounts(4, 40, 10, 4, 200, 16), ClusteredCounts(40, 80, 10, 200, 700, 330))
    scaled = RISK.scaled(state, factor)
    assert RISK.estimate(scaled).value == RISK.estimate(state).value
    assert scaled.coverage.n == factor * 80
