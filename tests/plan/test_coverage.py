from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType

import pytest

from holdfast.kernel.verdict import Verdict
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.standing import Standing
from holdfast.plan.views.coverage import Coverage, coverage
from holdfast.plan.views.terminal.coverage import write_coverage

Loaded = Callable[..., LoadedPlan]
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PLAN = """\
people: {ops: {}, ciso: {}}
data: {eval: {csv: e.csv}}
metrics: {wrong: {kind: rate, hit: "wrong"}}
gates: [{id: low, metric: wrong, data: eval, require: "<= 1%"}, {id: two, sign: [ops]}]
risks:
  - {id: small, harm: h, severity: 1, likelihood: 1}
  - id: large
    harm: h
    severity: 5
    likelihood: 4
    owner: ops
    controls: {prevent: [gated, canary-prompts], respond: [drilled]}
    gates: [low]
controls:
  gated: {layer: prevent, owner: ops, evidence: [low, two]}
  canary-prompts: library
  drilled: {layer: respond, owner: ops, rehearsed_within: 90d}
  signed: {layer: prevent, attested: {who: ciso, every: 180d}}
  empty: {layer: detect}
"""


def seen(loaded: Loaded, standing: Standing | None = None) -> Coverage:
    return coverage(loaded(PLAN), standing or Standing(), NOW)


def written(told: Coverage) -> str:
    stream = io.StringIO()
    write_coverage(told, stream)
    return stream.getvalue()


def test_risks_come_by_score_and_a_layer_without_a_control_is_a_gap(loaded: Loaded) -> None:
    told = seen(loaded)
    assert [(row.id, row.gaps) for row in told.risks] == [
        ("large", ("detect",)),
        ("small", ("prevent", "detect", "respond")),
    ]
    assert told.headline == (
        "2 risks x 3 layers: 4 places empty, 1 of the risks at 12 or more with one; "
        "0 of 5 controls shown to work by live evidence."
    )
    assert "detect   none: a gap" in written(told)
    assert told.as_json()["risks"][0]["gaps"] == ["detect"]


@pytest.mark.parametrize(
    ("name", "evidence", "says"),
    [
        ("gated", ["low", "two"], "low not decided yet; two not decided yet"),
        ("drilled", ["drill/drilled"], "drill/drilled not rehearsed yet"),
        ("signed", ["attest/signed"], "attest/signed not signed yet"),
        ("empty", [], "no evidence is named"),
    ],
)
def test_a_control_without_a_fact_is_bare_and_says_what_is_missing(
    loaded: Loaded, name: str, evidence: list[str], says: str
) -> None:
    control = next(one for one in seen(loaded).controls if one.control == name)
    assert [piece.name for piece in control.evidence] == evidence
    assert (control.state, control.says) == ("bare", says)


def test_a_control_of_the_library_is_bare_and_says_what_the_library_would_look_for(loaded: Loaded) -> None:
    control = next(one for one in seen(loaded).controls if one.library)
    assert control.owner is None
    assert control.says.startswith("no evidence is named; the library would look for ")


def test_facts_make_a_control_live_stale_or_failing(loaded: Loaded, standings: ModuleType) -> None:
    def state(**shown: object) -> str:
        told = seen(loaded, standings.known(**shown))
        return next(one.state for one in told.controls if one.control == "gated")

    assert state(low=standings.fact(), two=standings.fact()) == "live"
    assert state(low=standings.fact(), two=standings.stale()) == "stale"
    assert state(low=standings.fact(), two=standings.fact(Verdict.FAIL)) == "failing"
    assert state(low=standings.fact()) == "bare"


def test_a_rehearsal_counts_as_long_as_the_control_says(loaded: Loaded, standings: ModuleType) -> None:
    held_ten_days_ago = standings.known(drill__drilled=standings.fact())
    for within, state in (("90d", "live"), ("9d", "stale")):
        plan = loaded(PLAN.replace("rehearsed_within: 90d", f"rehearsed_within: {within}"))
        told = coverage(plan, held_ten_days_ago, NOW)
        assert next(one.state for one in told.controls if one.control == "drilled") == state


def test_live_controls_are_counted(loaded: Loaded, standings: ModuleType) -> None:
    told = seen(loaded, standings.known(drill__drilled=standings.fact()))
    assert "1 of 5 controls shown to work" in told.headline
    assert "There is no ledger yet" not in written(told)


def test_controls_that_no_risk_uses_are_named(loaded: Loaded) -> None:
    assert seen(loaded).unused == ("signed", "empty")
    assert "USED BY NO RISK\nsigned, empty" in written(seen(loaded))


def test_an_empty_plan_holds_nothing(loaded: Loaded) -> None:
    told = coverage(loaded(""), Standing(), NOW)
    assert told.headline == "No risk is registered yet, so nothing is held."
    assert written(told).startswith(told.headline)
