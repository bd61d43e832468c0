"""The JSON Schema that editors use accepts what the loader accepts, and refuses what an editor can know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from holdfast.plan.model.base import Part
from holdfast.plan.model.plan import Plan
from holdfast.plan.views.reference import reference_page
from holdfast.plan.views.schema import json_schema

ROOT = Path(__file__).parents[2]
PLANS = [
    Path(__file__).parent / "support-assistant.yaml",
    *sorted((ROOT / "examples").glob("*/holdfast.yaml")),
]
SCHEMA = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def as_an_editor_reads(path: Path) -> Any:
    yaml = YAML(typ="safe", pure=True)
    # editors read YAML 1.2, in which a date is text
    yaml.constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: node.value)
    return yaml.load(path.read_text("utf-8"))


def parts() -> Iterator[type[Part]]:
    waiting, seen = [Part], set()
    while waiting:
        part = waiting.pop()
        for child in part.__subclasses__():
            if child not in seen:
                seen.add(child)
                waiting.append(child)
                yield child


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.parent.name)
def test_an_editor_accepts_a_plan_that_loads(path: Path) -> None:
    assert [
        f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(as_an_editor_reads(path))
    ] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"holdfast": 1, "metrcs": {}},
        {"holdfast": 2},
        {"holdfast": 1, "risks": [{"id": "a", "harm": "b", "severity": 9, "likelihood": 1}]},
        {"holdfast": 1, "posture_stale_after": "15"},
        {"holdfast": 1, "people": {"a b": {}}},
        {"holdfast": 1, "metrics": {"m": {"kind": "rate"}}},
        {"holdfast": 1, "routes": {"r": {"slack": "xoxb-1"}}},
        {"holdfast": 1, "gates": [{"id": "g", "sign": ["x"], "stage": "prod"}]},
        {"holdfast": 1, "severity": None},
    ],
)
def test_an_editor_refuses_what_it_can_know(wrong: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(wrong)


@pytest.mark.parametrize(
    "part", sorted(parts(), key=lambda part: part.__name__), ids=lambda part: part.__name__
)
def test_every_part_and_every_key_says_what_it_means(part: type[Part]) -> None:
    assert part.__doc__
    assert [name for name, field in part.model_fields.items() if not field.description] == []


def test_every_mapping_of_the_schema_is_closed() -> None:
    open_ = [
        name for name, shape in SCHEMA["$defs"].items() if shape.get("additionalProperties") is not False
    ]
    assert open_ == []
    assert SCHEMA["additionalProperties"] is False


def test_the_reference_page_is_what_the_models_say() -> None:
    page = (ROOT / "docs" / "plan-reference.md").read_text("utf-8")
    assert page == reference_page(), "write it anew: holdfast plan reference > docs/plan-reference.md"


def test_the_reference_page_has_every_key() -> None:
    page = reference_page()
    for section in Plan.model_fields:
        assert f"| `{section}` |" in page
    for shape in SCHEMA["$defs"].values():
        for key in shape.get("properties", {}):
            assert f"| `{key}` |" in page


def test_every_link_of_the_reference_page_leads_somewhere() -> None:
    import re

    page = reference_page()
    headings = {
        line.lstrip("# ").replace("`", "").lower().replace(" ", "-")
        for line in page.splitlines()
        if line[:1] == "#"
    }
    assert set(re.findall(r"\(#([^)]*)\)", page)) <= headings
