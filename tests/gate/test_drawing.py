"""`holdfast measure --picture`: slices as a forest plot, a drift as both histograms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from holdfast.app.cli import run

pytest.importorskip("altair", reason="pictures need the group `charts`: uv sync --group charts")

PLAN = """holdfast: 1
system: {id: assistant, name: Assistant}
data: {now: {parquet: now.parquet}, before: {parquet: before.parquet}}
metrics:
  hits: {kind: rate, hit: hit, by: [language]}
  length: {kind: drift, column: length, reference: before}
  words: {kind: drift, column: language, reference: before}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "holdfast.yaml").write_text(PLAN)
    for name, shift, german in (("before", 0.0, 0.25), ("now", 20.0, 0.5)):
        rows = 400
        table = {
            "hit": [place % 10 == 0 for place in range(rows)],
            "language": ["de" if place < german * rows else "en" for place in range(rows)],
            "length": [float(place % 100) + shift for place in range(rows)],
        }
        pq.write_table(pa.table(table), tmp_path / f"{name}.parquet")
    return tmp_path


def drawn(folder: Path, metric: str) -> list[dict[str, Any]]:
    path = folder / "picture.json"
    assert run(["measure", metric, "--data", "now", "--plan", str(folder), "--picture", str(path)]) == 0
    return [row for rows in json.loads(path.read_text())["datasets"].values() for row in rows]


def test_slices_are_rows_of_a_forest_with_value_interval_and_n(folder: Path) -> None:
    rows = {row["label"]: row["said"] for row in drawn(folder, "hits")}
    assert rows == {
        "language = de": "10.0 % [6.57, 14.9] of 200",
        "language = en": "10.0 % [6.57, 14.9] of 200",
    }


def test_a_drift_of_numbers_is_both_histograms_on_the_reference_s_bins(folder: Path) -> None:
    bars = [row for row in drawn(folder, "length") if "dense" in row]
    shares = {(row["low"], row["whose"]): row["dense"] * (row["high"] - row["low"]) for row in bars}
    for whose in ("reference", "now"):
        assert sum(share for (_, name), share in shares.items() if name == whose) == pytest.approx(1)
    lowest = min(low for low, _ in shares)
    assert shares[lowest, "now"] == 0
    assert shares[lowest, "reference"] == pytest.approx(0.05, abs=0.011)


def test_a_drift_of_words_says_what_moved(folder: Path) -> None:
    moved = {row["label"]: row["said"] for row in drawn(folder, "words") if "by" in row and "said" in row}
    assert moved["de"] == "+25.0 points: 25.0 % to 50.0 %"
    assert moved["en"] == "-25.0 points: 75.0 % to 50.0 %"


def test_a_picture_that_cannot_be_written_is_refused(folder: Path, capsys: Any) -> None:
    (folder / "taken.svg").mkdir()
    asked = [
        "measure",
        "hits",
        "--data",
        "now",
        "--plan",
        str(folder),
        "--picture",
        str(folder / "taken.svg"),
    ]
    assert run(asked) == 3
    assert "error[HF503]" in capsys.readouterr().err
