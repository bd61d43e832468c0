"""Laws of every state: merging is associative and commutative, zero neutral, and the ledger changes nothing.

Sums are drawn whole, because sums of other floats are associative only up to rounding; `Moments`, which
cannot be whole, is held to 1e-9.
"""

import json
import math
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.kernel.canonical import canonical
from holdfast.measure.encoding import READERS, from_json, to_json
from holdfast.measure.requests import Grid
from holdfast.measure.states import (
    SCORE_CELLS,
    Bins,
    Categories,
    ClusteredCounts,
    Confusion,
    Counts,
    Drifted,
    GridCounts,
    Groups,
    IncompatibleStates,
    LogBins,
    Moments,
    Pairs,
    Range,
    ScoreBins,
    Selective,
    State,
)
from holdfast.measure.vectors import FEATURES, PRODUCTS, Frame, VectorsDrifted, VectorSums

whole = st.integers(0, 10**9).map(float)
sums = st.integers(-(10**9), 10**9).map(float)
text = st.text(max_size=8)
groups = st.dictionaries(
    st.tuples(st.one_of(st.none(), text)), st.builds(Counts, whole, whole, whole), max_size=3
)
cells = st.dictionaries(st.integers(-2000, 2000), whole, max_size=4)
ends = st.one_of(st.just((math.inf, -math.inf)), st.tuples(sums, sums).map(sorted))
GRID = Grid(-1.0, 3.0, cells=10)
EDGES = np.array([0.0, 1.5, 2.0])
REFERENCE = Bins(EDGES, np.array([5.0, 6.0, 7.0, 8.0]), np.array([-3.0, 4.0, 12.0, 30.0]), 1.0, 2.0)


def arrays(size, of=whole):
    return st.lists(of, min_size=size, max_size=size).map(np.array)


def scores(seed):
    random = np.random.default_rng(seed)
    n = random.poisson(random.choice([0.02, 3.0]), SCORE_CELLS).astype(float)
    return ScoreBins(n, n * 3.0, np.floor(n / 2), float(random.integers(9)), float(random.integers(9)))


bins = st.builds(Bins, st.just(EDGES), arrays(4), arrays(4, sums), whole, whole)


FRAME = Frame(np.array([1.0, -2.0, 0.5]), 2.5)


def vectors(seed):
    random = np.random.default_rng(seed)
    total, features, products = (
        random.integers(-(10**6), 10**6, size).astype(float) for size in (3, FEATURES, PRODUCTS)
    )
    n, squares, missing, unusable = random.integers(0, 10**6, 4).astype(float)
    return VectorSums(FRAME, n, total, squares, features, products, missing, unusable)


vector_sums = st.integers(0, 10**6).map(vectors)


@dataclass(frozen=True)
class Kind:
    draw: Any
    zero: Any


KINDS = {
    Counts: Kind(st.builds(Counts, whole, whole, whole), Counts.zero()),
    ClusteredCounts: Kind(st.builds(ClusteredCounts, *[whole] * 7), ClusteredCounts.zero()),
    LogBins: Kind(st.builds(LogBins, cells, cells, *[whole] * 5), LogBins.zero()),
    ScoreBins: Kind(st.integers(0, 10**6).map(scores), ScoreBins.zero()),
    Range: Kind(
        st.builds(lambda n, span, *rest: Range(n, *span, *rest), whole, ends, whole, whole), Range.zero()
    ),
    GridCounts: Kind(
        st.builds(GridCounts, st.just(GRID), arrays(12), arrays(12, sums), whole, whole),
        GridCounts.zero(GRID),
    ),
    Bins: Kind(bins, Bins.zero(EDGES)),
    Categories: Kind(
        st.builds(Categories, st.dictionaries(text, whole, max_size=4), whole, whole), Categories.zero()
    ),
    Pairs: Kind(
        st.builds(Pairs, st.dictionaries(st.tuples(text, text), whole, max_size=4), whole), Pairs.zero()
    ),
    Confusion: Kind(st.builds(Confusion, *[whole] * 4), Confusion.zero()),
    Groups: Kind(st.builds(lambda *rates: Groups(rates), groups, groups), Groups.zero(2)),
    Selective: Kind(
        st.builds(Selective, *[st.builds(ClusteredCounts, *[whole] * 7)] * 2),
        Selective(ClusteredCounts.zero(), ClusteredCounts.zero()),
    ),
    VectorSums: Kind(vector_sums, VectorSums.zero(FRAME)),
    VectorsDrifted: Kind(
        st.builds(VectorsDrifted, st.just(vectors(1)), vector_sums),
        VectorsDrifted(vectors(1), VectorSums.zero(FRAME)),
    ),
    Drifted: Kind(st.builds(Drifted, st.just(REFERENCE), bins), Drifted(REFERENCE, Bins.zero(EDGES))),
}
every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=[kind.__name__ for kind in KINDS])


def plain(state):
    """Return a state as something that compares by value: arrays as lists, all the way down."""
    if is_dataclass(state):
        return type(state).__name__, [plain(getattr(state, entry.name)) for entry in fields(state)]
    if isinstance(state, np.ndarray):
        return state.tolist()
    if isinstance(state, dict):
        return {key: plain(value) for key, value in state.items()}
    return [plain(item) for item in state] if isinstance(state, tuple | list) else state


def test_every_state_is_held_to_the_laws():
    assert {*KINDS, Moments} == set(get_args(State))
    assert set(READERS) == {kind.__name__ for kind in get_args(State)}


@every_kind
@given(data=st.data())
def test_merging_is_commutative(kind, data):
    a, b = data.draw(kind.draw), data.draw(kind.draw)
    assert plain(a.merge(b)) == plain(b.merge(a))


@every_kind
@given(data=st.data())
def test_merging_is_associative(kind, data):
    a, b, c = (data.draw(kind.draw) for _ in range(3))
    assert plain(a.merge(b).merge(c)) == plain(a.merge(b.merge(c)))


@every_kind
@given(data=st.data())
def test_zero_is_neutral(kind, data):
    a = data.draw(kind.draw)
    assert plain(a.merge(kind.zero)) == plain(a) == plain(kind.zero.merge(a))


@every_kind
def test_zero_with_zero_is_zero(kind):
    assert plain(kind.zero.merge(kind.zero)) == plain(kind.zero)


@every_kind
@given(data=st.data())
def test_what_comes_back_from_the_ledger_is_what_was_written(kind, data):
    state = data.draw(kind.draw)
    assert plain(from_json(json.loads(canonical(to_json(state))))) == plain(state)


numbers = st.lists(st.floats(-1e6, 1e6), max_size=20)


def moments(values):
    state = Moments.zero()
    for value in values:
        state = state.merge(Moments(1, value, 0.0, value, value))
    return state


@given(numbers, numbers)
def test_merged_moments_are_those_of_all_values_together(left, right):
    values = np.array(left + right)
    merged = moments(left).merge(moments(right))
    scale = max(1.0, float(np.abs(values).max())) if values.size else 1.0
    assert merged.n == values.size
    assert merged.mean == pytest.approx(values.mean() if values.size else 0.0, abs=1e-9 * scale)
    spread = ((values - values.mean()) ** 2).sum() if values.size else 0.0
    assert merged.m2 == pytest.approx(spread, abs=1e-9 * scale * scale * max(1, values.size))
    assert (merged.low, merged.high) == (
        (values.min(), values.max()) if values.size else (math.inf, -math.inf)
    )


@given(numbers)
def test_moments_of_nothing_are_neutral(values):
    state = moments(values)
    assert state.merge(Moments.zero()) == state == Moments.zero().merge(state)
    assert Moments.zero().merge(Moments.zero()) == Moments.zero()


@given(numbers, st.integers(0, 9), st.integers(0, 9))
def test_moments_come_back_from_the_ledger(values, nan, missing):
    state = moments(values).merge(Moments(nan=nan, missing=missing))
    assert from_json(json.loads(canonical(to_json(state)))) == state


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (GridCounts.zero(GRID), GridCounts.zero(Grid(-1.0, 4.0, cells=10))),
        (Bins.zero(EDGES), Bins.zero(EDGES + 1)),
        (Groups.zero(1), Groups.zero(2)),
        (Drifted(REFERENCE, Bins.zero(EDGES)), Drifted(Bins.zero(EDGES), Bins.zero(EDGES))),
    ],
    ids=["grids", "edges", "rates", "references"],
)
def test_states_counted_differently_refuse_to_merge(left, right):
    with pytest.raises(IncompatibleStates, match="cannot merge states with different"):
        left.merge(right)
