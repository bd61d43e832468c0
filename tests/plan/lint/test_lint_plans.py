"""Twenty plans as different people write them: what lint finds in each, line by line, and nothing else.

A line whose comment says `finds HF101` has that finding, and every finding is on such a line; a comment of
its own that says `above` speaks of the line above it.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from holdfast.plan.model.lint.running import lint
from holdfast.plan.model.lint.subject import Subject
from holdfast.plan.views.reading import read_plan

PLANS = Path(__file__).parent / "plans"
NAMES = sorted(path.name for path in PLANS.iterdir())
NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)


def expected(path: Path) -> Counter[tuple[str, int, str]]:
    """Return (file, line, code) of every finding that a plan's comments tell of."""
    found: Counter[tuple[str, int, str]] = Counter()
    for file in sorted(path.glob("*.yaml")) if path.is_dir() else [path]:
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
            said = re.search(r"# finds (HF\d{3}(?:, HF\d{3})*)( above)?$", line)
            if said is not None:
                at = number - 1 if said[2] else number
                found.update((file.name, at, code) for code in said[1].split(", "))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_lint_finds_what_the_comments_say_and_nothing_else(name: str) -> None:
    findings = lint(Subject(read_plan(PLANS / name), NOW)).findings
    found = Counter((Path(each.place.file).name, each.place.line, each.code) for each in findings)
    said = expected(PLANS / name)
    told = "\n".join(f"{each.code} {each.place}: {each.message}" for each in findings)
    assert (found - said, said - found) == (Counter(), Counter()), told


def test_there_are_twenty_and_every_code_is_among_them() -> None:
    assert len(NAMES) >= 20
    codes = {code for name in NAMES for _, _, code in expected(PLANS / name)}
    with_data = {"HF113"}  # tests/plan/lint/test_lint_looking.py
    assert codes == {f"HF{number}" for number in range(100, 116)} - with_data


@pytest.mark.parametrize("name", NAMES)
def test_a_finding_reads_as_one_line_and_says_what_to_do(name: str) -> None:
    for each in lint(Subject(read_plan(PLANS / name), NOW)).findings:
        assert each.fix
        assert "None" not in each.fix
        assert "None" not in each.message
        assert "\n" not in each.message + each.fix
        assert each.message[0] != each.message[0].upper() or not each.message[0].isalpha()
        assert not each.message.endswith(".")
        assert len(each.message) <= 200
