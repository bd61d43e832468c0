from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.kernel.errors import PlanError
from holdfast.plan.model.document import parse_document
from holdfast.plan.model.loading import LoadedPlan, load

HEAD = "holdfast: 1\nsystem: {id: triage, name: Triage}\n"
RISK = "{id: %s, harm: h, severity: 1, likelihood: 1}"


def together(*texts: str) -> LoadedPlan:
    return load(
        [parse_document(text, f"{name}.yaml") for name, text in zip("abcdef", texts, strict=False)], Path()
    )


def refusals(*texts: str) -> list[tuple[str, str, str | None]]:
    with pytest.raises(PlanError) as caught:
        together(*texts)
    return [(problem.code, str(problem.place), problem.fix) for problem in caught.value.problems]


def test_lists_of_things_with_an_id_follow_each_other() -> None:
    plan = together(HEAD + f"risks: [{RISK % 'x'}]\n", f"risks: [{RISK % 'y'}]\n").plan
    assert [risk.id for risk in plan.risks] == ["x", "y"]


def test_mappings_are_put_together() -> None:
    assert list(together(HEAD + "people: {x: {}}\n", "people: {y: {}}\n").plan.people) == ["x", "y"]


def test_the_systems_keys_may_be_spread() -> None:
    system = together(HEAD, "system: {purpose: Sorts}\n").plan.system
    assert (system.name, system.purpose) == ("Triage", "Sorts")


def test_a_name_from_another_file_is_known() -> None:
    text = "people: {ops: {route: mail}}\n"
    assert together(HEAD + text, "routes: {mail: {smtp: a@b.example}}\n").plan.people["ops"].route == "mail"


def test_an_id_in_two_files_is_refused_naming_both_places() -> None:
    first, second = HEAD + f"risks:\n  - {RISK % 'x'}\n", f"risks:\n  - {RISK % 'x'}\n"
    assert refusals(first, second) == [
        ("HF205", "b.yaml:2:10", "first in a.yaml:4:10: keep one, or name them apart")
    ]


def test_a_name_in_two_files_is_refused_naming_both_places() -> None:
    assert refusals(HEAD + "people: {x: {}}\n", "people: {x: {}}\n") == [
        ("HF205", "b.yaml:1:10", "first in a.yaml:3:10: keep one, or name them apart")
    ]


def test_a_key_of_the_system_is_given_once() -> None:
    assert refusals(HEAD, "system: {name: Other}\n") == [
        ("HF205", "b.yaml:1:10", "first in a.yaml:2:22: keep one, or name them apart")
    ]


def test_a_single_value_is_given_once() -> None:
    assert [code for code, _, _ in refusals(HEAD + "severity: default\n", "severity: default\n")] == ["HF205"]


def test_every_file_may_say_the_format_and_all_say_the_same() -> None:
    assert together(HEAD, "holdfast: 1\n").plan.holdfast == 1
    assert [code for code, _, _ in refusals(HEAD, "holdfast: 2\n")] == ["HF205"]


def test_a_list_against_a_mapping_is_refused() -> None:
    assert [code for code, _, _ in refusals(HEAD + "risks: []\n", "risks: {a: b}\n")] == ["HF205"]
