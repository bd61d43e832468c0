"""Equal-mass bins: nothing is lost, and they are as equal as the scores allow."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.measure.mass_bins import equal_mass
from holdfast.measure.states import ScoreBins

scored = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=200)


@given(scored, st.integers(1, 30))
def test_counts_and_sums_are_kept(rows, scored, bins):
    scores, labels = np.array(scored, dtype=float).T
    folded = equal_mass(rows.score_bins(scores, labels), bins)
    assert 1 <= len(folded.n) <= bins
    assert folded.n.sum() == len(scores)
    assert folded.score.sum() == pytest.approx(scores.sum())
    assert folded.label.sum() == labels.sum()
    assert (folded.n > 0).all()


def test_bins_of_distinct_scores_are_equal_to_within_a_cell(rows):
    scores = np.random.default_rng(1).beta(2, 5, 3000)
    folded = equal_mass(rows.score_bins(scores, scores > 0.5), 15)
    assert len(folded.n) == 15
    assert np.abs(folded.n - 200).max() <= 10


def test_bins_go_from_low_to_high_scores(rows):
    scores = np.random.default_rng(2).random(500)
    assert (np.diff(equal_mass(rows.score_bins(scores, scores > 0.5), 10).promised) > 0).all()


def test_one_score_is_one_bin(rows):
    assert equal_mass(rows.score_bins([0.5] * 100, [1] * 100)).n.tolist() == [100]


def test_no_records_are_no_bins():
    assert len(equal_mass(ScoreBins.zero()).n) == 0
