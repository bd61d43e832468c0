"""Make the triage example's evaluation data: 569 real patients, each judged by models that never saw them.

    python examples/triage/make_data.py

The patients are those of the Wisconsin diagnostic breast-cancer data that scikit-learn ships (Street, Wolberg
& Mangasarian 1993): nothing is downloaded. Ten outer folds; in each, the regularisation and both thresholds
are chosen by a cross-validation *inside* the other nine, and only then is the tenth part scored. So every
patient is a test patient once, and no choice has seen the patient it is judged on.

A second model is made in just the same way, on the same folds, from ten of the thirty measurements: the
means, without their standard errors and their worst values. Is a third of the measuring enough?
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
CLEARED = 0.01
"""Largest share of the malignant training patients that may be cleared: half of what the gate allows."""
BUDGET = 0.05
"""Share of patients that the model may hand to a person. The gate allows 8 %, and must see it proven: of 569
patients that leaves 34 (6.0 %). Aiming at 5.0 % is about one standard error below."""
NUCLEUS_BANDS = (12.0, 15.0)
TEXTURE_BANDS = (17.0, 21.0)
"""Round figures near the tertiles of all 569; chosen without looking at a label."""


TEN = "mean_"
"""How the ten measurements of the second model begin."""


@dataclass(frozen=True)
class Thresholds:
    """Scores below `clear_below` are cleared, those from `flag_from` on flagged; between them it abstains."""

    clear_below: float
    flag_from: float


@dataclass(frozen=True)
class Judged:
    """What the models said about each patient, in the order of the patients."""

    fold: Ints
    score: Floats
    clear_below: Floats
    flag_from: Floats


def load() -> tuple[Floats, Bools, dict[str, int]]:
    """Return the features (569 x 30), whether each mass was malignant, and each feature's column."""
    from sklearn.datasets import load_breast_cancer

    data = load_breast_cancer()
    malignant = data.target == list(data.target_names).index("malignant")
    columns = {str(name).replace(" ", "_"): at for at, name in enumerate(data.feature_names)}
    return data.data, malignant, columns


def folds(labels: Bools, count: int) -> list[tuple[Ints, Ints]]:
    """Return `count` (training, test) index pairs with the share of malignant patients kept in each part."""
    from sklearn.model_selection import StratifiedKFold

    split = StratifiedKFold(count, shuffle=True, random_state=SEED)
    return list(split.split(np.zeros((len(labels), 1)), labels))


def scores_of(train: Floats, labels: Bools, test: Floats, strength: float) -> Floats:
    """Return the probability of malignancy of the test rows from a model fitted on the training rows."""
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


def choose_thresholds(scores: Floats, labels: Bools) -> Thresholds:
    """Return the two thresholds that training patients' own out-of-fold scores ask for.

    Clearing goes up to where one malignant training patient in a hundred would have been cleared. From there
    the abstention budget is spent upwards, on the patients nearest to being cleared; whoever scores higher is
    flagged.

    Examples
    --------
    >>> scores = np.linspace(0.0, 0.95, 20)
    >>> choose_thresholds(scores, scores >= 0.5)
    Thresholds(clear_below=0.5, flag_from=0.55)
    """
    malignant = np.sort(scores[labels])
    clear_below = float(malignant[int(CLEARED * len(malignant))])
    above = np.sort(scores[scores >= clear_below])
    budget = int(BUDGET * len(scores))
    flag_from = float(above[budget]) if budget < len(above) else 1.0
    return Thresholds(clear_below, flag_from)


def judge_fold(train: Floats, labels: Bools, test: Floats) -> tuple[Floats, Thresholds]:
    """Choose everything on the training part, then score the test part, whose labels are not even given."""
    candidates = {strength: np.empty(len(labels)) for strength in STRENGTHS}
    for fit, held in folds(labels, INNER_FOLDS):
        for strength, scores in candidates.items():
            scores[held] = scores_of(train[fit], labels[fit], train[held], strength)
    strength = min(candidates, key=lambda s: log_loss(candidates[s], labels))
    return scores_of(train, labels, test, strength), choose_thresholds(candidates[strength], labels)


def judge_all(features: Floats, labels: Bools) -> Judged:
    """Return every patient's score and thresholds from the fold in which the patient was held out."""
    size = len(labels)
    judged = Judged(np.zeros(size, dtype=np.int64), np.empty(size), np.empty(size), np.empty(size))
    for number, (train, test) in enumerate(folds(labels, OUTER_FOLDS)):
        scores, thresholds = judge_fold(features[train], labels[train], features[test])
        judged.fold[test] = number
        judged.score[test] = scores
        judged.clear_below[test] = thresholds.clear_below
        judged.flag_from[test] = thresholds.flag_from
    return judged


def decisions(judged: Judged) -> list[bool | None]:
    """Return true (flagged), false (cleared) or None (abstained: a person looks) for each patient."""
    flagged = judged.score >= judged.flag_from
    cleared = judged.score < judged.clear_below
    return [True if f else False if c else None for f, c in zip(flagged, cleared, strict=True)]


def bands(values: Floats, edges: tuple[float, float], names: tuple[str, str, str]) -> list[str]:
    """Return the name of the band that each value lies in; an edge belongs to the band above it."""
    return [names[at] for at in np.digitize(values, edges)]


def table(measurements: str = "") -> pa.Table:
    """Return the evaluation data, one row a patient, in the order in which scikit-learn ships them.

    Parameters
    ----------
    measurements : str
        The model sees those that begin so; all thirty where it is empty.
    """
    import pyarrow as pa

    features, malignant, columns = load()
    seen = [at for name, at in columns.items() if name.startswith(measurements)]
    judged = judge_all(features[:, seen], malignant)
    radius, texture = features[:, columns["mean_radius"]], features[:, columns["mean_texture"]]
    return pa.table(
        {
            "patient": pa.array(np.arange(1, len(malignant) + 1)),
            "fold": pa.array(judged.fold),
            "score": pa.array(judged.score),
            "clear_below": pa.array(judged.clear_below),
            "flag_from": pa.array(judged.flag_from),
            "decision": pa.array(decisions(judged), type=pa.bool_()),
            "malignant": pa.array(malignant),
            "nuclei": pa.array(bands(radius, NUCLEUS_BANDS, ("small", "medium", "large"))),
            "texture": pa.array(bands(texture, TEXTURE_BANDS, ("smooth", "mixed", "coarse"))),
            **{name: pa.array(features[:, at]) for name, at in columns.items()},
        }
    )


def make(folder: Path) -> Path:
    """Write `eval.parquet`, whose path is returned, and `eval-ten.parquet`; the folder is made if need be."""
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "eval.parquet"
    pq.write_table(table(), path)
    pq.write_table(table(TEN), folder / "eval-ten.parquet")
    return path


def main() -> None:
    """Write the data beside this script."""
    try:
        path = make(Path(__file__).resolve().parent / "data")
    except ModuleNotFoundError as error:
        sys.exit(f"make_data.py needs {error.name}: install scikit-learn and pyarrow")
    both = f"{path} and {path.with_name('eval-ten.parquet').name}"
    print(f"{both}: 569 patients, each judged by models that never saw them")


if __name__ == "__main__":
    main()
