"""Public data too large or not ours to ship: found where it lies, else the test is skipped and says why."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

ROOT = Path(__file__).resolve().parents[2]


def shared_data() -> Path:
    """Return the folder of shared data: `HOLDFAST_SHARED`, else `shared/data` beside the repository."""
    named = os.environ.get("HOLDFAST_SHARED")
    return Path(named) if named else ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """Return a function from a file's name to its path that skips the test where the file is not there."""

    def find(name: str) -> Path:
        path = shared_data() / name
        if not path.is_file():
            pytest.skip(f"{path} is not there: point HOLDFAST_SHARED at a folder that holds {name}")
        return path

    return find


def read_trials(path: Path) -> pa.Table:
    """Return tau-bench's runs, one row a trial; the cost is the simulated user's, in dollars."""
    runs: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    said = [[message["role"] for message in run["traj"]] for run in runs]
    return pa.table(
        {
            "task": [run["task_id"] for run in runs],
            "trial": [run["trial"] for run in runs],
            "solved": [run["reward"] == 1.0 for run in runs],
            "tool_calls": [roles.count("tool") for roles in said],
            "turns": [roles.count("user") for roles in said],
            "user_cost": [run["info"]["user_cost"] for run in runs],
        }
    )


# The Statlog codes of personal status and sex, as its documentation gives them.
SEX = {"A91": "male", "A92": "female", "A93": "male", "A94": "male", "A95": "female"}


def read_credit(path: Path) -> pa.Table:
    """Return the German credit data, one row a loan: who asked, what a plain rule says, what came of it.

    The rule is ours, only to have a decision to measure: money on the current account or none needed
    (A13, A14), or a short loan.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return pa.table(
        {
            "sex": [SEX[row["Sex"]] for row in rows],
            "age": [int(row["Age"]) for row in rows],
            "amount": [int(row["CreditAmount"]) for row in rows],
            "approved": [
                row["CheckingAccountStatus"] in {"A13", "A14"} or int(row["Duration"]) <= 12 for row in rows
            ],
            "repaid": [row["Class"] == "1" for row in rows],
        }
    )


@pytest.fixture(scope="session")
def trials(shared: Callable[[str], Path]) -> pa.Table:
    return read_trials(shared("agent_traces/taubench_gpt-4o-airline.json"))


@pytest.fixture(scope="session")
def credit(shared: Callable[[str], Path]) -> pa.Table:
    return read_credit(shared("credit/german.data"))
