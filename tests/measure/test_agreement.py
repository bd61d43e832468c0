"""Cohen's kappa: its value, and bounds that full agreement does not switch off."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.measure.agreement import AgreementEstimator, cohen_kappa, table_of
from holdfast.measure.states import Pairs

KAPPA = AgreementEstimator()


def test_full_agreement_is_one_and_not_certain():
    state = Pairs({("a", "a"): 10, ("b", "b"): 10})
    assert KAPPA.estimate(state).value == 1
    low, high = KAPPA.bounds(state, 0.05)
    assert high == 1
    assert 0.5 < low < 0.9


def test_chance_is_zero():
    assert (
        KAPPA.estimate(Pairs(dict.fromkeys([("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")], 25))).value == 0
    )


def test_one_label_only_has_no_kappa_and_says_why():
    estimate = KAPPA.estimate(Pairs({("ok", "ok"): 40}))
    assert estimate.value is None
    assert estimate.n == 40
    assert "every verdict of both is `ok`" in estimate.notes[0]
    assert KAPPA.bounds(Pairs({("ok", "ok"): 40}), 0.05) is None


def test_no_pairs_have_no_kappa():
    assert KAPPA.estimate(Pairs({}, missing=4)).value is None
    assert KAPPA.estimate(Pairs({("a", "b"): 0})).n == 0


def test_labels_of_one_reviewer_alone_count():
    assert table_of(Pairs({("a", "b"): 1, ("c", "c"): 2}))[0] == ("a", "b", "c")


tables = st.lists(st.integers(0, 40), min_size=9, max_size=9).map(
    lambda cells: np.array(cells, float).reshape(3, 3)
)


@given(tables)
def test_swapping_the_reviewers_changes_nothing(table):
    mine, theirs = cohen_kappa(table), cohen_kappa(table.T)
    assert (mine is None) == (theirs is None)
    if mine is not None and theirs is not None:
        assert (mine.value, mine.error) == pytest.approx((theirs.value, theirs.error))


@given(tables)
def test_the_value_lies_within_its_bounds(table):
    state = Pairs({(str(i), str(j)): table[i, j] for i in range(3) for j in range(3)})
    bounds = KAPPA.bounds(state, 0.05)
    if bounds is not None:
        assert bounds[0] - 1e-9 <= KAPPA.estimate(state).value <= bounds[1] + 1e-9


def test_more_pairs_of_the_same_kind_keep_the_value_and_narrow_the_bounds():
    state = Pairs({("a", "a"): 20, ("a", "b"): 5, ("b", "b"): 15}, missing=2)
    more = KAPPA.scaled(state, 9)
    assert more.missing == 18
    assert KAPPA.estimate(more).value == pytest.approx(KAPPA.estimate(state).value)
    (low, high), (more_low, more_high) = KAPPA.bounds(state, 0.05), KAPPA.bounds(more, 0.05)
    assert low < more_low < more_high < high
