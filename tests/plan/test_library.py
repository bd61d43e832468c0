"""The control library: whole, true to the plan's format, and findable."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from holdfast.kernel.errors import Problem
from holdfast.plan.model.document import parse_document
from holdfast.plan.model.gates import MetricGate
from holdfast.plan.model.levers import KINDS as LEVER_KINDS
from holdfast.plan.model.library.catalogue import KINDS, all_controls, find
from holdfast.plan.model.library.control import LibraryControl
from holdfast.plan.model.library.frameworks import frameworks, title_of
from holdfast.plan.model.library.ranking import STAPLES, search, suggest
from holdfast.plan.model.loading import LoadedPlan, load
from holdfast.plan.model.risks import Category, ControlKind, Layer, OwnControl
from holdfast.plan.views.linting import lint_report

FRAME = """\
holdfast: 1
system: {id: frame, name: Frame, owners: {accountable: team, approver: product}}
people:
  team: {}
  on-call: {}
  safety: {}
  security: {}
  privacy: {}
  legal: {}
  comms: {}
  reviewers: {}
  product: {}
  ciso: {}
data:
  eval: {parquet: eval.parquet}
  red-team: {parquet: red-team.parquet}
  train: {parquet: train.parquet}
  live: {records: frame}
  calls: {records: frame, unit: tool_calls}
  reports: {records: frame, unit: reports}
"""
each = pytest.mark.parametrize("control", all_controls(), ids=lambda control: control.name)


def framed(control: LibraryControl) -> LoadedPlan:
    fragment = parse_document(control.example, f"{control.name}.yaml")
    return load([parse_document(FRAME, "frame.yaml"), fragment], Path())


@each
def test_an_entry_speaks_the_words_of_the_plan(control: LibraryControl) -> None:
    assert control.kind in get_args(ControlKind)
    assert set(control.layers) <= set(get_args(Layer))
    assert len(set(control.layers)) == len(control.layers)
    assert control.harms
    assert set(control.harms) <= set(get_args(Category))
    assert set(control.levers) <= set(LEVER_KINDS)


@each
def test_an_entry_says_what_it_does_for_which_failures_and_what_shows_it(control: LibraryControl) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", control.name)
    assert control.does.endswith(".")
    assert len(control.does) <= 320
    assert len(control.failures) >= 2
    assert 20 <= len(control.evidence) <= 160
    assert not control.evidence.endswith(".")
    assert control.frameworks


@each
def test_the_part_of_a_plan_that_an_entry_shows_loads_and_defines_the_control(
    control: LibraryControl,
) -> None:
    plan = framed(control).plan
    own = plan.controls[control.name]
    assert isinstance(own, OwnControl)
    assert own.layer == control.layer
    assert own.kind == control.kind
    assert own.owner is not None
    assert own.evidence or own.attested or own.rehearsed_within
    if own.lever is not None:
        assert plan.levers[own.lever].kind in control.levers
    assert max(map(len, control.example.splitlines())) <= 98


@each
def test_everything_that_an_entry_measures_is_asked_for(control: LibraryControl) -> None:
    plan = framed(control).plan
    own = plan.controls[control.name]
    assert isinstance(own, OwnControl)
    measured = {gate.metric for gate in plan.gates if isinstance(gate, MetricGate)}
    watched = set(re.findall(r"metric: ([\w-]+)", control.example))
    assert set(plan.metrics) <= measured | watched
    named = {*own.evidence}
    assert {gate.id for gate in plan.gates} | {seen.id for seen in plan.indicators} >= {
        name for name in named if "/" not in name
    }
    assert all(seen.first_move and seen.why for seen in plan.indicators)


def test_the_kinds_are_those_of_the_plan() -> None:
    assert set(KINDS) == set(get_args(ControlKind))


def test_names_are_given_once() -> None:
    names = [control.name for control in all_controls()]
    assert len(set(names)) == len(names)


def test_a_control_that_the_library_lacks_is_refused_with_the_nearest_name(
    refused: Callable[..., list[Problem]],
) -> None:
    problems = refused("controls: {injection-clasifier: library}\n")
    assert [problem.code for problem in problems] == ["HF206"]
    assert problems[0].message == "the library has no control `injection-clasifier`"
    assert problems[0].fix == "did you mean `injection-classifier`?"
    assert problems[0].place is not None
    assert (problems[0].place.line, problems[0].place.column) == (3, 12)


def test_a_name_far_from_all_is_sent_to_the_list(refused: Callable[..., list[Problem]]) -> None:
    assert "holdfast controls" in (refused("controls: {zzzz: library}\n")[0].fix or "")


@pytest.mark.parametrize(
    ("category", "layer", "text", "expected"),
    [
        ("security", "detect", "Text in a ticket makes the assistant call a tool", "injection-classifier"),
        ("bias", "prevent", "Applicants of one age group are denied more often", "reweighing"),
        ("privacy", "prevent", "Names of patients stand in the training text", "pii-scrubbing"),
        ("misinformation", "prevent", "The answer invents a price that no source has", "grounded-answers"),
        ("safety", "detect", "A customer gets an insulting, toxic reply", "safety-classifier"),
    ],
)
def test_a_suggestion_fits_the_risk(category: str, layer: str, text: str, expected: str) -> None:
    assert expected in [control.name for control in suggest(category, layer, text, 3)]


def test_suggestions_are_the_same_every_time_and_of_the_layer() -> None:
    for layer in get_args(Layer):
        first = suggest("security", layer, "leak of tokens", 5)
        assert first == suggest("security", layer, "leak of tokens", 5)
        assert all(layer in control.layers for control in first)
    assert suggest(None, "prevent", "", 0) == ()


def test_a_search_finds_every_control_by_its_own_words() -> None:
    for control in all_controls():
        assert control in search(control.name.split("-"))
        assert control in search([control.title])
    assert search([]) == all_controls()
    assert search(["zzzz"]) == ()


def test_find_knows_only_whole_names() -> None:
    assert find("reweighing") is not None
    assert find("reweigh") is None


@each
def test_every_id_of_a_framework_is_one_that_was_verified(control: LibraryControl) -> None:
    assert [reference for reference in control.frameworks if title_of(reference) is None] == []


def test_every_framework_says_how_it_was_verified() -> None:
    for framework in frameworks():
        assert framework.checked
        assert framework.unsure <= set(framework.titles)
    assert {framework.key for framework in frameworks()} == {"NIST-AI-RMF", "ISO42001", "OWASP-LLM", "ATLAS"}
    iso = next(framework for framework in frameworks() if framework.key == "ISO42001")
    assert len(iso.titles) == 38


def test_the_controls_that_the_quick_picker_names_are_there() -> None:
    wanted = """reweighing stratified-sampling de-duplication pii-scrubbing synthetic-counterfactuals
        constraint-aware-training adversarial-training calibration thresholding abstention ensemble
        content-filter safety-classifier tool-allowlist safe-decoding guardrail-tiers rate-limits review-queue
        escalation-policy denial-reasons feedback-loop drift-monitor performance-slo audit-log rollback
        key-rotation kill-switch canary-prompts red-team-set shadow-evaluation untrusted-text-delimiters
        injection-classifier know-your-customer weight-isolation insider-programme policy-prompt"""
    assert [name for name in wanted.split() if find(name) is None] == []
    assert len(all_controls()) >= 60


def test_every_harm_has_a_control_in_every_layer() -> None:
    for harm in get_args(Category):
        for layer in get_args(Layer):
            assert any(harm in c.harms and layer in c.layers for c in all_controls()), (harm, layer)


def test_the_staples_of_the_ranking_are_controls() -> None:
    assert [name for name in STAPLES if find(name) is None] == []


@each
def test_lint_finds_nothing_amiss_with_the_control_that_an_entry_shows(control: LibraryControl) -> None:
    report = lint_report(framed(control), datetime(2026, 11, 21, tzinfo=UTC))
    about_the_frame = {
        "HF106",
        "HF107",
        "HF111",
        "HF112",
    }  # no safe mode, nobody reachable: the frame has no more
    assert [
        f"{found.code} {found.message}" for found in report.findings if found.code not in about_the_frame
    ] == []
