"""`holdfast controls`: what a person who looks for a control sees."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner

from holdfast.app.cli import holdfast
from holdfast.kernel.errors import UsageError
from holdfast.plan.cli.controls import HARMS, KINDS, LAYERS
from holdfast.plan.model.document import parse_document
from holdfast.plan.model.library.catalogue import all_controls, find
from holdfast.plan.model.library.harms import harms, stakeholders
from holdfast.plan.model.risks import Category, ControlKind, Layer
from holdfast.plan.views.controls import controls_page

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> str:
    result = CliRunner().invoke(holdfast, ["controls", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def refused(*arguments: str) -> str:
    with pytest.raises(UsageError) as caught:
        run(*arguments)
    return str(caught.value)


def names(output: str) -> list[str]:
    """Return the names of a list: what its lines begin with, below the two lines of its head."""
    return [line.split()[0] for line in output.split("\n\n")[0].splitlines()[2:]]


def test_without_words_every_control_has_a_line() -> None:
    assert names(run()) == [control.name for control in all_controls()]


def test_the_options_know_the_words_of_the_plan() -> None:
    assert get_args(Layer) == LAYERS
    assert get_args(ControlKind) == KINDS
    assert get_args(Category) == HARMS


def test_words_are_all_to_be_found() -> None:
    found = names(run("tool", "injected"))
    assert "tool-allowlist" in found
    assert "reweighing" not in found
    assert found == names(run("tool injected"))


def test_filters_narrow() -> None:
    found = [find(name) for name in names(run("--layer", "respond", "--harm", "privacy"))]
    assert found
    assert all(control and "respond" in control.layers and "privacy" in control.harms for control in found)
    assert {control.kind for name in names(run("--kind", "human")) if (control := find(name))} == {"human"}


@pytest.mark.parametrize(
    ("asked", "inside", "outside"),
    [
        ("OWASP-LLM01", "injection-classifier", "rollback"),
        ("owasp-llm01:2026", "injection-classifier", "rollback"),
        ("ATLAS", "tool-allowlist", "reweighing"),
        ("AML.M0028", "tool-allowlist", "human-approval"),
        ("MEASURE 2.11", "reweighing", "memorisation-test"),
        ("MEASURE-2.1", "label-audit", "reweighing"),
        ("A.7.6", "reweighing", "rollback"),
    ],
)
def test_a_framework_is_asked_for_by_an_id_or_its_beginning(asked: str, inside: str, outside: str) -> None:
    found = names(run("--framework", asked))
    assert inside in found
    assert outside not in found


def test_a_name_shows_one_control_whole_with_a_part_of_a_plan_to_paste() -> None:
    seen = run("injection-classifier")
    control = find("injection-classifier")
    assert control is not None
    assert seen.startswith(
        "Injection classifier (injection-classifier)\nto detect, also to prevent; inference\n"
    )
    assert seen.endswith(control.example)
    assert "OWASP-LLM01:2026  Prompt Injection" in seen
    assert run("Injection-Classifier") == seen


def test_the_only_one_found_is_shown_whole() -> None:
    assert run("untrusted", "delimiters").startswith("Untrusted text kept apart")


def test_yaml_is_only_what_is_pasted() -> None:
    parse_document(run("rollback", "--yaml"), "pasted.yaml")
    assert "name one" in refused("--kind", "human", "--yaml")


@pytest.mark.parametrize("control", all_controls(), ids=lambda control: control.name)
def test_no_control_is_wider_than_a_hundred_columns(control) -> None:
    assert max(map(len, run(control.name).splitlines())) <= 100


def test_no_line_of_the_lists_is_wider_than_a_hundred_columns() -> None:
    for output in (run(), run("--harms"), run("injection")):
        assert max(map(len, output.splitlines())) <= 100
        assert all(line == line.rstrip() for line in output.splitlines())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("injcetion",), "did you mean `injection-classifier`"),
        (("key", "rotatoin"), "`key-rotation`"),
        (("toxic", "insulting", "dirigible"), "did you mean"),
        (("xyzzy",), "`holdfast controls` lists all"),
        (("--framework", "COBIT"), "NIST-AI-RMF, ISO42001, OWASP-LLM, ATLAS"),
    ],
)
def test_what_is_not_found_is_answered_with_what_is_near(arguments: tuple[str, ...], words: str) -> None:
    said = refused(*arguments)
    assert said.startswith("error[HF502]: no control of the library is found by")
    assert words in said


def test_json_holds_all_of_a_control() -> None:
    told = json.loads(run("--json", "rollback"))
    assert told["holdfast"] == 1
    (control,) = told["controls"]
    assert control["name"] == "rollback"
    assert {"id": "NIST-AI-RMF:MANAGE-2.4", "title": "supersede, disengage or deactivate"} in control[
        "frameworks"
    ]
    assert len(json.loads(run("--json"))["controls"]) == len(all_controls())


def test_harms_are_asked_by_category_and_by_stakeholder() -> None:
    seen = run("--harms")
    for harm in harms():
        assert harm.category.upper() in seen
        assert " ".join(harm.questions[0].split()) in " ".join(seen.split())
    for stakeholder in stakeholders():
        assert stakeholder.who in seen
    assert [harm["category"] for harm in json.loads(run("--harms", "--json"))["harms"]] == list(HARMS)


def test_every_category_of_harm_is_asked_about_and_leads_to_controls() -> None:
    assert [harm.category for harm in harms()] == list(get_args(Category))
    for harm in harms():
        assert len(harm.questions) >= 3
        assert all(question.endswith("?") for question in harm.questions)
        assert [name for name in harm.look_at if find(name) is None] == []
        layers = [control.layers for name in harm.look_at if (control := find(name))]
        assert {layer for each in layers for layer in each} == set(LAYERS)
    assert all(question.endswith("?") for asked in stakeholders() for question in asked.questions)


def test_the_page_is_up_to_date() -> None:
    page = (ROOT / "docs" / "controls.md").read_text("utf-8")
    assert page == controls_page(), "run `python docs/make_reference.py`"


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md"])
def test_pages_that_count_the_controls_count_right(name: str) -> None:
    counts = re.findall(r"(\d+) controls", (ROOT / name).read_text("utf-8"))
    assert counts
    assert set(counts) == {str(len(all_controls()))}


def test_the_page_holds_every_control_once() -> None:
    page = controls_page()
    for control in all_controls():
        assert page.count(f"### {control.name}\n") == 1
        assert control.example.rstrip() in page
