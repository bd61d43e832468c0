"""What the examples' pages print is what the examples print."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.app.cli import run

ROOT = Path(__file__).resolve().parents[2]


def printed(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Return verdict, next step and table of a check of an example, as the terminal shows them."""
    example = folder / "examples" / name
    shutil.copytree(ROOT / "examples" / name, example, ignore=shutil.ignore_patterns(".holdfast", "data"))
    subprocess.run([sys.executable, str(example / "make_data.py")], check=True, capture_output=True)
    run(["check", f"examples/{name}"])
    head, table = capsys.readouterr().out.split("\n\n")[:2]
    return "\n".join(line.rstrip() for line in f"{head}\n\n{table}".splitlines())


OF_PATIENTS = ["triage", "care-programme"]
GENERATED = ["support-assistant", "credit-eligibility", "product-descriptions"]


@pytest.mark.parametrize("name", [*OF_PATIENTS, *GENERATED])
def test_a_page_shows_what_the_example_prints(name, tmp_path, capsys, monkeypatch):
    if name in OF_PATIENTS:
        pytest.importorskip(
            "sklearn", reason="the examples' patients come with scikit-learn (group `examples`)"
        )
    monkeypatch.delenv("HOLDFAST_LEDGER", raising=False)
    monkeypatch.delenv("HOLDFAST_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / f"examples-{name}.md"
    marker = f"<!-- output: holdfast check examples/{name} -->\n"
    block = re.search(re.escape(marker) + r"```text\n(.*?)```\n", page.read_text(), flags=re.DOTALL)
    assert block is not None, f"{page.name} lost its output"
    assert block[1].rstrip() == printed(name, tmp_path, capsys)
