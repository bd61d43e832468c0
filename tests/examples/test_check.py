"""`holdfast check` on both examples, end to end, against figures that are counted here by plain numpy."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
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


def test_triage_scores_drift_from_the_earlier_patients_to_the_later(triage_check, triage, tmp_path):
    _, _, gates = triage_check
    found = gates["intake-drift"]
    state = recorded_state(tmp_path / "triage" / ".holdfast" / "ledger.db", found["evidence"])
    score = triage.columns()["score"]
    then, now = score[:380], score[380:]
    # the edges are frozen with the evidence; a row on an edge may fall to either side by rounding
    edges = np.array(state["reference"]["edges"])
    p, q = (np.bincount(np.digitize(part, edges), minlength=len(edges) + 1) for part in (then, now))
    for counted, kept in ((p, "reference"), (q, "current")):
        assert np.abs(counted - np.array(state[kept]["counts"])).max() <= 1
        assert counted.sum() == sum(state[kept]["counts"])
    used = np.array(state["reference"]["counts"]) + np.array(state["current"]["counts"]) > 0
    shares = [(part[used] + 0.5) / (part.sum() + 0.5 * used.sum()) for part in (p, q)]
    by_chance = (used.sum() - 1) * (1 / len(then) + 1 / len(now))
    psi = ((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum()
    assert found["figures"]["bins"] == used.sum()
    assert found["figures"]["no-drift expectation"] == pytest.approx(by_chance)
    assert found["figures"]["plain PSI"] == pytest.approx(psi, rel=0.15)
    assert found["value"] == pytest.approx(found["figures"]["plain PSI"] - by_chance)
    assert found["figures"]["p-value"] < 0.01
    assert found["n"] == len(now)


def recorded_state(ledger, evidence):
    """Return the only state of an evidence, as the ledger holds it."""
    with sqlite3.connect(f"file:{ledger}?mode=ro", uri=True) as connection:
        query = "SELECT body FROM events WHERE stream = ?"
        ((body,),) = connection.execute(query, (f"evidence/{evidence}",)).fetchall()
    (part,) = json.loads(body)["data"]["slices"]
    return part["state"]


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


@pytest.mark.parametrize(
    ("name", "roles", "verdict", "open_"),
    [
        (
            "triage",
            ("clinical-safety", "privacy", "medical-director"),
            "inconclusive",
            {"recall": "inconclusive"},
        ),
        ("care", ("fairness", "privacy", "medical-director"), "fail", {"equal-opportunity-sex": "fail"}),
    ],
)
def test_once_all_have_signed_the_verdict_rests_on_the_measured_gates(
    name, roles, verdict, open_, request, tmp_path, capsys, monkeypatch
):
    folder = tmp_path / name
    code, told, _ = checked(request.getfixturevalue(name), folder, capsys)
    for role in roles:
        # the examples' groups name no members: who is called as the role is acts for it
        monkeypatch.setenv("HOLDFAST_ACTOR", role)
        assert run(["gate", "sign", "sign-off", "--as", role, str(folder)]) == 0
    capsys.readouterr()
    again = run(["check", str(folder), "--json"])
    after = json.loads(capsys.readouterr().out)
    verdicts = {gate["id"]: gate["verdict"] for gate in after["gates"] if gate["blocking"]}
    assert verdicts["sign-off"] == "pass"
    assert (again, after["verdict"]) == (code, verdict)
    assert verdicts | open_ == verdicts
    before = {gate["id"]: gate["verdict"] for gate in told["gates"] if gate["blocking"]}
    assert verdicts == before | {"sign-off": "pass"}


def test_neither_of_two_variants_is_chosen_as_the_page_says(care, tmp_path, monkeypatch, capsys):
    page = (PAGES / "examples-care-programme.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- comparing -->\n```console\n(.*?)```", page, flags=re.DOTALL)
    command, *told = block[1].splitlines()
    copied = tmp_path / "examples" / "care-programme"
    shutil.copytree(care.folder, copied, ignore=shutil.ignore_patterns("data", ".holdfast"))
    shutil.copytree(care.data, copied / "data")
    monkeypatch.chdir(tmp_path)
    assert run(command.removeprefix("$ holdfast ").split()) == 1
    printed = capsys.readouterr().out.splitlines()
    assert [line.rstrip() for line in printed[: len(told)]] == told
