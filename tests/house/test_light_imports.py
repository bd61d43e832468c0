"""What is loaded when: a serving process and `--help` must not pay for engines that they do not use."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "alembic", "altair", "duckdb", "fastapi", "ibis", "jinja2", "numpy", "pandas", "pyarrow", "pydantic",
    "rich", "ruamel", "scipy", "sqlalchemy", "sqlglot",
}  # fmt: skip


def loaded_by(code: str) -> set[str]:
    """Return the top packages that a fresh process has loaded after running the code."""
    script = f"{code}\nimport sys\nprint('\\n'.join(sorted({{name.split('.')[0] for name in sys.modules}})))"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(result.stdout.split())


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("import holdfast_guard", set()),
        ("import holdfast.app.cli", set()),
        ("import holdfast.kernel.verdict, holdfast.kernel.errors, holdfast.kernel.clock", set()),
        ("import holdfast.measure.judging, holdfast.measure.estimators", {"numpy"}),
        ("import holdfast.telemetry.ports", {"numpy"}),
    ],
)
def test_only_what_is_needed_is_loaded(code, allowed):
    assert loaded_by(code) & HEAVY <= allowed


def test_a_whole_check_never_loads_pandas():
    code = (
        "import holdfast.app.bootstrap, holdfast.telemetry.files.duck, holdfast.gate.cli, holdfast.plan.cli"
    )
    assert "pandas" not in loaded_by(code)
