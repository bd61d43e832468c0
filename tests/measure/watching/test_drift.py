"""Drift over time: bets are fair under all that is allowed, cells stay those of the reference."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.measure.states import Bins, Categories, Drifted, IncompatibleStates
from holdfast.measure.watching.allowed import DIVERGENCES, Allowed, log_bets, reference_radius
from holdfast.measure.watching.drift import DriftDetector, DriftWatch, advance_drift, cells
from holdfast.measure.watching.rates import HEAD_START

BUDGET = 90 * 86_400.0
EDGES = np.array([1.0, 2.0, 3.0])
NUMBERS = Bins(EDGES, np.array([2_500.0, 2_500, 2_500, 2_400]), np.zeros(4), 50, 50)
LABELS = Categories({"en": 7_000.0, "fr": 3_000.0})

counts = st.lists(st.integers(0, 2_000), min_size=2, max_size=8).filter(lambda each: sum(each) > 0)
seeds = st.integers(0, 2**32 - 1)


def numbers(*counts, nan=0, missing=0):
    return Bins(EDGES, np.array(counts, float), np.zeros(4), nan, missing)


def allowed_members(allowed, random, number):
    """Yield distributions at the border of what is allowed: a reference as far as it may be from the
    frequencies, and shares as far from that reference as they may be."""
    shares = allowed.counts / allowed.counts.sum()
    held = shares > 0
    size = len(shares)

    def border(start, fits):
        end = random.dirichlet(np.full(size, random.choice([0.2, 1.0, 5.0])))
        low, high = 0.0, 1.0
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if fits(middle * end + (1 - middle) * start) else (low, middle)
        return low * end + (1 - low) * start

    def may_be_the_reference(r):
        with np.errstate(divide="ignore"):
            return (shares[held] * np.log(shares[held] / r[held])).sum() <= allowed.radius

    near = allowed.divergence.between
    for _ in range(number):
        reference = border(shares, may_be_the_reference)
        if (reference <= 1e-9).any():
            continue
        if allowed.distance:
            yield border(reference, lambda q, r=reference: near(q, r) <= allowed.distance)
        else:
            yield reference


@pytest.mark.parametrize("test", DIVERGENCES)
@given(counts, st.sampled_from([0.0, 0.01, 0.1, 0.3]), seeds)
@settings(max_examples=25)
def test_a_record_is_no_evidence_on_average_under_anything_allowed(test, reference, distance, seed):
    random = np.random.default_rng(seed)
    n = sum(reference)
    divergence = DIVERGENCES[test]
    allowed = Allowed(
        np.array(reference, float),
        divergence,
        distance / divergence.curvature,
        reference_radius(n, len(reference), 0.01),
    )
    suspected = random.dirichlet(np.full(len(reference), 0.7), 5) * (1 - 1e-9) + 1e-9 / len(reference)
    bets, growth = log_bets(allowed, suspected)
    assert np.isfinite(bets).all()
    assert (growth >= 0).all()
    for q in allowed_members(allowed, random, 20):
        assert np.all(np.exp(bets) @ q <= 1 + 1e-8)


@pytest.mark.parametrize("test", DIVERGENCES)
def test_a_bet_is_nearly_as_good_as_the_best_there_is(test):
    # against the nearest allowed shares themselves, found by brute force on two cells
    divergence, p = DIVERGENCES[test], np.array([0.9, 0.1])
    allowed = Allowed(np.array([5e5, 5e5]), divergence, 0.1 / divergence.curvature, 0.0)
    near = np.linspace(0.5, 0.9, 100_001)
    near = near[divergence.between(np.stack([near, 1 - near], 1), np.array([0.5, 0.5])) <= allowed.distance][
        -1
    ]
    best = (p * np.log(p / [near, 1 - near])).sum()
    assert log_bets(allowed, p[None])[1][0] == pytest.approx(best, rel=0.02)


@given(st.integers(1, 60), st.integers(0, 59), seeds)
@settings(max_examples=12)
def test_a_batch_against_itself_is_no_evidence_on_average(n, at, seed):
    # exactly: all batches of n records in two cells, under allowed shares
    from holdfast.measure.watching.drift import _itself

    allowed = Allowed(np.array([300.0, 700.0]), DIVERGENCES["psi"], 0.05, reference_radius(1000, 2, 0.01))
    k = np.arange(n + 1.0)
    evidence = np.exp([_itself(allowed, np.array([each, n - each])) for each in k])
    from scipy.stats import binom

    for q in allowed_members(allowed, np.random.default_rng(seed), 5):
        assert evidence @ binom.pmf(k, n, q[0]) <= 1 + 1e-9


def test_a_new_label_counts_among_the_others_and_nothing_is_lost():
    found = cells(LABELS, Categories({"it": 4.0, "fr": 1.0}, other=2, missing=3))
    assert found.tolist() == [0, 1, 6, 3]


def test_nan_and_null_are_cells_of_their_own():
    assert cells(NUMBERS, numbers(1, 2, 3, 4, nan=5, missing=6)).tolist() == [1, 2, 3, 4, 5, 6]
    watch = DriftWatch(0.1, BUDGET, reference=NUMBERS)
    detector, steps = DriftDetector.begun(watch), 0
    while not detector.alarmed(watch):
        detector, steps = advance_drift(watch, detector, numbers(20, 20, 20, 20, nan=20), 3600), steps + 1
    assert steps <= 2


@pytest.mark.parametrize("size", [1, 10, 1_000, 1_000_000])
def test_what_is_allowed_does_not_alarm_and_what_is_not_does_in_batches_of_any_size(size):
    watch = DriftWatch(0.1, BUDGET, reference=LABELS)
    detector, random = DriftDetector.begun(watch), np.random.default_rng(size)
    for _ in range(100):
        k = random.binomial(size, 0.75)
        detector = advance_drift(watch, detector, Categories({"en": k, "fr": size - k}), 3600)
    assert not detector.alarmed(watch)
    for _ in range(1 + 300 // size):
        k = random.binomial(size, 0.3)
        detector = advance_drift(watch, detector, Categories({"en": k, "fr": size - k}), 3600)
    assert detector.alarmed(watch)


def test_a_large_first_batch_that_is_wrong_in_a_way_of_its_own_is_found_at_once():
    zigzag = numbers(40_000, 10_000, 40_000, 10_000)
    watch = DriftWatch(0.1, BUDGET, reference=NUMBERS)
    assert advance_drift(watch, DriftDetector.begun(watch), zigzag, 86_400).alarmed(watch)


def test_a_small_reference_shows_no_small_drift():
    # 30 records say so little about the reference that no drift of this size is told from it
    small = Categories({"en": 21.0, "fr": 9.0})
    watch = DriftWatch(0.0, BUDGET, reference=small)
    detector = DriftDetector.begun(watch)
    for _ in range(50):
        detector = advance_drift(watch, detector, Categories({"en": 60.0, "fr": 40.0}), 3600)
    assert not detector.alarmed(watch)


def test_the_first_reference_that_a_batch_brings_counts_and_another_is_refused():
    watch = DriftWatch(0.1, BUDGET)
    detector = advance_drift(watch, DriftDetector.begun(watch), Drifted(LABELS, Categories({"en": 7.0})), 60)
    assert advance_drift(watch, detector, Categories({"en": 7.0}), 60).seconds == 120
    with pytest.raises(IncompatibleStates, match="begin anew"):
        advance_drift(watch, detector, Drifted(Categories({"en": 1.0}), Categories({"en": 7.0})), 60)


def test_without_records_only_time_passes():
    watch = DriftWatch(0.1, BUDGET, reference=NUMBERS)
    detector = advance_drift(watch, DriftDetector.begun(watch), None, 60)
    assert detector.evidence == pytest.approx(math.log(HEAD_START * BUDGET + 60))
    assert advance_drift(watch, detector, Bins.zero(EDGES), 60).evidence == pytest.approx(
        math.log(HEAD_START * BUDGET + 120)
    )


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: DriftWatch(-0.1, 1.0), "0 or more"),
        (lambda: DriftWatch(1.0, 1.0, test="js"), "below 1"),
        (
            lambda: DriftWatch(0.1, 1.0, test="ks"),
            "no drift of `ks` is watched: expected one of psi",
        ),
        (lambda: DriftWatch(0.1, 0.0), "0 seconds"),
        (lambda: DriftWatch(0.1, 1.0, risk=0.0), "between 0 and 1"),
        (lambda: DriftDetector.begun(DriftWatch(0.1, 1.0, reference=Categories({}))), "holds no records"),
        (lambda: advance_drift(DriftWatch(0.1, 1.0), DriftDetector(), LABELS, 1.0), "without a reference"),
        (lambda: cells(NUMBERS, LABELS), "a drift of Categories from Bins"),
        (lambda: cells(NUMBERS, Bins.zero(EDGES + 1)), "different edges"),
        (lambda: cells(NUMBERS, numbers(1, -1, 0, 0)), "each is a number of records"),
    ],
)
def test_what_makes_no_sense_is_refused(made, said):
    with pytest.raises(ValueError, match=said):
        made()
