"""Which columns segments are looked for in, and what is counted of them."""

from __future__ import annotations

import pytest

from holdfast.kernel.errors import DataError
from holdfast.kernel.expressions.parsing import parse
from holdfast.measure.metrics import Mean, Rate
from holdfast.measure.states import ClusteredCounts, Counts
from holdfast.telemetry.segmenting import slicings
from holdfast.telemetry.sources import Cut

N = 120
TABLE = {
    "wrong": [i % 3 == 0 for i in range(N)],
    "team": ["ab"[i % 2] for i in range(N)],
    "language": [["de", "en", None][i % 3] for i in range(N)],
    "age": [float(i) for i in range(N)],
    "ticket": [f"t{i}" for i in range(N)],
    "constant": ["x"] * N,
    "parts": [[1.0, 2.0]] * N,
}
WRONG = Rate(parse("wrong"))


def test_columns_of_few_values_are_counted_singly_and_in_pairs(engine, parquet):
    found = slicings(engine, parquet(TABLE), WRONG)
    assert found.columns == ("team", "language")
    assert set(found.groupings) == {(), ("team",), ("language",), ("team", "language")}
    assert found.groupings["language",] == {
        ("de",): Counts(40, 40),
        ("en",): Counts(0, 40),
        (None,): Counts(0, 40),
    }
    assert found.groupings["team", "language"]["a", "de"] == Counts(20, 20)
    assert found.passed_over == ("age (120 values)", "ticket (120 values)", "constant (one value)")


def test_one_query_counts_all_of_them(engine, parquet, monkeypatch):
    asked, answer = [], engine.answer
    monkeypatch.setattr(engine, "answer", lambda *each: asked.append(len(each[1])) or answer(*each))
    slicings(engine, parquet(TABLE), WRONG)
    assert asked == [5, 4]  # values of five columns, then the whole, two columns and their pair


def test_the_metric_its_cluster_and_the_source_of_a_band_are_no_segments(engine, parquet):
    source = parquet(TABLE, cluster="team", derive={"age_band": Cut("age", (60.0,))})
    found = slicings(engine, source, Rate(parse("wrong"), parse("language is not null")))
    assert found.columns == ("age_band",)
    assert isinstance(found.groupings["age_band",]["under 60",], ClusteredCounts)


def test_a_renamed_column_is_looked_at_once_and_under_the_plans_name(engine, parquet):
    found = slicings(engine, parquet(TABLE, columns={"crew": "team", "error": "wrong"}), Rate(parse("error")))
    assert found.columns == ("language", "crew")


def test_a_named_number_is_cut_at_its_quartiles_and_a_named_text_kept(engine, parquet):
    found = slicings(engine, parquet(TABLE), WRONG, ("age", "ticket"))
    assert found.columns == ("age band", "ticket")
    assert [key for (key,) in found.groupings["age band",]] == [
        "29 to under 59", "59 to under 89", "89 and over", "under 29",
    ]  # fmt: skip
    assert len(found.groupings["ticket",]) == 120
    assert ("age band", "ticket") not in found.groupings


def test_more_columns_than_can_be_paired_are_said(engine, parquet):
    table = {"wrong": TABLE["wrong"]} | {f"c{at:02}": TABLE["team"] for at in range(14)}
    found = slicings(engine, parquet(table), WRONG)
    assert sum(len(by) == 1 for by in found.groupings) == 14
    assert sum(len(by) == 2 for by in found.groupings) == 66
    assert "the first 12 columns" in found.notes[0]


def test_means_are_counted_as_moments(engine, parquet):
    found = slicings(engine, parquet(TABLE), Mean("age"), ("team",))
    assert found.groupings["team",]["a",].mean == sum(range(0, N, 2)) / 60


@pytest.mark.parametrize(
    ("over", "words"), [("taem", "did you mean `team`"), ("parts", "a list, a structure or bytes")]
)
def test_a_column_that_cannot_be_looked_at_is_refused(engine, parquet, over, words):
    with pytest.raises(DataError, match="HF113") as caught:
        slicings(engine, parquet(TABLE), WRONG, (over,))
    assert words in str(caught.value)


def test_a_metric_whose_column_is_not_there_is_refused(engine, parquet):
    with pytest.raises(DataError, match="wrogn"):
        slicings(engine, parquet(TABLE), Rate(parse("wrogn")))
