"""What CI reads: it validates, it reads back to what was said, and hostile texts stay texts."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.kernel.errors import Place
from holdfast.web.ci.finding import Finding
from holdfast.web.ci.github import workflow_commands
from holdfast.web.ci.gitlab import code_quality
from holdfast.web.ci.junit import TestCase, junit
from holdfast.web.ci.sarif import sarif
from holdfast.web.ci.texts import clean, path_from, repository

PLACE = Place("holdfast.yaml", 12, 5, "  - {id: leak}", 4)
FAILS = Finding("gate/toxicity", "error", "3 % [1 %, 5 %] of 400", PLACE, "change the system", "fails")
WARNS = Finding("HF104", "warning", "prevention only", Place("risks/a.yaml", 3), title="prevention only")
HOSTILE = "\x1b[31m<script>alert(1)</script>]]>&\x00 100%\r\n::error::no\u202e, \ud800 😀 [a](http://b)"
findings = st.builds(
    Finding,
    code=st.sampled_from(["HF101", "HF102", "gate/a b"]),
    level=st.sampled_from(["error", "warning", "note"]),
    message=st.text(max_size=80).map(lambda said: said or "something"),
    place=st.none()
    | st.builds(
        Place,
        file=st.sampled_from(
            ["holdfast.yaml", "a b/c#d%.yaml", "ü/[x].yaml", "/elsewhere/p.yaml", "../p.yaml"]
        ),
        line=st.integers(0, 10**6),
        column=st.integers(0, 500),
        text=st.text(max_size=40),
        width=st.integers(0, 60),
    ),
    fix=st.text(max_size=40),
    title=st.text(max_size=300),
)


def runner_reads(line: str) -> tuple[str, dict[str, str], str]:
    """Return a workflow command as GitHub's runner reads it: its own unescaping, written after its source."""
    head, data = line[2:].split("::", 1)
    command, _, said = head.partition(" ")
    properties = dict(pair.split("=", 1) for pair in said.split(","))

    def back(text: str, signs: dict[str, str]) -> str:
        for escape, sign in signs.items():
            text = text.replace(escape, sign)
        return text.replace("%25", "%")

    ends = {"%0D": "\r", "%0A": "\n"}
    wide = ends | {"%3A": ":", "%2C": ","}
    return command, {name: back(value, wide) for name, value in properties.items()}, back(data, ends)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(findings, max_size=8))
def test_sarif_holds_the_standards_rules_and_survives_json(sarif_schema, found):
    log = json.loads(json.dumps(sarif(found, "0.1.0")).encode("utf-8"))
    jsonschema.validate(log, sarif_schema, format_checker=jsonschema.FormatChecker())
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == len(found)
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [f.code for f in found]
    prints = [result["partialFingerprints"]["holdfast/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)


def test_a_sarif_result_says_what_where_and_what_to_do():
    (result,) = sarif([FAILS], "0.1.0", root=Path.cwd())["runs"][0]["results"]
    assert result["message"]["text"] == "3 % [1 %, 5 %] of 400: change the system"
    assert result["level"] == "error"
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "holdfast.yaml"},
        "region": {"startLine": 12, "startColumn": 5, "endColumn": 9},
    }


def test_a_rule_is_told_once_with_its_explanation():
    log = sarif([WARNS, FAILS, WARNS], "0.1.0", explained={"HF104": "Prevention fails one day."})
    first, second = log["runs"][0]["tool"]["driver"]["rules"]
    assert (first["id"], first["help"]["text"]) == ("HF104", "Prevention fails one day.")
    assert (second["id"], second["help"]["text"]) == ("gate/toxicity", "fails")
    assert [result["ruleIndex"] for result in log["runs"][0]["results"]] == [0, 1, 0]


def test_square_brackets_become_no_link_in_sarif():
    (result,) = sarif([Finding("HF101", "note", "see [a](http://b) and [0, 1]")], "0.1.0")["runs"][0][
        "results"
    ]
    assert result["message"]["text"] == r"see \[a](http://b) and [0, 1]"


@given(findings)
def test_one_finding_is_one_workflow_command_and_reads_back(finding):
    told = workflow_commands([finding], root=Path("/nowhere"))
    assert told.count("\n") == 1
    assert told.endswith("\n")
    assert "\r" not in told
    command, properties, data = runner_reads(told[:-1])
    assert command == {"error": "error", "warning": "warning", "note": "notice"}[finding.level]
    assert data == clean(f"{finding.message}: {finding.fix}" if finding.fix else finding.message)
    assert properties["title"].startswith(finding.code)
    if finding.place is not None:
        assert properties["file"] == finding.place.file
        assert properties.get("line", "0") == str(finding.place.line)


def test_a_message_cannot_begin_a_second_workflow_command():
    told = workflow_commands([Finding("HF101", "error", "a\n::stop-commands::x", title="b::c,d=e")])
    assert len(told.splitlines()) == 1
    assert told.startswith("::error title=HF101%3A b%3A%3Ac%2Cd=e::a%0A")


@given(st.lists(findings, max_size=8))
def test_gitlab_gets_every_finding_with_a_print_of_its_own(found):
    report = json.loads(json.dumps(code_quality(found)))
    assert [entry["check_name"] for entry in report] == [finding.code for finding in found]
    assert len({entry["fingerprint"] for entry in report}) == len(found)
    assert all(entry["location"]["lines"]["begin"] >= 1 and entry["location"]["path"] for entry in report)
    assert {entry["severity"] for entry in report} <= {"info", "minor", "critical"}


def test_a_finding_keeps_its_print_when_lines_move_and_figures_change():
    moved = Finding(
        FAILS.code, "error", "4 % [2 %, 6 %] of 800", Place(PLACE.file, 99, 5, PLACE.text, 4), title="fails"
    )
    (before,), (after,) = code_quality([FAILS]), code_quality([moved])
    assert before["fingerprint"] == after["fingerprint"]
    (other,) = code_quality([Finding("gate/other", "error", "x", PLACE)])
    assert other["fingerprint"] != before["fingerprint"]


@given(
    st.text(max_size=60),
    st.lists(
        st.builds(
            TestCase,
            name=st.text(max_size=60),
            verdict=st.sampled_from(["pass", "failure", "error", "skipped"]),
            message=st.text(max_size=200),
            seconds=st.none() | st.floats(0, 1e6),
        ),
        max_size=8,
    ),
)
def test_junit_is_xml_that_counts_its_cases(suite, cases):
    top = ElementTree.fromstring(junit(suite, cases).encode("utf-8"))
    (group,) = top
    assert group.get("name") == clean(suite)
    assert [case.get("name") for case in group] == [clean(case.name) for case in cases]
    for element, verdict in (("failure", "failure"), ("error", "error"), ("skipped", "skipped")):
        asked = [case for case in cases if case.verdict == verdict]
        assert len(group.findall(f"testcase/{element}")) == len(asked)
    assert group.get("tests") == str(len(cases))
    assert int(group.get("failures")) == sum(case.verdict == "failure" for case in cases)
    assert [case.get("time") for case in group] == [
        None if case.seconds is None else f"{case.seconds:.3f}" for case in cases
    ]


def test_a_pass_with_something_to_say_says_it_as_output():
    top = ElementTree.fromstring(junit("gates", [TestCase("a", "pass", "0 in 1,000 & <none>")]))
    assert top.findtext("testsuite/testcase/system-out") == "0 in 1,000 & <none>"


def test_hostile_texts_are_told_and_do_nothing():
    finding = Finding("HF101", "error", HOSTILE, Place("a.yaml", 1, 1, HOSTILE), HOSTILE, HOSTILE)
    said = [
        json.dumps(sarif([finding], "0")),
        workflow_commands([finding]),
        json.dumps(code_quality([finding])),
        junit("gates", [TestCase("a", "failure", HOSTILE)]),
    ]
    for text in said:
        text.encode("utf-8")
        assert not re.search("[\x00\x1b\u202e]", text)
    assert "<script>" not in said[3]
    ElementTree.fromstring(said[3])


def test_a_very_long_text_is_cut_and_says_so():
    finding = Finding("HF101", "error", "x" * 1_000_000, title="y" * 1_000_000)
    told = workflow_commands([finding])
    assert len(told) < 5_000
    assert told.rstrip().endswith("…")
    assert len(json.dumps(sarif([finding], "0"))) < 40_000


def test_paths_start_at_the_repository_wherever_the_command_ran(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "services" / "triage"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    assert repository() == tmp_path
    assert path_from(repository(), "holdfast.yaml") == "services/triage/holdfast.yaml"
    assert path_from(repository(), "../other/holdfast.yaml") == "services/other/holdfast.yaml"
    assert path_from(repository(), str(folder / "a.yaml")) == "services/triage/a.yaml"
    assert path_from(repository(), f"{os.sep}elsewhere{os.sep}a.yaml") == "/elsewhere/a.yaml"
    assert workflow_commands([WARNS]).startswith("::warning file=services/triage/risks/a.yaml,line=3,title=")


@pytest.mark.parametrize("file", ["a b/ü#1%.yaml", "[x]?.yaml", "c:d.yaml"])
def test_a_path_in_sarif_is_a_uri_that_reads_back(file):
    (result,) = sarif([Finding("HF101", "note", "x", Place(file, 1))], "0", root=Path.cwd())["runs"][0][
        "results"
    ]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote(uri) == file
    assert not re.search(r"[ \[\]#?\\:]", uri)  # a colon would make a scheme of the first part


def test_no_findings_are_an_empty_report_of_each_kind(sarif_schema):
    jsonschema.validate(sarif([], "0.1.0"), sarif_schema)
    assert workflow_commands([]) == ""
    assert code_quality([]) == []
    assert ElementTree.fromstring(junit("gates", [])).get("tests") == "0"
