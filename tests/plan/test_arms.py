"""Arms in the plan's format, and the data as one arm reads it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from holdfast.kernel.errors import DataError, PlanError, Problem
from holdfast.kernel.expressions.encoding import text_of
from holdfast.kernel.expressions.parsing import parse
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.views.arms import arm_of, as_gates_do, in_arm, located_in
from holdfast.plan.views.sources import source_of
from holdfast.telemetry.checking import ColumnProblem
from holdfast.telemetry.sources import Source

Loaded = Callable[..., LoadedPlan]
Refused = Callable[..., list[Problem]]

PLAN = """\
data:
  eval: {csv: e.csv, where: "split == 'test'", columns: {label: y}, pair: patient}
  other: {csv: o.csv}
metrics:
  r: {kind: recall, decision: decision, label: label}
  shift: {kind: drift, column: score, reference: other}
gates:
  - {id: recall, metric: r, data: eval, require: ">= 90%"}
"""
ARMS = """\
arms:
  now: {}
  named: {where: "arm == 'b'", bundle: v2}
  wide: {columns: {decision: decision_b}, only: [eval]}
  apart: {data: {eval: other}}
"""


def read(plan: LoadedPlan, data: str, arm: str) -> Source:
    return source_of(in_arm(plan, arm), data)


def test_an_arm_that_says_nothing_reads_the_data_as_the_gates_do(loaded: Loaded) -> None:
    plan = loaded(PLAN + ARMS)
    assert as_gates_do(arm_of(plan, "now"))
    assert read(plan, "eval", "now") == source_of(plan, "eval")


def test_where_is_added_to_the_sources_own(loaded: Loaded) -> None:
    plan = loaded(PLAN + ARMS)
    where = read(plan, "eval", "named").where
    assert where is not None
    assert text_of(where) == "split == 'test' and arm == 'b'"
    assert read(plan, "other", "named").where == parse("arm == 'b'")


def test_columns_are_renamed_on_top_of_the_sources_own_and_only_where_said(loaded: Loaded) -> None:
    plan = loaded(PLAN + ARMS)
    assert read(plan, "eval", "wide").columns == {"label": "y", "decision": "decision_b"}
    assert read(plan, "other", "wide").columns == {}


def test_another_source_is_read_under_the_name_that_gates_know(loaded: Loaded) -> None:
    plan = loaded(PLAN + ARMS)
    source = read(plan, "eval", "apart")
    assert (source.name, source.locations) == ("eval", ("o.csv",))


def test_a_plan_in_an_arm_is_no_other_plan(loaded: Loaded) -> None:
    plan = loaded(PLAN + ARMS)
    assert in_arm(plan, "wide").digest == plan.digest


def test_arms_change_the_plans_digest_and_what_is_left_out_does_not(loaded: Loaded) -> None:
    plain, arms = loaded(PLAN), loaded(PLAN + ARMS)
    assert plain.digest != arms.digest
    assert loaded(PLAN + "arms: {}\n").digest == plain.digest
    spelt = ARMS.replace("now: {}", "now: {columns: {}, only: []}")
    assert loaded(PLAN + spelt).digest == arms.digest


@pytest.mark.parametrize(
    ("arms", "code", "words"),
    [
        ("a: {data: {evl: other}}", "HF206", "did you mean `eval`?"),
        ("a: {data: {eval: othr}}", "HF206", "did you mean `other`?"),
        ("a: {only: [evl]}", "HF206", "did you mean `eval`?"),
        ("a: {colums: {x: y}}", "HF202", "did you mean `columns`?"),
        ('a: {where: "arm = 1"}', "HF212", "=="),
        ("a: [eval]", "HF203", "expected keys and values"),
        ("'a b': {}", "HF203", "did you mean `a-b`?"),
    ],
)
def test_what_makes_no_arm_is_refused_where_it_stands(
    refused: Refused, arms: str, code: str, words: str
) -> None:
    problem = refused(PLAN + f"arms: {{{arms}}}\n")[0]
    assert problem.code == code
    assert words in f"{problem.message} {problem.fix}"
    assert problem.place is not None
    assert problem.place.line == 11


def test_an_unknown_arm_is_refused_with_the_nearest(loaded: Loaded) -> None:
    with pytest.raises(PlanError, match="did you mean `wide`"):
        arm_of(loaded(PLAN + ARMS), "wid")
    with pytest.raises(PlanError, match="name its variants under `arms`"):
        arm_of(loaded(PLAN), "wide")


@pytest.mark.parametrize(
    ("margin", "fits"), [("1%", True), ("0.02", True), ("0", False), ("-1%", False), ("150%", False)]
)
def test_a_margin_is_a_distance_that_the_metric_can_have(
    loaded: Loaded, refused: Refused, margin: str, fits: bool
) -> None:
    text = PLAN.replace('">= 90%"', f'">= 90%", margin: {margin}')
    if fits:
        assert loaded(text).plan.gates[0].margin is not None  # type: ignore[union-attr]  # a metric gate
    else:
        assert "no distance" in refused(text)[0].message


@pytest.mark.parametrize(
    ("arm", "problem", "line", "shown"),
    [
        ("wide", ColumnProblem("HF113", "no such column", None, None, "decision_b"), 14, "decision_b"),
        ("named", ColumnProblem("HF113", "no such column", None, None, "arm", 23, 3), 13, "arm"),
        ("named", ColumnProblem("HF113", "no such column", None, None, "split", 1, 5), 4, "split"),
    ],
)
def test_a_column_that_is_not_there_is_shown_where_it_is_written(
    loaded: Loaded, arm: str, problem: ColumnProblem, line: int, shown: str
) -> None:
    plan = loaded(PLAN + ARMS)
    with pytest.raises(DataError) as caught, located_in(plan, arm, "eval"):
        raise DataError([problem])
    place = caught.value.problems[0].place
    assert place is not None
    assert place.line == line
    assert place.column is not None
    assert place.text is not None
    assert place.text[place.column - 1 :].startswith(shown)
