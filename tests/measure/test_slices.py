"""Slices and groups in words, in order, and with their share."""

from holdfast.measure.slices import label, missing, ordered, shares
from holdfast.measure.states import (
    Categories,
    Confusion,
    Counts,
    Drifted,
    Groups,
    LogBins,
    Moments,
)


def test_a_slice_reads_with_its_columns():
    assert label(("female", "50+"), ("sex", "age_band")) == "sex = female, age_band = 50+"
    assert label((None,), ("sex",)) == "sex is null"
    assert label((), ("sex",)) == "all records"
    assert label(("female", None)) == "female, null"


def test_null_comes_last_and_is_not_the_text_null():
    assert ordered([(None, "x"), ("null", None), ("null", "a"), ("a", "b")]) == [
        ("a", "b"),
        ("null", "a"),
        ("null", None),
        (None, "x"),
    ]


def test_shares_of_nothing_are_zero():
    assert shares({("a",): 0, ("b",): 0}) == {("a",): 0, ("b",): 0}
    assert shares({}) == {}


def test_what_is_missing_is_what_could_not_be_used():
    assert missing(Counts(1, 2, missing=3)) == 3
    assert missing(Moments(n=2, nan=1, missing=3)) == 4
    assert missing(LogBins({}, {}, nan=2)) == 2
    assert missing(Confusion(1, 2, 3, 4)) == 0


def test_a_record_without_a_label_is_missing_once_from_two_rates():
    rate = {("f",): Counts(1, 2, missing=3), ("m",): Counts(1, 2, missing=4)}
    assert missing(Groups((rate, rate))) == 7
    assert missing(Groups.zero()) == 0


def test_a_drift_counts_what_is_missing_in_a_bin_of_its_own():
    assert missing(Drifted(Categories({"a": 1}), Categories({"a": 1}, missing=9))) == 0
