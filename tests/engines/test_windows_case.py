"""Windows of time, on every engine: what a window's records say alone is what its window says."""

from __future__ import annotations

import math
import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from places import PLACES, Place

from holdfast.kernel.errors import DataError
from holdfast.kernel.expressions.parsing import parse
from holdfast.measure import requests as ask
from holdfast.measure.states import ClusteredCounts, Counts
from holdfast.telemetry.sources import Source
from holdfast.telemetry.windows import start_of

Row = dict[str, Any]
START = datetime(2026, 10, 25)  # noqa: DTZ001 -- a Sunday on which clocks are put back; records are naive UTC
SCHEMA = pa.schema(
    {
        "at": pa.timestamp("us"), "x": pa.float64(), "flag": pa.bool_(), "group": pa.string(),
        "unit": pa.int64(), "score": pa.float64(), "known": pa.timestamp("us"),
    }
)  # fmt: skip
REQUESTS: tuple[ask.Request, ...] = (
    ask.CountsRequest(parse("flag"), None, ("group",)),
    ask.CountsRequest(parse("x > 2"), parse("flag is not null")),
    ask.MomentsRequest("x", ("group",)),
    ask.LogBinsRequest("x"),
    ask.ScoreBinsRequest("score", parse("flag"), ("group",)),
    ask.GridRequest("x", ask.Grid(0.0, 8.0, 8)),
    ask.CategoriesRequest("group"),
    ask.PairsRequest("group", "flag"),
    ask.LagRequest("at", "known", ("group",)),
)


LONG = os.environ.get("HOLDFAST_LONG") == "1"
pytestmark = pytest.mark.parametrize("measuring", PLACES if LONG else PLACES[:1], indirect=True)


class Kept:
    """An engine, and records with a time that it can read."""

    def __init__(self, place: Place) -> None:
        self.engine = place.engine
        self.stored = place.stored

    def kept(self, rows: list[Row], schema: pa.Schema = SCHEMA) -> Source:
        return replace(self.stored(pa.Table.from_pylist(rows, schema)), time="at")


@pytest.fixture
def place(measuring: Place) -> Kept:
    return Kept(measuring)


def epoch(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp() // 1)


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "at": st.one_of(
                st.none(),
                st.integers(0, 15 * 86_400 * 1000).map(lambda ms: START + timedelta(milliseconds=ms)),
                st.integers(-3, 200).map(lambda minutes: START + timedelta(minutes=minutes)),
            ),
            "x": st.one_of(st.none(), st.integers(-1, 9).map(float)),
            "flag": st.sampled_from([True, False, None]),
            "group": st.sampled_from(["a", "ü", "", None]),
            "unit": st.one_of(st.none(), st.integers(0, 4)),
            "score": st.one_of(st.none(), st.integers(0, 8).map(lambda eighths: eighths / 8)),
            "known": st.one_of(st.none(), st.integers(-90, 9000).map(lambda s: START + timedelta(seconds=s))),
        }
    ),
    min_size=1,
    max_size=25,
)
SLOWLY = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@SLOWLY
@given(ROWS, st.sampled_from([60, 3600, 86_400, 7 * 86_400]))
def test_a_window_says_what_its_records_say_alone(place, rows, every):
    found = place.engine.windows(place.kept(rows), REQUESTS, every)
    assert found.untimed == sum(row["at"] is None for row in rows)
    apart: dict[int, list[Row]] = {}
    for row in rows:
        if row["at"] is not None:
            apart.setdefault(start_of(epoch(row["at"]), every), []).append(row)
    assert all(list(answer) == sorted(apart) for answer in found.answers)
    for start, members in apart.items():
        alone = place.engine.answer(place.kept(members), REQUESTS)
        for request, windows, states in zip(REQUESTS, found.answers, alone, strict=True):
            assert alike(windows[start], states), (request, windows[start], states)


NUMBER = re.compile(r"-?\d+\.\d+(?:e[-+]\d+)?")


def alike(windowed: object, alone: object) -> bool:
    """Whether states are the same; added up in another order, means differ in their last digit."""
    numbers = [[float(found) for found in NUMBER.findall(repr(each))] for each in (windowed, alone)]
    if NUMBER.sub("#", repr(windowed)) != NUMBER.sub("#", repr(alone)):
        return False
    return all(math.isclose(*pair, rel_tol=1e-12, abs_tol=1e-12) for pair in zip(*numbers, strict=True))


@SLOWLY
@given(ROWS)
def test_a_cluster_is_in_the_window_of_its_first_record(place, rows):
    request = ask.CountsRequest(parse("flag"), None, (), "unit")
    (windows,) = place.engine.windows(place.kept(rows), [request], 3600).answers
    timed = [row for row in rows if row["at"] is not None]
    first: dict[Any, datetime] = {}
    for row in timed:
        first[row["unit"]] = min(row["at"], first.get(row["unit"], row["at"]))
    apart: dict[int, list[Row]] = {}
    for row in timed:
        began = row["at"] if row["unit"] is None else first[row["unit"]]
        apart.setdefault(start_of(epoch(began), 3600), []).append(row)
    expected = {
        start: place.engine.answer(place.kept(members), [request])[0] for start, members in apart.items()
    }
    assert windows == expected


def test_the_span_cuts_records_and_keeps_clusters_whole(place):
    rows = [
        {"at": START + timedelta(minutes=minute), "flag": True, "unit": unit}
        for minute, unit in ((10, 1), (70, 1), (80, 2), (110, 3), (130, 3))
    ]
    requests = [ask.CountsRequest(parse("flag")), ask.CountsRequest(parse("flag"), cluster="unit")]
    since, until = START + timedelta(hours=1), START + timedelta(hours=2)
    plain, units = place.engine.windows(place.kept(rows), requests, 3600, since, until).answers
    hour = epoch(since)
    assert plain == {hour: {(): Counts(3, 3)}}
    # of the cluster that began before the span nothing counts, of the one that outlasts it everything
    assert units == {hour: {(): ClusteredCounts(3, 3, 2, 5, 5, 5)}}


def test_a_span_may_name_its_zone(place):
    rows = [{"at": START + timedelta(hours=hour)} for hour in range(4)]
    zone = timezone(timedelta(hours=2))
    since = (START + timedelta(hours=2)).replace(tzinfo=UTC).astimezone(zone)
    (windows,) = place.engine.windows(
        place.kept(rows), [ask.CountsRequest(parse("true"))], 3600, since
    ).answers
    assert list(windows) == [epoch(START) + 7200, epoch(START) + 10_800]


def test_times_with_a_zone_become_utc(place):
    schema = pa.schema({"at": pa.timestamp("us", "Europe/Berlin"), "flag": pa.bool_()})
    # 00:30 and 01:30 UTC are both 02:30 in Berlin: the hour that is there twice when clocks are put back
    rows = [{"at": (START + timedelta(minutes=m)).replace(tzinfo=UTC), "flag": True} for m in (30, 90)]
    (windows,) = place.engine.windows(
        place.kept(rows, schema), [ask.CountsRequest(parse("flag"))], 3600
    ).answers
    assert windows == {epoch(START): {(): Counts(1, 1)}, epoch(START) + 3600: {(): Counts(1, 1)}}


def test_a_day_is_its_midnight(place):
    schema = pa.schema({"at": pa.date32(), "flag": pa.bool_()})
    rows = [{"at": (START + timedelta(days=d)).date(), "flag": True} for d in (0, 0, 1)]
    (windows,) = place.engine.windows(
        place.kept(rows, schema), [ask.CountsRequest(parse("flag"))], 60
    ).answers
    assert {start: states[()].n for start, states in windows.items()} == {
        epoch(START): 2,
        epoch(START) + 86_400: 1,
    }


def test_a_fraction_of_a_second_belongs_to_its_minute(place):
    rows = [{"at": START + timedelta(seconds=59, microseconds=999_999), "flag": True}]
    (windows,) = place.engine.windows(place.kept(rows), [ask.CountsRequest(parse("flag"))], 60).answers
    assert list(windows) == [epoch(START)]


def test_a_label_is_counted_apart_in_all_windows_or_in_none(place):
    often = [f"often {number}" for number in range(999)]
    rows = [{"at": START + timedelta(hours=hour), "group": name} for hour in (0, 1) for name in often]
    # in its own hour as frequent as the others, in all of them less: what is one by one adds up over windows
    rows += [{"at": START, "group": "once"}, {"at": START + timedelta(hours=1), "group": "aaa"}]
    (windows,) = place.engine.windows(place.kept(rows), [ask.CategoriesRequest("group")], 3600).answers
    named = [set(states[()].counts) for states in windows.values()]
    assert "once" not in named[0]
    assert "aaa" in named[1]
    assert [states[()].other for states in windows.values()] == [1, 0]


def test_a_column_without_any_time_has_no_windows(place):
    rows = [{"at": None, "flag": True}, {"at": None, "flag": False}]
    found = place.engine.windows(place.kept(rows), [ask.CountsRequest(parse("flag"))], 3600)
    assert (found.answers, found.untimed) == (({},), 2)


def test_a_number_that_is_no_yes_is_refused_in_windows_too(place):
    rows = [{"at": START, "x": 7.0}]
    with pytest.raises(DataError, match="HF303"):
        place.engine.windows(place.kept(rows), [ask.CountsRequest(parse("x"), binary=(parse("x"),))], 60)


def test_a_score_that_is_no_probability_is_refused_in_windows_too(place):
    rows = [{"at": START, "score": 7.0, "flag": True}]
    with pytest.raises(DataError, match="HF304"):
        place.engine.windows(place.kept(rows), [ask.ScoreBinsRequest("score", parse("flag"))], 60)


def test_a_source_that_does_not_say_its_time_is_refused(place):
    source = replace(place.kept([{"at": START}]), time=None)
    with pytest.raises(DataError, match=r"HF311.*say `time: COLUMN`"):
        place.engine.windows(source, [], 60)


@pytest.mark.parametrize("column", ["group", "x", "flag"])
def test_a_time_of_another_type_is_refused(place, column):
    source = replace(place.kept([{"at": START, "x": 1.0, "flag": True, "group": "2026-10-25"}]), time=column)
    with pytest.raises(DataError, match=rf"HF113.*`{column}`.*where a time is needed"):
        place.engine.windows(source, [], 60)


def test_a_window_is_whole_minutes(place):
    with pytest.raises(ValueError, match="whole number of minutes"):
        place.engine.windows(place.kept([{"at": START}]), [], 90)
