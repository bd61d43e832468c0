"""Simulated: the true onset lies in its set as often as promised; at an alarm a little less often."""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.measure.onset import onset
from holdfast.measure.watching.rates import RateDetector, RateWatch, advance

RUNS = 80


def error(runs):
    """Return three standard errors of a coverage of 95 %."""
    return 3 * (0.05 * 0.95 / runs) ** 0.5


def shifted(random, windows, n, rates, tau):
    return random.binomial(n, np.where(np.arange(windows) < tau, *rates))


@pytest.mark.parametrize(
    ("windows", "n", "rates", "tau", "runs"),
    [
        (60, 50, (0.02, 0.06), 30, RUNS),
        (60, 50, (0.06, 0.02), 12, RUNS),
        (40, 1_000, (0.02, 0.022), 30, RUNS),
        (150, 50, (0.01, 0.1), 120, 30),
        (70, 20_000, (0.1, 0.103), 50, 30),
    ],
)
def test_the_true_onset_is_in_the_set(windows, n, rates, tau, runs):
    random, covered = np.random.default_rng(3), 0
    for _ in range(runs):
        found = onset(shifted(random, windows, n, rates, tau), np.full(windows, n))
        covered += found.earliest <= tau <= found.latest
    assert covered / runs >= 0.95 - error(runs)


def test_without_a_shift_one_is_located_no_more_often_than_the_confidence_allows():
    random = np.random.default_rng(5)
    located = sum(onset(random.binomial(30, 0.1, 40), np.full(40, 30)).located for _ in range(RUNS))
    assert located / RUNS <= 0.05 + error(RUNS)


def at_the_alarm(random, watch, n, rates, tau):
    """Return the hits of each window up to the alarm of a detector."""
    detector, hits = RateDetector.begun(), []
    while not detector.alarmed(watch):
        hits.append(int(random.binomial(n, rates[len(hits) >= tau])))
        detector = advance(watch, detector, hits[-1], n, 60)
    return hits


def test_at_the_alarm_of_a_detector_more_confidence_is_to_be_asked_for():
    # the alarm comes when the last windows are high: 95 % covers some 90 %, 99 % at least 95 %
    watch, random, covered, used = RateWatch(0.01, "above", 90 * 86_400.0), np.random.default_rng(1), {}, 0
    for _ in range(60):
        hits = at_the_alarm(random, watch, 50, (0.01, 0.05), 60)
        if len(hits) <= 60:
            continue
        used += 1
        for confidence in (0.95, 0.99):
            found = onset(hits, np.full(len(hits), 50), direction="up", confidence=confidence)
            covered[confidence] = covered.get(confidence, 0) + (found.earliest <= 60 <= found.latest)
    assert covered[0.95] / used >= 0.85
    assert covered[0.99] / used >= 0.95


def test_of_a_ramp_the_set_holds_its_steep_part_and_not_its_beginning():
    random, began, held = np.random.default_rng(2), 0, 0
    rates = np.interp(np.arange(100), [40, 70], [0.02, 0.12])
    for _ in range(40):
        found = onset(random.binomial(100, rates), np.full(100, 100))
        began += found.earliest <= 40
        held += 40 <= found.best <= 70
    assert held == 40
    assert began <= 10  # so a slow ramp began before the earliest plausible onset of a sudden shift
