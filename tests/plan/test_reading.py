from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.kernel.errors import PlanError, Problem
from holdfast.plan.model.document import LARGEST_FILE
from holdfast.plan.views.reading import read_plan

HEAD = "holdfast: 1\nsystem: {id: triage, name: Triage}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Write the files of a plan into an empty folder and stand in it."""
    monkeypatch.chdir(tmp_path)

    def write(**files: str) -> Path:
        for name, text in files.items():
            path = Path(name.replace("__", "/") + ".yaml")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return Path()

    return write


def only(path: str | Path) -> Problem:
    with pytest.raises(PlanError) as caught:
        read_plan(path)
    assert len(caught.value.problems) == 1, caught.value
    return caught.value.problems[0]


def test_a_plan_is_a_file(folder: Callable[..., Path]) -> None:
    folder(holdfast=HEAD)
    loaded = read_plan("holdfast.yaml")
    assert (loaded.files, loaded.root) == (("holdfast.yaml",), Path())


def test_a_plan_is_a_folder_of_files_that_say_so(folder: Callable[..., Path]) -> None:
    folder(
        holdfast=HEAD,
        risks="holdfast: 1\nrisks: [{id: a, harm: b, severity: 1, likelihood: 1}]\n",
        compose="services: {web: {}}\n",
        broken="{{ a template of something else }}\n",
        runbooks__abuse="steps: [look]\n",
        data__notes="a: [\n",
    )
    loaded = read_plan(".")
    assert loaded.files == ("holdfast.yaml", "risks.yaml")
    assert [risk.id for risk in loaded.plan.risks] == ["a"]


def test_to_name_holdfast_yaml_is_to_name_its_folder(folder: Callable[..., Path]) -> None:
    folder(holdfast=HEAD, risks="holdfast: 1\nrisks: [{id: a, harm: b, severity: 1, likelihood: 1}]\n")
    assert read_plan("holdfast.yaml").digest == read_plan(".").digest


def test_a_file_of_another_name_stands_alone(folder: Callable[..., Path]) -> None:
    folder(variant=HEAD, other=HEAD)
    assert read_plan("variant.yaml").files == ("variant.yaml",)


def test_a_folder_needs_no_file_called_holdfast(folder: Callable[..., Path]) -> None:
    folder(a="holdfast: 1\nrisks: [{id: a, harm: b, severity: 1, likelihood: 1}]\n", b=HEAD)
    assert read_plan(".").files == ("a.yaml", "b.yaml")


def test_a_part_that_does_not_say_so_is_no_silent_loss(folder: Callable[..., Path]) -> None:
    folder(holdfast=HEAD, gates="gates: []\nmetrics: {}\n")
    problem = only(".")
    assert (problem.code, str(problem.place)) == ("HF213", "gates.yaml")
    assert problem.fix is not None
    assert problem.fix.startswith("start it with `holdfast: 1`")


def test_a_folder_without_a_plan_is_refused(folder: Callable[..., Path]) -> None:
    folder(compose="services: {}\n")
    assert only(".").message == "no plan in the folder `.`"


def test_a_missing_file_names_the_nearest(folder: Callable[..., Path]) -> None:
    folder(holdfast=HEAD)
    problem = only("holdfst.yaml")
    assert (problem.code, problem.fix) == ("HF211", "did you mean `holdfast.yaml`?")


@pytest.mark.parametrize("path", ["nowhere/holdfast.yaml", "a\x00b.yaml", "x" * 300 + ".yaml"])
def test_a_path_that_leads_nowhere_is_refused(folder: Callable[..., Path], path: str) -> None:
    folder(holdfast=HEAD)
    assert only(path).code == "HF211"


def test_a_file_too_large_is_refused_before_it_is_parsed(folder: Callable[..., Path]) -> None:
    folder(holdfast=HEAD)
    with Path("holdfast.yaml").open("ab") as stream:
        stream.truncate(50_000_000)
    problem = only("holdfast.yaml")
    assert (problem.code, "50.0 MB" in problem.message) == ("HF209", True)
    assert LARGEST_FILE == 2_000_000


def test_a_file_in_another_encoding_is_refused(folder: Callable[..., Path]) -> None:
    folder(holdfast=HEAD)
    Path("holdfast.yaml").write_bytes(HEAD.encode() + b"# caf\xe9\n")
    assert (only(".").code, str(only(".").place)) == ("HF210", "holdfast.yaml:3:6")


def test_what_is_included_belongs_to_the_plan(folder: Callable[..., Path]) -> None:
    folder(
        plan=HEAD + "include: [parts/risks.yaml]\n",
        parts__risks="include: [more.yaml]\nrisks: [{id: a, harm: b, severity: 1, likelihood: 1}]\n",
        parts__more="people: {ops: {}}\n",
    )
    loaded = read_plan("plan.yaml")
    assert loaded.files == ("plan.yaml", "parts/risks.yaml", "parts/more.yaml")
    assert list(loaded.plan.people) == ["ops"]


def test_files_that_include_each_other_are_refused_with_their_chain(folder: Callable[..., Path]) -> None:
    folder(plan=HEAD + "include: [a.yaml]\n", a="include: [b.yaml]\n", b="include:\n  - a.yaml\n")
    problem = only("plan.yaml")
    assert (problem.code, str(problem.place)) == ("HF208", "b.yaml:2:5")
    assert problem.message == "files that include each other: a.yaml -> b.yaml -> a.yaml"


def test_a_file_that_includes_itself_is_refused(folder: Callable[..., Path]) -> None:
    folder(plan=HEAD + "include: [plan.yaml]\n")
    assert only("plan.yaml").code == "HF208"


def test_a_file_that_two_files_include_is_read_once(folder: Callable[..., Path]) -> None:
    folder(
        plan=HEAD + "include: [a.yaml, b.yaml]\n",
        a="include: [people.yaml]\n",
        b="include: [people.yaml]\n",
        people="people: {ops: {}}\n",
    )
    assert list(read_plan("plan.yaml").plan.people) == ["ops"]


def test_a_missing_include_is_told_where_it_is_asked_for(folder: Callable[..., Path]) -> None:
    folder(plan=HEAD + "include: [riks.yaml]\n", risks="risks: []\n")
    problem = only("plan.yaml")
    assert (str(problem.place), problem.fix) == ("plan.yaml:3:11", "did you mean `risks.yaml`?")


def test_an_include_may_not_leave_the_folder_by_a_link(folder: Callable[..., Path], tmp_path: Path) -> None:
    folder(inner__plan=HEAD + "include: [link.yaml]\n", secret="people: {ops: {}}\n")
    Path("inner/link.yaml").symlink_to(tmp_path / "secret.yaml")
    assert "leaves the plan's folder" in only("inner/plan.yaml").message


def test_an_include_of_a_folder_is_refused(folder: Callable[..., Path]) -> None:
    folder(plan=HEAD + "include: [parts]\n", parts__risks="risks: []\n")
    assert only("plan.yaml").message == "`parts` is a folder"


def test_mistakes_in_several_files_are_told_together(folder: Callable[..., Path]) -> None:
    folder(holdfast=HEAD + "a: 1\na: 2\n", risks="holdfast: 1\nrisks: [\n")
    with pytest.raises(PlanError) as caught:
        read_plan(".")
    assert [str(problem.place) for problem in caught.value.problems] == [
        "holdfast.yaml:4:1",
        "risks.yaml:2:8",
    ]


def test_a_place_in_an_error_is_the_path_as_it_was_given(folder: Callable[..., Path]) -> None:
    folder(plans__triage__holdfast=HEAD + "peple: {}\n")
    assert str(only("plans/triage").place) == "plans/triage/holdfast.yaml:3:1"
