"""`holdfast check` on both examples, end to end, against figures that are counted here by plain numpy."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from holdfast.app.cli import run


def checked(example, folder, capsys):
    """Check a copy of the example, with its data, and return the exit code and the JSON it prints."""
    shutil.copytree(example.folder, folder, ignore=shutil.ignore_patterns("data", ".holdfast", "__pycache__"))
    shutil.copytree(example.data, folder / "data")
    code = run(["check", str(folder), "--json"])
    told = json.loads(capsys.readouterr().out)
    return code, told, {gate["id"]: gate for gate in told["gates"]}


@pytest.fixture
def triage_check(triage, tmp_path, capsys):
    return checked(triage, tmp_path / "triage", capsys)


@pytest.fixture
def care_check(care, tmp_path, capsys):
    return checked(care, tmp_path / "care-programme", capsys)


def test_triage_is_inconclusive_on_the_gates_that_lack_patients(triage_check, triage):
    code, told, gates = triage_check
    columns = triage.columns()
    malignant = columns["malignant"]
    cleared = np.array([decision is False for decision in columns["decision"]])
    abstained = np.array([decision is None for decision in columns["decision"]])
    flagged = ~cleared & ~abstained
    assert (code, told["verdict"]) == (2, "inconclusive")
    assert {name: gate["verdict"] for name, gate in gates.items() if gate["blocking"]} == {
        "recall": "inconclusive",
        "recall-by-nuclei": "inconclusive",
        "abstain-rate": "pass",
        "rule-kept": "pass",
        "sign-off": "inconclusive",
    }
    assert gates["recall"]["k"] == (malignant & ~cleared).sum()
    assert gates["recall"]["n"] == malignant.sum()
    assert gates["recall-alone"]["value"] == pytest.approx(flagged[malignant].mean())
    assert gates["abstain-rate"]["value"] == pytest.approx(abstained.mean())
    assert gates["false-alarms"]["value"] == pytest.approx(flagged[~malignant].mean())
    assert (gates["rule-kept"]["k"], gates["rule-kept"]["n"]) == (0, 569)
    rates = [abstained[columns["nuclei"] == size].mean() for size in ("small", "medium", "large")]
    assert gates["abstain-gap"]["value"] == pytest.approx(max(rates) - min(rates))


def test_triage_slices_of_nuclei_are_all_judged(triage_check, triage):
    _, _, gates = triage_check
    columns = triage.columns()
    slices = {each["slice"]["nuclei"]: each for each in gates["recall-by-nuclei"]["slices"]}
    for size in ("small", "medium", "large"):
        assert slices[size]["judged"]
        assert slices[size]["n"] == (columns["malignant"] & (columns["nuclei"] == size)).sum()


def test_triage_scores_drift_from_the_earlier_patients_to_the_later(triage_check, triage):
    _, _, gates = triage_check
    score = triage.columns()["score"]
    edges = np.quantile(score[:380], np.linspace(0, 1, 21)[1:-1])
    then, now = (
        (np.bincount(np.digitize(part, edges), minlength=20) + 0.5) / (len(part) + 10)
        for part in (score[:380], score[380:])
    )
    psi = ((now - then) * np.log(now / then)).sum()
    # bins are snapped to a grid and smoothing differs, so the distances are near and not equal
    assert gates["intake-drift"]["value"] == pytest.approx(psi, rel=0.35)
    assert gates["intake-drift"]["n"] == 189


def test_care_programme_fails_on_equal_opportunity_and_on_the_calibration_of_the_youngest(care_check, care):
    code, told, gates = care_check
    assert (code, told["verdict"]) == (1, "fail")
    assert {name: gate["verdict"] for name, gate in gates.items() if gate["blocking"]} == {
        "equal-opportunity-sex": "fail",
        "equal-opportunity-age": "fail",
        "calibration-sex": "inconclusive",
        "calibration-age": "fail",
        "reach": "pass",
        "places": "pass",
        "rule-kept": "pass",
        "sign-off": "inconclusive",
    }


def test_care_programme_gaps_are_fairlearn_s(care_check, care):
    fairlearn = pytest.importorskip(
        "fairlearn.metrics", reason="fairlearn (group `oracles`) is the oracle here"
    )
    _, _, gates = care_check
    columns = care.columns()
    need, offered = columns["progressed"], columns["offered"]
    bands = np.digitize(columns["age"], [40, 60])
    for name, groups in (("sex", columns["sex"]), ("age", bands)):
        frame = fairlearn.MetricFrame(
            metrics={"reach": fairlearn.true_positive_rate, "offers": fairlearn.selection_rate},
            y_true=need,
            y_pred=offered,
            sensitive_features=groups,
        )
        assert gates[f"equal-opportunity-{name}"]["value"] == pytest.approx(frame.difference()["reach"])
        assert gates[f"parity-{name}"]["value"] == pytest.approx(frame.difference()["offers"])
    odds = fairlearn.equalized_odds_difference(need, offered, sensitive_features=columns["sex"])
    assert gates["odds-gap-sex"]["value"] == pytest.approx(odds)


def test_care_programme_variants_can_be_measured_with_the_same_metric(care, tmp_path, capsys):
    shutil.copytree(care.folder, tmp_path / "plan", ignore=shutil.ignore_patterns("data", ".holdfast"))
    shutil.copytree(care.data, tmp_path / "plan" / "data")
    command = [
        "measure",
        "opportunity-gap-sex",
        "--data",
        "blind",
        "--plan",
        str(tmp_path / "plan"),
        "--json",
    ]
    assert run(command) == 0
    (whole,) = json.loads(capsys.readouterr().out)["results"]
    columns = care.columns("eval-blind.parquet")
    rates = [
        columns["offered"][columns["progressed"] & (columns["sex"] == group)].mean()
        for group in ("group 1", "group 2")
    ]
    assert whole["value"] == pytest.approx(max(rates) - min(rates))
