"""Every figure that the examples' pages state, computed anew from the data by other people's code.

Nothing here uses Holdfast: proportions by numpy, exact bounds by scipy, gaps by fairlearn.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import beta

ROOT = Path(__file__).resolve().parents[2]


def lower(k, n):
    """Return the exact one-sided 95 % lower bound, in percent."""
    return f"{100 * (beta.ppf(0.05, k, n - k + 1) if k else 0):.1f} %"


def upper(k, n):
    """Return the exact one-sided 95 % upper bound, in percent."""
    return f"{100 * (beta.ppf(0.95, k + 1, n - k) if k < n else 1):.1f} %"


def percent(k, n):
    return f"{100 * k / n:.1f} %"


def page(name):
    """Return a page with its line ends as spaces, so that a sentence may wrap."""
    return " ".join((ROOT / "docs" / name).read_text(encoding="utf-8").split())


@pytest.fixture(scope="module")
def triage_page():
    return page("examples-triage.md")


@pytest.fixture(scope="module")
def care_page():
    return page("examples-care-programme.md")


@pytest.fixture(scope="module")
def cases(triage):
    columns = triage.columns()
    by_value = {
        value: np.array([decision is value for decision in columns["decision"]])
        for value in (True, False, None)
    }
    return columns["malignant"], by_value[True], by_value[False], by_value[None], columns


def test_recall_under_each_reading_of_an_abstention(triage_page, cases):
    malignant, flagged, cleared, abstained, _ = cases
    n, kept, found = malignant.sum(), (malignant & ~cleared).sum(), (malignant & flagged).sum()
    decided = (malignant & ~abstained).sum()
    for k, of in ((kept, n), (found, n), (found, decided)):
        assert f"{k} of {of} ({percent(k, of)})" in triage_page
    assert f"| {kept} of {n} ({percent(kept, n)}) | from {lower(kept, n)} | inconclusive |" in triage_page
    assert f"`recall-alone` ({percent(found, n)}, from {lower(found, n)})" in triage_page


def test_recall_of_each_size_of_nuclei(triage_page, cases):
    malignant, _, cleared, _, columns = cases
    for size in ("small", "medium", "large"):
        here = malignant & (columns["nuclei"] == size)
        k, n = (here & ~cleared).sum(), here.sum()
        assert f"{size}: {k} of {n} | from {lower(k, n)} |" in triage_page


def test_abstentions_false_alarms_and_the_rule(triage_page, cases):
    malignant, flagged, _, abstained, _ = cases
    k, benign = (flagged & ~malignant).sum(), (~malignant).sum()
    unsure = abstained.sum()
    assert f"{unsure} of 569 ({percent(unsure, 569)}) | up to {upper(unsure, 569)} | pass" in triage_page
    assert f"({k} of {benign}, {percent(k, benign)}, up to {upper(k, benign)})" in triage_page
    assert f"0 of 569 | up to {upper(0, 569)} | pass" in triage_page


def test_how_many_more_malignant_masses_would_decide(triage_page, cases):
    malignant, _, cleared, _, _ = cases
    n, missed = int(malignant.sum()), int((malignant & cleared).sum())
    at_this_rate = next(
        more
        for more in range(10_000)
        if beta.ppf(0.05, (n - missed) * (n + more) / n, missed * (n + more) / n + 1) >= 0.98
    )
    without_a_miss = next(
        more for more in range(10_000) if beta.ppf(0.05, n + more - missed, missed + 1) >= 0.98
    )
    assert f"a single look would have passed with {at_this_rate} more at the same rate" in triage_page
    assert f"or {without_a_miss} more without a miss" in triage_page


def test_fifty_nine_is_the_least_number_that_can_show_ninety_five_percent():
    sizes = [n for n in range(1, 200) if beta.ppf(0.05, n, 1) >= 0.95]
    assert sizes[0] == 59


def test_the_later_patients_are_fewer_malignant(triage_page, cases):
    malignant, *_ = cases
    early, late = malignant[:380].mean(), malignant[380:].mean()
    assert (
        f"{early:.0%} of the first 380 are malignant and {late:.0%} of the last 189".replace("%", " %")
        in triage_page
    )


def test_what_the_rule_that_was_given_up_would_have_flagged(triage_page, triage, cases, monkeypatch):
    malignant, *_ = cases
    monkeypatch.setattr(triage.maker, "CLEARED", 0.0)
    features, labels, _ = triage.maker.load()
    flagged = np.array(
        [made is True for made in triage.maker.decisions(triage.maker.judge_all(features, labels))]
    )
    k, n = (flagged & ~malignant).sum(), (~malignant).sum()
    assert f"{k} of the {n} benign masses were flagged, {k / n:.0%}".replace("%", " %") in triage_page
    assert triage.columns()["decision"][297] is False
    assert malignant[297]


def offers(care, file="eval.parquet"):
    columns = care.columns(file)
    bands = np.digitize(columns["age"], [40, 60])
    return columns["progressed"], columns["offered"], columns["sex"], bands


def gap(need, offered, groups):
    """Return the equal opportunity difference, by fairlearn, in points."""
    fairlearn = pytest.importorskip(
        "fairlearn.metrics", reason="fairlearn (group `oracles`) is the oracle here"
    )
    frame = fairlearn.MetricFrame(
        metrics=fairlearn.true_positive_rate, y_true=need, y_pred=offered, sensitive_features=groups
    )
    return 100 * frame.difference()


def test_reach_places_and_precision(care_page, care):
    need, offered, _, _ = offers(care)
    reached, n, placed = (need & offered).sum(), need.sum(), offered.sum()
    assert f"{reached} of {n} ({percent(reached, n)}) | from {lower(reached, n)} | pass" in care_page
    assert f"{placed} of 442 ({percent(placed, 442)}) | up to {upper(placed, 442)} | pass" in care_page
    assert f"({reached} of {placed}, {percent(reached, placed)})" in care_page
    assert f"0 of 442 | up to {upper(0, 442)} | pass" in care_page


def test_gaps_of_those_who_needed_it(care_page, care):
    need, offered, sex, band = offers(care)
    for groups in (sex, band):
        assert f": {gap(need, offered, groups):.1f} points | from" in care_page


@pytest.mark.parametrize(
    ("file", "variant"),
    [
        ("eval.parquet", "`eval`"),
        ("eval-blind.parquet", "`blind`"),
        ("eval-per-group.parquet", "`per-group`"),
    ],
)
def test_variants_side_by_side(care_page, care, file, variant):
    need, offered, sex, band = offers(care, file)
    reached = [
        f"{(need & offered & (sex == group)).sum()} of {(need & (sex == group)).sum()}"
        for group in ("group 1", "group 2")
    ]
    row = next(row for row in care_page.split("| |") if row.strip().startswith(variant))
    figures = [
        *reached,
        f"{gap(need, offered, sex):.1f} points",
        f"{gap(need, offered, band):.1f} points",
        percent((need & offered).sum(), need.sum()),
    ]
    assert [cell.strip() for cell in row.split("|")[1:6]] == figures


def test_a_threshold_for_each_group_makes_no_more_offers(care):
    assert offers(care, "eval-per-group.parquet")[1].sum() <= offers(care)[1].sum()


def test_demographic_parity_and_need_by_age(care_page, care):
    fairlearn = pytest.importorskip(
        "fairlearn.metrics", reason="fairlearn (group `oracles`) is the oracle here"
    )
    need, offered, sex, band = offers(care)
    for name, groups in (("parity-sex", sex), ("parity-age", band)):
        found = 100 * fairlearn.demographic_parity_difference(need, offered, sensitive_features=groups)
        assert f"`{name}` ({found:.1f} points)" in care_page
    young, old = need[band == 0].mean(), need[band == 2].mean()
    said = f"{young:.0%} of those under 40 progressed, and {old:.0%} of those of 60 and more"
    assert said.replace("%", " %") in care_page


def test_high_scores_of_the_young_mean_less_than_middling_ones(care_page, care):
    columns = care.columns()
    young, score, need = columns["age"] < 40, columns["score"], columns["progressed"]
    high, middling = young & (score >= 0.6), young & (score >= 0.4) & (score < 0.6)
    said = (
        f"of the {high.sum()} patients there with a score from 0.6 on, {need[high].mean():.0%} progressed, "
        f"and of the {middling.sum()} with a score from 0.4 to 0.6, {need[middling].mean():.0%} did"
    )
    assert said.replace("%", " %") in care_page
