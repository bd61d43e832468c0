"""docs/ledger.md: its verifier runs, agrees with ours, and what it says of the format is so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.ledger.chain import BODY_KEYS
from holdfast.ledger.export import HEADER, verify_export
from holdfast.ledger.sqlite.schema import FIRST

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "ledger.md").read_text(encoding="utf-8")
VERIFIER = re.search(r"```python\n(.*?)```", PAGE, flags=re.DOTALL).group(1)


def verifies(path: Path) -> subprocess.CompletedProcess[str]:
    """Run the page's verifier in a process that has nothing of ours."""
    command = [sys.executable, "-I", "-W", "ignore", "-c", VERIFIER, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_verifier_is_short_enough_to_be_read():
    assert len(VERIFIER.strip().splitlines()) <= 30


@pytest.mark.parametrize("events", [0, 12])
def test_the_verifier_agrees_that_an_export_is_whole(workshop, events):
    path = workshop.exported(events=events)
    found = verify_export(path)
    result = verifies(path)
    assert result.returncode == 0, result.stderr
    assert result.stdout == f"verified: {events} events, head {found.head.hash}\n"


@pytest.mark.parametrize("place", [5, 200, 400, 1500, -200, -30, -2, -1])
def test_the_verifier_agrees_that_a_changed_byte_does_not_fit(workshop, place):
    path = workshop.exported()
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    assert workshop.refused(path)
    assert verifies(path).returncode != 0


def test_the_page_lists_every_column_and_every_key():
    columns = re.findall(r"^  (\w+) ", FIRST["events"], flags=re.MULTILINE)
    table = PAGE.partition("| column |")[2].partition("\n\n")[0]
    assert {
        name
        for row in re.findall(r"^\| (`.*?) \|", table, flags=re.MULTILINE)
        for name in re.findall(r"\w+", row)
    } == {name for name in columns if name != "UNIQUE"}
    for key in BODY_KEYS:
        assert f"`{key}`" in PAGE


def test_the_page_shows_the_header():
    assert HEADER.decode().strip().replace("0" * 64, "` 64 zeros `") in PAGE.replace("`{", "{").replace(
        "}`", "}"
    )
