from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType

import pytest
from click.testing import CliRunner

from holdfast.app.cli import holdfast
from holdfast.kernel.verdict import Verdict
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.standing import Overridden, Standing
from holdfast.plan.pages.marks import claim_picture
from holdfast.plan.views.argument import AssuranceArgument, argument
from holdfast.plan.views.terminal.argument import write_argument

Loaded = Callable[..., LoadedPlan]
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PLAN = """\
people: {boss: {}}
data: {eval: {csv: e.csv}, live: {records: triage}}
metrics: {wrong: {kind: rate, hit: "wrong"}, late: {kind: rate, hit: "late"}, seen: {kind: rate, hit: "s"}}
risks:
  - id: harm
    harm: h
    severity: 4
    likelihood: 4
    residual: {severity: 4, likelihood: 1, because: it is rare, accepted_by: boss, until: 2026-11-20}
  - {id: other, harm: o, severity: 5, likelihood: 5}
gates:
  - {id: low, metric: wrong, data: eval, require: "<= 1%"}
  - {id: two, metric: wrong, data: eval, require: "<= 2%"}
indicators:
  - {id: live-wrong, watch: {metric: wrong, data: live, window: 1d, above: 2%}}
  - id: rule
    kri: {metric: wrong, data: live, window: 1d, above: 3%}
    kci: [{metric: seen, data: live, window: 1d, below: 90%}]
reviews: [{id: weekly, every: 7d, of: [late], who: boss}]
tolerance: [{id: t1, statement: one in a thousand, set_by: boss, risks: [harm]}]
claims:
"""


def told(loaded: Loaded, claim: str, standing: Standing | None = None) -> AssuranceArgument:
    return argument(loaded(PLAN + f"  - {{id: c1, claim: it holds, {claim}}}\n"), standing or Standing(), NOW)


def written(seen: AssuranceArgument) -> str:
    stream = io.StringIO()
    write_argument(seen, stream)
    return stream.getvalue()


def test_a_claim_without_evidence_is_bare(loaded: Loaded) -> None:
    seen = told(loaded, "because: b")
    assert seen.claims[0].state == "bare"
    assert seen.headline == "1 claim: 1 is bare."
    assert "bare: it names no evidence" in written(seen)
    assert "no evidence is named" in claim_picture(seen.claims[0])


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("low", "not decided yet"),
        ("live-wrong", "not watched yet"),
        ("drill/stop", "not rehearsed yet"),
        ("attest/read", "not signed yet"),
    ],
)
def test_evidence_without_a_fact_is_bare_in_words(loaded: Loaded, name: str, says: str) -> None:
    seen = told(loaded, f"evidence: [{name}]")
    assert seen.claims[0].evidence[0].says == says
    assert seen.claims[0].says == f"bare: {name} {says}"


def test_a_claim_is_live_when_all_of_its_evidence_is(loaded: Loaded, standings: ModuleType) -> None:
    seen = told(loaded, "evidence: [low, two]", standings.known(low=standings.fact(), two=standings.fact()))
    assert seen.claims[0].state == "live"
    assert seen.headline == "1 claim: 1 stands on live evidence."


@pytest.mark.parametrize(
    ("verdict", "state"), [(Verdict.INCONCLUSIVE, "open"), (Verdict.FAIL, "failing"), (Verdict.PASS, "live")]
)
def test_a_claim_is_as_good_as_its_worst_evidence(
    loaded: Loaded, standings: ModuleType, verdict: Verdict, state: str
) -> None:
    known = standings.known(low=standings.fact(), two=standings.fact(verdict))
    assert told(loaded, "evidence: [low, two]", known).claims[0].state == state


def test_evidence_that_is_past_its_date_is_stale(loaded: Loaded, standings: ModuleType) -> None:
    seen = told(loaded, "evidence: [low]", standings.known(low=standings.stale()))
    assert (seen.claims[0].state, seen.claims[0].says) == ("stale", "stale: low has gone stale")


def test_an_override_is_shown_while_it_counts_and_changes_no_state(
    loaded: Loaded, standings: ModuleType
) -> None:
    granted = Overridden("low", "the pilot is small", NOW + timedelta(days=3), 9)
    over = Overridden("low", "the pilot was small", NOW - timedelta(days=3), 8)
    for override, counts in ((granted, True), (over, False)):
        seen = told(loaded, "evidence: [low]", standings.known((override,), low=standings.fact(Verdict.FAIL)))
        piece = seen.claims[0].evidence[0]
        assert piece.state == "failing"
        assert (piece.overridden is not None) is counts
        assert ("overridden until 2026-11-24" in piece.says) is counts


def test_an_assumption_is_watched_through_the_indicators_of_its_metric_and_by_reviews(loaded: Loaded) -> None:
    seen = told(
        loaded,
        "evidence: [low], assumes: [{what: a, watched_by: wrong}, {what: b, watched_by: seen},"
        " {what: c, watched_by: late}, {what: d}, {what: e, watched_by: live-wrong}]",
    )
    through = [[piece.name for piece in one.through] for one in seen.claims[0].assumes]
    assert through == [["live-wrong", "rule"], ["rule"], [], [], ["live-wrong"]]
    says = [one.says for one in seen.claims[0].assumes]
    assert says[2] == "no indicator watches it; looked at in weekly"
    assert says[3] == "nobody watches it"


def test_an_assumption_that_fails_takes_the_claim_with_it(loaded: Loaded, standings: ModuleType) -> None:
    known = standings.known(low=standings.fact(), live_wrong=standings.fact(Verdict.FAIL))
    seen = told(loaded, "evidence: [low], assumes: [{what: people look, watched_by: live-wrong}]", known)
    assert seen.claims[0].state == "failing"
    assert seen.claims[0].says == "failing: it takes for granted that people look"


def test_the_tolerance_and_the_acceptance_of_a_claims_risks_stand_beside_it(loaded: Loaded) -> None:
    seen = told(loaded, "risks: [harm], evidence: [low]")
    claim = seen.claims[0]
    assert [(one.id, one.set_by) for one in claim.tolerated] == [("t1", "boss")]
    assert [(one.risk, one.score, one.ended) for one in claim.accepted] == [("harm", 4, True)]
    assert "until 2026-11-20, which is over" in written(seen)
    assert told(loaded, "risks: [other]").claims[0].tolerated == ()


def test_risks_that_no_claim_is_about_are_named(loaded: Loaded) -> None:
    seen = told(loaded, "risks: [harm]")
    assert [(risk.id, risk.score) for risk in seen.unargued] == [("other", 25)]
    assert "NO CLAIM IS ABOUT" in written(seen)


def test_a_plan_without_claims_says_what_to_write(loaded: Loaded) -> None:
    seen = argument(loaded(""), Standing(), NOW)
    assert seen.headline == "Nothing is claimed yet: the plan has no assurance argument."
    assert "Add one under `claims:`" in written(seen)


def test_the_command_shows_the_argument_as_text_and_as_json(tmp_path) -> None:
    (tmp_path / "holdfast.yaml").write_text(
        "holdfast: 1\nsystem: {id: a, name: A}\n" + PLAN + "  - {id: c1, claim: it holds}\n"
    )
    runner = CliRunner()
    text = runner.invoke(holdfast, ["plan", "show", str(tmp_path), "--view", "argument"]).output
    assert text.startswith("1 claim: 1 is bare.")
    printed = runner.invoke(holdfast, ["plan", "show", str(tmp_path), "--view", "argument", "--json"]).output
    told = json.loads(printed)
    assert (told["holdfast"], told["view"], told["claims"][0]["state"]) == (1, "argument", "bare")
