"""A pass: every metric of every source, together."""

from __future__ import annotations

from dataclasses import replace
from threading import Event

import numpy as np
import pytest

from holdfast.kernel.errors import DataError
from holdfast.kernel.expressions.parsing import parse
from holdfast.kernel.progress import heard_by
from holdfast.measure.metrics import (
    Agreement,
    CalibrationError,
    Disparity,
    Drift,
    EqualizedOdds,
    Mean,
    Quantile,
    Rate,
    named_rate,
)
from holdfast.measure.states import Categories, ClusteredCounts, Counts
from holdfast.telemetry.files import duck
from holdfast.telemetry.files.duck import DuckEngine
from holdfast.telemetry.passes import Item, measure_pass
from holdfast.telemetry.sources import Cut

RECALL = named_rate("recall", decision=parse("decision"), label=parse("label"))
FALSE_ALARMS = named_rate("fpr", decision=parse("decision"), label=parse("label"))


@pytest.fixture
def table():
    random = np.random.default_rng(1)
    n = 400
    score = random.random(n)
    return {
        "score": score,
        "decision": score > 0.5,
        "label": random.random(n) < score,
        "second": random.random(n) > 0.5,
        "tokens": random.lognormal(4, 1, n),
        "language": [["de", "en", "fr"][index % 3] for index in range(n)],
        "sex": [["f", "m"][index % 2] for index in range(n)],
        "conversation": [index // 4 for index in range(n)],
    }


@pytest.fixture
def queries(engine, monkeypatch):
    """Count what the engine is asked."""
    asked = []
    answer = engine.answer

    def counted(source, requests):
        asked.append((source.name, len(requests)))
        return answer(source, requests)

    monkeypatch.setattr(engine, "answer", counted)
    return asked


def test_every_metric_of_a_source_is_answered_by_one_query(engine, parquet, table, queries):
    source = parquet(table)
    metrics = [
        Rate(parse("score >= 0.8")), Mean("tokens"), Quantile("tokens", 0.95), Disparity(RECALL, ("sex",)),
        EqualizedOdds(RECALL, FALSE_ALARMS, ("language", "sex")), CalibrationError("score", parse("label")),
        Agreement("decision", "second"), RECALL,
    ]  # fmt: skip
    by = [(), ("language",), (), ("language",), (), (), ("sex",), ()]
    items = [Item(metric, source, slices) for metric, slices in zip(metrics, by, strict=True)]
    measured = measure_pass(engine, items)
    assert queries == [("eval", 9)]
    hits = np.array(table["score"]) >= 0.8
    assert measured[0].states == {(): Counts(hits.sum(), 400)}
    assert list(measured[1].states) == [("de",), ("en",), ("fr",)]
    gap = measured[3].states[("de",)].counts[0]
    assert list(gap) == [("f",), ("m",)]
    asked = [
        label for label, sex, tongue in zip(table["label"], table["sex"], table["language"], strict=True)
        if sex == "f" and tongue == "de"
    ]  # fmt: skip
    assert gap[("f",)].n == sum(asked)
    assert len(measured[4].states[()].counts) == 2
    assert measured[5].states[()].n.sum() == 400
    assert measured[0].data == engine.digest(source)


def test_sources_with_the_same_records_share_a_query(engine, parquet, table, queries):
    source = parquet(table)
    measure_pass(engine, [Item(RECALL, source), Item(RECALL, replace(source, name="twin"))])
    assert queries == [("eval", 2)]


def test_a_source_that_chooses_other_records_has_its_own(engine, parquet, table, queries):
    source = parquet(table)
    part = replace(source, where=parse("sex == 'f'"), name="part")
    whole, chosen = measure_pass(engine, [Item(RECALL, source), Item(RECALL, part)])
    assert len(queries) == 2
    assert whole.states[()].n > chosen.states[()].n > 0
    assert whole.data.digest != chosen.data.digest


def test_renamed_and_derived_columns_are_columns(engine, parquet, table):
    source = parquet(
        table, columns={"probability": "score"}, derive={"length": Cut("tokens", (50.0, 100.0))},
        where=parse("length != 'under 50'"),
    )  # fmt: skip
    (measured,) = measure_pass(engine, [Item(Rate(parse("probability >= 0.8")), source, ("length",))])
    assert list(measured.states) == [("100 and over",), ("50 to under 100",)]
    tokens, score = np.array(table["tokens"]), np.array(table["score"])
    assert measured.states[("100 and over",)].k == ((tokens >= 100) & (score >= 0.8)).sum()


def test_a_cluster_makes_clustered_counts(engine, parquet, table):
    (measured,) = measure_pass(engine, [Item(RECALL, parquet(table, cluster="conversation"))])
    assert isinstance(measured.states[()], ClusteredCounts)
    assert measured.notes == ()


def test_records_that_look_clustered_are_noted(engine, parquet, table):
    (measured,) = measure_pass(engine, [Item(RECALL, parquet(table))])
    assert measured.notes == (
        "data `eval`: records look clustered by `conversation` (4.0 records each):"
        " say `cluster: conversation`, or intervals are too narrow",
    )


@pytest.mark.parametrize(
    ("column", "noted"),
    [
        ("patient", True), ("patient_id", True), ("UserId", True), ("household_key", True),
        ("ticket_id", True), ("language", False), ("patience", False),
    ],
)  # fmt: skip
def test_only_columns_that_name_a_unit_are_taken_for_clusters(engine, parquet, column, noted):
    source = parquet({"hit": [True] * 40, column: [index // 2 for index in range(40)]})
    (measured,) = measure_pass(engine, [Item(Rate(parse("hit")), source)])
    assert bool(measured.notes) == noted


@pytest.mark.parametrize("values", [range(40), [index % 3 for index in range(40)]], ids=["unique", "few"])
def test_an_id_that_is_a_key_or_a_kind_is_no_cluster(engine, parquet, values):
    source = parquet({"hit": [True] * 40, "model_id": list(values)})
    assert measure_pass(engine, [Item(Rate(parse("hit")), source)])[0].notes == ()


def test_drift_of_numbers_is_counted_in_bins_of_the_reference(engine, parquet, table):
    random = np.random.default_rng(2)
    before = parquet({"tokens": random.lognormal(4, 1, 1000), "language": ["de"] * 1000}, "before")
    now = parquet({**table, "tokens": [*table["tokens"][:-2], float("nan"), float("inf")]})
    (measured,) = measure_pass(engine, [Item(Drift("tokens"), now, (), before)])
    state = measured.states[()]
    assert state.reference.counts.sum() == 1000
    assert len(state.reference.counts) == 20
    assert state.reference.counts.max() < 70
    assert state.current.counts.sum() == 399
    assert state.current.nan == 1
    assert measured.reference == engine.digest(before)
    edges = np.concatenate([[-np.inf], state.reference.edges, [np.inf]])
    finite = [value for value in now_values(table) if np.isfinite(value)]
    assert state.current.counts.tolist()[:-1] == np.histogram(finite, edges)[0].tolist()[:-1]


def now_values(table):
    return [*table["tokens"][:-2], float("nan"), float("inf")]


def test_drift_of_text_is_counted_by_category_and_by_slice(engine, parquet, table):
    before = parquet({"language": ["de", "nl"], "sex": ["f", "f"]}, "before")
    (measured,) = measure_pass(engine, [Item(Drift("language"), parquet(table), ("sex",), before)])
    assert measured.states[("m",)].reference == Categories.zero()
    assert measured.states[("f",)].reference.counts == {"de": 1, "nl": 1}
    assert sum(measured.states[("f",)].current.counts.values()) == 200


@pytest.mark.parametrize("column", [[float("nan")] * 5, [None] * 5, [7.0] * 5])
def test_a_reference_without_range_is_no_error(engine, parquet, table, column):
    before = parquet({"tokens": column}, "before")
    (measured,) = measure_pass(engine, [Item(Drift("tokens"), parquet(table), (), before)])
    assert measured.states[()].current.counts.sum() == 400


def test_a_reference_is_asked_once_for_all_its_columns(engine, parquet, table, queries):
    before, now = parquet(table, "before"), parquet(table)
    measure_pass(engine, [Item(Drift(name), now, (), before) for name in ("tokens", "score", "language")])
    assert queries == [("before", 2), ("before", 3), ("eval", 3)]


def test_a_reference_that_did_not_change_is_not_read_again(engine, parquet, table, queries):
    before, now = parquet(table, "before"), parquet(table)
    items = [Item(Drift("tokens"), now, (), before)]
    (first,) = measure_pass(engine, items)
    queries.clear()
    (again,) = measure_pass(engine, items)
    assert again.states[()].reference.counts.tolist() == first.states[()].reference.counts.tolist()
    assert queries == [("eval", 1)]


def test_a_reference_that_changed_is_read_again(engine, parquet, table, queries):
    items = [Item(Drift("language"), parquet(table), (), parquet({"language": ["de"]}, "before"))]
    measure_pass(engine, items)
    parquet({"language": ["nl", "nl"]}, "before")
    (measured,) = measure_pass(engine, items)
    assert measured.states[()].reference.counts == {"nl": 2}


@pytest.mark.parametrize(
    ("drift", "says"),
    [
        (Drift("mixed"), "column `mixed` is a number in data `before` and text in data `eval`"),
        (Drift("language", "ks"), "column `language` is text, and `ks` needs numbers"),
        (Drift("gone"), "column `gone` is not in data"),
    ],
)
def test_drift_of_what_cannot_be_compared_is_refused(engine, parquet, table, drift, says):
    before = parquet({"mixed": [1.0], "language": ["de"]}, "before")
    now = parquet({**table, "mixed": ["x"] * 400})
    with pytest.raises(DataError, match="HF113") as caught:
        measure_pass(engine, [Item(RECALL, now), Item(drift, now, (), before)])
    assert says in caught.value.problems[0].message
    assert {problem.asked for problem in caught.value.problems} == {1}


def test_mistakes_of_all_items_are_told_together_with_who_made_them(engine, parquet, table):
    first, second = parquet(table, "one"), parquet(table, "two")
    items = [
        Item(RECALL, first), Item(Mean("tokns"), first), Item(Mean("x"), second),
        Item(EqualizedOdds(Rate(parse("no")), Rate(parse("no")), ("sex",)), second),
    ]  # fmt: skip
    with pytest.raises(DataError) as caught:
        measure_pass(engine, items)
    assert [(problem.asked, problem.column) for problem in caught.value.problems] == [
        (1, "tokns"), (2, "x"), (3, "no"),
    ]  # fmt: skip


def test_nothing_to_measure_is_measured(engine):
    assert measure_pass(engine, []) == []


def test_no_records_are_states_of_nothing(engine, parquet, table):
    source = parquet(table, where=parse("score > 2"))
    items = [Item(metric, source) for metric in (RECALL, Mean("tokens"), Quantile("tokens", 0.5),
             CalibrationError("score", parse("label")), Agreement("decision", "second"))]  # fmt: skip
    for measured in measure_pass(engine, items):
        assert list(measured.states) == [()]


def test_a_query_says_how_far_it_is(engine, parquet, table, monkeypatch):
    class Running:
        @staticmethod
        def query_progress():
            return 40.0

    heard, shares = Event(), []
    monkeypatch.setattr(duck, "TOLD_EVERY", 0.001)
    monkeypatch.setattr(engine, "_connection", Running)
    with heard_by(lambda share: (shares.append(share), heard.set())), engine._told():
        assert heard.wait(10)
    assert set(shares) == {0.4}


def test_a_pass_that_somebody_hears_measures_the_same(engine, parquet, table):
    source = parquet(table)
    with heard_by(lambda _: None):
        (heard,) = measure_pass(DuckEngine(threads=1), [Item(RECALL, source, ("sex",))])
    assert heard.states == measure_pass(engine, [Item(RECALL, source, ("sex",))])[0].states
