"""Every code has its page; its bad example finds exactly that code there, and its good one nothing."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pytest
from pyarrow import parquet

from holdfast.kernel.codes import CODES
from holdfast.plan.model.lint.registry import IGNORING, RULES
from holdfast.plan.model.lint.running import Linted
from holdfast.plan.views.looking import look
from holdfast.plan.views.reading import read_plan
from holdfast.telemetry.files.duck import DuckEngine

DOCS = Path(__file__).resolve().parents[3] / "docs"
CODES_OF_LINT = sorted(code for code in CODES if code.startswith("HF1"))


def _conftest() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lint_frame", Path(__file__).parent / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


framed = _conftest().framed


def example(code: str, which: str) -> str:
    page = (DOCS / "lint" / f"{code}.md").read_text("utf-8")
    found = re.search(rf"^## {which}\n```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert found is not None, f"{code}.md has no `## {which}` with an example"
    return found[1]


@pytest.fixture
def lint_with_data(linted: Callable[..., Linted], tmp_path: Path) -> Callable[[str], Linted]:
    """Lint a fragment whose data is there."""
    records = 2000
    columns = {
        "toxicity": [0.1] * records,
        "leaked": [False] * records,
        "refused": [i % 2 == 0 for i in range(records)],
        "defaulted": [i % 3 == 0 for i in range(records)],
        "age_band": ["under 30" if i % 2 else "30 and over" for i in range(records)],
    }
    parquet.write_table(pa.table(columns), tmp_path / "eval.parquet")

    def run(fragment: str) -> Linted:
        plan = tmp_path / "holdfast.yaml"
        plan.write_text(framed(fragment), "utf-8")
        return linted(framed(fragment), data=look(DuckEngine(), read_plan(plan)))

    return run


def test_the_frame_itself_lints_clean(lint_with_data: Callable[[str], Linted]) -> None:
    assert lint_with_data("").findings == ()


def test_there_is_a_rule_for_every_code() -> None:
    assert [IGNORING, *(rule.code for rule in RULES)] == CODES_OF_LINT


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert sorted(page.stem for page in (DOCS / "lint").glob("*.md")) == CODES_OF_LINT


def test_the_index_leads_to_every_page() -> None:
    index = (DOCS / "lint.md").read_text("utf-8")
    assert re.findall(r"^\| \[HF\d+\]\(lint/(HF\d+)\.md\)", index, re.MULTILINE) == CODES_OF_LINT


@pytest.mark.parametrize("code", CODES_OF_LINT)
def test_the_bad_example_finds_that_code_and_no_other(
    lint_with_data: Callable[[str], Linted], code: str
) -> None:
    found = lint_with_data(example(code, "Bad")).findings
    # a control whose ignore does not hold is found as well as the ignore
    expected = {code, "HF103"} if code == IGNORING else {code}
    assert {each.code for each in found} == expected
    bad = example(code, "Bad")
    assert all(each.place.text in bad for each in found if each.place.text.strip())


@pytest.mark.parametrize("code", CODES_OF_LINT)
def test_the_good_example_finds_nothing(lint_with_data: Callable[[str], Linted], code: str) -> None:
    assert [each.message for each in lint_with_data(example(code, "Good")).findings] == []


@pytest.mark.parametrize("code", CODES_OF_LINT)
def test_a_page_says_why_and_when_to_ignore_it(code: str) -> None:
    page = (DOCS / "lint" / f"{code}.md").read_text("utf-8")
    assert re.findall("^## (.*)$", page, re.MULTILINE) == ["Why", "Bad", "Good", "When to ignore it"]
