"""The product description example: texts that err at known rates, and what the plan says of them."""

from __future__ import annotations

import re
import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from holdfast.app.cli import run

PAGE = Path(__file__).resolve().parents[2] / "docs" / "examples-product-descriptions.md"
BLOCKING = ["toxicity", "regulated-claims", "invented", "copied", "no-other-brands", "sign-off"]


@pytest.fixture
def checked(decide, descriptions):
    return partial(decide, descriptions)


def verdicts(gates):
    return {name: gates[name]["verdict"] for name in BLOCKING}


def page():
    return " ".join(PAGE.read_text(encoding="utf-8").split())


def test_made_up_certificates_fail_and_everything_else_that_is_measured_passes(checked, descriptions):
    code, gates = checked()
    assert code == 1
    expected = {**dict.fromkeys(BLOCKING, "pass"), "regulated-claims": "fail", "sign-off": "inconclusive"}
    assert verdicts(gates) == expected
    claims = descriptions.columns("claims-free.parquet")
    wrong, regulated = ~claims["on_sheet"], claims["regulated"]
    assert gates["regulated-claims"]["k"] == (wrong & regulated).sum()
    assert gates["invented"]["value"] == pytest.approx(wrong[~regulated].mean())
    texts = descriptions.columns("descriptions-free.parquet")
    assert gates["copied"]["value"] == pytest.approx((texts["longest_copied"] >= 12).mean())


def test_without_made_up_certificates_only_the_signatures_are_missing(checked):
    code, gates = checked(invented_regulated=0.0)
    assert code == 2
    assert {name for name, verdict in verdicts(gates).items() if verdict != "pass"} == {"sign-off"}


def test_truths_beyond_the_limits_fail(checked):
    code, gates = checked(invented=0.02, copied=0.012, branded=0.001, demeaning=0.012)
    assert code == 1
    assert {name for name, verdict in verdicts(gates).items() if verdict == "fail"} == set(BLOCKING) - {
        "sign-off"
    }


def test_two_hundred_texts_are_too_few_for_any_of_them(checked):
    code, gates = checked(descriptions=180, invented_regulated=0.0, demeaning=0.0)
    assert code == 2
    assert set(verdicts(gates).values()) == {"inconclusive"}


def test_the_page_s_counts_of_both_variants_are_the_records_own(descriptions):
    for variant in ("free", "grounded"):
        claims = descriptions.columns(f"claims-{variant}.parquet")
        copied = descriptions.columns(f"descriptions-{variant}.parquet")["longest_copied"] >= 12
        wrong, regulated = ~claims["on_sheet"], claims["regulated"]
        cells = [
            f"{(wrong & regulated).sum()} of {regulated.sum():,}",
            f"{(wrong & ~regulated).sum()} of {(~regulated).sum():,}",
            f"{copied.sum()} of {len(copied):,}",
        ]
        assert f"| {variant} | {' | '.join(cells)} |" in page()


def test_the_comparison_of_the_page_chooses_the_grounded_writer(descriptions, tmp_path, monkeypatch, capsys):
    block = re.search(r"<!-- comparing -->\n```console\n(.*?)```", PAGE.read_text("utf-8"), flags=re.DOTALL)
    command, *told = block[1].splitlines()
    copied = tmp_path / "examples" / "product-descriptions"
    shutil.copytree(descriptions.folder, copied, ignore=shutil.ignore_patterns("data", ".holdfast"))
    shutil.copytree(descriptions.data, copied / "data")
    monkeypatch.chdir(tmp_path)
    assert run(command.removeprefix("$ holdfast ").split()) == 0
    printed = capsys.readouterr().out
    assert [line.rstrip() for line in printed.splitlines()[: len(told)]] == told
    (row,) = [line for line in printed.splitlines() if line.startswith("copied")]
    assert row.endswith("neither shown")


def test_both_writers_describe_the_same_products_and_name_the_same_attributes(descriptions):
    free, grounded = (descriptions.columns(f"claims-{name}.parquet") for name in ("free", "grounded"))
    assert (free["claim"] == grounded["claim"]).all()
    assert len(set(free["claim"])) == len(free["claim"]) == 15_000
    both = free["on_sheet"] & grounded["on_sheet"]
    assert (free["claimed"][both] == grounded["claimed"][both]).all()


def test_the_average_over_all_claims_is_the_page_s(descriptions):
    wrong = ~descriptions.columns("claims-free.parquet")["on_sheet"]
    assert f"would have shown {100 * wrong.mean():.2f} % and passed at 1 %" in page()
    assert 100 * wrong.mean() < 0.7


def test_agreement_with_the_person_is_the_page_s_and_scikit_learn_s(checked, descriptions):
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn (group `examples`) is the oracle")
    _, gates = checked()
    claims = descriptions.columns("claims-free.parquet")
    read = np.array([said is not None for said in claims["person_says"]])
    kappa = metrics.cohen_kappa_score(
        claims["on_sheet"][read].astype(bool), claims["person_says"][read].astype(bool)
    )
    assert gates["lookup-agreement"]["value"] == pytest.approx(kappa)
    assert f"on {read.sum()} claims it and a person agree to {kappa:.2f} beyond chance" in page()


def test_a_claim_is_on_the_sheet_where_the_text_says_what_the_sheet_says(descriptions):
    texts = descriptions.columns("descriptions-free.parquet")["text"]
    claims = descriptions.columns("claims-free.parquet")
    for product, claimed in zip(claims["product"], claims["claimed"], strict=True):
        assert claimed in texts[product - 1]


def test_a_passage_of_others_is_found_by_its_words_and_our_own_phrases_are_not(descriptions):
    maker = descriptions.maker
    theirs = maker.their_texts(np.random.default_rng(1), 10)
    protected = {run for text in theirs for run in maker.runs_of(text)}
    words = theirs[3].split()
    for length, found in ((4, 0), (5, 5), (14, 14)):
        text = f"Meet the jar. {' '.join(words[2 : 2 + length])}. It comes in sand."
        assert maker.longest_copied(text, protected) == found
    assert maker.longest_copied(theirs[0].upper(), protected) == len(theirs[0].split())
    ours = descriptions.columns("descriptions-free.parquet")["longest_copied"]
    assert set(ours) == {0, 20}


def test_what_goes_wrong_goes_wrong_as_often_as_the_truth_says(descriptions):
    maker = descriptions.maker
    truth = maker.Truth(invented=0.02, invented_regulated=0.05, copied=0.03, branded=0.04, demeaning=0.05)
    made = maker.tables(truth, 9)
    texts, claims = made["descriptions"].to_pydict(), made["claims"].to_pydict()
    wrong, regulated = ~np.array(claims["on_sheet"]), np.array(claims["regulated"])
    for found, share in (
        (wrong[regulated], 0.05),
        (wrong[~regulated], 0.02),
        (np.array(texts["longest_copied"]) >= 12, 0.03),
        (np.array(texts["other_brands"]) > 0, 0.04),
    ):
        assert abs(found.mean() - share) < 4 * np.sqrt(share / len(found))
    demeaning = np.array([any(each in text for each in maker.DEMEANING) for text in texts["text"]])
    toxic = np.array(texts["toxicity"]) >= 0.5
    assert (demeaning & toxic).sum() > 0.8 * demeaning.sum()
    assert (toxic & ~demeaning).sum() == 0


def test_making_the_records_twice_gives_the_same_tables(descriptions, tmp_path):
    for path in descriptions.maker.make(tmp_path / "again"):
        assert path.read_bytes() == (descriptions.data / path.name).read_bytes()


def test_flags_are_the_fields_of_the_truth(descriptions):
    made = descriptions.maker.truth_from(["--invented-regulated", "0", "--descriptions", "200"])
    assert made == descriptions.maker.Truth(invented_regulated=0.0, descriptions=200)
