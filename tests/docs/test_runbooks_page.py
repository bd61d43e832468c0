"""The runbook that docs/runbooks.md shows can be read, and lint finds nothing in it."""

from __future__ import annotations

import re
from pathlib import Path

from holdfast.respond.model.runbooks.lint import RULES, lint_runbook
from holdfast.respond.model.runbooks.loading import parse_runbook

PAGE = (Path(__file__).parents[2] / "docs" / "runbooks.md").read_text("utf-8")


def shown() -> str:
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    return next(block for block in blocks if block.startswith("runbook:"))


def test_the_runbook_of_the_page_is_right():
    assert lint_runbook(parse_runbook(shown(), "page.yaml")) == ()


def test_the_page_lists_every_code_of_lint():
    listed = re.findall(r"^\| (HF7\d\d) \|", PAGE, flags=re.MULTILINE)
    assert listed == [rule.code for rule in RULES]
