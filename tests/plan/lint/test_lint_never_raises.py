"""Whatever plan loads, lint answers: findings with a code, a place in the plan's text and a way out.

A few hundred plans by default; `HOLDFAST_FUZZ=20000 pytest tests/plan/lint/test_lint_never_raises.py` is the
campaign.
"""

from __future__ import annotations

import importlib.util
import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.kernel.codes import CODES
from holdfast.kernel.errors import PlanError
from holdfast.kernel.verdict import Verdict
from holdfast.plan.model.document import parse_document
from holdfast.plan.model.lint.running import Linted, lint
from holdfast.plan.model.lint.subject import Data, Subject, Trials
from holdfast.plan.model.loading import LoadedPlan, load
from holdfast.plan.model.standing import Overridden, Shown, Standing
from holdfast.plan.views.linting import LintReport, as_text, lint_json

HERE = Path(__file__).parent
MOST = int(os.environ.get("HOLDFAST_FUZZ", "200"))
NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
many = settings(
    max_examples=MOST,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def _mutations() -> ModuleType:
    # test folders are no packages: the neighbour is loaded by its path
    spec = importlib.util.spec_from_file_location("mutations", HERE.parent / "mutations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MUTATIONS = _mutations()
PLANS = [path.read_text("utf-8") for path in sorted(HERE.glob("plans/*.yaml"))]


def without_a_line(text: str, chance: random.Random) -> str:
    """Return a plan without one of its lines: most that is left out is still a plan."""
    lines = text.splitlines(keepends=True)
    at = chance.randrange(len(lines))
    return "".join(lines[:at] + lines[at + 1 :])


def answer(text: str, chance: random.Random) -> bool:
    """Lint what loads, with and without data and facts; return whether it loaded."""
    try:
        loaded = load([parse_document(text, "holdfast.yaml")], Path())
    except PlanError:
        return False
    known = Subject(loaded, NOW, standing(loaded, chance), data(loaded, chance))
    for subject in (Subject(loaded, NOW), known):
        hold(loaded, lint(subject))
    return True


def standing(loaded: LoadedPlan, chance: random.Random) -> Standing:
    names = [gate.id for gate in loaded.plan.gates] + [f"drill/{name}" for name in loaded.plan.controls]
    names += [f"attest/{name}" for name in loaded.plan.controls]
    then = NOW - timedelta(days=chance.randrange(400))
    shown = {
        name: Shown(chance.choice(list(Verdict)), then, chance.choice([None, then, NOW]), 1, "x")
        for name in names
        if chance.random() < 0.5
    }
    overrides = tuple(Overridden(gate.id, "because", then, 2) for gate in loaded.plan.gates)
    return Standing(shown, overrides, known=True)


def data(loaded: LoadedPlan, chance: random.Random) -> Data:
    sizes = (0, 1, 30, 5000)
    return Data(
        rows={name: chance.choice(sizes) for name in loaded.plan.data},
        trials={
            gate.id: tuple(Trials(f"g = {at}", chance.choice(sizes)) for at in range(chance.randrange(4)))
            for gate in loaded.plan.gates
            if chance.random() < 0.5
        },
    )


def hold(loaded: LoadedPlan, linted: Linted) -> None:
    for each in linted.findings:
        assert each.code in CODES
        assert each.place.file in loaded.files
        assert each.place.line >= 1
        assert each.message
        assert each.fix
        assert each.message.isprintable()
        assert each.fix.isprintable()
    report = LintReport(loaded, linted, {})
    assert list(as_text(report))
    assert lint_json(report)["clean"] == linted.clean


@many
@given(st.integers(0, 2**64), st.integers(0, 3))
def test_a_real_plan_after_some_accidents(seed: int, times: int) -> None:
    chance = random.Random(seed)
    answer(MUTATIONS.spoilt(chance.choice([*PLANS, MUTATIONS.EXAMPLE]), chance, times), chance)


@many
@given(st.integers(0, 2**64), st.integers(1, 4))
def test_a_real_plan_with_lines_left_out(seed: int, times: int) -> None:
    chance = random.Random(seed)
    text = chance.choice(PLANS)
    for _ in range(times):
        text = without_a_line(text, chance)
    answer(text, chance)


def test_most_of_what_is_tried_loads() -> None:
    chance = random.Random(7)
    loaded = [answer(without_a_line(chance.choice(PLANS), chance), chance) for _ in range(100)]
    assert sum(loaded) > 30


@pytest.mark.parametrize("text", PLANS, ids=[f"plan-{at}" for at in range(len(PLANS))])
def test_the_same_plan_has_the_same_findings(text: str) -> None:
    loaded = load([parse_document(text, "holdfast.yaml")], Path())
    assert lint(Subject(loaded, NOW)) == lint(Subject(loaded, NOW))


def test_a_plan_of_a_thousand_risks_is_looked_up_not_searched() -> None:
    one = "  # holdfast: ignore[HF101] because we know\n  - {id: r, harm: Bias, severity: 1, likelihood: 1}\n"
    risks = "".join(one.replace("id: r", f"id: r{at}") for at in range(1000))
    text = f"holdfast: 1\nsystem: {{id: s, name: S}}\nrisks:\n{risks}"
    linted = lint(Subject(load([parse_document(text, "holdfast.yaml")], Path()), NOW))
    assert len(linted.ignored) == 2000
    assert {each.code for each in linted.findings} == {"HF104", "HF106", "HF107"}
