"""The triage example's data: real patients, each judged by a model that never saw them."""

from __future__ import annotations

import inspect

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import roc_auc_score

FOLDS = range(10)
NOT_FEATURES = {
    "patient",
    "fold",
    "score",
    "clear_below",
    "flag_from",
    "decision",
    "malignant",
    "nuclei",
    "texture",
}


def decided(columns, value):
    return np.array([decision is value for decision in columns["decision"]])


def test_every_patient_of_the_source_is_there_once(triage):
    columns = triage.columns()
    assert columns["patient"].tolist() == list(range(1, 570))


def test_measurements_and_labels_are_those_of_the_source(triage):
    columns, source = triage.columns(), load_breast_cancer()
    assert (columns["malignant"] == (source.target_names[source.target] == "malignant")).all()
    for at, name in enumerate(source.feature_names):
        assert (columns[name.replace(" ", "_")] == source.data[:, at]).all(), name


def test_flagged_cleared_and_abstained_add_up_to_all_patients(triage):
    columns = triage.columns()
    flagged, cleared, abstained = (decided(columns, value) for value in (True, False, None))
    assert flagged.sum() + cleared.sum() + abstained.sum() == 569
    assert min(flagged.sum(), cleared.sum(), abstained.sum()) > 0


def test_every_decision_is_the_one_that_score_and_thresholds_ask_for(triage):
    columns = triage.columns()
    score, low, high = (columns[name] for name in ("score", "clear_below", "flag_from"))
    assert (low < high).all()
    assert (decided(columns, True) == (score >= high)).all()
    assert (decided(columns, False) == (score < low)).all()


def test_a_fold_has_one_pair_of_thresholds_and_a_fair_share_of_malignant_patients(triage):
    columns = triage.columns()
    for fold in FOLDS:
        here = columns["fold"] == fold
        assert len(set(zip(columns["clear_below"][here], columns["flag_from"][here], strict=True))) == 1
        assert abs(columns["malignant"][here].mean() - columns["malignant"].mean()) < 0.02


def test_scores_and_thresholds_are_those_of_a_model_that_got_no_label_of_its_test_part(triage):
    columns, (features, malignant, _) = triage.columns(), triage.maker.load()
    assert list(inspect.signature(triage.maker.judge_fold).parameters) == ["train", "labels", "test"]
    for fold in (0, 7):
        test = columns["fold"] == fold
        scores, thresholds = triage.maker.judge_fold(features[~test], malignant[~test], features[test])
        np.testing.assert_allclose(columns["score"][test], scores, rtol=1e-9)
        assert np.allclose(columns["clear_below"][test], thresholds.clear_below, rtol=1e-9)
        assert np.allclose(columns["flag_from"][test], thresholds.flag_from, rtol=1e-9)


def test_no_feature_gives_the_label_away(triage):
    columns = triage.columns()
    features = set(columns) - NOT_FEATURES
    assert len(features) == 30
    for name in features:
        area = roc_auc_score(columns["malignant"], columns[name])
        assert max(area, 1 - area) < 0.99, name


def test_clearing_stops_where_one_malignant_training_patient_in_a_hundred_would_be_cleared(triage):
    generator = np.random.default_rng(7)
    labels = np.arange(500) % 2 == 0
    scores = generator.beta(np.where(labels, 6, 2), np.where(labels, 2, 6))
    thresholds = triage.maker.choose_thresholds(scores, labels)
    assert (scores[labels] < thresholds.clear_below).sum() == 2
    assert ((scores >= thresholds.clear_below) & (scores < thresholds.flag_from)).sum() == 25


def test_the_whole_top_abstains_where_the_budget_reaches_the_end(triage):
    labels = np.array([False] * 95 + [True] * 5)
    thresholds = triage.maker.choose_thresholds(np.linspace(0, 0.99, 100), labels)
    assert thresholds.flag_from == 1.0


def test_making_the_data_twice_gives_the_same_bytes(triage, tmp_path):
    again = triage.maker.make(tmp_path)
    assert again.read_bytes() == (triage.data / "eval.parquet").read_bytes()


def test_bands_of_nuclei_are_the_measured_radius(triage):
    columns = triage.columns()
    radius = columns["mean_radius"]
    assert ((columns["nuclei"] == "small") == (radius < 12)).all()
    assert ((columns["nuclei"] == "large") == (radius >= 15)).all()
