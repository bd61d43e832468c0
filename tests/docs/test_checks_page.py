"""docs/checks.md says what the code checks, and how well."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from holdfast.gate.model.detectors import share_told
from holdfast.kernel.detection import MEASURED
from holdfast.kernel.patterns import DETECTORS
from holdfast.telemetry.record_schemas import SchemaReader
from holdfast.telemetry.rules import FORMATS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("detector", [detector.name for detector in DETECTORS])
def test_every_detector_has_its_row(detector):
    assert re.search(rf"^\| .*`{detector}`", PAGE, flags=re.MULTILINE)


@pytest.mark.parametrize("name", sorted(MEASURED))
def test_the_figures_are_those_of_the_table(name):
    each = MEASURED[name]
    found, right = share_told(each.found, each.labelled), share_told(each.right, each.told)
    assert f"| `{name}` | {found} | {right} |" in PAGE


def test_the_schema_that_the_page_shows_can_be_checked():
    (schema,) = re.findall(r"```json\n(.*?)```", PAGE, flags=re.DOTALL)
    assert len(SchemaReader("page", None).read(schema)) == 10
    assert "properties" in json.loads(schema)


def test_every_format_is_named():
    assert f"| `format` | {', '.join(FORMATS)} |" in PAGE
