"""`holdfast lint` as its user runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.app.cli import run

ROOT = Path(__file__).resolve().parents[3]
CLEAN = """\
holdfast: 1
system: {id: sorter, name: Sorter}
data: {eval: {csv: eval.csv}}
metrics: {errors: {kind: rate, hit: wrong}}
gates: [{id: errors, metric: errors, data: eval, require: "<= 10%"}]
levers: {enabled: {kind: switch, safe: disabled}}
safe_mode: {enabled: safe}
"""
VAGUE = CLEAN + (
    "people: {ml: {}}\n"
    "risks: [{id: r, harm: Bias, stakeholders: [us], owner: ml, severity: 3, likelihood: 2, gates: [errors],"
    " controls: {detect: [c], respond: [c]}}]\n"
    "controls: {c: {layer: detect, owner: ml}}\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "holdfast.yaml").write_text(CLEAN)
    (tmp_path / "eval.csv").write_text("wrong\n" + "0\n" * 100)
    return tmp_path


def lint(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = run(["lint", *arguments])
    return code, capsys.readouterr().out


def test_a_clean_plan_is_one_line_and_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lint(capsys) == (0, "nothing found in 1 gate, 1 metric and 1 lever\n")
    assert not (folder / ".holdfast").exists()


def test_findings_look_like_errors_with_what_to_do_below(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "holdfast.yaml").write_text(VAGUE)
    code, out = lint(capsys, "--no-data")
    assert code == 1
    assert out.splitlines()[:4] == [
        "warning[HF101]: the harm of `r` is one word: no test can show whether `Bias` happens",
        "  holdfast.yaml:9:23   risks: [{id: r, harm: Bias, stakeholders: [us], owner: ml, severity: 3,"
        " likelihood: 2, gates: [errors], controls: {detec",
        "                                             ^^^^",
        "  fix: say what goes wrong, for whom, and what it does to them, in one sentence",
    ]
    assert out.endswith("\n2 findings: 1 error and 1 warning\n")


def test_a_column_that_is_not_there_is_found_with_the_data_only(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "holdfast.yaml").write_text(CLEAN.replace("hit: wrong", "hit: wrnog"))
    assert lint(capsys, "--no-data")[0] == 0
    code, out = lint(capsys)
    assert code == 1
    assert out.startswith("error[HF113]: column `wrnog` is not in data `eval`\n  holdfast.yaml:4:37 ")


def test_data_that_is_not_there_is_told_last(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "eval.csv").unlink()
    assert lint(capsys) == (
        0,
        "not looked at: data `eval`: no file matches `eval.csv`\n"
        "nothing found in 1 gate, 1 metric and 1 lever\n",
    )


def test_a_plan_that_cannot_be_read_is_3_and_an_error(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "holdfast.yaml").write_text("holdfast: 1\n")
    assert run(["lint"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error[HF213]")


def test_json_is_as_promised(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "holdfast.yaml").write_text(
        VAGUE + "# holdfast: ignore[HF111] because it is old\nmessages: {a: b}\n"
    )
    code, out = lint(capsys, "--format", "json")
    told = json.loads(out)
    assert code == 1
    page = (ROOT / "docs" / "json.md").read_text("utf-8").split("## `holdfast lint")[1].split("\n## ")[0]
    for key in told:
        assert f"`{key}`" in page
    assert (told["holdfast"], told["system"], told["clean"]) == (1, "sorter", False)
    assert [(each["code"], each["level"], each["line"]) for each in told["findings"]] == [
        ("HF101", "warning", 9),
        ("HF103", "error", 10),
        ("HF100", "note", 11),
    ]
    for each in told["findings"]:
        assert set(each) == {"code", "level", "title", "message", "file", "line", "column", "fix"}


def test_what_is_ignored_is_in_the_json_with_its_reason(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "holdfast.yaml").write_text(
        VAGUE.replace("risks:", "# holdfast: ignore[HF101] because we know\nrisks:")
    )
    _, out = lint(capsys, "--format", "json")
    told = json.loads(out)
    assert [each["code"] for each in told["findings"]] == ["HF103"]
    assert [(each["code"], each["because"]) for each in told["ignored"]] == [("HF101", "we know")]
    assert told["summary"] == "1 finding: 1 error (1 ignored)"


def test_sarif_names_rule_place_and_level(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "holdfast.yaml").write_text(VAGUE)
    code, out = lint(capsys, "--format", "sarif")
    [only] = json.loads(out)["runs"]
    assert code == 1
    assert [(each["ruleId"], each["level"]) for each in only["results"]] == [
        ("HF101", "warning"),
        ("HF103", "error"),
    ]
    region = only["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"]) == (9, 23)
    rule = only["tool"]["driver"]["rules"][0]
    assert rule["shortDescription"]["text"] == "a vague risk"


def test_github_gets_one_annotation_a_finding(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "holdfast.yaml").write_text(VAGUE)
    code, out = lint(capsys, "--format", "github")
    assert code == 1
    assert [line.split(" ")[0] for line in out.splitlines()] == ["::warning", "::error"]
    assert "line=9" in out


def test_a_clean_plan_gives_github_nothing_and_sarif_no_results(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lint(capsys, "--format", "github") == (0, "")
    assert json.loads(lint(capsys, "--format", "sarif")[1])["runs"][0]["results"] == []


def test_a_folder_of_files_is_one_plan(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fraud = Path(__file__).parent / "plans" / "fraud"
    code, out = lint(capsys, "--no-data", str(fraud))
    assert code == 1
    assert "people.yaml:9:3" in out
    assert "risks.yaml:19:38" in out


def test_without_data_no_engine_is_loaded(folder: Path) -> None:
    seen = "import sys; from holdfast.app.cli import run; run(['lint', '--no-data']);"
    heavy = "print([name for name in ('duckdb', 'ibis', 'numpy', 'scipy', 'sqlalchemy', 'rich', 'jinja2')"
    told = subprocess.run(
        [sys.executable, "-c", f"{seen} {heavy} if name in sys.modules])"],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
    )
    assert told.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", ["assistant", "classifier", "minimal", "ranking"])
def test_every_template_of_init_lints_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["init", "--template", name, "--yes"]) == 0
    capsys.readouterr()
    assert lint(capsys)[0] == 0
