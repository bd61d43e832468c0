"""The credit eligibility example: an unfairness that is set, and what the plan says of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate
from scipy.stats import beta

PAGE = Path(__file__).resolve().parents[2] / "docs" / "examples-credit-eligibility.md"


@pytest.fixture
def checked(decide, credit):
    return partial(decide, credit)


def page():
    """Return the page with its line ends as spaces, so that a sentence may wrap."""
    return " ".join(PAGE.read_text(encoding="utf-8").split())


def row(start):
    """Return the verdicts that the page's table tells for a truth."""
    table = PAGE.read_text(encoding="utf-8").split("| made with |")[1].splitlines()
    (line,) = [line for line in table if line.startswith(start)]
    return [cell.strip() for cell in line.strip("|").split("|")][2:]


def told(gates):
    return [gates[name]["verdict"] for name in ("equal-opportunity-sex", "calibration-age")]


def test_fair_applicants_pass_all_that_is_measured(checked, credit):
    code, gates = checked()
    assert code == 2
    open_gates = {name for name, gate in gates.items() if gate["verdict"] != "pass"}
    assert open_gates == {"sign-off"}
    assert told(gates) == row("| no flag")
    columns = credit.columns()
    good = columns["repaid"]
    rates = [columns["approved"][good & (columns["sex"] == sex)].mean() for sex in ("f", "m")]
    assert gates["equal-opportunity-sex"]["value"] == pytest.approx(abs(rates[0] - rates[1]))
    assert gates["referrals"]["value"] == pytest.approx(credit.columns("shadow.parquet")["referred"].mean())


def test_the_islands_are_listed_and_not_judged(checked):
    _, gates = checked()
    judged = {each["slice"]["region"]: each["judged"] for each in gates["calibration-region"]["slices"]}
    assert [region for region, is_judged in judged.items() if not is_judged] == ["islands"]
    assert len(judged) == 5


@pytest.mark.parametrize(
    ("flag", "truth", "code"),
    [
        ("--gap 0.12", {"gap": 0.12}, 1),
        ("--gap 0.05", {"gap": 0.05}, 2),
        ("--overstated 0.06", {"overstated": 0.06}, 1),
        ("--applicants 1500", {"applicants": 1500}, 2),
    ],
)
def test_each_truth_of_the_page_is_decided_as_it_says(checked, flag, truth, code):
    found, gates = checked(**truth)
    assert found == code
    assert told(gates) == row(f"| `{flag}`")


def test_the_gap_that_1500_applicants_happen_to_show_is_the_page_s(checked):
    _, gates = checked(applicants=1500)
    gate = gates["equal-opportunity-sex"]
    value, high = 100 * gate["value"], 100 * gate["interval"][1]
    said = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert (
        f"show a gap of {value:.1f} points between the sexes where there is none, and {high:.0f} is" in said
    )


@pytest.mark.parametrize("gap", [0.0, 0.05, 0.12])
def test_a_threshold_approves_the_share_of_those_who_repay_that_it_should(credit, gap):
    maker = credit.maker
    for group in maker.REPAY:
        a, b = maker.parameters(group)
        cut = maker.threshold(group, gap)
        approved, _ = integrate.quad(lambda s: s * beta.pdf(s, a, b), cut, 1)  # noqa: B023 (used at once)
        reach = maker.REACH - (gap if group[0] == "f" else 0)
        assert approved / (a / (a + b)) == pytest.approx(reach, abs=1e-6)


def test_drawn_applicants_show_the_gap_that_was_set(credit):
    made = credit.maker.evaluation(credit.maker.Truth(gap=0.12, applicants=200_000))
    sex, good, yes = (np.array(made[name].to_pylist()) for name in ("sex", "repaid", "approved"))
    gap = yes[good & (sex == "m")].mean() - yes[good & (sex == "f")].mean()
    assert gap == pytest.approx(0.12, abs=0.006)


def test_scores_are_right_by_construction_and_the_young_s_wrong_where_it_is_set(credit):
    for overstated in (0.0, 0.06):
        truth = credit.maker.Truth(overstated=overstated, applicants=100_000)
        made = credit.maker.evaluation(truth)
        young = np.array(made["age"].to_pylist()) < 30
        off = np.array(made["score"].to_pylist()) - np.array(made["repaid"].to_pylist())
        assert off[~young].mean() == pytest.approx(0, abs=0.005)
        assert off[young].mean() == pytest.approx(overstated, abs=0.01)


def test_the_recorded_decision_is_the_rule_s_and_bands_of_age_are_the_plan_s(credit):
    for file in ("eval.parquet", "shadow.parquet"):
        columns = credit.columns(file)
        assert (columns["approved"] == (columns["score"] >= columns["approve_from"])).all()
        assert (columns["age"].min(), columns["age"].max()) == (18, 84)


def test_what_was_repaid_is_not_known_in_shadow(credit):
    assert "repaid" not in credit.columns("shadow.parquet")


def test_making_the_records_twice_gives_the_same_tables(credit, tmp_path):
    for path in credit.maker.make(tmp_path / "again"):
        assert path.read_bytes() == (credit.data / path.name).read_bytes()


def test_flags_are_the_fields_of_the_truth(credit):
    made = credit.maker.truth_from(["--gap", "0.12", "--applicants", "1500"])
    assert made == credit.maker.Truth(gap=0.12, applicants=1500)
