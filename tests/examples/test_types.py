"""The makers that mypy cannot take in one run (two of them would have one name) are checked one by one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAKERS = sorted(path.parent.name for path in ROOT.glob("examples/*/make_data.py"))
EXCLUDED = re.search(r'exclude = \["\^examples/\((.*?)\)/"\]', (ROOT / "pyproject.toml").read_text())


def test_one_maker_at_most_is_left_to_the_common_run_under_that_name():
    assert EXCLUDED is not None
    left = set(MAKERS) - set(EXCLUDED[1].split("|"))
    assert len([name for name in left if not name.isidentifier()]) <= 1


@pytest.mark.parametrize("name", [name for name in MAKERS if EXCLUDED and name in EXCLUDED[1]])
def test_a_maker_is_typed_strictly(name):
    pytest.importorskip("mypy", reason="mypy (group `dev`) is what checks here")
    command = [sys.executable, "-m", "mypy", f"examples/{name}/make_data.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
