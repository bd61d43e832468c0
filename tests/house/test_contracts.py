"""The house stands as importlinter.ini says, and each of its contracts catches what it is there to catch."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# contract (its key in importlinter.ini) -> a file of the house and a line that would break it
PLANTED = {
    "floors": ("holdfast/kernel/clock.py", "import holdfast.gate"),
    "rooms": ("holdfast/evidence/helpers.py", "NOTHING = 0"),
    "pure": ("holdfast/evidence/events/measured.py", "import duckdb"),
    "doors": ("holdfast/gate/ports.py", "import holdfast.evidence.handlers"),
    "engines": ("holdfast/evidence/handlers.py", "import holdfast.ledger.sqlite"),
    "adapters": ("holdfast/integrations/garak.py", "import holdfast.integrations.junit"),
    "circles": ("holdfast/kernel/canonical.py", "import holdfast.kernel.ids"),
}


def lint(source: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter over a source folder, from a folder without any cache of another tree."""
    command = [
        str(Path(sys.executable).with_name("lint-imports")),
        "--config",
        str(ROOT / "importlinter.ini"),
        "--no-cache",
        *(part for contract in contracts for part in ("--contract", contract)),
    ]
    environment = {**os.environ, "PYTHONPATH": str(source)}
    return subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True, check=False)


def test_the_house_keeps_its_contracts():
    result = lint(ROOT / "src")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "7 kept, 0 broken" in result.stdout


@pytest.mark.parametrize("contract", PLANTED)
def test_a_contract_catches_its_violation(contract, tmp_path):
    shutil.copytree(
        ROOT / "src" / "holdfast", tmp_path / "holdfast", ignore=shutil.ignore_patterns("__pycache__")
    )
    name, line = PLANTED[contract]
    file = tmp_path / name
    file.write_text((file.read_text() if file.exists() else '"""Planted."""\n') + f"\n{line}\n")
    result = lint(tmp_path, contract)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "0 kept, 1 broken" in result.stdout


def test_no_file_is_too_long_to_hold_in_the_head():
    long = {
        str(path.relative_to(ROOT)): lines
        for folder in ("src", "guard/src", "tests", "tools", "bench", "examples")
        for path in (ROOT / folder).rglob("*.py")
        # bench/peers/.envs holds other programs
        if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
        and (lines := path.read_text().count("\n")) > 450
    }
    assert long == {}


def test_package_files_hold_only_a_docstring():
    public = ROOT / "src" / "holdfast" / "__init__.py"  # what notebooks get
    wordy = [
        str(path.relative_to(ROOT))
        for path in set((ROOT / "src").rglob("__init__.py")) - {public}
        if not path.read_text().strip().startswith('"""')
        or path.read_text().strip().count('"""') != 2
        or not path.read_text().strip().endswith('"""')
    ]
    assert wordy == []


def test_the_public_surface_is_what_notebooks_use():
    import holdfast

    assert holdfast.__all__ == [
        "Check",
        "Compared",
        "Linted",
        "Measured",
        "OverTime",
        "Plan",
        "Report",
        "Segments",
    ]
    homes = {getattr(holdfast, name).__module__ for name in holdfast.__all__}
    assert homes == {"holdfast.app.notebook.plan", "holdfast.app.notebook.results"}
