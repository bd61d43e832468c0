"""`holdfast check` in continuous integration: what it writes, where, and what it never spoils."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from holdfast.app.cli import run
from holdfast.gate.views.ci import cases_of, findings_of
from holdfast.kernel.verdict import Verdict

PLAN = """holdfast: 1
system: {id: sorter, name: Sorter}
data:
  eval: {csv: eval.csv}
metrics:
  wrongs: {kind: rate, hit: "wrong"}
gates:
  - {id: few, metric: wrongs, data: eval, require: "<= 1%"}
  - {id: no-hit, metric: wrongs, data: eval, allow: 0, trials: 1000, blocking: false}
  - {id: loose, metric: wrongs, data: eval, require: "<= 90%"}
  - {id: tight, metric: wrongs, data: eval, require: "<= 12%"}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("HOLDFAST_LEDGER", "HOLDFAST_HOME", "HOLDFAST_ACTOR", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "holdfast.yaml").write_text(PLAN)
    rows = "\n".join(str(i % 10 == 0).lower() for i in range(100))
    (tmp_path / "eval.csv").write_text(f"wrong\n{rows}\n")
    return tmp_path


def test_every_output_tells_the_same_gates(folder, capsys):
    code = run(["check", "--sarif", "ci/o.sarif", "--junit", "ci/j.xml", "--gitlab", "ci/gl.json"])
    assert code == 1
    results = json.loads((folder / "ci/o.sarif").read_text())["runs"][0]["results"]
    assert [(result["ruleId"], result["level"]) for result in results] == [
        ("gate/few", "error"),
        ("gate/no-hit", "warning"),
        ("gate/tight", "error"),
    ]
    region = results[0]["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["endColumn"] - region["startColumn"]) == (8, len("few"))
    assert results[2]["message"]["text"].startswith("inconclusive: wrongs is 10.0 %")
    report = json.loads((folder / "ci/gl.json").read_text())
    assert [(each["check_name"], each["location"]["lines"]["begin"]) for each in report] == [
        ("gate/few", 8),
        ("gate/no-hit", 9),
        ("gate/tight", 11),
    ]
    suite = ElementTree.fromstring((folder / "ci/j.xml").read_text())[0]
    told = {case.get("name"): [child.tag for child in case] for case in suite}
    assert told == {"few": ["failure"], "no-hit": ["skipped"], "loose": ["system-out"], "tight": ["error"]}


def test_annotations_and_the_summary_come_when_they_are_asked_for(folder, capsys, monkeypatch):
    summary = folder / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    run(["check"])
    assert "::error" not in capsys.readouterr().out
    assert summary.read_text() == "before\n"
    assert run(["check", "--github"]) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("::")]
    assert [line.split(" ")[0] for line in lines] == ["::error", "::warning", "::error"]
    assert lines[0].startswith("::error file=holdfast.yaml,line=8,col=10,endColumn=13,title=gate/few%3A ")
    assert summary.read_text().startswith("before\n## ✗ FAIL: Sorter must not ship")


def test_a_refused_plan_is_annotated_where_it_is_wrong(folder, capsys):
    (folder / "holdfast.yaml").write_text(
        PLAN.replace("metric: wrongs, data: eval, allow", "metric: wrog, data: eval, allow")
    )
    assert run(["check", "--github", "--sarif", "o.sarif"]) == 3
    out, err = capsys.readouterr()
    assert out.startswith("::error file=holdfast.yaml,line=9,col=26,endColumn=30,title=HF206%3A ")
    assert "did you mean `wrongs`?" in out
    assert err.startswith("error[HF206]")
    assert not (folder / "o.sarif").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--github", "--json"], "both write standard output"),
        (["--sarif", "a", "--junit", "a"], "`a` is named for two outputs"),
        (["--gitlab", "eval.csv"], "never overwritten"),
        (["--sarif", "holdfast.yaml"], "never overwritten"),
        (["--junit", "eval.csv"], "never overwritten"),
        (["--junit", "eval.csv/j.xml"], "cannot write"),
    ],
)
def test_outputs_are_refused_before_anything_is_measured(folder, capsys, arguments, words):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert run(["check", *arguments]) == 3
    out, err = capsys.readouterr()
    assert words in err
    assert out == ""
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_summary_that_cannot_be_written_is_refused_first(folder, capsys, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "nowhere" / "s.md"))
    assert run(["check", "--github"]) == 3
    assert "error[HF503]" in capsys.readouterr().err
    assert not (folder / ".holdfast").exists()


def test_what_an_earlier_run_wrote_is_replaced_and_other_json_is_not(folder, capsys):
    arguments = ["check", "--gitlab", "gl.json", "--sarif", "o.json"]
    assert run(arguments) == 1
    first = (folder / "gl.json").read_text()
    assert run(arguments) == 1
    assert (folder / "gl.json").read_text() == first
    (folder / "gl.json").write_text('{"my": "data"}')
    assert run(arguments) == 3
    assert (folder / "gl.json").read_text() == '{"my": "data"}'
    (folder / "gl.json").write_bytes(b"\xff\xfe")
    assert run(arguments) == 3


def test_the_worst_gate_of_each_kind_keeps_its_level(contexts):
    normal = contexts.normal()
    found = {finding.code: finding for finding in findings_of(normal)}
    cases = {case.name: case for case in cases_of(normal)}
    for gate in normal.gates:
        finding = found.get(f"gate/{gate.id}")
        if gate.verdict is Verdict.PASS:
            assert finding is None
            assert cases[gate.id].verdict == "pass"
            continue
        word = "fails" if gate.verdict is Verdict.FAIL else "inconclusive"
        assert finding.message.startswith(f"{word}: ")
        assert cases[gate.id].message.startswith(f"{word}: ")
        assert gate.headline in finding.message or gate.verdict is Verdict.INCONCLUSIVE
        assert "\u2068" not in finding.message
        stops = gate.blocking and gate.override is None
        assert finding.level == ("error" if stops else "warning")
        blocks = "failure" if gate.verdict is Verdict.FAIL else "error"
        assert cases[gate.id].verdict == (blocks if stops else "skipped")


def test_an_override_is_told_where_the_gate_s_verdict_is(contexts):
    normal = contexts.normal()
    (overridden,) = (gate for gate in normal.gates if gate.override is not None)
    (finding,) = (each for each in findings_of(normal) if each.code == f"gate/{overridden.id}")
    assert finding.level == "warning"
    assert "overridden until 2027-01-31: the pilot ward" in finding.message
    assert "approved by medical-director (u-2) and clinical-safety (u-31)" in finding.message
    assert "ended on 2026-10-31 and counts no longer" in finding.message


def test_a_plan_whose_gates_block_nothing_says_so(contexts):
    normal = contexts.normal()
    idle = replace(normal, gates=(), verdict=Verdict.INCONCLUSIVE)
    (finding,) = findings_of(idle)
    assert (finding.code, finding.level) == ("gate/none-blocks", "error")
    (case,) = cases_of(idle)
    assert case.verdict == "error"


def test_a_summary_that_github_would_refuse_is_cut_to_its_headline(folder, capsys, monkeypatch):
    monkeypatch.setattr("holdfast.gate.cli.outputs.LARGEST_SUMMARY", 100)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "s.md"))
    run(["check", "--github"])
    assert (
        (folder / "s.md")
        .read_text()
        .startswith("Sorter must not ship: 1 of 3 blocking gates fails. The summary")
    )
