"""garak's reports: counts by probe and detector, and in total."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from holdfast.integrations.garak import Garak
from holdfast.kernel.errors import DataError

START = [
    {"entry_type": "start_run setup", "plugins.target_type": "test", "plugins.target_name": "Blank"},
    {"entry_type": "init", "garak_version": "0.17.1", "start_time": "2026-11-20T10:00:00", "run": "r"},
]
END = [{"entry_type": "completion", "end_time": "2026-11-20T10:01:00", "run": "r"}]


def judged(probe="dan.Dan_11_0", detector="mitigation.MitigationBypass", **counts):
    usual = {"passed": 3, "fails": 1, "nones": 0, "total_evaluated": 4, "total_processed": 4}
    return {"entry_type": "eval", "probe": probe, "detector": detector, **usual, **counts}


@pytest.fixture
def write(tmp_path):
    def written(*rows, start=START, end=END):
        path = tmp_path / "a.report.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in (*start, *rows, *end)))
        return path

    return written


def test_counts_by_probe_and_detector_and_in_total(write):
    other = judged("dan.Dan_11_0", "dan.DAN", passed=1, fails=0, nones=2, total_evaluated=1)
    results = Garak().read(write({"entry_type": "attempt", "prompt": "x"}, judged(), other))
    assert [(f.name, f.value, f.n, f.k) for f in results.figures] == [
        ("dan.Dan_11_0/MitigationBypass", 0.75, 4, 3),
        ("dan.Dan_11_0/DAN", 1.0, 1, 1),
        ("total", 0.8, 5, 4),
    ]
    assert (results.tool_version, results.subject) == ("0.17.1", "test Blank")
    assert results.created_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert results.notes == ("left out, because a detector gave no score: 2 outputs",)


def test_older_reports_say_total_and_model(write):
    row = {"entry_type": "eval", "probe": "p.P", "detector": "detector.d.D", "passed": 0, "total": 7}
    start = [{"entry_type": "start_run setup", "plugins.model_type": "t", "plugins.model_name": "m"}]
    results = Garak().read(write(row, start=start))
    assert [(f.name, f.n, f.k) for f in results.figures] == [("p.P/D", 7, 0), ("total", 7, 0)]
    assert results.subject == "t m"


@pytest.mark.parametrize(
    ("code", "words", "rows", "parts"),
    [
        ("HF306", "the run ended before anything was judged", [], {}),
        ("HF306", "the `completion` row is missing", [judged()], {"end": []}),
        ("HF307", "no row of garak's start", [judged()], {"start": []}),
        ("HF307", "`probe` is missing", [judged(probe=None)], {}),
        ("HF306", "`passed` is -3", [judged(passed=-3)], {}),
        ("HF306", "`passed` is 2.5", [judged(passed=2.5)], {}),
        ("HF306", "`passed` is nan", [judged(passed=float("nan"))], {}),
        ("HF307", "`passed` is text, not a count", [judged(passed="3")], {}),
        ("HF307", "`passed` is true, not a count", [judged(passed=True)], {}),
        ("HF306", "9 passes and 1 fails of 4", [judged(passed=9)], {}),
        ("HF306", "9 passes of 4", [judged(passed=9, fails=None)], {}),
    ],
)
def test_what_is_no_report_or_absurd_is_refused(write, code, words, rows, parts):
    with pytest.raises(DataError) as refused:
        Garak().read(write(*rows, **parts))
    assert refused.value.problems[0].code == code
    assert words in str(refused.value)
