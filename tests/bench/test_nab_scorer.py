"""The score of the Numenta benchmark, against windows worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from bench.nab.corpus import (
    Profile,
    Series,
    probation_of,
    read_corpus,
    read_profiles,
    read_published,
    shared_data,
)
from bench.nab.detectors import alarms, exceedances, windowed_gaussian
from bench.nab.scorer import score_corpus, worth, worths_of

STANDARD = Profile("standard", hit=1.0, false_alarm=0.11, miss=1.0)
LENGTH = 40  # 6 of them the probation's
BEST = 2 / (1 + math.exp(-5)) - 1


def series(*windows):
    return Series("made up", np.zeros(LENGTH), windows)


def scored(given, *alarmed, profile=STANDARD):
    scores = np.zeros(LENGTH)
    scores[list(alarmed)] = 1.0
    return score_corpus([given], [scores], profile)


def test_an_alarm_at_the_first_record_of_the_only_window_is_perfect():
    assert scored(series((10, 19)), 10).score == pytest.approx(100)


def test_an_alarm_in_the_middle_is_worth_what_the_sigmoid_says():
    # record 15 of 10 to 19 stands at -(19 - 15 + 1) / 10 = -0.5
    gained = (2 / (1 + math.exp(-2.5)) - 1) / BEST
    assert scored(series((10, 19)), 15).score == pytest.approx(100 * (gained + 1) / 2)


def test_only_the_best_alarm_of_a_window_counts():
    window = series((10, 19))
    assert scored(window, 12, 13, 14, 19).score == scored(window, 12).score


def test_an_alarm_behind_a_window_costs_more_the_further_behind():
    # 3 behind a window of 10 is at 3/9; 30 behind it and before the first window the whole weight is lost
    both = scored(series((10, 19)), 10, 22)
    assert both.score == pytest.approx(100 + 50 * 0.11 * (2 / (1 + math.exp(5 / 3)) - 1))
    assert scored(series((30, 33)), 8, 30).score == pytest.approx(100 - 50 * 0.11)
    assert both.outside == 1


def test_a_window_without_an_alarm_costs_the_profile_s_weight_of_a_miss():
    two = series((10, 14), (25, 29))
    assert scored(two, 10).score == pytest.approx(50)
    careful = Profile("low FN", hit=1.0, false_alarm=0.5, miss=2.0)
    # of 2 * 2 to lose and 2 to gain: one gained, one lost
    assert scored(two, 10, profile=careful).score == pytest.approx(100 * (1 - 2 + 4) / (2 + 4))


def test_never_to_alarm_is_zero_and_where_it_is_best_it_is_taken():
    found = scored(series((30, 33)), *range(6, 30))
    assert (found.score, found.threshold, found.found) == (0.0, math.inf, 0)


def test_alarms_in_the_probation_are_not_seen():
    window = series((10, 19))
    assert scored(window, 0, 5, 10) == scored(window, 10)


def test_a_threshold_is_one_for_the_whole_corpus():
    one, other = np.zeros(LENGTH), np.zeros(LENGTH)
    one[10], other[10], other[25] = 0.9, 0.4, 0.9  # what finds the second window costs an alarm far outside
    found = score_corpus([series((10, 14)), series((10, 14))], [one, other], STANDARD)
    assert found.threshold == 0.4
    assert (found.found, found.outside) == (2, 1)
    behind = (25 - 14) / 4
    assert found.score == pytest.approx(100 + 25 * 0.11 * float(worth(np.array(behind))))


def test_records_of_equal_score_alarm_together():
    given = np.zeros(LENGTH)
    given[[10, 30]] = 0.7
    assert score_corpus([series((10, 14))], [given], STANDARD).outside == 1


def test_a_long_series_is_on_probation_for_750_records_at_most():
    assert [probation_of(records) for records in (100, 5_000, 22_695)] == [15, 750, 750]


def test_the_worth_of_records_begins_after_the_probation():
    assert len(worths_of(series((10, 19))).worth) == LENGTH - 6


def test_a_detector_of_exceedances_alarms_once_and_begins_anew():
    random = np.random.default_rng(1)
    values = np.concatenate([random.normal(size=1_500), random.normal(6, 1, size=500)])
    given = Series("made up", values, ((1_500, 1_999),))
    kept = np.flatnonzero(alarms(given, exceedances, 10_000.0, anew=False))
    fresh = np.flatnonzero(alarms(given, exceedances, 10_000.0, anew=True))
    assert 1_500 <= fresh[0] <= 1_510
    assert len(fresh) == 1  # what is new has become the reference
    assert kept[0] == fresh[0]
    assert len(kept) > 50


def test_the_published_scores_follow_from_the_data():
    folder = shared_data() / "nab"
    if not (folder / "final_results.json").is_file():
        pytest.skip(f"{folder} is not there: point HOLDFAST_SHARED at a folder that holds nab/")
    corpus, published = read_corpus(folder), read_published(folder)
    scores = [windowed_gaussian(each) for each in corpus]
    for profile in read_profiles(folder):
        here = score_corpus(corpus, scores, profile).score
        assert here == pytest.approx(published["windowedGaussian"][profile.name], abs=1e-6)
