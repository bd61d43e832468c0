"""Laws of the paired states: merging is associative and commutative, zero is neutral, halves add up."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.measure.paired import paired_value
from holdfast.measure.pairs import PairedClusters, PairedCounts, PairedDifferences, scaled_pairs

KINDS = (PairedCounts, PairedClusters, PairedDifferences)
every_kind = pytest.mark.parametrize("kind", KINDS, ids=[kind.__name__ for kind in KINDS])
whole = st.integers(0, 10**9).map(float)


def drawn(data, kind):
    return kind(*(data.draw(whole) for _ in fields(kind)))


@every_kind
@given(data=st.data())
def test_merging_is_commutative(kind, data):
    a, b = drawn(data, kind), drawn(data, kind)
    assert a.merge(b) == b.merge(a)


@every_kind
@given(data=st.data())
def test_merging_is_associative(kind, data):
    a, b, c = (drawn(data, kind) for _ in range(3))
    assert a.merge(b).merge(c) == a.merge(b.merge(c))


@every_kind
@given(data=st.data())
def test_zero_is_neutral(kind, data):
    a = drawn(data, kind)
    assert a.merge(kind.zero()) == a == kind.zero().merge(a)
    assert kind.zero().merge(kind.zero()) == kind.zero()


@every_kind
@given(data=st.data())
def test_twice_the_records_are_the_state_merged_with_itself(kind, data):
    a = drawn(data, kind)
    assert scaled_pairs(a, 2) == a.merge(a)
    if paired_value(a) is not None:
        assert paired_value(a.merge(a)) == pytest.approx(paired_value(a), rel=1e-9)
