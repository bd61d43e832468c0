"""What `holdfast init` writes: every template with every category of harm is a whole plan."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from holdfast.plan.commands import ChosenRisk, Subject
from holdfast.plan.model.document import parse_document
from holdfast.plan.model.library.harms import harms
from holdfast.plan.model.loading import LoadedPlan, load
from holdfast.plan.model.starting.template import (
    CATEGORIES,
    FOLDER,
    TEMPLATES,
    Template,
    plan_text,
    sample_text,
    suggested,
)
from holdfast.plan.views.columns import columns_of
from holdfast.plan.views.linting import lint_report

TODAY = date(2026, 11, 21)
each_template = pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)


def text_of(template: Template, *categories: str, sample: bool = False) -> str:
    risks = tuple(ChosenRisk(category) for category in categories or template.categories)
    subject = Subject("triage", "Triage", template.purpose, "triage-ml", "head-of-care", risks)
    return plan_text(template.name, subject, TODAY, sample=sample)


def loaded(text: str) -> LoadedPlan:
    return load([parse_document(text, "holdfast.yaml")], Path())


@each_template
@pytest.mark.parametrize("category", CATEGORIES)
def test_every_template_loads_with_every_category_of_harm(template: Template, category: str) -> None:
    plan = loaded(text_of(template, category)).plan
    assert [risk.category for risk in plan.risks] == [category]


@each_template
def test_a_template_holds_all_categories_at_once(template: Template) -> None:
    plan = loaded(text_of(template, *CATEGORIES)).plan
    assert [risk.category for risk in plan.risks] == list(CATEGORIES)
    assert all(
        getattr(risk.controls, layer) for risk in plan.risks for layer in ("prevent", "detect", "respond")
    )
    assert all(risk.gates and risk.indicators and risk.residual for risk in plan.risks)


@each_template
def test_what_is_written_has_no_token_left_and_is_read_without_scrolling(template: Template) -> None:
    text = text_of(template)
    assert "__" not in text
    assert max(map(len, text.splitlines())) <= 120
    assert not re.search(r"[ \t]$", text, re.MULTILINE)
    assert "\n\n\n" not in text
    assert text.count("# yours:") >= 3


@each_template
def test_the_sections_stand_in_the_order_of_the_format(template: Template) -> None:
    from holdfast.plan.model.plan import Plan

    written = re.findall(r"^([a-z_]+):", text_of(template, *CATEGORIES), re.MULTILINE)
    order = [name for name in Plan.model_fields if name in written]
    assert written == order


@each_template
def test_made_up_records_have_every_column_that_any_gate_needs(template: Template) -> None:
    plan = loaded(text_of(template, *CATEGORIES, sample=True)).plan
    header = sample_text(template.name).splitlines()[0].split(",")
    assert [column.name for column in columns_of(plan, "eval") if column.name not in header] == []


@each_template
def test_made_up_records_are_the_same_every_time_and_say_what_they_are(template: Template) -> None:
    text = sample_text(template.name)
    assert text == sample_text(template.name)
    header, *rows = text.splitlines()
    place = header.split(",").index("made_up")
    assert all(row.split(",")[place] == "true" for row in rows)
    assert "MADE UP" in text_of(template, sample=True)


def test_every_file_of_the_templates_is_used() -> None:
    held = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    common = {f"common/{harm.category}.yaml" for harm in harms()} | {"common/stop-harm.yaml"}
    own = {f"{template.name}/{file}" for template in TEMPLATES for file in ("base.yaml", "sample.toml")}
    others = held - common - own
    assert common | own <= held
    assert all(Path(name).stem in CATEGORIES for name in others)


def test_what_somebody_says_of_a_risk_stands_in_the_plan() -> None:
    said = 'A patient: "lost", waits # and is treated late'
    risk = ChosenRisk("safety", said, ("patients, young", "nurses"), 2, 5)
    subject = Subject("triage", "Triage: the second", "Reads: all.", "ml", "head", (risk,))
    plan = loaded(plan_text("minimal", subject, TODAY, sample=False)).plan
    (held,) = plan.risks
    assert (held.harm, held.stakeholders, held.severity, held.likelihood) == (
        said,
        ("patients, young", "nurses"),
        2,
        5,
    )
    assert held.residual is not None
    assert held.residual.severity == 2
    assert (plan.system.name, plan.system.purpose) == ("Triage: the second", "Reads: all.")


def test_a_suggestion_is_what_the_template_writes() -> None:
    first = suggested("assistant", "security")
    plan = loaded(text_of(TEMPLATES[0], "security")).plan
    assert (first.harm, first.severity, first.likelihood) == (
        plan.risks[0].harm,
        plan.risks[0].severity,
        plan.risks[0].likelihood,
    )
    assert first.stakeholders == plan.risks[0].stakeholders


def linted(text: str) -> list[str]:
    report = lint_report(loaded(text), datetime(2026, 11, 21, 12, tzinfo=UTC))
    return [f"{finding.code} {finding.message}" for finding in report.findings]


@each_template
@pytest.mark.parametrize("category", CATEGORIES)
def test_lint_finds_nothing_in_what_is_written(template: Template, category: str) -> None:
    assert linted(text_of(template, category)) == []
