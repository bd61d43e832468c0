"""The plan of examples/credit-eligibility on 1,000 real loans, scored by a model that never saw them."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from holdfast.app.cli import run

ROOT = Path(__file__).resolve().parents[2]
BORDER = 0.02


def scored(path, sex):
    """Return the loans as the plan's records; its `region` is the applicant's housing here."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MaxAbsScaler

    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    repaid = np.array([row["Class"] == "1" for row in rows])
    known = [
        {key: float(value) if value.isdigit() else value for key, value in row.items() if key != "Class"}
        for row in rows
    ]
    model = make_pipeline(
        DictVectorizer(sparse=False), MaxAbsScaler(), LogisticRegression(solver="newton-cholesky")
    )
    folds = StratifiedKFold(10, shuffle=True, random_state=0)
    score = cross_val_predict(model, known, repaid, cv=folds, method="predict_proba")[:, 1]
    size = len(rows)
    return {
        "applicant": np.arange(1, size + 1),
        "sex": np.array(sex),
        "age": np.array([int(row["Age"]) for row in rows]),
        "region": np.array([row["Housing"] for row in rows]),
        "score": score,
        "approve_from": np.full(size, 0.6),
        "approved": score >= 0.6,
        "referred": np.abs(score - 0.6) < BORDER,
        "repaid": repaid,
    }


@pytest.fixture(scope="module")
def loans(shared, credit):
    pytest.importorskip("sklearn", reason="the scores are scikit-learn's (group `examples`)")
    return scored(shared("credit/german.data"), credit["sex"].to_pylist())


@pytest.fixture
def checked(loans, tmp_path, capsys):
    folder = tmp_path / "credit-eligibility"
    ignored = shutil.ignore_patterns("data", ".holdfast", "__pycache__")
    shutil.copytree(ROOT / "examples" / "credit-eligibility", folder, ignore=ignored)
    (folder / "data").mkdir()
    parquet.write_table(pa.table(loans), folder / "data" / "eval.parquet")
    late = {name: values[700:] for name, values in loans.items() if name != "repaid"}
    shadow = {**late, "decided": late["approved"]}
    parquet.write_table(pa.table(shadow), folder / "data" / "shadow.parquet")
    code = run(["check", str(folder), "--json"])
    return code, {gate["id"]: gate for gate in json.loads(capsys.readouterr().out)["gates"]}


def test_the_gaps_are_fairlearn_s(checked, loans):
    fairlearn = pytest.importorskip(
        "fairlearn.metrics", reason="fairlearn (group `oracles`) is the oracle here"
    )
    _, gates = checked
    for name, groups in (("sex", loans["sex"]), ("age", np.digitize(loans["age"], [30, 60]))):
        frame = fairlearn.MetricFrame(
            metrics={"reach": fairlearn.true_positive_rate, "approvals": fairlearn.selection_rate},
            y_true=loans["repaid"],
            y_pred=loans["approved"],
            sensitive_features=groups,
        )
        assert gates[f"equal-opportunity-{name}"]["value"] == pytest.approx(frame.difference()["reach"])
        assert gates[f"parity-{name}"]["value"] == pytest.approx(frame.difference()["approvals"])


def test_a_gap_below_the_limit_is_no_pass_on_a_thousand_loans(checked):
    code, gates = checked
    gap = gates["equal-opportunity-sex"]
    assert code == 2
    assert 0.04 < gap["value"] < 0.05
    assert gap["interval"][1] > 0.1
    assert gap["verdict"] == "inconclusive"
    assert gap["needs"] > 1000


def test_no_fairness_gate_can_be_decided_on_a_thousand_loans_and_what_counts_rules_can(checked):
    _, gates = checked
    fairness = [name for name in gates if name.startswith(("equal-opportunity", "calibration"))]
    assert len(fairness) == 5
    assert {gates[name]["verdict"] for name in fairness} == {"inconclusive"}
    assert gates["rule-kept"]["verdict"] == gates["referrals"]["verdict"] == "pass"
