"""What is published: two wheels that build, and a holdfast that runs when it is installed alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UV = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
OFFLINE = ("dns error", "error sending request", "failed to fetch", "network connectivity")

PLAN = """
holdfast: 1
system: {id: small, name: Small}
data: {eval: {csv: eval.csv}}
metrics: {errors: {kind: rate, hit: "wrong"}}
gates: [{id: errors, metric: errors, data: eval, require: "<= 10%"}]
"""


def uv(*arguments, **options):
    result = subprocess.run(
        [UV, *map(str, arguments)], capture_output=True, text=True, check=False, **options
    )
    if result.returncode and any(sign in result.stderr.lower() for sign in OFFLINE):
        pytest.skip("no package registry can be reached to build and install with")
    assert result.returncode == 0, result.stderr
    return result


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    if UV is None:
        pytest.skip("uv is not installed: `python3 dev.py test` installs it")
    folder = tmp_path_factory.mktemp("wheels")
    uv("build", "--all-packages", "--wheel", "--out-dir", folder, cwd=ROOT)
    return {path.name.split("-")[0]: path for path in folder.glob("*.whl")}


def test_both_wheels_carry_their_license_and_types(wheels):
    assert set(wheels) == {"holdfast", "holdfast_guard"}
    for name, wheel in wheels.items():
        names = zipfile.ZipFile(wheel).namelist()
        assert f"{name}/py.typed" in names
        assert any(entry.endswith("LICENSE") for entry in names)
        parts = {part for entry in names for part in entry.split("/")}
        assert not {part for part in parts if part in ("tests", "__pycache__") or part.startswith("test_")}


def test_every_file_of_the_package_is_in_the_wheel(wheels):
    names = set(zipfile.ZipFile(wheels["holdfast"]).namelist())
    source = ROOT / "src"
    files = {
        path.relative_to(source).as_posix()
        for path in (source / "holdfast").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert files <= names


def test_a_wheel_installed_alone_checks_a_release(wheels, tmp_path):
    uv("venv", "--quiet", "--python", sys.executable, tmp_path / "alone")
    python = tmp_path / "alone" / "bin" / "python"
    uv("pip", "install", "--quiet", "--python", python, "-c", ROOT / "constraints.txt", wheels["holdfast"])
    plan = tmp_path / "plan"
    plan.mkdir()
    (plan / "holdfast.yaml").write_text(PLAN)
    (plan / "eval.csv").write_text("wrong\n" + "false\n" * 100)
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "HOLDFAST"))
    }
    command = [str(python.with_name("holdfast")), "check", str(plan)]
    result = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.startswith("PASS")
    assert (plan / ".holdfast" / "report.html").exists()
