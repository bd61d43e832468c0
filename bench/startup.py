"""How long people wait for a command: medians of whole processes.

Ratios are to a bare `python -c pass` in the same run, in alternation, so that a slow machine slows both.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNS = 7
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Compiled modules are kept, as they are wherever Holdfast is installed."""
HOLDFAST = str(Path(sys.executable).with_name("holdfast"))


def seconds(command: list[str], allowed: tuple[int, ...] = (0,)) -> float:
    """Return the wall time of one process."""
    started = time.perf_counter()
    result = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, env=ENVIRONMENT)
    taken = time.perf_counter() - started
    if result.returncode not in allowed:
        raise SystemExit(result.stderr.decode())
    return taken


def main() -> None:
    """Measure and print one line a command."""
    if not (ROOT / "examples/triage/data/eval.parquet").exists():
        subprocess.run([sys.executable, "examples/triage/make_data.py"], cwd=ROOT, check=True)
    bare = [sys.executable, "-c", "pass"]
    with tempfile.TemporaryDirectory() as folder:
        kept = ["--ledger", f"{folder}/ledger.db"]
        check = [HOLDFAST, *kept, "check", "examples/triage", "--report", f"{folder}/report.html"]
        cases: list[tuple[str, list[str], float, tuple[int, ...]]] = [
            ("holdfast --help", [HOLDFAST, "--help"], 0.3, (0,)),
            ("import holdfast.measure", [sys.executable, "-c", IMPORTS], 0.4, (0,)),
            ("holdfast check examples/triage, evidence recorded", check, 3.0, (0, 1, 2)),
        ]
        print(f"{'what':52}{'median s':>10}{'target s':>10}{'x bare python':>15}")
        for name, command, target, allowed in cases:
            seconds(command, allowed)
            taken, base = [], []
            for _ in range(RUNS):
                taken.append(seconds(command, allowed))
                base.append(seconds(bare))
            ratio = statistics.median(a / b for a, b in zip(taken, base, strict=True))
            print(f"{name:52}{statistics.median(taken):10.3f}{target:10.1f}{ratio:15.1f}")
        first = []
        for run in range(3):
            fresh = [HOLDFAST, "--ledger", f"{folder}/fresh-{run}.db", *check[3:]]
            first.append(seconds(fresh, (0, 1, 2)))
        name = "holdfast check examples/triage, everything measured"
        print(f"{name:52}{statistics.median(first):10.3f}{3.0:10.1f}")


IMPORTS = "import holdfast.measure.judging, holdfast.measure.estimators, holdfast.measure.metrics"

if __name__ == "__main__":
    main()
