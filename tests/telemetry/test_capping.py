"""Slices by a column of very many values, and groupings that are joined."""

from __future__ import annotations

from datetime import date

import pytest

from holdfast.kernel.errors import DataError
from holdfast.kernel.expressions.parsing import parse
from holdfast.measure.metrics import Disparity, Drift, Mean, Quantile, Rate
from holdfast.measure.requests import CountsRequest
from holdfast.measure.slices import Rest, rest_key, rest_of
from holdfast.measure.states import Counts
from holdfast.telemetry.aggregates import Count, Figure, Grouping
from holdfast.telemetry.passes import Item, measure_pass
from holdfast.telemetry.queries import asking
from holdfast.telemetry.queries.joining import join
from holdfast.telemetry.queries.planning import Group

HIT = Rate(parse("hit"))
MANY = 1_500


@pytest.fixture
def people(parquet):
    """Give person p0 one record, p1 two, ... p9 ten, and all others one; every third record is a hit."""
    person = [f"p{at}" for at in range(MANY)] + [f"p{at}" for at in range(10) for _ in range(at)]
    return parquet(
        {"person": person, "hit": [at % 3 == 0 for at in range(len(person))], "x": [1.0] * len(person)}
    )


def rest_in(states):
    (found,) = [(rest, state) for key, state in states.items() if (rest := rest_of(key)) is not None]
    return found


def test_the_most_frequent_of_very_many_slices_are_kept_and_the_rest_is_counted_together(engine, people):
    (measured,) = measure_pass(engine, [Item(HIT, people, ("person",))])
    rest, counts = rest_in(measured.states)
    assert len(measured.states) == 1_000
    assert rest == Rest(values=501, most=1)
    assert counts.n == 501
    assert measured.states[("p9",)].n == 10
    assert sum(state.n for state in measured.states.values()) == MANY + 45
    assert sum(state.k for state in measured.states.values()) == (MANY + 45) / 3


def test_a_note_says_how_many_values_are_counted_together(engine, people):
    (measured,) = measure_pass(engine, [Item(HIT, people, ("person",))])
    assert measured.notes[-1] == (
        "data `eval`: `person` has 1,500 values; the 999 most frequent stand for themselves, 501 further ones"
        " are counted together as `other`"
    )


def test_every_kind_of_metric_keeps_the_same_slices(engine, people):
    items = [Item(metric, people, ("person",)) for metric in (HIT, Mean("x"), Quantile("x", 0.5))]
    rates, means, quantiles = measure_pass(engine, items)
    assert list(rates.states) == list(means.states) == list(quantiles.states)


def test_a_value_named_other_is_not_the_rest(engine, parquet):
    person = ["other", "other", *(f"p{at}" for at in range(MANY))]
    (measured,) = measure_pass(
        engine, [Item(HIT, parquet({"person": person, "hit": [True] * len(person)}), ("person",))]
    )
    assert measured.states[("other",)] == Counts(2, 2, 0)
    assert rest_in(measured.states)[0].values == MANY + 1 - 999


def test_records_without_a_value_are_a_slice_of_their_own_however_few(engine, parquet):
    person = [None, *(f"p{at}" for at in range(MANY) for _ in range(2))]
    (measured,) = measure_pass(
        engine, [Item(HIT, parquet({"person": person, "hit": [True] * len(person)}), ("person",))]
    )
    assert measured.states[(None,)] == Counts(1, 1, 0)


def test_crossed_columns_are_capped_together(engine, parquet):
    table = {"a": [at % 50 for at in range(MANY)], "b": [at // 50 for at in range(MANY)]}
    (measured,) = measure_pass(engine, [Item(HIT, parquet({**table, "hit": [True] * MANY}), ("a", "b"))])
    rest, counts = rest_in(measured.states)
    assert (rest.values, counts.n) == (501, 501)


def test_real_numbers_as_slices_are_capped_too(engine, parquet):
    source = parquet({"x": [at / 8 for at in range(MANY)], "hit": [True] * MANY})
    (measured,) = measure_pass(engine, [Item(HIT, source, ("x",))])
    assert measured.states[("0.125",)].n == 1
    assert rest_in(measured.states)[1].n == 501


def test_clusters_are_counted_within_the_rest(engine, parquet):
    table = {
        "person": [f"p{at}" for at in range(MANY)],
        "hit": [True] * MANY,
        "visit": [at // 2 for at in range(MANY)],
    }
    (measured,) = measure_pass(engine, [Item(HIT, parquet(table, cluster="visit"), ("person",))])
    _, counts = rest_in(measured.states)
    assert counts.n == 501
    assert counts.clusters < 501


def test_a_gap_is_over_a_hundred_groups_at_most(engine, people):
    (measured,) = measure_pass(engine, [Item(Disparity(HIT, ("person",)), people)])
    (groups,) = measured.states[()].counts
    assert len(groups) == 100
    assert sum(counts.n for counts in groups.values()) == MANY + 45
    assert "1,401 further ones" in measured.notes[-1]


@pytest.mark.parametrize("metric", [Drift("x"), Disparity(HIT, ("hit",))])
def test_what_would_compare_other_mixtures_is_refused(engine, people, metric):
    reference = people if isinstance(metric, Drift) else None
    with pytest.raises(DataError, match="`person` ") as refused:
        measure_pass(engine, [Item(metric, people, ("person",), reference)])
    assert refused.value.problems[0].code == "HF309"


def test_windows_do_not_cap(engine, parquet):
    table = {
        "person": [f"p{at}" for at in range(MANY)],
        "day": [date(2026, 10, 1)] * MANY,
        "hit": [True] * MANY,
    }
    with pytest.raises(DataError) as refused:
        engine.windows(parquet(table, time="day"), [CountsRequest(HIT.hit, None, ("person",))], 3600)
    assert refused.value.problems[0].code == "HF309"


def test_large_sources_give_the_same_with_their_columns_joined(engine, parquet, monkeypatch):
    table = {
        "sex": ["f", "m"] * 300,
        "age": ["old", "young", None] * 200,
        "hit": [at % 5 == 0 for at in range(600)],
    }
    source = parquet(table)
    items = [Item(HIT, source, by) for by in (("sex",), ("age",), ("sex", "age"), ())]
    apart = [measured.states for measured in measure_pass(engine, items)]
    monkeypatch.setattr(asking, "HEAD", 10)
    asked = []
    told = engine._grouped
    monkeypatch.setattr(
        engine, "_grouped", lambda parts, records: asked.append(parts) or told(parts, records)
    )
    joined = [measured.states for measured in measure_pass(engine, items)]
    assert joined == apart
    assert [list(states) for states in joined] == [list(states) for states in apart]
    assert [len(parts) for parts in asked] == [1]


def test_a_column_whose_head_is_poorer_than_the_rest_is_capped_all_the_same(engine, parquet, monkeypatch):
    monkeypatch.setattr(asking, "HEAD", 10)
    source = parquet(
        {
            "person": ["p"] * 10 + [f"p{at}" for at in range(MANY)],
            "sex": ["f", "m"] * (MANY // 2 + 5),
            "hit": [True] * (MANY + 10),
        }
    )
    by_person, by_sex = measure_pass(engine, [Item(HIT, source, ("person",)), Item(HIT, source, ("sex",))])
    assert len(by_person.states) == 1_000
    assert by_sex.states[("f",)].n == (MANY + 10) / 2


COUNTS = (Count(parse("hit")),)


def test_a_joint_grouping_without_records_still_has_the_whole():
    joined = join([Grouping((), figures=COUNTS), Grouping(("sex",), figures=COUNTS)], {"sex": 2})
    assert [grouping.by for grouping in joined.groupings] == [("sex",)]
    assert joined.parted([[]]) == [[Group((), (), None, (0.0,))], []]


@pytest.mark.parametrize(
    ("other", "values"),
    [
        (Grouping(("age",), figures=(Count(parse("late")),)), {"sex": 2, "age": 2}),
        (Grouping(("age",), figures=(Figure("mean", "hit"),)), {"sex": 2, "age": 2}),
        (Grouping(("age",), figures=COUNTS), {"sex": 2, "age": 900}),
        (Grouping(("age",), figures=COUNTS), {"sex": 2}),
    ],
    ids=["other columns", "not a count", "many values", "unknown values"],
)
def test_what_would_not_add_up_or_not_be_small_is_not_joined(other, values):
    joined = join([Grouping(("sex",), figures=COUNTS), other], values)
    assert [grouping.by for grouping in joined.groupings] == [("sex",), ("age",)]


def test_the_key_of_the_rest_has_as_many_parts_as_there_are_columns():
    assert len(rest_key(Rest(3, 2), 2)) == 2
