"""Rolling minutes up is the same as asking for the days: for every kind of state, however files are cut."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.telemetry.rollups.logs import START, Log

from holdfast.kernel.expressions.parsing import parse
from holdfast.measure import requests as ask
from holdfast.measure.states import GridCounts, Moments, ScoreBins
from holdfast.telemetry.rollups.cells import Cells, in_order, rolled, united

REQUESTS: tuple[ask.Request, ...] = (
    ask.CountsRequest(parse("bad"), None, ("word",)),
    ask.CountsRequest(parse("x > 2"), parse("bad")),
    ask.MomentsRequest("x", ("word",)),
    ask.LogBinsRequest("x", (), parse("bad")),
    ask.ScoreBinsRequest("score", parse("bad"), ("word",)),
    ask.GridRequest("x", ask.Grid(0.0, 8.0, 8)),
    ask.CategoriesRequest("word", ("bad",)),
    ask.PairsRequest("word", "bad"),
    ask.RangeRequest("x"),
    ask.CountsRequest(parse("bad"), None, ("word",), "unit"),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "at": st.one_of(
                st.none(), st.integers(-5_000, 20_000).map(lambda m: START + timedelta(minutes=m / 3))
            ),
            "x": st.sampled_from([None, 0.0, -1.0, 3.0, 2.5, 8.0, 9.0, float("inf"), float("nan")]),
            "bad": st.sampled_from([True, False, None]),
            "word": st.sampled_from(["a", "ü", "", None]),
            "unit": st.one_of(st.none(), st.integers(0, 3)),
            "score": st.one_of(st.none(), st.integers(0, 8).map(lambda eighths: eighths / 8)),
        }
    ),
    min_size=1,
    max_size=12,
)
SLOWLY = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def close(left: Any, right: Any) -> bool:
    """Compare states: counts to the last one, means and sums as floats add up."""
    if isinstance(left, Moments):
        exact = ("n", "low", "high", "nan", "missing", "infinite")
        means = (left.mean, left.m2) == pytest.approx((right.mean, right.m2), rel=1e-12, abs=1e-12)
        return means and all(getattr(left, name) == getattr(right, name) for name in exact)
    if isinstance(left, ScoreBins | GridCounts):
        pairs = zip(vars(left).values(), vars(right).values(), strict=True)
        return all(np.array_equal(a, b) for a, b in pairs)
    return bool(left == right)


@SLOWLY
@given(st.lists(ROWS, min_size=1, max_size=3), st.sampled_from([60, 3600, 86_400, 7 * 86_400]))
def test_what_is_kept_by_the_minute_says_what_the_records_say(files, every):
    with tempfile.TemporaryDirectory() as folder:
        log = Log(Path(folder))
        for place, rows in enumerate(files):
            log.write(f"{place}", *rows)
        log.update(*REQUESTS)
        kept, direct = log.kept(*REQUESTS, every=every), log.direct(*REQUESTS, every=every)
    for request, ours, theirs in zip(REQUESTS, kept, direct, strict=True):
        assert list(ours) == list(theirs), request
        for start, states in theirs.items():
            assert ours[start].keys() == states.keys(), request
            assert all(close(ours[start][key], state) for key, state in states.items()), (request, start)


NUMBERS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(-2, 2), st.integers(0, 4_000), st.integers(0, 50)), max_size=30
)


def cells(rows: list[tuple[int, int, int, int]]) -> Cells:
    table = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return in_order(table[0], table[1], table[2], table[3:].astype(float), ["sum"])


def same(left: Cells, right: Cells) -> bool:
    fields = ("series", "places", "minutes", "numbers")
    return all(np.array_equal(getattr(left, name), getattr(right, name)) for name in fields)


@given(NUMBERS, NUMBERS)
def test_rolling_up_and_putting_together_may_come_in_any_order(one, other):
    a, b = cells(one), cells(other)
    whole = united([a, b], ["sum"])
    assert same(united([b, a], ["sum"]), whole)
    hours = united([rolled(a, ["sum"], 60), rolled(b, ["sum"], 60)], ["sum"])
    assert same(rolled(whole, ["sum"], 60), hours)
    assert same(rolled(hours, ["sum"], 1440), rolled(whole, ["sum"], 1440))
    assert whole.numbers.sum() == sum(row[3] for row in [*one, *other])
