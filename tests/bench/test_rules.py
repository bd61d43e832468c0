"""The simulated rules are the rules: ours is the product's detector, PageHinkley is river's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from bench.rules.simulation import (
    delay_of,
    delays,
    false_alarms,
    frequent_threshold,
    mean_times,
    threshold_for,
)
from bench.rules.vectorised import OracleCusum, Ours, PageHinkley, Wilson, by_the_hour, steady

from holdfast.measure.rates import wilson
from holdfast.measure.watching.rates import RateDetector, RateWatch, advance


@pytest.mark.parametrize(("level", "side"), [(0.01, "above"), (0.95, "below")])
def test_ours_is_the_detector_of_the_product_run_by_run(level, side):
    random, watch = np.random.default_rng(1), RateWatch(level, side, budget=86_400.0)
    rule, detectors = Ours(watch), [RateDetector.begun() for _ in range(5)]
    rule.begin(5)
    for minute in range(200):
        n = by_the_hour(20)(minute)
        k = random.binomial(n, 0.02 if side == "above" else 0.9, 5)
        seen = rule.step(k, n)
        detectors = [advance(watch, each, hits, n, 60) for each, hits in zip(detectors, k, strict=True)]
        assert seen == pytest.approx([each.evidence for each in detectors], abs=1e-9)


def test_a_run_that_begins_anew_is_as_one_that_never_ran():
    rule = Ours(RateWatch(0.01, "above", budget=86_400.0))
    rule.begin(2)
    rule.step(np.array([9, 9]), 10)
    rule.restart(np.array([1]))
    fresh = Ours(rule.watch)
    fresh.begin(1)
    assert rule.step(np.array([0, 0]), 10)[1] == fresh.step(np.array([0]), 10)[0]


def test_page_hinkley_alarms_where_river_s_does():
    river = pytest.importorskip("river.drift", reason="river is not installed: `uv sync --group bench`")
    random, rule = np.random.default_rng(3), PageHinkley(0.05, 0.025)
    rule.begin(1)
    theirs = river.PageHinkley(delta=0.025, threshold=0.2, mode="up")
    alarms = []
    for minute in range(3_000):
        k = random.binomial(20, 0.05 if minute < 1_500 else 0.12)
        alarmed = rule.step(np.array([k]), 20)[0] > 0.2
        theirs.update(k / 20)
        assert alarmed == theirs.drift_detected
        if alarmed:
            alarms.append(minute)
            rule.restart(np.array([0]))
    assert any(minute < 1_500 for minute in alarms)
    assert any(minute >= 1_500 for minute in alarms)


def test_the_cusum_is_page_s():
    # by hand: two hits of three at 0.1 against 0.2, then nothing but misses until it is back at zero
    rule = OracleCusum(0.1, 0.2)
    rule.begin(1)
    first = rule.step(np.array([2]), 3)[0]
    assert first == pytest.approx(2 * math.log(2) + math.log(8 / 9))
    assert rule.step(np.array([0]), 3)[0] == pytest.approx(first + 3 * math.log(8 / 9))
    assert rule.step(np.array([0]), 100)[0] == 0


def test_the_score_is_above_z_where_the_wilson_interval_is_above_the_level():
    n, k = 60, np.arange(61)
    rule = Wilson(0.1, None)
    rule.begin(61)
    score = rule.step(k, n)
    low, _ = wilson(k, n, 0.95)
    assert ((score > 1.959963984540054) == (low > 0.1)).all()


def test_a_window_speaks_at_its_end_and_then_forgets():
    rule = Wilson(0.1, 2)
    rule.begin(1)
    assert rule.step(np.array([1]), 10)[0] == -np.inf
    assert rule.step(np.array([3]), 10)[0] == pytest.approx(2 / math.sqrt(20 * 0.09))
    rule.step(np.array([0]), 10)
    assert rule.step(np.array([2]), 10)[0] == pytest.approx(0)


def test_traffic_by_the_hour_keeps_its_mean():
    traffic = by_the_hour(30)
    day = [traffic(minute) for minute in range(1440)]
    assert (min(day), max(day)) == (0, 60)
    assert np.mean(day) == pytest.approx(30, abs=0.5)


def test_a_threshold_tuned_to_a_mean_time_has_it_in_other_streams():
    rule, traffic = OracleCusum(0.05, 0.1), steady(20)
    times = mean_times([rule], 0.05, traffic, 400, 800, seed=1)[0]
    threshold = threshold_for(rule.grid, times, 400)
    alarms = false_alarms([rule], [threshold], 0.05, traffic, 400, 800, seed=2)[0]
    assert 800 / alarms.sum() == pytest.approx(1, abs=0.15)
    assert frequent_threshold(rule.grid, times, 400) <= threshold


def test_delays_are_counted_in_records_from_the_change_without_runs_that_alarmed_before():
    class Hits:
        name, grid = "hits", np.array([1.0])

        def begin(self, runs):
            self.runs = runs

        def restart(self, which):
            pass

        def step(self, k, n):
            return k

    # certain rates: no hit before the change, all hits after it
    found = delays([Hits()], [1.0], (0.0, 1.0), steady(7), before=5, most=9, runs=3, seed=1)[0]
    assert (found.mean, found.error, found.runs, found.late) == (7.0, 0.0, 3, 0)
    never = delays([Hits()], [8.0], (0.0, 1.0), steady(7), before=5, most=9, runs=3, seed=1)[0]
    assert (never.mean, never.late) == (63.0, 3)


def test_a_rule_that_alarmed_in_every_run_before_the_change_has_no_delay():
    found = delay_of(np.array([]), end=100)
    assert found.runs == 0
    assert math.isnan(found.mean)
