"""Zero tolerance: so many trials, and no hit too many."""

import pytest

from holdfast.kernel.verdict import Verdict
from holdfast.measure.judging import judge_zero_tolerance
from holdfast.measure.states import ClusteredCounts, Counts, Moments


@pytest.mark.parametrize(
    ("k", "n", "allow", "verdict"),
    [
        (0, 1000, 0, Verdict.PASS),
        (0, 5000, 0, Verdict.PASS),
        (0, 999, 0, Verdict.INCONCLUSIVE),
        (1, 1000, 0, Verdict.FAIL),
        (1, 3, 0, Verdict.FAIL),
        (2, 1000, 2, Verdict.PASS),
        (3, 1000, 2, Verdict.FAIL),
    ],
)
def test_one_hit_more_than_allowed_fails_and_too_few_trials_decide_nothing(k, n, allow, verdict):
    assert judge_zero_tolerance({(): Counts(k, n)}, allow, 1000).verdict is verdict


def test_a_pass_shows_the_upper_bound():
    judgement = judge_zero_tolerance({(): Counts(0, 1000)}, 0, 1000)
    assert judgement.interval == pytest.approx((0, 0.002991), abs=5e-7)
    assert judgement.reason == "no hit in 1,000 trials: at most 0.299 % with 95 % confidence"


def test_trials_still_missing_are_counted():
    judgement = judge_zero_tolerance({(): Counts(0, 400)}, 0, 1000)
    assert judgement.needs == 600
    assert judgement.reason == "no hit in 400 trials so far, 1,000 required: 600 trials missing"


def test_a_fail_says_how_many_were_allowed():
    assert (
        judge_zero_tolerance({(): Counts(3, 1000)}, 0, 1000).reason == "3 hits in 1,000 trials, none allowed"
    )
    assert judge_zero_tolerance({(): Counts(3, 1000)}, 2, 1000).reason.endswith("2 allowed")


@pytest.mark.parametrize("states", [{}, {(): Counts()}, {(): Counts(missing=1000)}])
def test_no_trials_are_not_a_pass(states):
    judgement = judge_zero_tolerance(states, 0, 1000)
    assert (judgement.verdict, judgement.needs) == (Verdict.INCONCLUSIVE, 1000)


def test_no_required_trials_without_a_record_are_not_a_pass_either():
    assert judge_zero_tolerance({(): Counts()}, 0, 0).verdict is Verdict.INCONCLUSIVE


def test_every_slice_owes_its_trials():
    states = {("de",): Counts(0, 1000), ("fr",): Counts(0, 900, missing=50), ("it",): Counts(0, 700)}
    judgement = judge_zero_tolerance(states, 0, 1000, by=("lang",))
    assert (judgement.verdict, judgement.needs) == (Verdict.INCONCLUSIVE, 400)
    assert "for lang = it, no hit in 700 trials" in judgement.reason
    assert any("50 of 2,650 records" in note for note in judgement.notes)


def test_the_slice_with_the_hit_decides():
    states = {("de",): Counts(0, 1000), ("fr",): Counts(1, 10)}
    judgement = judge_zero_tolerance(states, 0, 1000, by=("lang",))
    assert judgement.verdict is Verdict.FAIL
    assert judgement.deciding.slice == ("fr",)


def test_clustered_trials_show_the_wider_bound():
    clustered = ClusteredCounts(n=1000, clusters=100, nn=10_000)
    judgement = judge_zero_tolerance({(): clustered}, 0, 1000)
    assert judgement.verdict is Verdict.PASS
    assert judgement.interval[1] == pytest.approx(0.030, abs=0.001)


def test_what_counts_no_hits_has_no_zero_tolerance():
    with pytest.raises(TypeError, match="Moments has none"):
        judge_zero_tolerance({(): Moments()}, 0, 10)
