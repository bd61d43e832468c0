from __future__ import annotations

from collections.abc import Callable

import pytest

from holdfast.kernel.errors import PlanError
from holdfast.kernel.expressions.parsing import parse
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.views.sources import source_of
from holdfast.telemetry.sources import Cut

Loaded = Callable[..., LoadedPlan]


@pytest.mark.parametrize(
    ("text", "kind", "location", "table"),
    [
        ("parquet: data/eval-*.parquet", "parquet", "data/eval-*.parquet", None),
        ("csv: data/eval.csv", "csv", "data/eval.csv", None),
        ("duckdb: lake.duckdb, table: eval", "duckdb", "lake.duckdb", "eval"),
        ("records: triage", "records", "triage", None),
        ("ibis: 'spark://lake:7077', table: lake.eval", "ibis", "spark://lake:7077", "lake.eval"),
    ],
)
def test_a_source_is_where_its_records_are(
    loaded: Loaded, text: str, kind: str, location: str, table: str | None
) -> None:
    plan = loaded(f"data: {{eval: {{{text}}}}}\n")
    source = source_of(plan, "eval")
    assert (source.kind, source.locations, source.table, source.root) == (kind, (location,), table, plan.root)


def test_a_source_keeps_what_selects_and_shapes_its_records(loaded: Loaded) -> None:
    text = (
        "data: {e: {csv: e.csv, where: \"split == 'test'\", cluster: patient, columns: {score: s},"
        " time: at, labelled: known_at,"
        " derive: {band: {cut: age, at: [30, 50]}}}}\n"
    )
    source = source_of(loaded(text), "e")
    assert source.where == parse("split == 'test'")
    assert (source.cluster, source.columns) == ("patient", {"score": "s"})
    assert (source.time, source.labelled) == ("at", "known_at")
    assert source.derive == {"band": Cut("age", (30.0, 50.0))}


def test_an_unknown_source_names_the_nearest(loaded: Loaded) -> None:
    with pytest.raises(PlanError, match="did you mean `eval`"):
        source_of(loaded("data: {eval: {csv: e.csv}}\n"), "evl")
