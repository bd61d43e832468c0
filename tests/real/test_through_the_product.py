"""German credit and tau-bench as a user measures them: a plan, a file, one command."""

from __future__ import annotations

import json
import math
import shutil

import pytest
from pyarrow import parquet

from holdfast.app.cli import run

CREDIT = """
holdfast: 1
system: {id: credit, name: Credit}
data: {loans: {csv: german.csv, derive: {age_band: {cut: Age, at: [25, 60]}}}}
metrics:
  bad: {kind: rate, hit: "Class == 2"}
  bad-by-status: {kind: rate, hit: "Class == 2", by: [Sex]}
  gap: {kind: disparity, of: {kind: rate, hit: "Class == 1"}, over: [age_band]}
"""
TRIALS = """
holdfast: 1
system: {id: airline, name: Airline}
data: {runs: {parquet: trials.parquet, cluster: task}}
metrics: {solved: {kind: rate, hit: "solved"}}
"""


def measured(folder, metric, data, capsys):
    assert run(["measure", metric, "--data", data, "--plan", str(folder), "--json"]) == 0
    return json.loads(capsys.readouterr().out)["results"]


@pytest.fixture
def loans(shared, tmp_path):
    shutil.copy(shared("credit/german.data"), tmp_path / "german.csv")
    (tmp_path / "holdfast.yaml").write_text(CREDIT)
    return tmp_path


def test_german_credit_has_300_bad_loans_of_1000(loans, capsys):
    (result,) = measured(loans, "bad", "loans", capsys)
    assert (result["k"], result["n"], result["value"]) == (300, 1000, 0.3)


def test_german_credit_by_personal_status_counts_every_loan(loans, capsys, credit):
    results = measured(loans, "bad-by-status", "loans", capsys)
    assert sum(result["n"] for result in results) == credit.num_rows == 1000
    assert sum(result["k"] for result in results) == 300
    assert {result["slice"]["Sex"] for result in results} == {"A91", "A92", "A93", "A94"}


def test_german_credit_gap_between_ages_is_that_of_counting(loans, capsys):
    (result,) = measured(loans, "gap", "loans", capsys)
    rows = [line.split(",") for line in (loans / "german.csv").read_text().splitlines()]
    age, label = rows[0].index("Age"), rows[0].index("Class")
    bands: dict[int, list[bool]] = {}
    for row in rows[1:]:
        years = int(row[age])
        bands.setdefault((years >= 25) + (years >= 60), []).append(row[label] == "1")
    rates = [sum(good) / len(good) for good in bands.values()]
    assert math.isclose(result["value"], max(rates) - min(rates), rel_tol=1e-9)


def test_tau_bench_is_as_published_and_its_trials_count_as_tasks(trials, tmp_path, capsys):
    parquet.write_table(trials, tmp_path / "trials.parquet")
    (tmp_path / "holdfast.yaml").write_text(TRIALS)
    (result,) = measured(tmp_path, "solved", "runs", capsys)
    assert (round(result["value"], 3), result["n"]) == (0.42, 200)
    assert result["figures"]["clusters"] == 50
    low, high = result["interval"]
    independent = 1.96 * math.sqrt(0.42 * 0.58 / 200)
    assert high - low > 2 * independent * 1.2
