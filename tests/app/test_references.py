"""References that do not fit: from later than the records, or with nothing in common with them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from holdfast.app.cli import run

PLAN = """holdfast: 1
system: {id: assistant, name: Assistant}
data:
  now: {parquet: now.parquet, time: at}
  before: {parquet: before.parquet, time: at}
  timeless: {parquet: before.parquet}
metrics:
  length: {kind: drift, column: length, reference: before}
  words: {kind: drift, column: language, reference: before}
  untold: {kind: drift, column: length, reference: timeless}
gates:
  - {id: length, metric: length, data: now, require: "<= 0.2"}
  - {id: words, metric: words, data: now, require: "<= 0.2"}
"""
BEGIN = datetime(2026, 11, 1)  # noqa: DTZ001 -- records carry naive UTC


def write(path: Path, day: int, lengths: float, language: str, rows: int = 400) -> None:
    at = [BEGIN + timedelta(days=day, minutes=place) for place in range(rows)]
    table = {
        "at": at,
        "length": [lengths + place % 50 for place in range(rows)],
        "language": [language] * rows,
    }
    pq.write_table(pa.table(table), path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "holdfast.yaml").write_text(PLAN)
    write(tmp_path / "before.parquet", day=7, lengths=100, language="de")
    write(tmp_path / "now.parquet", day=14, lengths=100, language="de")
    return tmp_path


def told(folder: Path, capsys: Any, metric: str) -> dict[str, Any]:
    assert run(["measure", metric, "--data", "now", "--plan", str(folder), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_records_from_before_the_reference_are_told(folder: Path, capsys: Any) -> None:
    write(folder / "now.parquet", day=0, lengths=100, language="de")
    (note,) = told(folder, capsys, "length")["notes"]
    assert "400 of 400 records are from before the reference `before` begins" in note


def test_records_from_after_it_are_what_is_expected(folder: Path, capsys: Any) -> None:
    assert told(folder, capsys, "length")["notes"] == []


def test_without_a_time_nothing_is_said_of_it(folder: Path, capsys: Any) -> None:
    write(folder / "now.parquet", day=0, lengths=100, language="de")
    assert told(folder, capsys, "untold")["notes"] == []


def test_numbers_without_overlap_are_a_great_drift_and_fail(folder: Path, capsys: Any) -> None:
    write(folder / "now.parquet", day=14, lengths=9_000, language="de")
    (result,) = told(folder, capsys, "length")["results"]
    assert result["value"] > 2
    assert run(["check", str(folder), "--json"]) == 1
    verdicts = {gate["id"]: gate["verdict"] for gate in json.loads(capsys.readouterr().out)["gates"]}
    assert verdicts == {"length": "fail", "words": "pass"}


def test_labels_without_overlap_are_a_great_drift_and_fail(folder: Path, capsys: Any) -> None:
    write(folder / "now.parquet", day=14, lengths=100, language="fr")
    (result,) = told(folder, capsys, "words")["results"]
    assert result["value"] > 2
    assert run(["check", str(folder), "--json"]) == 1
    verdicts = {gate["id"]: gate["verdict"] for gate in json.loads(capsys.readouterr().out)["gates"]}
    assert verdicts == {"length": "pass", "words": "fail"}


def test_an_empty_reference_is_no_evidence(folder: Path, capsys: Any) -> None:
    write(folder / "before.parquet", day=7, lengths=100, language="de", rows=0)
    (result,) = told(folder, capsys, "length")["results"]
    assert result["value"] is None


def test_one_record_is_measured_and_decides_nothing(folder: Path, capsys: Any) -> None:
    write(folder / "now.parquet", day=14, lengths=100, language="de", rows=1)
    assert run(["check", str(folder), "--json"]) == 2
    verdicts = {gate["id"]: gate["verdict"] for gate in json.loads(capsys.readouterr().out)["gates"]}
    assert set(verdicts.values()) == {"inconclusive"}
