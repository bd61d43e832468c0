"""The care programme example's data: real patients under three variants of the same offer."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from sklearn.datasets import load_diabetes

FILES = ["eval.parquet", "eval-blind.parquet", "eval-per-group.parquet"]


@pytest.mark.parametrize("file", FILES)
def test_every_patient_of_the_source_is_there_once(care, file):
    columns = care.columns(file)
    assert columns["patient"].tolist() == list(range(1, 443))
    assert (columns["progression"] == load_diabetes(scaled=False).target).all()


def test_sex_and_age_are_those_of_the_source(care):
    columns, source = care.columns(), load_diabetes(scaled=False)
    assert (columns["age"] == source.data[:, 0]).all()
    assert (columns["sex"] == [f"group {code:.0f}" for code in source.data[:, 1]]).all()
    assert sorted(set(columns["sex"])) == ["group 1", "group 2"]


@pytest.mark.parametrize("file", FILES)
def test_offers_and_refusals_add_up_and_keep_the_rule(care, file):
    columns = care.columns(file)
    assert columns["offered"].dtype == bool
    assert columns["offered"].sum() + (~columns["offered"]).sum() == 442
    assert (columns["offered"] == (columns["score"] >= columns["offer_from"])).all()


def test_the_label_is_the_progression_that_was_measured_a_year_later(care):
    columns = care.columns()
    assert (columns["progressed"] == (columns["progression"] >= 150)).all()


def test_the_model_sees_baseline_columns_only_and_the_blind_one_neither_sex_nor_age(care):
    patients = care.maker.load()
    assert "progression" not in patients.columns
    assert patients.seen_by("informed").shape == (442, 10)
    assert patients.seen_by("blind").shape == (442, 8)
    blind = {tuple(column) for column in patients.seen_by("blind").T}
    assert tuple(patients.column("sex")) not in blind
    assert tuple(patients.column("age")) not in blind


def test_no_baseline_column_gives_the_label_away(care):
    patients = care.maker.load()
    for name in patients.columns:
        assert abs(np.corrcoef(patients.column(name), patients.progression)[0, 1]) < 0.7, name


@pytest.mark.parametrize(("file", "variant"), [("eval.parquet", "informed"), (FILES[2], "per-group")])
def test_scores_and_thresholds_are_those_of_a_model_that_got_no_label_of_its_test_part(care, file, variant):
    columns, patients, part = care.columns(file), care.maker.load(), care.maker.Part
    features, groups, labels = patients.seen_by(variant), patients.groups(variant), patients.progressed
    assert list(inspect.signature(care.maker.judge_fold).parameters) == ["train", "labels", "test"]
    assert set(part.__dataclass_fields__) == {"features", "groups"}
    test = columns["fold"] == 3
    scores, offer_from = care.maker.judge_fold(
        part(features[~test], groups[~test]), labels[~test], part(features[test], groups[test])
    )
    np.testing.assert_allclose(columns["score"][test], scores, rtol=1e-9)
    np.testing.assert_allclose(columns["offer_from"][test], offer_from, rtol=1e-9)


def test_thresholds_by_group_are_one_for_each_of_six_groups_in_a_fold(care):
    columns = care.columns("eval-per-group.parquet")
    first = columns["fold"] == 0
    bands = np.digitize(columns["age"], [40, 60])
    groups = [f"{sex}/{band}" for sex, band in zip(columns["sex"], bands, strict=True)]
    chosen = {
        (group, cut) for group, cut in zip(np.array(groups)[first], columns["offer_from"][first], strict=True)
    }
    assert len(chosen) == len({group for group, _ in chosen}) == 6
    assert len(set(care.columns()["offer_from"][first])) == 1


def test_the_threshold_reaches_four_of_five_training_patients_who_progressed(care):
    generator = np.random.default_rng(7)
    labels = np.arange(300) % 3 == 0
    scores = generator.random(300)
    threshold = care.maker.choose_threshold(scores, labels)
    assert (scores[labels] >= threshold).sum() == 80


def test_making_a_variant_twice_gives_the_same_table(care):
    from pyarrow import parquet

    assert care.maker.table("per-group").equals(parquet.read_table(care.data / "eval-per-group.parquet"))
