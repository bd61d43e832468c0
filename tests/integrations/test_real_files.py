"""What each importer reads of files that the tools themselves wrote; expectations are counted by hand.

How each file was made: tests/integrations/files/README.md.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from holdfast.app.bootstrap import importers
from holdfast.evidence.views.reading import results_reader
from holdfast.kernel.errors import DataError

FILES = Path(__file__).parent / "files"
ALL = sorted(path for path in FILES.rglob("*.*") if path.suffix != ".md")
READ = results_reader(importers())

# file -> tool, version, subject, data set, when it ran
ABOUT = {
    "inspect/two-scorers.json": ("inspect", "0.3.285", "mockllm/model", "questions", (15, 45, 15, 0)),
    "garak/mixed.report.jsonl": (
        "garak", "0.17.1", "test.Repeat", "lmrc.Bullying, test.Test", (15, 55, 22, 705089),
    ),
    "promptfoo/echo.json": ("promptfoo", "0.121.20", "echo", "echoes", (15, 45, 10, 688000)),
    "deepeval/test_run_20261121_154744.json": ("deepeval", None, None, None, None),
    "lm_eval/results_two_tasks.json": (
        "lm-eval", "0.4.13", "i82qcls7", "colours, words", (15, 50, 47, 546698),
    ),
    "evidently/report.json": ("evidently", None, None, None, None),
    "junit/pytest.xml": ("junit", None, None, None, (15, 54, 44, 820436)),
}  # fmt: skip

# file -> figure -> k, n; a score without counts is a single number
FIGURES = {
    "inspect/two-scorers.json": {
        "includes/accuracy": (3, 4), "includes/stderr": 0.25, "f1/mean": 0.3, "f1/stderr": 0.1,
    },
    "inspect/epochs.json": {"accuracy": (3, 4), "stderr": 0.25},
    "inspect/one-sample-failed.json": {"accuracy": (0, 3), "stderr": 0.0},
    "inspect/no-samples.json": {"accuracy": (3, 4), "stderr": 0.25},
    "inspect/limited.json": {"accuracy": (1, 2), "stderr": 0.5},
    "garak/mixed.report.jsonl": {
        "lmrc.Bullying/Fail": (0, 14), "lmrc.Bullying/Pass": (14, 14), "lmrc.Bullying/Random": (6, 14),
        "test.Test/Fail": (0, 16), "test.Test/Pass": (16, 16), "test.Test/Random": (7, 16),
        "total": (43, 90),
    },
    "promptfoo/echo.json": {
        "total": (3, 6), "Say {{word}}": (1, 3), "{{word}}": (2, 3),
        "contains-word": (4, 4), "exact": (1, 2), "js": (0, 2),
        "Say {{word}}/contains-word": (2, 2), "Say {{word}}/exact": (0, 1), "Say {{word}}/js": (0, 1),
        "{{word}}/contains-word": (2, 2), "{{word}}/exact": (1, 1), "{{word}}/js": (0, 1),
    },
    "promptfoo/errors.json": {
        "total": (2, 4), "echo": (2, 2), "failing": (0, 2),
        "contains-word": (1, 1), "near": 0.5, "echo/contains-word": (1, 1), "echo/near": 0.5,
    },
    "deepeval/test_run_20261121_154744.json": {
        "total": (1, 4), "Short": (2, 4), "Short/score": 0.75, "Polite": (2, 4), "Polite/score": 0.375,
    },
    "lm_eval/results_two_tasks.json": {
        "colours/acc": (4, 5), "colours/acc_stderr": 0.2, "colours/acc_norm": (4, 5),
        "colours/acc_norm_stderr": 0.2, "words/exact_match": (0, 5), "words/exact_match_stderr": 0.0,
    },
    "lm_eval/results_limited.json": {
        "acc": (3, 3), "acc_stderr": 0.0, "acc_norm": (3, 3), "acc_norm_stderr": 0.0,
    },
    "evidently/report.json": {
        "total": (6, 9),
        "DriftedColumnsCount(drift_share=0.5)/share": 0.5, "DriftedColumnsCount(drift_share=0.5)/count": 1,
        "ValueDrift(column=age,method=K-S p_value,threshold=0.05)": 0.9999997457692622,
        "ValueDrift(column=plan,method=Z-test p_value,threshold=0.05)": 0.020921335337793945,
        "MissingValueCount(column=age)/share": (1, 40), "MissingValueCount(column=age)/count": 1,
        "RowCount()": 40, "MeanValue(column=age)": 40.256410256410255,
        "UniqueValueCount(column=plan)/b": (10, 40), "UniqueValueCount(column=plan)/a": (30, 40),
        "CategoryCount(column=plan,categories=a)/share": (30, 40),
        "CategoryCount(column=plan,categories=a)/count": 30,
    },
    "junit/pytest.xml": {"total": (3, 7), "pytest/accuracy": 0.875},
}  # fmt: skip

NOTES = {
    "inspect/epochs.json": "every sample was run 2 times and counts once",
    "inspect/one-sample-failed.json": "left out, because they ended in errors: 1 of 4 samples",
    "inspect/limited.json": "a part of the data set was run (`limit` or `sample_id`)",
    "lm_eval/results_limited.json": "a part of the data was run: limit 3",
    "junit/pytest.xml": "not tried, because skipped: 2 cases",
}


def test_every_importer_has_a_file_that_its_tool_wrote():
    assert {READ(None, FILES / name).tool for name in ABOUT} == set(importers())
    assert {str(path.relative_to(FILES)) for path in ALL} == {*FIGURES, "inspect/errored.json"}


@pytest.mark.parametrize("name", FIGURES)
def test_figures_and_counts_are_those_of_the_file(name):
    results = READ(None, FILES / name)
    told = {f.name: (f.k, f.n) if f.n is not None else f.value for f in results.figures}
    assert told == {
        key: value if isinstance(value, tuple) else pytest.approx(value)
        for key, value in FIGURES[name].items()
    }
    for figure in results.figures:
        if figure.n is not None:
            assert figure.value == figure.k / figure.n
    assert results.notes == ((NOTES[name],) if name in NOTES else ())


@pytest.mark.parametrize("name", ABOUT)
def test_tool_version_subject_and_time_are_those_of_the_file(name):
    results = READ(None, FILES / name)
    *about, clock = ABOUT[name]
    assert [results.tool, results.tool_version, results.subject, results.dataset] == about
    assert results.created_at == (datetime(2026, 11, 21, *clock, tzinfo=UTC) if clock else None)
    assert results.file == Path(name).name
    assert results.digest == "sha256:" + hashlib.sha256((FILES / name).read_bytes()).hexdigest()


def test_errors_are_no_passes_and_are_told():
    promptfoo = READ(None, FILES / "promptfoo/errors.json")
    assert promptfoo.figure().notes == ("did not pass, because of an error: 2 tests",)
    deepeval = READ(None, FILES / "deepeval/test_run_20261121_154744.json")
    assert deepeval.figure("Short").notes == ("did not pass, because of an error: 1 test case",)


def test_a_run_that_ended_in_an_error_is_no_result():
    with pytest.raises(DataError, match="the run ended as `error`") as refused:
        READ(None, FILES / "inspect/errored.json")
    assert refused.value.problems[0].code == "HF306"


OTHERS = [(tool, path) for tool in importers() for path in ALL if path.parent.name.replace("_", "-") != tool]


@pytest.mark.parametrize(("tool", "path"), OTHERS, ids=lambda part: getattr(part, "name", part))
def test_a_file_of_another_tool_is_refused_as_such(tool, path):
    with pytest.raises(DataError) as refused:
        READ(tool, path)
    assert refused.value.problems[0].code == "HF307", refused.value
    assert f"not a file of {tool}: " in str(refused.value)


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_the_files_hold_no_path_of_a_machine_and_are_small(path):
    text = path.read_text()
    assert len(text) < 30_000
    for word in ("/tmp/", "/home/", "/root/", "/work/", "site-packages"):
        assert word not in text
