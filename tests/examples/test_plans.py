"""The examples' plans: they load, they name what is there, and what they say about the data is true."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from holdfast.app.cli import run
from holdfast.plan.views.reading import read_plan

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
WORKED = sorted((Path(__file__).parent / "worked").glob("*.yaml"))
NAMES = ["triage", "care-programme", "support-assistant", "credit-eligibility", "product-descriptions"]


@pytest.fixture(scope="module", params=NAMES)
def plan(request):
    return read_plan(EXAMPLES / request.param).plan


@pytest.fixture(scope="module")
def triage_plan():
    return read_plan(EXAMPLES / "triage").plan


def test_every_gate_guards_a_risk_or_is_a_signature_or_a_view_of_the_same_risk(plan):
    guarding = {gate for risk in plan.risks for gate in risk.gates}
    assert {gate.id for gate in plan.gates} - guarding == {"sign-off"}


def test_every_indicator_watches_a_risk_and_says_why_and_what_to_do_first(plan):
    watched = {indicator for risk in plan.risks for indicator in risk.indicators}
    for indicator in plan.indicators:
        assert indicator.id in watched
        assert indicator.why
        assert indicator.first_move


def test_every_risk_is_prevented_detected_and_responded_to(plan):
    for risk in plan.risks:
        assert risk.controls.prevent, risk.id
        assert risk.controls.detect, risk.id
        assert risk.controls.respond, risk.id


def test_every_control_is_used_owned_and_has_something_to_show(plan):
    used = {
        control
        for risk in plan.risks
        for layer in (risk.controls.prevent, risk.controls.detect, risk.controls.respond)
        for control in layer
    }
    assert set(plan.controls) == used
    for name, control in plan.controls.items():
        assert control.owner, name
        assert control.evidence or control.attested, name


def test_a_control_stands_in_the_layer_that_it_says(plan):
    for risk in plan.risks:
        for layer in ("prevent", "detect", "respond"):
            for control in getattr(risk.controls, layer):
                assert plan.controls[control].layer == layer, control


def test_risks_of_twelve_and_more_are_accepted_by_someone_else_and_not_for_ever(plan):
    for risk in plan.risks:
        if risk.score >= 12:
            assert risk.residual is not None, risk.id
            assert risk.residual.accepted_by not in (None, risk.owner)
            assert risk.residual.until
            assert risk.residual.because


@pytest.mark.parametrize("name", NAMES)
def test_runbooks_are_there(name):
    plan = read_plan(EXAMPLES / name).plan
    for path in plan.runbooks.values():
        assert (EXAMPLES / name / path).is_file(), path


FIXTURES = {
    "triage": "triage",
    "care-programme": "care",
    "support-assistant": "support",
    "credit-eligibility": "credit",
    "product-descriptions": "descriptions",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_makes_none_of_the_mistakes_that_lint_knows(name, request, tmp_path, capsys):
    example = request.getfixturevalue(FIXTURES[name])
    shutil.copytree(example.folder, tmp_path / name, ignore=shutil.ignore_patterns("data", ".holdfast"))
    shutil.copytree(example.data, tmp_path / name / "data")
    code = run(["lint", str(tmp_path / name)])
    told = capsys.readouterr().out
    assert code == 0, told
    assert "not looked at" not in told
    assert told.startswith("nothing found")


@pytest.mark.parametrize("path", WORKED, ids=lambda path: path.stem)
def test_a_worked_example_makes_none_either(path, capsys):
    assert run(["lint", str(path)]) == 0
    assert "nothing found" in capsys.readouterr().out


def test_the_triage_card_says_what_the_data_say(triage_plan, triage):
    columns = triage.columns()
    malignant, score = columns["malignant"], columns["score"]
    baselines = triage_plan.system.card.baselines
    assert baselines["malignant share"] == f"{100 * malignant.mean():.1f}%"
    assert baselines["recall at a threshold of one half"] == f"{100 * (score[malignant] >= 0.5).mean():.1f}%"
    assert (malignant & (columns["nuclei"] == "small")).sum() == 6


def test_the_care_card_says_what_the_data_say(care):
    columns = care.columns()
    baselines = read_plan(EXAMPLES / "care-programme").plan.system.card.baselines
    need = columns["progressed"]
    assert baselines["progressed"] == f"{100 * need.mean():.1f}%"
    assert baselines["reached"] == f"{100 * columns['offered'][need].mean():.1f}%"
    assert (np.min(columns["age"]), np.max(columns["age"])) == (19, 79)


@pytest.mark.parametrize("name", NAMES)
def test_the_plan_on_one_page_lacks_nothing(name, capsys):
    assert run(["plan", "brief", str(EXAMPLES / name)]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("nothing is missing on this page._")


@pytest.mark.parametrize("name", NAMES)
def test_every_assumption_of_a_claim_is_watched(name):
    plan = read_plan(EXAMPLES / name).plan
    watching = {getattr(each, "watch", None) or each.kri for each in plan.indicators}
    watched = {each.id for each in plan.indicators} | {watch.metric for watch in watching}
    reviewed = {metric for review in plan.reviews for metric in review.of}
    for claim in plan.claims:
        for assumption in claim.assumes:
            assert assumption.watched_by in watched | reviewed | kci_metrics(plan), assumption.what


def kci_metrics(plan):
    return {
        condition.metric
        for indicator in plan.indicators
        for condition in getattr(indicator, "kci", ())
        if hasattr(condition, "metric")
    }
