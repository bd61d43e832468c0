"""docs/scale.md on a real cluster: its table is written, its plan checked; files give the same figures."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from servers import needs_spark

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8").split("\n## ")[1]
SCRIPT = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)[0]
PLAN = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)[0]


pytestmark = pytest.mark.long
"""Two minutes, most of them Spark's own; one Spark is asked the same in test_conformance."""


def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program of this environment in a folder, with a home of its own."""
    opts = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # Java's second compiler does not pay in a short run
    env = {**os.environ, "HOME": str(folder), "SPARK_SUBMIT_OPTS": opts, **environment}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def cluster(folder: Path, *arguments: str) -> str:
    done = run(
        folder, sys.executable, str(ROOT / "tools/spark_cluster.py"), "--folder", str(folder), *arguments
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A master and two workers, each a process of its own."""
    needs_spark()
    folder = tmp_path_factory.mktemp("cluster")
    try:
        told = cluster(folder, "start", "--port", "0", "--workers", "2")
        assert "2 of 2 workers" in told
        yield told.split()[0]
    finally:
        cluster(folder, "stop")


def holdfast(folder: Path, *arguments: str, **environment: str) -> Any:
    """Run a command of Holdfast as a user does; return what it prints as JSON."""
    program = str(Path(sys.executable).with_name("holdfast"))
    done = run(folder, program, *arguments, "--json", **environment)
    assert done.returncode == 0, done.stderr
    assert "Exception" not in done.stderr, "what Java says is no business of the terminal"
    return json.loads(done.stdout)


def test_the_plan_of_the_page_passes_on_a_cluster_with_the_figures_of_its_files(url, tmp_path):
    here, master = PAGE.split("mkdir -p ")[1].split()[0], "spark://127.0.0.1:7077"
    script, plan = (text.replace(here, str(tmp_path)).replace(master, url) for text in (SCRIPT, PLAN))
    (tmp_path / "holdfast.yaml").write_text(plan)
    written = run(tmp_path, sys.executable, "-c", script)
    assert written.stdout.splitlines()[-1:] == ["200000 records"], written.stderr
    checked = holdfast(tmp_path, "check", HOLDFAST_SQL="asked.sql")
    assert [gate["verdict"] for gate in checked["gates"]] == ["pass", "pass"]
    assert f"rows from {url}" in (tmp_path / "asked.sql").read_text()
    counted = {(gate["id"], gate["n"]) for gate in checked["gates"]}
    assert {(each, f"{n:,}") for each, n in counted} == set(
        re.findall(r"^    (\w+) .*\]\s+([\d,]+)", PAGE, re.M)
    )
    files = holdfast(tmp_path, "measure", "recall", "--data", "files")
    recall = next(gate for gate in checked["gates"] if gate["id"] == "recall")
    told = {tuple(each["slice"].values()): (each["n"], each["value"]) for each in recall["slices"]}
    assert told == {tuple(each["slice"].values()): (each["n"], each["value"]) for each in files["results"]}


ASKED = """
import sys
from holdfast.telemetry.warehouses import spark_session
from holdfast.telemetry.warehouses.addresses import parse_address
from holdfast.telemetry.warehouses.spark import SparkWarehouse
from holdfast.telemetry.warehouses.warehouse import WarehouseError

spark_session.WITHOUT_EXECUTORS = 2.0
warehouse = SparkWarehouse(parse_address(sys.argv[1], {}), 60.0)
try:
    list(warehouse.rows("SELECT count(*) FROM range(0, 1000, 1, 2)"))
except WarehouseError as error:
    print(error)
warehouse.close()
"""


def test_a_query_that_nobody_computes_ends_with_a_line_and_does_not_wait_for_ever(tmp_path):
    needs_spark()
    try:
        url = cluster(tmp_path, "start", "--port", "0", "--workers", "0").split()[0]
        told = run(tmp_path, sys.executable, "-c", ASKED, url)
    finally:
        cluster(tmp_path, "stop")
    assert told.stdout.startswith("lost: for "), told.stderr
    assert "no executor: its workers ended, or others use all of them" in told.stdout
    assert "Exception" not in told.stderr
