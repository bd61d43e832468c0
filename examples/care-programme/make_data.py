"""Make the care programme's evaluation data: 442 real patients, each judged by a model that never saw them.

    python examples/care-programme/make_data.py

The patients are those of the diabetes data that scikit-learn ships (Efron, Hastie, Johnstone & Tibshirani
2004): nothing is downloaded. Three variants are compared: `informed` sees sex and age, `blind` does not, and
`per-group` is `informed` with a threshold for each group of sex and age. For each, ten outer folds; in each,
the regularisation and the thresholds are chosen by a cross-validation *inside* the other nine, and only then
is the tenth part scored. So every patient is a test patient once, and no choice has seen the patient it is
judged on.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int64]

SEED = 0
OUTER_FOLDS = 10
INNER_FOLDS = 10
STRENGTHS = (0.01, 0.1, 1.0, 10.0)
"""Candidates for the inverse regularisation strength, from which each fold chooses by its own log loss."""
PROGRESSED_FROM = 150.0
"""The measure of progression after a year (25 to 346, median 140.5) that counts as strong progression."""
REACH = 0.80
"""Share of the patients who will progress that the programme wants to reach; the threshold is set to it."""
AGE_BANDS = (40.0, 60.0)
"""The plan derives the same bands from `age`; here they are only needed for thresholds by group."""
PROTECTED = ("age", "sex")
VARIANTS = {"informed": "eval.parquet", "blind": "eval-blind.parquet", "per-group": "eval-per-group.parquet"}
"""Variant -> the file that it is written to."""


@dataclass(frozen=True)
class Patients:
    """Who they were at baseline (442 x 10, in the units of the study) and how the disease went on."""

    features: Floats
    columns: tuple[str, ...]
    progression: Floats

    @property
    def progressed(self) -> Bools:
        """Whether each patient's disease had progressed strongly after a year: the label."""
        return self.progression >= PROGRESSED_FROM

    def column(self, name: str) -> Floats:
        """Return one feature of every patient."""
        values: Floats = self.features[:, self.columns.index(name)]
        return values

    def seen_by(self, variant: str) -> Floats:
        """Return the features that a variant of the model may see."""
        hidden = PROTECTED if variant == "blind" else ()
        seen: Floats = self.features[:, [name not in hidden for name in self.columns]]
        return seen

    def groups(self, variant: str) -> Ints:
        """Return the group whose threshold each patient gets: one for all, or one by sex and age band."""
        if variant != "per-group":
            return np.zeros(len(self.progression), dtype=np.int64)
        groups: Ints = 10 * self.column("sex").astype(np.int64) + np.digitize(self.column("age"), AGE_BANDS)
        return groups


@dataclass(frozen=True)
class Judged:
    """What the models said about each patient, in the order of the patients."""

    fold: Ints
    score: Floats
    offer_from: Floats

    @property
    def offered(self) -> Bools:
        """Whether each patient is offered a place."""
        return self.score >= self.offer_from


def load() -> Patients:
    """Return the patients."""
    from sklearn.datasets import load_diabetes

    data = load_diabetes(scaled=False)
    return Patients(data.data, tuple(data.feature_names), data.target)


def folds(labels: Bools, count: int) -> list[tuple[Ints, Ints]]:
    """Return `count` (training, test) index pairs with the share of progressed patients kept in each part."""
    from sklearn.model_selection import StratifiedKFold

    split = StratifiedKFold(count, shuffle=True, random_state=SEED)
    return list(split.split(np.zeros((len(labels), 1)), labels))


def scores_of(train: Floats, labels: Bools, test: Floats, strength: float) -> Floats:
    """Return the probability of progression of the test rows from a model fitted on the training rows."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    # Newton's steps converge to the last digits, so that another machine comes to the same decisions
    model = make_pipeline(StandardScaler(), LogisticRegression(C=strength, solver="newton-cholesky"))
    scores: Floats = model.fit(train, labels).predict_proba(test)[:, 1]
    return scores


def log_loss(scores: Floats, labels: Bools) -> float:
    """Return the mean negative log likelihood of the labels."""
    right = np.where(labels, scores, 1 - scores)
    return float(-np.log(np.clip(right, 1e-12, 1)).mean())


def choose_threshold(scores: Floats, labels: Bools) -> float:
    """Return the highest score from which an offer reaches `REACH` of the training patients who progressed.

    Examples
    --------
    >>> float(choose_threshold(np.linspace(0.0, 0.9, 10), np.ones(10, dtype=bool)))
    0.2
    """
    progressed = np.sort(scores[labels])
    missed = int(np.floor(round((1 - REACH) * len(progressed), 9)))
    return float(progressed[missed])


@dataclass(frozen=True)
class Part:
    """One part of the patients, as a model sees them, and the group whose threshold each of them gets."""

    features: Floats
    groups: Ints


def judge_fold(train: Part, labels: Bools, test: Part) -> tuple[Floats, Floats]:
    """Return the test part's scores and thresholds; everything is chosen on the training part.

    `labels` are the training part's; those of the test part are not even given.
    """
    candidates = {strength: np.empty(len(labels)) for strength in STRENGTHS}
    for fit, held in folds(labels, INNER_FOLDS):
        for strength, scores in candidates.items():
            scores[held] = scores_of(train.features[fit], labels[fit], train.features[held], strength)
    strength = min(candidates, key=lambda s: log_loss(candidates[s], labels))
    inner = candidates[strength]
    offer_from = np.empty(len(test.groups))
    for group in np.unique(test.groups):
        same = train.groups == group
        offer_from[test.groups == group] = choose_threshold(inner[same], labels[same])
    return scores_of(train.features, labels, test.features, strength), offer_from


def judge_all(features: Floats, groups: Ints, labels: Bools) -> Judged:
    """Return every patient's score and threshold from the fold in which the patient was held out."""
    size = len(labels)
    judged = Judged(np.zeros(size, dtype=np.int64), np.empty(size), np.empty(size))
    for number, (train, test) in enumerate(folds(labels, OUTER_FOLDS)):
        judged.fold[test] = number
        judged.score[test], judged.offer_from[test] = judge_fold(
            Part(features[train], groups[train]), labels[train], Part(features[test], groups[test])
        )
    return judged


def table(variant: str) -> pa.Table:
    """Return one variant's evaluation data, one row a patient, in the order in which scikit-learn ships them.

    Sex is coded 1 and 2 in the source, and the source does not say which is which: `group 1` and `group 2`.
    """
    import pyarrow as pa

    patients = load()
    judged = judge_all(patients.seen_by(variant), patients.groups(variant), patients.progressed)
    others = [name for name in patients.columns if name not in PROTECTED]
    return pa.table(
        {
            "patient": pa.array(np.arange(1, len(patients.progression) + 1)),
            "fold": pa.array(judged.fold),
            "score": pa.array(judged.score),
            "offer_from": pa.array(judged.offer_from),
            "offered": pa.array(judged.offered),
            "progressed": pa.array(patients.progressed),
            "progression": pa.array(patients.progression),
            "sex": pa.array([f"group {code:.0f}" for code in patients.column("sex")]),
            "age": pa.array(patients.column("age")),
            **{name: pa.array(patients.column(name)) for name in others},
        }
    )


def make(folder: Path) -> list[Path]:
    """Write each variant's file into the folder, which is made where it is missing, and return the paths."""
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    for variant, name in VARIANTS.items():
        pq.write_table(table(variant), folder / name)
    return [folder / name for name in VARIANTS.values()]


def main() -> None:
    """Write the data beside this script."""
    try:
        paths = make(Path(__file__).resolve().parent / "data")
    except ModuleNotFoundError as error:
        sys.exit(f"make_data.py needs {error.name}: install scikit-learn and pyarrow")
    for path in paths:
        print(f"{path}: 442 patients, each judged by a model that never saw them")


if __name__ == "__main__":
    main()
