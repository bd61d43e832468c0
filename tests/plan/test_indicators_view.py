from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime

from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.standing import Standing
from holdfast.plan.views.indicators import Indicators, indicators
from holdfast.plan.views.terminal.indicators import write_indicators

Loaded = Callable[..., LoadedPlan]
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PLAN = """\
people: {board: {}, oncall: {}}
data: {live: {records: triage}}
metrics: {wrong: {kind: rate, hit: "wrong"}, seen: {kind: rate, hit: "s"}}
risks:
  - {id: a, harm: h, severity: 4, likelihood: 4, indicators: [rule]}
  - {id: b, harm: h, severity: 4, likelihood: 3}
  - {id: c, harm: h, severity: 4, likelihood: 3}
levers: {off: {kind: switch, safe: disabled}}
indicators:
  - {id: stray, watch: {metric: wrong, data: live, window: 1h, above: 9%}}
  - id: rule
    kri: {metric: wrong, data: live, window: 10m, above: 1%, false_alarms: 1 per 90d, by: [tenant]}
    kci:
      - {metric: seen, data: live, window: 24h, below: 95%}
      - {lever: off, at: safe}
      - {evidence: drill/stop, newer_than: 90d}
    when_met: [{notify: board}]
    when_unmet: [{page: oncall}, {lever: off, to: safe}]
    why: four times the highest hour
    first_move: read ten
tolerance:
  - {id: half, statement: one in a million, set_by: board, risks: [a, b], budget: 1.0e-6}
  - {id: blind, statement: none at all, risks: [c]}
  - {id: vague, statement: little}
"""


def seen(loaded: Loaded, text: str = PLAN) -> Indicators:
    return indicators(loaded(text), Standing(), NOW)


def written(told: Indicators) -> str:
    stream = io.StringIO()
    write_indicators(told, stream)
    return stream.getvalue()


def test_a_tolerance_leads_over_its_risks_to_their_indicators(loaded: Loaded) -> None:
    told = seen(loaded)
    assert [(row.id, row.indicators, row.gap) for row in told.tolerances] == [
        ("half", ("rule",), "no indicator watches b"),
        ("blind", (), "none of its risks has an indicator"),
        ("vague", (), "it names no risk"),
    ]
    assert (told.tolerances[0].budget, told.tolerances[0].set_by) == (1e-6, "board")


def test_indicators_that_no_tolerance_leads_to_come_last_and_are_said_to_be_so(loaded: Loaded) -> None:
    told = seen(loaded)
    assert [(row.id, row.tolerances, row.risks) for row in told.indicators] == [
        ("rule", ("half",), ("a",)),
        ("stray", (), ()),
    ]
    assert "stray  no tolerance leads to it; watches no risk" in written(told)
    assert told.headline == (
        "2 indicators, 1 of them a KRI with a rule; no tolerance leads to 1 of them; "
        "3 tolerances not watched in full."
    )


def test_a_rule_is_told_as_if_then_else_with_its_window_budget_and_reason(loaded: Loaded) -> None:
    row = seen(loaded).indicators[0]
    assert (row.kind, row.level, row.window, row.false_alarms) == ("rule", "above 1%", "10m", "1 per 90d")
    assert [(kci.kind, kci.of) for kci in row.kci] == [
        ("metric", "seen"),
        ("lever", "off"),
        ("evidence", "drill/stop"),
    ]
    assert (row.acts, row.pages) == (("page oncall", "off to safe"), ("oncall",))
    assert row.gaps == ()
    text = written(seen(loaded))
    assert "if     wrong on live by tenant above 1% over 10m, false alarms 1 per 90d" in text
    assert "then   seen on live not below 95% over 24h" in text
    assert "else   page oncall; off to safe" in text


def test_what_an_indicator_lacks_is_said(loaded: Loaded) -> None:
    assert seen(loaded).indicators[1].gaps == (
        "nothing is done when it crosses",
        "no reason for its threshold",
        "no first move",
    )
    bare = "  - {id: bare, kri: {metric: wrong, data: live, window: 1h, above: 9%}}\n"
    text = PLAN.replace("indicators:\n  -", f"indicators:\n{bare}  -")
    row = next(one for one in seen(loaded, text).indicators if one.id == "bare")
    assert row.gaps[0] == "no KCI: nothing has to hold when it crosses"


def test_a_watch_without_a_budget_of_false_alarms_says_so(loaded: Loaded) -> None:
    assert "above 9% over 1h, no budget of false alarms" in written(seen(loaded))


def test_an_empty_plan_watches_nothing(loaded: Loaded) -> None:
    told = seen(loaded, "")
    assert told.headline == "Nothing is watched, and no tolerance says how much would be too much."
    assert "Add one under `tolerance:`" in written(told)


def test_the_table_is_json(loaded: Loaded) -> None:
    told = seen(loaded).as_json()
    assert (told["holdfast"], told["view"], told["indicators"][0]["kci"][1]["kind"]) == (
        1,
        "indicators",
        "lever",
    )
