"""`holdfast check` on both examples, end to end, against figures that are counted here by plain numpy."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from holdfast.app.cli import run

PAGES = Path(__file__).resolve().parents[2] / "docs"


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
    then, now = score[:380], score[380:]
    # twenty bins of equal mass, their edges on a grid of a thousand cells: near 0 and 1 several fall together
    cell = (then.max() - then.min()) / 1000
    edges = np.quantile(then, np.linspace(0, 1, 21)[1:-1])
    edges = np.unique(then.min() + cell * np.round((edges - then.min()) / cell))
    edges = edges[(edges > then.min()) & (edges < then.max())]
    p, q = (
        (np.bincount(np.digitize(part, edges), minlength=len(edges) + 1) + 0.5)
        / (len(part) + 0.5 * (len(edges) + 1))
        for part in (then, now)
    )
    by_chance = len(edges) * (1 / len(then) + 1 / len(now))
    found = gates["intake-drift"]
    assert found["figures"]["bins"] == len(edges) + 1
    assert found["figures"]["no-drift expectation"] == pytest.approx(by_chance)
    assert found["figures"]["plain PSI"] == pytest.approx(((q - p) * np.log(q / p)).sum(), rel=0.1)
    assert found["value"] == pytest.approx(found["figures"]["plain PSI"] - by_chance)
    assert found["figures"]["p-value"] < 0.01
    assert found["n"] == len(now)


def test_triage_figures_that_warn_are_the_page_s(triage_check):
    _, _, gates = triage_check
    page = " ".join((PAGES / "examples-triage.md").read_text(encoding="utf-8").split())
    for name, unit in (("calibration", " %"), ("abstain-gap", " points")):
        value, high = 100 * gates[name]["value"], 100 * gates[name]["interval"][1]
        upper = f"{high:.1f} %" if unit == " %" else f"{high:.1f}"
        assert f"`{name}` ({value:.1f}{unit}, up to {upper})" in page


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
