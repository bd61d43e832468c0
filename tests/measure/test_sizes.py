"""How many records it takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.measure.rates import clopper_pearson
from holdfast.measure.sizes import MOST, needed, zero_failure_size


@pytest.mark.parametrize(("rate", "size"), [(0.01, 299), (0.005, 598), (0.001, 2995)])
def test_zero_failure_sizes_have_their_known_answers(rate, size):
    assert zero_failure_size(rate) == size


@given(st.floats(0.001, 0.9), st.sampled_from([0.8, 0.95, 0.99]))
def test_so_many_records_show_it_and_one_fewer_do_not(rate, confidence):
    n = zero_failure_size(rate, confidence)
    assert float(clopper_pearson(0, n, 1 - confidence)[1]) <= rate + 1e-9
    if n > 1:
        assert float(clopper_pearson(0, n - 1, 1 - confidence)[1]) > rate - 1e-9


@pytest.mark.parametrize("rate", [0, 1, -0.1, 1.5])
def test_no_number_of_records_shows_that_a_rate_is_zero(rate):
    with pytest.raises(ValueError, match="no number of records"):
        zero_failure_size(rate)


@given(st.integers(1, 4000), st.integers(1, 10**6), st.floats(0.001, 1000))
def test_the_least_number_is_found_whatever_was_guessed(answer, n, guess):
    assert needed(lambda factor: factor >= 1 + (answer - 0.5) / n, n, guess) == answer


@given(st.integers(10**4, 10**8), st.floats(0.001, 1000))
def test_large_numbers_are_found_to_a_thousandth(answer, guess):
    found = needed(lambda factor: factor >= 1 + answer / 100, 100, guess)
    assert answer - 1 <= found <= answer * 1.001 + 1


def test_where_no_number_would_do_there_is_none():
    tried = []
    assert needed(lambda factor: bool(tried.append(factor)), 100) is None
    assert max(tried) == 1 + MOST / 100


def test_nothing_times_any_factor_stays_nothing():
    assert needed(lambda factor: True, 0) is None


def test_few_questions_are_asked():
    asked = []

    def decides(factor):
        asked.append(factor)
        return factor >= 40

    needed(decides, 1000, guess=30)
    assert len(asked) <= 20
