"""Whatever the text, the answer is a plan or a list of its mistakes.

A few hundred texts by default; `HOLDFAST_FUZZ=20000 pytest tests/plan/test_fuzz.py` is the campaign.
"""

from __future__ import annotations

import importlib.util
import os
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from holdfast.kernel.codes import CODES
from holdfast.kernel.errors import PlanError, Problem
from holdfast.plan.model.document import decode, parse_document
from holdfast.plan.model.loading import load
from holdfast.plan.model.standing import Standing
from holdfast.plan.views.brief import brief
from holdfast.plan.views.page import plan_page
from holdfast.plan.views.reading import read_plan
from holdfast.plan.views.register import register

NOW = datetime(2026, 11, 21, tzinfo=UTC)
MOST = int(os.environ.get("HOLDFAST_FUZZ", "300"))
many = settings(
    max_examples=MOST, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def _mutations() -> ModuleType:
    # test folders are no packages: the neighbour is loaded by its path
    spec = importlib.util.spec_from_file_location("mutations", Path(__file__).parent / "mutations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MUTATIONS = _mutations()
SMALL = """\
holdfast: 1
system: {id: a, name: b, owners: {accountable: ops}}
people: {ops: {route: mail}}
routes: {mail: {smtp: a@b.example}, chat: {slack: $CHAT}}
data: {eval: {parquet: e.parquet, where: "x > 1"}}
metrics: {m: {kind: disparity, of: {kind: recall, decision: d, label: l}, over: [sex]}}
risks: [{id: r, harm: h, severity: 5, likelihood: 3, controls: {prevent: [c]}, gates: [g]}]
controls: {c: {layer: prevent, evidence: [g, drill/x]}}
gates: [{id: g, metric: m, data: eval, require: "<= 5%"}, {id: s, sign: [ops]}]
indicators: [{id: i, kri: {metric: m, data: eval, window: 1h, above: 1%}, when_unmet: [{lever: l, to: safe}]}]
levers: {l: {kind: tier, normal: A, safe: B, tiers: {A: {}, B: {block: [x]}}}}
safe_mode: {l: safe}
"""


def answer(data: bytes) -> None:
    """Load what was written; fail on anything but a plan or a refusal that a person can read."""
    problems: Sequence[Problem] = ()
    try:
        loaded = load([parse_document(decode(data, "holdfast.yaml"), "holdfast.yaml")], Path())
    except PlanError as error:
        problems = error.problems
        refused = True
    else:
        refused = False
        assert loaded.digest.startswith("sha256:")
        assert register(loaded).headline
        page = plan_page(loaded, Standing(), NOW)  # whatever is a plan can be looked at
        for seen in (page.coverage, page.indicators, page.rights, page.argument, page.crosswalk):
            assert seen.headline
        assert brief(loaded, Standing(), NOW).digest == loaded.digest
    assert refused == bool(problems)
    for problem in problems:
        assert problem.code in CODES
        assert problem.place is not None
        assert len(problem.render().splitlines()) <= 3
        assert "pydantic" not in problem.render()
        assert "does not fit here" not in problem.message


@many
@given(st.integers(0, 2**64), st.integers(1, 6))
@example(3011, 1)  # a lever without a value that an action moves
def test_a_good_plan_after_some_accidents(seed: int, times: int) -> None:
    chance = random.Random(seed)
    text = SMALL if chance.random() < 0.9 else MUTATIONS.EXAMPLE
    answer(MUTATIONS.spoilt(text, chance, times).encode("utf-8", "surrogatepass"))


@many
@given(st.lists(st.sampled_from(MUTATIONS.PIECES) | st.text(max_size=8), max_size=60))
@example(["? ", "? ", "? "])
@example(["[", "\n", "]", ":"])
@example(["&", "\u2028"])
def test_text_that_looks_like_yaml(pieces: list[str]) -> None:
    answer("".join(pieces).encode("utf-8", "surrogatepass"))


@many
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    answer(data)


@pytest.mark.parametrize("name", ["include", "system", "metrics", "severity", "authority", "safe_mode"])
@pytest.mark.parametrize(
    "value", ["", "1", "[]", "{}", "[[]]", "{a: {}}", "[{}]", "{a: [1]}", "'x'", "[~]", "{1: 2}"]
)
def test_a_section_of_the_wrong_shape(name: str, value: str) -> None:
    text = SMALL.replace(f"{name}: ", f"was_{name}: ", 1) + f"{name}: {value}\n"
    answer(text.encode())


@settings(
    max_examples=min(MOST, 100), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=20))
def test_any_path_to_include(tmp_path: Path, path: str) -> None:
    quoted = path.replace("'", "''")
    plan = tmp_path / "plan.yaml"
    plan.write_text(SMALL + f"include: ['{quoted}']\n", "utf-8", "ignore")
    with pytest.raises(PlanError):
        read_plan(plan)
