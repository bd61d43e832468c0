"""A check says what lint finds in its plan: with the same words, and without a word in the verdict."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from holdfast.app.cli import run

PLAN = """\
holdfast: 1
system:
  id: sorter
  name: Sorter
  card: {model: {name: m, version: "1"}}
people: {ml: {}}
data: {eval: {csv: eval.csv}}
metrics:
  errors: {kind: rate, hit: "wrong", by: [sex]}
  gap: {kind: disparity, of: {kind: rate, hit: "wrong"}, over: [sex]}
gates:
  - {id: errors, metric: errors, data: eval, require: "<= 10%", by: []}
  - {id: by-sex, metric: errors, data: eval, require: "<= 2%", blocking: false}
  - {id: gap, metric: gap, data: eval, require: "<= 1%", blocking: false}
controls:
  hope: {layer: prevent, owner: ml}
  # holdfast: ignore[HF103] because the audit is in March
  audit: {layer: detect, owner: ml}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "holdfast.yaml").write_text(PLAN)
    rows = "".join(f"{str(i % 50 == 0).lower()},{'f' if i < 300 else 'm'}\n" for i in range(400))
    (tmp_path / "eval.csv").write_text("wrong,sex\n" + rows)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_LEDGER", str(tmp_path / "kept.db"))
    return tmp_path


def test_its_findings_are_those_of_lint(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lint", "--format", "json"]) == 1
    linted = json.loads(capsys.readouterr().out)["findings"]
    assert run(["check", "--json"]) == 0
    checked = json.loads(capsys.readouterr().out)["lint"]
    assert checked == linted
    # the gap is too wide a question for 400 records, and one slice too small for 2 %
    assert [each["code"] for each in checked] == ["HF106", "HF109", "HF109", "HF103"]
    assert set(checked[0]) == {"code", "level", "title", "message", "file", "line", "column", "fix"}


def test_the_terminal_says_how_many_and_where_to_look(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check"]) == 0
    assert "lint: 4 findings, see `holdfast lint`\n" in capsys.readouterr().out


def test_page_and_markdown_list_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--report", "r.html", "--markdown", "r.md"]) == 0
    page, markdown = (folder / "r.html").read_text(), (folder / "r.md").read_text()
    assert '<h2 id="lint-title">What lint finds in the plan</h2>' in page
    assert "error HF103" in page
    assert "nothing shows that the control <code>hope</code> works" in page
    assert "### Lint" in markdown
    assert "holdfast.yaml:16:3" in markdown


def test_a_plan_without_findings_says_nothing_of_lint(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = PLAN.split("  - {id: by-sex")[0] + (
        "levers: {enabled: {kind: switch, safe: disabled}}\nsafe_mode: {enabled: safe}\n"
    )
    (folder / "holdfast.yaml").write_text(kept)
    assert run(["check", "--report", "r.html", "--markdown", "r.md"]) == 0
    assert "lint" not in capsys.readouterr().out
    assert 'id="lint"' not in (folder / "r.html").read_text()
    assert "### Lint" not in (folder / "r.md").read_text()
