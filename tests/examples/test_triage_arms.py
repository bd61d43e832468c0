"""The triage example's second model, and what comparing it says."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from holdfast.app.cli import run

THE_MODELS_OWN = {"score", "clear_below", "flag_from", "decision"}


def test_both_models_judge_the_same_patients_in_the_same_folds(triage):
    thirty, ten = triage.columns(), triage.columns("eval-ten.parquet")
    assert list(thirty) == list(ten)
    for name in set(thirty) - THE_MODELS_OWN:
        assert (thirty[name] == ten[name]).all(), name
    assert not np.allclose(thirty["score"], ten["score"])


def test_the_second_model_sees_ten_measurements_and_no_label_of_its_test_part(triage):
    ten = triage.columns("eval-ten.parquet")
    features, malignant, columns = triage.maker.load()
    seen = [at for name, at in columns.items() if name.startswith(triage.maker.TEN)]
    assert len(seen) == 10
    test = ten["fold"] == 3
    scores, thresholds = triage.maker.judge_fold(
        features[~test][:, seen], malignant[~test], features[test][:, seen]
    )
    np.testing.assert_allclose(ten["score"][test], scores, rtol=1e-9)
    assert np.allclose(ten["flag_from"][test], thresholds.flag_from, rtol=1e-9)


@pytest.fixture
def compared(triage, tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("HOLDFAST_LEDGER", raising=False)
    monkeypatch.delenv("HOLDFAST_HOME", raising=False)
    folder = tmp_path / "triage"
    shutil.copytree(triage.folder, folder, ignore=shutil.ignore_patterns("data", ".holdfast", "__pycache__"))
    shutil.copytree(triage.data, folder / "data")
    code = run(["compare", str(folder), "--arms", "thirty,ten", "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_thirty_measurements_are_chosen_for_their_false_alarms_alone(compared, triage):
    code, told = compared
    assert (code, told["chosen"]) == (0, "thirty")
    figures = {
        (gate["id"], *figure["slice"].values()): figure
        for gate in told["gates"]
        for figure in gate["figures"]
    }
    assert [name for name, figure in figures.items() if figure["better"]] == [("false-alarms",)]
    assert [arm["verdict"] for arm in told["arms"]] == ["inconclusive", "inconclusive"]
    # by hand, patient by patient
    thirty, ten = triage.columns(), triage.columns("eval-ten.parquet")
    benign = ~thirty["malignant"]
    alarms = [np.array([each is True for each in arm["decision"]])[benign] for arm in (thirty, ten)]
    assert figures["false-alarms",]["a"] == pytest.approx(alarms[0].mean())
    assert figures["false-alarms",]["difference"] == pytest.approx(alarms[1].mean() - alarms[0].mean())
    assert figures["false-alarms",]["n"] == benign.sum()


def test_every_patient_pairs_and_the_signatures_are_not_compared(compared):
    _, told = compared
    assert [(each["data"], each["pairs"], each["only"]) for each in told["pairs"]] == [("eval", 569, [0, 0])]
    assert told["not_compared"] == ["sign-off"]
