"""What the examples' gates come to, from states that are counted here by plain numpy."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from scipy.special import betainc, betaln

from holdfast.kernel.verdict import Verdict
from holdfast.measure.estimators import estimator_of
from holdfast.measure.judging import Requirement, judge
from holdfast.measure.states import Counts, Groups, ScoreBins
from holdfast.measure.zero_tolerance import judge_zero_tolerance
from holdfast.plan.views.measures import definition, requirement, slices
from holdfast.plan.views.reading import read_plan

ROOT = Path(__file__).resolve().parents[2]


def page(name):
    return " ".join((ROOT / "docs" / name).read_text(encoding="utf-8").split())


def counts(hit, among=None):
    among = np.ones(len(hit), dtype=bool) if among is None else among
    return Counts(float((hit & among).sum()), float(among.sum()))


def by_group(groups, hit, among):
    """Return the counts of each group, by its name."""
    return {(str(group),): counts(hit, among & (groups == group)) for group in np.unique(groups)}


def decided(example, gate_id, states):
    """Return how a gate of the example's plan judges the states."""
    plan = read_plan(example.folder).plan
    (gate,) = [gate for gate in plan.gates if gate.id == gate_id]
    return judge(
        estimator_of(definition(plan, gate.metric)),
        states,
        Requirement(*requirement(gate)),
        by=slices(plan, gate),
        major=gate.major,
        minimum=gate.minimum,
    )


@pytest.fixture(scope="module")
def triage_case(triage):
    columns = triage.columns()
    cleared = np.array([decision is False for decision in columns["decision"]])
    abstained = np.array([decision is None for decision in columns["decision"]])
    return columns, columns["malignant"], cleared, abstained


def test_recall_is_inconclusive_and_says_how_many_more_would_decide_at_a_second_look(triage, triage_case):
    _, malignant, cleared, _ = triage_case
    made = decided(triage, "recall", {(): counts(~cleared, malignant)})
    assert made.verdict is Verdict.INCONCLUSIVE
    # the likelihood ratio of all rates above 98 %, weighed alike, against 98 %, at the present rate
    n, k = int(malignant.sum()), int((malignant & ~cleared).sum())
    for more in range(1, 1000):
        total, hits = n + more, k * (n + more) / n
        missed = total - hits
        above = betaln(hits + 1, missed + 1) + np.log1p(-betainc(hits + 1, missed + 1, 0.98)) - np.log(0.02)
        if above - hits * np.log(0.98) - missed * np.log(0.02) >= np.log(20):
            break
    assert made.needs == more
    assert f"{more} more malignant masses at the same rate" in page("examples-triage.md")


def test_recall_of_small_nuclei_is_inconclusive_and_not_dropped(triage, triage_case):
    columns, malignant, cleared, _ = triage_case
    made = decided(triage, "recall-by-nuclei", by_group(columns["nuclei"], ~cleared, malignant))
    verdicts = {each.slice: each.verdict for each in made.slices}
    assert made.verdict is Verdict.INCONCLUSIVE
    assert verdicts == {
        ("small",): Verdict.INCONCLUSIVE,
        ("medium",): Verdict.INCONCLUSIVE,
        ("large",): Verdict.PASS,
    }


def test_abstain_rate_passes(triage, triage_case):
    *_, abstained = triage_case
    assert decided(triage, "abstain-rate", {(): counts(abstained)}).verdict is Verdict.PASS


def test_kept_rules_pass_zero_tolerance(triage, care):
    for example, size in ((triage, 569), (care, 442)):
        (gate,) = [gate for gate in read_plan(example.folder).plan.gates if gate.id == "rule-kept"]
        made = judge_zero_tolerance({(): Counts(0, size)}, gate.allow, gate.trials, 0.95)
        assert made.verdict is Verdict.PASS


def gap(care, file, gate_id):
    columns = care.columns(file)
    groups = columns["sex"] if gate_id.endswith("sex") else np.digitize(columns["age"], [40, 60])
    found = by_group(groups, columns["offered"], columns["progressed"])
    return decided(care, gate_id, {(): Groups((found,))}), found


@pytest.mark.parametrize("file", ["eval.parquet", "eval-blind.parquet"])
@pytest.mark.parametrize("gate_id", ["equal-opportunity-sex", "equal-opportunity-age"])
def test_one_threshold_for_all_fails_equal_opportunity_whether_it_sees_sex_and_age_or_not(
    care, file, gate_id
):
    made, _ = gap(care, file, gate_id)
    assert made.verdict is Verdict.FAIL


@pytest.mark.parametrize("gate_id", ["equal-opportunity-sex", "equal-opportunity-age"])
def test_a_threshold_for_each_group_cannot_be_decided_on_442_patients(care, gate_id):
    made, _ = gap(care, "eval-per-group.parquet", gate_id)
    assert made.verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("gate_id", ["equal-opportunity-sex", "equal-opportunity-age"])
def test_the_bound_that_fails_is_the_page_s_and_near_the_plain_score_bound(care, gate_id):
    proportion = pytest.importorskip(
        "statsmodels.stats.proportion", reason="statsmodels (group `oracles`) is the oracle here"
    )
    made, found = gap(care, "eval.parquet", gate_id)
    low = made.slices[0].outer[0]
    assert f"points | from {100 * low:.1f} | fail" in page("examples-care-programme.md")
    pairs = list(permutations(found.values(), 2))
    ends = [
        proportion.confint_proportions_2indep(
            a.k, a.n, b.k, b.n, method="score", compare="diff", alpha=2 * 0.05 / len(pairs)
        )[0]
        for a, b in pairs
    ]
    # the product's bound is corrected for skewness besides
    assert abs(low - max(ends)) < 0.01


def test_the_widest_gap_by_sex_that_thresholds_by_group_leave_open_is_the_page_s(care):
    made, _ = gap(care, "eval-per-group.parquet", "equal-opportunity-sex")
    high = made.slices[0].inner[1]
    assert f"the gap by sex may be as large as {100 * high:.1f} points" in page("examples-care-programme.md")


def score_bins(score, label):
    """Return the state of a calibration error: the scores on a grid of a thousand cells."""
    cell = np.minimum((score * 1000).astype(int), 999)
    weights = (np.ones(len(score)), score, label.astype(float))
    return ScoreBins(*(np.bincount(cell, weights=each, minlength=1000) for each in weights))


def calibration(care, gate_id):
    columns = care.columns()
    names = np.array(["under 40", "40 to under 60", "60 and over"])
    groups = columns["sex"] if gate_id.endswith("sex") else names[np.digitize(columns["age"], [40, 60])]
    states = {
        (str(group),): score_bins(columns["score"][groups == group], columns["progressed"][groups == group])
        for group in np.unique(groups)
    }
    return decided(care, gate_id, states)


def test_calibration_by_sex_is_inconclusive_and_the_page_s(care):
    made = calibration(care, "calibration-sex")
    assert made.verdict is Verdict.INCONCLUSIVE
    for each in made.slices:
        assert f"{each.slice[0]}: {100 * each.value:.1f} % | up to {100 * each.inner[1]:.1f} % |" in page(
            "examples-care-programme.md"
        )


def test_calibration_by_age_fails_for_the_youngest_and_is_the_page_s(care):
    made = calibration(care, "calibration-age")
    assert made.verdict is Verdict.FAIL
    for each in made.slices:
        if each.slice == ("under 40",):
            said = f"from {100 * each.outer[0]:.1f} % | fail |"
        else:
            said = f"up to {100 * each.inner[1]:.1f} % |"
        assert f"{each.slice[0]}: {100 * each.value:.1f} % | {said}" in page("examples-care-programme.md")


def plain_error(score, label):
    """Return the plain calibration error over fifteen bins of equal mass."""
    bins = np.array_split(np.argsort(score, kind="stable"), 15)
    return sum(len(at) * abs(score[at].mean() - label[at].mean()) for at in bins) / len(score)


def test_the_youngest_are_miscalibrated_by_simulation_and_the_others_are_not_shown_to_be(care):
    columns = care.columns()
    band = np.digitize(columns["age"], [40, 60])
    generator = np.random.default_rng(5)
    chance = {}
    for each in (0, 1, 2):
        score, label = columns["score"][band == each], columns["progressed"][band == each]
        drawn = [plain_error(score, generator.random(len(score)) < score) for _ in range(1000)]
        chance[each] = np.mean(np.array(drawn) >= plain_error(score, label))
        assert 0.08 < np.mean(drawn) < 0.125
    assert chance[0] < 0.05 / 3
    assert min(chance[1], chance[2]) > 0.05
