"""Scales: every figure has its place, in order, and ticks are round and on the scale."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from holdfast.web.charts.scale import Scale, around, spanning, tick_step, tick_text

FIGURES = st.floats(-1e9, 1e9).filter(lambda x: x == 0 or abs(x) > 1e-9)


@given(FIGURES, FIGURES, FIGURES, FIGURES)
def test_order_is_kept(low: float, high: float, one: float, other: float) -> None:
    assume(low < high)
    scale = Scale(low, high)
    assert (scale.place(one) <= scale.place(other)) or one > other


@given(FIGURES, st.lists(FIGURES, max_size=5), st.sampled_from([1, -1]))
def test_the_threshold_is_in_the_middle_and_better_to_the_right(
    threshold: float, figures: list[float], better: int
) -> None:
    scale = around(threshold, figures, better=better)
    assert scale.place(threshold) == pytest.approx(50, abs=0.01)
    for figure in figures:
        assert not scale.beyond(figure)
        if (figure - threshold) * better > 0:
            assert scale.place(figure) >= 49.99


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_a_scale_of_shares_shows_all_of_them_and_nothing_impossible(shares: list[float]) -> None:
    scale = spanning(shares, "share")
    assert scale is not None
    assert 0 <= scale.low < scale.high <= 1
    assert not any(scale.beyond(share) for share in shares)


def test_figures_that_are_not_known_make_no_scale() -> None:
    assert spanning([None, math.nan, math.inf], "share") is None


def test_a_single_figure_still_gets_a_scale() -> None:
    for value in (0.0, 0.5, 1.0):
        scale = spanning([value], "share")
        assert scale is not None
        assert not scale.beyond(value)


@pytest.mark.parametrize(("low", "high"), [(1.0, 1.0), (0.0, math.inf), (math.nan, 1.0)])
def test_a_scale_without_width_is_refused(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="two different finite ends"):
        Scale(low, high)


@given(FIGURES, st.floats(1e-6, 1e6))
def test_ticks_are_few_and_on_the_scale(low: float, width: float) -> None:
    assume(abs(low) < 1e6 * width)
    scale = Scale(low, low + width)
    ticks = scale.ticks(4)
    assert len(ticks) <= 5
    assert list(ticks) == sorted(ticks)
    slack = width * 1e-6
    assert all(scale.low - slack <= tick <= scale.high + slack for tick in ticks)


@given(st.floats(1e-6, 1e6))
def test_steps_are_one_two_or_five(width: float) -> None:
    assert f"{tick_step(width):e}"[0] in "125"


def test_ticks_have_just_the_digits_they_need() -> None:
    assert [tick_text(tick, 0.005, "share") for tick in (0.0, 0.005, 0.01)] == ["0 %", "0.5 %", "1.0 %"]
    assert tick_text(1500.0, 500.0, "number") == "1,500"
