"""Draws are the same for the same state, in every process, and differ for another question."""

import subprocess
import sys

import numpy as np
import pytest

from holdfast.measure.bootstrap import beyond, binomial, generator, level, multinomial

CONTENT = [[3.0, 1000.0], np.arange(4.0)]
SCRIPT = (
    "from holdfast.measure.bootstrap import generator; "
    "print(generator('x', [[3.0, 1000.0], [0, 1, 2, 3]]).random())"
)


def test_another_process_draws_the_same():
    made = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert float(made.stdout) == generator("x", CONTENT).random()


def test_state_and_question_both_count():
    first = generator("x", CONTENT).random()
    assert first != generator("y", CONTENT).random()
    assert first != generator("x", [[3.0, 1001.0], np.arange(4.0)]).random()


def test_the_same_numbers_in_another_order_of_arrays_are_another_state():
    assert generator("x", [[1.0, 2.0], [3.0]]).random() != generator("x", [[1.0], [2.0, 3.0]]).random()


def test_multinomial_draws_have_the_right_mean_and_spread():
    drawn = multinomial(generator("x", CONTENT), 500, [1, 3, 6], 20_000)
    assert (drawn.sum(axis=1) == 500).all()
    assert drawn.mean(axis=0) == pytest.approx([50, 150, 300], rel=0.01)
    assert drawn.var(axis=0) == pytest.approx([45, 105, 120], rel=0.05)


def test_binomial_draws_have_the_right_mean():
    drawn = binomial(generator("x", CONTENT), [[10], [1000]], [0.1, 0.9], 20_000)
    assert drawn.mean(axis=0) == pytest.approx(np.array([[1, 9], [100, 900]]), rel=0.02)


def test_a_p_value_is_never_zero():
    assert beyond(np.zeros(1999), 1.0) == 1 / 2000


def test_later_looks_share_half_of_alpha():
    assert sum(level(0.05, look) for look in range(2, 100_000)) <= 0.025


def test_there_is_no_look_before_the_first():
    with pytest.raises(ValueError, match="first look is 1"):
        level(0.05, 0)
