"""Files that are large, deep, twofold, no files at all, or made to harm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from holdfast.app.bootstrap import importers
from holdfast.evidence.model.collecting import Figures, binary_mean
from holdfast.evidence.views import foreign_files
from holdfast.evidence.views.reading import results_reader
from holdfast.kernel.errors import DataError

FILES = Path(__file__).parent / "files"
READ = results_reader(importers())
DEEPEVAL = {"testCases": [], "metricsScores": [], "testPassed": 3, "testFailed": 1}
BOMB = """<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>
<testsuite name="&c;" tests="1"><testcase name="t"/></testsuite>"""
OUTSIDE = """<?xml version="1.0"?>
<!DOCTYPE x SYSTEM "file:///etc/passwd"><testsuite tests="1"><testcase name="t"/></testsuite>"""


def code_of(path, tool=None):
    with pytest.raises(DataError) as refused:
        READ(tool, path)
    (problem,) = refused.value.problems
    return problem.code, problem.message


@pytest.fixture
def write(tmp_path):
    def written(content):
        path = tmp_path / "file"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


@pytest.mark.parametrize(
    ("content", "tool", "code", "words"),
    [
        ("", None, "HF307", "no known tool"),
        ("", "garak", "HF306", "empty (0 bytes)"),
        ("\x00" * 100, "inspect", "HF307", "no JSON"),
        ("[" * 100_000, "deepeval", "HF306", "nested too deep"),
        ('{"testCases": ' + "[" * 100_000 + "]" * 100_000 + "}", None, "HF306", "nested too deep"),
        ('{"testCases": [], "testCases": []}', None, "HF306", "`testCases` is there twice"),
        ('{"testCases": [], "testPassed": ' + "9" * 5000, None, "HF306", ""),
        (b'{"testCases": "\xff"}', None, "HF306", "byte 15 is not UTF-8"),
        (b'{"entry_type": "eval", "probe": "\xff"}', "garak", "HF306", "line 1: byte"),
        (BOMB, None, "HF307", "a document type or an entity"),
        (OUTSIDE, None, "HF307", "a document type or an entity"),
        ("<testsuite>" * 100_000, None, "HF306", "nested too deep"),
        ("<html><testsuite/></html>", None, "HF307", "its root is `html`"),
        ('<?xml version="1.0" encoding="klingon"?><testsuite/>', None, "HF306", "encoding is unknown"),
        ('<testsuite tests="3" failures="4"/>', None, "HF306", "says 3 tests, 4 bad"),
        ('<testsuite tests="-3"/>', None, "HF306", "tests='-3'"),
        ('<testsuite failures="2"><testcase/></testsuite>', None, "HF306", "says 2 failures and errors"),
        ("<testsuite><testcase><skipped/></testcase></testsuite>", None, "HF306", "no case that was run"),
        ("PK\x03\x04 header.json", "inspect", "HF307", "the zipped `.eval` format"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(write, content, tool, code, words):
    found, message = code_of(write(content), tool)
    assert (found, words in message) == (code, True), message


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"testPassed": -1}, "HF306", "`testPassed` is -1"),
        ({"testPassed": 0.5}, "HF306", "`testPassed` is 0.5"),
        ({"testPassed": 10**30}, "HF306", "`testPassed` is 1000"),
        ({"testPassed": float("inf")}, "HF306", "`testPassed` is inf"),
        ({"testPassed": float("nan")}, "HF306", "`testPassed` is nan"),
        ({"testPassed": None}, "HF307", "`testPassed` is missing"),
        ({"testPassed": "3"}, "HF307", "`testPassed` is text, not a count"),
        ({"metricsScores": {}}, "HF307", "`metricsScores` is an object, not a list"),
        ({"metricsScores": [3]}, "HF307", "`metricsScores[0]` is a number, not an object"),
        ({"testCases": [{}]}, "HF306", "it says 3 passed and 1 failed, and holds 1"),
        ({"testPassed": 0, "testFailed": 0}, "HF306", "no test case"),
    ],
)
def test_absurd_figures_and_other_shapes_are_told_apart(write, change, code, words):
    found, message = code_of(write(json.dumps({**DEEPEVAL, **change})))
    assert (found, words in message) == (code, True), message


def test_what_is_no_regular_file_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert code_of(tmp_path / "pipe", "garak") == ("HF306", "it is no regular file")
    assert code_of(tmp_path, "garak") == ("HF306", "it is a folder")
    assert code_of(tmp_path / "gone") == ("HF306", "there is no such file")
    assert code_of(tmp_path / ("x" * 5000))[0] == "HF306"
    assert code_of(tmp_path / "a\x00b")[0] == "HF306"


def test_what_is_too_large_is_refused_before_it_is_read(write, monkeypatch):
    path = write(json.dumps(DEEPEVAL))
    assert READ(None, path).figure().k == 3
    monkeypatch.setattr(foreign_files, "LARGEST_DOCUMENT", 50)
    assert code_of(path)[1].startswith("it is larger than")


def test_a_line_without_an_end_is_refused_and_not_kept(write, monkeypatch):
    monkeypatch.setattr(foreign_files, "LONGEST_LINE", 1000)
    monkeypatch.setattr(foreign_files, "PIECE", 400)
    assert "a line is longer than" in code_of(write("x" * 5000), "garak")[1]


def test_hostile_text_is_kept_as_text_and_cut(write):
    name = "<img src=x onerror=alert(1)>\x1b[31m\u202e" + "x" * 5000
    scores = [{"metric": name, "scores": [1.0], "passes": 1, "fails": 0, "errors": 0}]
    results = READ(None, write(json.dumps({**DEEPEVAL, "metricsScores": scores, "datasetAlias": "\ud800"})))
    kept = results.figures[1].name
    assert kept.startswith("<img src=x onerror=alert(1)>\x1b[31m\u202exx")
    assert len(kept) == 200
    assert results.dataset == "\ufffd"


def test_the_same_name_twice_stays_apart():
    figures = Figures()
    figures.counted("a", 1, 2)
    figures.counted("a", 2, 2)
    figures.scored("a", 0.5)
    assert [figure.name for figure in figures.figures] == ["a", "a (2)", "a (3)"]


def test_what_has_no_trials_or_no_value_is_left_out_and_noted():
    figures = Figures()
    figures.counted("a", 0, 0)
    figures.scored("b", float("nan"))
    assert figures.figures == ()
    assert figures.notes == ("`a` has no trials and is left out", "`b` has no value (nan) and is left out")


@pytest.mark.parametrize(
    ("mean", "n", "stderr", "k"),
    [
        (0.75, 4, 0.25, 3),
        (0.75, 4, None, 3),
        (0.75, 4, float("nan"), 3),
        (1.0, 3, 0.0, 3),
        (0.5, 4, 0.0, None),  # four halves
        (0.5, 1, 0.0, None),
        (0.7, 4, None, None),
        (0.333, 3, None, None),
        (-0.5, 4, None, None),
        (1.5, 4, None, None),
        (float("nan"), 4, None, None),
        (0.5, 0, None, None),
    ],
)
def test_only_zeros_and_ones_are_counted_from_a_mean(mean, n, stderr, k):
    assert binary_mean(mean, n, stderr) == k


MILLION = """
import json, resource, sys
from pathlib import Path
from holdfast.integrations.garak import Garak

path = Path(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
results = Garak().read(path)
print(results.figure().n, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_a_million_rows_are_read_in_little_memory(tmp_path):
    start = json.dumps({"entry_type": "init", "garak_version": "0.17.1", "start_time": None})
    attempt = json.dumps({"entry_type": "attempt", "status": 2, "prompt": "p" * 30, "outputs": ["o"]}) + "\n"
    judged = {"entry_type": "eval", "detector": "d.D", "passed": 9, "fails": 1, "total_evaluated": 10}
    with (tmp_path / "a.report.jsonl").open("w") as file:
        file.write(start + "\n")
        for number in range(1000):
            file.write(attempt * 999)
            file.write(json.dumps({**judged, "probe": f"p.P{number}"}) + "\n")
        file.write('{"entry_type": "completion"}\n')
        size = file.tell()
    command = [sys.executable, "-c", textwrap.dedent(MILLION), str(tmp_path / "a.report.jsonl")]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    trials, memory = map(int, out.split())
    assert trials == 10_000
    assert size > 90_000_000
    assert memory < 60
