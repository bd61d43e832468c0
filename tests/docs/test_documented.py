"""Nothing is undocumented: commands, settings, errors, events and links."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from holdfast.app.bootstrap import event_types
from holdfast.kernel.codes import CODES

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def reference():
    spec = importlib.util.spec_from_file_location("make_reference", DOCS / "make_reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", sorted(reference().PAGES))
def test_a_made_page_is_up_to_date(name):
    made = reference().PAGES[name]()
    assert (DOCS / name).read_text(encoding="utf-8") == made, "run `python docs/make_reference.py`"


def test_every_event_field_says_what_it_means():
    silent = [
        f"{name}.{field}"
        for name, kind in event_types().known.items()
        for field, info in kind.model_fields.items()
        if not info.description
    ]
    assert silent == []


def test_every_error_code_has_its_section():
    text = (DOCS / "errors.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (HF\d+)[^\n]*\n+(\S[^\n]*)", text, flags=re.MULTILINE))
    assert sorted(sections) == sorted(CODES)


def test_every_code_that_is_raised_is_in_the_table():
    raised = {
        code
        for path in (ROOT / "src").rglob("*.py")
        if path.name != "codes.py"
        for code in re.findall(r"\"(HF[1-9]\d\d)\"", path.read_text(encoding="utf-8"))
    }
    assert raised <= set(CODES)
    assert set(CODES) <= raised, "a code that nothing raises"


def pages() -> list[Path]:
    return sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md"), *ROOT.glob("examples/*/README.md")])


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
