"""The series, labelled windows and profiles of the Numenta benchmark, read where they lie."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from holdfast.measure.states import Floats

PROBATION = 0.15
"""Share of a series, at most of 5,000 records of it, that a detector may learn from and is not scored on."""


@dataclass(frozen=True)
class Series:
    """One file of the corpus.

    Attributes
    ----------
    name : str
        Folder and file.
    values : array, shape (records,)
    windows : tuple of (first, last)
        Places of the records between which an anomaly is labelled, both included.
    """

    name: str
    values: Floats
    windows: tuple[tuple[int, int], ...]

    @property
    def probation(self) -> int:
        """Records that a detector may learn from."""
        return probation_of(len(self.values))


def probation_of(records: int) -> int:
    """Return how many of so many records are not scored.

    Examples
    --------
    >>> probation_of(4032), probation_of(22_695)
    (604, 750)
    """
    return int(min(PROBATION * records, PROBATION * 5000))


def shared_data() -> Path:
    """Return the folder of shared data: `HOLDFAST_SHARED`, else `shared/data` beside the repository."""
    named = os.environ.get("HOLDFAST_SHARED")
    return Path(named) if named else Path(__file__).resolve().parents[2].parent / "shared" / "data"


def read_corpus(folder: Path) -> list[Series]:
    """Return all series of a copy of the benchmark's data, by name."""
    labels: dict[str, list[list[str]]] = json.loads((folder / "labels" / "combined_windows.json").read_text())
    found = []
    for name, windows in sorted(labels.items()):
        with (folder / "data" / name).open(newline="", encoding="utf-8") as file:
            rows = [(row["timestamp"], float(row["value"])) for row in csv.DictReader(file)]
        place = {time: index for index, (time, _) in reversed(list(enumerate(rows)))}
        ends = tuple((place[first[:19]], place[last[:19]]) for first, last in windows)
        found.append(Series(name, np.array([value for _, value in rows]), ends))
    return found


@dataclass(frozen=True)
class Profile:
    """What a hit, a false alarm and a missed window are worth to somebody."""

    name: str
    hit: float
    false_alarm: float
    miss: float


def read_profiles(folder: Path) -> list[Profile]:
    """Return the benchmark's three profiles."""
    found = json.loads((folder / "config" / "profiles.json").read_text())
    return [
        Profile(name, *(costs["CostMatrix"][each] for each in ("tpWeight", "fpWeight", "fnWeight")))
        for name, costs in found.items()
    ]


def read_published(folder: Path) -> dict[str, dict[str, float]]:
    """Return the published score of each detector under each profile."""
    found: dict[str, dict[str, float]] = json.loads((folder / "final_results.json").read_text())
    return found
