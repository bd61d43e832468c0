"""Every importer has its section, and the page names the versions that were tried."""

from __future__ import annotations

import re
from pathlib import Path

from holdfast.app.bootstrap import importers

ROOT = Path(__file__).resolve().parents[2]


def test_every_importer_has_a_section_with_its_file_and_figures():
    page = (ROOT / "docs" / "importers.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", page, flags=re.MULTILINE | re.DOTALL))
    assert list(sections) == list(importers())
    for name, section in sections.items():
        assert section.startswith("The file: "), name
        assert "| figure | value | n | k |" in section, name


def test_the_versions_tried_are_those_of_the_files():
    page = (ROOT / "docs" / "importers.md").read_text(encoding="utf-8")
    listed = (ROOT / "tests" / "integrations" / "files" / "README.md").read_text(encoding="utf-8")
    for tool, version in re.findall(r"^\| `[^|]*` \| (\w+) ([\d.]+) \|", listed, flags=re.MULTILINE):
        assert f"{tool} {version}" in page, (tool, version)
