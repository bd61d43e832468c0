"""What the examples' pages print is what the examples print."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from holdfast.app.cli import run
from holdfast.kernel.clock import SystemClock

ROOT = Path(__file__).resolve().parents[2]


def printed(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Return verdict, next step and table of a check of an example, as the terminal shows them."""
    return first_blocks(name, folder, capsys, "check", f"examples/{name}", blocks=2)


def first_blocks(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str], *command: str, blocks: int
) -> str:
    """Return the first blocks of what a command prints about an example."""
    example = folder / "examples" / name
    shutil.copytree(ROOT / "examples" / name, example, ignore=shutil.ignore_patterns(".holdfast", "data"))
    subprocess.run([sys.executable, str(example / "make_data.py")], check=True, capture_output=True)
    run(list(command))
    told = "\n\n".join(capsys.readouterr().out.split("\n\n")[:blocks])
    return "\n".join(line.rstrip() for line in told.splitlines())


@pytest.fixture(autouse=True)
def the_day_they_were_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """What lint says of an acceptance that has ended is no part of an example."""
    monkeypatch.setattr(SystemClock, "now", lambda _: datetime(2026, 11, 23, 9, tzinfo=UTC))


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
    told = printed(name, tmp_path, capsys)
    assert shown(name, f"holdfast check examples/{name}") == told


def shown(name: str, command: str, page: Path | None = None) -> str:
    """Return the output of a command as the example's page, or another one, has it."""
    page = page or ROOT / "docs" / f"examples-{name}.md"
    marker = f"<!-- output: {command} -->\n"
    block = re.search(re.escape(marker) + r"```text\n(.*?)```\n", page.read_text(), flags=re.DOTALL)
    assert block is not None, f"{page.name} lost its output"
    return block[1].rstrip()


def test_the_triage_page_shows_what_comparing_its_arms_prints(tmp_path, capsys, monkeypatch):
    pytest.importorskip("sklearn", reason="the examples' patients come with scikit-learn (group `examples`)")
    monkeypatch.delenv("HOLDFAST_LEDGER", raising=False)
    monkeypatch.delenv("HOLDFAST_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    command = ("compare", "examples/triage", "--arms", "thirty,ten")
    told = first_blocks("triage", tmp_path, capsys, *command, blocks=3)
    assert shown("triage", f"holdfast {' '.join(command)}") == told


def test_the_page_about_time_shows_what_the_example_prints(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    asked = (
        "measure injection-pressure --data week --by language --every 1h --plan examples/support-assistant"
    )
    told = first_blocks("support-assistant", tmp_path, capsys, *asked.split(), blocks=2)
    page = ROOT / "docs" / "over-time.md"
    assert shown("support-assistant", f"holdfast {asked}", page) == told
